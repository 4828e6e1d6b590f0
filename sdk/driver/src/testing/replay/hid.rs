//! A HID interface that answers from a recording.

use super::{Replayed, size};
use crate::{Hid, IoError};

impl Hid for Replayed {
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        self.call(|replay| replay.read_report(u64::from(timeout_ms)))
    }

    fn write(&mut self, report: &[u8]) -> Result<(), IoError> {
        self.call(|replay| replay.write_report(report))
    }

    fn get_feature(&mut self, id: u8, max: u32) -> Result<Vec<u8>, IoError> {
        let report = self.call(|replay| replay.feature(id))?;
        if report.len() > size(max) { Err(IoError::Overflow) } else { Ok(report) }
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), IoError> {
        self.call(|replay| replay.set_feature(report))
    }

    fn report_descriptor(&mut self) -> Result<Vec<u8>, IoError> {
        Err(IoError::Other("a recording holds no report descriptor".to_owned()))
    }
}
