//! Simulated meters as programs of the guest.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::kernel::{self, Plugged};
use crate::patience::until;

/// Where the programs are.
pub const PROGRAMS: &str = "/opt/meterport";

/// The families that have a simulator, by name: their drivers have the same names.
pub fn families() -> Result<Vec<String>, String> {
    let folder = PathBuf::from(PROGRAMS).join("simulators");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// A simulated meter that is plugged in. Dropping it pulls the cable.
pub struct Simulated {
    child: Child,
    /// What the kernel says about it.
    pub plugged: Plugged,
}

impl Simulated {
    /// Plugs a meter of this family in and waits until the kernel has it.
    pub fn plug_in(family: &str, records: u32, knobs: &[&str]) -> Result<Self, String> {
        let before = kernel::plugged();
        let mut command = program(family);
        command.args(["--usb", "--records", &records.to_string()]);
        for knob in knobs {
            command.args(["--knob", knob]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{family}: {error}"))?;
        let plugged = until(&format!("`{family}` on the bus"), || {
            if let Ok(Some(_)) = child.try_wait() {
                return Some(Err(said(&mut child)));
            }
            let new = kernel::plugged().into_iter().find(|(place, _)| !before.contains_key(place));
            new.map(|(_, plugged)| Ok(plugged))
        });
        match plugged.and_then(|plugged| plugged) {
            Ok(plugged) => Ok(Self { child, plugged }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(format!("`{family}` is not plugged in: {error}"))
            }
        }
    }

    /// Waits until the simulator has ended by itself, and says when: its cable was pulled.
    pub fn pulled(mut self) -> Result<Instant, String> {
        until("the simulator to pull its cable", || self.child.try_wait().ok().flatten())?;
        Ok(Instant::now())
    }

    /// Fails where the simulator has ended: it does so when it was sent what is forbidden.
    pub fn is_content(&mut self) -> Result<(), String> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            _ => Err(format!("the simulator has ended: {}", said(&mut self.child))),
        }
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let place = &self.plugged.place;
        let _ = until("the meter to be gone", || {
            (!kernel::plugged().contains_key(place)).then_some(())
        });
    }
}

/// The files of a meter that is a volume, put into a folder.
pub fn put_files(family: &str, records: u32, folder: &str) -> Result<(), String> {
    let output = program(family)
        .args(["--folder", folder, "--records", &records.to_string()])
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

/// The simulator of a family, not started.
pub fn program(family: &str) -> Command {
    Command::new(format!("{PROGRAMS}/simulators/{family}"))
}

fn said(child: &mut Child) -> String {
    let mut text = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut text);
    }
    text.trim().to_owned()
}
