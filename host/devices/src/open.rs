//! Why a device could not be opened, told apart on purpose: each has its own remedy.

use std::io;
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
        /// Which device.
        path: PathBuf,
        /// As the operating system says it.
        source: io::Error,
    },
    /// Another program holds the device.
    #[error("`{}` is in use by another program", path.display())]
    Busy {
        /// Which device.
        path: PathBuf,
    },
    /// The disk is mounted, and its blocks are for one program alone.
    #[error("the drive at `{}` is mounted", path.display())]
    Mounted {
        /// Which disk.
        path: PathBuf,
        /// What is mounted from it.
        drive: MountedDrive,
    },
    /// A driver of the operating system holds the interface, and it is not to be taken from it.
    #[error("`{}` belongs to the system's driver `{driver}`", path.display())]
    KernelDriver {
        /// Which device.
        path: PathBuf,
        /// The driver's name.
        driver: String,
    },
    /// There never was such a device, as far as is known: somebody named it.
    #[error("there is no {what} `{}`", path.display())]
    Missing {
        /// What it should be, without an article.
        what: &'static str,
        /// As it was named.
        path: PathBuf,
    },
    /// The device was there, and it or what was known of it has changed.
    #[error("there is no device `{}` any more", path.display())]
    Gone {
        /// Which device.
        path: PathBuf,
    },
    /// A serial port was to be opened, and nobody said with which line settings.
    #[error("`{}` is a serial port, and no line settings are known for it", path.display())]
    NoLine {
        /// Which port.
        path: PathBuf,
    },
    /// Something of another kind than was asked for.
    #[error("`{}` is not {wanted}", path.display())]
    Kind {
        /// What was given.
        path: PathBuf,
        /// What it should be, with its article.
        wanted: &'static str,
    },
    /// This operating system, or this version of Meterport on it, cannot.
    #[error("{what} cannot be opened on this system")]
    Unsupported {
        /// What, in the plural.
        what: &'static str,
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
        /// Which device.
        path: PathBuf,
        /// As the operating system says it.
        source: io::Error,
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
        /// Which device.
        path: PathBuf,
        /// As the operating system says it.
        source: io::Error,
    },
}

impl OpenError {
    /// The registered word for this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Permission { .. } => "device.permission",
            Self::Busy { .. } | Self::Mounted { .. } | Self::KernelDriver { .. } => "device.busy",
            Self::Missing { .. } | Self::NoDevice { .. } => "device.none",
            // It was listed a moment ago.
            Self::Gone { .. } => "device.disconnected",
            Self::NotAPort { .. }
            | Self::Kind { .. }
            | Self::NoLine { .. }
            | Self::Unsupported { .. }
            | Self::Settings { .. }
            | Self::Io { .. } => "device.io",
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&str> {
        Some(match self {
            Self::Permission { .. } if cfg!(target_os = "linux") => {
                "install the udev rules (`meterport config udev`), then plug the meter in again"
            }
            Self::Permission { .. } => {
                "ask whoever manages this computer for permission to use the device"
            }
            Self::Busy { .. } => "close the meter maker's own program and try again",
            Self::Mounted { drive, .. } => &drive.advice,
            Self::KernelDriver { .. } => "`meterport devices` shows how the meter can be read",
            Self::Gone { .. } => "plug the meter in again, then look at `meterport devices`",
            Self::NoLine { .. } => "name the driver with `--driver`",
            Self::Kind { .. } => "`meterport devices` lists what is attached",
            Self::Unsupported { what: DISKS } => "read the meter on a computer with Linux",
            Self::Unsupported { .. } => "see the driver's README for what this system needs",
            Self::Missing { what: PORT, .. } => {
                "plug the cable in, then look at `meterport devices`"
            }
            Self::Missing { what: FOLDER, .. } => {
                "name the folder that holds the meter's files; `meterport devices` lists drives"
            }
            Self::Missing { .. } => "`meterport devices` lists what is attached",
            Self::NotAPort { .. } => "`meterport devices` lists the ports",
            Self::NoDevice { .. } => "plug the cable in again and try again",
            Self::Settings { .. } => "use the cable that the meter's maker sells",
            Self::Io { .. } => return None,
        })
    }

    /// The same with another name for what could not be opened.
    #[cfg(any(target_os = "macos", test))]
    pub(crate) fn named(mut self, name: &str) -> Self {
        match &mut self {
            Self::Permission { path, .. }
            | Self::Busy { path }
            | Self::Mounted { path, .. }
            | Self::KernelDriver { path, .. }
            | Self::Missing { path, .. }
            | Self::Gone { path }
            | Self::NoLine { path }
            | Self::Kind { path, .. }
            | Self::NotAPort { path }
            | Self::NoDevice { path, .. }
            | Self::Settings { path, .. }
            | Self::Io { path, .. } => *path = PathBuf::from(name),
            Self::Unsupported { .. } => {}
        }
        self
    }

    /// Tells apart what a file call says when a device node or a folder is opened.
    pub(crate) fn of_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::PermissionDenied => Self::Permission { path, source },
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Gone { path },
            io::ErrorKind::ResourceBusy => Self::Busy { path },
            _ if os::is_gone_io(&source) => Self::NoDevice { path, source },
            _ => Self::Io { path, source },
        }
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
        let (kind, text) = (source.kind(), source.description.clone());
        let source = io::Error::from(source);
        match kind {
            ErrorKind::NoDevice if cfg!(unix) || is_listed() => Self::Busy { path },
            ErrorKind::NoDevice => Self::Missing { what: PORT, path },
            ErrorKind::Io(std::io::ErrorKind::PermissionDenied) => {
                Self::Permission { path, source }
            }
            ErrorKind::Io(std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                Self::Missing { what: PORT, path }
            }
            _ if os::is_not_a_terminal(&text) => Self::NotAPort { path },
            _ if os::is_not_permitted(&text) => Self::Permission { path, source },
            _ if os::is_gone(&text) => Self::NoDevice { path, source },
            _ => Self::Io { path, source },
        }
    }
}

/// Words in [`OpenError::Missing`].
pub(crate) const PORT: &str = "port";
pub(crate) const FOLDER: &str = "folder";

/// The word in [`OpenError::Unsupported`] for raw disks.
pub(crate) const DISKS: &str = "blocks of disks";

/// What is mounted from a disk, as far as it has a name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MountedDrive {
    label: Option<String>,
    advice: String,
}

impl MountedDrive {
    /// A drive by its label. The label is text from outside: what cannot be printed is left out.
    pub fn new(label: Option<&str>) -> Self {
        let plain = |c: &char| c.is_ascii_graphic() || *c == ' ' || c.is_alphanumeric();
        let label = label.map(|text| text.chars().filter(plain).take(64).collect::<String>());
        let label = label.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let advice = match &label {
            Some(label) => format!("eject the drive {label} first"),
            None => "eject the drive first".to_owned(),
        };
        Self { label, advice }
    }

    /// The label, where there is one.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
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

    #[test]
    fn a_mounted_drive_is_named_only_in_characters_that_can_be_printed() {
        let mounted = |label| OpenError::Mounted {
            path: PathBuf::from("/dev/sdb"),
            drive: MountedDrive::new(label),
        };
        let hint = |label| mounted(label).hint().map(str::to_owned);
        assert_eq!(hint(Some("LIFESCAN")).as_deref(), Some("eject the drive LIFESCAN first"));
        assert_eq!(hint(Some("A\u{1b}\u{202e}B")).as_deref(), Some("eject the drive AB first"));
        assert_eq!(hint(Some("\n ")).as_deref(), Some("eject the drive first"));
        assert_eq!(hint(None).as_deref(), Some("eject the drive first"));
        assert_eq!(mounted(None).code(), "device.busy");
    }

    #[test]
    fn a_name_with_a_serial_number_can_be_replaced() {
        let path = PathBuf::from("/dev/cu.usbserial-A5069RR4");
        let error = OpenError::Busy { path }.named("usb-1-2:1.0");
        assert_eq!(error.to_string(), "`usb-1-2:1.0` is in use by another program");
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
