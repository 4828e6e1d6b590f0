//! What `hidapi` says, mapped onto the few things a link tells apart.
//!
//! `hidapi` keeps the number of some errors and only the text of others. The texts compared here
//! are those of its Linux backend (names of error numbers, which no language changes) and of the
//! standard library (`os error 13`).

use std::io;

use hidapi::HidError;

use crate::LinkError;
use crate::serial::os::io_error;

/// Maps a failure of a call on an open device.
pub(super) fn link_error(error: HidError) -> LinkError {
    match error {
        HidError::IoError { error } if stalled(&error) => LinkError::Stall,
        HidError::IoError { error } => io_error(&error),
        HidError::HidApiError { message } => by_text(message),
        HidError::InvalidZeroSizeData => LinkError::Denied("a report of no bytes".to_owned()),
        HidError::IncompleteSendError { sent, all } => {
            let text = format!("{sent} of {all} bytes of a report were sent");
            LinkError::Other { code: "hid", text }
        }
        // Not as the error says itself: one of its kinds holds the serial number.
        _ => LinkError::Other { code: "hid", text: "the system gives no reason".to_owned() },
    }
}

/// EPIPE: over USB a refused transfer, whatever it means for a pipe.
#[cfg(unix)]
fn stalled(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

#[cfg(not(unix))]
fn stalled(_: &io::Error) -> bool {
    false
}

fn by_text(message: String) -> LinkError {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["EPIPE"]) {
        LinkError::Stall
    } else if says(&["ETIMEDOUT", "timed out"]) {
        LinkError::Timeout
    } else if says(&["EOVERFLOW"]) {
        LinkError::Overflow
    } else if says(&["disconnected", "ENODEV", "ENXIO", "EIO:", "ESHUTDOWN", "not connected"]) {
        LinkError::Disconnected
    } else {
        LinkError::Other { code: "hid", text: message }
    }
}

/// The failure of opening, with the number that stands in the text.
pub(super) fn open_error(error: HidError) -> io::Error {
    match error {
        HidError::IoError { error } => error,
        HidError::HidApiError { message } => match number(&message) {
            Some(number) => io::Error::from_raw_os_error(number),
            None if message.contains("ENOTTY") => io::ErrorKind::InvalidInput.into(),
            None => io::Error::other(message),
        },
        _ => io::Error::other("the system gives no reason"),
    }
}

/// `… (os error 13)`.
fn number(text: &str) -> Option<i32> {
    let (_, rest) = text.rsplit_once("(os error ")?;
    rest.split_once(')')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(message: &str) -> LinkError {
        link_error(HidError::HidApiError { message: message.to_owned() })
    }

    #[test]
    fn each_cause_is_told_apart() {
        assert_eq!(says("ioctl (GFEATURE): EPIPE: Broken pipe"), LinkError::Stall);
        assert_eq!(says("ioctl (GFEATURE): ETIMEDOUT: Connection timed out"), LinkError::Timeout);
        assert_eq!(says("ioctl (GFEATURE): EIO: I/O error"), LinkError::Disconnected);
        let gone = "unexpected poll error (device disconnected)";
        assert_eq!(says(gone), LinkError::Disconnected);
        #[cfg(unix)]
        for (number, means) in [(32, LinkError::Stall), (19, LinkError::Disconnected)] {
            let error = HidError::IoError { error: io::Error::from_raw_os_error(number) };
            assert_eq!(link_error(error), means);
        }
        assert_eq!(says("out of paper").code(), "device.io");
    }

    #[cfg(unix)]
    #[test]
    fn the_number_in_a_text_says_why_a_device_cannot_be_opened() {
        let open =
            |message: &str| open_error(HidError::HidApiError { message: message.to_owned() });
        let text = "failed to open device with path /dev/hidraw0: Permission denied (os error 13)";
        assert_eq!(open(text).kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(open("something (os error )").kind(), io::ErrorKind::Other);
    }
}
