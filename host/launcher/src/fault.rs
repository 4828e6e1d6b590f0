//! Why nothing was started.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use meterport_update::{OwnerError, StoreError, UnpackError};

/// Why nothing was started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("`--first` takes one package, and nothing else")]
    Usage,
    #[error("`{path}` cannot be used", path = path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Owner(#[from] OwnerError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    #[error("signals cannot be handled")]
    Signals { source: io::Error },
    #[error("the program asked {times} times to be started again, in the same version")]
    Restarts { times: u32 },
}

impl Fault {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    /// What the person can do about it, if anything.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Usage => Some("use `meterport-launcher --first PACKAGE.tar.zst`"),
            Self::Owner(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Unpack(error) => error.hint(),
            Self::Restarts { .. } => Some("install the program again"),
            Self::Io { .. } | Self::Signals { .. } => None,
        }
    }

    /// As for the program itself: 2 wrong usage, 5 files, 7 refused, 10 anything else.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage => 2,
            Self::Io { .. } => 5,
            Self::Store(error) | Self::Unpack(UnpackError::Store(error)) => match error {
                StoreError::Io { .. } | StoreError::Locked { .. } | StoreError::NoProgram => 5,
                _ => 7,
            },
            Self::Unpack(UnpackError::NoRoom { .. }) => 5,
            Self::Owner(_) | Self::Unpack(_) => 7,
            Self::Signals { .. } | Self::Restarts { .. } => 10,
        })
    }
}
