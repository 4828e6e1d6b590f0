//! A HID interface that answers from a recording.

use std::time::Duration;

use super::{Replayed, ms};
use crate::{HidLink, LinkError, Timeline, Watch};

impl HidLink for Replayed {
    fn read(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<Vec<u8>, LinkError> {
        self.watched(watch, |replay| replay.read_report(ms(timeout)))
    }

    fn write(&mut self, report: &[u8]) -> Result<(), LinkError> {
        self.call(|replay| replay.write_report(report))
    }

    fn get_feature(&mut self, id: u8, max: usize) -> Result<Vec<u8>, LinkError> {
        let report = self.call(|replay| replay.feature(id))?;
        if report.len() > max { Err(LinkError::Overflow) } else { Ok(report) }
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), LinkError> {
        self.call(|replay| replay.set_feature(report))
    }

    fn report_descriptor(&mut self) -> Result<Vec<u8>, LinkError> {
        let text = "a recording holds no report descriptor".to_owned();
        Err(LinkError::Other { code: "replay", text })
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}
