//! `plugin`: shows drivers and what they may touch, installs, checks and removes them.

use std::path::Path;

use meterport_model::text::printable;

use super::{print, print_json, table};
use crate::cli::Plugin;
use crate::consent::describe;
use crate::drivers::{self, Source};
use crate::fault::Fault;
use crate::world::World;

mod by_hand;
mod document;
mod install;
mod remove;
mod verify;

use document::{PluginDocument, PluginsDocument};

pub(crate) fn run(action: &Plugin, world: &World<'_>) -> Result<u8, Fault> {
    match action {
        Plugin::List(json) => list(json.json, world),
        Plugin::Info { what, json } => info(what, json.json, world),
        Plugin::Install { what, unsigned, yes } => install::run(what, *unsigned, *yes, world),
        Plugin::Remove { id } => remove::remove(id, world),
        Plugin::Revert { id } => remove::revert(id, world),
        Plugin::Verify { file, json } => verify::run(file, json.json, world),
    }
}

fn list(json: bool, world: &World<'_>) -> Result<u8, Fault> {
    let drivers = drivers::available(world)?;
    if json {
        print_json(&PluginsDocument::of(&drivers))?;
        return Ok(0);
    }
    if drivers.iter().next().is_none() && drivers.disabled().is_empty() {
        world.voice.remark("there is no driver here; `meterport plugin install` adds one");
        return Ok(0);
    }
    let mut rows = table::new(&["driver", "version", "reads", "from"]);
    for driver in drivers.iter() {
        let models: Vec<_> = driver
            .manifest
            .models
            .iter()
            .map(|model| printable(&model.name).into_owned())
            .collect();
        rows.add_row([
            driver.id().to_owned(),
            driver.manifest.version.to_string(),
            models.join(", "),
            if driver.is_signed() {
                driver.source.as_str().to_owned()
            } else {
                format!("{}, nobody signed it", driver.source.as_str())
            },
        ]);
    }
    print(&format!("{rows}\n"))?;
    for driver in drivers.disabled() {
        let reason = driver.reason.as_deref().unwrap_or_default();
        world.voice.warn(&format!(
            "`{}` {} ({}) is not used: {}",
            driver.id(),
            driver.manifest.version,
            driver.source.as_str(),
            printable(reason)
        ));
    }
    Ok(0)
}

fn info(what: &str, json: bool, world: &World<'_>) -> Result<u8, Fault> {
    let path = Path::new(what);
    let driver = if path.is_file() {
        drivers::seen(drivers::read_package(path)?, Source::File)?
    } else {
        drivers::available(world)?.named(what)?
    };
    if json {
        print_json(&PluginDocument::of(&driver))?;
    } else {
        print(&describe(&driver))?;
    }
    Ok(0)
}
