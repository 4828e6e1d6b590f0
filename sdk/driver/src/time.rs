//! Meters that count seconds: from a number to the date and time the meter's clock showed.

use crate::wit::DeviceTime;

/// Seconds from 1970-01-01 to 2000-01-01, for meters that count from there.
pub const SECONDS_TO_2000: i64 = 946_684_800;
/// Seconds from 1970-01-01 to 2009-01-01, for meters that count from there.
pub const SECONDS_TO_2009: i64 = 1_230_768_000;

/// The date and time that lies `seconds` after 1970-01-01 00:00:00 on the meter's own clock, or
/// `None` outside the years 1900 to 2155.
#[must_use]
pub fn from_seconds(seconds: i64) -> Option<DeviceTime> {
    let days = seconds.div_euclid(86_400);
    let of_day = seconds.rem_euclid(86_400);
    let (year, month, day) = civil(days)?;
    Some(DeviceTime {
        year,
        month,
        day,
        hour: u8::try_from(of_day / 3_600).ok()?,
        minute: u8::try_from(of_day / 60 % 60).ok()?,
        second: u8::try_from(of_day % 60).ok()?,
    })
}

/// The inverse of [`from_seconds`]; simulators need it.
#[must_use]
pub fn to_seconds(time: &DeviceTime) -> i64 {
    let shifted_year = i64::from(time.year) - i64::from(time.month <= 2);
    let shifted_month = (i64::from(time.month) + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(time.day) - 1;
    let days = 365 * shifted_year + shifted_year.div_euclid(4) - shifted_year.div_euclid(100)
        + shifted_year.div_euclid(400)
        + day_of_year
        - 719_468;
    days * 86_400
        + i64::from(time.hour) * 3_600
        + i64::from(time.minute) * 60
        + i64::from(time.second)
}

/// A date and time, if the calendar has it.
#[must_use]
pub fn checked(
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
) -> Option<DeviceTime> {
    let time = DeviceTime { year, month, day, hour, minute, second };
    // A date that the calendar does not have comes back as another one.
    (hour < 24
        && (1..=12).contains(&month)
        && from_seconds(to_seconds(&time)).as_ref() == Some(&time))
    .then_some(time)
}

/// Proleptic Gregorian date of a day number, 0 = 1970-01-01.
fn civil(days: i64) -> Option<(u16, u8, u8)> {
    let shifted = days + 719_468; // days since 0000-03-01
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    if !(1900..=2155).contains(&year) {
        return None;
    }
    Some((u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_the_calendar_does_not_have_is_none() {
        for (year, month, day) in
            [(2026, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0)]
        {
            assert_eq!(checked(year, month, day, 0, 0, 0), None);
        }
        assert_eq!(checked(2026, 1, 1, 24, 0, 0), None);
        assert_eq!(checked(2026, 1, 1, 0, 60, 0), None);
    }

    #[test]
    fn the_worked_example_of_the_ultra_easy_is_a_quarter_past_seven() {
        assert_eq!(from_seconds(0x69AF_C4F4), checked(2026, 3, 10, 7, 15, 0));
    }

    #[test]
    fn every_day_of_two_centuries_comes_back() {
        for day in -25_000..60_000 {
            let time = from_seconds(day * 86_400 + 12_345).unwrap();
            assert_eq!(to_seconds(&time), day * 86_400 + 12_345);
        }
    }
}
