//! Which driver reads a device. The rule itself is `meterport_manifest::choose`; here it is asked.
//!
//! INVARIANT: a cable gets no byte before somebody has said which meter hangs on it.

use std::path::Path;

use meterport_devices::Attached;
use meterport_manifest::{Candidate, Choice, Found, Manifest, Seen, Transport, choose, matches};
use meterport_model::codes::Code;
use meterport_recording::Transport as Recorded;
use meterport_runtime::Grant;

use crate::drivers::{Available, Drivers, Source};
use crate::fault::Fault;
use crate::select::Target;
use crate::world::World;
use crate::{choices, known};

/// A driver, and its right to the device.
pub(crate) struct Chosen {
    pub(crate) driver: Available,
    pub(crate) grant: Grant,
}

/// What the drivers say about one attached thing.
pub(crate) fn ask(attached: &Attached, drivers: &Drivers) -> Choice {
    choose(candidates(attached, drivers))
}

/// The drivers that match; one that asks for what no driver gets does not count.
pub(crate) fn candidates(attached: &Attached, drivers: &Drivers) -> Vec<Candidate> {
    let found = attached.found();
    drivers
        .iter()
        .filter_map(|driver| {
            let hit = matches(&driver.manifest, &found)?;
            Grant::device(&driver.manifest, hit.rule, &found, drivers.disks()).ok()?;
            let installed = Some(driver.place).filter(|place| *place != u64::MAX);
            Some(Candidate { id: driver.manifest.id.clone(), installed, hit })
        })
        .collect()
}

/// The driver for an attached device: the one that was named now, the one that was named for this
/// cable once, or the one that matches.
pub(crate) fn for_attached(
    attached: &Attached,
    wanted: Option<&str>,
    remembered: Option<&str>,
    drivers: Drivers,
) -> Result<Chosen, Fault> {
    let is_there = |id: &&str| drivers.get(id).is_some();
    if let Some(id) = wanted.or(remembered.filter(is_there)) {
        return by_name(id, attached, drivers);
    }
    let answer = ask(attached, &drivers);
    if let Some(known) = known::unsupported(attached).filter(|_| !is_installed(&answer, &drivers)) {
        return Err(known.fault());
    }
    match answer {
        Choice::Use(candidate) => by_name(candidate.id.as_ref(), attached, drivers),
        Choice::AskDevices(candidates) => Err(several(attached, false, &candidates)),
        Choice::AskCable(candidates) => Err(several(attached, true, &candidates)),
        Choice::NoDriver => {
            Err(Fault::new(Code::DriverNone, format!("no driver fits `{}`", attached.id))
                .hint("`meterport plugin list` shows the drivers that are there"))
        }
    }
}

/// Whether no driver here reads this, and nobody said which does. What is known not to be readable
/// is none of it.
pub(crate) fn is_without(attached: &Attached, drivers: &Drivers, world: &World<'_>) -> bool {
    let is_named = choices::remembered(attached, &world.places)
        .is_ok_and(|id| id.is_some_and(|id| drivers.get(&id).is_some()));
    !is_named
        && known::unsupported(attached).is_none()
        && matches!(ask(attached, drivers), Choice::NoDriver)
}

/// Whether somebody installed a driver for this very device: they know better than our list.
pub(crate) fn is_installed(answer: &Choice, drivers: &Drivers) -> bool {
    let Choice::Use(candidate) = answer else { return false };
    let chosen = drivers.get(candidate.id.as_ref());
    chosen.is_some_and(|driver| driver.source == Source::Installed)
}

/// The driver for a folder that a person named: by the names of the files in it alone, since a copy
/// of a volume may be called anything.
pub(crate) fn for_folder(
    folder: &Attached,
    wanted: Option<&str>,
    drivers: Drivers,
) -> Result<Chosen, Fault> {
    if let Some(id) = wanted {
        return by_name(id, folder, drivers);
    }
    let Seen::Volume { files, .. } = folder.found().seen else {
        return Err(Fault::new(Code::Internal, "a folder that is no volume"));
    };
    let reads = |driver: &Available| {
        driver.manifest.matches.iter().position(|rule| match &rule.transport {
            Transport::Volume { files: patterns, .. } => {
                files.iter().any(|name| patterns.iter().any(|pattern| pattern.matches(name)))
            }
            _ => false,
        })
    };
    let mut fits: Vec<(Available, usize)> = drivers
        .iter()
        .filter_map(|driver| reads(driver).map(|rule| (driver.clone(), rule)))
        .collect();
    match (fits.pop(), fits.is_empty()) {
        (Some((driver, rule)), true) => granted(driver, Some(rule), "volume"),
        (None, _) => {
            Err(Fault::new(Code::DriverNone, "no file in this folder is one of a meter's").hint(
                "choose the folder that holds the file itself; folders in it are not searched",
            ))
        }
        (Some((last, _)), false) => {
            let ids = fits.iter().map(|(driver, _)| driver).chain([&last]);
            Err(Fault::new(Code::DriverChoose, "several drivers read files of these names")
                .hint("say which meter it is with `--driver`")
                .candidates(ids.map(|driver| driver.id().to_owned()).collect()))
        }
    }
}

/// The driver for a port that shows no id of its own.
pub(crate) fn for_port(
    path: &Path,
    wanted: Option<&str>,
    drivers: Drivers,
) -> Result<Chosen, Fault> {
    if let Some(id) = wanted {
        let driver = drivers.named(id)?;
        let rule = first_rule(&driver.manifest, "serial");
        return granted(driver, rule, "serial");
    }
    Err(Fault::new(
        Code::DriverChoose,
        format!("`{}` does not say which meter is on it; nothing was sent to it", path.display()),
    )
    .hint("say which meter it is with `--driver`")
    .candidates(readers("serial", &drivers)))
}

/// The driver for a recording, which says over what was spoken but not by whom.
pub(crate) fn for_replay(
    recorded: &Recorded,
    wanted: Option<&str>,
    drivers: Drivers,
) -> Result<Chosen, Fault> {
    let transport = recorded.word();
    match wanted {
        Some(id) => {
            let driver = drivers.named(id)?;
            let rule = recorded_rule(&driver.manifest, recorded)
                .or_else(|| first_rule(&driver.manifest, transport));
            granted(driver, rule, transport)
        }
        None => {
            Err(Fault::new(Code::DriverChoose, "a recording does not say which driver it is for")
                .hint("say which with `--driver`")
                .candidates(readers(transport, &drivers)))
        }
    }
}

/// The rule of the ids that the recording has, where its transport has any.
fn recorded_rule(manifest: &Manifest, recorded: &Recorded) -> Option<usize> {
    let (vid, pid) = match *recorded {
        Recorded::Hid { vid, pid } | Recorded::Usb { vid, pid, .. } => (vid, pid),
        Recorded::Serial(_) | Recorded::Block | Recorded::Volume => return None,
    };
    manifest.matches.iter().position(|rule| {
        let ids = rule.transport.usb_id().map(|id| (id.vid, id.pid));
        rule.transport.as_str() == recorded.word() && ids == Some((vid, pid))
    })
}

/// A named driver for an attached device: by the rule that matches, else by one that is near, since a
/// person knows better. The table of what a driver may touch holds all the same.
fn by_name(id: &str, attached: &Attached, drivers: Drivers) -> Result<Chosen, Fault> {
    let disks = drivers.disks().clone();
    let driver = drivers.named(id)?;
    let found = attached.found();
    let rule = matches(&driver.manifest, &found)
        .map(|hit| hit.rule)
        .or_else(|| near_rule(&driver.manifest, &found))
        .ok_or_else(|| not_its_kind(driver.id(), found.seen.as_str()))?;
    let grant = Grant::device(&driver.manifest, rule, &found, &disks)
        .map_err(|refused| Fault::from(refused).driver(driver.id()))?;
    Ok(Chosen { driver, grant })
}

/// Any adapter may carry a serial meter, and any folder its files; a meter that is a USB device has at
/// least its maker's id.
fn near_rule(manifest: &Manifest, found: &Found) -> Option<usize> {
    manifest.matches.iter().position(|rule| {
        let same_kind = rule.transport.as_str() == found.seen.as_str();
        let same_maker = || rule.transport.usb_id().is_some_and(|id| Some(id.vid) == found.vid);
        same_kind
            && match found.seen {
                Seen::Serial | Seen::Volume { .. } => true,
                Seen::Hid { .. } | Seen::Usb { .. } | Seen::Block { .. } => same_maker(),
            }
    })
}

/// The drivers that a person could name for the same device, without one byte of it.
pub(crate) fn could_read(target: &Target, drivers: &Drivers) -> Vec<String> {
    let attached = match target {
        Target::Port(_) => return readers("serial", drivers),
        Target::Replay(recording) => {
            return readers(recording.header().transport.word(), drivers);
        }
        Target::Attached(attached) | Target::Folder(attached) => attached,
    };
    let found = attached.found();
    let can = |driver: &&Available| {
        matches(&driver.manifest, &found).is_some() || near_rule(&driver.manifest, &found).is_some()
    };
    drivers.iter().filter(can).map(|driver| driver.id().to_owned()).collect()
}

/// The drivers that read something over this transport.
fn readers(transport: &str, drivers: &Drivers) -> Vec<String> {
    let reads = |driver: &&Available| first_rule(&driver.manifest, transport).is_some();
    drivers.iter().filter(reads).map(|driver| driver.id().to_owned()).collect()
}

fn granted(
    driver: Available,
    rule: Option<usize>,
    transport: &'static str,
) -> Result<Chosen, Fault> {
    let rule = rule.ok_or_else(|| not_its_kind(driver.id(), transport))?;
    let grant = Grant::named(&driver.manifest, rule)?;
    Ok(Chosen { driver, grant })
}

fn first_rule(manifest: &Manifest, transport: &str) -> Option<usize> {
    manifest.matches.iter().position(|rule| rule.transport.as_str() == transport)
}

fn not_its_kind(id: &str, transport: &str) -> Fault {
    let kind = match transport {
        "serial" => "serial port",
        "hid" => "HID device",
        "usb" => "raw USB device",
        "block" => "disk",
        _ => "volume",
    };
    Fault::new(Code::DriverNone, format!("driver `{id}` reads no {kind}"))
        .hint("choose another driver")
}

fn several(attached: &Attached, is_cable: bool, candidates: &[Candidate]) -> Fault {
    let (message, hint) = if is_cable {
        (
            format!("`{}` is a cable that many meters use; nothing was sent to it", attached.id),
            "say which meter it is with `--driver`; `--remember` keeps the answer for this cable",
        )
    } else {
        (
            format!("several drivers say that `{}` is theirs", attached.id),
            "say which meter it is with `--driver`; `--remember` keeps the answer",
        )
    };
    Fault::new(Code::DriverChoose, message)
        .hint(hint)
        .candidates(candidates.iter().map(|candidate| candidate.id.to_string()).collect())
}

#[cfg(test)]
mod tests {
    use meterport_devices::DeviceId;

    use super::*;
    use crate::drivers::made_up;
    use crate::feeds::Feeds;

    fn drivers() -> Drivers {
        let driver = |id, pid| made_up::driver(id, "0.1.0", pid, Source::Shipped);
        Drivers::new(vec![driver("one", 1), driver("two", 2)], Feeds::default())
    }

    fn chosen(vid: u16, pid: u16, remembered: &str) -> Result<String, Fault> {
        let id = DeviceId::parse("usb-1-1:1.0").unwrap();
        let port = Attached::serial(id, "/dev/ttyUSB0").with_usb(vid, pid, None);
        for_attached(&port, None, Some(remembered), drivers()).map(|it| it.driver.id().to_owned())
    }

    #[test]
    fn what_was_remembered_counts_before_what_matches_or_does_not() {
        assert_eq!(chosen(0x1209, 1, "two").unwrap(), "two", "another driver matches");
        assert_eq!(chosen(0x1209, 9, "two").unwrap(), "two", "none matches");
        assert_eq!(chosen(0x1A61, 0x3950, "two").unwrap(), "two", "known as unreadable");
    }

    #[test]
    fn another_driver_is_thought_of_only_where_it_could_read_the_device() {
        let drivers = drivers();
        let id = DeviceId::parse("usb-1-1:1.0").unwrap();
        let hid = Attached::hid(id, "/dev/hidraw0", None, Vec::new()).with_usb(0x1209, 1, None);
        assert!(could_read(&Target::Attached(hid), &drivers).is_empty());
        assert_eq!(could_read(&Target::Port("/dev/ttyS0".into()), &drivers), ["one", "two"]);
    }

    #[test]
    fn a_remembered_driver_that_is_gone_decides_nothing() {
        assert_eq!(chosen(0x1209, 1, "gone").unwrap(), "one");
        assert_eq!(chosen(0x1209, 9, "gone").unwrap_err().object().code, Code::DriverNone);
    }
}
