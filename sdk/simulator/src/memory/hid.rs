//! A HID interface with a simulated meter behind it, or with a CP2110 and a meter behind that.

use std::rc::Rc;

use meterport_sdk::testing::VirtualTime;
use meterport_sdk::{Hid, IoError};

use super::Shared;
use super::coming::{Coming, nothing};
use crate::cp2110::{self, Bridge};
use crate::{Simulator, Stalled, UsbFunction};

pub(super) struct Interface<S> {
    meter: Shared<S>,
    bridge: Option<Bridge>,
    time: VirtualTime,
    coming: Coming,
}

impl<S: Simulator> Interface<S> {
    pub(super) fn new(meter: &Shared<S>, time: &VirtualTime, bridge: Option<Bridge>) -> Self {
        Self { meter: Rc::clone(meter), bridge, time: time.clone(), coming: Coming::new(time) }
    }

    fn still_there(&self) -> Result<(), IoError> {
        if self.meter.borrow().unplugged() && self.coming.is_empty() {
            Err(IoError::Disconnected)
        } else {
            Ok(())
        }
    }

    /// A stall, unless the reason is that the meter has fallen silent or is gone.
    fn refused(&self) -> IoError {
        let meter = self.meter.borrow();
        match self.bridge {
            None if meter.unplugged() || meter.silent() => {
                nothing(meter.unplugged(), &self.time, FEATURE_MS)
            }
            _ => IoError::Stall,
        }
    }
}

impl<S: Simulator> Hid for Interface<S> {
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        let unplugged = self.meter.borrow().unplugged();
        self.coming.wait(timeout_ms.min(LONGEST_MS), unplugged)?;
        Ok(self.coming.take())
    }

    fn write(&mut self, report: &[u8]) -> Result<(), IoError> {
        if !(1..=MOST_BYTES).contains(&report.len()) {
            return Err(IoError::Denied("a report has 1 to 4096 bytes".to_owned()));
        }
        self.still_there()?;
        let mut meter = self.meter.borrow_mut();
        let replies = match &self.bridge {
            Some(bridge) => bridge.output(report, &mut *meter),
            None => meter.receive(report),
        };
        let pace = meter.pace();
        drop(meter);
        self.coming.push(replies, pace);
        Ok(())
    }

    fn get_feature(&mut self, id: u8, max: u32) -> Result<Vec<u8>, IoError> {
        self.still_there()?;
        let report = match &self.bridge {
            Some(bridge) => bridge.feature(id),
            None => self.meter.borrow_mut().feature(id),
        };
        let report = report.map_err(|Stalled| self.refused())?;
        if u32::try_from(report.len()).is_ok_and(|length| length <= max) {
            Ok(report)
        } else {
            Err(IoError::Overflow)
        }
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), IoError> {
        self.still_there()?;
        let set = match &mut self.bridge {
            Some(bridge) => bridge.set_feature(report),
            None => self.meter.borrow_mut().set_feature(report),
        };
        set.map_err(|Stalled| self.refused())
    }

    fn report_descriptor(&mut self) -> Result<Vec<u8>, IoError> {
        if self.bridge.is_some() {
            return Ok(cp2110::report_descriptor());
        }
        match self.meter.borrow().usb().map(|shape| shape.function) {
            Some(UsbFunction::Hid { descriptor, .. }) => Ok(descriptor),
            _ => Err(IoError::Other("the simulated meter shows no report descriptor".to_owned())),
        }
    }
}

/// `wit/hid.wit`: bytes of an output report; milliseconds that one call waits.
const MOST_BYTES: usize = 4096;
const LONGEST_MS: u32 = 60_000;

/// How long the kernel waits for a control transfer.
const FEATURE_MS: u32 = 5000;
