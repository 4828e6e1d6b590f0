//! The command line of `meterport-pack`.
//!
//! Data to stdout, everything else to stderr; with `--json` stderr holds nothing but one line on
//! failure, the error object. Exit codes: 0 done, 2 wrong usage, 5 files and programs, 7 refused,
//! 8 network, 10 internal; `simulate` ends as the simulator does.

mod arguments;
mod failure;
mod publish;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use self::arguments::{Arguments, Task};
use crate::build::{BuildOptions, build};
use crate::cargo::start_error;
use crate::error::PackError;
use crate::inspect::{InspectError, LIMITS, inspect};
use crate::report::Report;
use crate::simulate::{SimulateOptions, simulator};

/// Runs the tool: the program is this function.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) if wants_json && error.use_stderr() => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            let message = first.strip_prefix("error: ").unwrap_or(first).to_owned();
            return failure::show(&PackError::Usage { message }, true);
        }
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let (as_json, outcome) = match arguments.task {
        Task::Build { folder, output, json } => (json, run_build(&folder, output, json)),
        Task::Inspect { file, json } => (json, run_inspect(&file, json)),
        Task::Simulate { driver, link, usb, folder, records, knobs, list } => {
            let options = SimulateOptions { link, usb, folder, records, knobs, list };
            (false, run_simulate(&driver, &options))
        }
        Task::Keygen(asked) => (asked.form.json, publish::run_keygen(asked)),
        Task::Keyring(task) => (task.wants_json(), publish::run_keyring(task)),
        Task::Package(task) => (task.wants_json(), publish::run_package(task)),
        Task::Feed(task) => (task.wants_json(), publish::run_feed(*task)),
        Task::Mirror(asked) => (asked.form.json, publish::run_mirror(asked)),
        Task::Verify(asked) => (asked.form.json, publish::run_verify(asked)),
    };
    outcome.unwrap_or_else(|error| failure::show(&error, as_json))
}

fn run_build(folder: &Path, output: Option<PathBuf>, as_json: bool) -> Result<ExitCode, PackError> {
    let options = BuildOptions { output, target_folder: None, quiet: as_json };
    let built = build(folder, &options)?;
    if !as_json {
        let _ = write!(io::stderr(), "{}", built.report);
        return say(&built.path.display().to_string());
    }
    say_report(&built.report)
}

fn run_inspect(file: &Path, as_json: bool) -> Result<ExitCode, PackError> {
    let read_error = |source| PackError::Read { path: file.to_path_buf(), source };
    // The size is looked at before the content is read.
    let bytes = std::fs::metadata(file).map_err(read_error)?.len();
    if let Ok(bytes) = usize::try_from(bytes)
        && bytes > LIMITS.bytes
    {
        return Err(InspectError::TooLarge { bytes, allowed: LIMITS.bytes }.into());
    }
    let bytes = std::fs::read(file).map_err(read_error)?;
    let report = Report::new(file, &inspect(&bytes)?);
    if as_json { say_report(&report) } else { say(report.to_string().trim_end()) }
}

/// Becomes the simulator where the system can do that, so that Ctrl-C, signals and the exit code
/// are the simulator's own; elsewhere waits for it.
fn run_simulate(folder: &Path, options: &SimulateOptions) -> Result<ExitCode, PackError> {
    let mut command = simulator(folder, options)?;
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let source = command.exec();
        Err(start_error(&command, source))
    }
    #[cfg(not(unix))]
    {
        let status = command.status().map_err(|source| start_error(&command, source))?;
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Ok(ExitCode::from(code.unwrap_or(1)))
    }
}

fn say_report(report: &Report) -> Result<ExitCode, PackError> {
    let text =
        serde_json::to_string_pretty(report).map_err(|source| PackError::Document { source })?;
    say(&text)
}

fn say(text: &str) -> Result<ExitCode, PackError> {
    writeln!(io::stdout(), "{text}")
        .map_err(|source| PackError::Write { path: "standard output".into(), source })?;
    Ok(ExitCode::SUCCESS)
}
