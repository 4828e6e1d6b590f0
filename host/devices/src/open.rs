//! Why a port could not be opened, told apart on purpose: each has its own remedy.

use std::path::{Path, PathBuf};

use serialport::ErrorKind;

use crate::serial::os;

/// Why a meter could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The operating system refused. On Linux: udev rules or group membership.
    #[error("no permission to open `{}`", path.display())]
    Permission {
        /// Which port.
        path: PathBuf,
        /// As the operating system says it.
        source: serialport::Error,
    },
    /// Another program holds the port.
    #[error("`{}` is in use by another program", path.display())]
    Busy {
        /// Which port.
        path: PathBuf,
    },
    /// There is no such port.
    #[error("there is no port `{}`", path.display())]
    Missing {
        /// Which port.
        path: PathBuf,
    },
    /// A file, a folder or a device of another kind.
    #[error("`{}` is not a serial port", path.display())]
    NotAPort {
        /// What was given.
        path: PathBuf,
    },
    /// The name is there, and no device is behind it.
    #[error("no device is behind `{}`", path.display())]
    NoDevice {
        /// Which port.
        path: PathBuf,
        /// As the operating system says it.
        source: serialport::Error,
    },
    /// The port cannot do what the driver's manifest asks for.
    #[error("`{}` does not support {baud} baud with these line settings", path.display())]
    Settings {
        /// Which port.
        path: PathBuf,
        /// The rate that was asked for.
        baud: u32,
    },
    /// Anything else the operating system says.
    #[error("`{}` cannot be opened", path.display())]
    Io {
        /// Which port.
        path: PathBuf,
        /// As the operating system says it.
        source: serialport::Error,
    },
}

impl OpenError {
    /// The registered word for this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Permission { .. } => "device.permission",
            Self::Busy { .. } => "device.busy",
            Self::Missing { .. } | Self::NoDevice { .. } => "device.none",
            Self::NotAPort { .. } | Self::Settings { .. } | Self::Io { .. } => "device.io",
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Permission { .. } => "install the udev rules, then plug the meter in again",
            Self::Busy { .. } => "close the meter maker's own program and try again",
            Self::Missing { .. } => "plug the cable in, then look at `meterport devices`",
            Self::NotAPort { .. } => "`meterport devices` lists the ports",
            Self::NoDevice { .. } => "plug the cable in again and try again",
            Self::Settings { .. } => "use the cable that the meter's maker sells",
            Self::Io { .. } => return None,
        })
    }

    /// What the name alone tells, before anything is opened: opening moves modem lines.
    pub(crate) fn check_name(path: &Path) -> Result<(), Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            match std::fs::metadata(path) {
                Ok(found) if found.file_type().is_char_device() => Ok(()),
                Ok(_) => Err(Self::NotAPort { path: path.to_owned() }),
                Err(error) => Err(Self::of(path, error.into(), || false)),
            }
        }
        #[cfg(not(unix))]
        {
            let _ = path;
            Ok(())
        }
    }

    /// Tells the causes apart. `serialport` says "no device" both for a port that another program
    /// holds and, on Windows, for one that is not there; `is_listed` decides there.
    pub(crate) fn of(
        path: &Path,
        source: serialport::Error,
        is_listed: impl FnOnce() -> bool,
    ) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::NoDevice if cfg!(unix) || is_listed() => Self::Busy { path },
            ErrorKind::NoDevice => Self::Missing { path },
            ErrorKind::Io(std::io::ErrorKind::PermissionDenied) => {
                Self::Permission { path, source }
            }
            ErrorKind::Io(std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                Self::Missing { path }
            }
            _ if os::is_not_a_terminal(&source.description) => Self::NotAPort { path },
            _ if os::is_not_permitted(&source.description) => Self::Permission { path, source },
            _ if os::is_gone(&source.description) => Self::NoDevice { path, source },
            _ => Self::Io { path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ErrorKind, text: &str) -> OpenError {
        OpenError::of(Path::new("/dev/ttyUSB0"), serialport::Error::new(kind, text), || true)
    }

    #[test]
    fn each_cause_has_a_code_and_a_remedy_of_its_own() {
        let io = ErrorKind::Io;
        let cases = [
            (
                of(io(std::io::ErrorKind::PermissionDenied), ""),
                "device.permission",
                "no permission",
            ),
            (of(ErrorKind::Unknown, "Operation not permitted"), "device.permission", "no perm"),
            (of(ErrorKind::NoDevice, "locked"), "device.busy", "is in use by another program"),
            (of(io(std::io::ErrorKind::NotFound), ""), "device.none", "there is no port"),
            (of(ErrorKind::Unknown, "Not a typewriter"), "device.io", "is not a serial port"),
            (of(ErrorKind::Unknown, "I/O error"), "device.none", "no device is behind"),
            (of(ErrorKind::Unknown, "No such device or address"), "device.none", "no device is"),
        ];
        for (error, code, text) in cases {
            assert_eq!(error.code(), code, "{error}");
            assert!(error.to_string().contains(text), "{error}");
            assert!(error.hint().is_some(), "{error}");
        }
    }

    #[test]
    fn an_unknown_cause_is_kept_and_not_repeated_in_the_text() {
        let error = of(ErrorKind::Unknown, "Cannot allocate memory");
        assert_eq!(error.to_string(), "`/dev/ttyUSB0` cannot be opened");
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("Cannot allocate memory"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_not_a_port_and_a_wrong_name_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, b"").unwrap();
        let checked = |path: &Path| OpenError::check_name(path).unwrap_err();
        assert!(matches!(checked(&file), OpenError::NotAPort { .. }));
        assert!(matches!(checked(folder.path()), OpenError::NotAPort { .. }));
        assert!(matches!(checked(&folder.path().join("none")), OpenError::Missing { .. }));
        assert!(matches!(checked(&file.join("none")), OpenError::Missing { .. }));
    }
}
