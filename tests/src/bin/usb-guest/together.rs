//! Several meters at once.

use std::process::Stdio;

use crate::Case;
use crate::families::{Ready, expect, held, ready};
use crate::kernel;
use crate::patience::until;
use crate::program::{Who, finish, items, meterport, reading, records, start};
use crate::simulated::{Family, program};

/// Two at a time, and eight at once.
pub fn cases(families: &[Family]) -> Vec<Case> {
    let (two, eight, rush) = (families.to_vec(), families.to_vec(), families.to_vec());
    vec![
        Case::new("eight meters plugged in at the same moment get a place each", move || {
            at_once(&rush)
        }),
        Case::new("two meters are read at the same time, each by its id", move || both(&two)),
        Case::new("eight meters are read with one command", move || all(&eight)),
    ]
}

/// All look for a free port at once: who finds it taken has to try the next.
fn at_once(families: &[Family]) -> Result<String, String> {
    let family = families.first().ok_or("there is no family")?;
    let mut meters = Vec::new();
    for _ in 0..8 {
        let meter = program(family).arg("--usb").stdout(Stdio::null()).spawn();
        meters.push(meter.map_err(|error| error.to_string())?);
    }
    let placed = until("eight meters on the bus", || {
        (kernel::plugged().len() == meters.len()).then_some(())
    });
    for meter in &mut meters {
        let _ = meter.kill();
        let _ = meter.wait();
    }
    let gone = until("an empty bus", || kernel::plugged().is_empty().then_some(()));
    placed.and(gone).map(|()| family.to_string())
}

fn both(families: &[Family]) -> Result<String, String> {
    let (first, second) = match families {
        [first, .., second] => (first, second),
        [only] => (only, only),
        [] => return Err("there is no family".to_owned()),
    };
    let one = ready(first, 30, &[])?;
    let other = ready(second, 50, &[])?;
    let reads = [start(&reading(&one.listed, first))?, start(&reading(&other.listed, second))?];
    let mut texts = Vec::new();
    for (child, (family, filled)) in reads.into_iter().zip([(first, 30), (second, 50)]) {
        texts.push(expect(records(&finish(child)?.document()?)?, family, filled)?);
    }
    Ok(format!("{first}: {}; {second}: {}", texts.join("; "), other.listed.id))
}

/// Only meters with ids of their own: a cable's driver is never guessed.
fn all(families: &[Family]) -> Result<String, String> {
    let mut plugged: Vec<Ready> = Vec::new();
    let mut own: Vec<&Family> = Vec::new();
    let mut counts: Vec<usize> = Vec::new();
    for (family, count) in families.iter().zip(10..) {
        let one = ready(family, count, &[])?;
        if !one.listed.has_to_choose() && plugged.len() < 8 {
            own.push(family);
            plugged.push(one);
            counts.push(held(family, count)?);
        }
    }
    if own.is_empty() {
        return Err("no meter has an id of its own".to_owned());
    }
    for (family, count) in own.into_iter().cycle().zip(40..).take(8 - plugged.len()) {
        plugged.push(ready(family, count, &[])?);
        counts.push(held(family, count)?);
    }
    let document = meterport(Who::Root, &["read", "--all", "--format", "json"])?.document()?;
    let mut read = Vec::new();
    for readout in &items(&document, "/readouts") {
        read.push(records(readout)?);
    }
    read.sort_unstable();
    counts.sort_unstable();
    let errors = items(&document, "/errors");
    if read != counts || !errors.is_empty() {
        return Err(format!("{read:?} records, not {counts:?}; {errors:?}"));
    }
    Ok(format!("{read:?} records"))
}
