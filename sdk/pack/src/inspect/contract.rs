//! The import allow-list: names of the contract, compared as text.
//!
//! The names are those of the WIT package `meterport:driver`, worlds `driver` and
//! `driver-with-clock`.

use meterport_manifest::Manifest;
use semver::Version;

use super::InspectError;
use super::scan::Extern;

/// The interfaces a driver may import. `wall-clock` is for those that set the meter's clock.
pub const INTERFACES: [&str; 11] = [
    "types", "records", "clock", "log", "sink", "serial", "hid", "usb", "block", "volume",
    "session",
];

const WALL_CLOCK: &str = "wall-clock";
const GUEST: &str = "guest";
const CLOCK_SETTER: &str = "clock-setter";

/// The contracts this tool knows: major and minor number.
const CONTRACTS: [(u64, u64); 1] = [(0, 1)];

pub(super) fn check(
    imports: &[Extern],
    exports: &[Extern],
    manifest: &Manifest,
) -> Result<(), InspectError> {
    let set_clock = manifest.permissions.set_clock;
    for import in imports {
        match interface(import, manifest)? {
            Some(name) if INTERFACES.contains(&name) => {}
            Some(WALL_CLOCK) if set_clock => {}
            Some(WALL_CLOCK) => {
                return Err(InspectError::WallClock { import: import.name.clone() });
            }
            _ => return Err(InspectError::ForeignImport { import: import.name.clone() }),
        }
    }
    let (mut has_guest, mut has_setter) = (false, false);
    for export in exports {
        match interface(export, manifest)? {
            Some(GUEST) => has_guest = true,
            Some(CLOCK_SETTER) => has_setter = true,
            _ => return Err(InspectError::ForeignExport { export: export.name.clone() }),
        }
    }
    if !has_guest {
        return Err(InspectError::NoGuest);
    }
    match (set_clock, has_setter) {
        (true, false) => Err(InspectError::NoClockSetter),
        (false, true) => Err(InspectError::UnsaidClockSetter),
        _ => Ok(()),
    }
}

/// The interface's name if it is one of ours, of a contract we know and the manifest says.
fn interface<'a>(
    external: &'a Extern,
    manifest: &Manifest,
) -> Result<Option<&'a str>, InspectError> {
    let ours = external.name.strip_prefix("meterport:driver/").filter(|_| external.is_interface);
    let Some((name, version)) = ours.and_then(|rest| rest.split_once('@')) else {
        return Ok(None);
    };
    let Ok(version) = Version::parse(version) else { return Ok(None) };
    let is_released = version.pre.is_empty() && version.build.is_empty();
    if !is_released || !CONTRACTS.contains(&(version.major, version.minor)) {
        return Ok(None);
    }
    if !manifest.contract.is_served_by(&version) {
        return Err(InspectError::OtherContract { name: external.name.clone() });
    }
    Ok(Some(name))
}
