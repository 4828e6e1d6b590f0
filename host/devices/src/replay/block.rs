//! A disk whose blocks answer from a recording.

use std::time::Duration;

use super::{Replayed, ms};
use crate::block::{BLOCK_TIMEOUT, is_stale};
use crate::{BlockIdentity, BlockLink, LinkError, Timeline, Watch};

/// Bytes in one recorded block.
const BLOCK_BYTES: u32 = 512;
/// As many as the largest medium has that is ever granted: 32 MiB.
const BLOCKS: u64 = 65_536;

/// A recorded disk.
pub(super) struct ReplayedDisk {
    talk: Replayed,
    written: Option<Vec<u8>>,
}

impl ReplayedDisk {
    pub(super) fn new(talk: Replayed) -> Self {
        Self { talk, written: None }
    }
}

fn wait(timeout: Duration) -> u64 {
    ms(timeout.min(BLOCK_TIMEOUT))
}

fn bytes(count: u32) -> Option<usize> {
    usize::try_from(count.checked_mul(BLOCK_BYTES)?).ok()
}

impl BlockLink for ReplayedDisk {
    fn identity(&self) -> BlockIdentity {
        let (vendor, product, revision) = Default::default();
        BlockIdentity { vendor, product, revision }
    }

    fn block_size(&self) -> u32 {
        BLOCK_BYTES
    }

    fn blocks(&self) -> u64 {
        BLOCKS
    }

    fn read(
        &mut self,
        address: u64,
        count: u32,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        loop {
            let blocks =
                self.talk.watched(watch, |replay| replay.read_block(address, wait(timeout)))?;
            if bytes(count) != Some(blocks.len()) {
                let text = "the recording read another number of blocks here".to_owned();
                return Err(LinkError::Other { code: "replay", text });
            }
            // A stale reply in a recording is read again, as from a live disk.
            let block = bytes(1).unwrap_or_default();
            if !is_stale(&blocks, block, self.written.as_deref()) {
                return Ok(blocks);
            }
        }
    }

    fn write(
        &mut self,
        address: u64,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        if bytes(1) != Some(data.len()) {
            return Err(LinkError::Denied(format!("a block of {} bytes", data.len())));
        }
        self.written = Some(data.to_vec());
        self.talk.watched(watch, |replay| replay.write_block(address, data, wait(timeout)))
    }

    fn timeline(&self) -> Timeline {
        self.talk.timeline.clone()
    }
}
