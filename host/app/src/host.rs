//! What the program takes from the machine it runs on, and a test from itself.

use std::path::PathBuf;

use jiff::Timestamp;
use meterport_devices::{Enumerate, System};

/// The machine: what is attached, what time it is, and where the program's own files lie.
pub struct Host {
    /// Finds what is attached.
    pub devices: Box<dyn Enumerate + Send + Sync>,
    /// The time of day.
    pub now: fn() -> Timestamp,
    /// The folder of the executable: shipped drivers and the programs of the demonstration lie
    /// beside it.
    pub programs: Option<PathBuf>,
}

impl Host {
    /// This machine.
    #[must_use]
    pub fn system() -> Self {
        let programs = std::env::current_exe()
            .and_then(std::fs::canonicalize)
            .ok()
            .and_then(|path| path.parent().map(PathBuf::from));
        Self { devices: Box::new(System), now: Timestamp::now, programs }
    }
}
