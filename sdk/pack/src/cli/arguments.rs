//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::publish::arguments::{FeedTask, Keygen, KeyringTask, Mirror, PackageTask, Verify};

/// Builds, inspects, simulates and publishes drivers for Meterport.
#[derive(Debug, Parser)]
#[command(
    name = "meterport-pack",
    version,
    after_help = "Examples:\n  meterport-pack build .\n  meterport-pack simulate . --link /tmp/meter",
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub task: Task,
}

#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Build the driver in DIR: one component file, checked as a host checks it
    #[command(after_help = "Examples:\n  meterport-pack build plugins/onetouch-ultra2\n  \
                            meterport-pack build . --output onetouch-ultra2.wasm --json")]
    Build {
        /// The driver's folder, with Cargo.toml and driver.toml
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Where the package goes; replaces a file that is there [default: drivers/ID.wasm in
        /// cargo's target folder]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Print the document `meterport.inspect/1`
        #[arg(long)]
        json: bool,
    },
    /// Say what a package is, asks for and weighs; refuse what a host would refuse
    #[command(after_help = "Examples:\n  meterport-pack inspect onetouch-ultra2.wasm\n  \
                            meterport-pack inspect onetouch-ultra2.wasm --json")]
    Inspect {
        /// The package
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Print the document `meterport.inspect/1`
        #[arg(long)]
        json: bool,
    },
    /// Run the driver's simulated meter on a pseudo-terminal or on USB, until Ctrl-C
    #[command(after_help = "Examples:\n  \
                            meterport-pack simulate . --link /tmp/meter --records 500\n  \
                            meterport-pack simulate . --knob pace=9600 --knob damage-byte=120\n  \
                            meterport-pack simulate . --folder /tmp/pump")]
    Simulate {
        /// The driver's folder, with examples/simulator.rs
        #[arg(value_name = "DIR")]
        driver: PathBuf,
        /// Make PATH a link to the pseudo-terminal, and remove it at the end
        #[arg(long, value_name = "PATH")]
        link: Option<PathBuf>,
        /// Plug the meter into this machine (Linux, root, module vhci-hcd)
        #[arg(long, conflicts_with = "link")]
        usb: bool,
        /// Put the files of a meter that is a volume into FILES, and end
        #[arg(long, value_name = "FILES", conflicts_with_all = ["link", "usb"])]
        folder: Option<PathBuf>,
        /// How many results the meter holds
        #[arg(long, value_name = "N")]
        records: Option<u32>,
        /// Turn a knob of the simulator; may come more than once
        #[arg(long = "knob", value_name = "NAME=VALUE")]
        knobs: Vec<String>,
        /// Say which knobs there are, and end
        #[arg(long)]
        list: bool,
    },
    /// Make a minisign key
    #[command(after_help = "Examples:\n  meterport-pack keygen root-1\n  \
                            meterport-pack keygen /etc/meterport/fresh --no-password")]
    Keygen(Keygen),
    /// Make, follow up and sign keyrings: all public keys of a feed
    #[command(
        subcommand,
        after_help = "Examples:\n  meterport-pack keyring init --help\n  \
        meterport-pack keyring sign feed/1.keyring.draft --key root-1.key"
    )]
    Keyring(KeyringTask),
    /// Make and sign packages
    #[command(
        subcommand,
        after_help = "Examples:\n  meterport-pack package sign meter-x.wasm --key vendor.key\n  \
        meterport-pack package app dist/linux-x64 --output app-1.2.0-linux-x64.tar.zst"
    )]
    Package(PackageTask),
    /// Make, check and sign the feed in a publishing folder
    #[command(
        subcommand,
        after_help = "Examples:\n  meterport-pack feed lint --dir feed\n  \
        meterport-pack feed refresh --dir /srv/feed --key /etc/meterport/fresh.key"
    )]
    Feed(Box<FeedTask>),
    /// Copy a feed for a network of one's own, verified as a client verifies it
    #[command(after_help = "Examples:\n  \
        meterport-pack mirror https://updates.example/ /srv/meterport --os windows-x64\n  \
        meterport-pack mirror /media/stick/feed /srv/meterport --keyring 1.keyring --json")]
    Mirror(Mirror),
    /// Say whether a key signed a file, by the client's own strict rules
    #[command(after_help = "Examples:\n  \
        meterport-pack verify meter-x.wasm --public-key vendor.pub\n  \
        meterport-pack verify f --signature f.minisig --public-key RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3")]
    Verify(Verify),
}
