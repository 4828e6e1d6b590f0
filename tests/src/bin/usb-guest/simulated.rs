//! Simulated meters as programs of the guest.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::kernel::{self, Plugged};
use crate::patience::until;
use crate::program::transports;

/// Where the programs are.
pub const PROGRAMS: &str = "/opt/meterport";

/// A family, or one of its models that is another kind of device.
#[derive(Clone, Debug)]
pub struct Family {
    /// Of its simulator and of its driver.
    pub name: String,
    /// What makes the simulator that model, such as `model=…`.
    knob: Option<String>,
    /// How many records its memory is filled with to be read whole.
    pub full: u32,
    /// How its driver may read: `serial`, `hid`, `usb`, `block`, `volume`.
    pub transports: BTreeSet<String>,
}

impl Family {
    /// Whether its driver may read in this way.
    pub fn has(&self, transport: &str) -> bool {
        self.transports.contains(transport)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.knob {
            None => to.write_str(&self.name),
            Some(knob) => write!(to, "{} with {knob}", self.name),
        }
    }
}

/// The families that have a simulator, by name, each followed by the models that `usb-models.txt` in
/// its folder names. A line there is a knob, `records=N` for a full memory, or both; one without a
/// knob is about the model that needs none.
pub fn families() -> Result<Vec<Family>, String> {
    let folder = PathBuf::from(PROGRAMS).join("simulators");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let mut families = Vec::new();
    for name in names {
        let transports = transports(&format!("{PROGRAMS}/drivers/{name}.wasm"))?;
        let models = fs::read_to_string(format!("{PROGRAMS}/models/{name}")).unwrap_or_default();
        let mut models: Vec<_> = models.lines().map(model).collect::<Result<_, _>>()?;
        if models.iter().all(|(knob, _)| knob.is_some()) {
            models.insert(0, (None, FEW));
        }
        families.extend(models.into_iter().map(|(knob, full)| Family {
            name: name.clone(),
            knob,
            full,
            transports: transports.clone(),
        }));
    }
    Ok(families)
}

fn model(line: &str) -> Result<(Option<String>, u32), String> {
    let (mut knob, mut full) = (None, FEW);
    for word in line.split_whitespace() {
        match word.strip_prefix("records=") {
            Some(number) => full = number.parse().map_err(|_| format!("`{line}` is no model"))?,
            None => knob = Some(word.to_owned()),
        }
    }
    Ok((knob, full))
}

/// How many records a meter holds where nothing else is said.
pub const FEW: u32 = 40;

/// A simulated meter that is plugged in. Dropping it pulls the cable.
pub struct Simulated {
    child: Child,
    /// What the kernel says about it.
    pub plugged: Plugged,
}

impl Simulated {
    /// Plugs a meter of this family in and waits until the kernel has it.
    pub fn plug_in(family: &Family, records: u32, knobs: &[&str]) -> Result<Self, String> {
        let before = kernel::plugged();
        let mut command = program(family);
        command.args(["--usb", "--records", &records.to_string()]);
        for knob in family.knob.iter().map(String::as_str).chain(knobs.iter().copied()) {
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
pub fn put_files(family: &Family, records: u32, folder: &str) -> Result<(), String> {
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
pub fn program(family: &Family) -> Command {
    Command::new(format!("{PROGRAMS}/simulators/{}", family.name))
}

fn said(child: &mut Child) -> String {
    let mut text = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut text);
    }
    text.trim().to_owned()
}
