//! Hours of the day in which something may be installed by itself.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::{DateTime, Time, Weekday};

/// Hours of the day, on all days or on some, by this computer's clock: `18:00-20:00`,
/// `tue 18:00-20:00`, `mon 18:00-20:00, fri 22:00-02:00`. The end is not part of them; hours that
/// end before they begin end on the next day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours(Vec<Window>);

/// The text says no hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not hours such as `18:00-20:00` or `tue 18:00-20:00`, several joined by `, `")]
pub struct HoursError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    day: Option<Weekday>,
    from: Time,
    to: Time,
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Hours {
    /// True if `at` lies in them.
    pub fn is_open(&self, at: DateTime) -> bool {
        self.0.iter().any(|window| window.is_open(at))
    }

    /// When they are open next: `at` itself if they are open then. `None` only at the end of the
    /// calendar.
    pub fn next(&self, at: DateTime) -> Option<DateTime> {
        if self.is_open(at) {
            return Some(at);
        }
        let today = at.date();
        let starts = self.0.iter().flat_map(|window| {
            // Eight days, since today's hours of that weekday may be over.
            (0..=7).filter_map(move |days: i64| {
                let date = today.checked_add(days.days()).ok()?;
                let start = date.to_datetime(window.from);
                (window.is_on(date.weekday()) && start > at).then_some(start)
            })
        });
        starts.min()
    }
}

impl Window {
    fn is_on(&self, day: Weekday) -> bool {
        self.day.is_none_or(|only| only == day)
    }

    fn is_open(&self, at: DateTime) -> bool {
        let (day, time) = (at.date().weekday(), at.time());
        if self.from < self.to {
            return self.is_on(day) && (self.from..self.to).contains(&time);
        }
        // Into the night: the evening of its day, or the morning after it.
        (self.is_on(day) && time >= self.from) || (self.is_on(day.previous()) && time < self.to)
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let windows = text.split(", ").map(window).collect::<Option<Vec<_>>>();
        windows.map(Self).ok_or(HoursError)
    }
}

fn window(text: &str) -> Option<Window> {
    let (day, hours) = match text.split_once(' ') {
        None => (None, text),
        Some((day, hours)) => {
            let (_, day) = DAYS.into_iter().find(|(name, _)| *name == day)?;
            (Some(day), hours)
        }
    };
    let (from, to) = hours.split_once('-')?;
    let (from, to) = (time(from)?, time(to)?);
    (from != to).then_some(Window { day, from, to })
}

/// `HH:MM`, from `00:00` to `23:59`.
fn time(text: &str) -> Option<Time> {
    let number = |text: &str| -> Option<i8> {
        let is_two_digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        is_two_digits.then(|| text.parse().ok()).flatten()
    };
    let (hour, minute) = text.split_once(':')?;
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, Window { day, from, to }) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            if let Some((name, _)) = DAYS.iter().find(|(_, known)| Some(known) == day.as_ref()) {
                write!(f, "{name} ")?;
            }
            write!(f, "{}-{}", from.strftime("%H:%M"), to.strftime("%H:%M"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::DateTime;

    use super::Hours;

    /// 2026-11-17 is a Tuesday.
    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    fn hours(text: &str) -> Hours {
        text.parse().unwrap()
    }

    #[test]
    fn what_says_no_hours_is_refused() {
        for text in [
            "",
            "18:00",
            "18-20",
            "18:00-18:00",
            "24:00-02:00",
            "18:60-20:00",
            "8:00-9:00",
            "+8:00-09:00",
            "di 18:00-20:00",
            "Tue 18:00-20:00",
            "tue  18:00-20:00",
            "18:00-20:00,",
            "18:00-20:00,21:00-22:00",
        ] {
            assert!(text.parse::<Hours>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_end_and_other_days_are_not_open() {
        for (text, closed) in [
            ("18:00-20:00", "2026-11-17T20:00"),
            ("18:00-20:00", "2026-11-17T17:59:59"),
            ("tue 18:00-20:00", "2026-11-18T19:00"),
            ("tue 22:00-02:00", "2026-11-17T01:00"),
            ("tue 22:00-02:00", "2026-11-18T22:00"),
        ] {
            assert!(!hours(text).is_open(at(closed)), "{text} at {closed}");
        }
        for (text, open) in [
            ("18:00-20:00", "2026-11-17T18:00"),
            ("tue 18:00-20:00", "2026-11-17T19:59:59"),
            ("tue 22:00-02:00", "2026-11-17T23:00"),
            ("tue 22:00-02:00", "2026-11-18T01:59"),
            ("mon 08:00-09:00, wed 08:00-09:00", "2026-11-18T08:30"),
        ] {
            assert!(hours(text).is_open(at(open)), "{text} at {open}");
        }
    }

    #[test]
    fn the_next_hours_are_the_first_ones_that_begin_later() {
        for (text, now, next) in [
            ("18:00-20:00", "2026-11-17T09:00", "2026-11-17T18:00"),
            ("18:00-20:00", "2026-11-17T19:00", "2026-11-17T19:00"),
            ("18:00-20:00", "2026-11-17T20:00", "2026-11-18T18:00"),
            ("tue 18:00-20:00", "2026-11-17T21:00", "2026-11-24T18:00"),
            ("mon 08:00-09:00, thu 08:00-09:00", "2026-11-17T08:00", "2026-11-19T08:00"),
        ] {
            assert_eq!(hours(text).next(at(now)), Some(at(next)), "{text} at {now}");
        }
    }

    #[test]
    fn hours_print_as_they_are_written() {
        for text in ["18:00-20:00", "tue 18:00-20:00", "mon 18:00-20:00, fri 22:00-02:00"] {
            assert_eq!(hours(text).to_string(), text);
        }
    }
}
