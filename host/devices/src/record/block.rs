//! A recorded disk. Stale replies are not recorded: the link reads them again by itself.

use std::time::Duration;

use meterport_recording::Item;

use super::Tape;
use crate::{BlockIdentity, BlockLink, LinkError, Timeline, Watch};

pub(super) struct RecordedDisk {
    link: Box<dyn BlockLink>,
    tape: Tape,
}

impl RecordedDisk {
    pub(super) fn new(link: Box<dyn BlockLink>, tape: Tape) -> Self {
        Self { link, tape }
    }
}

impl BlockLink for RecordedDisk {
    fn identity(&self) -> BlockIdentity {
        self.link.identity()
    }

    fn block_size(&self) -> u32 {
        self.link.block_size()
    }

    fn blocks(&self) -> u64 {
        self.link.blocks()
    }

    fn read(
        &mut self,
        address: u64,
        count: u32,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.read(address, count, timeout, watch);
        self.tape.answered(&answer, |data| Item::BlockRead { address, data: data.clone() });
        answer
    }

    fn write(
        &mut self,
        address: u64,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        let answer = self.link.write(address, data, timeout, watch);
        self.tape.answered(&answer, |()| Item::BlockWrite { address, data: data.to_vec() });
        answer
    }

    fn timeline(&self) -> Timeline {
        self.link.timeline()
    }
}
