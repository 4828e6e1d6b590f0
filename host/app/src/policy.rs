//! What is in force for updates here: the administrator's policy, then the user's file, then what is
//! built in; and which feeds are asked, by which way.
//!
//! Who decided what is kept beside it, so that `update status` can show it.

mod layer;

use std::path::Path;

use meterport_model::codes::Code;
use meterport_update::{Base, Carried, Clock, Rules, Scope, Source};
use meterport_upload::Route;
use serde::Serialize;

pub(crate) use layer::Layer;

use crate::config::Decided;
use crate::fault::Fault;
use crate::output;
use crate::transport::Network;
use crate::world::World;
use layer::{FeedEntry, NO_PROXY};

/// What is in force.
pub(crate) struct Updates {
    pub(crate) rules: Rules,
    /// Ours first, if this build or the policy names it; then those of others.
    pub(crate) sources: Vec<Source>,
    pub(crate) route: Route,
    /// Every key, with the value in force and who decided it.
    pub(crate) said: Vec<Said>,
    /// An administrator says something of updates here.
    pub(crate) is_managed: bool,
    /// The hours are the administrator's, and so hold for people too.
    pub(crate) has_hours_of_policy: bool,
}

/// A value in force, and who decided it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Said {
    pub(crate) key: &'static str,
    pub(crate) value: Option<String>,
    pub(crate) source: &'static str,
}

impl Updates {
    /// What the configuration, and the keyrings it names, say.
    pub(crate) fn of(world: &World<'_>) -> Result<Self, Fault> {
        let [policy, user] = world.config.update()?;
        let unsigned = policy.unsigned.unwrap_or(!world.config.has_policy());
        let rules = Rules {
            mode: policy.mode.or(user.mode).unwrap_or_default(),
            channel: policy.channel.clone().or_else(|| user.channel.clone()),
            pin: policy.pin.clone().or_else(|| user.pin.clone()),
            hours: policy.hours.clone().or_else(|| user.hours.clone()),
            deadline_days: policy.deadline_days,
            max_stale_days: policy.max_stale_days.unwrap_or(0),
            site: policy.site.clone(),
            unsigned,
            ..Rules::default()
        };
        let route = match policy.proxy.as_ref().or(user.proxy.as_ref()) {
            None => Route::System,
            Some(proxy) if proxy == NO_PROXY => Route::Direct,
            Some(proxy) => Route::Proxy(proxy.clone()),
        };
        let mut sources = Vec::new();
        sources.extend(ours(policy, world)?);
        for feed in &policy.feeds {
            sources.push(third_party(feed)?);
        }
        if let Some(one) = repeated(&sources) {
            let message = format!("the feed `{one}` has the first keyring of another feed");
            return Err(Fault::new(Code::ConfigInvalid, message)
                .hint("each feed has a keyring of its own; mend the policy file"));
        }
        Ok(Self {
            said: said(policy, user, unsigned),
            rules,
            sources,
            route,
            is_managed: !policy.said.is_empty(),
            has_hours_of_policy: policy.hours.is_some(),
        })
    }

    /// The network to these feeds.
    pub(crate) fn network(&self, world: &World<'_>) -> Network {
        let bases = self.sources.iter().flat_map(|source| &source.bases);
        Network::new(&world.host.version, self.route.clone(), bases)
    }

    /// Refuses where no feed is asked.
    pub(crate) fn need_feed(&self) -> Result<(), Fault> {
        if !self.sources.is_empty() {
            return Ok(());
        }
        Err(Fault::new(
            Code::UpdateNone,
            "no feed is asked here: this build has no publisher, and the policy names no feed",
        )
        .hint("install new versions from where this one came from, or name a feed in the policy"))
    }
}

/// The times that promises are judged by.
pub(crate) fn clock(world: &World<'_>) -> Clock {
    Clock { now: (world.host.now)(), build: world.host.built }
}

/// The feeds whose stored word holds here, as far as the files can be read, else that of the build:
/// for what is known of withdrawn drivers. Nothing is fetched or installed by these.
pub(crate) fn known_sources(world: &World<'_>) -> Vec<Source> {
    let policy = world.config.update_as_far_as_right();
    let ours = ours(&policy, world).or_else(|_| ours(&Layer::default(), world));
    let mut sources: Vec<Source> = ours.ok().flatten().into_iter().collect();
    for other in policy.feeds.iter().filter_map(|feed| third_party(feed).ok()) {
        if sources.iter().all(|source| source.first_keyring != other.first_keyring) {
            sources.push(other);
        }
    }
    sources
}

/// Our own feed: where it lies may be the policy's word, and so may its keys.
fn ours(policy: &Layer, world: &World<'_>) -> Result<Option<Source>, Fault> {
    let publisher = world.host.publisher.as_ref();
    let bases = match (&policy.bases, publisher) {
        (Some(bases), _) => bases.clone(),
        (None, Some(publisher)) => built_in_bases(&publisher.bases)?,
        (None, None) if policy.keyring.is_some() => return Err(needs("keyring", "bases")),
        (None, None) => return Ok(None),
    };
    let (first_keyring, carried) = match (&policy.keyring, publisher) {
        (Some(path), _) => (keyring(path)?, Carried::default()),
        (None, Some(publisher)) => (publisher.first_keyring.clone(), publisher.carried.clone()),
        (None, None) => return Err(needs("bases", "keyring")),
    };
    let name = "Meterport".to_owned();
    Ok(Some(Source { name, bases, first_keyring, carried, scope: Scope::Ours }))
}

fn third_party(feed: &FeedEntry) -> Result<Source, Fault> {
    let FeedEntry { name, bases, keyring: path, prefix, usb } = feed;
    let scope = Scope::ThirdParty { prefix: prefix.clone(), usb: usb.clone() };
    let (name, bases, first_keyring) = (name.clone(), bases.clone(), keyring(path)?);
    Ok(Source { name, bases, first_keyring, carried: Carried::default(), scope })
}

fn built_in_bases(bases: &[String]) -> Result<Vec<Base>, Fault> {
    let parsed = bases.iter().map(|base| base.parse());
    parsed.collect::<Result<_, _>>().map_err(|error: meterport_update::BaseError| {
        Fault::new(Code::Internal, format!("an address built into this program {error}"))
    })
}

/// The first keyring of a feed. Whether it verifies is found out when it is used.
fn keyring(path: &Path) -> Result<Vec<u8>, Fault> {
    let most = meterport_appcast::MAX_KEYRING_BYTES;
    let bytes = output::read_file(path, u64::try_from(most).unwrap_or(u64::MAX))?;
    if bytes.len() > most {
        let message = format!("`{}` is too long for a keyring", path.display());
        return Err(Fault::new(Code::ConfigInvalid, message)
            .hint("the policy must name the file `1.keyring` of the feed"));
    }
    Ok(bytes)
}

fn needs(there: &str, missing: &str) -> Fault {
    Fault::new(Code::ConfigInvalid, format!("`update.{there}` needs `update.{missing}` beside it"))
        .hint("this build has no publisher, so the policy must name address and first keyring")
}

/// A feed whose first keyring another one has too.
fn repeated(sources: &[Source]) -> Option<&str> {
    let mut rest = sources;
    while let [source, after @ ..] = rest {
        if let Some(other) = after.iter().find(|other| other.first_keyring == source.first_keyring)
        {
            return Some(&other.name);
        }
        rest = after;
    }
    None
}

/// What is in force where nobody says anything; `unsigned` depends on whether there is a policy.
fn defaults(unsigned: bool) -> [(&'static str, Option<&'static str>); 12] {
    [
        ("mode", Some("ask")),
        ("channel", None),
        ("pin", None),
        ("hours", None),
        ("proxy", Some("system")),
        ("deadline-days", None),
        ("max-stale-days", Some("0")),
        ("site", None),
        ("unsigned", Some(if unsigned { "true" } else { "false" })),
        ("bases", None),
        ("keyring", None),
        ("feed", None),
    ]
}

fn said(policy: &Layer, user: &Layer, unsigned: bool) -> Vec<Said> {
    let by = |layer: &Layer, key: &str| {
        layer.said.iter().find(|(said, _)| *said == key).map(|(_, value)| value.clone())
    };
    let line = |(key, default): (&'static str, Option<&str>)| {
        let (value, decided) = match (by(policy, key), by(user, key)) {
            (Some(value), _) => (Some(value), Decided::Policy),
            (None, Some(value)) => (Some(value), Decided::User),
            // Without the word, files that nobody signed are the policy's to allow.
            (None, None) => (default.map(str::to_owned), Decided::Default),
        };
        Said { key, value, source: decided.as_str() }
    };
    defaults(unsigned).into_iter().map(line).collect()
}
