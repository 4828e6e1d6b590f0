//! What the launcher does with the store: choose a version, begin or skip its trial, step back.
//!
//! Only starts of a window are trials. While another instance of a version is alive, and where the
//! marks cannot be written, a start is not counted: a clinic is never kept from its program by the
//! counting of starts.

use std::fmt;

use crate::current::{History, Skipped};
use crate::error::StoreError;
use crate::generation::Generation;
use crate::hash::Sha256Hex;
use crate::lock::{self, Guard};
use crate::store::Store;
use crate::trial::{Marks, mark, trial_name};
use crate::versions::{self, PROGRAM};

/// After so many failed starts the version is left.
const FAILED: usize = 2;

/// What is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartKind {
    /// A window that stays open at the desk.
    Desk,
    /// A single command. It is never a trial.
    Command,
}

/// A version that is to be started now. It is neither collected nor counted as ended until this is
/// dropped: keep it until the program has ended.
pub struct Started {
    /// The generation that names it.
    pub generation: u64,
    /// The version.
    pub app: Sha256Hex,
    /// The program, relative to the store, divided by `/`.
    pub program: String,
    /// The number of the trial, if this is one. The program must be told.
    pub trial: Option<u32>,
    /// What somebody should know.
    pub remarks: Vec<Remark>,
    _run: Option<Guard>,
}

/// What somebody should know about a start.
#[derive(Debug)]
#[non_exhaustive]
pub enum Remark {
    /// A newer generation does not count.
    Skipped(Skipped),
    /// A newer generation names a version that is not whole.
    NotWhole {
        /// The generation.
        generation: u64,
        /// The version.
        app: Sha256Hex,
    },
    /// A version failed twice and was left for an older one.
    SteppedBack {
        /// The version that failed.
        from: Sha256Hex,
        /// The version that is started.
        to: Sha256Hex,
    },
    /// A version failed twice, and there is no good one to go back to. It is started again.
    NothingToStepBackTo {
        /// The version.
        app: Sha256Hex,
    },
    /// The start is not counted, although it would be a trial.
    NotCounted {
        /// Why.
        cause: StoreError,
    },
}

impl Store {
    /// Chooses the version to be started: that of the newest valid generation that is whole. For a
    /// window, the trial of the version begins, unless it is over, or the version is left after two
    /// failed ones.
    pub fn begin(&self, kind: StartKind) -> Result<Started, StoreError> {
        let lock = match kind {
            StartKind::Command => Err(None),
            StartKind::Desk => self.exclusive().map_err(Some),
        };
        let lock = match lock {
            Ok(lock) => lock,
            Err(cause) => {
                // Whoever writes just now adds names; a name that is collected meanwhile is missed.
                let _shared = self.shared();
                let mut chosen = self.choose(kind)?;
                chosen.remarks.extend(cause.map(|cause| Remark::NotCounted { cause }));
                return Ok(self.started(chosen, None));
            }
        };
        let mut chosen = self.choose(kind)?;
        let mut trial = None;
        match self.try_out(&chosen.app) {
            Ok(Tried::Not) => {}
            Ok(Tried::Trial { number, remark }) => {
                trial = Some(number);
                chosen.remarks.extend(remark);
            }
            Ok(Tried::SteppedBack { to, generation, unwritten }) => {
                chosen.remarks.push(Remark::SteppedBack { from: chosen.app, to });
                chosen.remarks.extend(unwritten.map(|cause| Remark::NotCounted { cause }));
                chosen = Chosen { generation, app: to, ..chosen };
            }
            Err(cause) => chosen.remarks.push(Remark::NotCounted { cause }),
        }
        let started = self.started(chosen, trial);
        drop(lock);
        Ok(started)
    }

    /// The newest generation whose version is whole. Where that is not the newest of all, one that
    /// is not known as bad goes first.
    fn choose(&self, kind: StartKind) -> Result<Chosen, StoreError> {
        let history = History::read(self.disk())?;
        let mut remarks: Vec<_> = history.skipped().into_iter().map(Remark::Skipped).collect();
        let mut bad = None;
        let app_of = |generation: &Generation| Some((generation.number, generation.app?));
        for (index, (generation, app)) in history.valid().filter_map(app_of).enumerate() {
            if !self.is_whole(kind, &app)? {
                remarks.push(Remark::NotWhole { generation, app });
            } else if index > 0 && self.is_bad(&app)? {
                bad = bad.or(Some((generation, app)));
            } else {
                return Ok(Chosen { generation, app, remarks });
            }
        }
        let (generation, app) = bad.ok_or(StoreError::NoProgram)?;
        Ok(Chosen { generation, app, remarks })
    }

    /// Until a version has passed its trial, every byte is looked at; later only names and lengths,
    /// since somebody waits.
    fn is_whole(&self, kind: StartKind, app: &Sha256Hex) -> Result<bool, StoreError> {
        let Some(list) = versions::complete(self.disk(), app)? else { return Ok(false) };
        if list.files.iter().all(|file| file.name != PROGRAM) {
            return Ok(false);
        }
        if kind == StartKind::Command || versions::is_good(self.disk(), app)? {
            return Ok(true);
        }
        versions::is_undamaged(self.disk(), app, &list)
    }

    fn started(&self, chosen: Chosen, trial: Option<u32>) -> Started {
        let Chosen { generation, app, remarks } = chosen;
        let program = format!("{}/{PROGRAM}", versions::folder(&app));
        // Where nothing may be written, nothing is collected either.
        let run = lock::try_shared(self.disk(), &versions::run(&app)).ok().flatten();
        Started { generation, app, program, trial, remarks, _run: run }
    }

    /// The trial of a version, under the lock.
    fn try_out(&self, app: &Sha256Hex) -> Result<Tried, StoreError> {
        let marks = Marks::read(self.disk(), app)?;
        let is_alive = || Ok(lock::try_exclusive(self.disk(), &versions::run(app))?.is_none());
        if marks.is_good || is_alive()? {
            return Ok(Tried::Not);
        }
        let mut remark = None;
        if marks.failed() >= FAILED {
            let history = History::read(self.disk())?;
            match self.step_back_from(&history, app) {
                Ok(Some((generation, to))) => {
                    return Ok(Tried::SteppedBack { to, generation, unwritten: None });
                }
                Ok(None) => {}
                // A full disk keeps nobody from the program that works: next time it is tried again.
                Err(cause) => {
                    let Some((then, to)) = self.way_back(&history, app)? else { return Err(cause) };
                    let (generation, unwritten) = (then.number, Some(cause));
                    return Ok(Tried::SteppedBack { to, generation, unwritten });
                }
            }
            remark = Some(Remark::NothingToStepBackTo { app: *app });
        }
        let number = marks.next()?;
        mark(self.disk(), app, &trial_name(number))?;
        Ok(Tried::Trial { number, remark })
    }
}

/// A generation and the version it names.
struct Chosen {
    generation: u64,
    app: Sha256Hex,
    remarks: Vec<Remark>,
}

enum Tried {
    /// It is good, or another instance of it is alive.
    Not,
    Trial {
        number: u32,
        remark: Option<Remark>,
    },
    SteppedBack {
        to: Sha256Hex,
        generation: u64,
        /// Why it could not be written down.
        unwritten: Option<StoreError>,
    },
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { generation, app, trial, remarks, .. } = self;
        f.debug_struct("Started")
            .field("generation", generation)
            .field("app", app)
            .field("trial", trial)
            .field("remarks", remarks)
            .finish_non_exhaustive()
    }
}
