//! `block`: hands a driver's blocks on to its link, at the addresses its manifest lists.

use meterport_devices::{BlockLink, LinkError};
use wasmtime::component::Resource;

use super::serial::short_timeout;
use super::{Io, State};
use crate::bindings::block;
use crate::grant::Grant;
use crate::grant::block::{read, write};

/// The one disk of a session.
pub struct Medium {
    link: Box<dyn BlockLink>,
    grant: Grant,
}

impl Medium {
    pub(crate) fn new(link: Box<dyn BlockLink>, grant: Grant) -> Self {
        Self { link, grant }
    }
}

impl State {
    fn block<T>(
        &mut self,
        handle: &Resource<Medium>,
        allowed: impl FnOnce(&Medium) -> Result<(), &'static str>,
        call: impl FnOnce(&mut dyn BlockLink, &crate::watch::Watcher) -> Result<T, LinkError>,
    ) -> Io<T> {
        self.enter()?;
        let watcher = std::sync::Arc::clone(&self.watcher);
        let medium = self.table.get_mut(handle)?;
        if let Err(what) = allowed(medium) {
            return Ok(Err(self.denied(what)));
        }
        let result = call(medium.link.as_mut(), watcher.as_ref());
        Ok(result.map_err(|error| self.failed(error)))
    }
}

impl block::Host for State {}

impl block::HostMedium for State {
    fn identity(&mut self, medium: Resource<Medium>) -> wasmtime::Result<block::Identity> {
        self.enter()?;
        let identity = self.table.get(&medium)?.link.identity();
        Ok(block::Identity {
            vendor: identity.vendor,
            product: identity.product,
            revision: identity.revision,
        })
    }

    fn block_size(&mut self, medium: Resource<Medium>) -> wasmtime::Result<u32> {
        self.enter()?;
        Ok(self.table.get(&medium)?.link.block_size())
    }

    fn read(
        &mut self,
        medium: Resource<Medium>,
        address: u64,
        count: u32,
        timeout_ms: u32,
    ) -> Io<Vec<u8>> {
        let result = self.block(
            &medium,
            |medium| read(&medium.grant, address, count),
            |link, watcher| link.read(address, count, short_timeout(timeout_ms), watcher),
        )?;
        // A reply that came after all: what the link said before is no reason any more.
        if result.is_ok() {
            self.last_link_error = None;
        }
        Ok(self.advanced(result))
    }

    fn write(
        &mut self,
        medium: Resource<Medium>,
        address: u64,
        data: Vec<u8>,
        timeout_ms: u32,
    ) -> Io<()> {
        self.block(
            &medium,
            |medium| write(&medium.grant, address, data.len(), medium.link.block_size()),
            |link, watcher| link.write(address, &data, short_timeout(timeout_ms), watcher),
        )
    }

    fn drop(&mut self, medium: Resource<Medium>) -> wasmtime::Result<()> {
        self.table.delete(medium)?;
        Ok(())
    }
}
