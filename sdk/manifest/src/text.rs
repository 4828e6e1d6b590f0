//! What all texts and lists of a manifest have in common.

use crate::error::ManifestError;

/// Longest text of a manifest, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 256;

/// Longest list of a manifest.
pub const MAX_LIST_ITEMS: usize = 256;

/// Printable and 1 to 256 bytes, or an error that names `key`.
pub(crate) fn checked(key: &str, text: String) -> Result<String, ManifestError> {
    if text.is_empty() {
        return Err(ManifestError::value(key, "is empty"));
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(ManifestError::value(
            key,
            format!("is {} bytes long, allowed are {MAX_TEXT_BYTES}", text.len()),
        ));
    }
    if let Some(bad) = text.chars().find(|c| !is_printable(*c)) {
        return Err(ManifestError::value(
            key,
            format!("holds U+{:04X}, which cannot be printed", u32::from(bad)),
        ));
    }
    Ok(text)
}

/// At most 256 items, or an error that names `key`.
pub(crate) fn checked_length<T>(key: &str, items: &[T]) -> Result<(), ManifestError> {
    if items.len() > MAX_LIST_ITEMS {
        return Err(ManifestError::value(
            key,
            format!("has {} items, allowed are {MAX_LIST_ITEMS}", items.len()),
        ));
    }
    Ok(())
}

/// False for C0, C1, line and paragraph separators, byte-order marks and everything that turns the
/// direction of text: what is shown to a person must look like what it is.
pub(crate) fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
            | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Text from outside for an error message: one line, at most `longest` characters of it, and
/// nothing that cannot be printed.
pub(crate) fn quoted(text: &str, longest: usize) -> String {
    let printable = |c: char| match c {
        '\n' => ' ',
        c if is_printable(c) => c,
        _ => char::REPLACEMENT_CHARACTER,
    };
    let mut shown: String = text.chars().take(longest).map(printable).collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown
}
