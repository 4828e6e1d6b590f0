//! A recorded HID interface. The report descriptor is not recorded: the format has no line for it.

use std::time::Duration;

use meterport_recording::Item;

use super::Tape;
use crate::{HidLink, LinkError, Timeline, Watch};

pub(super) struct RecordedHid {
    link: Box<dyn HidLink>,
    tape: Tape,
}

impl RecordedHid {
    pub(super) fn new(link: Box<dyn HidLink>, tape: Tape) -> Self {
        Self { link, tape }
    }
}

impl HidLink for RecordedHid {
    fn read(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.read(timeout, watch);
        self.tape.received(&answer);
        answer
    }

    fn write(&mut self, report: &[u8]) -> Result<(), LinkError> {
        let answer = self.link.write(report);
        self.tape.answered(&answer, |()| Item::Out(report.to_vec()));
        answer
    }

    fn get_feature(&mut self, id: u8, max: usize) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.get_feature(id, max);
        self.tape.answered(&answer, |report| Item::FeatureGot(report.clone()));
        answer
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), LinkError> {
        let answer = self.link.set_feature(report);
        self.tape.answered(&answer, |()| Item::FeatureSet(report.to_vec()));
        answer
    }

    fn report_descriptor(&mut self) -> Result<Vec<u8>, LinkError> {
        self.link.report_descriptor()
    }

    fn timeline(&self) -> Timeline {
        self.link.timeline()
    }
}
