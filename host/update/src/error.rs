//! Why the store did not do what it was asked for.

use std::io;

use meterport_manifest::DriverId;

use crate::Sha256Hex;

/// Why the store did not do what it was asked for. What was installed before still is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The operating system refused.
    #[error("`{what}` in the store of drivers cannot be used")]
    Io {
        /// The name inside the store.
        what: String,
        /// The cause.
        source: io::Error,
    },
    /// Another program held the store for all the time that is waited.
    #[error("the store of drivers has been in use by another program for {seconds} s")]
    Locked {
        /// How long was waited.
        seconds: u64,
    },
    /// A package above [`MAX_PACKAGE_BYTES`](crate::MAX_PACKAGE_BYTES).
    #[error("package is larger than {} bytes; nothing was changed", crate::MAX_PACKAGE_BYTES)]
    TooLarge,
    /// A package that a generation names is not there.
    #[error("package `{sha256}` is not in the store")]
    Missing {
        /// Its name.
        sha256: Sha256Hex,
    },
    /// A package of the program, or a keyring, above its limit.
    #[error("file is larger than {most} bytes; nothing was changed")]
    Larger {
        /// The limit, in bytes.
        most: u64,
    },
    /// The bytes of a package are not those that were installed.
    #[error("package `{sha256}` is damaged: its content has another SHA-256")]
    Damaged {
        /// Its name.
        sha256: Sha256Hex,
    },
    /// An unsigned package was to take the place of a signed one.
    #[error(
        "`{id}` is installed from a signed package, which an unsigned one never replaces; nothing was changed"
    )]
    UnsignedOverSigned {
        /// The driver.
        id: DriverId,
    },
    /// No such driver is installed here.
    #[error("`{id}` is not installed; nothing was changed")]
    NotInstalled {
        /// The driver.
        id: DriverId,
    },
    /// No generation that is still kept has another package of this driver.
    #[error("no other version of `{id}` is kept; nothing was changed")]
    NothingToRevert {
        /// The driver.
        id: DriverId,
    },
    /// An origin that cannot be written down: its parts must be single printable words.
    #[error("the origin of `{id}` is no word; nothing was changed")]
    Origin {
        /// The driver.
        id: DriverId,
    },
    /// One generation cannot name that many drivers.
    #[error("too many drivers are installed; nothing was changed")]
    TooMany,
    /// A file or a mark with the largest of all numbers is there.
    #[error("the generations of the store have used up all numbers; nothing was changed")]
    NumbersUsedUp,
    /// Another generation came in between: decide again.
    #[error("the store was changed meanwhile (generation {now}, not {since}); nothing was changed")]
    Changed {
        /// The generation that the decision was made upon.
        since: u64,
        /// The one that counts now.
        now: u64,
    },
    /// A version of the program that failed here or was withdrawn.
    #[error("version `{sha256}` failed here or was withdrawn; nothing was changed")]
    Bad {
        /// Its package.
        sha256: Sha256Hex,
    },
    /// No kept generation says anything else that may come back.
    #[error("nothing earlier is kept that may come back; nothing was changed")]
    NothingToRollBack,
    /// No kept generation names a version of the program that is whole.
    #[error("no whole version of the program is in the store")]
    NoProgram,
    /// A first installation where a version of the program is installed already.
    #[error("a version of the program is installed here already; nothing was changed")]
    HasProgram,
    /// The launcher began no such trial.
    #[error("no trial {trial} of this version was begun")]
    NoTrial {
        /// Its number.
        trial: u32,
    },
    /// Somebody reads a meter or uploads.
    #[error("a meter is being read or an upload runs; nothing was changed")]
    Busy,
    /// The program is about to restart.
    #[error("the program is about to start again in a new version")]
    Restarting,
    /// Another program fetches the same package.
    #[error("another program is fetching this package; nothing was changed")]
    Staging,
}

impl StoreError {
    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked { .. } => Some("wait for the other program to finish, then try again"),
            Self::Missing { .. } | Self::Damaged { .. } => Some("install the driver again"),
            Self::Changed { .. } => Some("try again"),
            Self::NoProgram => Some("install the program again"),
            Self::NothingToRollBack => {
                Some("a version that was withdrawn, or never worked here, does not come back")
            }
            Self::Busy => Some("wait until the meter is read, then try again"),
            Self::Restarting => Some("try again in a moment"),
            Self::Staging => Some("wait for the other program to finish, then try again"),
            Self::TooMany => Some("remove drivers that nobody needs"),
            Self::UnsignedOverSigned { .. } => Some("remove the installed driver first"),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some("check who owns the data folder and who may write to it")
            }
            _ => None,
        }
    }

    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
