//! Removing what nobody needs any more, under the exclusive lock.
//!
//! Kept are the three newest valid generations and the three newest that a step back could lead to,
//! the three newest valid states, and all packages, feeds and versions that these name. A version
//! that runs is kept, too. Keyrings and bad marks are kept for ever. Whatever cannot be removed is
//! tried again after the next change; nothing depends on it.

use std::collections::BTreeSet;

use crate::bad;
use crate::current::History;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::generation::{self, Generation};
use crate::hash::Sha256Hex;
use crate::numbered::{All, Invalid, Numbered, valid};
use crate::publish::TEMPORARY;
use crate::state::{self, State};
use crate::store::OBJECTS;
use crate::versions;

/// How many valid generations and states are kept.
const KEPT: usize = 3;

pub(crate) fn collect(disk: &dyn Disk) {
    // Failing is harmless, so there is nobody to tell.
    let _ = try_collect(disk);
}

fn try_collect(disk: &dyn Disk) -> Result<(), StoreError> {
    let history = History::read(disk)?;
    let states = state::read(disk)?;
    let generations = kept_generations(disk, &history)?;
    let kept_states: Vec<&State> = valid(&states).take(KEPT).collect();

    // Before any package goes: what names it never comes back without it.
    let numbers = generations.iter().map(|generation| generation.number).collect();
    remove_numbered(disk, &generation::FILES, &history.all, &numbers)?;
    let numbers = kept_states.iter().map(|state| state.number).collect();
    remove_numbered(disk, &state::FILES, &states, &numbers)?;

    if somebody_else_keeps_packages(&history, &states) {
        return Ok(());
    }
    let feeds = kept_states.iter().flat_map(|state| state.feeds.values());
    let plugins = generations.iter().flat_map(|generation| &generation.plugins);
    let needed: BTreeSet<Sha256Hex> =
        feeds.filter_map(|feed| feed.feed).chain(plugins.map(|plugin| plugin.sha256)).collect();
    for name in list(disk, OBJECTS)? {
        let unneeded = match name.parse::<Sha256Hex>() {
            Ok(sha256) => !needed.contains(&sha256),
            Err(_) => name == TEMPORARY,
        };
        if unneeded {
            let path = format!("{OBJECTS}/{name}");
            disk.remove(&path).map_err(StoreError::io(path))?;
        }
    }
    let needed: BTreeSet<Sha256Hex> =
        generations.iter().filter_map(|generation| generation.app).collect();
    for name in list(disk, versions::FOLDER)? {
        if let Some(app) = name.parse::<Sha256Hex>().ok().filter(|app| !needed.contains(app)) {
            // One that cannot go keeps no other.
            let _ = versions::remove(disk, &app);
        }
    }
    Ok(())
}

/// The newest, and those that a step back could lead to: a version may need a while until it is
/// found good, and meanwhile drivers change.
fn kept_generations<'a>(
    disk: &dyn Disk,
    history: &'a History,
) -> Result<Vec<&'a Generation>, StoreError> {
    let mut kept = Vec::new();
    let mut good = 0;
    for (index, generation) in history.valid().enumerate() {
        let is_good = match generation.app {
            None => true,
            Some(app) => {
                let bad = format!("{}/{app}", bad::FOLDER);
                versions::is_good(disk, &app)?
                    && disk.kind(&bad).map_err(StoreError::io(bad))?.is_none()
            }
        };
        if index < KEPT || (is_good && good < KEPT) {
            kept.push(generation);
        }
        good += usize::from(is_good);
    }
    Ok(kept)
}

/// Removes the files that are not kept.
fn remove_numbered<T>(
    disk: &dyn Disk,
    files: &Numbered,
    all: &All<T>,
    kept: &BTreeSet<u64>,
) -> Result<(), StoreError> {
    let mut removed = false;
    for (number, parsed) in all {
        let unneeded = match parsed {
            Ok(_) => !kept.contains(number),
            // It fails its own check and would block its name.
            Err(Invalid::Damaged) => true,
            // Somebody may still understand it.
            Err(Invalid::Unreadable) => false,
        };
        if unneeded {
            let path = files.path(*number);
            disk.remove(&path).map_err(StoreError::io(path))?;
            removed = true;
        }
    }
    match removed {
        true => disk.sync_folder(files.folder).map_err(StoreError::io(files.folder)),
        false => Ok(()),
    }
}

fn list(disk: &dyn Disk, folder: &str) -> Result<Vec<String>, StoreError> {
    disk.list(folder).map_err(StoreError::io(folder))
}

/// What a later program wrote may name things that this one does not see. After a step back to this
/// program they all must still be there.
fn somebody_else_keeps_packages(history: &History, states: &All<State>) -> bool {
    let unreadable = history.all.iter().any(|(_, parsed)| *parsed == Err(Invalid::Unreadable))
        || states.iter().any(|(_, parsed)| *parsed == Err(Invalid::Unreadable));
    let later = history.valid().any(|generation| {
        !generation.later.is_empty()
            || !generation.app_later.is_empty()
            || generation.plugins.iter().any(|plugin| !plugin.later.is_empty())
    });
    unreadable || later || valid(states).any(State::has_later)
}
