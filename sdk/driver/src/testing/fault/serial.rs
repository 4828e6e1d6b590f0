//! A serial port with a fault in it.

use super::Fault;
use super::inject::{Injector, flip};
use crate::wit::{Line, Purge};
use crate::{IoError, Serial};

pub(super) struct Faulty {
    inner: Box<dyn Serial>,
    injector: Injector,
}

impl Faulty {
    pub(super) fn new(inner: Box<dyn Serial>, injector: &Injector) -> Self {
        Self { inner, injector: injector.clone() }
    }

    fn reading(
        &mut self,
        timeout_ms: u32,
        read: impl FnOnce(&mut dyn Serial) -> Result<Vec<u8>, IoError>,
    ) -> Result<Vec<u8>, IoError> {
        let due = self.injector.due_within(timeout_ms)?;
        let mut bytes = read(self.inner.as_mut())?;
        match due {
            Some(Fault::Truncate) => bytes.truncate(bytes.len() / 2),
            Some(Fault::FlipBit) => flip(&mut bytes),
            _ => {}
        }
        if bytes.is_empty() { Err(self.injector.timeout(timeout_ms)) } else { Ok(bytes) }
    }
}

impl Serial for Faulty {
    fn read(&mut self, max: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        self.reading(timeout_ms, |port| port.read(max, timeout_ms))
    }
    fn read_exact(&mut self, length: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let bytes = self.reading(timeout_ms, |port| port.read_exact(length, timeout_ms))?;
        // Half of an exact read is no answer at all.
        if u32::try_from(bytes.len()).ok() == Some(length) {
            Ok(bytes)
        } else {
            Err(IoError::Timeout)
        }
    }
    fn write(&mut self, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        self.injector.doing()?;
        self.inner.write(data, timeout_ms)
    }
    fn flush(&mut self) -> Result<(), IoError> {
        self.injector.doing()?;
        self.inner.flush()
    }
    fn purge(&mut self, what: Purge) -> Result<(), IoError> {
        self.injector.doing()?;
        self.inner.purge(what)
    }
    fn set_line(&mut self, line: Line) -> Result<(), IoError> {
        self.injector.doing()?;
        self.inner.set_line(line)
    }
    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), IoError> {
        self.injector.doing()?;
        self.inner.set_control(dtr, rts)
    }
}
