//! Dates of items.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

/// A date that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadDate {
    /// When it was.
    pub at: Timestamp,
    /// True for `E, dd MMM yyyy HH:mm:ss Z` with single blanks, which every reader of feeds reads.
    pub is_usual: bool,
}

/// Reads `pubDate`: RFC 822 as RSS 2.0 demands, also with several blanks or a weekday that is not
/// that day's, and ISO 8601. A date without a time is its first moment, UTC.
pub fn read_date(text: &str) -> Option<ReadDate> {
    const STRICT: DateTimeParser = DateTimeParser::new();
    const RELAXED: DateTimeParser = STRICT.relaxed_weekday(true);
    let text = text.trim();
    if let Ok(at) = STRICT.parse_timestamp(text) {
        return Some(ReadDate { at, is_usual: is_usual(text) });
    }
    let at =
        RELAXED.parse_timestamp(text).ok().or_else(|| text.parse::<Timestamp>().ok()).or_else(
            || {
                // INVARIANT: a date alone; with a time but no zone nobody knows when it was.
                let date = text.parse::<Date>().ok().filter(|_| text.len() == 10)?;
                Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
            },
        )?;
    Some(ReadDate { at, is_usual: false })
}

/// True if a date that can be read has the words and seconds that Sparkle expects.
fn is_usual(date: &str) -> bool {
    let words: Vec<_> = date.split(' ').map(str::len).collect();
    matches!(words.as_slice(), [4, 1..=2, 3, 4, 8, _])
}

#[cfg(test)]
mod tests {
    use super::{ReadDate, read_date};

    fn at(text: &str) -> jiff::Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "21.11.2026",
            "Sa, 21 Nov. 2026 09:00:00 +0000",
            "Sat, 32 Nov 2026 09:00:00 +0000",
            "2026-11-21T09:00:00",
            "1763715600",
        ] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }

    #[test]
    fn odd_dates_are_read_and_known_to_be_odd() {
        for text in [
            "Sat,  21 Nov 2026 09:00:00 +0000",
            "Sat, 21 Nov 2026  09:00:00 +0000",
            "Sun, 21 Nov 2026 09:00:00 +0000",
            "21 Nov 2026 09:00:00 +0000",
            "Sat, 21 Nov 2026 09:00 +0000",
            "2026-11-21T09:00:00Z",
            "2026-11-21T10:00:00+01:00",
            "2026-11-21 09:00:00Z",
        ] {
            let read = ReadDate { at: at("2026-11-21T09:00:00Z"), is_usual: false };
            assert_eq!(read_date(text), Some(read), "{text}");
        }
        assert_eq!(read_date("2026-11-21").unwrap().at, at("2026-11-21T00:00:00Z"));
    }

    #[test]
    fn the_usual_date_is_read_in_every_zone() {
        for text in [
            "Sat, 21 Nov 2026 09:00:00 +0000",
            "Sat, 21 Nov 2026 10:00:00 +0100",
            "Sat, 21 Nov 2026 09:00:00 GMT",
            "Sat, 21 Nov 2026 04:00:00 EST",
        ] {
            assert_eq!(
                read_date(text),
                Some(ReadDate { at: at("2026-11-21T09:00:00Z"), is_usual: true }),
                "{text}"
            );
        }
    }
}
