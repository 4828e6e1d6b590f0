//! What a publisher can type.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use meterport_appcast::{FeedId, ItemId, OsWord, Sha256Hex};
use semver::Version;

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

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PackageTask {
    /// Sign packages: adds to FILE.minisig what is not there yet
    #[command(after_help = "Examples:\n  \
        meterport-pack package sign meter-x.wasm --key vendor.key\n  \
        meterport-pack package sign app.tar.zst --key release-1.key --key release-2.key")]
    Sign {
        /// Packages: drivers (.wasm) or programs (.tar.zst)
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        form: Form,
    },
    /// Pack a folder with app.toml, the program and drivers/; the same files give the same bytes
    #[command(after_help = "Examples:\n  \
        meterport-pack package app dist/linux-x64 --output app-1.2.0-linux-x64.tar.zst\n  \
        meterport-pack package app dist/windows-x64 --output app.tar.zst --force --json")]
    App {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The package
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        form: Form,
    },
}

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
