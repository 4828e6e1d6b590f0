//! The trial of a new program where no window is ever opened: its own self-test, run once.
//!
//! Where a window is opened, that start is the trial, and the launcher steps back from one that
//! fails twice.

use std::path::Path;
use std::process::{Command, Stdio};

use meterport_appcast::Sha256Hex;
use serde::Deserialize;

use super::apply::program_store;
use crate::fault::Fault;
use crate::running;

/// Runs the self-test of an installed version, and marks the version as good if it passes. What the
/// test says of ports and of the system is this computer's business; the version is good if it
/// starts, opens its stores and loads a driver.
pub(crate) fn try_out(app: &Sha256Hex) -> Result<bool, Fault> {
    let store = program_store()?;
    let Some(folder) = running::program_folder() else { return Ok(false) };
    // Held from before the test, so that nobody collects the version meanwhile.
    let version = store.running(app, None)?;
    let name = format!("meterport{}", std::env::consts::EXE_SUFFIX);
    let program = folder.join("versions").join(app.to_string()).join(name);
    if !passes(&program) {
        return Ok(false);
    }
    version.good()?;
    Ok(true)
}

/// Before another version of the program is installed: where no window was ever opened, nothing says
/// yet that the version which runs now is good, and so no step back would lead to it.
pub(crate) fn try_out_this_one() -> Result<(), Fault> {
    let Some(app) = running::app() else { return Ok(()) };
    if !program_store()?.running(&app, None)?.is_good()? {
        try_out(&app)?;
    }
    Ok(())
}

fn passes(program: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(["selftest", "--json"]).env_remove("METERPORT_TRIAL");
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.is_ok_and(|output| says_it_runs(&output.stdout))
}

#[derive(Deserialize)]
struct Selftest {
    schema: String,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Check {
    name: String,
    ok: bool,
    code: Option<String>,
}

fn says_it_runs(document: &[u8]) -> bool {
    let Ok(Selftest { schema, checks }) = serde_json::from_slice(document) else { return false };
    // Where all drivers were recalled there is none to be loaded, and the version is not to blame.
    let is_passed = |check: &Check| check.ok || check.code.as_deref() == Some(NO_DRIVER);
    let runs = checks.iter().any(|check| check.name == NEEDED && is_passed(check));
    schema == "meterport.selftest/1" && runs
}

/// A driver was loaded in the sandbox.
const NEEDED: &str = "drivers.run";
const NO_DRIVER: &str = "driver.none";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_says_nothing_or_loads_no_driver_is_not_good() {
        let with = |check: &str| {
            says_it_runs(
                format!("{{\"schema\":\"meterport.selftest/1\",\"checks\":[{check}]}}").as_bytes(),
            )
        };
        assert!(!says_it_runs(b""));
        assert!(!with(""));
        assert!(!with(r#"{"name":"drivers.run","ok":false}"#));
        assert!(with(r#"{"name":"drivers.run","ok":true},{"name":"ports.permission","ok":false}"#));
        assert!(!with(r#"{"name":"drivers.run","ok":false,"code":"driver.limit"}"#));
        assert!(with(r#"{"name":"drivers.run","ok":false,"code":"driver.none"}"#));
    }
}
