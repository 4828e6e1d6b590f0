//! One run of the program.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use meterport_tests::programs;
use serde_json::Value;

/// What one run gave.
pub struct Run {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(output: &Output) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The document on standard output.
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// The one error object on standard error, which holds nothing else.
    pub fn error(&self) -> Value {
        let document: Value = serde_json::from_str(&self.stderr)
            .unwrap_or_else(|error| panic!("{error}: `{}`", self.stderr));
        document["error"].clone()
    }

    /// The error's code word, after a look at the exit code.
    pub fn failed_with(&self, exit: i32) -> String {
        assert_eq!(self.exit, exit, "{}{}", self.stdout, self.stderr);
        self.error()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Runs the program with a data folder of its own.
pub fn meterport<I, S>(arguments: I) -> Run
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let folder = tempfile::tempdir().unwrap();
    meterport_in(folder.path(), arguments)
}

/// Runs the program with this folder for data and configuration.
pub fn meterport_in<I, S>(folder: &Path, arguments: I) -> Run
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    Run::of(&command(folder).args(arguments).output().unwrap())
}

/// The program, about to be run.
pub fn command(folder: &Path) -> Command {
    let programs = programs().unwrap();
    let mut command = Command::new(&programs.meterport);
    command.arg("--data-dir").arg(folder.join("data"));
    command.arg("--config").arg(folder.join("meterport.toml"));
    command.env_remove("NO_COLOR").stdin(std::process::Stdio::null());
    command
}

/// A path as an argument.
pub fn path(path: &Path) -> String {
    path.display().to_string()
}
