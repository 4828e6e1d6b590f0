//! A recording of a live link, taken while a driver talks over it.
//!
//! Recorded is what the driver sent and what it was given, with the time since the line before.
//!
//! The recording stays in memory until [`RecordingHandle::finish`]; it holds health data, and the
//! caller decides whether a file comes of it.

mod block;
mod hid;
mod serial;
mod usb;
mod volume;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use meterport_recording::{Fault, Header, Item, Recorder, Recording, RecordingError};

use crate::{Link, LinkError, Timeline};
pub use serial::Recorded;

/// Begins to record a link of any transport. The header says what the link is; its `at` is the
/// caller's clock now.
pub fn record(link: Link, header: Header) -> (Link, RecordingHandle) {
    let (tape, handle) = Tape::new(header, link.timeline());
    let link = match link {
        Link::Serial(link) => Link::Serial(Box::new(Recorded::over(link, tape))),
        Link::Hid(link) => Link::Hid(Box::new(hid::RecordedHid::new(link, tape))),
        Link::Usb(link) => Link::Usb(Box::new(usb::RecordedUsb::new(link, tape))),
        Link::Block(link) => Link::Block(Box::new(block::RecordedDisk::new(link, tape))),
        Link::Volume(link) => Link::Volume(Box::new(volume::RecordedVolume::new(link, tape))),
    };
    (link, handle)
}

/// The recording of a link that somebody else holds.
pub struct RecordingHandle(Arc<Mutex<Option<Recorder>>>);

impl RecordingHandle {
    /// A comment before the next line. Must not name a person.
    pub fn comment(&self, text: &str) {
        if let Some(recorder) = lock(&self.0).as_mut() {
            recorder.comment(text);
        }
    }

    /// Ends the recording; what goes over the link afterwards is not recorded. `None`: it was
    /// ended before.
    pub fn finish(&self) -> Option<Result<Recording, RecordingError>> {
        lock(&self.0).take().map(Recorder::finish)
    }
}

/// Where a link's doings go. Clones write to the same recording.
#[derive(Clone)]
struct Tape {
    recorder: Arc<Mutex<Option<Recorder>>>,
    timeline: Timeline,
}

impl Tape {
    fn new(header: Header, timeline: Timeline) -> (Self, RecordingHandle) {
        let recorder = Arc::new(Mutex::new(Some(Recorder::new(header))));
        (Self { recorder: Arc::clone(&recorder), timeline }, RecordingHandle(recorder))
    }

    fn note(&self, note: impl FnOnce(&mut Recorder, u64)) {
        if let Some(recorder) = lock(&self.recorder).as_mut() {
            note(recorder, self.timeline.now_ms());
        }
    }

    fn item(&self, item: Item) {
        self.note(|recorder, ms| recorder.push(ms, item));
    }

    fn comment(&self, text: &str) {
        self.note(|recorder, _| recorder.comment(text));
    }

    /// What a read gave, of bytes or of one report.
    fn received(&self, answer: &Result<Vec<u8>, LinkError>) {
        match answer {
            Ok(bytes) => self.note(|recorder, ms| recorder.received(ms, bytes)),
            Err(LinkError::Timeout) => self.note(Recorder::silent),
            Err(error) => self.fault(error),
        }
    }

    /// What a call gave that is one line.
    fn answered<T>(&self, answer: &Result<T, LinkError>, item: impl FnOnce(&T) -> Item) {
        match answer {
            Ok(given) => self.item(item(given)),
            Err(error) => self.fault(error),
        }
    }

    fn fault(&self, error: &LinkError) {
        let fault = match error {
            LinkError::Timeout | LinkError::Stale => Fault::Timeout,
            LinkError::Disconnected => Fault::Unplug,
            LinkError::Stall => Fault::Stall,
            // The host's own doing: no driver asks so a second time.
            LinkError::Cancelled | LinkError::Denied(_) => return,
            // The text of an error may quote the device, so only its word is written.
            LinkError::Other { code, .. } => {
                return self.comment(&format!("a call failed: {code}"));
            }
            error => return self.comment(&format!("a call failed: {}", error.code())),
        };
        self.note(|recorder, ms| recorder.fault(ms, fault));
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
