//! Drivers that the verified feeds offer: which of them may be for a meter that no driver here reads,
//! and installing one.
//!
//! What a feed says of a driver's devices only finds it. Its own manifest decides once the package is
//! here (`offer/fetch.rs`).

use meterport_appcast::ItemId;
use meterport_devices::Attached;
use meterport_manifest::{DriverId, Found, MatchKind, matches};
use meterport_model::codes::Code;
use meterport_model::text::printable;
use meterport_update::{Offer, Scope, Trusted, decide};

use crate::choose;
use crate::drivers::{self, Drivers};
use crate::fault::Fault;
use crate::feeds::Feeds;
use crate::installed::installed;
use crate::policy::Updates;
use crate::select::Target;
use crate::waiting::answered;
use crate::world::World;
use crate::{consent, terminal};

mod fetch;

pub(crate) use fetch::{Fetched, Wanted, compiles, fetch, install};

/// What could be installed for a device.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Possible {
    pub(crate) id: DriverId,
    pub(crate) version: String,
    pub(crate) title: String,
    /// By the name that is registered here.
    pub(crate) signed_by: String,
    /// The id is anybody's cable.
    pub(crate) is_cable: bool,
}

/// Everything that the feeds offer and that could be installed now, as they lie on this disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offers {
    offers: Vec<(Offer, String)>,
}

impl Offers {
    /// Asks nobody. What is wrong with a feed was said when the drivers were gathered.
    pub(crate) fn of(feeds: &Feeds, world: &World<'_>) -> Self {
        Self::decided(&feeds.trusted, world).unwrap_or_default()
    }

    fn decided(trusted: &[Trusted], world: &World<'_>) -> Result<Self, Fault> {
        let Some(now) = trusted.iter().map(|feed| feed.clock).max() else {
            return Ok(Self::default());
        };
        let store = world.places.store()?;
        let rules = Updates::of(world)?.rules;
        let decision = decide(trusted, &installed(store.as_ref(), world)?, &rules, now);
        let offers = decision.without_app.into_iter().chain(decision.available);
        let named = offers.filter_map(|offer| {
            let name = signer_of(&offer, trusted)?;
            Some((offer, name))
        });
        Ok(Self { offers: named.collect() })
    }

    /// What may read this.
    pub(crate) fn fitting(&self, found: &Found) -> Vec<Possible> {
        let fits = |(offer, signed_by): &(Offer, String)| {
            let ItemId::Driver(id) = &offer.item.id else { return None };
            let hint = offer.item.matches.iter().find(|hint| hint.fits(found))?;
            Some(Possible {
                id: id.clone(),
                version: offer.item.version.to_string(),
                title: printable(&offer.item.title).into_owned(),
                signed_by: printable(signed_by).into_owned(),
                is_cable: hint.is_cable(),
            })
        };
        self.offers.iter().filter_map(fits).collect()
    }
}

/// Who would have to answer for it: the package is not here yet, and without that signature it is
/// not installed.
fn signer_of(offer: &Offer, trusted: &[Trusted]) -> Option<String> {
    let feed = trusted.iter().find(|feed| feed.source == offer.source)?;
    let vendor = feed.keyring.vendor_for(&offer.item.id).filter(|_| feed.scope == Scope::Ours);
    Some(vendor.map_or_else(|| feed.name.clone(), |vendor| vendor.name.clone()))
}

impl Possible {
    /// A line for people.
    pub(crate) fn line(&self) -> String {
        let Self { id, version, title, signed_by, .. } = self;
        format!("{id} {version}: {title}, signed by {signed_by}")
    }
}

/// Sees to it that there is a driver for what is to be read: where none is here and a feed has one, a
/// person may have it installed. Returns the drivers, and the one that the person chose.
pub(crate) fn drivers_for(
    target: &Target,
    wanted: Option<&str>,
    drivers: Drivers,
    world: &World<'_>,
) -> Result<(Drivers, Option<String>), Fault> {
    let Some((attached, possible)) = only_offered(target, wanted, &drivers, world) else {
        return Ok((drivers, None));
    };
    if !(terminal::can_ask() && world.voice.remarks()) {
        return Err(could_install(attached, &possible));
    }
    let Some(chosen) = chosen(attached, &possible)? else {
        return Err(could_install(attached, &possible));
    };
    let fetched = match fetch(&chosen.id, world)? {
        Wanted::Fetched(fetched) => fetched,
        Wanted::Here(_) => return Ok((drivers::available(world)?, None)),
    };
    // The feed's word only found it; from here on its manifest decides.
    let Some(hit) = matches(&fetched.driver.manifest, &attached.found()) else {
        let message = format!("driver `{}` does not read {} after all", chosen.id, named(attached));
        return Err(Fault::new(Code::DriverNone, format!("{message}; nothing was installed"))
            .hint("tell the publisher of the feed"));
    };
    world.voice.remark(&fetched.told());
    consent::agreed(
        &fetched.driver,
        &fetched.questions,
        false,
        Code::UpdateQuestion,
        "Install it and read the meter?",
    )?;
    world.voice.remark(&install(*fetched, world)?);
    // Which meter hangs on a cable was just said. A device of its own is chosen as ever.
    let is_named = hit.kind == MatchKind::Cable;
    Ok((drivers::available(world)?, is_named.then(|| chosen.id.to_string())))
}

/// What could be installed for a device that no driver here reads; nothing where one does, or where
/// the feeds know none either.
fn only_offered<'a>(
    target: &'a Target,
    wanted: Option<&str>,
    drivers: &Drivers,
    world: &World<'_>,
) -> Option<(&'a Attached, Vec<Possible>)> {
    let Target::Attached(attached) = target else { return None };
    if wanted.is_some() || !choose::is_without(attached, drivers, world) {
        return None;
    }
    let possible = drivers.offers(world).fitting(&attached.found());
    (!possible.is_empty()).then_some((attached, possible))
}

/// Where nobody can be asked: names what could be installed.
pub(crate) fn check_driver(
    target: &Target,
    wanted: Option<&str>,
    drivers: &Drivers,
    world: &World<'_>,
) -> Result<(), Fault> {
    match only_offered(target, wanted, drivers, world) {
        Some((attached, possible)) => Err(could_install(attached, &possible)),
        None => Ok(()),
    }
}

/// Which of them a person wants, if any.
fn chosen(attached: &Attached, possible: &[Possible]) -> Result<Option<Possible>, Fault> {
    let mut text = format!("no driver here reads {}", named(attached));
    if possible.iter().any(|one| one.is_cable) {
        text.push_str(": a cable that many meters use. Which meter is on it?\n");
    } else {
        text.push_str("; available:\n");
    }
    for (number, one) in (1..).zip(possible) {
        text.push_str(&format!("  {number}  {}\n", one.line()));
    }
    text.push_str("Fetch which? [number, or nothing] ");
    let answer = answered(move || terminal::ask(&text))?;
    let number: Option<usize> = answer.trim().parse().ok();
    Ok(number.and_then(|number| possible.get(number.checked_sub(1)?)).cloned())
}

/// What the device calls itself, or where it is.
fn named(attached: &Attached) -> String {
    let product = attached.product.as_deref().map(|product| printable(product).into_owned());
    match product {
        Some(product) => format!("`{product}` (`{}`)", attached.id),
        None => format!("`{}`", attached.id),
    }
}

/// There is no driver, and the feed has some.
fn could_install(attached: &Attached, possible: &[Possible]) -> Fault {
    let hint = "these could be installed with `meterport plugin install ID`:";
    Fault::new(Code::DriverNone, format!("no driver here reads {}", named(attached)))
        .hint(hint)
        .candidates(possible.iter().map(|one| one.id.to_string()).collect())
}
