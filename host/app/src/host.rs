//! What the program takes from the machine it runs on, and a test from itself.

use std::path::PathBuf;

use jiff::Timestamp;
use meterport_devices::{Enumerate, System};

use crate::publisher::Publisher;

/// The machine: what is attached, what time it is, and where the program's own files lie. And what
/// stands in the program itself: its version, and whose feed it asks.
pub struct Host {
    /// Finds what is attached.
    pub devices: Box<dyn Enumerate + Send + Sync>,
    /// The time of day.
    pub now: fn() -> Timestamp,
    /// The folder of the executable: shipped drivers and the programs of the demonstration lie
    /// beside it.
    pub programs: Option<PathBuf>,
    /// The version of this program, as it is shown and as the feed's items are compared with it.
    pub version: String,
    /// When it was built: no clock of a computer is believed to be earlier.
    pub built: Timestamp,
    /// The administrator's file, which stands above the user's.
    pub policy: PathBuf,
    /// Whose feed is asked; none in a build without a publisher.
    pub publisher: Option<Publisher>,
}

impl Host {
    /// This machine.
    #[must_use]
    pub fn system() -> Self {
        let programs = std::env::current_exe()
            .and_then(std::fs::canonicalize)
            .ok()
            .and_then(|path| path.parent().map(PathBuf::from));
        Self {
            devices: Box::new(System),
            now: Timestamp::now,
            programs,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            built: built(),
            policy: policy_path(),
            publisher: Publisher::built_in(),
        }
    }
}

fn built() -> Timestamp {
    let seconds = env!("METERPORT_BUILT").parse().unwrap_or(0);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn policy_path() -> PathBuf {
    if cfg!(windows) {
        let base = std::env::var_os("ProgramData")
            .map_or_else(|| PathBuf::from(r"C:\ProgramData"), PathBuf::from);
        base.join("Meterport").join("meterport.toml")
    } else if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support/Meterport/meterport.toml")
    } else {
        PathBuf::from("/etc/meterport/meterport.toml")
    }
}
