//! Several meters at once.

use crate::Case;
use crate::families::{Ready, expect, ready};
use crate::program::{Who, finish, items, meterport, reading, records, start};
use crate::simulated::Family;

/// Two at a time, and eight at once.
pub fn cases(families: &[Family]) -> Vec<Case> {
    let (two, eight) = (families.to_vec(), families.to_vec());
    vec![
        Case::new("two meters are read at the same time, each by its id", move || both(&two)),
        Case::new("eight meters are read with one command", move || all(&eight)),
    ]
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
    for (child, wanted) in reads.into_iter().zip([30, 50]) {
        texts.push(expect(records(&finish(child)?.document()?)?, wanted)?);
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
            counts.push(usize::try_from(count).unwrap_or_default());
        }
    }
    if own.is_empty() {
        return Err("no meter has an id of its own".to_owned());
    }
    for (family, count) in own.into_iter().cycle().zip(40..).take(8 - plugged.len()) {
        plugged.push(ready(family, count, &[])?);
        counts.push(usize::try_from(count).unwrap_or_default());
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
