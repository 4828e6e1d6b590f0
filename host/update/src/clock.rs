//! The time by which promises are judged: never earlier than what is known to have passed.

use jiff::Timestamp;
use meterport_appcast::FRESH_MOST;

/// The times that a caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What the system's clock says.
    pub now: Timestamp,
    /// When this program was built: it cannot be earlier than that.
    pub build: Timestamp,
}

impl Clock {
    /// The latest of the system's time, the time of the build, and the newest `until` that was ever
    /// verified less the 35 days that a fresh signature may promise: when it was made, it was later
    /// than that. A clock set back wins nothing.
    pub fn floor(&self, newest_until: Option<Timestamp>) -> Timestamp {
        let known = newest_until.and_then(|until| until.checked_sub(FRESH_MOST).ok());
        let floor = self.now.max(self.build);
        known.map_or(floor, |known| floor.max(known))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::Clock;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_clock_set_back_stops_at_the_build_and_at_the_newest_promise() {
        let clock = Clock { now: at("2020-01-01T00:00:00Z"), build: at("2026-11-01T00:00:00Z") };

        assert_eq!(clock.floor(None), clock.build);
        assert_eq!(clock.floor(Some(at("2026-11-20T00:00:00Z"))), clock.build);
        let until = at("2027-01-31T00:00:00Z");
        assert_eq!(clock.floor(Some(until)), at("2026-12-27T00:00:00Z"));
    }

    #[test]
    fn a_clock_that_is_right_counts() {
        let clock = Clock { now: at("2026-11-22T00:00:00Z"), build: at("2026-11-01T00:00:00Z") };

        assert_eq!(clock.floor(Some(at("2026-12-05T00:00:00Z"))), clock.now);
    }
}
