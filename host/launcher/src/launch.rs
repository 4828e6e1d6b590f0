//! From the arguments to the exit code.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use meterport_update::{Sha256Hex, StartKind, Started, Store, check_program, check_store};

use crate::child::{Ended, run_program};
use crate::fault::Fault;
use crate::say;
use crate::signals::Signals;

/// The exit code of a window that asks to be started again (`EX_TEMPFAIL` of sysexits.h).
const AGAIN: i32 = 75;

/// How often the same version may ask for that without a pause.
const MOST_RESTARTS: u32 = 5;

pub(crate) fn run(arguments: Vec<OsString>) -> Result<ExitCode, Fault> {
    let launcher = std::env::current_exe().and_then(|path| path.canonicalize());
    let launcher = launcher.map_err(Fault::io("the launcher"))?;
    let folder = launcher.parent().unwrap_or(Path::new("/")).to_owned();
    // 1. Nothing is started from a place that others can write to.
    check_store(&folder, &launcher)?;
    let dir = Dir::open_ambient_dir(&folder, ambient_authority());
    let store = Store::open(dir.map_err(Fault::io(&folder))?)?;

    if arguments.first().is_some_and(|first| first == "--first") {
        return first(&store, &arguments);
    }
    let kind = match arguments.first() {
        None => StartKind::Desk,
        Some(first) if first == "desk" => StartKind::Desk,
        Some(_) => StartKind::Command,
    };
    let arguments = if arguments.is_empty() { vec!["desk".into()] } else { arguments };
    start(&store, &folder, kind, &arguments)
}

/// Makes the first installation in a folder.
fn first(store: &Store, arguments: &[OsString]) -> Result<ExitCode, Fault> {
    let [_, package] = arguments else { return Err(Fault::Usage) };
    let package = PathBuf::from(package);
    let mut file = File::open(&package).map_err(Fault::io(&package))?;
    store.first(&mut file)?;
    Ok(ExitCode::SUCCESS)
}

/// Starts the program, and again where a window asks for it.
fn start(
    store: &Store,
    folder: &Path,
    kind: StartKind,
    arguments: &[OsString],
) -> Result<ExitCode, Fault> {
    let signals = Signals::listen().map_err(|source| Fault::Signals { source })?;
    let mut before: Option<(Sha256Hex, u32)> = None;
    loop {
        let started = store.begin(kind)?;
        let is_desk = kind == StartKind::Desk;
        for remark in started.remarks.iter().filter(|_| is_desk) {
            say::remark(remark);
        }
        let times = before.filter(|(app, _)| *app == started.app).map_or(0, |(_, times)| times);
        before = Some((started.app, times + 1));

        let ended = program(folder, &started, arguments, &signals);
        let may_again = is_desk && times < MOST_RESTARTS;
        match ended {
            Ok(Ended::Code(AGAIN)) if may_again => {}
            Ok(Ended::Code(AGAIN)) if is_desk => return Err(Fault::Restarts { times }),
            Ok(ended) => return Ok(ended.exit_code()),
            // A trial that failed: the next one, or the step back, follows at once.
            Err(Fault::Io { source, .. }) if may_again && started.trial.is_some() => {
                say::not_started(&source);
            }
            Err(fault) => return Err(fault),
        }
    }
}

fn program(
    folder: &Path,
    started: &Started,
    arguments: &[OsString],
    signals: &Signals,
) -> Result<Ended, Fault> {
    let path: PathBuf =
        started.program.split('/').fold(folder.to_owned(), |path, part| path.join(part));
    // 2. Nor is a program that others could have changed.
    check_program(folder, &path)?;
    let mut command = std::process::Command::new(&path);
    command.args(arguments).env("METERPORT_STORE", folder).env_remove("METERPORT_TRIAL");
    if let Some(trial) = started.trial {
        command.env("METERPORT_TRIAL", trial.to_string());
    }
    run_program(command, signals).map_err(Fault::io(path))
}
