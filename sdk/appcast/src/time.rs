//! Times of comments and keyrings: UTC, to the second, in the one spelling `2026-12-05T09:00:00Z`.

use jiff::Timestamp;

/// Reads a time. `None` for any other spelling.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let time: Timestamp = text.parse().ok()?;
    // The same moment has many spellings, and years of more than four digits have a sign.
    (text.len() == 20 && write(time) == text).then_some(time)
}

/// Writes a time; parts of a second are left out.
pub(crate) fn write(time: Timestamp) -> String {
    format!("{time:.0}")
}
