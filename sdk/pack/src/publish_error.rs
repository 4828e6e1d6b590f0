//! Everything that keeps a key, a keyring, a feed or a mirror from being made, as one type.

use std::io;
use std::path::{Path, PathBuf};

use meterport_appcast::{AppcastError, FeedError, KeyringError, Sha256Hex, SplitError};

use crate::feed::EditFault;
use crate::key::KeyError;
use crate::keyring::TextFault;
use crate::mirror::BaseError;
use crate::package::PackageFault;

/// Why nothing was published. What was there before is still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// A file cannot be read.
    #[error("`{}` cannot be read", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file cannot be written; what was there before is still there.
    #[error("`{}` cannot be written; nothing was changed", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file is there that would be replaced.
    #[error("`{}` is there already; nothing was changed", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// What was asked for does not go together.
    #[error("{message}")]
    Usage {
        /// Why, as one line.
        message: String,
    },
    /// A secret or public key.
    #[error("the key `{}` is refused", .path.display())]
    Key {
        /// The file, or the text that was given instead of one.
        path: PathBuf,
        /// The cause.
        source: KeyError,
    },
    /// The trailing signatures of a file.
    #[error("the signatures of `{}` are refused", .path.display())]
    Signatures {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: SplitError,
    },
    /// The signatures of a package.
    #[error("`{}` is no file of signatures", .path.display())]
    Minisig {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: SplitError,
    },
    /// A keyring that no client takes.
    #[error("the keyring `{}` is refused", .path.display())]
    Keyring {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: KeyringError,
    },
    /// A keyring that cannot be changed like that.
    #[error("the keyring cannot be changed like that; nothing was changed")]
    KeyringText(#[from] TextFault),
    /// There is no keyring to begin with.
    #[error("`{}` has no `1.keyring`", .folder.display())]
    NoKeyring {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no feed to work on.
    #[error("`{}` has no feed", .folder.display())]
    NoFeed {
        /// The folder.
        folder: PathBuf,
    },
    /// The key has no such role in the newest keyring.
    #[error("the key stands in no `{role}` line of the newest keyring")]
    NotInRole {
        /// The role.
        role: &'static str,
    },
    /// A package that no client takes.
    #[error("the package `{}` is refused", .path.display())]
    Package {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: PackageFault,
    },
    /// A package whose signatures are missing or not enough.
    #[error("the signatures of the package `{}` are not enough", .path.display())]
    PackageSignature {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: meterport_appcast::PackageFault,
    },
    /// A file that its key did not sign.
    #[error("`{}` is not signed by that key", .path.display())]
    NotSigned {
        /// The file.
        path: PathBuf,
    },
    /// The text is no appcast.
    #[error("the feed `{}` is refused", .path.display())]
    Appcast {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: AppcastError,
    },
    /// The feed cannot be changed like that.
    #[error("the feed cannot be changed like that; nothing was changed")]
    Edit(#[from] EditFault),
    /// A feed whose signatures no client takes.
    #[error("the feed `{}` does not verify", .path.display())]
    Feed {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: FeedError,
    },
    /// The linter found errors.
    #[error("the linter finds {errors} errors; nothing was published")]
    Lint {
        /// How many.
        errors: usize,
        /// Each of them, as one line.
        findings: Vec<String>,
    },
    /// A base does not answer as it should.
    #[error("`{name}` cannot be fetched; the mirror shows what it showed before")]
    Fetch {
        /// The file.
        name: String,
        /// The cause.
        source: BaseError,
    },
    /// A file that every feed has is missing.
    #[error("`{name}` is not there; the mirror shows what it showed before")]
    NotThere {
        /// The file.
        name: String,
    },
    /// The feed or its keyring is too old.
    #[error("the feed is no longer true, or its keyring has expired; nothing was changed")]
    Stale,
    /// The number of the mirror's own feed, with something else in it.
    #[error("the feed is another one of the same number {seq}; nothing was changed")]
    MirrorOther {
        /// The number.
        seq: u64,
    },
    /// A package of the mirrored feed is missing, or another one.
    #[error("the package {sha256} {fault}; the mirror shows what it showed before")]
    MirrorPackage {
        /// Its name.
        sha256: Sha256Hex,
        /// What is wrong.
        fault: &'static str,
    },
    /// The feed to be mirrored is not newer than the one that is there.
    #[error("the feed is older than the mirror's own ({found} < {present}); nothing was changed")]
    MirrorOlder {
        /// Number of the feed that was fetched.
        found: u64,
        /// Number of the feed that is there.
        present: u64,
    },
    /// The first keyring is another than the mirror's.
    #[error("the first keyring is another one than the mirror's; nothing was changed")]
    MirrorForeign,
}

impl PublishError {
    /// Why a file was not put into its place.
    pub(crate) fn placing(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists { path },
            _ => Self::Write { path, source },
        }
    }

    /// The stable word for this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } | Self::Write { .. } => "file.io",
            Self::Exists { .. } => "output.exists",
            Self::Usage { .. } | Self::NoKeyring { .. } | Self::NoFeed { .. } => "usage",
            Self::Key { .. } | Self::NotInRole { .. } => "key.invalid",
            Self::Keyring { .. } | Self::KeyringText(_) | Self::MirrorForeign => "keyring.invalid",
            Self::Package { .. } | Self::MirrorPackage { .. } => "package.invalid",
            Self::PackageSignature { .. } | Self::NotSigned { .. } | Self::Minisig { .. } => {
                "package.signature"
            }
            Self::Signatures { .. }
            | Self::Appcast { .. }
            | Self::Edit(_)
            | Self::Feed { .. }
            | Self::Lint { .. }
            | Self::Stale
            | Self::MirrorOther { .. }
            | Self::MirrorOlder { .. } => "feed.invalid",
            Self::Fetch { .. } | Self::NotThere { .. } => "network",
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Exists { .. } => Some("name another file, or use `--force` to replace it"),
            Self::Key { source, .. } => source.hint(),
            Self::NoKeyring { .. } => {
                Some("`meterport-pack keyring init` makes it, `keyring sign` signs it")
            }
            Self::NoFeed { .. } => Some("`meterport-pack feed add` begins it"),
            Self::NotInRole { .. } => {
                Some("take a key of that role, or let `keyring rotate` name this one")
            }
            Self::PackageSignature { .. } => Some(
                "`meterport-pack package sign` with the vendor's key, or with as many release keys as the keyring asks for",
            ),
            Self::Package { source: PackageFault::Driver(error), .. } => error.hint(),
            Self::NotSigned { .. } => {
                Some("take the public key of whoever is said to have signed it")
            }
            Self::Feed { source: FeedError::Release { .. } | FeedError::Split(_), .. } => {
                Some("`meterport-pack feed sign` with as many release keys as the keyring asks for")
            }
            Self::NotThere { .. } => {
                Some("name the folder or address that holds `1.keyring` and `appcast.xml`")
            }
            Self::MirrorForeign => {
                Some("mirror into an empty folder if the publisher really began anew")
            }
            _ => None,
        }
    }
}
