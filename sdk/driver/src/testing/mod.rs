//! Runs a driver natively, without a host: on a recording, on a simulated meter, with faults.
//!
//! Time is virtual: pauses and timeouts cost nothing, and are counted.

mod fault;
mod recordings;
mod replay;
pub mod usb;
pub mod volume;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

pub use fault::{Fault, FaultReport, Faulty, fault_matrix, fault_matrix_of};
pub use recordings::{code_word, recorded, recordings};
pub use replay::{ReplayEnd, ReplayPort, replay, replay_to_end};

use crate::wit::{DeviceInfo, Entry, Summary};
use crate::{Clock, Context, Device, Driver, DriverError, IoError, Output, Sink, Time};

/// Time that passes only when somebody waits.
#[derive(Clone, Default)]
pub struct VirtualTime(Rc<Cell<u64>>);

impl VirtualTime {
    /// Lets `ms` pass.
    pub fn advance(&self, ms: u64) {
        self.0.set(self.0.get().saturating_add(ms));
    }

    /// Milliseconds that have passed.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.0.get()
    }
}

impl Time for VirtualTime {
    fn now_ms(&self) -> u64 {
        VirtualTime::now_ms(self)
    }
    fn sleep_ms(&self, ms: u32) {
        self.advance(u64::from(ms));
    }
}

/// What one reading gave. Prints no results.
pub struct Outcome {
    /// What the driver said about the device.
    pub info: Option<DeviceInfo>,
    /// Everything that was emitted, also before a failure.
    pub entries: Vec<Entry>,
    /// The steps, in order.
    pub steps: Vec<String>,
    /// How the driver ended.
    pub result: Result<Summary, DriverError>,
    /// Virtual time that passed.
    pub elapsed_ms: u64,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Outcome")
            .field("entries", &self.entries.len())
            .field("steps", &self.steps)
            .field("error", &self.result.as_ref().err())
            .field("elapsed_ms", &self.elapsed_ms)
            .finish_non_exhaustive()
    }
}

impl Outcome {
    /// The step that was running at the end.
    #[must_use]
    pub fn last_step(&self) -> &str {
        self.steps.last().map_or(crate::step::CONNECT, String::as_str)
    }

    /// True where the driver said `ok` and its count is what it emitted.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.result
            .as_ref()
            .is_ok_and(|summary| usize::try_from(summary.entries).ok() == Some(self.entries.len()))
    }
}

/// Runs `driver` on `device`, whose carrier shares `time`.
pub fn run(driver: &impl Driver, device: Device, time: &VirtualTime) -> Outcome {
    run_until_cancelled(driver, device, time, &Rc::new(Cell::new(false)))
}

/// Runs `driver` on `device`; `cancelled` is what the host's cancel flag would be.
pub fn run_until_cancelled(
    driver: &impl Driver,
    device: Device,
    time: &VirtualTime,
    cancelled: &Rc<Cell<bool>>,
) -> Outcome {
    let kept = Rc::new(RefCell::new(Kept::default()));
    let mut sink = Sink::new(Keeper { kept: Rc::clone(&kept), cancelled: Rc::clone(cancelled) });
    let result = driver.read(device, &Context::new(Clock::new(time.clone())), &mut sink);
    if result.is_err() {
        let _ = sink.flush();
    }
    let Kept { info, entries, steps } = kept.take();
    Outcome { info, entries, steps, result, elapsed_ms: time.now_ms() }
}

/// Reads a recording, given as text.
///
/// # Errors
///
/// The driver's own; a recording that does not match, or that goes on when the driver says that it
/// is done, is a `DriverError::Io`.
///
/// # Panics
///
/// Where the text is not a recording: the test is wrong then.
#[allow(clippy::panic)]
pub fn read(driver: &impl Driver, recording: &str) -> Result<Outcome, DriverError> {
    let recording = crate::recording::Recording::parse(recording)
        .unwrap_or_else(|error| panic!("not a recording: {error}"));
    let outcome = run_recorded(driver, recording);
    match &outcome.result {
        Ok(_) => Ok(outcome),
        Err(error) => Err(error.clone()),
    }
}

/// Runs `driver` on a recording, to its end.
fn run_recorded(driver: &impl Driver, recording: crate::recording::Recording) -> Outcome {
    let time = VirtualTime::default();
    let (device, end) = replay_to_end(recording, &time);
    let mut outcome = run(driver, device, &time);
    if outcome.result.is_ok()
        && let Err(surplus) = end.check()
    {
        outcome.result = Err(DriverError::Io(IoError::Other(surplus.to_string())));
    }
    outcome
}

#[derive(Default)]
struct Kept {
    info: Option<DeviceInfo>,
    entries: Vec<Entry>,
    steps: Vec<String>,
}

struct Keeper {
    kept: Rc<RefCell<Kept>>,
    cancelled: Rc<Cell<bool>>,
}

impl Keeper {
    fn refused(&self) -> Result<(), IoError> {
        if self.cancelled.get() { Err(IoError::Cancelled) } else { Ok(()) }
    }
}

impl Output for Keeper {
    fn step(&mut self, name: &str) {
        self.kept.borrow_mut().steps.push(name.to_owned());
    }

    fn identify(&mut self, info: &DeviceInfo) -> Result<(), IoError> {
        self.refused()?;
        let mut kept = self.kept.borrow_mut();
        if kept.info.is_some() {
            return Err(IoError::Denied("identify was called twice".to_owned()));
        }
        kept.info = Some(info.clone());
        Ok(())
    }

    fn emit(&mut self, entries: &[Entry]) -> Result<(), IoError> {
        self.refused()?;
        let mut kept = self.kept.borrow_mut();
        if kept.info.is_none() {
            return Err(IoError::Denied("emit was called before identify".to_owned()));
        }
        kept.entries.extend_from_slice(entries);
        Ok(())
    }

    fn progress(&mut self, _: u32, _: Option<u32>) {}

    fn cancelled(&mut self) -> bool {
        self.cancelled.get()
    }
}
