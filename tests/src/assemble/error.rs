//! What can keep the programs from being put together.

use std::io;
use std::path::PathBuf;

use meterport_pack::PackError;

/// Why there is no installation to show or to test.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssembleError {
    /// A tool does not start.
    #[error("`{program}` does not start")]
    Start {
        /// What was to be run.
        program: String,
        /// The cause.
        source: io::Error,
    },
    /// Cargo ended with an error, which it explained.
    #[error("cargo did not build the programs\n{output}")]
    Cargo {
        /// What it wrote, if nobody has seen it yet.
        output: String,
    },
    /// Cargo said something that is not understood.
    #[error("cargo's answer is not understood")]
    CargoAnswer {
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Cargo succeeded, and something is not there.
    #[error("cargo built everything, and there is no {kind} `{name}`")]
    NotBuilt {
        /// `program` or `example`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// The compiler cannot build drivers, and rustup did not change that.
    #[error(
        "the compiler has no target `wasm32-unknown-unknown`, and rustup did not add it\n{output}"
    )]
    WasmTarget {
        /// What rustup wrote.
        output: String,
    },
    /// A driver does not build.
    #[error("driver `{id}` does not build")]
    Driver {
        /// Its id.
        id: String,
        /// The cause.
        source: PackError,
    },
    /// A file or folder is in the way, or missing.
    #[error("`{}` cannot be used", .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl AssembleError {
    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Start { .. } => {
                Some("install Rust with rustup (https://rustup.rs) and open a new terminal")
            }
            Self::WasmTarget { .. } => Some(
                "connect to the internet and run `rustup target add wasm32-unknown-unknown`; where Rust does not come from rustup, install its standard library for that target",
            ),
            Self::Driver { source, .. } => source.hint(),
            _ => None,
        }
    }
}
