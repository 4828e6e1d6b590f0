//! A recorded serial line. Not recorded: bytes that were purged unread, line settings set on the
//! way, and modem lines; a recording has no words for them, and a replay needs none.

use std::time::Duration;

use meterport_recording::Header;

use super::{RecordingHandle, Tape};
use crate::{LineSettings, LinkError, Purge, SerialLink, Timeline, Watch};

/// A serial link that keeps a recording of what goes over it.
pub struct Recorded<L> {
    link: L,
    tape: Tape,
}

impl<L: SerialLink> Recorded<L> {
    /// Begins to record. The header says what the link is; its `at` is the caller's clock now.
    pub fn new(link: L, header: Header) -> (Self, RecordingHandle) {
        let (tape, handle) = Tape::new(header, link.timeline());
        (Self::over(link, tape), handle)
    }

    pub(super) fn over(link: L, tape: Tape) -> Self {
        Self { link, tape }
    }
}

impl<L: SerialLink> SerialLink for Recorded<L> {
    fn read(
        &mut self,
        max: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.read(max, timeout, watch);
        self.tape.received(&answer);
        answer
    }

    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        let answer = self.link.read_exact(len, timeout, watch);
        self.tape.received(&answer);
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
            Ok(()) => self.tape.note(|recorder, ms| recorder.sent(ms, data)),
            Err(error) => self.tape.fault(error),
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
