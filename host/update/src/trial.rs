//! The first starts of a version of the program, and how a running program says that it is well.
//!
//! ```text
//! .trial-1   the first start began          .clean-1   and ended by the program's own making
//! .good      the version passed its trial; nothing more is counted
//! ```
//!
//! Marks are names without content in the folder of the version. A start without a `.clean` mark,
//! of which `.run` is free again, has failed.

use std::collections::BTreeSet;
use std::fmt;

use crate::disk::Disk;
use crate::error::StoreError;
use crate::hash::Sha256Hex;
use crate::lock::{self, Guard};
use crate::publish::publish;
use crate::store::Store;
use crate::versions::{self, GOOD};

/// The marks of one version.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    trials: BTreeSet<u32>,
    clean: BTreeSet<u32>,
    pub is_good: bool,
}

impl Marks {
    pub fn read(disk: &dyn Disk, app: &Sha256Hex) -> Result<Self, StoreError> {
        let folder = versions::folder(app);
        let mut marks = Self::default();
        for name in disk.list(&folder).map_err(StoreError::io(folder))? {
            let number = |start: &str| number(name.strip_prefix(start)?);
            marks.trials.extend(number(".trial-"));
            marks.clean.extend(number(".clean-"));
            marks.is_good |= name == GOOD;
        }
        Ok(marks)
    }

    /// How many starts failed, while nobody runs this version.
    pub fn failed(&self) -> usize {
        self.trials.difference(&self.clean).count()
    }

    /// The number of the next start.
    pub fn next(&self) -> Result<u32, StoreError> {
        let last = self.trials.last().copied().unwrap_or(0);
        last.checked_add(1).ok_or(StoreError::NumbersUsedUp)
    }

    fn has(&self, trial: u32) -> bool {
        self.trials.contains(&trial)
    }
}

fn number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}

/// Adds a mark, under the exclusive lock. One that is there already is success.
pub(crate) fn mark(disk: &dyn Disk, app: &Sha256Hex, name: &str) -> Result<(), StoreError> {
    let folder = versions::folder(app);
    let path = format!("{folder}/{name}");
    match disk.kind(&path).map_err(StoreError::io(path))? {
        Some(_) => disk.sync_folder(&folder).map_err(StoreError::io(folder)),
        None => publish(disk, &folder, name, &[]),
    }
}

/// The mark of a start.
pub(crate) fn trial_name(trial: u32) -> String {
    format!(".trial-{trial}")
}

/// A version of the program that runs, as the program itself sees it. It is neither collected nor
/// counted as ended until this is dropped.
pub struct Running {
    store: Store,
    app: Sha256Hex,
    trial: Option<u32>,
    _run: Guard,
}

impl Store {
    /// Says that a version runs from now on: the one this program belongs to, and the trial that
    /// the launcher began, if it did. For the mark of a version that no window ever opens, the one
    /// that was tested.
    pub fn running(&self, app: &Sha256Hex, trial: Option<u32>) -> Result<Running, StoreError> {
        let _lock = self.shared()?;
        if versions::complete(self.disk(), app)?.is_none() {
            return Err(StoreError::Damaged { sha256: *app });
        }
        if let Some(trial) = trial
            && !Marks::read(self.disk(), app)?.has(trial)
        {
            return Err(StoreError::NoTrial { trial });
        }
        let run = lock::try_shared(self.disk(), &versions::run(app))?;
        let run = run.ok_or(StoreError::Damaged { sha256: *app })?;
        Ok(Running { store: self.clone(), app: *app, trial, _run: run })
    }
}

impl Running {
    /// The version.
    pub fn app(&self) -> Sha256Hex {
        self.app
    }

    /// The trial that this is, if it is one.
    pub fn trial(&self) -> Option<u32> {
        self.trial
    }

    /// True if the version has passed its trial, in this start or before.
    pub fn is_good(&self) -> Result<bool, StoreError> {
        let _lock = self.store.shared()?;
        versions::is_good(self.store.disk(), &self.app)
    }

    /// The program ends by its own making: by its person, by a signal that asks it to, with
    /// whatever exit code. Not after a self-test that failed. Outside a trial there is nothing to
    /// be said.
    pub fn clean(&self) -> Result<(), StoreError> {
        let Some(trial) = self.trial else { return Ok(()) };
        let _lock = self.store.exclusive()?;
        mark(self.store.disk(), &self.app, &format!(".clean-{trial}"))
    }

    /// The version works here: its self-test passed, and then it lived for 30 s or ended cleanly.
    pub fn good(&self) -> Result<(), StoreError> {
        let _lock = self.store.exclusive()?;
        mark(self.store.disk(), &self.app, GOOD)
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { app, trial, .. } = self;
        f.debug_struct("Running").field("app", app).field("trial", trial).finish_non_exhaustive()
    }
}
