//! What can be typed after `feed`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use meterport_appcast::{ItemId, Sha256Hex};
use semver::Version;

use super::{Folder, Form, Keys};

/// What is said about new items.
#[derive(Debug, Args)]
pub(in crate::cli) struct Item {
    /// What people read [default: the package's own title and version]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// What is new
    #[arg(long, value_name = "TEXT", conflicts_with = "notes_file")]
    pub notes: Option<String>,
    /// The same from a file
    #[arg(long, value_name = "FILE")]
    pub notes_file: Option<PathBuf>,
    /// The notes are Markdown
    #[arg(long)]
    pub markdown: bool,
    /// Only for who chose this channel
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
    /// It cannot be skipped
    #[arg(long, conflicts_with = "critical_below")]
    pub critical: bool,
    /// It cannot be skipped by who has a version below this one
    #[arg(long, value_name = "VERSION")]
    pub critical_below: Option<Version>,
    /// Seven groups get it, one after the other, so many seconds apart
    #[arg(long, value_name = "SECONDS")]
    pub phased: Option<u32>,
    /// The oldest system it runs on, such as 10.0.19041
    #[arg(long, value_name = "VERSION")]
    pub minimum_system: Option<String>,
    /// The oldest installed version that may be updated to this one
    #[arg(long, value_name = "VERSION")]
    pub minimum_update: Option<Version>,
}

/// What becomes of an installed version that is withdrawn.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum WithdrawalKind {
    /// It is disabled at once
    Recall,
    /// A step back is offered
    Defect,
}

/// Where the feed is served.
#[derive(Debug, Args)]
pub(in crate::cli) struct Bases {
    /// A place where the feed is served, beside the mirrors of the keyring; may come more than once
    #[arg(long = "base", value_name = "URL")]
    pub bases: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FeedTask {
    /// Put signed packages into the folder and into the next feed
    #[command(after_help = "Examples:\n  \
        meterport-pack feed add onetouch-ultra2.wasm --notes \"reads the clock\"\n  \
        meterport-pack feed add app-*.tar.zst --critical-below 1.1.3 --phased 86400 --dir feed")]
    Add {
        /// Packages, each with its FILE.minisig beside it
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        item: Box<Item>,
        /// The title of the feed, when this begins it
        #[arg(long, value_name = "TEXT")]
        feed_title: Option<String>,
        /// Where people read more about the feed, when this begins it
        #[arg(long, value_name = "URL")]
        link: Option<String>,
        /// Write the item of the same package anew
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        form: Form,
    },
    /// Withdraw a version in the next feed
    #[command(after_help = "Examples:\n  \
        meterport-pack feed withdraw acme.meter-x 1.4.0 --kind recall --reason \"wrong unit\"\n  \
        meterport-pack feed withdraw app 2.0.0 --kind defect --reason \"slow start\" --dir feed")]
    Withdraw {
        /// A driver's id, or app
        #[arg(value_name = "ID")]
        id: ItemId,
        /// The version
        #[arg(value_name = "VERSION")]
        version: Version,
        /// What becomes of it where it is installed
        #[arg(long, value_name = "KIND")]
        kind: WithdrawalKind,
        /// Why, for staff
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        form: Form,
    },
    /// Take a version out of the next feed; what is installed stays
    #[command(after_help = "Examples:\n  \
        meterport-pack feed remove acme.meter-x 1.0.0\n  \
        meterport-pack feed remove app 1.0.0 --dir feed")]
    Remove {
        /// A driver's id, or app
        #[arg(value_name = "ID")]
        id: ItemId,
        /// The version
        #[arg(value_name = "VERSION")]
        version: Version,
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        form: Form,
    },
    /// Refuse files by their SHA-256 in the next feed, however they come to a client
    #[command(after_help = "Examples:\n  \
        meterport-pack feed refuse 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n  \
        meterport-pack feed refuse $(sha256sum leaked.wasm | cut -d' ' -f1) --dir feed")]
    Refuse {
        /// SHA-256, 64 lower-case hexadecimal digits
        #[arg(value_name = "SHA256", required = true)]
        files: Vec<Sha256Hex>,
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        form: Form,
    },
    /// Say everything that a client would refuse, and what else looks wrong
    #[command(after_help = "Examples:\n  \
        meterport-pack feed lint\n  \
        meterport-pack feed lint --dir feed --base https://updates.example/ --json")]
    Lint {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        bases: Bases,
        #[command(flatten)]
        form: Form,
    },
    /// Sign the next feed with release keys; without one, the published feed anew
    #[command(after_help = "Examples:\n  \
        meterport-pack feed sign --key release-1.key\n  \
        meterport-pack feed sign --dir feed --key release-1.key --key release-2.key --seq 1042")]
    Sign {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        keys: Keys,
        /// The number of the feed [default: the next one]
        #[arg(long, value_name = "N")]
        seq: Option<u64>,
        #[command(flatten)]
        bases: Bases,
        #[command(flatten)]
        form: Form,
    },
    /// Say with the fresh key that the feed is still true; publishes one that has its signatures
    #[command(after_help = "Examples:\n  \
        meterport-pack feed refresh --key fresh.key\n  \
        meterport-pack feed refresh --dir /srv/feed --key /etc/meterport/fresh.key --days 14")]
    Refresh {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        keys: Keys,
        /// For how many days, from 1 to 34
        #[arg(long, value_name = "N", default_value_t = 14)]
        days: u32,
        #[command(flatten)]
        bases: Bases,
        #[command(flatten)]
        form: Form,
    },
    /// Show any appcast, also foreign and unsigned, and what our client would say of each item
    #[command(after_help = "Examples:\n  \
        meterport-pack feed show appcast.xml\n  \
        meterport-pack feed show somebody-elses.xml --json")]
    Show {
        /// The appcast
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        form: Form,
    },
}
