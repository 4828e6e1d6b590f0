//! What libusb says, mapped onto the few things a link tells apart.

use std::io;
use std::path::Path;

use rusb::Error;

use crate::{LinkError, OpenError};

/// Maps a failed transfer. `Io` is what a device says in the moment it is pulled, too, before the
/// system knows; `is_gone` decides.
pub(super) fn link_error(error: Error, is_gone: impl FnOnce() -> bool) -> LinkError {
    let other = |code| LinkError::Other { code, text: error.to_string() };
    match error {
        Error::Timeout => LinkError::Timeout,
        Error::NoDevice => LinkError::Disconnected,
        Error::Pipe => LinkError::Stall,
        Error::Overflow => LinkError::Overflow,
        Error::Io if is_gone() => LinkError::Disconnected,
        Error::Io => other("usb-io"),
        // No such endpoint or alternate setting, or a direction that does not fit.
        Error::NotFound | Error::InvalidParam => LinkError::Denied(error.to_string()),
        Error::Access => other("usb-access"),
        // Another program took the interface, or another transfer runs.
        Error::Busy => other("usb-busy"),
        Error::Interrupted => other("usb-interrupted"),
        Error::NoMem => other("usb-memory"),
        Error::NotSupported => other("usb-unsupported"),
        Error::BadDescriptor => other("usb-descriptor"),
        Error::Other => other("usb"),
    }
}

/// Maps a failure of opening or claiming.
pub(super) fn open_error(path: &Path, error: Error) -> OpenError {
    let path = path.to_owned();
    match error {
        Error::Access => {
            OpenError::Permission { path, source: io::ErrorKind::PermissionDenied.into() }
        }
        Error::NoDevice => OpenError::Gone { path },
        Error::Busy => OpenError::Busy { path },
        // Windows: no WinUSB for it. Linux: the interface is not in the active configuration.
        Error::NotSupported => OpenError::Unsupported { what: "this USB device" },
        Error::NotFound if cfg!(windows) => OpenError::Unsupported { what: "this USB device" },
        Error::NotFound => OpenError::Gone { path },
        other => OpenError::Io { path, source: io::Error::other(other) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_of_a_transfer_is_told_apart() {
        let says = |error| link_error(error, || false);
        assert_eq!(says(Error::Timeout), LinkError::Timeout);
        assert_eq!(says(Error::NoDevice), LinkError::Disconnected);
        assert_eq!(says(Error::Pipe), LinkError::Stall);
        assert_eq!(says(Error::Overflow), LinkError::Overflow);
        assert!(matches!(says(Error::NotFound), LinkError::Denied(_)));
        for error in [Error::Io, Error::Access, Error::Busy, Error::Other] {
            assert_eq!(says(error).code(), "device.io", "{error}");
        }
        assert_eq!(link_error(Error::Io, || true), LinkError::Disconnected);
    }

    #[test]
    fn each_failure_of_opening_is_told_apart() {
        let code = |error| open_error(Path::new("/dev/bus/usb/001/002"), error).code();
        assert_eq!(code(Error::Access), "device.permission");
        assert_eq!(code(Error::Busy), "device.busy");
        assert_eq!(code(Error::NoDevice), "device.disconnected");
        assert_eq!(code(Error::NotSupported), "device.io");
        assert_eq!(code(Error::NoMem), "device.io");
    }
}
