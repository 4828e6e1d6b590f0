//! What a client says about the text of a feed, and what it says about texts for people.

use jiff::{SignedDuration, Timestamp};
use meterport_appcast::{
    Accepted, Appcast, DroppedWhy, MAX_NOTES_BYTES, MAX_REASON_BYTES, MAX_TITLE_CHARS, RawItem,
};

use super::Finding;
use crate::text::steers;

pub(super) fn lint(
    file: &str,
    appcast: &Appcast,
    accepted: &Accepted,
    now: Timestamp,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        appcast.faults.iter().map(|odd| Finding::error(file, odd.to_string())).collect();
    for item in &appcast.items {
        let odd = item.oddities.iter().map(ToString::to_string);
        let all = odd.chain(texts(item)).chain(long(item)).chain(unread(item));
        findings.extend(all.map(|message| Finding::error(file, message).of(item.name())));
    }
    for dropped in &accepted.dropped {
        // The item of a vendor that has gone: it is there to say what is withdrawn.
        if let DroppedWhy::OutOfScope { id } = &dropped.why
            && let Some(raw) = appcast.items.iter().find(|raw| raw.place == dropped.place)
            && raw.withdrawal().is_some_and(|withdrawal| withdrawal.id == *id)
        {
            continue;
        }
        findings.push(Finding::error(file, dropped.why.to_string()).of(&dropped.title));
    }
    let tomorrow = now.checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
    for item in accepted.items.iter().filter(|item| item.date.is_some_and(|date| date > tomorrow)) {
        let message = "`pubDate` lies in the future";
        findings.push(Finding::warning(file, message).of(super::finding::name(item)));
    }
    findings
}

/// Texts that steer a terminal: a client filters them, but ours have none.
fn texts(item: &RawItem) -> impl Iterator<Item = String> {
    let notes = item.notes.as_ref().map(|notes| notes.text.as_str());
    let reason = item.withdrawn.as_ref().map(|withdrawn| withdrawn.reason.as_str());
    let all = [("title", item.title.as_deref()), ("description", notes), ("mp:withdrawn", reason)];
    let is_odd = |text: &str| text.chars().any(|c| !matches!(c, '\n' | '\t') && steers(c));
    all.into_iter()
        .filter(move |(_, text)| text.is_some_and(is_odd))
        .map(|(name, _)| format!("`{name}` holds a control character"))
}

/// Texts that a client cuts before it shows them.
fn long(item: &RawItem) -> impl Iterator<Item = String> {
    let title = item.title.as_ref().map_or(0, |title| title.chars().count());
    let notes = item.notes.as_ref().map_or(0, |notes| notes.text.len());
    let reason = item.withdrawn.as_ref().map_or(0, |withdrawn| withdrawn.reason.len());
    let all = [
        ("title", title, MAX_TITLE_CHARS, "characters"),
        ("description", notes, MAX_NOTES_BYTES, "bytes"),
        ("mp:withdrawn", reason, MAX_REASON_BYTES, "bytes"),
    ];
    all.into_iter().filter(|(_, length, most, _)| length > most).map(|(name, _, most, of)| {
        format!("`{name}` is longer than the {most} {of} that are shown")
    })
}

/// Titles and dates that our items have, although a client takes an item without them.
fn unread(item: &RawItem) -> impl Iterator<Item = String> {
    let all = [("title", item.title.is_none()), ("pubDate", item.date.is_none())];
    all.into_iter()
        .filter(|(_, is_missing)| *is_missing)
        .map(|(name, _)| format!("`{name}` is missing"))
}
