//! What the operating system says, mapped onto the few things a link tells apart.
//!
//! `serialport` keeps the kind of an error and its text, not always its number, so texts are
//! compared too. They are those of the `nix` crate it uses on Unix, which are the same in every
//! language; the tests on pseudo-terminals notice if they ever change.

use std::io;

use crate::LinkError;

/// Numbers that mean "the device is gone". On Unix: EIO, ENXIO, ENODEV. On Windows: access denied,
/// bad command, general failure, no such device, operation aborted, device not connected, and
/// device removed, all of which drivers return for an open port that was pulled.
#[cfg(unix)]
const GONE: &[i32] = &[5, 6, 19];
#[cfg(not(unix))]
const GONE: &[i32] = &[5, 22, 31, 433, 995, 1167, 1617];

/// Maps a failure of reading or writing.
pub(crate) fn io_error(error: &io::Error) -> LinkError {
    use io::ErrorKind as Kind;
    match error.kind() {
        // Interrupted by a signal: the caller's next slice goes on.
        Kind::TimedOut | Kind::WouldBlock | Kind::Interrupted => LinkError::Timeout,
        Kind::BrokenPipe
        | Kind::NotConnected
        | Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::UnexpectedEof
        | Kind::NotFound => LinkError::Disconnected,
        _ if error.raw_os_error().is_some_and(|number| GONE.contains(&number)) => {
            LinkError::Disconnected
        }
        _ => {
            let text = error.to_string();
            if is_gone(&text) {
                LinkError::Disconnected
            } else {
                LinkError::Other { code: "io", text }
            }
        }
    }
}

/// Whether a file call says that the device is gone.
pub(crate) fn is_gone_io(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|number| GONE.contains(&number))
}

/// Maps a failure of anything else on an open port.
pub(crate) fn port_error(error: serialport::Error) -> LinkError {
    match error.kind() {
        serialport::ErrorKind::NoDevice => LinkError::Disconnected,
        serialport::ErrorKind::InvalidInput => {
            LinkError::Other { code: "line-settings", text: error.description }
        }
        _ => io_error(&error.into()),
    }
}

/// EIO, ENXIO, ENODEV, EPIPE.
pub(crate) fn is_gone(text: &str) -> bool {
    matches!(
        text,
        "I/O error"
            | "Input/output error"
            | "No such device or address"
            | "Device not configured"
            | "No such device"
            | "Operation not supported by device"
            | "Broken pipe"
    )
}

/// ENOTTY.
pub(crate) fn is_not_a_terminal(text: &str) -> bool {
    matches!(text, "Not a typewriter" | "Inappropriate ioctl for device")
}

/// EPERM.
pub(crate) fn is_not_permitted(text: &str) -> bool {
    text == "Operation not permitted"
}

/// EINVAL, or a port that did not keep what it was told.
pub(crate) fn is_invalid(text: &str) -> bool {
    matches!(text, "Invalid argument" | "Settings did not apply correctly")
}

/// Whether the system lists a port of this name. Asked only where an error leaves it open.
pub(crate) fn is_listed(name: &str) -> bool {
    crate::enumerate::system_ports()
        .is_ok_and(|ports| ports.iter().any(|port| port.port_name.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_being_unplugged_is_disconnected() {
        let kinds = [
            io::ErrorKind::BrokenPipe,
            io::ErrorKind::NotConnected,
            io::ErrorKind::ConnectionReset,
            io::ErrorKind::NotFound,
        ];
        for kind in kinds {
            assert_eq!(io_error(&io::Error::from(kind)), LinkError::Disconnected, "{kind}");
        }
        for number in GONE {
            let error = io::Error::from_raw_os_error(*number);
            assert_eq!(io_error(&error), LinkError::Disconnected, "{number}");
        }
        for text in ["I/O error", "No such device or address", "No such device"] {
            let unknown = serialport::Error::new(serialport::ErrorKind::Unknown, text);
            assert_eq!(port_error(unknown), LinkError::Disconnected, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_keeps_its_text_and_is_no_timeout() {
        let error = io_error(&io::Error::other("Cannot allocate memory"));
        assert_eq!(error.to_string(), "io: Cannot allocate memory");
        assert_eq!(error.code(), "device.io");
    }
}
