//! A disk with a fault in it.

use super::Fault;
use super::inject::{Injector, flip, used};
use crate::testing::usb::USB_MS;
use crate::wit::Identity;
use crate::{Block, IoError};

pub(super) struct Faulty {
    inner: Box<dyn Block>,
    injector: Injector,
}

impl Faulty {
    pub(super) fn new(inner: Box<dyn Block>, injector: &Injector) -> Self {
        Self { inner, injector: injector.clone() }
    }

    fn due_within(&self, timeout_ms: u32) -> Result<Option<Fault>, IoError> {
        match self.injector.due_within(timeout_ms.min(USB_MS))? {
            Some(Fault::Stall) => Err(IoError::Stall),
            due => Ok(due),
        }
    }
}

impl Block for Faulty {
    fn identity(&mut self) -> Identity {
        self.inner.identity()
    }

    fn block_size(&mut self) -> u32 {
        self.inner.block_size()
    }

    fn read(&mut self, address: u64, count: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let due = self.due_within(timeout_ms)?;
        let mut blocks = self.inner.read(address, count, timeout_ms)?;
        let written = used(&mut blocks);
        match due {
            Some(Fault::Truncate) => {
                let half = written.len() / 2;
                written.iter_mut().skip(half).for_each(|byte| *byte = 0);
            }
            Some(Fault::FlipBit) => flip(written),
            _ => {}
        }
        Ok(blocks)
    }

    fn write(&mut self, address: u64, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        self.due_within(timeout_ms)?;
        self.inner.write(address, data, timeout_ms)
    }
}
