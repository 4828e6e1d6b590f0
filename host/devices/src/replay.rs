//! A recording in place of a meter: everything above this crate runs unchanged.
//!
//! How a recording answers is the recording's own matter (`meterport-recording`); here the answers
//! get the shape of a link, and time becomes the recording's own.

use std::time::Duration;

use meterport_recording::{Recording, Replay, ReplayError, Transport};

use crate::{LineSettings, Link, LinkError, Purge, SerialLink, Timeline, Watch};

/// Replays a recorded serial line. Nothing waits.
pub struct ReplayLink {
    replay: Replay,
    kept: Vec<u8>,
    timeline: Timeline,
}

impl ReplayLink {
    /// Begins to replay. Of the transports only serial lines can be replayed yet.
    pub fn new(recording: Recording) -> Result<Self, LinkError> {
        let header = recording.header();
        if !matches!(header.transport, Transport::Serial(_)) {
            return Err(LinkError::ReplayTransport { transport: header.transport.word() });
        }
        let timeline = Timeline::replayed(header.at, header.zone.clone());
        Ok(Self { replay: Replay::new(recording), kept: Vec::new(), timeline })
    }

    /// Begins to replay, over whatever transport the recording was taken.
    pub fn open(recording: Recording) -> Result<Link, LinkError> {
        Self::new(recording).map(|link| Link::Serial(Box::new(link)))
    }

    /// Whether everything in the recording has happened.
    pub fn at_end(&mut self) -> bool {
        self.kept.is_empty() && self.replay.at_end()
    }

    fn with<T>(
        &mut self,
        watch: &dyn Watch,
        call: impl FnOnce(&mut Replay) -> Result<T, ReplayError>,
    ) -> Result<T, LinkError> {
        if watch.stopped() {
            return Err(LinkError::Cancelled);
        }
        let slept = self.timeline.now_ms().saturating_sub(self.replay.now_ms());
        self.replay.sleep(slept);
        let answer = call(&mut self.replay);
        self.timeline.advance_to(self.replay.now_ms());
        Ok(answer?)
    }
}

impl SerialLink for ReplayLink {
    fn read(
        &mut self,
        max: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        if max == 0 {
            return Err(LinkError::Denied("a read of no bytes".to_owned()));
        }
        if !self.kept.is_empty() {
            let rest = self.kept.split_off(max.min(self.kept.len()));
            return Ok(std::mem::replace(&mut self.kept, rest));
        }
        self.with(watch, |replay| replay.read(max, ms(timeout)))
    }

    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        while self.kept.len() < len {
            let missing = len.saturating_sub(self.kept.len());
            let more = self.with(watch, |replay| replay.read(missing, ms(timeout)))?;
            self.kept.extend(more);
        }
        let rest = self.kept.split_off(len);
        Ok(std::mem::replace(&mut self.kept, rest))
    }

    fn write(
        &mut self,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        self.with(watch, |replay| replay.write(data, ms(timeout)))
    }

    fn flush(&mut self, _: Duration, watch: &dyn Watch) -> Result<(), LinkError> {
        self.with(watch, |_| Ok(()))
    }

    fn purge(&mut self, what: Purge) -> Result<(), LinkError> {
        if what.input() {
            self.kept.clear();
            self.replay.purge_input();
        }
        Ok(())
    }

    fn set_line(&mut self, settings: LineSettings) -> Result<(), LinkError> {
        settings.checked().map(drop)
    }

    fn set_control(&mut self, _: bool, _: bool) -> Result<(), LinkError> {
        Ok(())
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

fn ms(timeout: Duration) -> u64 {
    u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)
}
