//! What records are made of: delimiters, numbers, times. ASTM E1394.
//!
//! Pure.

use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;
use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

/// The four delimiters that the header declares, `|\^&` in all that is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Delimiters {
    /// Between fields.
    pub field: char,
    /// Between values of one field.
    pub repeat: char,
    /// Between parts of one value.
    pub component: char,
    /// Before and behind a letter that stands for one of the others.
    pub escape: char,
}

impl Delimiters {
    /// From the text of a header: `H`, then the four.
    ///
    /// # Errors
    ///
    /// Anything else, or one that serves twice.
    pub fn of_header(header: &str) -> Result<Self, RecordError> {
        let mut chars = header.chars();
        let declared =
            [chars.next(), chars.next(), chars.next(), chars.next(), chars.next(), chars.next()];
        let [Some('H'), Some(field), Some(repeat), Some(component), Some(escape), after] = declared
        else {
            return Err(RecordError::Field { name: "delimiters" });
        };
        let all = [field, repeat, component, escape];
        let differ = (1..all.len()).all(|at| {
            let (before, rest) = all.split_at(at);
            before.last().is_none_or(|one| !rest.contains(one))
        });
        let are_marks = all.iter().all(char::is_ascii_punctuation);
        if differ && are_marks && after == Some(field) {
            Ok(Self { field, repeat, component, escape })
        } else {
            Err(RecordError::Field { name: "delimiters" })
        }
    }

    /// The text with `&F&` and its like as the delimiters they stand for. What nobody has described
    /// stays as it is.
    #[must_use]
    pub fn unescape(&self, text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(self.escape) {
            plain.push_str(before);
            let escaped = behind.split_once(self.escape);
            let meant = escaped.and_then(|(word, after)| Some((self.meaning(word)?, after)));
            let (one, after) = meant.unwrap_or((self.escape, behind));
            plain.push(one);
            rest = after;
        }
        plain + rest
    }

    fn meaning(&self, word: &str) -> Option<char> {
        Some(match word {
            "F" => self.field,
            "R" => self.repeat,
            "S" => self.component,
            "E" => self.escape,
            _ => return None,
        })
    }
}

/// Why a record cannot be read. The names are those of fields; no value is quoted.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum RecordError {
    /// Not text, or text that is not printable ASCII.
    #[error("a record holds bytes that are no text")]
    Text,
    /// A field is absent or holds what nobody has described.
    #[error("the field `{name}` is absent or not understood")]
    Field {
        /// The field.
        name: &'static str,
    },
    /// A number that does not fit thousandths in 32 bits.
    #[error("a value is too large")]
    TooLarge,
    /// No date and time that the calendar has.
    #[error("a time is none")]
    Time,
    /// Marks that contradict one another in what must not be guessed.
    #[error("a result is marked as too low and as too high")]
    Contradiction,
}

impl RecordError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "bad-text",
            Self::Field { .. } | Self::Contradiction => "bad-record",
            Self::TooLarge => "value-too-large",
            Self::Time => "bad-time",
        }
    }

    /// With the record in question.
    #[must_use]
    pub fn about(self, record: &[u8]) -> DriverError {
        ProtocolError::new(self.code(), self.to_string()).with_bytes(record).into()
    }
}

/// A record as text.
///
/// # Errors
///
/// Bytes that are not printable ASCII.
pub fn printable(record: &[u8]) -> Result<&str, RecordError> {
    let text = std::str::from_utf8(record).map_err(|_| RecordError::Text)?;
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { Ok(text) } else { Err(RecordError::Text) }
}

/// Thousandths of a number written as `112` or `6.2`, with up to three decimals.
///
/// # Errors
///
/// Anything else, or a number that does not fit.
pub fn milli(text: &str) -> Result<u32, RecordError> {
    let unreadable = RecordError::Field { name: "value" };
    let (whole, decimals) = match text.split_once('.') {
        Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
        Some(_) => return Err(unreadable),
        None => (text, ""),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 3 || !are_digits(whole) || !are_digits(decimals) {
        return Err(unreadable);
    }
    format!("{whole}{decimals:0<3}").parse().map_err(|_| RecordError::TooLarge)
}

/// A time of the meter's clock.
#[derive(Clone, Copy, PartialEq)]
pub enum Time {
    /// As it stands there.
    At {
        /// The time; seconds are 0 where there are none.
        local: DeviceTime,
        /// Whether it stands there with seconds.
        has_seconds: bool,
    },
    /// Empty, or nothing but zeros: the clock was not set.
    Lost,
}

/// A time as `YYYYMMDDhhmm` or `YYYYMMDDhhmmss`.
///
/// # Errors
///
/// Anything else, and what the calendar does not have.
pub fn time(text: &str) -> Result<Time, RecordError> {
    if text.bytes().all(|byte| byte == b'0') {
        return Ok(Time::Lost);
    }
    let has_seconds = match text.len() {
        12 => false,
        14 => true,
        _ => return Err(RecordError::Time),
    };
    let year = number(text, 0, 4)?;
    let two = |from: usize| -> Result<u8, RecordError> {
        u8::try_from(number(text, from, 2)?).map_err(|_| RecordError::Time)
    };
    let second = if has_seconds { two(12)? } else { 0 };
    let local = checked(year, two(4)?, two(6)?, two(8)?, two(10)?, second);
    local.map(|local| Time::At { local, has_seconds }).ok_or(RecordError::Time)
}

fn number(text: &str, from: usize, length: usize) -> Result<u16, RecordError> {
    let digits = text.get(from..from + length).ok_or(RecordError::Time)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RecordError::Time);
    }
    digits.parse().map_err(|_| RecordError::Time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_that_are_missing_or_serve_twice_are_refused() {
        for header in
            ["", "H", "H|", r"H|\^&", r"H|\^&x|", r"H|\^^|", r"H|\|&|", "H|ab&|", r"P|\^&|"]
        {
            assert!(Delimiters::of_header(header).is_err(), "{header}");
        }
    }

    #[test]
    fn other_delimiters_than_the_usual_ones_are_taken() {
        let delimiters = Delimiters::of_header("H!~*?!x").unwrap();
        assert_eq!(delimiters.field, '!');
        assert_eq!(delimiters.unescape("a?F?b?S?c?E?F?E?"), "a!b*c?F?");
        assert_eq!(delimiters.unescape("?a?X41?"), "?a?X41?");
    }

    #[test]
    fn what_is_no_number_is_refused_and_what_does_not_fit_too() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.2345", "1.2.3", " 1", "HI"] {
            assert_eq!(milli(text), Err(RecordError::Field { name: "value" }), "{text}");
        }
        assert_eq!(milli("4294968"), Err(RecordError::TooLarge));
    }

    #[test]
    fn numbers_keep_every_decimal() {
        let numbers =
            [("0", 0), ("112", 112_000), ("6.2", 6_200), ("33.35", 33_350), ("1.125", 1_125)];
        for (text, expected) in numbers {
            assert_eq!(milli(text), Ok(expected));
        }
        assert_eq!(milli("4294967.295"), Ok(u32::MAX));
    }

    #[test]
    fn a_time_the_calendar_does_not_have_is_refused() {
        for text in
            ["202602291200", "202613011200", "202601012400", "20260101120060", "20260101120"]
        {
            assert!(time(text).is_err(), "{text}");
        }
        assert!(time("2026+1011200").is_err() && time("E").is_err());
    }

    #[test]
    fn a_clock_that_was_never_set_is_lost() {
        for text in ["", "0", "000000000000", "00000000000000"] {
            assert!(time(text).is_ok_and(|time| time == Time::Lost));
        }
    }

    #[test]
    fn times_have_seconds_or_not() {
        let local = checked(2026, 3, 14, 7, 12, 0).unwrap();
        assert!(time("202603140712").is_ok_and(|it| it == Time::At { local, has_seconds: false }));
        assert!(time("20260314071200").is_ok_and(|it| it == Time::At { local, has_seconds: true }));
    }
}
