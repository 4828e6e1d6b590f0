//! What a device's clock showed: a civil date and time without a zone, and possibly wrong.
//!
//! Truth: `wit/types.wit`, `device-time`. Only [`crate::time`] makes UTC of it. There is no
//! `Display`: the time of a result is health data, so whoever prints one says
//! [`DeviceTime::text`].

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::redact::redacted_debug;

/// A real calendar date and time in the years 1900 to 2155.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DeviceTime(civil::DateTime);

redacted_debug!(DeviceTime);

/// A date or time that no calendar has, such as 30 February.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a date or time is not one of the calendar's, or its year is outside 1900 to 2155")]
pub struct DateError;

impl DeviceTime {
    /// Checks that this date exists and that the time is one a clock can show.
    pub fn new(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
    ) -> Result<Self, DateError> {
        let small = |number: u8| i8::try_from(number).map_err(|_| DateError);
        let year = i16::try_from(year).map_err(|_| DateError)?;
        let date_time = civil::DateTime::new(
            year,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(minute)?,
            small(second)?,
            0,
        )
        .map_err(|_| DateError)?;
        Self::from_civil(date_time)
    }

    /// Takes the whole seconds of a civil time.
    pub fn from_civil(date_time: civil::DateTime) -> Result<Self, DateError> {
        if !(FIRST_YEAR..=LAST_YEAR).contains(&date_time.year()) {
            return Err(DateError);
        }
        date_time.with().subsec_nanosecond(0).build().map(Self).map_err(|_| DateError)
    }

    /// Reads what [`DeviceTime::text`] writes, and nothing else.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let parsed = text.parse().map_err(|_| DateError).and_then(Self::from_civil)?;
        if parsed.text() == text { Ok(parsed) } else { Err(DateError) }
    }

    /// The same as a civil time of the calendar crate.
    pub fn civil(self) -> civil::DateTime {
        self.0
    }

    /// `2026-10-01T09:48:00`
    pub fn text(self) -> String {
        self.0.to_string()
    }
}

const FIRST_YEAR: i16 = 1900;
const LAST_YEAR: i16 = 2155;

impl Serialize for DeviceTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for DeviceTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_no_calendar_has_is_refused() {
        for (year, month, day, hour, minute, second) in [
            (2026, 2, 29, 0, 0, 0),
            (2026, 2, 30, 0, 0, 0),
            (2026, 0, 1, 0, 0, 0),
            (2026, 13, 1, 0, 0, 0),
            (2026, 1, 0, 0, 0, 0),
            (2026, 1, 1, 24, 0, 0),
            (2026, 1, 1, 0, 60, 0),
            (2026, 1, 1, 0, 0, 60),
            (2026, 255, 1, 0, 0, 0),
            (1899, 12, 31, 23, 59, 59),
            (2156, 1, 1, 0, 0, 0),
            (65535, 1, 1, 0, 0, 0),
        ] {
            assert_eq!(DeviceTime::new(year, month, day, hour, minute, second), Err(DateError));
        }
    }

    #[test]
    fn only_the_written_form_is_read() {
        for text in
            ["2026-10-01", "2026-10-01T09:48", "2026-10-01 09:48:00", "2026-10-01T09:48:00.5", ""]
        {
            assert_eq!(DeviceTime::parse(text), Err(DateError), "{text:?}");
        }
        let leap_day = DeviceTime::new(2024, 2, 29, 9, 48, 0).unwrap();
        assert_eq!(leap_day.text(), "2024-02-29T09:48:00");
        assert_eq!(DeviceTime::parse("2024-02-29T09:48:00"), Ok(leap_day));
    }

    #[test]
    fn a_time_is_not_printed_by_debug() {
        let time = DeviceTime::new(2024, 2, 29, 9, 48, 0).unwrap();
        assert_eq!(format!("{time:?}"), "DeviceTime(..)");
    }
}
