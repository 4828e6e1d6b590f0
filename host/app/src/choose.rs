//! Which driver reads a device. The rule itself is `meterport_manifest::choose`; here it is asked.
//!
//! INVARIANT: a cable gets no byte before somebody has said which meter hangs on it.

use std::path::Path;

use meterport_devices::Attached;
use meterport_manifest::{Candidate, Choice, Transport, choose, matches};
use meterport_model::codes::Code;

use crate::drivers::{Available, named};
use crate::fault::Fault;

/// A driver, and the rule of its manifest by which it is used.
pub(crate) struct Chosen {
    pub(crate) driver: Available,
    pub(crate) rule: usize,
}

/// What the drivers say about one attached thing.
pub(crate) fn ask(attached: &Attached, drivers: &[Available]) -> Choice {
    choose(candidates(attached, drivers))
}

pub(crate) fn candidates(attached: &Attached, drivers: &[Available]) -> Vec<Candidate> {
    let found = attached.found();
    drivers
        .iter()
        .filter_map(|driver| {
            let hit = matches(&driver.manifest, &found)?;
            let installed = Some(driver.place).filter(|place| *place != u64::MAX);
            Some(Candidate { id: driver.manifest.id.clone(), installed, hit })
        })
        .collect()
}

/// The driver for an attached device: the one that was named, or the one that matches.
pub(crate) fn for_attached(
    attached: &Attached,
    wanted: Option<&str>,
    drivers: Vec<Available>,
) -> Result<Chosen, Fault> {
    if let Some(id) = wanted {
        let driver = named(id, drivers)?;
        let rule = matches(&driver.manifest, &attached.found()).map(|hit| hit.rule);
        return by_rule(driver, rule);
    }
    match ask(attached, &drivers) {
        Choice::Use(candidate) => {
            let driver = named(candidate.id.as_ref(), drivers)?;
            Ok(Chosen { driver, rule: candidate.hit.rule })
        }
        Choice::AskDevices(candidates) => Err(several(
            format!("several drivers say that `{}` is theirs", attached.id),
            &candidates,
        )),
        Choice::AskCable(candidates) => Err(several(
            format!("`{}` is a cable that many meters use; nothing was sent to it", attached.id),
            &candidates,
        )),
        Choice::NoDriver => {
            Err(Fault::new(Code::DriverNone, format!("no driver fits `{}`", attached.id))
                .hint("`meterport plugin list` shows the drivers that are there"))
        }
    }
}

/// The driver for a port that shows no id of its own.
pub(crate) fn for_port(
    path: &Path,
    wanted: Option<&str>,
    drivers: Vec<Available>,
) -> Result<Chosen, Fault> {
    if let Some(id) = wanted {
        return by_rule(named(id, drivers)?, None);
    }
    let ids = drivers.iter().filter(|driver| serial_rule(driver).is_some());
    let ids = ids.map(|driver| driver.id().to_owned()).collect();
    Err(Fault::new(
        Code::DriverChoose,
        format!("`{}` does not say which meter is on it; nothing was sent to it", path.display()),
    )
    .hint("say which meter it is with `--driver`")
    .candidates(ids))
}

/// The driver for a recording, which does not say who spoke.
pub(crate) fn for_replay(wanted: Option<&str>, drivers: Vec<Available>) -> Result<Chosen, Fault> {
    match wanted {
        Some(id) => by_rule(named(id, drivers)?, None),
        None => {
            Err(Fault::new(Code::DriverChoose, "a recording does not say which driver it is for")
                .hint("say which with `--driver`")
                .candidates(drivers.iter().map(|driver| driver.id().to_owned()).collect()))
        }
    }
}

/// A named driver: by the rule that matches, else by its first one for a serial port.
fn by_rule(driver: Available, rule: Option<usize>) -> Result<Chosen, Fault> {
    match rule.or_else(|| serial_rule(&driver)) {
        Some(rule) => Ok(Chosen { driver, rule }),
        None => Err(Fault::new(
            Code::DriverNone,
            format!("driver `{}` reads no serial port", driver.id()),
        )
        .hint("choose another driver")),
    }
}

fn serial_rule(driver: &Available) -> Option<usize> {
    let is_serial = |transport: &Transport| matches!(transport, Transport::Serial { .. });
    driver.manifest.matches.iter().position(|rule| is_serial(&rule.transport))
}

fn several(message: String, candidates: &[Candidate]) -> Fault {
    Fault::new(Code::DriverChoose, message)
        .hint("say which meter it is with `--driver`")
        .candidates(candidates.iter().map(|candidate| candidate.id.to_string()).collect())
}
