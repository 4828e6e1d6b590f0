//! Why the server does not start, or a command of it does not succeed.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Everything that ends a command without success. Texts hold no reading, no patient, no password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The data folder, or a file in it, cannot be used.
    #[error("`{path}` is not usable")]
    DataDir {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no server in that folder yet.
    #[error("there is no server in `{path}` yet")]
    NotSetUp {
        /// The data folder.
        path: PathBuf,
    },
    /// There is a database, but not the key that opens it.
    #[error("the master key `{path}` is missing; the server does not start without it")]
    KeyMissing {
        /// Where it is looked for.
        path: PathBuf,
    },
    /// The key file is damaged.
    #[error("`{path}` holds no master key")]
    KeyMalformed {
        /// The key file.
        path: PathBuf,
    },
    /// The key file is open to others.
    #[error("the master key `{path}` can be read by others on this machine")]
    KeyExposed {
        /// The key file.
        path: PathBuf,
    },
    /// The data folder is open to others.
    #[error("the data folder `{path}` can be entered by others on this machine")]
    FolderExposed {
        /// The data folder.
        path: PathBuf,
    },
    /// The key does not open this database.
    #[error("the master key `{path}` does not open this database; nothing was changed")]
    KeyWrong {
        /// The key file.
        path: PathBuf,
    },
    /// Something sealed does not open: it was changed, or moved from its place.
    #[error("a sealed {what} does not open")]
    Sealed {
        /// What it is.
        what: &'static str,
    },
    /// The database says no.
    #[error("the database does not answer as it should")]
    Database {
        /// What it said.
        #[from]
        source: sqlx::Error,
    },
    /// Other writers were not done in time.
    #[error("the database is busy")]
    Busy,
    /// The database was written by a newer server.
    #[error(
        "the database has version {found}, this server knows up to {known}; nothing was changed"
    )]
    DatabaseNewer {
        /// The version found.
        found: i64,
        /// The newest one known.
        known: i64,
    },
    /// Another program listens there.
    #[error("`{address}` is in use by another program")]
    AddressInUse {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("`{address}` cannot be listened on")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The account exists.
    #[error("the user `{name}` exists already; nothing was changed")]
    UserExists {
        /// The account.
        name: String,
    },
    /// A name that is no user's.
    #[error("a user's name is 1 to 64 of the characters a-z 0-9 . _ - @")]
    UserName,
    /// A password nobody should have.
    #[error("the password is too weak: {reason}; nothing was changed")]
    WeakPassword {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Typed twice, not the same.
    #[error("the two passwords differ; nothing was changed")]
    PasswordsDiffer,
    /// There is nobody to ask.
    #[error("there is no terminal to ask for the password on")]
    NoTerminal,
    /// Standard input or output is not usable.
    #[error("standard input or output is not usable")]
    Console {
        /// What the system said.
        source: io::Error,
    },
    /// A certificate could not be made.
    #[error("a certificate could not be made")]
    Certificate {
        /// What is wrong.
        #[from]
        source: rcgen::Error,
    },
    /// What is no name for a certificate.
    #[error("`{name}` is no name for this server: {reason}")]
    Name {
        /// What was given.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The practice's root was made without this name.
    #[error("the root of this server may not sign for `{name}`; nothing was changed")]
    NameNotPermitted {
        /// The name or address.
        name: String,
    },
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls {
        /// What is wrong.
        #[from]
        source: rustls::Error,
    },
    /// The listener ended by itself.
    #[error("the server stopped by itself")]
    Stopped {
        /// What the system said.
        source: io::Error,
    },
    /// Our own bug, or a machine without random numbers.
    #[error("{what} is not to be had")]
    Internal {
        /// What is missing.
        what: &'static str,
    },
}

impl ServerError {
    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::DataDir { .. } => {
                "choose a folder that this account may write with --data-dir, or change its owner"
            }
            Self::NotSetUp { .. } => "run `meterport-server serve` once, or check --data-dir",
            Self::KeyMissing { .. } | Self::KeyMalformed { .. } | Self::KeyWrong { .. } => {
                "put the key of this database back from your backup; without it the data cannot be opened"
            }
            Self::KeyExposed { .. } => {
                "run `chmod 600` on it, and think about who may have read it"
            }
            Self::FolderExposed { .. } => {
                "run `chmod 700` on it, or name a folder that the server may make for itself"
            }
            Self::Name { .. } => "for example `--name ward-3.local` or `--name 192.168.1.5`",
            Self::Busy => "wait a moment and try again",
            Self::NameNotPermitted { .. } => {
                "a root signs for private addresses, names under .local, .lan, .internal and .home.arpa, and what was named at its first start"
            }
            Self::Database { source } if is_locked(source) => "wait a moment and try again",
            Self::Sealed { .. } | Self::Database { .. } => {
                "restore the data folder from a backup, or free space on its disk"
            }
            Self::DatabaseNewer { .. } => "start the newer server again",
            Self::AddressInUse { .. } => {
                "stop that program, or choose another port with --listen; port 0 takes a free one"
            }
            Self::Listen { .. } => "choose an address of this machine with --listen",
            Self::UserExists { .. } => "choose another name",
            Self::UserName => "for example `nurse.anna` or `ward-3`",
            Self::WeakPassword { .. } => "four or more words make a good one",
            Self::PasswordsDiffer => "try again",
            Self::NoTerminal => "pass it on standard input with --password-stdin",
            Self::Console { .. }
            | Self::Certificate { .. }
            | Self::Tls { .. }
            | Self::Stopped { .. }
            | Self::Internal { .. } => return None,
        })
    }

    /// The exit code of the program.
    pub fn exit(&self) -> u8 {
        match self {
            Self::UserName
            | Self::NoTerminal
            | Self::NotSetUp { .. }
            | Self::Name { .. }
            | Self::NameNotPermitted { .. } => 2,
            Self::DataDir { .. } | Self::Database { .. } | Self::Busy | Self::Console { .. } => 5,
            Self::Sealed { .. } => 6,
            Self::KeyMissing { .. }
            | Self::KeyMalformed { .. }
            | Self::KeyExposed { .. }
            | Self::KeyWrong { .. }
            | Self::FolderExposed { .. }
            | Self::DatabaseNewer { .. }
            | Self::UserExists { .. }
            | Self::WeakPassword { .. }
            | Self::PasswordsDiffer => 7,
            Self::AddressInUse { .. } | Self::Listen { .. } | Self::Stopped { .. } => 8,
            Self::Certificate { .. } | Self::Tls { .. } | Self::Internal { .. } => 10,
        }
    }
    /// Whether the same has a chance a moment later: somebody else is writing.
    pub(crate) fn is_busy(&self) -> bool {
        match self {
            Self::Busy => true,
            Self::Database { source } => is_locked(source),
            _ => false,
        }
    }
}

/// SQLite's own word for it: SQLITE_BUSY, in the low byte of a result code
/// (<https://www.sqlite.org/rescode.html>), or no connection to be had in time.
fn is_locked(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(said) => said
            .code()
            .and_then(|code| code.parse::<u32>().ok())
            .is_some_and(|code| code & 0xFF == 5),
        _ => false,
    }
}
