//! The meter's side of a recording: [`Replay`] answers calls, [`ReplayVolume`] holds files.
//!
//! # Which line answers which call
//!
//! Three places move forward through the body: the next line the *host* has to make happen (what it
//! sends, feature reports, control transfers, blocks), the next line the *meter* sent by itself
//! (bytes in, reports, endpoint transfers; one place for each endpoint), and the next fault.
//!
//! | call | gets |
//! |---|---|
//! | any, and the next fault stands before the line it would meet | that fault |
//! | a write | matched with the host's lines: serial bytes as one stream, packets line by line |
//! | a read | what the meter sent before the host's next line |
//! | a read, while the host must act first or nothing is left | a timeout |
//!
//! So a driver may leave bytes unread or take them late, as with a real line. A timeout or a stall
//! is used up by the call that gets it, and nothing of a write that gets one counts as sent: the
//! driver sends all of it again. After an unplug every call says so.
//!
//! # Time
//!
//! Nothing waits here. The replay has a time of its own: a line that is reached sets it to at least
//! its `@MS` after the line before, and a timeout adds what the caller was ready to wait.

mod packets;
mod stream;
mod volume;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use volume::{ReplayVolume, VolumeEntry};

use crate::item::{Fault, Item, Line};
use crate::{Header, Recording, RecordingError};

/// Why a replayed call has no answer. A mismatch names the place, never the content.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// Nothing came.
    #[error("nothing came before the deadline")]
    Timeout,
    /// The device was unplugged.
    #[error("the device was unplugged")]
    Unplug,
    /// The endpoint stalled.
    #[error("the device refused the transfer")]
    Stall,
    /// The host did something else than the recording says.
    #[error("line {line}: the driver left the recording at byte {offset}")]
    Mismatch {
        /// Line of the recording's text.
        line: usize,
        /// Byte of that line, the first is 0; setup packet and addresses count.
        offset: usize,
    },
    /// The host sent or asked for something after the last line.
    #[error("line {line}: the recording ends here, the driver goes on")]
    Ended {
        /// Last line of the recording's text.
        line: usize,
    },
    /// The driver said that it was done, and not everything in the recording had happened.
    #[error("line {line}: the driver ended, the recording goes on")]
    Surplus {
        /// The first line of the recording's text that is left over.
        line: usize,
    },
}

impl ReplayError {
    /// The registered word for this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Timeout => "device.timeout",
            Self::Unplug => "device.disconnected",
            Self::Stall => "device.stall",
            Self::Mismatch { .. } | Self::Ended { .. } | Self::Surplus { .. } => "replay.mismatch",
        }
    }
}

impl From<Fault> for ReplayError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Timeout => Self::Timeout,
            Fault::Unplug => Self::Unplug,
            Fault::Stall => Self::Stall,
        }
    }
}

/// Answers the calls of a driver from a recording, in the recording's order.
pub struct Replay {
    recording: Recording,
    /// Next line that the host has to make happen, and how much of it has.
    host: usize,
    host_sent: usize,
    /// Next line that the meter sent by itself, for each endpoint; 0 where there are none.
    meter: BTreeMap<u8, Place>,
    fault: usize,
    unplugged: bool,
    reached: usize,
    reached_ms: u64,
    now_ms: u64,
}

#[derive(Clone, Copy, Default)]
struct Place {
    line: usize,
    taken: usize,
}

impl Replay {
    /// Begins to replay.
    pub fn new(recording: Recording) -> Self {
        Self {
            recording,
            host: 0,
            host_sent: 0,
            meter: BTreeMap::new(),
            fault: 0,
            unplugged: false,
            reached: 0,
            reached_ms: 0,
            now_ms: 0,
        }
    }

    /// Parses a recording and begins to replay it.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        Recording::parse(text).map(Self::new)
    }

    /// The header of the recording.
    pub fn header(&self) -> &Header {
        self.recording.header()
    }

    /// The time of the replay: milliseconds since it began.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Lets time pass: the driver sleeps.
    pub fn sleep(&mut self, ms: u64) {
        self.now_ms = self.now_ms.saturating_add(ms);
    }

    /// Whether everything in the recording has happened: the host sent all it should, and read all
    /// the meter sent. A fault that nobody met counts as left over.
    pub fn at_end(&mut self) -> bool {
        self.check_end().is_ok()
    }

    /// For the end of a reading that says it is complete: everything in the recording happened.
    ///
    /// # Errors
    ///
    /// [`ReplayError::Surplus`] with the first line that is left over.
    pub fn check_end(&mut self) -> Result<(), ReplayError> {
        if self.unplugged {
            return Ok(());
        }
        let endpoints = self.recording.lines().iter().filter_map(|line| meter_channel(&line.item));
        let endpoints: std::collections::BTreeSet<u8> = endpoints.collect();
        let unread = endpoints.into_iter().filter_map(|endpoint| self.next_of_meter(endpoint));
        let unread: Vec<usize> = unread.collect();
        let left = unread.into_iter().chain(self.next_of_host()).chain(self.next_fault()).min();
        let Some(index) = left else { return Ok(()) };
        Err(ReplayError::Surplus { line: self.line(index).map_or(0, Line::number) })
    }

    fn line(&self, index: usize) -> Option<&Line> {
        self.recording.lines().get(index)
    }

    /// The first line at or after `from` that is wanted.
    fn find(&self, from: usize, wanted: impl Fn(&Item) -> bool) -> Option<usize> {
        let rest = self.recording.lines().get(from..)?;
        rest.iter().position(|line| wanted(&line.item)).map(|skipped| from.saturating_add(skipped))
    }

    fn next_of_host(&mut self) -> Option<usize> {
        let next = self.find(self.host, is_hosts);
        self.host = next.unwrap_or(self.recording.lines().len());
        next
    }

    fn next_of_meter(&mut self, endpoint: u8) -> Option<usize> {
        let from = self.meter.get(&endpoint).map_or(0, |place| place.line);
        let next = self.find(from, |item| meter_channel(item) == Some(endpoint));
        let place = self.meter.entry(endpoint).or_default();
        place.line = next.unwrap_or(self.recording.lines().len());
        next
    }

    fn next_fault(&mut self) -> Option<usize> {
        let next = self.find(self.fault, |item| matches!(item, Item::Fault(_)));
        self.fault = next.unwrap_or(self.recording.lines().len());
        next
    }

    /// The fault that stands before this line (before the end, if there is none), used up.
    fn fault_before(&mut self, line: Option<usize>, wait_ms: u64) -> Result<(), ReplayError> {
        if self.unplugged {
            return Err(ReplayError::Unplug);
        }
        let Some(index) = self.next_fault() else { return Ok(()) };
        if line.is_some_and(|line| line < index) {
            return Ok(());
        }
        let Some(&Line { item: Item::Fault(fault), .. }) = self.line(index) else { return Ok(()) };
        self.fault = index.saturating_add(1);
        self.reach(index);
        match fault {
            Fault::Timeout => self.sleep(wait_ms),
            Fault::Unplug => self.unplugged = true,
            Fault::Stall => {}
        }
        Err(fault.into())
    }

    /// A line begins to happen: it sets the time, if it is the furthest so far.
    fn reach(&mut self, index: usize) {
        let from = self.reached;
        let upto = index.saturating_add(1);
        let Some(passed) = self.recording.lines().get(from..upto) else { return };
        let after: u64 = passed.iter().map(|line| u64::from(line.after_ms.unwrap_or(0))).sum();
        if !passed.is_empty() {
            self.reached = upto;
            self.now_ms = self.now_ms.max(self.reached_ms.saturating_add(after));
            self.reached_ms = self.now_ms;
        }
    }

    fn mismatch(&self, index: usize, offset: usize) -> ReplayError {
        let line = self.line(index).map_or(0, Line::number);
        ReplayError::Mismatch { line, offset }
    }

    fn ended(&self) -> ReplayError {
        ReplayError::Ended { line: self.recording.lines().last().map_or(0, Line::number) }
    }
}

/// Lines that happen because the host acts.
fn is_hosts(item: &Item) -> bool {
    match item {
        Item::Out(_)
        | Item::FeatureSet(_)
        | Item::FeatureGot(_)
        | Item::ControlOut { .. }
        | Item::ControlIn { .. }
        | Item::TransferOut { .. }
        | Item::BlockWrite { .. }
        | Item::BlockRead { .. } => true,
        Item::In(_) | Item::TransferIn { .. } | Item::File(_) | Item::Fault(_) => false,
    }
}

/// Lines that the meter sent by itself: the endpoint, or 0 where there are none.
fn meter_channel(item: &Item) -> Option<u8> {
    match item {
        Item::In(_) => Some(0),
        Item::TransferIn { endpoint, .. } => Some(*endpoint),
        _ => None,
    }
}

/// How many bytes two slices have in common at their beginning.
fn common(left: &[u8], right: &[u8]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}
