//! When a session has to end: cancelled, idle for too long, running for too long, or out of
//! processor time.
//!
//! Idle and wall time are the session's own time, so a replayed recording runs out of them without
//! waiting. Processor time is the clock of the session's thread: waiting costs nothing, and a cheap
//! host call every few milliseconds gains nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use meterport_devices::{Timeline, Watch};
use std::sync::OnceLock;

use crate::error::Budget;
use crate::limits::{Budgets, GRACE};

/// Why a session has to end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reason {
    Cancelled,
    Budget(Budget),
}

/// Ends a session from another thread.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<OnceLock<Instant>>);

impl Cancel {
    /// Asks the session to end. The driver has two seconds to do so in its own way.
    pub fn cancel(&self) {
        self.0.get_or_init(Instant::now);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.get().is_some()
    }
}

/// Keeps one session's budgets. Shared by its thread's host calls and the epoch callback.
pub(crate) struct Watcher {
    cancel: Cancel,
    timeline: Timeline,
    budgets: Budgets,
    began_ms: u64,
    progress_ms: AtomicU64,
    cpu_spent: AtomicBool,
    /// What the session's thread had used before the session.
    cpu_before: OnceLock<Duration>,
    first_seen: OnceLock<Instant>,
}

impl Watcher {
    pub(crate) fn new(cancel: Cancel, timeline: Timeline, budgets: Budgets) -> Self {
        let now = timeline.now_ms();
        Self {
            cancel,
            timeline,
            budgets,
            began_ms: now,
            progress_ms: AtomicU64::new(now),
            cpu_spent: AtomicBool::new(false),
            cpu_before: OnceLock::new(),
            first_seen: OnceLock::new(),
        }
    }

    /// A byte came in, or a result went out.
    pub(crate) fn progress(&self) {
        self.progress_ms.store(self.timeline.now_ms(), Ordering::Relaxed);
    }

    /// Why the session has to end, if it has to.
    pub(crate) fn reason(&self) -> Option<Reason> {
        let now = self.timeline.now_ms();
        let over = |since: u64, budget: Duration| {
            u128::from(now.saturating_sub(since)) > budget.as_millis()
        };
        let reason = if self.cancel.is_cancelled() {
            Reason::Cancelled
        } else if self.cpu_spent.load(Ordering::Relaxed) {
            Reason::Budget(Budget::Cpu)
        } else if over(self.progress_ms.load(Ordering::Relaxed), self.budgets.idle) {
            Reason::Budget(Budget::Idle)
        } else if over(self.began_ms, self.budgets.wall) {
            Reason::Budget(Budget::Wall)
        } else {
            return None;
        };
        // A wish counts from when it was made: a long transfer must not put off the end.
        self.first_seen.get_or_init(|| match (&reason, self.cancel.0.get()) {
            (Reason::Cancelled, Some(asked)) => *asked,
            _ => Instant::now(),
        });
        Some(reason)
    }

    /// To be called on the session's thread: true where the driver must be stopped now.
    pub(crate) fn must_stop(&self) -> bool {
        let used = ThreadTime::now().as_duration();
        let before = *self.cpu_before.get_or_init(|| used);
        if used.saturating_sub(before) > self.budgets.cpu {
            self.cpu_spent.store(true, Ordering::Relaxed);
            return true;
        }
        self.reason().is_some() && self.first_seen.get().is_some_and(|seen| seen.elapsed() > GRACE)
    }

    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }
}

impl Watch for Watcher {
    fn stopped(&self) -> bool {
        self.reason().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets() -> Budgets {
        Budgets {
            cpu: Duration::from_secs(5),
            idle: Duration::from_secs(60),
            wall: Duration::from_secs(1_800),
            memory_bytes: 1,
        }
    }

    fn watcher() -> (Watcher, Cancel, Timeline) {
        let (cancel, timeline) = (Cancel::default(), Timeline::replayed(None, None));
        (Watcher::new(cancel.clone(), timeline.clone(), budgets()), cancel, timeline)
    }

    #[test]
    fn a_cancelled_session_has_to_end() {
        let (watcher, cancel, _) = watcher();
        assert_eq!(watcher.reason(), None);
        cancel.cancel();
        assert_eq!(watcher.reason(), Some(Reason::Cancelled));
    }

    #[test]
    fn a_minute_without_progress_is_too_long_and_with_progress_it_is_not() {
        let (watcher, _, timeline) = watcher();
        timeline.sleep(50_000, &meterport_devices::Unwatched).unwrap();
        watcher.progress();
        timeline.sleep(50_000, &meterport_devices::Unwatched).unwrap();
        assert_eq!(watcher.reason(), None);
        timeline.sleep(10_001, &meterport_devices::Unwatched).unwrap();
        assert_eq!(watcher.reason(), Some(Reason::Budget(Budget::Idle)));
    }

    #[test]
    fn an_endless_drip_of_progress_ends_after_half_an_hour() {
        let (watcher, _, timeline) = watcher();
        for _ in 0..1_800 {
            timeline.sleep(1_000, &meterport_devices::Unwatched).unwrap();
            watcher.progress();
        }
        assert_eq!(watcher.reason(), None);
        timeline.sleep(1, &meterport_devices::Unwatched).unwrap();
        assert_eq!(watcher.reason(), Some(Reason::Budget(Budget::Wall)));
    }
}
