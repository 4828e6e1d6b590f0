//! Why a file is no package.

use std::io;

use meterport_appcast::AppManifestError;

pub use super::name::NameFault;
use crate::inspect::InspectError;

/// The first rule that a package breaks. Names come from the file, escaped to plain ASCII.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageFault {
    /// It is no driver, or not one that a host would take.
    #[error("the file is no driver that a host would take")]
    Driver(#[from] InspectError),
    /// Its `app.toml` breaks the grammar.
    #[error("`app.toml` is refused")]
    AppToml(#[from] AppManifestError),
    /// Not an archive, or cut off, or packed with too large a window.
    #[error("the archive cannot be read")]
    Damaged {
        /// The cause.
        source: io::Error,
    },
    /// More bytes than allowed.
    #[error("more than {allowed} bytes")]
    TooLarge {
        /// The limit in bytes.
        allowed: u64,
    },
    /// More files than allowed.
    #[error("more than {allowed} files")]
    TooManyEntries {
        /// The limit.
        allowed: usize,
    },
    /// Larger unpacked than allowed.
    #[error("more than {allowed} bytes when unpacked")]
    Unpacked {
        /// The limit in bytes.
        allowed: u64,
    },
    /// The first entry is not `app.toml`.
    #[error("the first entry is not `app.toml`")]
    NotFirst,
    /// The program is missing.
    #[error("there is no `meterport` or `meterport.exe` with mode 0755")]
    NoProgram,
    /// A link, a folder, a device or an extension.
    #[error("`{name}` is no regular file")]
    NotRegular {
        /// The entry.
        name: String,
    },
    /// A name that not every system can hold.
    #[error("the name `{name}` {fault}")]
    Name {
        /// The entry.
        name: String,
        /// What is wrong with it.
        fault: NameFault,
    },
    /// Neither 0644 nor 0755.
    #[error("`{name}` has another mode than 0644 or 0755")]
    Mode {
        /// The entry.
        name: String,
    },
    /// Two names are equal when case is ignored, or one is the folder of the other.
    #[error("`{name}` is there twice")]
    TwiceNamed {
        /// The name.
        name: String,
    },
    /// Bytes after the archive's end.
    #[error("bytes follow the end of the archive")]
    Trailing,
}
