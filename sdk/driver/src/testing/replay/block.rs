//! A disk whose blocks answer from a recording.

use super::Replayed;
use crate::testing::usb::USB_MS;
use crate::wit::Identity;
use crate::{Block, IoError};

impl Block for Replayed {
    /// Three empty texts: no recording holds them, and the host has compared them before a driver
    /// runs.
    fn identity(&mut self) -> Identity {
        Identity { vendor: String::new(), product: String::new(), revision: String::new() }
    }

    fn block_size(&mut self) -> u32 {
        BLOCK_BYTES
    }

    fn read(&mut self, address: u64, count: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let blocks = self.call(|replay| replay.read_block(address, whole(timeout_ms)))?;
        let wanted = u64::from(count) * u64::from(BLOCK_BYTES);
        if u64::try_from(blocks.len()).ok() == Some(wanted) {
            Ok(blocks)
        } else {
            let recorded = "the recording read another number of blocks here";
            Err(IoError::Other(recorded.to_owned()))
        }
    }

    fn write(&mut self, address: u64, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        if u32::try_from(data.len()).ok() != Some(BLOCK_BYTES) {
            return Err(IoError::Denied("a block has 512 bytes".to_owned()));
        }
        self.call(|replay| replay.write_block(address, data, whole(timeout_ms)))
    }
}

const BLOCK_BYTES: u32 = 512;

fn whole(timeout_ms: u32) -> u64 {
    u64::from(timeout_ms.min(USB_MS))
}
