//! `plugin remove` and `plugin revert`: away with a driver, and back to an older one.

use meterport_model::codes::Code;
use meterport_update::{PluginEntry, Store};

use super::by_hand::id;
use crate::fault::Fault;
use crate::feeds::Feeds;
use crate::world::World;

pub(super) fn remove(text: &str, world: &World<'_>) -> Result<u8, Fault> {
    let driver = id(text)?;
    let not_here = || {
        Fault::new(Code::DriverNone, format!("driver `{driver}` is not installed"))
            .hint("drivers that came with the program cannot be removed; `meterport plugin list` shows which they are")
    };
    let store = world.places.store()?.ok_or_else(not_here)?;
    if !store.plugins()?.plugins.iter().any(|entry| entry.id == driver) {
        return Err(not_here());
    }
    store.remove(&driver)?;
    world.voice.remark(&format!("removed `{driver}`"));
    Ok(0)
}

/// Goes back to the package before, which is never one that was withdrawn or refused.
pub(super) fn revert(text: &str, world: &World<'_>) -> Result<u8, Fault> {
    let driver = id(text)?;
    let nothing = || {
        Fault::new(Code::DriverNone, format!("no other version of `{driver}` is kept here"))
            .hint(format!("`meterport plugin install {driver}` asks the feed for the newest"))
    };
    let store = world.places.store()?.ok_or_else(nothing)?;
    let feeds = Feeds::load(&store, world);
    let reverted = reverted(&store, &feeds, &driver)?;
    world.voice.remark(&format!("`{driver}` is now {}", reverted.version));
    Ok(0)
}

fn reverted(
    store: &Store,
    feeds: &Feeds,
    driver: &meterport_manifest::DriverId,
) -> Result<PluginEntry, Fault> {
    let allowed = |entry: &PluginEntry| !feeds.is_barred(&entry.id, &entry.version, &entry.sha256);
    Ok(store.revert(driver, &allowed)?)
}
