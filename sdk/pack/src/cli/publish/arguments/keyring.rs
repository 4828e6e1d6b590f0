//! What can be typed after `keyring`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use meterport_appcast::FeedId;

use super::{Folder, Form, Keys};

/// What a keyring says, or what changes in it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Content {
    /// From when on it counts no more, such as 2027-11-01T00:00:00Z
    #[arg(long, value_name = "TIME", conflicts_with = "days")]
    pub expires: Option<Timestamp>,
    /// The same in days from now
    #[arg(long, value_name = "N")]
    pub days: Option<u16>,
    /// A root key: its file or base64 text; may come more than once
    #[arg(long, value_name = "KEY")]
    pub root: Vec<String>,
    /// How many root keys must sign
    #[arg(long, value_name = "N")]
    pub root_threshold: Option<usize>,
    /// A release key
    #[arg(long, value_name = "KEY")]
    pub release: Vec<String>,
    /// How many release keys must sign
    #[arg(long, value_name = "N")]
    pub release_threshold: Option<usize>,
    /// A fresh key
    #[arg(long, value_name = "KEY")]
    pub fresh: Vec<String>,
    /// How many fresh keys must sign
    #[arg(long, value_name = "N")]
    pub fresh_threshold: Option<usize>,
    /// A vendor, such as "acme KEY acme. usb=2766,1a79"; one of the same name replaces it
    #[arg(long, value_name = "WORDS")]
    pub vendor: Vec<String>,
    /// A disk that is a meter, such as "2766:0004 LifeScan *"
    #[arg(long, value_name = "WORDS")]
    pub block: Vec<String>,
    /// A further place of the feed: https, with a slash at its end
    #[arg(long, value_name = "URL")]
    pub mirror: Vec<String>,
}

/// Keys that may sign at once.
#[derive(Debug, Args)]
pub(in crate::cli) struct MaybeKeys {
    /// Sign with this secret key at once; may come more than once
    #[arg(long = "key", value_name = "SECRET")]
    pub keys: Vec<PathBuf>,
    /// Read one line for each key that has a password, in their order
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeyringTask {
    /// Make the first keyring of a feed; it is compiled into the clients
    #[command(after_help = "Examples:\n  \
        meterport-pack keyring init --feed main --root root-1.pub --root root-2.pub --root root-3.pub \
        --root-threshold 2 --release release.pub --fresh fresh.pub --days 365\n  \
        meterport-pack keyring init --dir feed --feed main --root r.pub --release l.pub --fresh f.pub \
        --vendor \"acme acme.pub acme. usb=2766\" --key r.key")]
    Init {
        #[command(flatten)]
        folder: Folder,
        /// What the feed calls itself, such as main
        #[arg(long, value_name = "ID")]
        feed: FeedId,
        #[command(flatten)]
        content: Box<Content>,
        #[command(flatten)]
        keys: MaybeKeys,
        /// Replace a first keyring that is there: for the clients this is another feed
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        form: Form,
    },
    /// Make the keyring that follows the newest one; what is not named stays as it is
    #[command(after_help = "Examples:\n  \
        meterport-pack keyring rotate --days 365 --key root-1.key --key root-2.key\n  \
        meterport-pack keyring rotate --release new.pub --drop-vendor acme --dir feed")]
    Rotate {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        content: Box<Content>,
        /// A vendor that goes
        #[arg(long, value_name = "NAME")]
        drop_vendor: Vec<String>,
        /// A disk that goes, by the words of its line
        #[arg(long, value_name = "WORDS")]
        drop_block: Vec<String>,
        /// A mirror that goes
        #[arg(long, value_name = "URL")]
        drop_mirror: Vec<String>,
        #[command(flatten)]
        keys: MaybeKeys,
        /// Replace a draft that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        form: Form,
    },
    /// Add signatures to a keyring; with enough of them a draft goes into its place
    #[command(after_help = "Examples:\n  \
        meterport-pack keyring sign 1.keyring.draft --key root-1.key\n  \
        meterport-pack keyring sign feed/2.keyring.draft --key root-2.key --key root-3.key")]
    Sign {
        /// The keyring; the one before it stands beside it
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        form: Form,
    },
}
