//! The two clocks of a receiver. Both count seconds from 2009-01-01 00:00:00.
//!
//! *System* seconds run by themselves and are never set: they order everything, and are the tick of
//! the contract. *Display* seconds are system seconds and an offset that the person chooses: what
//! the screen shows, and so the device time.
//!
//! Spec: `README.md`, sources 1 and 2, "Pages". Pure.

use meterport_sdk::time::{SECONDS_TO_2009, from_seconds, to_seconds};
use meterport_sdk::wit::DeviceTime;

/// Both times of one record.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Times {
    /// Seconds of the system clock.
    pub system: u32,
    /// Seconds on the screen.
    pub display: u32,
}

impl Times {
    /// By how many seconds the screen was ahead of the system clock; `None` where one of the two
    /// was not set.
    #[must_use]
    pub fn offset(self) -> Option<i64> {
        let (system, display) = (set(self.system)?, set(self.display)?);
        Some(i64::from(display) - i64::from(system))
    }
}

/// The number, unless it is the one that stands for none.
#[must_use]
pub fn set(seconds: u32) -> Option<u32> {
    (seconds != NOT_SET).then_some(seconds)
}

/// What the screen showed, or `None` where the time was not set.
#[must_use]
pub fn shown(display: u32) -> Option<DeviceTime> {
    at(i64::from(set(display)?))
}

/// The date and time so many seconds after the beginning of 2009; `None` outside the years that
/// the contract has.
#[must_use]
pub fn at(seconds: i64) -> Option<DeviceTime> {
    from_seconds(seconds.checked_add(SECONDS_TO_2009)?)
}

/// The inverse of [`at`].
#[must_use]
pub fn seconds(time: &DeviceTime) -> i64 {
    to_seconds(time) - SECONDS_TO_2009
}

/// What a record holds in place of a time that it does not have.
const NOT_SET: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    #[test]
    fn a_time_that_is_not_set_is_none_and_has_no_offset() {
        assert!(shown(u32::MAX).is_none());
        assert_eq!(Times { system: u32::MAX, display: 5 }.offset(), None);
        assert_eq!(Times { system: 5, display: u32::MAX }.offset(), None);
    }

    #[test]
    fn the_worked_times_agree() {
        assert_eq!(shown(0x2054_03C4), checked(2026, 3, 10, 12, 15, 0));
        assert_eq!(shown(0x2053_BD74), checked(2026, 3, 10, 7, 15, 0));
        let times = Times { system: 0x2054_03C4, display: 0x2053_BD74 };
        assert_eq!(times.offset(), Some(-18_000));
    }
}
