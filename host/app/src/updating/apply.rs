//! Fetches what is offered, looks into it, asks what only a person can answer, and installs: drivers
//! and program as one generation where they lie in one store.

use std::error::Error;

use indicatif::{ProgressBar, ProgressStyle};
use meterport_appcast::{ItemId, Sha256Hex};
use meterport_manifest::{DriverId, Manifest};
use meterport_model::codes::Code;
use meterport_runtime::inspect;
use meterport_update::{
    CheckedApp, CheckedDriver, Download, Offer, Package, Question, Refreshed, Source, Store,
    compare, install,
};
use semver::Version;

use super::Look;
use crate::fault::Fault;
use crate::output::Voice;
use crate::transport::Network;
use crate::world::World;
use crate::{cancel, running};

/// What was installed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applied {
    pub(crate) drivers: Vec<(DriverId, Version)>,
    /// The new version of the program, which runs from the next start, and its package.
    pub(crate) program: Option<(Version, Sha256Hex)>,
    /// What a person did not want.
    pub(crate) declined: Vec<(ItemId, Version)>,
}

/// Asks the person whether this may be installed although these questions are open.
pub(crate) type Ask<'a> = &'a mut dyn FnMut(&Offer, &[Question]) -> Result<bool, Fault>;

/// Installs these offers. What a person declines is left out; a new program that is declined leaves
/// out what only goes with it.
pub(crate) fn apply(
    world: &World<'_>,
    look: &Look,
    offers: &[Offer],
    ask: Ask<'_>,
) -> Result<Applied, Fault> {
    let mut applied = Applied::default();
    let mut app = None;
    let mut drivers = Vec::new();
    if let Some(offer) = offers.iter().find(|offer| offer.item.id == ItemId::App) {
        if offer.needs_person.is_empty() || ask(offer, &offer.needs_person)? {
            app = Some((offer, checked_app(world, look, offer)?));
        } else {
            applied.declined.push((offer.item.id.clone(), offer.item.version.clone()));
        }
    }
    // INVARIANT: what only goes with a new program does not come without it.
    let set = if app.is_some() { offers } else { &look.decision.without_app };
    let is_wanted = |offer: &&Offer| {
        offer.item.id != ItemId::App && offers.iter().any(|wanted| wanted.item.id == offer.item.id)
    };
    for offer in set.iter().filter(is_wanted) {
        match checked_driver(world, look, offer, ask)? {
            Some(driver) => drivers.push(driver),
            None => applied.declined.push((offer.item.id.clone(), offer.item.version.clone())),
        }
    }
    applied.drivers = drivers
        .iter()
        .map(|driver| (driver.manifest().id.clone(), driver.manifest().version.clone()))
        .collect();
    let program = app.as_ref().map(|(offer, app)| (offer.item.version.clone(), app.sha256()));
    write(world, look, app.map(|(_, app)| app), drivers)?;
    applied.program = program;
    Ok(applied)
}

/// INVARIANT: drivers before the program, where they are two stores: a crash between them leaves
/// drivers that the old program loads, for the feed offered them with it or they wait for the next
/// look.
fn write(
    world: &World<'_>,
    look: &Look,
    app: Option<CheckedApp>,
    drivers: Vec<CheckedDriver>,
) -> Result<(), Fault> {
    let store = Store::open(world.places.open()?)?;
    let Some(app) = app else {
        if !drivers.is_empty() {
            install(&store, look.since, None, drivers)?;
        }
        return Ok(());
    };
    let program = program_store()?;
    // Nobody begins to read a meter while the program is about to change.
    let _idle = program.idle()?;
    match look.program_since {
        None => {
            install(&store, look.since, Some(app), drivers)?;
        }
        Some(program_since) => {
            if !drivers.is_empty() {
                install(&store, look.since, None, drivers)?;
            }
            install(&program, program_since, Some(app), Vec::new())?;
        }
    }
    Ok(())
}

fn checked_app(world: &World<'_>, look: &Look, offer: &Offer) -> Result<CheckedApp, Fault> {
    let store = program_store()?;
    match fetched(world, look, offer, &store)? {
        Package::App(package) => Ok(package.check(&store)?),
        _ => Err(Fault::new(Code::Internal, "the package of the program is a driver's")),
    }
}

/// None where a person did not want it.
fn checked_driver(
    world: &World<'_>,
    look: &Look,
    offer: &Offer,
    ask: Ask<'_>,
) -> Result<Option<CheckedDriver>, Fault> {
    let store = Store::open(world.places.open()?)?;
    let Package::Driver(package) = fetched(world, look, offer, &store)? else {
        return Err(Fault::new(Code::Internal, "the package of a driver is the program's"));
    };
    let (_, refreshed, _) = asked(look, offer)?;
    let driver = package.check(&refreshed.trusted, &manifest)?;
    // The feed holds no manifests, so most questions are known only now.
    let mut questions = offer.needs_person.clone();
    for question in compare(driver.manifest(), &look.installed) {
        if !questions.contains(&question) {
            questions.push(question);
        }
    }
    if questions.is_empty() || ask(offer, &questions)? { Ok(Some(driver)) } else { Ok(None) }
}

fn manifest(package: &[u8]) -> Result<Manifest, Box<dyn Error + Send + Sync>> {
    Ok(inspect(package)?.manifest)
}

fn fetched(world: &World<'_>, look: &Look, offer: &Offer, store: &Store) -> Result<Package, Fault> {
    let (source, refreshed, network) = asked(look, offer)?;
    let bar = bar(offer, world.voice);
    let progress = |done: u64, of: u64| {
        if let Some(bar) = &bar {
            bar.set_length(of);
            bar.set_position(done);
        }
    };
    let download = Download {
        store,
        transport: network,
        source,
        refreshed,
        max_stale_days: look.updates.rules.max_stale_days,
        progress: &progress,
        cancelled: &cancel::asked,
    };
    let package = download.package(&offer.item);
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    Ok(package?)
}

/// INVARIANT: nothing is fetched from a feed that was not asked just before.
fn asked<'a>(
    look: &'a Look,
    offer: &Offer,
) -> Result<(&'a Source, &'a Refreshed, &'a Network), Fault> {
    let feed = look.feed(&offer.source);
    let refreshed = feed.and_then(|feed| Some((&feed.source, feed.refreshed.as_ref()?)));
    match (refreshed, &look.network) {
        (Some((source, refreshed)), Some(network)) => Ok((source, refreshed, network)),
        _ => Err(Fault::new(Code::Internal, "the feed of an offer was not asked")),
    }
}

pub(super) fn program_store() -> Result<Store, Fault> {
    running::program_store()?.ok_or_else(|| {
        Fault::new(
            Code::Policy,
            "this program was not started by its launcher, so it does not replace itself",
        )
        .hint("install the new version from where this one came from")
    })
}

fn bar(offer: &Offer, voice: Voice) -> Option<ProgressBar> {
    if !voice.remarks() || !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        return None;
    }
    let style = ProgressStyle::with_template(
        "{spinner} {prefix}: {bytes} of {total_bytes} ({elapsed}, Ctrl-C ends it)",
    );
    let bar = ProgressBar::new(offer.item.length)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_prefix(format!("{} {}", offer.item.id, offer.item.version));
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    Some(bar)
}
