//! What can be typed after `package`.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Form, Keys};

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
