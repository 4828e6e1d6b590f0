//! `plugin`: shows drivers and what they may touch, installs and removes them.

use std::path::Path;

use meterport_model::codes::Code;
use meterport_model::text::printable;
use meterport_runtime::Runtime;
use meterport_update::{InstallOutcome, Origin, Store};

use super::{print, print_json, table};
use crate::cli::Plugin;
use crate::drivers::{self, Available, Source};
use crate::fault::Fault;
use crate::terminal;
use crate::waiting::answered;
use crate::world::World;

mod document;

use document::{PluginDocument, PluginsDocument, sentences};

pub(crate) fn run(action: &Plugin, world: &World<'_>) -> Result<u8, Fault> {
    match action {
        Plugin::List(json) => list(json.json, world),
        Plugin::Info { what, json } => info(what, json.json, world),
        Plugin::Install { file, unsigned, yes } => install(file, *unsigned, *yes, world),
        Plugin::Remove { id } => remove(id, world),
    }
}

fn list(json: bool, world: &World<'_>) -> Result<u8, Fault> {
    let drivers = drivers::available(&world.places, world.host, world.voice)?;
    if json {
        print_json(&PluginsDocument::of(&drivers))?;
        return Ok(0);
    }
    if drivers.is_empty() {
        world.voice.remark("there is no driver here; `meterport plugin install FILE` adds one");
        return Ok(0);
    }
    let mut rows = table::new(&["driver", "version", "reads", "from"]);
    for driver in &drivers {
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
            driver.source.as_str().to_owned(),
        ]);
    }
    print(&format!("{rows}\n"))?;
    Ok(0)
}

fn info(what: &str, json: bool, world: &World<'_>) -> Result<u8, Fault> {
    let path = Path::new(what);
    let driver = if path.is_file() {
        drivers::seen(drivers::read_package(path)?, Source::Installed, None, u64::MAX)?
    } else {
        drivers::named(what, drivers::available(&world.places, world.host, world.voice)?)?
    };
    if json {
        print_json(&PluginDocument::of(&driver))?;
    } else {
        print(&describe(&driver))?;
    }
    Ok(0)
}

fn describe(driver: &Available) -> String {
    let manifest = &driver.manifest;
    let mut text =
        format!("{} {}: {}\n", manifest.id, manifest.version, printable(&manifest.title));
    text.push_str("\nreads:\n");
    for model in &manifest.models {
        let tested = if model.tested { "" } else { " (not yet tested with a real one)" };
        text.push_str(&format!("  {}{tested}\n", printable(&model.name)));
    }
    text.push_str("\nmay touch:\n");
    for sentence in sentences(manifest) {
        text.push_str(&format!("  {sentence}\n"));
    }
    text
}

fn install(file: &Path, unsigned: bool, yes: bool, world: &World<'_>) -> Result<u8, Fault> {
    let package = drivers::read_package(file)?;
    let driver = drivers::seen(package, Source::Installed, None, u64::MAX)?;
    world.voice.remark(&describe(&driver));
    if !unsigned {
        return Err(Fault::new(
            Code::PackageUnsigned,
            "nobody has signed this file; nothing was installed",
        )
        .hint("if you know where it is from, say `--unsigned`")
        .driver(driver.id()));
    }
    if !yes {
        if !terminal::can_ask() {
            return Err(Fault::new(
                Code::PackageUnsigned,
                "an unsigned driver is installed only when somebody agrees",
            )
            .hint("say `--yes` if it may be installed")
            .driver(driver.id()));
        }
        if !answered(|| terminal::confirm("Nobody vouches for this driver. Install it?"))? {
            return Err(Fault::cancelled());
        }
    }
    // Only now is anything compiled; everything that could fail at the meter fails here.
    let (runtime, package) = (Runtime::new()?, driver.package.clone());
    let loaded = answered(move || runtime.load(&package).map(|_| ()).map_err(Fault::from));
    loaded.map_err(|fault| fault.driver(driver.id()))?;
    let shipped = drivers::available(&world.places, world.host, world.voice)?;
    if shipped.iter().any(|one| one.id() == driver.id() && one.source == Source::Shipped) {
        world.voice.warn("it takes the place of the driver that came with the program");
    }
    let store = Store::open(world.places.open()?)?;
    let manifest = &driver.manifest;
    let outcome =
        store.install(&driver.package, &manifest.id, &manifest.version, Origin::Unsigned)?;
    world.voice.remark(&match outcome {
        InstallOutcome::Installed { .. } => {
            format!("installed `{}` {}", manifest.id, manifest.version)
        }
        InstallOutcome::Replaced { before, .. } => {
            format!("replaced `{}` {} with {}", manifest.id, before.version, manifest.version)
        }
        InstallOutcome::Unchanged => format!("`{}` was installed already", manifest.id),
    });
    Ok(0)
}

fn remove(id: &str, world: &World<'_>) -> Result<u8, Fault> {
    let parsed = meterport_manifest::DriverId::parse(id)
        .map_err(|_| Fault::usage(format!("`{}` is not the id of a driver", printable(id))))?;
    let not_here = || {
        Fault::new(Code::DriverNone, format!("driver `{parsed}` is not installed"))
            .hint("drivers that came with the program cannot be removed; `meterport plugin list` shows which they are")
    };
    let store = world.places.store()?.ok_or_else(not_here)?;
    if !store.plugins()?.plugins.iter().any(|entry| entry.id == parsed) {
        return Err(not_here());
    }
    store.remove(&parsed)?;
    world.voice.remark(&format!("removed `{parsed}`"));
    Ok(0)
}
