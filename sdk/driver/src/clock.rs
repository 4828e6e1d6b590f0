//! Short times: waiting and measuring. There is no time of day.

use std::rc::Rc;

/// Where a [`Clock`] gets its time from: the host, or a test.
pub trait Time {
    /// Milliseconds since an arbitrary point.
    fn now_ms(&self) -> u64;
    /// Waits; returns early when the session is cancelled.
    fn sleep_ms(&self, ms: u32);
}

/// The session's monotonic clock. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Rc<dyn Time>);

impl Clock {
    /// A clock over any source of time.
    pub fn new(time: impl Time + 'static) -> Self {
        Self(Rc::new(time))
    }

    /// Milliseconds since an arbitrary point; only differences mean something.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    /// Waits. Pauses that a protocol prescribes belong in one constant of the driver.
    pub fn sleep_ms(&self, ms: u32) {
        self.0.sleep_ms(ms);
    }
}
