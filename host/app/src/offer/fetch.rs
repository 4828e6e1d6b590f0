//! Installing a driver of a feed: refresh, decide, fetch, look inside; then, once somebody has agreed,
//! install.

use meterport_appcast::ItemId;
use meterport_manifest::DriverId;
use meterport_model::codes::Code;
use meterport_runtime::{Runtime, inspect};
use meterport_update::{
    ApplyError, CheckedDriver, Decision, Download, Mode, Offer, Package, Question, Reason,
    Refreshed, Rules, Source as Feed, Store, StoreError, Trusted, compare, decide, owner, refresh,
    signer_name,
};

use crate::cancel;
use crate::consent;
use crate::drivers::{Available, Source, seen};
use crate::fault::Fault;
use crate::feeds::Feeds;
use crate::installed::installed;
use crate::policy::{Updates, clock};
use crate::waiting::answered;
use crate::world::World;

/// A driver that is here and waits for somebody's answer.
pub(crate) struct Fetched {
    pub(crate) driver: Available,
    pub(crate) questions: Vec<Question>,
    checked: CheckedDriver,
    /// The generation that the questions are about.
    since: u64,
}

/// What came of asking for a driver.
pub(crate) enum Wanted {
    Fetched(Box<Fetched>),
    /// Nothing newer is to be had than what is here; in words.
    Here(String),
}

impl Fetched {
    /// What a person is told before they decide.
    pub(crate) fn told(&self) -> String {
        let mut text = consent::describe(&self.driver);
        if !self.questions.is_empty() {
            text.push_str("\nto be known before:\n");
            text.push_str(&consent::asked(&self.questions));
        }
        text
    }
}

/// Fetches the newest version of a driver that fits. Nothing is installed.
pub(crate) fn fetch(id: &DriverId, world: &World<'_>) -> Result<Wanted, Fault> {
    let updates = Updates::of(world)?;
    updates.need_feed()?;
    if updates.rules.mode == Mode::Off {
        return Err(Fault::new(Code::Policy, "updates are turned off here, and no feed is asked")
            .hint("`meterport update status` says who decided that"));
    }
    let store = Store::open(world.places.open()?)?;
    let item = ItemId::Driver(id.clone());
    let mut feeds = Feeds::load(&store, world).trusted;
    let (place, feed) = whose(&item, &feeds, &updates)?;
    let network = updates.network(world);
    world.voice.remark(&format!("asking the feed `{}`", feed.name));
    let refreshed = refresh(&store, feed, &network, clock(world), &cancel::asked)?;
    told_of(&refreshed, world);
    if let Some(known) = feeds.get_mut(place) {
        known.clone_from(&refreshed.trusted);
    }
    let since = store.plugins()?.number;
    let here = installed(Some(&store), world)?;
    let rules = Rules { manual: true, ..updates.rules.clone() };
    let decision = decide(&feeds, &here, &rules, refreshed.trusted.clock);
    let offer = match offered(&item, &decision, &refreshed.trusted, &rules)? {
        Ok(offer) => offer,
        Err(words) => return Ok(Wanted::Here(words)),
    };
    let download = Download {
        store: &store,
        transport: &network,
        source: feed,
        refreshed: &refreshed,
        max_stale_days: updates.rules.max_stale_days,
        progress: &|_, _| {},
        cancelled: &cancel::asked,
    };
    let Package::Driver(package) = download.package(&offer.item)? else {
        return Err(Fault::new(Code::Internal, "the package of a driver is that of the program"));
    };
    let bytes = package.bytes().to_vec();
    let checked = package.check(&refreshed.trusted, &|bytes| Ok(inspect(bytes)?.manifest))?;
    let mut questions = offer.needs_person.clone();
    let more = compare(checked.manifest(), &here);
    questions.extend(more.into_iter().filter(|more| !offer.needs_person.contains(more)));
    let signed_by = signer_name(&refreshed.trusted, checked.signer()).to_owned();
    let driver = seen(bytes, Source::Installed)?;
    let driver = Available { signed_by: Some(signed_by), ..driver };
    Ok(Wanted::Fetched(Box::new(Fetched { driver, questions, checked, since })))
}

/// Installs what somebody agreed to. Returns what is said about it.
pub(crate) fn install(fetched: Fetched, world: &World<'_>) -> Result<String, Fault> {
    let Fetched { driver, questions, checked, mut since } = fetched;
    compiles(&driver)?;
    let store = Store::open(world.places.open()?)?;
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        match meterport_update::install(&store, since, None, vec![checked.clone()]) {
            Ok(_) => {
                return Ok(format!("installed `{}` {}", driver.id(), driver.manifest.version));
            }
            Err(ApplyError::Store(StoreError::Changed { now, .. })) => {
                // Another change came in between: the same questions must still be all.
                let here = installed(Some(&store), world)?;
                let more = compare(checked.manifest(), &here);
                let new: Vec<_> = more.iter().filter(|one| !questions.contains(one)).collect();
                if !new.is_empty() {
                    let message = "other drivers were installed meanwhile; nothing was changed";
                    return Err(Fault::new(Code::UpdateQuestion, message)
                        .hint("install it again, and answer what is new:")
                        .candidates(new.iter().map(ToString::to_string).collect()));
                }
                since = now;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::new(
        Code::FileIo,
        "other programs changed the store all the time; nothing was changed",
    )
    .hint("try again in a moment"))
}

/// Everything that could fail at the meter fails before anything is installed.
pub(crate) fn compiles(driver: &Available) -> Result<(), Fault> {
    let (runtime, package) = (Runtime::new()?, driver.package.clone());
    let loaded = answered(move || runtime.load(&package).map(|_| ()).map_err(Fault::from));
    loaded.map_err(|fault| fault.driver(driver.id()))
}

/// The one feed that may speak of this id, and its place among what is believed.
fn whose<'a>(
    item: &ItemId,
    feeds: &[Trusted],
    updates: &'a Updates,
) -> Result<(usize, &'a Feed), Fault> {
    let owner = owner(feeds, item).map(|owner| owner.source);
    let place = feeds.iter().position(|feed| Some(feed.source) == owner);
    let feed = updates.sources.iter().find(|feed| Some(feed.fingerprint()) == owner);
    place.zip(feed).ok_or_else(|| {
        Fault::new(Code::DriverNone, format!("no feed that is asked here may speak of `{item}`"))
            .hint("check the id; `meterport update status` shows the feeds")
    })
}

/// How old the feed is, and what was wrong where it was asked. One good answer is enough.
fn told_of(refreshed: &Refreshed, world: &World<'_>) {
    if !refreshed.asked.iter().any(|asked| asked.outcome.is_good()) {
        for asked in &refreshed.asked {
            world.voice.warn(&format!("{}: {}", asked.base, asked.outcome));
        }
    }
    for notice in &refreshed.notices {
        world.voice.warn(&notice.to_string());
    }
    if let Some(verified) = refreshed.trusted.last_verified {
        let age = refreshed.trusted.clock.duration_since(verified);
        world.voice.remark(&format!("the feed was last confirmed {}", ago(age)));
    }
}

fn ago(age: jiff::SignedDuration) -> String {
    match age.as_hours() {
        hours if hours >= 48 => format!("{} days ago", hours / 24),
        hours if hours >= 2 => format!("{hours} hours ago"),
        _ => "just now".to_owned(),
    }
}

/// The version that is offered, or why there is none.
fn offered(
    item: &ItemId,
    decision: &Decision,
    feed: &Trusted,
    rules: &Rules,
) -> Result<Result<Offer, String>, Fault> {
    let mut offers = decision.without_app.iter().chain(&decision.available);
    if let Some(offer) = offers.find(|offer| offer.item.id == *item) {
        return Ok(Ok(offer.clone()));
    }
    let hidden: Vec<_> = decision.hidden.iter().filter(|hidden| hidden.id == *item).collect();
    let newest = hidden.iter().max_by(|left, right| left.version.cmp(&right.version));
    let Some(newest) = newest else {
        // A feed that says nothing yet does not say that there is no such driver.
        feed.may_install(rules.max_stale_days)?;
        return Err(Fault::new(
            Code::DriverNone,
            format!("the feed `{}` has no `{item}`", feed.name),
        )
        .hint("check the id"));
    };
    let is_here =
        |hidden: &&&meterport_update::Hidden| matches!(hidden.reason, Reason::NotNewer { .. });
    if let Some(here) = hidden.iter().find(is_here)
        && let Reason::NotNewer { installed } = &here.reason
        && here.version <= *installed
    {
        return Ok(Err(format!("`{item}` {installed} is here already, and nothing newer fits")));
    }
    let word = match &newest.reason {
        Reason::Feed(why) => return Err(Fault::from(*why)),
        Reason::Withdrawn | Reason::Refused => Code::PackageBlocked,
        Reason::Contract => Code::DriverContract,
        Reason::OtherOrigin | Reason::OtherFeed { .. } => Code::PackageBlocked,
        _ => Code::DriverNone,
    };
    let message = format!("`{item}` {} is not offered here: {}", newest.version, newest.reason);
    Err(Fault::new(word, message).driver(&item.to_string()))
}
