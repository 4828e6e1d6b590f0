//! A recording as a device, on the transport that its header names.
//!
//! What a recording does not hold is made up as little as possible: the identity of a disk is three
//! empty texts (the host compares it before a driver runs), a HID interface has no report
//! descriptor, and USB endpoints are those that occur, in bulk, with packets of 64 bytes.

mod block;
mod hid;
mod serial;
mod usb;
mod volume;

use std::cell::RefCell;
use std::rc::Rc;

use meterport_recording::{Recording, Replay, ReplayError, ReplayVolume, Transport};
pub use serial::ReplayPort;

use super::VirtualTime;
use crate::{Device, IoError};

/// The device a recording was made of.
#[must_use]
pub fn replay(recording: Recording, time: &VirtualTime) -> Device {
    replay_to_end(recording, time).0
}

/// The same, and how to know afterwards whether everything in the recording happened.
#[must_use]
pub fn replay_to_end(recording: Recording, time: &VirtualTime) -> (Device, ReplayEnd) {
    let transport = recording.header().transport;
    if transport == Transport::Volume {
        let volume = Rc::new(RefCell::new(ReplayVolume::new(&recording)));
        let end = ReplayEnd::Volume(Rc::clone(&volume));
        return (Device::Volume(Box::new(volume::Replayed::new(volume))), end);
    }
    let usb = usb::endpoints(&recording);
    let line = Replayed::new(recording, time);
    let end = ReplayEnd::Line(Rc::clone(&line.replay));
    let device = match transport {
        Transport::Hid { .. } => Device::Hid(Box::new(line)),
        Transport::Usb { .. } => Device::Usb(Box::new(usb::Interface::new(line, usb))),
        Transport::Block => Device::Block(Box::new(line)),
        Transport::Serial(_) | Transport::Volume => {
            Device::Serial(Box::new(ReplayPort::over(line)))
        }
    };
    (device, end)
}

/// What is left of a recording when the driver has ended.
pub enum ReplayEnd {
    /// Of a conversation.
    Line(Rc<RefCell<Replay>>),
    /// Of files.
    Volume(Rc<RefCell<ReplayVolume>>),
}

impl ReplayEnd {
    /// Whether everything in the recording happened; for a driver that said `ok`.
    ///
    /// # Errors
    ///
    /// The first line that is left over.
    pub fn check(&self) -> Result<(), ReplayError> {
        match self {
            Self::Line(replay) => replay.borrow_mut().check_end(),
            Self::Volume(volume) => volume.borrow().check_end(),
        }
    }
}

/// A replay that has the same time as the test.
struct Replayed {
    replay: Rc<RefCell<Replay>>,
    time: VirtualTime,
}

impl Replayed {
    fn new(recording: Recording, time: &VirtualTime) -> Self {
        Self { replay: Rc::new(RefCell::new(Replay::new(recording))), time: time.clone() }
    }

    fn call<T>(
        &mut self,
        act: impl FnOnce(&mut Replay) -> Result<T, ReplayError>,
    ) -> Result<T, IoError> {
        let mut replay = self.replay.borrow_mut();
        let slept = self.time.now_ms().saturating_sub(replay.now_ms());
        replay.sleep(slept);
        let result = act(&mut replay);
        self.time.advance(replay.now_ms().saturating_sub(self.time.now_ms()));
        result.map_err(io_error)
    }
}

fn io_error(error: ReplayError) -> IoError {
    match error {
        ReplayError::Timeout => IoError::Timeout,
        ReplayError::Unplug => IoError::Disconnected,
        ReplayError::Stall => IoError::Stall,
        other => IoError::Other(other.to_string()),
    }
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
