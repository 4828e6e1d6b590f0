//! `usb`: hands a driver's transfers on to its link, where the table of [`grant`] allows them.

use meterport_devices::{LinkError, Setup, Transfer, UsbLink};
use wasmtime::component::Resource;

use super::serial::short_timeout;
use super::{Io, State};
use crate::bindings::usb;
use crate::grant::Grant;
use crate::grant::usb::{Direction, Interface, control, endpoint, request_type};
use crate::limits;

/// The one claimed interface of a session.
pub struct Claimed {
    link: Box<dyn UsbLink>,
    grant: Grant,
}

impl Claimed {
    pub(crate) fn new(link: Box<dyn UsbLink>, grant: Grant) -> Self {
        Self { link, grant }
    }

    fn interface(&self) -> Interface {
        let endpoints = self.link.endpoints().into_iter().map(|endpoint| endpoint.address);
        Interface { number: self.link.interface(), endpoints: endpoints.collect() }
    }
}

impl State {
    /// Asks the table, then the link. A session that is to end makes no further transfer.
    fn usb<T>(
        &mut self,
        handle: &Resource<Claimed>,
        allowed: impl FnOnce(&Grant, &Interface) -> Result<(), &'static str>,
        call: impl FnOnce(&mut dyn UsbLink) -> Result<T, LinkError>,
    ) -> Io<T> {
        self.enter()?;
        let claimed = self.table.get_mut(handle)?;
        if let Err(what) = allowed(&claimed.grant, &claimed.interface()) {
            return Ok(Err(self.denied(what)));
        }
        if self.watcher.reason().is_some() {
            return Ok(Err(self.failed(LinkError::Cancelled)));
        }
        let result = call(claimed.link.as_mut());
        Ok(result.map_err(|error| self.failed(error)))
    }
}

impl usb::Host for State {}

impl usb::HostClaimed for State {
    fn endpoints(&mut self, claimed: Resource<Claimed>) -> wasmtime::Result<Vec<usb::Endpoint>> {
        self.enter()?;
        let endpoints = self.table.get(&claimed)?.link.endpoints();
        let endpoint = |endpoint: meterport_devices::Endpoint| usb::Endpoint {
            address: endpoint.address,
            transfer: match endpoint.transfer {
                Transfer::Bulk => usb::Transfer::Bulk,
                Transfer::Interrupt => usb::Transfer::Interrupt,
            },
            max_packet: endpoint.max_packet,
        };
        Ok(endpoints.into_iter().map(endpoint).collect())
    }

    fn control_in(
        &mut self,
        claimed: Resource<Claimed>,
        setup: usb::Setup,
        len: u16,
        timeout_ms: u32,
    ) -> Io<Vec<u8>> {
        let result = self.usb(
            &claimed,
            |grant, interface| control(grant, interface, &setup, Direction::In),
            |link| {
                let setup = on_the_wire(&setup, Direction::In);
                link.control_in(setup, usize::from(len), short_timeout(timeout_ms))
            },
        )?;
        Ok(self.advanced(result))
    }

    fn control_out(
        &mut self,
        claimed: Resource<Claimed>,
        setup: usb::Setup,
        data: Vec<u8>,
        timeout_ms: u32,
    ) -> Io<u32> {
        if u16::try_from(data.len()).is_err() {
            return Ok(Err(self.denied("a control request with more than 65535 bytes")));
        }
        let result = self.usb(
            &claimed,
            |grant, interface| control(grant, interface, &setup, Direction::Out),
            |link| {
                let setup = on_the_wire(&setup, Direction::Out);
                link.control_out(setup, &data, short_timeout(timeout_ms))
            },
        )?;
        Ok(result.map(|taken| u32::try_from(taken).unwrap_or(u32::MAX)))
    }

    fn transfer_in(
        &mut self,
        claimed: Resource<Claimed>,
        address: u8,
        len: u32,
        timeout_ms: u32,
    ) -> Io<Vec<u8>> {
        if len == 0 || len > limits::READ_BYTES {
            return Ok(Err(self.denied("a read of no bytes, or of more than 65536")));
        }
        let len = usize::try_from(len)?;
        let result = self.usb(
            &claimed,
            |_, interface| endpoint(interface, address, Direction::In),
            |link| link.transfer_in(address, len, short_timeout(timeout_ms)),
        )?;
        Ok(self.advanced(result))
    }

    fn transfer_out(
        &mut self,
        claimed: Resource<Claimed>,
        address: u8,
        data: Vec<u8>,
        timeout_ms: u32,
    ) -> Io<u32> {
        let result = self.usb(
            &claimed,
            |_, interface| endpoint(interface, address, Direction::Out),
            |link| link.transfer_out(address, &data, short_timeout(timeout_ms)),
        )?;
        Ok(result.map(|taken| u32::try_from(taken).unwrap_or(u32::MAX)))
    }

    fn clear_halt(&mut self, claimed: Resource<Claimed>, address: u8) -> Io<()> {
        let has = |_: &Grant, interface: &Interface| {
            let known = interface.endpoints.contains(&address);
            if known { Ok(()) } else { Err("an endpoint that the claimed interface does not have") }
        };
        self.usb(&claimed, has, |link| link.clear_halt(address))
    }

    fn set_alt(&mut self, claimed: Resource<Claimed>, alt: u8) -> Io<()> {
        self.usb(&claimed, |_, _| Ok(()), |link| link.set_alt(alt))
    }

    fn drop(&mut self, claimed: Resource<Claimed>) -> wasmtime::Result<()> {
        self.table.delete(claimed)?;
        Ok(())
    }
}

fn on_the_wire(setup: &usb::Setup, direction: Direction) -> Setup {
    Setup {
        request_type: request_type(setup, direction),
        request: setup.request,
        value: setup.value,
        index: setup.index,
    }
}
