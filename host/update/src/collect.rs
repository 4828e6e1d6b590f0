//! Removing what nobody needs any more, under the exclusive lock.
//!
//! Kept are the three newest valid generations and the packages they name. Whatever cannot be
//! removed is tried again after the next change; nothing depends on it.

use std::collections::BTreeSet;
use std::io;

use crate::current::{FOLDER as GENERATIONS, History};
use crate::disk::Disk;
use crate::generation::{self, Invalid};
use crate::hash::Sha256Hex;
use crate::publish::TEMPORARY;
use crate::store::OBJECTS;

/// How many valid generations are kept.
const KEPT: usize = 3;

pub(crate) fn collect(disk: &dyn Disk) {
    // Failing is harmless, so there is nobody to tell.
    let _ = try_collect(disk);
}

fn try_collect(disk: &dyn Disk) -> io::Result<()> {
    let Ok(history) = History::read(disk) else { return Ok(()) };
    let kept: Vec<_> = history.valid().take(KEPT).collect();
    let oldest_kept = kept.last().map_or(0, |generation| generation.number);

    let mut removed = false;
    for (number, parsed) in &history.all {
        let unneeded = match parsed {
            Ok(_) => *number < oldest_kept,
            // It fails its own check and would block its name.
            Err(Invalid::Damaged) => true,
            // Somebody may still understand it.
            Err(Invalid::Unreadable) => false,
        };
        if unneeded {
            disk.remove(&format!("{GENERATIONS}/{}", generation::file_name(*number)))?;
            removed = true;
        }
    }
    if removed {
        // Before any package goes: a generation never comes back without its packages.
        disk.sync_folder(GENERATIONS)?;
    }

    if somebody_else_keeps_packages(disk, &history)? {
        return Ok(());
    }
    let needed: BTreeSet<Sha256Hex> = kept
        .iter()
        .flat_map(|generation| generation.plugins.iter().map(|plugin| plugin.sha256))
        .collect();
    for name in disk.list(OBJECTS)? {
        let unneeded = match name.parse::<Sha256Hex>() {
            Ok(sha256) => !needed.contains(&sha256),
            Err(_) => name == TEMPORARY,
        };
        if unneeded {
            disk.remove(&format!("{OBJECTS}/{name}"))?;
        }
    }
    Ok(())
}

/// A later program keeps verified feeds among the packages and names them in `state/*.json`, and
/// its generations may name things that this one does not see. After a step back to this program
/// they all must still be there.
fn somebody_else_keeps_packages(disk: &dyn Disk, history: &History) -> io::Result<bool> {
    let unreadable = history.all.iter().any(|(_, parsed)| *parsed == Err(Invalid::Unreadable));
    let later = history.valid().any(|generation| {
        !generation.later.is_empty()
            || generation.plugins.iter().any(|plugin| !plugin.later.is_empty())
    });
    Ok(unreadable || later || disk.list("state")?.iter().any(|name| name.ends_with(".json")))
}
