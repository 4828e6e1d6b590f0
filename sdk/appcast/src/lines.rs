//! The lines of small text files that come from mail and editors: `.minisig` and `.pub`.

/// The bytes are no such lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineError {
    /// Something else than printable ASCII.
    NotPrintable,
}

/// The lines of a file of its own. There, and only there, CRLF and a missing last line end are
/// taken: the file may have been through mail and editors.
pub(crate) fn of_file(bytes: &[u8]) -> Result<Vec<&str>, LineError> {
    let text = std::str::from_utf8(bytes).map_err(|_| LineError::NotPrintable)?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let lines: Vec<&str> =
        text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    match lines.iter().all(|line| is_printable(line)) {
        true => Ok(lines),
        false => Err(LineError::NotPrintable),
    }
}

/// Printable ASCII, blanks included.
pub(crate) fn is_printable(line: &str) -> bool {
    line.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}
