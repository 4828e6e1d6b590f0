//! The program as its launcher sees it: which installed version this is, and whether its trial goes
//! well.
//!
//! The launcher says where its store lies (`METERPORT_STORE`) and, for a trial, which one it is
//! (`METERPORT_TRIAL`). Without a launcher nothing is held and nothing is marked: the program is then
//! somebody else's to update.

use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use meterport_update::{Sha256Hex, Store, app_of};

use crate::fault::Fault;
use crate::output::Voice;

/// The installed version that runs, if one does. It is not collected until this is dropped.
pub(crate) struct Running {
    held: Option<meterport_update::Running>,
    voice: Voice,
    has_passed: AtomicBool,
    has_failed: AtomicBool,
    good: Once,
}

/// The folder of the launcher, if one started this program.
pub(crate) fn program_folder() -> Option<PathBuf> {
    std::env::var_os("METERPORT_STORE").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// The store that holds the program itself, where a launcher started it.
pub(crate) fn program_store() -> Result<Option<Store>, Fault> {
    let Some(folder) = program_folder() else { return Ok(None) };
    let dir = Dir::open_ambient_dir(&folder, ambient_authority()).map_err(|error| {
        Fault::file("the folder of the program cannot be read", &error)
            .hint("install the program again, or ask whoever manages this computer")
    })?;
    Ok(Some(Store::open(dir)?))
}

/// The version that this program is, by the package it came in.
pub(crate) fn app() -> Option<Sha256Hex> {
    app_of(&std::env::current_exe().ok()?)
}

impl Running {
    /// Says that this version runs. Only a desk is ever a trial. That it cannot be said keeps nobody
    /// from working.
    pub(crate) fn hold(is_desk: bool, voice: Voice) -> Self {
        let held = held(is_desk).unwrap_or_else(|fault| {
            voice.warn(&format!("this start is not counted: {}", fault.object().message));
            None
        });
        Self {
            held,
            voice,
            has_passed: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            good: Once::new(),
        }
    }

    /// Whether a launcher waits for the end of this program.
    pub(crate) fn is_launched(&self) -> bool {
        self.held.is_some()
    }

    /// The self-test passed.
    pub(crate) fn passed(&self) {
        self.has_passed.store(true, Ordering::Relaxed);
    }

    /// The self-test did not pass: this start has failed, however it ends.
    pub(crate) fn failed(&self) {
        self.has_failed.store(true, Ordering::Relaxed);
    }

    /// The version works here. Marked once, and only where this start is a trial.
    pub(crate) fn good(&self) {
        let Some(held) = self.held.as_ref().filter(|held| held.trial().is_some()) else { return };
        self.good.call_once(|| {
            if let Err(error) = held.good() {
                self.voice.warn(&error.to_string());
            }
        });
    }

    /// The program ends by its own making, with whatever exit code.
    pub(crate) fn ends(&self) {
        let Some(held) = &self.held else { return };
        if self.has_failed.load(Ordering::Relaxed) {
            return;
        }
        if self.has_passed.load(Ordering::Relaxed) {
            self.good();
        }
        if let Err(error) = held.clean() {
            self.voice.warn(&error.to_string());
        }
    }
}

fn held(is_desk: bool) -> Result<Option<meterport_update::Running>, Fault> {
    let Some(store) = program_store()? else { return Ok(None) };
    let Some(app) = app() else { return Ok(None) };
    let trial = std::env::var("METERPORT_TRIAL").ok().filter(|_| is_desk);
    let trial = trial.and_then(|trial| trial.parse().ok());
    Ok(Some(store.running(&app, trial)?))
}
