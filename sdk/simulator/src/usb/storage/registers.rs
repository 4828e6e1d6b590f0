//! A disk whose blocks are registers of the meter.

use crate::{Simulator, Stalled};

use super::Disk;

/// The disk.
pub struct Registers {
    /// How many blocks it shows.
    pub blocks: u32,
}

impl Disk for Registers {
    fn blocks(&self) -> u32 {
        self.blocks
    }

    fn is_writable(&self) -> bool {
        true
    }

    fn read(&mut self, address: u32, meter: &mut dyn Simulator) -> Result<Vec<u8>, Stalled> {
        meter.read_block(u64::from(address))
    }

    fn write(
        &mut self,
        address: u32,
        data: &[u8],
        meter: &mut dyn Simulator,
    ) -> Result<(), Stalled> {
        meter.write_block(u64::from(address), data)
    }
}
