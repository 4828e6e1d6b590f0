//! Real time that a meter takes before it answers, whatever time the session lives in.

use std::time::Duration;

use meterport_devices::{LinkError, Timeline, Watch};

/// So long before each answer; nothing is due until there is one.
pub(super) struct Pause {
    each: Duration,
    due: bool,
}

impl Pause {
    pub(super) fn before_each(each: Duration) -> Self {
        Self { each, due: false }
    }

    /// There is an answer, which nobody has waited for.
    pub(super) fn begin(&mut self) {
        self.due = !self.each.is_zero();
    }

    /// Waits until the answer may be taken, unless somebody has.
    pub(super) fn wait(&mut self, watch: &dyn Watch) -> Result<(), LinkError> {
        if std::mem::take(&mut self.due) {
            Timeline::live().sleep(ms(self.each), watch)?;
        }
        Ok(())
    }
}

/// Nothing came: the time that the caller gave passes.
pub(super) fn nothing_came<T>(
    timeline: &Timeline,
    timeout: Duration,
    watch: &dyn Watch,
) -> Result<T, LinkError> {
    timeline.sleep(ms(timeout), watch)?;
    Err(LinkError::Timeout)
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
