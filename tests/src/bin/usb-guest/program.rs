//! Runs of the program `meterport`.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::kernel;
use crate::patience::until;
use crate::simulated::{Family, PROGRAMS};

/// Who runs the program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Who {
    /// The administrator.
    Root,
    /// An ordinary user: number 1000, in no group that matters.
    User,
}

/// What one run gave.
pub struct Run {
    /// The exit code; -1 where a signal ended it.
    pub exit: i32,
    /// Data.
    pub stdout: String,
    /// Remarks and errors.
    pub stderr: String,
    /// When it ended.
    pub ended: Instant,
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            ended: Instant::now(),
        }
    }

    /// The document on standard output of a run that went well.
    pub fn document(&self) -> Result<Value, String> {
        if self.exit != 0 {
            return Err(format!("exit {}: {}", self.exit, self.stderr.trim()));
        }
        serde_json::from_str(&self.stdout).map_err(|error| format!("{error}: {}", self.stdout))
    }

    /// The error's code word of a run that ended with this exit code.
    pub fn failed_with(&self, exit: i32) -> Result<String, String> {
        if self.exit != exit {
            return Err(format!("exit {}, not {exit}: {}", self.exit, self.stderr.trim()));
        }
        let error: Value = serde_json::from_str(&self.stderr)
            .map_err(|error| format!("{error}: {}", self.stderr.trim()))?;
        Ok(string(&error, "/error/code"))
    }
}

/// The program with a data folder of its own for each user.
pub fn command(who: Who, arguments: &[&str]) -> Command {
    let mut command = Command::new(format!("{PROGRAMS}/meterport"));
    let folder = match who {
        Who::Root => "/tmp/root",
        Who::User => "/tmp/user",
    };
    if who == Who::User {
        command.uid(1000).gid(1000);
    }
    command.env("HOME", "/tmp").current_dir("/tmp");
    command.args(["--data-dir", folder, "--config", &format!("{folder}.toml")]);
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs the program.
pub fn meterport(who: Who, arguments: &[&str]) -> Result<Run, String> {
    let output = command(who, arguments).output();
    output.map(|output| Run::of(&output)).map_err(|error| format!("meterport: {error}"))
}

/// Starts the program and goes on.
pub fn start(arguments: &[&str]) -> Result<Child, String> {
    let mut command = command(Who::Root, arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(|error| format!("meterport: {error}"))
}

/// Waits until a program that was started has a file open.
pub fn holds(program: &Child, is_wanted: impl Fn(&Path) -> bool) -> Result<(), String> {
    until("the program to open the meter", || {
        let files = fs::read_dir(format!("/proc/{}/fd", program.id())).ok()?.flatten();
        let mut files = files.filter_map(|file| fs::read_link(file.path()).ok());
        files.any(|file| is_wanted(&file)).then_some(())
    })
}

/// What a run gives that was started.
pub fn finish(child: Child) -> Result<Run, String> {
    let output = child.wait_with_output();
    output.map(|output| Run::of(&output)).map_err(|error| format!("meterport: {error}"))
}

/// A meter as `meterport devices --json` lists it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The id for `--device`.
    pub id: String,
    /// `serial`, `hid`, `usb`, `block`, `volume`.
    pub transport: String,
    /// Such as `ready`.
    pub state: String,
    /// The whole object.
    pub object: Value,
}

impl Listed {
    /// Whether the person has to name the driver: the id is that of a cable.
    pub fn has_to_choose(&self) -> bool {
        self.state == "choose-driver"
    }
}

/// Everything `devices` lists for what is plugged in at this place.
pub fn devices_at(who: Who, place: &str) -> Result<Vec<Listed>, String> {
    let document = meterport(who, &["devices", "--json"])?.document()?;
    let listed = items(&document, "/devices").into_iter().map(|object| Listed {
        id: string(&object, "/id"),
        transport: string(&object, "/transport"),
        state: string(&object, "/state"),
        object,
    });
    let start = format!("usb-{place}:");
    Ok(listed.filter(|listed| listed.id.starts_with(&start)).collect())
}

/// Waits until the program lists what is plugged in at this place, with this family's driver.
pub fn listed(who: Who, place: &str, family: &Family) -> Result<Listed, String> {
    let mut seen = Ok(Vec::new());
    let found = until("the meter in the list", || {
        if !kernel::plugged().contains_key(place) {
            return Some(Err("it is gone".to_owned()));
        }
        seen = devices_at(who, place);
        let mut all = seen.as_ref().ok()?.iter();
        all.find(|listed| drivers(listed).contains(&family.name)).cloned().map(Ok)
    });
    found.map_err(|error| format!("{error}; it lists {seen:?}"))?
}

/// The ids of the drivers that match.
pub fn drivers(listed: &Listed) -> Vec<String> {
    items(&listed.object, "/drivers").iter().map(|driver| string(driver, "/id")).collect()
}

/// How a driver may read, by its manifest.
pub fn transports(driver: &str) -> Result<BTreeSet<String>, String> {
    let info = meterport(Who::Root, &["plugin", "info", driver, "--json"])?.document()?;
    Ok(items(&info, "/matches").iter().map(|one| string(one, "/transport")).collect())
}

/// Arguments that read one meter; the driver is named only where it has to be.
pub fn reading<'a>(listed: &'a Listed, family: &'a Family) -> Vec<&'a str> {
    let mut arguments = vec!["read", "--device", &listed.id, "--format", "json"];
    if listed.has_to_choose() {
        arguments.extend(["--driver", &family.name]);
    }
    arguments
}

/// A text in a document; empty where there is none.
pub fn string(document: &Value, pointer: &str) -> String {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A list in a document; empty where there is none.
pub fn items(document: &Value, pointer: &str) -> Vec<Value> {
    document.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// How many records of the meter a complete readout holds; an error where it is not complete.
pub fn records(readout: &Value) -> Result<usize, String> {
    if readout.get("complete").and_then(Value::as_bool) != Some(true) {
        return Err("the readout is not complete".to_owned());
    }
    let is_first = |result: &Value| result.get("part").and_then(Value::as_u64) == Some(0);
    Ok(items(readout, "/results").iter().filter(|result| is_first(result)).count())
}
