//! The technical log: lines on standard error, for the service manager to keep.
//!
//! Written by hand at few places, so that nothing of a request can slip into it: no path, no body,
//! no name.

use std::error::Error;
use std::io::Write as _;

use jiff::Timestamp;

/// Writes one line. A log that cannot be written is no reason to stop.
pub(crate) fn line(text: &str) {
    let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    let _unwritten = writeln!(std::io::stderr(), "{now} {text}");
}

/// Writes an error and its causes as one line.
pub(crate) fn fault(error: &dyn Error) {
    let mut text = format!("error: {error}");
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    line(&text);
}
