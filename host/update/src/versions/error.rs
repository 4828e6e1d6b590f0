//! Why a package of the program was not unpacked.

use std::io;

use meterport_appcast::{MAX_APP_BYTES, MAX_UNPACKED};

use crate::error::StoreError;
use crate::hash::Sha256Hex;

/// Why a package of the program was not unpacked. What was installed before still is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnpackError {
    /// The store did not do what it was asked for.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bytes are no archive, or end before it does.
    #[error("package cannot be read as a `.tar.zst` archive; nothing was changed")]
    Archive {
        /// The cause.
        source: io::Error,
    },
    /// The bytes are not those that were announced.
    #[error("package is not `{sha256}`: its content has another SHA-256; nothing was changed")]
    Sum {
        /// The package that was announced.
        sha256: Sha256Hex,
    },
    /// An entry that no package of the program has.
    #[error("entry {number} of the package is refused: {fault}; nothing was changed")]
    Entry {
        /// Its number, from 1. Its name may be anything and is not shown.
        number: usize,
        /// What it is.
        fault: EntryFault,
    },
    /// More than 4 096 entries.
    #[error("package has more than 4096 entries; nothing was changed")]
    Entries,
    /// A package above 512 MiB.
    #[error("package is larger than {MAX_APP_BYTES} bytes; nothing was changed")]
    Package,
    /// More than 1 GiB when unpacked.
    #[error("package unpacks to more than {MAX_UNPACKED} bytes; nothing was changed")]
    Unpacked,
    /// Something follows the archive.
    #[error("bytes follow the end of the archive; nothing was changed")]
    Trailing,
    /// The program itself is not in the package, or may not be run.
    #[error("package has no program `{name}`; nothing was changed")]
    NoProgram {
        /// The name it has on this system.
        name: &'static str,
    },
    /// `app.toml` is none.
    #[error("`app.toml` of the package is no description of a version; nothing was changed")]
    Manifest {
        /// The cause.
        source: meterport_appcast::AppManifestError,
    },
    /// The package is for another system.
    #[error("package is for `{os}`, and this is `{here}`; nothing was changed")]
    OtherSystem {
        /// The system it names.
        os: String,
        /// This system.
        here: String,
    },
    /// The disk is too full.
    #[error("{needed} bytes are needed and {free} are free; nothing was changed")]
    NoRoom {
        /// How much the files take, with some to spare.
        needed: u64,
        /// How much there is.
        free: u64,
    },
    /// Another program unpacks the same version, or runs one that is damaged.
    #[error("this version is being unpacked or used by another program; nothing was changed")]
    InUse,
}

/// Why an entry is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryFault {
    /// `app.toml` must be the first, and only that.
    #[error("`app.toml` comes first, and nothing else does")]
    First,
    /// A folder, a link, a device, a sparse file, or a header that speaks of the next one.
    #[error("it is no regular file")]
    Kind,
    /// A header that is no plain `ustar`.
    #[error("its header is no plain `ustar`")]
    Format,
    /// A name that leaves the folder, or that not every system can hold.
    #[error("its name is not one that every system can hold inside a folder")]
    Name,
    /// A name that is there already when case is ignored.
    #[error("its name is there already")]
    Twice,
    /// A mode other than 0644 and 0755.
    #[error("its mode is neither 0644 nor 0755")]
    Mode,
}

impl UnpackError {
    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::NoRoom { .. } => Some("make room on the disk, then try again"),
            Self::InUse => Some("close the other windows of the program, then try again"),
            _ => None,
        }
    }

    pub(crate) fn archive(source: io::Error) -> Self {
        Self::Archive { source }
    }
}
