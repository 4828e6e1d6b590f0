//! From bytes to the words of each line. What they mean is `valid.rs`.
//!
//! UTF-8 without control characters, every line with its end, blanks between words. `#` begins a
//! comment where it begins a word.

use super::error::KeyringError;
use crate::limits::MAX_KEYRING_BYTES;

/// One line that says something: its number from 1, its first word, the others.
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) kind: &'a str,
    pub(super) words: Vec<&'a str>,
}

const FIRST: &str = "mp-keyring 1";

/// Every line behind the first that is not empty.
pub(super) fn lines(body: &[u8]) -> Result<Vec<Line<'_>>, KeyringError> {
    if body.len() > MAX_KEYRING_BYTES {
        return Err(KeyringError::TooLarge { found: body.len() });
    }
    let text = std::str::from_utf8(body).map_err(|_| KeyringError::NotText)?;
    let text = text.strip_suffix('\n').ok_or(KeyringError::NotText)?;
    let mut lines = (1..).zip(text.split('\n'));
    if lines.next().is_none_or(|(_, first)| first != FIRST) {
        return Err(KeyringError::Format);
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(KeyringError::NotText);
    }
    Ok(lines.filter_map(|(number, line)| words(number, line)).collect())
}

fn words(number: usize, line: &str) -> Option<Line<'_>> {
    let mut words =
        line.split(' ').filter(|word| !word.is_empty()).take_while(|word| !word.starts_with('#'));
    let kind = words.next()?;
    Some(Line { number, kind, words: words.collect() })
}
