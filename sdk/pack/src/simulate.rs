//! Runs a driver's own simulator, as a program: this tool links no stranger's code.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{Package, cargo_command};
use crate::error::PackError;

/// What the simulator is told.
#[derive(Clone, Debug, Default)]
pub struct SimulateOptions {
    /// Make this a link to the pseudo-terminal.
    pub link: Option<PathBuf>,
    /// Plug the meter into this machine instead.
    pub usb: bool,
    /// Put the files of a meter that is a volume here instead.
    pub folder: Option<PathBuf>,
    /// How many results the meter holds.
    pub records: Option<u32>,
    /// `NAME=VALUE`, in the order they are turned.
    pub knobs: Vec<String>,
    /// Say what the simulator can do, instead of running it.
    pub list: bool,
}

/// The command that builds and runs `examples/simulator.rs` of the driver in `folder`.
///
/// # Errors
///
/// The folder must hold a crate with that example.
pub fn simulator(folder: &Path, options: &SimulateOptions) -> Result<Command, PackError> {
    let package = Package::find(folder, None)?;
    let example = package
        .example(&folder.join("examples").join("simulator.rs"))
        .ok_or_else(|| PackError::NoSimulator { folder: folder.to_path_buf() })?;
    let mut command = cargo_command(folder, None);
    command.args(["run", "--quiet", "--example", example]);
    // The simulator keeps this program's place, so that its paths mean what the person typed.
    command.arg("--manifest-path").arg(&package.manifest_path);
    if let Ok(here) = std::env::current_dir() {
        command.current_dir(here);
    }
    command.arg("--");
    if options.list {
        command.arg("--help");
    }
    if let Some(link) = &options.link {
        command.arg("--link").arg(link);
    }
    if options.usb {
        command.arg("--usb");
    }
    if let Some(folder) = &options.folder {
        command.arg("--folder").arg(folder);
    }
    if let Some(records) = options.records {
        command.arg("--records").arg(records.to_string());
    }
    for knob in &options.knobs {
        command.arg("--knob").arg(knob);
    }
    Ok(command)
}
