//! Input reports on their way from the thread that takes them to the session that reads them.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::timeline::Deadline;
use crate::{LinkError, Watch};

/// Unread reports that are kept.
pub(crate) const MOST_REPORTS: usize = 4096;

/// A bounded queue with an end.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    reports: VecDeque<Vec<u8>>,
    overflowed: bool,
    ended: Option<LinkError>,
}

impl Queue {
    /// One report more. The one that does not fit, and those after it until the next read, are
    /// lost; that read says so.
    pub(crate) fn push(&self, report: Vec<u8>) {
        let mut state = self.lock();
        if state.overflowed || state.reports.len() >= MOST_REPORTS {
            state.overflowed = true;
        } else {
            state.reports.push_back(report);
        }
        self.changed.notify_all();
    }

    /// No report will come any more, because of this.
    pub(crate) fn end(&self, why: LinkError) {
        self.lock().ended.get_or_insert(why);
        self.changed.notify_all();
    }

    /// The oldest unread report. After an overflow all unread ones are thrown away: what is missing
    /// would be missing in their middle.
    pub(crate) fn take(&self, timeout: Duration, watch: &dyn Watch) -> Result<Vec<u8>, LinkError> {
        let deadline = Deadline::after(timeout);
        let mut state = self.lock();
        loop {
            if watch.stopped() {
                return Err(LinkError::Cancelled);
            }
            if std::mem::take(&mut state.overflowed) {
                state.reports.clear();
                return Err(LinkError::Overflow);
            }
            if let Some(report) = state.reports.pop_front() {
                return Ok(report);
            }
            if let Some(why) = &state.ended {
                return Err(why.clone());
            }
            let slice = deadline.slice().ok_or(LinkError::Timeout)?;
            let waited = self.changed.wait_timeout(state, slice);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether the device is gone, and how.
    pub(crate) fn ended(&self) -> Option<LinkError> {
        self.lock().ended.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::Unwatched;

    const SHORT: Duration = Duration::from_millis(60);

    fn report(number: usize) -> Vec<u8> {
        number.to_le_bytes().to_vec()
    }

    #[test]
    fn one_report_too_many_is_said_once_and_then_new_ones_are_read() {
        let queue = Queue::default();
        (0..=MOST_REPORTS).for_each(|number| queue.push(report(number)));
        queue.push(report(9));
        assert_eq!(queue.take(SHORT, &Unwatched), Err(LinkError::Overflow));
        assert_eq!(queue.take(SHORT, &Unwatched), Err(LinkError::Timeout));
        queue.push(report(10));
        assert_eq!(queue.take(SHORT, &Unwatched), Ok(report(10)));
    }

    #[test]
    fn as_many_as_fit_are_all_read_in_order() {
        let queue = Queue::default();
        (0..MOST_REPORTS).for_each(|number| queue.push(report(number)));
        for number in 0..MOST_REPORTS {
            assert_eq!(queue.take(SHORT, &Unwatched), Ok(report(number)));
        }
    }

    #[test]
    fn what_came_before_an_unplug_is_read_first() {
        let queue = Queue::default();
        queue.push(report(1));
        queue.end(LinkError::Disconnected);
        queue.end(LinkError::Timeout);
        assert_eq!(queue.take(SHORT, &Unwatched), Ok(report(1)));
        assert_eq!(queue.take(SHORT, &Unwatched), Err(LinkError::Disconnected));
        assert_eq!(queue.take(SHORT, &Unwatched), Err(LinkError::Disconnected));
    }

    #[test]
    fn a_session_that_is_to_end_gets_nothing_more() {
        let queue = Queue::default();
        queue.push(report(1));
        let stopped = queue.take(SHORT, &AtomicBool::new(true));
        assert_eq!(stopped, Err(LinkError::Cancelled));
    }
}
