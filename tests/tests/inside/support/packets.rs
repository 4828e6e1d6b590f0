//! A HID interface and a disk of registers in this process, each with a simulated meter behind it. A
//! command that the meter must never get ends the test.

use std::collections::VecDeque;
use std::time::Duration;

use meterport_devices::{BlockIdentity, BlockLink, HidLink, LinkError, Timeline, Watch};
use meterport_simulator::{Simulator, Stalled, UsbFunction};

use super::pause::{Pause, nothing_came};

/// An open HID interface.
pub(super) struct Interface<S> {
    meter: S,
    reports: VecDeque<Vec<u8>>,
    pause: Pause,
    timeline: Timeline,
}

impl<S: Simulator> Interface<S> {
    pub(super) fn new(meter: S, timeline: Timeline, pause: Pause) -> Self {
        Self { meter, reports: VecDeque::new(), pause, timeline }
    }
}

impl<S: Simulator> HidLink for Interface<S> {
    fn read(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<Vec<u8>, LinkError> {
        if watch.stopped() {
            return Err(LinkError::Cancelled);
        }
        self.pause.wait(watch)?;
        match self.reports.pop_front() {
            Some(report) => Ok(report),
            None => nothing_came(&self.timeline, timeout, watch),
        }
    }

    fn write(&mut self, report: &[u8]) -> Result<(), LinkError> {
        let replies = self.meter.receive(report);
        assert_eq!(self.meter.violation(), None);
        if !replies.is_empty() {
            self.reports.extend(replies.into_iter().map(|reply| reply.bytes));
            self.pause.begin();
        }
        Ok(())
    }

    fn get_feature(&mut self, id: u8, max: usize) -> Result<Vec<u8>, LinkError> {
        let report = self.meter.feature(id).map_err(|Stalled| LinkError::Stall)?;
        if report.len() > max { Err(LinkError::Overflow) } else { Ok(report) }
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), LinkError> {
        let set = self.meter.set_feature(report).map_err(|Stalled| LinkError::Stall);
        assert_eq!(self.meter.violation(), None);
        set
    }

    fn report_descriptor(&mut self) -> Result<Vec<u8>, LinkError> {
        match self.meter.usb().map(|shape| shape.function) {
            Some(UsbFunction::Hid { descriptor, .. }) => Ok(descriptor),
            _ => Err(LinkError::Stall),
        }
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

/// An open disk. The simulated meters of these tests answer a request at once, so that no reply is
/// the request itself.
pub(super) struct Disk<S> {
    meter: S,
    pause: Pause,
    timeline: Timeline,
}

impl<S: Simulator> Disk<S> {
    pub(super) fn new(meter: S, timeline: Timeline, pause: Pause) -> Self {
        Self { meter, pause, timeline }
    }

    fn shape(&self) -> ([&'static str; 3], u32) {
        match self.meter.usb().map(|shape| shape.function) {
            Some(UsbFunction::Registers { inquiry, blocks }) => (inquiry, blocks),
            _ => ([""; 3], 0),
        }
    }
}

impl<S: Simulator> BlockLink for Disk<S> {
    fn identity(&self) -> BlockIdentity {
        let [vendor, product, revision] = self.shape().0.map(str::to_owned);
        BlockIdentity { vendor, product, revision }
    }

    fn block_size(&self) -> u32 {
        512
    }

    fn blocks(&self) -> u64 {
        u64::from(self.shape().1)
    }

    fn read(
        &mut self,
        address: u64,
        count: u32,
        _: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        if watch.stopped() {
            return Err(LinkError::Cancelled);
        }
        self.pause.wait(watch)?;
        let mut blocks = Vec::new();
        for address in address..address.saturating_add(u64::from(count)) {
            let block = self.meter.read_block(address).map_err(|Stalled| LinkError::Stall)?;
            blocks.extend(block);
        }
        Ok(blocks)
    }

    fn write(
        &mut self,
        address: u64,
        data: &[u8],
        _: Duration,
        _: &dyn Watch,
    ) -> Result<(), LinkError> {
        let written = self.meter.write_block(address, data).map_err(|Stalled| LinkError::Stall);
        assert_eq!(self.meter.violation(), None);
        self.pause.begin();
        written
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}
