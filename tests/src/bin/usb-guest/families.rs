//! The same story for every family: listed, read, pulled out in the middle, plugged in again.

use std::path::Path;
use std::time::Instant;

use crate::Case;
use crate::cable::Mounted;
use crate::program::{
    self, Listed, Run, Who, drivers, finish, holds, listed, meterport, records, start, string,
};
use crate::simulated::{FEW, Family, Simulated, put_files};

/// The cases of one family.
pub fn cases(family: &Family) -> Vec<Case> {
    let case = |what: &str, check: fn(&Family) -> Result<String, String>| {
        let name = family.clone();
        Case::new(format!("{family}: {what}"), move || check(&name))
    };
    vec![
        case("is listed with its ids, its product and its driver", is_listed),
        case("pulled out in the middle ends with an error and gives nothing", is_pulled_out),
        case("plugged in again is read whole", is_read),
        case("is recorded, and the recording gives the same results", is_recorded),
    ]
}

/// A meter that is plugged in and, if it is a volume, mounted.
pub struct Ready {
    pub listed: Listed,
    pub simulated: Simulated,
    mounted: Option<Mounted>,
}

/// Plugs a meter in and waits until the program lists it.
pub fn ready(family: &Family, count: u32, knobs: &[&str]) -> Result<Ready, String> {
    let simulated = Simulated::plug_in(family, count, knobs)?;
    let mounted = match family.has("volume") {
        true => Some(Mounted::at(&simulated.plugged.place)?),
        false => None,
    };
    let listed = listed(Who::Root, &simulated.plugged.place, family)?;
    Ok(Ready { listed, simulated, mounted })
}

fn is_listed(family: &Family) -> Result<String, String> {
    let ready = ready(family, RECORDS, &[])?;
    let (listed, plugged) = (&ready.listed, &ready.simulated.plugged);
    let said = |pointer| string(&listed.object, pointer).to_ascii_lowercase();
    if (said("/vid"), said("/pid")) != (plugged.vid.clone(), plugged.pid.clone()) {
        return Err(format!("the kernel says {plugged:?}, the program {}", listed.object));
    }
    if string(&listed.object, "/product") != plugged.product {
        return Err(format!("the kernel says {plugged:?}, the program {}", listed.object));
    }
    if !matches!(listed.state.as_str(), "ready" | "choose-driver") {
        return Err(format!("it is not ready: {}", listed.object));
    }
    let drivers = drivers(listed).join(", ");
    Ok(format!("{}:{} {} {} {drivers}", plugged.vid, plugged.pid, listed.transport, listed.state))
}

fn is_read(family: &Family) -> Result<String, String> {
    let mut ready = ready(family, family.full, &[])?;
    let run = meterport(Who::Root, &program::reading(&ready.listed, family))?;
    let count = records(&run.document()?)?;
    ready.simulated.is_content()?;
    expect(count, family, family.full)
}

fn is_recorded(family: &Family) -> Result<String, String> {
    let ready = ready(family, FEW, &[])?;
    let file = format!("/tmp/{}.rec", family.name);
    let mut record = vec!["record", "--yes", "--force", "--output", &file];
    record.extend(["--device", &ready.listed.id, "--driver", &family.name]);
    let recorded = meterport(Who::Root, &record)?;
    if recorded.exit != 0 {
        return Err(format!("exit {}: {}", recorded.exit, recorded.stderr));
    }
    drop(ready);
    let replay = ["read", "--replay", &file, "--driver", &family.name, "--format", "json"];
    expect(records(&meterport(Who::Root, &replay)?.document()?)?, family, FEW)
}

fn is_pulled_out(family: &Family) -> Result<String, String> {
    let (reading, pulled) = match family.has("volume") {
        true => pull_a_volume(family)?,
        false => pull_in_the_middle(family)?,
    };
    let code = reading.failed_with(5)?;
    if code != "device.disconnected" {
        return Err(format!("the error is `{code}`: {}", reading.stderr.trim()));
    }
    if !reading.stdout.is_empty() {
        return Err("something was printed".to_owned());
    }
    let late = reading.ended.saturating_duration_since(pulled).as_millis();
    if late > 1000 { Err(format!("noticed after {late} ms")) } else { Ok(format!("{late} ms")) }
}

/// Pulls the cable after some bytes. The kernel itself reads a disk when it is plugged in, and how
/// much is its affair: so a meter that is gone before it is listed tries again with more.
fn pull_in_the_middle(family: &Family) -> Result<(Run, Instant), String> {
    let mut last = String::new();
    for bytes in [300].into_iter().chain((1..32).map(|step| step * 4096)) {
        let knob = format!("unplug-after={bytes}");
        let ready = match ready(family, RECORDS, &[&knob]) {
            Ok(ready) => ready,
            Err(error) => {
                last = error;
                continue;
            }
        };
        let reading = start(&program::reading(&ready.listed, family))?;
        let pulled = std::thread::spawn(move || ready.simulated.pulled());
        let run = finish(reading)?;
        let pulled = pulled.join().map_err(|_| "the simulator was lost".to_owned())??;
        return Ok((run, pulled));
    }
    Err(last)
}

/// What a volume gives is not counted: its cable is pulled when the program has opened it.
fn pull_a_volume(family: &Family) -> Result<(Run, Instant), String> {
    let ready = ready(family, RECORDS, &[])?;
    let reading = start(&program::reading(&ready.listed, family))?;
    let folder = ready.mounted.as_ref().ok_or("it is not mounted")?.folder.clone();
    holds(&reading, |file| file.starts_with(&folder))?;
    drop(ready.simulated);
    let pulled = Instant::now();
    Ok((finish(reading)?, pulled))
}

/// Compares what was read with what a meter that was filled with so many records holds.
pub fn expect(count: usize, family: &Family, filled: u32) -> Result<String, String> {
    let wanted = held(family, filled)?;
    if count == wanted {
        Ok(format!("{count} records"))
    } else {
        Err(format!("{count} records, not {wanted}"))
    }
}

/// How many records a driver finds in a meter that was filled with so many. Of files it may make one
/// record of several: then it is as many as it finds in the same files in a folder.
pub fn held(family: &Family, filled: u32) -> Result<usize, String> {
    if !family.has("volume") {
        return usize::try_from(filled).map_err(|error| error.to_string());
    }
    let folder = format!("/tmp/{family}-{filled}");
    if !Path::new(&folder).exists() {
        put_files(family, filled, &folder)?;
    }
    let arguments = ["read", "--volume", &folder, "--driver", &family.name, "--format", "json"];
    match records(&meterport(Who::Root, &arguments)?.document()?)? {
        0 => Err("the driver finds nothing in a folder".to_owned()),
        count => Ok(count),
    }
}

/// How many records a meter holds in the other cases.
pub const RECORDS: u32 = FEW;
