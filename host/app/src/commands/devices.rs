//! `devices`: what is attached, which driver matches, and what is missing.

use std::time::Duration;

use meterport_devices::{Access, Attached};
use meterport_manifest::{Candidate, Choice, MatchKind};
use meterport_model::codes::Code;
use meterport_model::text::printable;
use serde::Serialize;

use super::{print, print_json, print_while_read, table};
use crate::cli::Devices;
use crate::drivers::{self, Drivers};
use crate::fault::Fault;
use crate::offer::Possible;
use crate::world::World;
use crate::{cancel, choices, choose, known, select};

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    devices: Vec<Device>,
}

/// One attached thing, as it is shown.
#[derive(Clone, Eq, PartialEq, Serialize)]
pub(super) struct Device {
    pub(super) id: String,
    transport: &'static str,
    vid: Option<String>,
    pid: Option<String>,
    product: Option<String>,
    state: State,
    code: Option<Code>,
    hint: Option<String>,
    drivers: Vec<Match>,
    /// What could be installed for it, a line each.
    #[serde(skip)]
    pub(super) possible: Vec<String>,
}

#[derive(Clone, Copy, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Ready,
    ChooseDriver,
    NoDriver,
    NoPermission,
    Busy,
    Unsupported,
}

#[derive(Clone, Eq, PartialEq, Serialize)]
struct Match {
    id: String,
    version: String,
    #[serde(rename = "match")]
    kind: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct Event<'a> {
    event: &'static str,
    device: &'a Device,
}

pub(crate) fn run(devices: &Devices, world: &World<'_>) -> Result<u8, Fault> {
    if let Some(port) = &devices.forget {
        return forget(port, world);
    }
    let drivers = drivers::available(world)?;
    let list = list(world, &drivers)?;
    for missing in world.host.devices.missing() {
        world.voice.warn(&format!("{missing}; the list is without them"));
    }
    if devices.watch {
        return watch(devices, world, &drivers, list);
    }
    if devices.json.json {
        print_json(&Document { schema: "meterport.devices/1", devices: list })?;
    } else if list.is_empty() {
        world.voice.remark(
            "nothing is attached; if a meter is plugged in, try another cable: some only charge",
        );
    } else {
        let mut rows = table::new(&["id", "device", "state", "driver"]);
        for device in &list {
            rows.add_row([device.id.clone(), device.name(), device.words(), device.driver_words()]);
        }
        print(&format!("{rows}\n"))?;
    }
    Ok(0)
}

fn forget(port: &str, world: &World<'_>) -> Result<u8, Fault> {
    if choices::forget(port, &world.places)? {
        world.voice.remark(&format!("`{port}` is asked about again"));
        Ok(0)
    } else {
        Err(Fault::new(Code::DeviceNone, format!("nothing is remembered for `{port}`"))
            .hint("`meterport devices` shows the ids"))
    }
}

/// Shows what arrives, changes and is removed, until Ctrl-C.
fn watch(
    devices: &Devices,
    world: &World<'_>,
    drivers: &Drivers,
    first: Vec<Device>,
) -> Result<u8, Fault> {
    let mut known: Vec<Device> = Vec::new();
    let mut seen = first;
    if seen.is_empty() {
        world.voice.remark("waiting for a meter; Ctrl-C ends it");
    }
    loop {
        for (event, device) in changes(&known, &seen) {
            if !tell(devices, event, device)? {
                return Ok(0);
            }
        }
        known = seen;
        for _ in 0..5 {
            if cancel::asked() {
                return Err(Fault::cancelled());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        seen = list(world, drivers)?;
    }
}

/// What went, came and is another now.
pub(super) fn changes<'a>(
    known: &'a [Device],
    seen: &'a [Device],
) -> Vec<(&'static str, &'a Device)> {
    let is_in = |list: &[Device], device: &Device| list.iter().any(|one| one.id == device.id);
    let removed = known.iter().filter(|device| !is_in(seen, device));
    let arrived = seen.iter().filter(|device| !is_in(known, device));
    let changed = seen.iter().filter(|device| is_in(known, device) && !known.contains(device));
    let removed = removed.map(|device| ("removed", device));
    let arrived = arrived.map(|device| ("arrived", device));
    removed.chain(arrived).chain(changed.map(|device| ("changed", device))).collect()
}

/// Whether somebody still reads.
fn tell(devices: &Devices, event: &'static str, device: &Device) -> Result<bool, Fault> {
    if devices.json.json {
        let line = serde_json::to_string(&Event { event, device })
            .map_err(|error| Fault::of(Code::Internal, &error))?;
        return print_while_read(&format!("{line}\n"));
    }
    let (name, state, driver) = (device.name(), device.words(), device.driver_words());
    print_while_read(&format!("{event} {}: {name}, {state}, {driver}\n", device.id))
}

/// What is attached and may be a meter.
pub(super) fn list(world: &World<'_>, drivers: &Drivers) -> Result<Vec<Device>, Fault> {
    let attached = world.host.devices.attached()?;
    let mut list = Vec::new();
    for attached in attached {
        let is_shown = select::may_be_a_meter(&attached)
            || known::unsupported(&attached).is_some()
            || !choose::candidates(&attached, drivers).is_empty()
            || !drivers.offers(world).fitting(&attached.found()).is_empty();
        if is_shown {
            list.push(device(&attached, drivers, world)?);
        }
    }
    Ok(list)
}

fn device(attached: &Attached, drivers: &Drivers, world: &World<'_>) -> Result<Device, Fault> {
    let (state, code, hint) = state(attached, drivers, world)?;
    let matches = choose::candidates(attached, drivers);
    let mut matches: Vec<Match> =
        matches.iter().filter_map(|candidate| as_match(candidate, drivers)).collect();
    let possible = match code {
        Some(Code::DriverNone) => drivers.offers(world).fitting(&attached.found()),
        _ => Vec::new(),
    };
    let hint = match possible.is_empty() {
        true => hint,
        false => Some("a driver can be installed with `meterport plugin install ID`".to_owned()),
    };
    matches.extend(possible.iter().map(of_feed));
    let hex = |number: u16| format!("{number:04X}");
    Ok(Device {
        id: attached.id.to_string(),
        transport: attached.transport,
        vid: attached.vid.map(hex),
        pid: attached.pid.map(hex),
        product: attached.product.as_deref().map(|text| printable(text).into_owned()),
        state,
        code,
        hint,
        drivers: matches,
        possible: possible.iter().map(Possible::line).collect(),
    })
}

type Standing = (State, Option<Code>, Option<String>);

fn state(attached: &Attached, drivers: &Drivers, world: &World<'_>) -> Result<Standing, Fault> {
    let of = |state, fault: Fault| (state, Some(fault.object().code), fault.object().hint.clone());
    let is_there = |id: &String| drivers.get(id).is_some();
    let remembered = choices::remembered(attached, &world.places)?.filter(is_there);
    let answer = choose::ask(attached, drivers);
    let is_readable = remembered.is_some() || choose::is_installed(&answer, drivers);
    if let Some(known) = known::unsupported(attached).filter(|_| !is_readable) {
        return Ok(of(State::Unsupported, known.fault()));
    }
    if let Err(fault) = select::check_access(attached) {
        let state = match attached.access {
            Access::Busy => State::Busy,
            _ => State::NoPermission,
        };
        return Ok(of(state, fault));
    }
    if remembered.is_some() {
        return Ok((State::Ready, None, None));
    }
    Ok(match answer {
        Choice::Use(_) => (State::Ready, None, None),
        Choice::AskDevices(_) | Choice::AskCable(_) => (
            State::ChooseDriver,
            Some(Code::DriverChoose),
            Some("say which meter it is with `--driver`".to_owned()),
        ),
        Choice::NoDriver => (
            State::NoDriver,
            Some(Code::DriverNone),
            Some("`meterport plugin list` shows the drivers that are there".to_owned()),
        ),
    })
}

fn as_match(candidate: &Candidate, drivers: &Drivers) -> Option<Match> {
    let driver = drivers.get(candidate.id.as_ref())?;
    Some(Match {
        id: candidate.id.to_string(),
        version: driver.manifest.version.to_string(),
        kind: candidate.hit.kind.as_str(),
        source: driver.source.as_str(),
    })
}

/// A driver that is not here and could be installed.
fn of_feed(possible: &Possible) -> Match {
    let kind = if possible.is_cable { MatchKind::Cable } else { MatchKind::Device };
    Match {
        id: possible.id.to_string(),
        version: possible.version.clone(),
        kind: kind.as_str(),
        source: "feed",
    }
}

impl Device {
    /// The driver that the feed has for this very meter, where there is just one and none is here.
    pub(super) fn one_to_install(&self) -> Option<&str> {
        if self.state != State::NoDriver {
            return None;
        }
        match self.drivers.as_slice() {
            [one] if one.source == "feed" && one.kind == "device" => Some(&one.id),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> String {
        let ids = self.vid.as_ref().zip(self.pid.as_ref());
        let ids = ids.map(|(vid, pid)| format!("{vid}:{pid}"));
        let words = [ids, self.product.clone()];
        let words: Vec<String> = words.into_iter().flatten().collect();
        if words.is_empty() { self.transport.to_owned() } else { words.join(" ") }
    }

    pub(super) fn words(&self) -> String {
        match self.state {
            State::Ready => "ready",
            State::ChooseDriver => "a cable: choose the driver",
            State::NoDriver => "no driver",
            State::NoPermission => "no permission",
            State::Busy => "in use by another program",
            State::Unsupported => "known, and cannot be read",
        }
        .to_owned()
    }

    pub(super) fn driver_words(&self) -> String {
        let words = |driver: &Match| match driver.source {
            "feed" => format!("{} (can be installed)", driver.id),
            _ => driver.id.clone(),
        };
        self.drivers.iter().map(words).collect::<Vec<_>>().join(", ")
    }
}
