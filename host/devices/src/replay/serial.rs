//! A recorded serial line.

use std::time::Duration;

use meterport_recording::{Recording, Transport};

use super::{Replayed, lock, ms};
use crate::{LineSettings, Link, LinkError, Purge, SerialLink, Timeline, Watch};

/// Replays a recorded serial line. Nothing waits.
pub struct ReplayLink(Replayed);

impl ReplayLink {
    /// Begins to replay a serial line; [`ReplayLink::open`] takes every transport.
    pub fn new(recording: Recording) -> Result<Self, LinkError> {
        let header = recording.header();
        if !matches!(header.transport, Transport::Serial(_)) {
            return Err(LinkError::ReplayTransport { transport: header.transport.word() });
        }
        let timeline = Timeline::replayed(header.at, header.zone.clone());
        Ok(Self(Replayed::over(recording, timeline)))
    }

    /// Begins to replay, over whatever transport the recording was taken.
    pub fn open(recording: Recording) -> Result<Link, LinkError> {
        super::replay(recording).map(|(link, _)| link)
    }

    pub(super) fn over(talk: Replayed) -> Self {
        Self(talk)
    }

    /// Whether everything in the recording has happened.
    pub fn at_end(&mut self) -> bool {
        lock(&self.0.shared).check().is_ok()
    }

    /// What a read that timed out has left, up to `max` bytes.
    fn take_kept(&self, max: usize) -> Vec<u8> {
        let kept = &mut lock(&self.0.shared).kept;
        let rest = kept.split_off(max.min(kept.len()));
        std::mem::replace(kept, rest)
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
        let kept = self.take_kept(max);
        if !kept.is_empty() {
            return Ok(kept);
        }
        self.0.watched(watch, |replay| replay.read(max, ms(timeout)))
    }

    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        let mut read = self.take_kept(len);
        while read.len() < len {
            let missing = len.saturating_sub(read.len());
            match self.0.watched(watch, |replay| replay.read(missing, ms(timeout))) {
                Ok(more) => read.extend(more),
                Err(error) => {
                    lock(&self.0.shared).kept = read;
                    return Err(error);
                }
            }
        }
        Ok(read)
    }

    fn write(
        &mut self,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        self.0.watched(watch, |replay| replay.write(data, ms(timeout)))
    }

    fn flush(&mut self, _: Duration, watch: &dyn Watch) -> Result<(), LinkError> {
        self.0.watched(watch, |_| Ok(()))
    }

    fn purge(&mut self, what: Purge) -> Result<(), LinkError> {
        if what.input() {
            let mut shared = lock(&self.0.shared);
            shared.kept.clear();
            shared.replay.purge_input();
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
        self.0.timeline.clone()
    }
}
