//! A driver's folder of recordings, each with what it must give.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Outcome, run_recorded};
use crate::recording::Recording;
use crate::{Driver, DriverError, IoError};

/// Replays one recording from a file.
///
/// # Panics
///
/// Where the file is no recording: the test is wrong then.
#[allow(clippy::panic)]
pub fn recorded(driver: &impl Driver, file: &Path) -> Outcome {
    let recording = fs::read_to_string(file)
        .map_err(|error| error.to_string())
        .and_then(|text| Recording::parse(&text).map_err(|error| error.to_string()))
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    run_recorded(driver, recording)
}

/// Replays every recording of a folder. One with a file `.error` beside it must end in the error
/// whose code word is that file's first line; every other one must be complete.
///
/// Gives the number of recordings, and each breach in words: an empty list is the only good one.
///
/// # Panics
///
/// Where the folder cannot be read.
#[allow(clippy::panic)]
pub fn recordings(driver: &impl Driver, folder: &Path) -> (usize, Vec<String>) {
    let files =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "rec"));
    files.sort();
    let breaches = files.iter().filter_map(|file| breach(driver, file)).collect();
    (files.len(), breaches)
}

fn breach(driver: &impl Driver, file: &Path) -> Option<String> {
    let outcome = recorded(driver, file);
    let seen = outcome.result.as_ref().err().map_or("complete", code_word);
    let expected = fs::read_to_string(file.with_extension("error")).ok();
    let expected = expected.as_deref().and_then(|text| text.lines().next()).unwrap_or("complete");
    let right = seen == expected.trim() && (seen != "complete" || outcome.is_complete());
    (!right).then(|| format!("{}: {seen} instead of {expected}, {outcome:?}", file.display()))
}

/// The host's word for an error of a driver.
#[must_use]
pub fn code_word(error: &DriverError) -> &'static str {
    match error {
        DriverError::Io(IoError::Timeout) => "device.timeout",
        DriverError::Io(IoError::Disconnected) => "device.disconnected",
        DriverError::Io(IoError::Stall) => "device.stall",
        DriverError::Io(IoError::Overflow) => "device.overflow",
        DriverError::Io(IoError::Cancelled) => "cancelled",
        DriverError::Io(IoError::Denied(_)) => "driver.denied",
        DriverError::Io(IoError::Other(_)) => "device.io",
        DriverError::Protocol(error) if error.code == "count-mismatch" => "protocol.count",
        DriverError::Protocol(_) => "protocol",
        DriverError::UnsupportedDevice(_) => "meter.unsupported",
        DriverError::UserAction(_) => "device.user-action",
        DriverError::Other { .. } => "driver.other",
    }
}
