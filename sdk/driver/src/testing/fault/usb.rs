//! A USB interface with a fault in it.

use std::collections::BTreeSet;

use super::Fault;
use super::inject::{Injector, flip};
use crate::testing::usb::USB_MS;
use crate::wit::{Endpoint, Setup};
use crate::{IoError, Usb};

pub(super) struct Faulty {
    inner: Box<dyn Usb>,
    injector: Injector,
    halted: BTreeSet<u8>,
}

impl Faulty {
    pub(super) fn new(inner: Box<dyn Usb>, injector: &Injector) -> Self {
        Self { inner, injector: injector.clone(), halted: BTreeSet::new() }
    }

    /// Counts a transfer on an endpoint, which may be halted, or halt now.
    fn due_on(&mut self, endpoint: u8, timeout_ms: u32) -> Result<Option<Fault>, IoError> {
        let due = self.injector.due_within(timeout_ms.min(USB_MS))?;
        if due == Some(Fault::Stall) {
            self.halted.insert(endpoint);
        }
        if self.halted.contains(&endpoint) { Err(IoError::Stall) } else { Ok(due) }
    }
}

fn damaged(mut data: Vec<u8>, due: Option<Fault>) -> Vec<u8> {
    match due {
        Some(Fault::Truncate) => data.truncate(data.len() / 2),
        Some(Fault::FlipBit) => flip(&mut data),
        _ => {}
    }
    data
}

impl Usb for Faulty {
    fn endpoints(&mut self) -> Vec<Endpoint> {
        self.inner.endpoints()
    }

    fn control_in(
        &mut self,
        setup: Setup,
        length: u16,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError> {
        let due = self.injector.due_within(timeout_ms.min(USB_MS))?;
        if due == Some(Fault::Stall) {
            return Err(IoError::Stall);
        }
        Ok(damaged(self.inner.control_in(setup, length, timeout_ms)?, due))
    }

    fn control_out(&mut self, setup: Setup, data: &[u8], timeout_ms: u32) -> Result<u32, IoError> {
        if self.injector.due_within(timeout_ms.min(USB_MS))? == Some(Fault::Stall) {
            return Err(IoError::Stall);
        }
        self.inner.control_out(setup, data, timeout_ms)
    }

    fn transfer_in(
        &mut self,
        endpoint: u8,
        length: u32,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError> {
        let due = self.due_on(endpoint, timeout_ms)?;
        Ok(damaged(self.inner.transfer_in(endpoint, length, timeout_ms)?, due))
    }

    fn transfer_out(&mut self, endpoint: u8, data: &[u8], timeout_ms: u32) -> Result<u32, IoError> {
        self.due_on(endpoint, timeout_ms)?;
        self.inner.transfer_out(endpoint, data, timeout_ms)
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), IoError> {
        self.injector.doing()?;
        self.halted.remove(&endpoint);
        self.inner.clear_halt(endpoint)
    }

    fn set_alt(&mut self, alt: u8) -> Result<(), IoError> {
        self.injector.doing()?;
        // A chosen setting begins with no endpoint halted (USB 2.0, 9.4.5).
        self.halted.clear();
        self.inner.set_alt(alt)
    }
}
