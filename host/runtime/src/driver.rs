//! A driver that is ready to run: inspected, compiled, and tried against the contract.

use std::sync::Arc;

use meterport_manifest::Manifest;
use sha2::{Digest, Sha256};
use wasmtime::Store;
use wasmtime::component::{Component, HasSelf, InstancePre, Linker};

use crate::bindings::DriverPre;
use crate::engine::{Runtime, link_error};
use crate::error::LoadError;
use crate::host::State;
use crate::inspect::{Inspected, inspect};
use crate::limits;

/// A driver that is ready to run. Cheap to clone; each session gets a fresh instance.
#[derive(Clone)]
pub struct Driver {
    manifest: Arc<Manifest>,
    sha256: String,
    pub(crate) pre: DriverPre<State>,
}

impl Driver {
    /// What the driver says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Of the package file, in hex.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl std::fmt::Debug for Driver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Driver").field(&self.manifest.id).finish()
    }
}

impl Runtime {
    /// Checks a package, compiles it in this process, and tries it against the contract without
    /// running any of its code for a device.
    ///
    /// # Errors
    ///
    /// Anything that makes it no driver for this host; a mismatch is found here, not at the meter.
    pub fn load(&self, package: &[u8]) -> Result<Driver, LoadError> {
        let Inspected { manifest, .. } = inspect(package)?;
        let component =
            Component::from_binary(&self.engine, package).map_err(|error| link_error(&error))?;
        let pre = self.link(&component)?;
        let pre = DriverPre::new(pre).map_err(|error| link_error(&error))?;
        self.try_out(&pre, &manifest)?;
        Ok(Driver {
            manifest: Arc::new(manifest),
            sha256: hex::encode(Sha256::digest(package)),
            pre,
        })
    }

    fn link(&self, component: &Component) -> Result<InstancePre<State>, LoadError> {
        let mut linker = Linker::<State>::new(&self.engine);
        crate::bindings::Driver::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)
            .and_then(|()| crate::host::clock::refuse_wall_clock(&mut linker))
            .and_then(|()| linker.instantiate_pre(component))
            .map_err(|error| link_error(&error))
    }

    /// Instantiates once in an inert store and binds the export; on a thread of its own, as a
    /// session does, so that the stack and the processor time are those of a session.
    fn try_out(&self, pre: &DriverPre<State>, manifest: &Manifest) -> Result<(), LoadError> {
        let attempt = || {
            let budgets = manifest.limits.effective().into();
            let mut store = Store::new(&self.engine, State::inert(budgets));
            crate::session::bound(&mut store);
            pre.instantiate(&mut store).map(|_| ()).map_err(|error| link_error(&error))
        };
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .stack_size(limits::THREAD_STACK_BYTES)
                .spawn_scoped(scope, attempt)
                .map_err(|error| LoadError::Link { text: error.to_string() })?
                .join()
                .unwrap_or_else(|_| {
                    Err(LoadError::Link { text: "trying it out crashed".to_owned() })
                })
        })
    }
}
