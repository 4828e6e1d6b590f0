//! What a publisher can type.

mod feed;
mod keyring;
mod package;

use std::path::PathBuf;

use clap::Args;
use meterport_appcast::OsWord;

pub(in crate::cli) use self::feed::{FeedTask, Item, WithdrawalKind};
pub(in crate::cli) use self::keyring::{Content, KeyringTask, MaybeKeys};
pub(in crate::cli) use self::package::PackageTask;

/// Secret keys, and where their passwords come from.
#[derive(Debug, Args)]
pub(in crate::cli) struct Keys {
    /// A secret key's file; may come more than once
    #[arg(long = "key", value_name = "SECRET", required = true)]
    pub keys: Vec<PathBuf>,
    /// Read one line for each key that has a password, in their order
    #[arg(long)]
    pub password_stdin: bool,
}

/// The publishing folder.
#[derive(Debug, Args)]
pub(in crate::cli) struct Folder {
    /// The publishing folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// How the answer is printed.
#[derive(Debug, Args)]
pub(in crate::cli) struct Form {
    /// Print the answer, and errors, as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Keygen {
    /// Where the two files go: PATH.key, which is secret, and PATH.pub
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Protect the key with nothing but the file's mode: for the fresh key, which signs daily
    #[arg(long, conflicts_with = "password_stdin")]
    pub no_password: bool,
    /// Read the password from the first line of the standard input
    #[arg(long)]
    pub password_stdin: bool,
    /// Replace a key that is there: nobody can sign with that one any more
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub form: Form,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Verify {
    /// What was signed
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Its signatures [default: FILE.minisig]
    #[arg(long, value_name = "FILE.minisig")]
    pub signature: Option<PathBuf>,
    /// A public key: its file, or its base64 text
    #[arg(long, value_name = "KEY")]
    pub public_key: String,
    #[command(flatten)]
    pub form: Form,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Mirror {
    /// A folder, or an address with https:, http: or file:
    #[arg(value_name = "FROM")]
    pub from: String,
    /// The folder of the copy
    #[arg(value_name = "TO")]
    pub to: PathBuf,
    /// Only packages for this system, such as windows-x64; may come more than once [default: all]
    #[arg(long = "os", value_name = "OS")]
    pub systems: Vec<OsWord>,
    /// The publisher's first keyring, from a source you trust [default: that of TO, else of FROM]
    #[arg(long, value_name = "FILE")]
    pub keyring: Option<PathBuf>,
    #[command(flatten)]
    pub form: Form,
}
