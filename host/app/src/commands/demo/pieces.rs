//! The programs of the demonstration: beside this one, or named as missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use meterport_model::codes::Code;

use crate::drivers;
use crate::fault::Fault;
use crate::world::World;

/// Where the programs are.
pub(super) struct Pieces {
    pub(super) meterport: PathBuf,
    server: PathBuf,
    simulator: PathBuf,
}

impl Pieces {
    pub(super) fn find(meter: &str, world: &World<'_>) -> Result<Self, Fault> {
        let Some(programs) = &world.host.programs else {
            return Err(
                Fault::new(Code::FileIo, "the folder of this program cannot be found").hint(BUILD)
            );
        };
        let simulators = programs.join("simulators");
        let server = programs.join(program("meterport-server"));
        if !server.is_file() {
            return Err(missing("the server program `meterport-server`"));
        }
        let known = names(&simulators);
        if known.is_empty() {
            return Err(missing("`simulators/`, the simulated meters,"));
        }
        // A name of this list holds no path.
        if !known.iter().any(|name| name == meter) {
            return Err(Fault::new(
                Code::DriverNone,
                format!("there is no simulated meter `{meter}` with a serial line"),
            )
            .hint("choose one of these with `--meter`:")
            .candidates(known));
        }
        let available = drivers::available(world)?;
        if available.get(meter).is_none() {
            return Err(missing(&format!("the driver `drivers/{meter}.wasm`")));
        }
        let simulator = simulators.join(program(meter));
        Ok(Self { meterport: programs.join(program("meterport")), server, simulator })
    }

    pub(super) fn server(&self) -> Command {
        Command::new(&self.server)
    }

    pub(super) fn simulator(&self) -> Command {
        Command::new(&self.simulator)
    }
}

/// The simulators that are there and have a serial line, by the ids of their drivers.
fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = files.filter(|file| file.path().is_file()).filter_map(|file| {
        let name = file.file_name().into_string().ok()?;
        let id = name.strip_suffix(std::env::consts::EXE_SUFFIX)?;
        is_serial(&file.path()).then(|| id.to_owned())
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// A meter that is no serial port would need root and the kernel's virtual controller.
fn is_serial(simulator: &Path) -> bool {
    let said = Command::new(simulator).arg("--kind").stderr(Stdio::null()).output();
    said.is_ok_and(|said| said.status.success() && said.stdout.trim_ascii() == b"serial")
}

fn program(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn missing(what: &str) -> Fault {
    Fault::new(Code::FileIo, format!("{what} is not beside this program")).hint(BUILD)
}

const BUILD: &str = "run `cargo demo` in the source tree: it builds programs, drivers and \
                     simulators, and puts them together";
