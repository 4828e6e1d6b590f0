//! What lies where: the installed drivers, those beside the program, and what the last verified feed
//! says of each of them.

use std::fs;
use std::path::Path;

use meterport_manifest::Manifest;
use meterport_update::Store;

use super::{Available, Drivers, Source, read_package, seen};
use crate::fault::Fault;
use crate::feeds::Feeds;
use crate::output::Voice;
use crate::world::World;

/// Everything available, ours and others'. One that cannot be read is warned about and hides none of
/// the others.
pub(crate) fn available(world: &World<'_>) -> Result<Drivers, Fault> {
    let store = world.places.store()?;
    let feeds = store.as_ref().map(|store| Feeds::load(store, world)).unwrap_or_default();
    let mut all = copies(store.as_ref(), world)?;
    for driver in &mut all {
        judge(driver, &feeds, world.voice);
    }
    Ok(Drivers::new(all, feeds))
}

/// Every copy that can be read, whether it may be used or not.
pub(crate) fn copies(store: Option<&Store>, world: &World<'_>) -> Result<Vec<Available>, Fault> {
    let mut all = Vec::new();
    if let Some(store) = store {
        installed(store, world.voice, &mut all)?;
    }
    if let Some(folder) = &world.host.programs {
        shipped(&folder.join("drivers"), world.voice, &mut all);
    }
    Ok(all)
}

/// INVARIANT: withdrawals and refusals hold for every copy at every load, from the last verified
/// feed, however old it is.
fn judge(driver: &mut Available, feeds: &Feeds, voice: Voice) {
    driver.signed_by = driver.origin.as_ref().and_then(|origin| feeds.signer(origin));
    let Manifest { id, version, .. } = &driver.manifest;
    driver.reason = feeds.disabled(id, version, &driver.sha256);
    if let Some(defect) = feeds.defect(id, version, &driver.sha256) {
        voice.warn(&format!(
            "driver `{id}` {version}: {defect}; `meterport plugin revert {id}` goes back to an older \
             version that is kept"
        ));
    }
}

fn installed(store: &Store, voice: Voice, all: &mut Vec<Available>) -> Result<(), Fault> {
    let current = store.plugins()?;
    if !current.skipped.is_empty() {
        voice.warn("a damaged list of installed drivers was left out; an older one is used");
    }
    for (place, entry) in (0_u64..).zip(&current.plugins) {
        let read = store.read_object(&entry.sha256).map_err(Fault::from);
        match read.and_then(|package| seen(package, Source::Installed)) {
            Ok(driver) => {
                all.push(Available { origin: Some(entry.origin.clone()), place, ..driver });
            }
            Err(fault) => {
                voice.warn(&format!(
                    "driver `{}` is left out: {}",
                    entry.id,
                    fault.object().message
                ));
            }
        }
    }
    Ok(())
}

fn shipped(folder: &Path, voice: Voice, all: &mut Vec<Available>) {
    let Ok(files) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> = files.flatten().map(|file| file.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "wasm"));
    files.sort();
    for path in files {
        match read_package(&path).and_then(|package| seen(package, Source::Shipped)) {
            Ok(driver) => all.push(driver),
            Err(fault) => voice.warn(&format!(
                "`{}` is left out: {}",
                path.file_name().unwrap_or_default().to_string_lossy(),
                fault.object().message
            )),
        }
    }
}
