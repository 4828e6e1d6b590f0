//! A recording of a live link, taken while a driver talks over it.
//!
//! Recorded is what the driver sent and what it was given, with the time since the line before. Not
//! recorded: bytes that were purged unread, line settings set on the way, and modem lines; a
//! recording has no words for them, and a replay needs none.
//!
//! The recording stays in memory until [`RecordingHandle::finish`]; it holds health data, and the
//! caller decides whether a file comes of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use meterport_recording::{Fault, Header, Recorder, Recording, RecordingError};

use crate::{LineSettings, LinkError, Purge, SerialLink, Timeline, Watch};

/// A link that keeps a recording of what goes over it.
pub struct Recorded<L> {
    link: L,
    recorder: Arc<Mutex<Option<Recorder>>>,
}

/// The recording of a link that somebody else holds.
pub struct RecordingHandle(Arc<Mutex<Option<Recorder>>>);

impl<L: SerialLink> Recorded<L> {
    /// Begins to record. The header says what the link is; its `at` is the caller's clock now.
    pub fn new(link: L, header: Header) -> (Self, RecordingHandle) {
        let recorder = Arc::new(Mutex::new(Some(Recorder::new(header))));
        (Self { link, recorder: Arc::clone(&recorder) }, RecordingHandle(recorder))
    }

    fn note(&self, note: impl FnOnce(&mut Recorder, u64)) {
        if let Some(recorder) = lock(&self.recorder).as_mut() {
            note(recorder, self.link.timeline().now_ms());
        }
    }

    fn received(&self, answer: &Result<Vec<u8>, LinkError>) {
        match answer {
            Ok(bytes) => self.note(|recorder, ms| recorder.received(ms, bytes)),
            Err(LinkError::Timeout) => self.note(Recorder::silent),
            Err(error) => self.fault(error),
        }
    }

    fn fault(&self, error: &LinkError) {
        let fault = match error {
            LinkError::Timeout => Fault::Timeout,
            LinkError::Disconnected => Fault::Unplug,
            LinkError::Stall => Fault::Stall,
            // The host's own doing, or what no recording can say.
            _ => return,
        };
        self.note(|recorder, ms| recorder.fault(ms, fault));
    }
}

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

fn lock(recorder: &Mutex<Option<Recorder>>) -> MutexGuard<'_, Option<Recorder>> {
    recorder.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<L: SerialLink> SerialLink for Recorded<L> {
    fn read(
        &mut self,
        max: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.read(max, timeout, watch);
        self.received(&answer);
        answer
    }

    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.read_exact(len, timeout, watch);
        self.received(&answer);
        answer
    }

    fn write(
        &mut self,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        let answer = self.link.write(data, timeout, watch);
        match &answer {
            Ok(()) => self.note(|recorder, ms| recorder.sent(ms, data)),
            Err(error) => self.fault(error),
        }
        answer
    }

    fn flush(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<(), LinkError> {
        self.link.flush(timeout, watch)
    }

    fn purge(&mut self, what: Purge) -> Result<(), LinkError> {
        self.link.purge(what)
    }

    fn set_line(&mut self, settings: LineSettings) -> Result<(), LinkError> {
        self.link.set_line(settings)
    }

    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), LinkError> {
        self.link.set_control(dtr, rts)
    }

    fn timeline(&self) -> Timeline {
        self.link.timeline()
    }
}
