//! `meterport.update/1`: what `check` and `status` say to programs.

use jiff::Timestamp;
use meterport_update::{Offer, Outcome};
use serde::Serialize;

use crate::policy::Said;
use crate::updating::{Feed, Look, Pending, pending};

#[derive(Serialize)]
pub(super) struct Document<'a> {
    schema: &'static str,
    feeds: Vec<FeedLine<'a>>,
    news: bool,
    items: Vec<ItemLine>,
    pending: Vec<Pending>,
    policy: &'a [Said],
}

#[derive(Serialize)]
struct FeedLine<'a> {
    /// What the feed calls itself.
    id: &'a str,
    /// How the build or the administrator calls it.
    name: &'a str,
    /// Its name on this computer: the SHA-256 of its first keyring.
    source: String,
    seq: Option<u64>,
    last_verified: Option<Timestamp>,
    until: Option<Timestamp>,
    /// Whether something may be installed from it now.
    usable: bool,
    /// What each address gave; nothing where none was asked.
    asked: Vec<AskedLine>,
}

#[derive(Serialize)]
struct AskedLine {
    base: String,
    message: String,
    code: Option<&'static str>,
    hint: Option<&'static str>,
}

#[derive(Serialize)]
struct ItemLine {
    id: String,
    from: Option<String>,
    to: String,
    critical: bool,
    /// Null for what is not offered.
    notes: Option<String>,
    /// `update`, `available`, `elsewhere` (a package manager installs it), `question` (a person has
    /// to answer first), or why it is not offered.
    verdict: String,
}

pub(super) fn document(look: &Look) -> Document<'_> {
    let decision = &look.decision;
    let mut items: Vec<ItemLine> = Vec::new();
    for offer in look.offers() {
        let verdict = if offer.needs_person.is_empty() { "update" } else { "question" };
        items.push(line(offer, verdict));
    }
    items.extend(look.for_others().map(|offer| line(offer, "elsewhere")));
    items.extend(decision.available.iter().map(|offer| line(offer, "available")));
    items.extend(decision.hidden.iter().map(|hidden| ItemLine {
        id: hidden.id.to_string(),
        from: None,
        to: hidden.version.to_string(),
        critical: false,
        notes: None,
        verdict: hidden.reason.to_string(),
    }));
    Document {
        schema: "meterport.update/1",
        feeds: look.feeds.iter().map(|feed| feed_line(feed, look)).collect(),
        news: !look.offers().is_empty() || look.for_others().is_some(),
        items,
        pending: pending(look),
        policy: &look.updates.said,
    }
}

fn line(offer: &Offer, verdict: &str) -> ItemLine {
    let item = &offer.item;
    ItemLine {
        id: item.id.to_string(),
        from: offer.from.as_ref().map(ToString::to_string),
        to: item.version.to_string(),
        critical: offer.critical,
        notes: Some(item.notes.clone()),
        verdict: verdict.to_owned(),
    }
}

fn feed_line<'a>(feed: &'a Feed, look: &Look) -> FeedLine<'a> {
    let trusted = &feed.trusted;
    let asked = feed.refreshed.iter().flat_map(|refreshed| &refreshed.asked);
    FeedLine {
        id: trusted.keyring.feed.as_str(),
        name: &feed.source.name,
        source: trusted.source.to_string(),
        seq: trusted.feed.as_ref().and_then(|feed| feed.seq),
        last_verified: trusted.last_verified,
        until: trusted.feed.as_ref().and_then(|feed| feed.until),
        usable: trusted.may_install(look.updates.rules.max_stale_days).is_ok(),
        asked: asked
            .map(|asked| AskedLine {
                base: asked.base.to_string(),
                message: asked.outcome.to_string(),
                code: Outcome::code(&asked.outcome),
                hint: asked.outcome.hint(),
            })
            .collect(),
    }
}
