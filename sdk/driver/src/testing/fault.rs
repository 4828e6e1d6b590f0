//! One fault at one call, and the matrix of all faults at all calls.

use std::cell::Cell;
use std::rc::Rc;

use super::{Outcome, VirtualTime, run_until_cancelled};
use crate::wit::{Line, Purge};
use crate::{Device, Driver, IoError, Serial};

/// What goes wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The call gets no answer; what would have come stays on the line.
    Timeout,
    /// The cable is pulled: this and every later call fails.
    Unplug,
    /// Half of what the call would have read is lost.
    Truncate,
    /// One bit of what the call reads is turned over.
    FlipBit,
    /// The person cancels: this and every later call says so.
    Cancel,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 5] =
        [Self::Timeout, Self::Unplug, Self::Truncate, Self::FlipBit, Self::Cancel];
}

/// A serial port with one fault in it. Counts calls whether it has one or not.
pub struct Faulty {
    inner: Box<dyn Serial>,
    time: VirtualTime,
    calls: Rc<Cell<u32>>,
    fault: Option<(u32, Fault)>,
    cancelled: Rc<Cell<bool>>,
    unplugged: bool,
}

impl Faulty {
    /// A port that counts its calls and has `fault` at one of them, counted from 0.
    #[must_use]
    pub fn new(inner: Box<dyn Serial>, time: VirtualTime, fault: Option<(u32, Fault)>) -> Self {
        Self {
            inner,
            time,
            calls: Rc::default(),
            fault,
            cancelled: Rc::default(),
            unplugged: false,
        }
    }

    /// The counter of calls.
    #[must_use]
    pub fn calls(&self) -> Rc<Cell<u32>> {
        Rc::clone(&self.calls)
    }

    /// What the host's cancel flag would be.
    #[must_use]
    pub fn cancelled(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.cancelled)
    }

    /// Counts one call, and says which fault it has.
    fn due(&mut self) -> Result<Option<Fault>, IoError> {
        let call = self.calls.get();
        self.calls.set(call.saturating_add(1));
        if call > MOST_CALLS {
            // A driver that never ends would never fail a test otherwise.
            self.unplugged = true;
        }
        let due = self.fault.filter(|(at, _)| *at == call).map(|(_, fault)| fault);
        match due {
            Some(Fault::Unplug) => self.unplugged = true,
            Some(Fault::Cancel) => self.cancelled.set(true),
            _ => {}
        }
        if self.unplugged {
            return Err(IoError::Disconnected);
        }
        if self.cancelled.get() {
            return Err(IoError::Cancelled);
        }
        Ok(due)
    }

    fn reading(
        &mut self,
        timeout_ms: u32,
        read: impl FnOnce(&mut dyn Serial) -> Result<Vec<u8>, IoError>,
    ) -> Result<Vec<u8>, IoError> {
        let due = self.due()?;
        if due == Some(Fault::Timeout) {
            self.time.advance(u64::from(timeout_ms));
            return Err(IoError::Timeout);
        }
        let mut bytes = read(self.inner.as_mut())?;
        match due {
            Some(Fault::Truncate) => bytes.truncate(bytes.len() / 2),
            Some(Fault::FlipBit) => {
                let middle = bytes.len() / 2;
                if let Some(byte) = bytes.get_mut(middle) {
                    *byte ^= 0x04;
                }
            }
            _ => {}
        }
        if bytes.is_empty() {
            self.time.advance(u64::from(timeout_ms));
            return Err(IoError::Timeout);
        }
        Ok(bytes)
    }

    fn doing(
        &mut self,
        act: impl FnOnce(&mut dyn Serial) -> Result<(), IoError>,
    ) -> Result<(), IoError> {
        if self.due()? == Some(Fault::Timeout) {
            return Err(IoError::Timeout);
        }
        act(self.inner.as_mut())
    }
}

const MOST_CALLS: u32 = 200_000;

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
        self.doing(|port| port.write(data, timeout_ms))
    }
    fn flush(&mut self) -> Result<(), IoError> {
        self.doing(|port| port.flush())
    }
    fn purge(&mut self, what: Purge) -> Result<(), IoError> {
        self.doing(|port| port.purge(what))
    }
    fn set_line(&mut self, line: Line) -> Result<(), IoError> {
        self.doing(|port| port.set_line(line))
    }
    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), IoError> {
        self.doing(|port| port.set_control(dtr, rts))
    }
}

/// What the matrix found.
#[derive(Debug, Default)]
pub struct FaultReport {
    /// Readings with one fault each.
    pub runs: usize,
    /// Those that still gave the whole readout.
    pub recovered: usize,
    /// Each breach of the invariant, in words. Empty is the only good answer.
    pub breaches: Vec<String>,
}

/// Repeats one good reading with every fault at every call.
///
/// The invariant: the same readout after a retry, or an error with nothing in it that the good
/// reading did not have; never a hang. `port` makes a fresh meter on a line that shares the time.
pub fn fault_matrix(
    driver: &impl Driver,
    port: impl Fn(&VirtualTime) -> Box<dyn Serial>,
) -> FaultReport {
    let attempt = |fault: Option<(u32, Fault)>| -> (Outcome, u32) {
        let time = VirtualTime::default();
        let faulty = Faulty::new(port(&time), time.clone(), fault);
        let (calls, cancelled) = (faulty.calls(), faulty.cancelled());
        let outcome =
            run_until_cancelled(driver, Device::Serial(Box::new(faulty)), &time, &cancelled);
        (outcome, calls.get())
    };
    let mut report = FaultReport::default();
    let (good, calls) = attempt(None);
    if !good.is_complete() {
        report.breaches.push(format!("the reading without a fault failed: {good:?}"));
        return report;
    }
    for call in 0..calls {
        for fault in Fault::ALL {
            let (outcome, calls) = attempt(Some((call, fault)));
            report.runs += 1;
            report.recovered += usize::from(outcome.is_complete());
            if let Some(breach) = breach(&good, &outcome, calls, fault) {
                report.breaches.push(format!("{fault:?} at call {call}: {breach}"));
            }
        }
    }
    report
}

fn breach(good: &Outcome, outcome: &Outcome, calls: u32, fault: Fault) -> Option<String> {
    if calls > MOST_CALLS || outcome.elapsed_ms > LONGEST_MS {
        return Some(format!("it never ends: {calls} calls, {} ms", outcome.elapsed_ms));
    }
    if let Err(error) = &outcome.result {
        if fault == Fault::Cancel && *error != crate::DriverError::Io(IoError::Cancelled) {
            return Some(format!("cancelled, and the driver says: {error}"));
        }
        let strange = outcome.entries.iter().any(|entry| !good.entries.contains(entry));
        return strange
            .then(|| "an incomplete reading holds a result that is not there".to_owned());
    }
    if fault == Fault::Cancel && !outcome.is_complete() {
        return Some("cancelled, and labelled complete".to_owned());
    }
    (outcome.entries != good.entries || !same_device(outcome, good))
        .then(|| "a complete reading differs from the good one".to_owned())
}

/// The clock may differ: a retry takes time.
fn same_device(left: &Outcome, right: &Outcome) -> bool {
    let without_clock = |outcome: &Outcome| {
        outcome.info.clone().map(|info| crate::wit::DeviceInfo { clock: None, ..info })
    };
    without_clock(left) == without_clock(right)
}

const LONGEST_MS: u64 = 30 * 60 * 1000;
