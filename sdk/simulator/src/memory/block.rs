//! A disk whose blocks are the registers of a simulated meter.

use std::rc::Rc;

use meterport_sdk::testing::VirtualTime;
use meterport_sdk::testing::usb::USB_MS;
use meterport_sdk::wit::Identity;
use meterport_sdk::{Block, IoError};

use super::Shared;
use super::coming::nothing;
use crate::{Simulator, Stalled, UsbFunction};

pub(super) struct Medium<S> {
    meter: Shared<S>,
    time: VirtualTime,
}

impl<S: Simulator> Medium<S> {
    pub(super) fn new(meter: &Shared<S>, time: &VirtualTime) -> Self {
        Self { meter: Rc::clone(meter), time: time.clone() }
    }

    /// Blocks that lie on the medium; a meter that shows no disk has no end.
    fn on_the_medium(&self, address: u64, count: u32) -> Result<(), IoError> {
        let blocks = match self.meter.borrow().usb().map(|shape| shape.function) {
            Some(UsbFunction::Registers { blocks, .. }) => u64::from(blocks),
            _ => u64::MAX,
        };
        if address.checked_add(u64::from(count)).is_some_and(|end| end <= blocks) {
            Ok(())
        } else {
            Err(IoError::Denied("behind the end of the medium".to_owned()))
        }
    }

    /// A failed command, unless the reason is that the disk has fallen silent or is gone.
    fn refused(&self, timeout_ms: u32) -> IoError {
        let meter = self.meter.borrow();
        if meter.unplugged() || meter.silent() {
            nothing(meter.unplugged(), &self.time, timeout_ms.min(USB_MS))
        } else {
            IoError::Stall
        }
    }
}

impl<S: Simulator> Block for Medium<S> {
    fn identity(&mut self) -> Identity {
        let inquiry = match self.meter.borrow().usb().map(|shape| shape.function) {
            Some(UsbFunction::Registers { inquiry, .. }) => inquiry,
            _ => [""; 3],
        };
        let [vendor, product, revision] = inquiry.map(str::to_owned);
        Identity { vendor, product, revision }
    }

    fn block_size(&mut self) -> u32 {
        BLOCK_BYTES
    }

    fn read(&mut self, address: u64, count: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        if !(1..=MOST_BLOCKS).contains(&count) {
            return Err(IoError::Denied("a read is of 1 to 128 blocks".to_owned()));
        }
        self.on_the_medium(address, count)?;
        let mut blocks = Vec::new();
        for address in (address..).take(usize::try_from(count).unwrap_or(usize::MAX)) {
            let block = self.meter.borrow_mut().read_block(address);
            let mut block = block.map_err(|Stalled| self.refused(timeout_ms))?;
            // What a meter writes into a block is padded with zeros.
            block.resize(usize::try_from(BLOCK_BYTES).unwrap_or(usize::MAX), 0);
            blocks.append(&mut block);
        }
        Ok(blocks)
    }

    fn write(&mut self, address: u64, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        if u32::try_from(data.len()).ok() != Some(BLOCK_BYTES) {
            return Err(IoError::Denied("a block has 512 bytes".to_owned()));
        }
        self.on_the_medium(address, 1)?;
        if self.meter.borrow().unplugged() {
            return Err(IoError::Disconnected);
        }
        let written = self.meter.borrow_mut().write_block(address, data);
        written.map_err(|Stalled| self.refused(timeout_ms))
    }
}

const BLOCK_BYTES: u32 = 512;

/// `wit/block.wit`.
const MOST_BLOCKS: u32 = 128;
