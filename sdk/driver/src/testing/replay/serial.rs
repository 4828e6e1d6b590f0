//! A serial port that answers from a recording.

use meterport_recording::Recording;

use super::{Replayed, size};
use crate::testing::VirtualTime;
use crate::wit::{Line, Purge};
use crate::{IoError, Serial};

/// A port that answers from a recording.
pub struct ReplayPort {
    line: Replayed,
    /// Read by an exact read that was not yet enough.
    waiting: Vec<u8>,
}

impl ReplayPort {
    /// Begins at the first line.
    #[must_use]
    pub fn new(recording: Recording, time: &VirtualTime) -> Self {
        Self::over(Replayed::new(recording, time))
    }

    pub(super) fn over(line: Replayed) -> Self {
        Self { line, waiting: Vec::new() }
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        let rest = self.waiting.split_off(count.min(self.waiting.len()));
        std::mem::replace(&mut self.waiting, rest)
    }
}

impl Serial for ReplayPort {
    fn read(&mut self, max: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let max = size(max);
        if self.waiting.is_empty() {
            self.waiting = self.line.call(|replay| replay.read(max, u64::from(timeout_ms)))?;
        }
        Ok(self.take(max))
    }

    fn read_exact(&mut self, length: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let length = size(length);
        while self.waiting.len() < length {
            let missing = length - self.waiting.len();
            let more = self.line.call(|replay| replay.read(missing, u64::from(timeout_ms)))?;
            self.waiting.extend_from_slice(&more);
        }
        Ok(self.take(length))
    }

    fn write(&mut self, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        self.line.call(|replay| replay.write(data, u64::from(timeout_ms)))
    }

    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }

    fn purge(&mut self, what: Purge) -> Result<(), IoError> {
        if what != Purge::Output {
            self.waiting.clear();
            self.line.replay.borrow_mut().purge_input();
        }
        Ok(())
    }

    fn set_line(&mut self, _: Line) -> Result<(), IoError> {
        Ok(())
    }

    fn set_control(&mut self, _: bool, _: bool) -> Result<(), IoError> {
        Ok(())
    }
}
