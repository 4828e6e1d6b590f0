//! A recording in place of a meter: everything above this crate runs unchanged.
//!
//! How a recording answers is the recording's own matter (`meterport-recording`); here the answers
//! get the shape of a link, and time becomes the recording's own.
//!
//! What a recording does not hold is made up as little as possible: the identity of a disk is three
//! empty texts (the host compares it before a driver runs) and its medium has 32 MiB, a HID
//! interface has no report descriptor, and USB endpoints are those that occur, in bulk, with
//! packets of 64 bytes.

mod block;
mod hid;
mod serial;
mod usb;
mod volume;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use meterport_recording::{Line, Recording, Replay, ReplayError, ReplayVolume, Transport};

use crate::{Link, LinkError, Timeline, Watch};
pub use serial::ReplayLink;

/// Begins to replay, over whatever transport the recording was taken; the handle tells afterwards
/// whether all of it happened.
pub fn replay(recording: Recording) -> Result<(Link, ReplayEnd), LinkError> {
    let header = recording.header();
    let timeline = Timeline::replayed(header.at, header.zone.clone());
    let transport = header.transport;
    if transport == Transport::Volume {
        let files = Arc::new(Mutex::new(ReplayVolume::new(&recording)));
        let end = ReplayEnd(Left::Files(Arc::clone(&files)));
        return Ok((Link::Volume(Box::new(volume::ReplayedFiles::new(files, timeline))), end));
    }
    let endpoints = usb::endpoints(&recording);
    let talk = Replayed::over(recording, timeline);
    let end = ReplayEnd(Left::Talk(Arc::clone(&talk.shared)));
    let link = match transport {
        Transport::Serial(_) | Transport::Volume => Link::Serial(Box::new(ReplayLink::over(talk))),
        Transport::Hid { .. } => Link::Hid(Box::new(talk)),
        Transport::Usb { interface, .. } => {
            Link::Usb(Box::new(usb::ReplayedUsb::new(talk, interface, endpoints)))
        }
        Transport::Block => Link::Block(Box::new(block::ReplayedDisk::new(talk))),
    };
    Ok((link, end))
}

/// What is left of a recording that is replayed by somebody else.
pub struct ReplayEnd(Left);

enum Left {
    Talk(Arc<Mutex<Shared>>),
    Files(Arc<Mutex<ReplayVolume>>),
}

impl ReplayEnd {
    /// Whether everything in the recording has happened.
    pub fn at_end(&self) -> bool {
        self.check().is_ok()
    }

    /// For the end of a reading that says it is complete: the first line that is left over is an
    /// error. Files of a volume that nobody read are none.
    pub fn check(&self) -> Result<(), LinkError> {
        match &self.0 {
            Left::Talk(shared) => lock(shared).check(),
            Left::Files(files) => Ok(lock(files).check_end()?),
        }
    }
}

/// A conversation, and serial bytes that were taken from it and not read yet.
struct Shared {
    replay: Replay,
    kept: Vec<u8>,
    last_line: usize,
}

impl Shared {
    fn check(&mut self) -> Result<(), LinkError> {
        self.replay.check_end()?;
        if self.kept.is_empty() {
            return Ok(());
        }
        // Bytes of a line that was begun; the last one, since nothing else is left.
        Err(LinkError::ReplaySurplus { line: self.last_line })
    }
}

/// A replay that has the same time as its session.
struct Replayed {
    shared: Arc<Mutex<Shared>>,
    timeline: Timeline,
}

impl Replayed {
    fn over(recording: Recording, timeline: Timeline) -> Self {
        let last_line = recording.lines().last().map_or(0, Line::number);
        let shared = Shared { replay: Replay::new(recording), kept: Vec::new(), last_line };
        Self { shared: Arc::new(Mutex::new(shared)), timeline }
    }

    fn call<T>(
        &self,
        call: impl FnOnce(&mut Replay) -> Result<T, ReplayError>,
    ) -> Result<T, LinkError> {
        let replay = &mut lock(&self.shared).replay;
        let slept = self.timeline.now_ms().saturating_sub(replay.now_ms());
        replay.sleep(slept);
        let answer = call(replay);
        self.timeline.advance_to(replay.now_ms());
        Ok(answer?)
    }

    fn watched<T>(
        &self,
        watch: &dyn Watch,
        call: impl FnOnce(&mut Replay) -> Result<T, ReplayError>,
    ) -> Result<T, LinkError> {
        if watch.stopped() { Err(LinkError::Cancelled) } else { self.call(call) }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ms(timeout: Duration) -> u64 {
    u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)
}
