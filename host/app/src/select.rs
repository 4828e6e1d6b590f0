//! Which meter: named by the person, or the only one attached. Nothing is opened here.

use std::fs;
use std::path::{Path, PathBuf};

use meterport_devices::{Access, Attached, DeviceId, UsbAddress};
use meterport_manifest::{HidUsage, Seen};
use meterport_model::codes::Code;
use meterport_recording::Recording;

use crate::cli::Select;
use crate::drivers::Drivers;
use crate::fault::Fault;
use crate::host::Host;
use crate::{choose, known, output};

/// What will be read.
pub(crate) enum Target {
    /// Something the system lists.
    Attached(Attached),
    /// A folder that a person named, whatever it is called.
    Folder(Attached),
    /// A port that a person named and the system does not list, such as a pseudo-terminal.
    Port(PathBuf),
    /// A recording.
    Replay(Box<Recording>),
}

/// `wanted` is the driver that the person named, if they did.
pub(crate) fn select(
    select: &Select,
    wanted: Option<&str>,
    host: &Host,
    drivers: &Drivers,
) -> Result<Target, Fault> {
    if let Some(path) = &select.replay {
        return recording(path).map(|recording| Target::Replay(Box::new(recording)));
    }
    if let Some(folder) = &select.volume {
        return Ok(Target::Folder(Attached::volume_at(folder)?));
    }
    if let Some(path) = &select.port {
        return port(path, wanted, host);
    }
    if let Some(path) = &select.hid {
        return Ok(Target::Attached(Attached::hid_at(path)?));
    }
    if let Some(address) = &select.usb {
        let mut interfaces = Attached::usb_at(usb_address(address)?)?;
        let is_meant = |id: &str| wanted.is_none_or(|wanted| wanted == id);
        let reads = |one: &Attached| {
            choose::candidates(one, drivers).iter().any(|driver| is_meant(driver.id.as_ref()))
        };
        let matched = interfaces.iter().position(reads);
        return Ok(Target::Attached(interfaces.swap_remove(matched.unwrap_or(0))));
    }
    let attached = host.devices.attached()?;
    match &select.device {
        Some(id) => by_id(id, attached),
        None => only(attached, drivers),
    }
}

/// A port by its path; a link counts as what it leads to. Nobody is asked for the driver of a port
/// that is not there.
fn port(path: &Path, wanted: Option<&str>, host: &Host) -> Result<Target, Fault> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let listed = host.devices.attached().unwrap_or_default();
    let known = listed.into_iter().find(|attached| {
        attached.transport == "serial"
            && (attached.path == path
                || fs::canonicalize(&attached.path).is_ok_and(|found| found == real))
    });
    if known.is_none() && wanted.is_none() {
        Attached::check_port(path)?;
    }
    Ok(known.map_or_else(|| Target::Port(path.to_owned()), Target::Attached))
}

pub(crate) fn usb_address(text: &str) -> Result<UsbAddress, Fault> {
    UsbAddress::parse(text).ok_or_else(|| {
        Fault::usage("`--usb` takes a bus and an address such as `1:4`, decimal, at most 255 each")
            .hint("`lsusb` shows them; `meterport devices` shows ids for `--device`")
    })
}

fn by_id(id: &str, attached: Vec<Attached>) -> Result<Target, Fault> {
    let wanted = DeviceId::parse(id);
    let ids = ids(&attached);
    match attached.into_iter().find(|device| Some(&device.id) == wanted.as_ref()) {
        Some(device) => Ok(Target::Attached(device)),
        None => Err(Fault::new(Code::DeviceNone, format!("no device `{id}` is attached"))
            .hint("`meterport devices` shows what is attached")
            .candidates(ids)),
    }
}

fn only(attached: Vec<Attached>, drivers: &Drivers) -> Result<Target, Fault> {
    let mut meters = meters(attached, drivers);
    let ids = ids(&meters);
    match (meters.pop(), meters.is_empty()) {
        (None, _) => Err(nothing()),
        (Some(device), true) => Ok(Target::Attached(device)),
        (Some(_), false) => {
            Err(Fault::new(Code::DeviceSeveral, "more than one device is attached")
                .hint("choose one with `--device`, or read each with `--all`")
                .candidates(ids))
        }
    }
}

/// Nothing that could be a meter is attached.
pub(crate) fn nothing() -> Fault {
    Fault::new(Code::DeviceNone, "no meter is attached").hint(
        "plug the meter in; if nothing appears in `meterport devices`, try another cable: some only charge",
    )
}

/// What counts as a meter where nobody said which: what a driver reads or what is known not to be
/// readable; where there is none of it, whatever may be a meter.
pub(crate) fn meters(attached: Vec<Attached>, drivers: &Drivers) -> Vec<Attached> {
    let is_known = |attached: &Attached| {
        known::unsupported(attached).is_some() || !choose::candidates(attached, drivers).is_empty()
    };
    let (known, others): (Vec<_>, Vec<_>) = attached.into_iter().partition(is_known);
    if known.is_empty() { others.into_iter().filter(may_be_a_meter).collect() } else { known }
}

/// Whether something that no driver reads is worth showing. A keyboard, a memory stick and an
/// ordinary drive are not.
pub(crate) fn may_be_a_meter(attached: &Attached) -> bool {
    match attached.found().seen {
        Seen::Serial | Seen::Usb { .. } => true,
        // HID Usage Tables: pages from FF00 on are the makers' own.
        Seen::Hid { collections, .. } => {
            collections.iter().any(|HidUsage { page, .. }| *page >= 0xFF00)
                && collections.iter().all(|HidUsage { page, .. }| *page != 0x01)
        }
        Seen::Block { .. } | Seen::Volume { .. } => false,
    }
}

fn ids(attached: &[Attached]) -> Vec<String> {
    attached.iter().map(|device| device.id.to_string()).collect()
}

/// A device that cannot be opened is refused before a driver is compiled for it.
pub(crate) fn check_access(attached: &Attached) -> Result<(), Fault> {
    match attached.access {
        Access::Ready => Ok(()),
        Access::NoPermission => Err(Fault::new(
            Code::DevicePermission,
            format!("no permission to open `{}`", attached.id),
        )
        .hint(permission_hint())),
        Access::Busy => Err(Fault::new(
            Code::DeviceBusy,
            format!("`{}` is in use by another program", attached.id),
        )
        .hint("close the meter maker's own program and try again")),
    }
}

pub(crate) fn permission_hint() -> &'static str {
    if cfg!(target_os = "linux") {
        "install the udev rules (`meterport config udev`), then plug the meter in again"
    } else {
        "ask whoever manages this computer for permission to use the port"
    }
}

fn recording(path: &Path) -> Result<Recording, Fault> {
    let wrong = |what: &str| Fault::new(Code::ReplaySyntax, what);
    let contents = output::read_file(path, LARGEST_RECORDING)?;
    if u64::try_from(contents.len()).is_ok_and(|length| length > LARGEST_RECORDING) {
        return Err(wrong("the recording is larger than 64 MiB"));
    }
    let text = String::from_utf8(contents).map_err(|_| wrong("the recording is not text"))?;
    // Some editors put a mark before the first line.
    Recording::parse(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let hint = error.hint().unwrap_or("a recording is what `meterport record` writes");
        Fault::of(Code::ReplaySyntax, &error).hint(hint)
    })
}

const LARGEST_RECORDING: u64 = 64 * 1024 * 1024;
