//! A recording as a device.

use meterport_recording::{Recording, Replay, ReplayError};

use super::VirtualTime;
use crate::wit::{Line, Purge};
use crate::{Device, IoError, Serial};

/// The device a recording was made of. Serial recordings only, for now.
#[must_use]
pub fn replay(recording: Recording, time: &VirtualTime) -> Device {
    Device::Serial(Box::new(ReplayPort::new(recording, time)))
}

/// A port that answers from a recording.
pub struct ReplayPort {
    replay: Replay,
    /// Read by an exact read that was not yet enough.
    waiting: Vec<u8>,
    time: VirtualTime,
}

impl ReplayPort {
    /// Begins at the first line.
    #[must_use]
    pub fn new(recording: Recording, time: &VirtualTime) -> Self {
        Self { replay: Replay::new(recording), waiting: Vec::new(), time: time.clone() }
    }

    /// One call on the replay, which has the same time as the test.
    fn call<T>(
        &mut self,
        act: impl FnOnce(&mut Replay) -> Result<T, ReplayError>,
    ) -> Result<T, IoError> {
        self.replay.sleep(self.time.now_ms().saturating_sub(self.replay.now_ms()));
        let result = act(&mut self.replay);
        self.time.advance(self.replay.now_ms().saturating_sub(self.time.now_ms()));
        result.map_err(|error| match error {
            ReplayError::Timeout => IoError::Timeout,
            ReplayError::Unplug => IoError::Disconnected,
            ReplayError::Stall => IoError::Stall,
            other => IoError::Other(other.to_string()),
        })
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
            self.waiting = self.call(|replay| replay.read(max, u64::from(timeout_ms)))?;
        }
        Ok(self.take(max))
    }

    fn read_exact(&mut self, length: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let length = size(length);
        while self.waiting.len() < length {
            let missing = length - self.waiting.len();
            let more = self.call(|replay| replay.read(missing, u64::from(timeout_ms)))?;
            self.waiting.extend_from_slice(&more);
        }
        Ok(self.take(length))
    }

    fn write(&mut self, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        self.call(|replay| replay.write(data, u64::from(timeout_ms)))
    }

    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }

    fn purge(&mut self, what: Purge) -> Result<(), IoError> {
        if what != Purge::Output {
            self.waiting.clear();
            self.replay.purge_input();
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

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
