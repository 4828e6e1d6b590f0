//! The time a session lives in: real for a live link, the recording's own for a replayed one.
//!
//! A driver measures and waits only through this, so that a replay takes no time and gives the same
//! result at every run. There is no time of day here: the caller has a clock, or the recording says
//! when it began.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::{LinkError, Watch};

/// The longest a wait goes on without a look at the watch.
pub(crate) const SLICE: Duration = Duration::from_millis(50);

/// A handle on the time of one session. Clones share it.
#[derive(Clone, Debug)]
pub struct Timeline(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    Live { began: Instant },
    Replayed { now_ms: AtomicU64, start: Start },
}

/// What a session's times are measured against.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Start {
    /// The meter is there: the caller's clock and zone count.
    Live,
    /// A recording is replayed: its clock and zone count, and where they are absent nobody knows.
    Recorded {
        /// The host's clock when the recording began.
        at: Option<Timestamp>,
        /// The host's zone then, an IANA name.
        zone: Option<String>,
    },
}

impl Timeline {
    /// Real time, beginning now.
    pub fn live() -> Self {
        Self(Arc::new(Kind::Live { began: Instant::now() }))
    }

    /// Time of its own, which only sleeping, timeouts and a recording's lines let pass.
    pub fn replayed(at: Option<Timestamp>, zone: Option<String>) -> Self {
        let start = Start::Recorded { at, zone };
        Self(Arc::new(Kind::Replayed { now_ms: AtomicU64::new(0), start }))
    }

    /// What the session's times are measured against.
    pub fn start(&self) -> Start {
        match &*self.0 {
            Kind::Live { .. } => Start::Live,
            Kind::Replayed { start, .. } => start.clone(),
        }
    }

    /// Milliseconds since the session began. Never steps back.
    pub fn now_ms(&self) -> u64 {
        match &*self.0 {
            Kind::Live { began } => u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            Kind::Replayed { now_ms, .. } => now_ms.load(Ordering::Relaxed),
        }
    }

    /// Waits. A live session really does, and ends early if it is to end.
    pub fn sleep(&self, ms: u64, watch: &dyn Watch) -> Result<(), LinkError> {
        if let Kind::Replayed { now_ms, .. } = &*self.0 {
            if watch.stopped() {
                return Err(LinkError::Cancelled);
            }
            self.advance_to(now_ms.load(Ordering::Relaxed).saturating_add(ms));
            return Ok(());
        }
        let deadline = Deadline::after(Duration::from_millis(ms));
        loop {
            if watch.stopped() {
                return Err(LinkError::Cancelled);
            }
            match deadline.slice() {
                Some(slice) => std::thread::sleep(slice),
                None => return Ok(()),
            }
        }
    }

    /// Moves a replayed time forward; real time moves by itself.
    pub(crate) fn advance_to(&self, ms: u64) {
        if let Kind::Replayed { now_ms, .. } = &*self.0 {
            now_ms.fetch_max(ms, Ordering::Relaxed);
        }
    }
}

/// When a call gives up; far beyond any wait if the clock cannot say.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    pub(crate) fn after(timeout: Duration) -> Self {
        Self(Instant::now().checked_add(timeout))
    }

    /// All the time that is left, or nothing when it has passed.
    pub(crate) fn left(&self) -> Option<Duration> {
        let left = match self.0 {
            Some(at) => at.saturating_duration_since(Instant::now()),
            None => Duration::MAX,
        };
        (!left.is_zero()).then_some(left)
    }

    /// The next slice of waiting, or nothing when the time has passed.
    pub(crate) fn slice(&self) -> Option<Duration> {
        let left = match self.0 {
            Some(at) => at.saturating_duration_since(Instant::now()),
            None => SLICE,
        };
        (!left.is_zero()).then(|| left.min(SLICE))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::Unwatched;

    #[test]
    fn a_live_sleep_ends_soon_after_the_session_is_to_end() {
        let stop = Arc::new(AtomicBool::new(false));
        let began = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(20));
                stop.store(true, Ordering::Relaxed);
            });
            let slept = Timeline::live().sleep(30_000, &stop);
            assert_eq!(slept, Err(LinkError::Cancelled));
        });
        assert!(began.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn a_live_sleep_takes_its_time() {
        let timeline = Timeline::live();
        assert_eq!(timeline.sleep(70, &Unwatched), Ok(()));
        assert!(timeline.now_ms() >= 70);
    }

    #[test]
    fn a_replayed_sleep_takes_none_and_is_counted() {
        let timeline = Timeline::replayed(None, None);
        let began = Instant::now();
        assert_eq!(timeline.sleep(3_600_000, &Unwatched), Ok(()));
        assert_eq!(timeline.now_ms(), 3_600_000);
        assert!(began.elapsed() < Duration::from_secs(1));
    }
}
