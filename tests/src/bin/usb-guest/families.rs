//! The same story for every family: listed, read, pulled out in the middle, plugged in again.

use std::time::Instant;

use crate::Case;
use crate::cable::Mounted;
use crate::program::{
    self, Listed, Run, Who, drivers, finish, listed, meterport, records, start, string,
};
use crate::simulated::{Family, Simulated};

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
    ]
}

/// A meter that is plugged in and, if it is a volume, mounted.
pub struct Ready {
    pub listed: Listed,
    pub simulated: Simulated,
    _mounted: Option<Mounted>,
}

/// Plugs a meter in and waits until the program lists it.
pub fn ready(family: &Family, count: u32, knobs: &[&str]) -> Result<Ready, String> {
    let simulated = Simulated::plug_in(family, count, knobs)?;
    let mounted = match family.has("volume") {
        true => Some(Mounted::at(&simulated.plugged.place)?),
        false => None,
    };
    let listed = listed(Who::Root, &simulated.plugged.place, family)?;
    Ok(Ready { listed, simulated, _mounted: mounted })
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
    let mut ready = ready(family, RECORDS, &[])?;
    let run = meterport(Who::Root, &program::reading(&ready.listed, family))?;
    let count = records(&run.document()?)?;
    ready.simulated.is_content()?;
    expect(count, RECORDS)
}

fn is_pulled_out(family: &Family) -> Result<String, String> {
    let (reading, pulled) = match family.has("volume") {
        true => pull_a_volume(family)?,
        false => pull_in_the_middle(family)?,
    };
    let code = reading.failed_with(5)?;
    if code != "device.disconnected" {
        return Err(format!("the error is `{code}`"));
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

/// What a volume gives is not counted: its cable is pulled as soon as the program has begun.
fn pull_a_volume(family: &Family) -> Result<(Run, Instant), String> {
    let ready = ready(family, RECORDS, &[])?;
    let reading = start(&program::reading(&ready.listed, family))?;
    drop(ready.simulated);
    let pulled = Instant::now();
    Ok((finish(reading)?, pulled))
}

/// Compares what was read with what the meter holds.
pub fn expect(count: usize, wanted: u32) -> Result<String, String> {
    if u32::try_from(count) == Ok(wanted) {
        Ok(format!("{count} records"))
    } else {
        Err(format!("{count} records, not {wanted}"))
    }
}

/// How many records a meter holds in these cases.
pub const RECORDS: u32 = 40;
