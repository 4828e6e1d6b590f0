//! Everything that can keep a command from doing what it was asked for, as one type for the tool.

use std::io;
use std::path::PathBuf;

use meterport_manifest::ManifestError;

use crate::encode::EncodeError;
use crate::inspect::InspectError;
use crate::publish_error::PublishError;

/// Every code word this crate can answer with, in alphabetical order.
pub const CODES: [&str; 20] = [
    "build.failed",
    "build.no-driver",
    "build.not-cdylib",
    "build.target-missing",
    "component.invalid",
    "driver.contract",
    "driver.import",
    "driver.limit",
    "feed.invalid",
    "file.io",
    "internal",
    "key.invalid",
    "keyring.invalid",
    "manifest.invalid",
    "network",
    "output.exists",
    "package.invalid",
    "package.signature",
    "simulator.none",
    "usage",
];

/// Why a driver was not built, inspected, simulated or published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The command line is not understood.
    #[error("{message}")]
    Usage {
        /// What is wrong with it, as one line.
        message: String,
    },
    /// The folder has no `driver.toml` or no crate.
    #[error("`{}` is no driver: there is no `{missing}`", .folder.display())]
    NoDriver {
        /// The folder that was named.
        folder: PathBuf,
        /// What a driver's folder has.
        missing: &'static str,
    },
    /// The crate builds nothing that can be loaded.
    #[error("the crate in `{}` is no `cdylib`", .folder.display())]
    NotCdylib {
        /// The driver's folder.
        folder: PathBuf,
    },
    /// The compiler cannot build for the sandbox.
    #[error("the compiler has no target `wasm32-unknown-unknown`")]
    TargetMissing,
    /// A program could not be started.
    #[error("`{program}` does not start")]
    Start {
        /// What was to be run.
        program: String,
        /// The cause.
        source: io::Error,
    },
    /// Cargo ended with an error, which it explained.
    #[error("cargo did not build the driver")]
    Cargo {
        /// What it wrote, if nobody has seen it yet.
        output: String,
    },
    /// Cargo said something that this tool does not understand.
    #[error("cargo's answer is not understood")]
    CargoAnswer {
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The report does not become a document.
    #[error("the report does not become JSON")]
    Document {
        /// The cause.
        source: serde_json::Error,
    },
    /// Cargo succeeded and named no component.
    #[error("cargo built the driver and named no `.wasm` file")]
    NoArtifact,
    /// `driver.toml` breaks the grammar.
    #[error("`{}` is refused", .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// The rule it breaks.
        source: ManifestError,
    },
    /// The compiled driver does not become a component.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The component is not one that a host would take.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// Nothing was published.
    #[error(transparent)]
    Publish(#[from] PublishError),
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
    /// The driver's folder has no simulator.
    #[error("the driver in `{}` has no example at `examples/simulator.rs`", .folder.display())]
    NoSimulator {
        /// The driver's folder.
        folder: PathBuf,
    },
}

impl PackError {
    /// The stable word for this error: one of [`CODES`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::NoDriver { .. } => "build.no-driver",
            Self::NotCdylib { .. } => "build.not-cdylib",
            Self::TargetMissing => "build.target-missing",
            Self::Cargo { .. } => "build.failed",
            Self::Start { .. } | Self::Read { .. } | Self::Write { .. } => "file.io",
            Self::CargoAnswer { .. } | Self::Document { .. } | Self::NoArtifact => "internal",
            Self::Manifest { .. } => "manifest.invalid",
            Self::Encode(EncodeError::NoManifest | EncodeError::Stale) => "manifest.invalid",
            Self::Encode(_) => "component.invalid",
            Self::Inspect(error) => error.code(),
            Self::Publish(error) => error.code(),
            Self::NoSimulator { .. } => "simulator.none",
        }
    }

    /// The exit code of the tool: 2 wrong usage, 5 files and programs, 7 refused, 8 network,
    /// 10 internal.
    pub fn exit_code(&self) -> u8 {
        match self.code() {
            "usage" | "build.no-driver" | "simulator.none" => 2,
            "file.io" => 5,
            "network" => 8,
            "internal" => 10,
            _ => 7,
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Usage { .. } => Some("`--help` shows what can be typed"),
            Self::NoDriver { .. } => {
                Some("name a folder that has `Cargo.toml`, `driver.toml` and `src/lib.rs`")
            }
            Self::NotCdylib { .. } => {
                Some("write `crate-type = [\"cdylib\", \"rlib\"]` under `[lib]` in Cargo.toml")
            }
            Self::TargetMissing => Some("run `rustup target add wasm32-unknown-unknown`"),
            Self::Start { .. } => {
                Some("install Rust with rustup (https://rustup.rs) and open a new terminal")
            }
            Self::Manifest { source, .. } => source.hint(),
            Self::Encode(error) => error.hint(),
            Self::Inspect(error) => error.hint(),
            Self::Publish(error) => error.hint(),
            Self::NoSimulator { .. } => Some(
                "write `fn main() -> ExitCode { meterport_simulator::serve(..) }` there, and name it in Cargo.toml",
            ),
            _ => None,
        }
    }
}
