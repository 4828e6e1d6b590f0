//! A HID interface with a fault in it.

use super::Fault;
use super::inject::{Injector, flip, used};
use crate::{Hid, IoError};

pub(super) struct Faulty {
    inner: Box<dyn Hid>,
    injector: Injector,
}

impl Faulty {
    pub(super) fn new(inner: Box<dyn Hid>, injector: &Injector) -> Self {
        Self { inner, injector: injector.clone() }
    }
}

/// Behind the id, before the padding.
fn flip_in_report(report: &mut [u8]) {
    if let Some((_, data)) = report.split_first_mut() {
        flip(used(data));
    }
}

impl Hid for Faulty {
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let due = self.injector.due_within(timeout_ms)?;
        let mut report = self.inner.read(timeout_ms)?;
        match due {
            // The report is lost: the next one comes in its place, if there is one.
            Some(Fault::Truncate) => return self.inner.read(timeout_ms),
            Some(Fault::FlipBit) => flip_in_report(&mut report),
            _ => {}
        }
        Ok(report)
    }

    fn write(&mut self, report: &[u8]) -> Result<(), IoError> {
        self.injector.doing()?;
        self.inner.write(report)
    }

    fn get_feature(&mut self, id: u8, max: u32) -> Result<Vec<u8>, IoError> {
        let due = self.injector.due_within(0)?;
        let mut report = self.inner.get_feature(id, max)?;
        match due {
            Some(Fault::Truncate) => return Err(IoError::Timeout),
            Some(Fault::FlipBit) => flip_in_report(&mut report),
            _ => {}
        }
        Ok(report)
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), IoError> {
        self.injector.doing()?;
        self.inner.set_feature(report)
    }

    fn report_descriptor(&mut self) -> Result<Vec<u8>, IoError> {
        self.injector.doing()?;
        self.inner.report_descriptor()
    }
}
