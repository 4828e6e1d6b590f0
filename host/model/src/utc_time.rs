//! A moment in UTC, in whole seconds, as [`crate::time`] makes it of a device's time.
//!
//! Wherever one stands in a document, the rule that made it stands beside it. No `Display`: the
//! time of a result is health data.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::redact::redacted_debug;

/// Whole seconds of UTC.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UtcTime(Timestamp);

redacted_debug!(UtcTime);

impl UtcTime {
    /// Cuts what is finer than a second.
    pub fn from_timestamp(moment: Timestamp) -> Self {
        // A timestamp with a fraction is never the first second there is, so the floor exists.
        let second = moment.as_nanosecond().div_euclid(1_000_000_000);
        let whole =
            i64::try_from(second).ok().and_then(|second| Timestamp::from_second(second).ok());
        Self(whole.unwrap_or(moment))
    }

    /// The same as a timestamp of the calendar crate.
    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// `2026-10-01T07:48:00Z`
    pub fn text(self) -> String {
        self.0.to_string()
    }

    /// Reads what [`UtcTime::text`] writes, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let time = Self::from_timestamp(text.parse().ok()?);
        (time.text() == text).then_some(time)
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?)
            .ok_or_else(|| de::Error::custom("not a UTC time in whole seconds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_seconds_with_a_z_are_read() {
        for text in [
            "2026-10-01T07:48:00+00:00",
            "2026-10-01T07:48:00.5Z",
            "2026-10-01 07:48:00Z",
            "now",
            "",
        ] {
            assert!(UtcTime::parse(text).is_none(), "{text:?}");
        }
        assert_eq!(UtcTime::parse("2026-10-01T07:48:00Z").unwrap().text(), "2026-10-01T07:48:00Z");
    }

    #[test]
    fn a_fraction_is_cut_before_and_after_1970() {
        for (moment, second) in [
            ("2026-10-01T07:48:00.999Z", "2026-10-01T07:48:00Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(UtcTime::from_timestamp(moment.parse().unwrap()).text(), second);
        }
    }
}
