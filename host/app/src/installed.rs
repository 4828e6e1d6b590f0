//! What is here now, as a decision about new versions needs to know it.

use std::fs;

use meterport_appcast::OsWord;
use meterport_manifest::parse_version;
use meterport_update::{Installed, InstalledDriver, ShippedDriver, Store};

use crate::drivers::{self, Source};
use crate::fault::Fault;
use crate::running;
use crate::world::World;

/// What is here now: drivers of the data folder and beside the program, and the program itself.
pub(crate) fn installed(store: Option<&Store>, world: &World<'_>) -> Result<Installed, Fault> {
    let copies = drivers::copies(store, world)?;
    let mut drivers = Vec::new();
    let entries = store.map(|store| store.plugins()).transpose()?;
    for entry in entries.into_iter().flat_map(|current| current.plugins) {
        let is_it = |copy: &&drivers::Available| {
            copy.source == Source::Installed && copy.sha256 == entry.sha256
        };
        let manifest = copies.iter().find(is_it).map(|copy| copy.manifest.clone());
        drivers.push(InstalledDriver { entry, manifest });
    }
    let shipped = copies.iter().filter(|copy| copy.source == Source::Shipped);
    let shipped = shipped
        .map(|copy| ShippedDriver { manifest: copy.manifest.clone(), sha256: copy.sha256 })
        .collect();
    let (app_sha256, bad) = match running::program_store()? {
        Some(program) => {
            let bad = program.bad()?.into_iter().map(|bad| bad.sha256).collect();
            (running::app(), bad)
        }
        None => (None, Vec::new()),
    };
    Ok(Installed {
        app: parse_version(&world.host.version).ok(),
        app_sha256,
        os: OsWord::host(),
        system: system(),
        host_contracts: parse_version(meterport_runtime::CONTRACT).into_iter().collect(),
        drivers,
        shipped,
        bad,
    })
}

/// The version of the system, where it says one that can be compared. Elsewhere what demands one is
/// not offered.
fn system() -> Option<meterport_appcast::SystemVersion> {
    // Linux has the kernel's version, which is what a program can need.
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").ok()?;
    let digits = release.trim().split(|c: char| !(c.is_ascii_digit() || c == '.')).next()?;
    digits.parse().ok()
}
