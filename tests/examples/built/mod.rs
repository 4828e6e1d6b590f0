//! What another build of the program would hold, taken from files beside it and from variables.

mod devices;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use meterport::{Host, Publisher};
use meterport_appcast::AppManifest;
use meterport_update::Carried;

/// The folder of a publisher, laid out as `METERPORT_PUBLISHER` wants it while building.
const PUBLISHER: &str = "METERPORT_TEST_PUBLISHER";

/// The administrator's file.
const POLICY: &str = "METERPORT_TEST_POLICY";

/// What is attached, instead of what the system lists.
const DEVICES: &str = "METERPORT_TEST_DEVICES";

/// Runs the program as a build of the version that `app.toml` beside it says, with the publisher and
/// the policy that the variables name.
pub fn run() -> ExitCode {
    match host() {
        Ok(host) => meterport::run(std::env::args_os(), &host),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(10)
        }
    }
}

fn host() -> Result<Host, Box<dyn std::error::Error>> {
    let mut host = Host::system();
    if let Some(manifest) = host.programs.as_ref().map(|folder| folder.join("app.toml"))
        && manifest.is_file()
    {
        host.version = AppManifest::parse(&std::fs::read(manifest)?)?.version.to_string();
    }
    if let Some(policy) = std::env::var_os(POLICY) {
        host.policy = PathBuf::from(policy);
    }
    if let Some(file) = std::env::var_os(DEVICES) {
        host.devices = Box::new(devices::Listed(PathBuf::from(file)));
    }
    if let Some(folder) = std::env::var_os(PUBLISHER) {
        host.publisher = Some(publisher(Path::new(&folder))?);
    }
    Ok(host)
}

fn publisher(folder: &Path) -> Result<Publisher, Box<dyn std::error::Error>> {
    let bases = std::fs::read_to_string(folder.join("bases"))?;
    let feed = folder.join("appcast.xml");
    Ok(Publisher {
        bases: bases.lines().map(str::to_owned).collect(),
        first_keyring: std::fs::read(folder.join("1.keyring"))?,
        carried: Carried {
            keyrings: Vec::new(),
            feed: if feed.is_file() { Some(std::fs::read(feed)?) } else { None },
        },
    })
}
