//! What `check` and `status` say to people.

use jiff::{Timestamp, Unit};
use meterport_appcast::ItemId;
use meterport_model::text::printable;
use meterport_update::{DisabledWhy, Offer, Reason};

use crate::updating::{Feed, Look, pending};

/// A line for each feed: number, age, promise; and what each address gave, where it is not well.
pub(super) fn feeds(look: &Look, now: Timestamp) -> String {
    if look.updates.sources.is_empty() {
        return "no feed is asked here: this build has no publisher, and the policy names none\n"
            .to_owned();
    }
    if look.feeds.is_empty() {
        return "no feed was asked yet; `meterport update check` does\n".to_owned();
    }
    look.feeds.iter().map(|feed| one(feed, look, now)).collect()
}

fn one(feed: &Feed, look: &Look, now: Timestamp) -> String {
    let trusted = &feed.trusted;
    let mut text = format!("feed `{}`: ", printable(&feed.source.name));
    match trusted.feed.as_ref().and_then(|feed| Some((feed.seq?, feed.until?))) {
        None => text.push_str("nothing was verified yet"),
        Some((seq, until)) => text.push_str(&format!("number {seq}, promised until {until}")),
    }
    if let Some(last) = trusted.last_verified {
        text.push_str(&format!(", last verified {}", age(last, now)));
    }
    text.push('\n');
    if let Err(why) = trusted.may_install(look.updates.rules.max_stale_days) {
        text.push_str(&format!("  {why}; {}\n", why.hint()));
    }
    for asked in feed.refreshed.iter().flat_map(|refreshed| &refreshed.asked) {
        if !asked.outcome.is_good() {
            text.push_str(&format!("  {}: {}\n", asked.base, asked.outcome));
        }
    }
    for notice in feed.refreshed.iter().flat_map(|refreshed| &refreshed.notices) {
        text.push_str(&format!("  {notice}\n"));
    }
    text
}

/// "3 hours ago".
fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).as_secs();
    let (count, unit) = match seconds {
        ..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// What is new, what waits, and what must not be used.
pub(super) fn news(look: &Look, verbose: bool) -> String {
    let decision = &look.decision;
    let mut text = String::new();
    if let Some(withdrawn) = &decision.app_withdrawn {
        let reason = printable(&withdrawn.reason);
        text.push_str(&format!("this version of the program was withdrawn: {reason}\n"));
    }
    if decision.app_refused {
        text.push_str("the package of this program is refused by its publisher\n");
    }
    for copy in decision.disabled.iter().chain(&decision.defective) {
        let what = match copy.why {
            DisabledWhy::Recall => "was recalled and is not used",
            DisabledWhy::Refused => "is refused and not used",
            DisabledWhy::Defect => "has a defect",
        };
        let reason = printable(&copy.reason);
        text.push_str(&format!("driver `{}` {} {what}: {reason}\n", copy.id, copy.version));
    }
    for offer in look.offers() {
        text.push_str(&update(offer));
    }
    if let Some(offer) = look.for_others() {
        let version = &offer.item.version;
        text.push_str(&format!(
            "the program {version} is out; install it from where this one came from\n"
        ));
    }
    for wait in pending(look) {
        let when = if wait.when == "closed" { "when the window is closed" } else { &wait.when };
        text.push_str(&format!("waiting: {} {}, {when}\n", wait.id, wait.version));
    }
    let nothing = look.offers().is_empty() && look.for_others().is_none();
    if nothing && look.feeds.iter().any(|feed| feed.trusted.feed.is_some()) {
        text.push_str("nothing new\n");
    }
    if !decision.available.is_empty() {
        let count = decision.available.len();
        let more = if count == 1 { "1 more driver" } else { &format!("{count} more drivers") };
        text.push_str(&format!("{more} can be installed with `meterport plugin install ID`"));
        text.push_str(&if verbose { ids(&decision.available) } else { ".\n".to_owned() });
    }
    for hidden in &decision.hidden {
        let is_plain = matches!(
            hidden.reason,
            Reason::NotNewer { .. } | Reason::Superseded { .. } | Reason::System
        );
        if verbose || !is_plain {
            let name = name(&hidden.id);
            text.push_str(&format!("not offered: {name} {}: {}\n", hidden.version, hidden.reason));
        }
    }
    text
}

fn ids(offers: &[Offer]) -> String {
    let ids: Vec<String> = offers.iter().map(|offer| offer.item.id.to_string()).collect();
    format!(": {}\n", ids.join(", "))
}

/// One offer, with the questions that it brings.
pub(super) fn update(offer: &Offer) -> String {
    let item = &offer.item;
    let from = offer.from.as_ref().map(|from| format!(" (here: {from})")).unwrap_or_default();
    let critical = if offer.critical { ", critical" } else { "" };
    let mut text = format!("update: {} {}{from}{critical}\n", name(&item.id), item.version);
    let title = printable(&item.title);
    if !title.trim().is_empty() {
        text.push_str(&format!("  {title}\n"));
    }
    for line in item.notes.lines().filter(|line| !line.trim().is_empty()).take(MOST_NOTES) {
        text.push_str(&format!("  {}\n", printable(line)));
    }
    for question in &offer.needs_person {
        text.push_str(&format!("  to be answered first: {question}\n"));
    }
    for id in &offer.drops {
        text.push_str(&format!("  driver `{id}` does not work with it and will be disabled\n"));
    }
    text
}

/// Lines of notes on a screen; `--json` has all.
const MOST_NOTES: usize = 12;

pub(super) fn name(id: &ItemId) -> String {
    match id {
        ItemId::App => "the program".to_owned(),
        ItemId::Driver(id) => format!("driver `{id}`"),
    }
}

/// Who decided what.
pub(super) fn policy(look: &Look) -> String {
    let mut text = String::new();
    if look.updates.is_managed {
        text.push_str("\nupdates are managed by your organisation\n");
    }
    text.push_str("\nsettings of updates, and who decided them:\n");
    for said in &look.updates.said {
        let value = said.value.as_deref().unwrap_or("-");
        text.push_str(&format!("  {:<15} {:<8} {}\n", said.key, said.source, printable(value)));
    }
    text
}

/// A time of this computer's clock, to the minute.
pub(super) fn local(at: Timestamp) -> String {
    let zoned = at.to_zoned(jiff::tz::TimeZone::system());
    let zoned = zoned.round(Unit::Minute).unwrap_or(zoned);
    zoned.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_said_in_its_largest_unit() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for (then, said) in [
            ("2026-11-22T12:00:30Z", "just now"),
            ("2026-11-22T11:59:01Z", "just now"),
            ("2026-11-22T11:59:00Z", "1 minute ago"),
            ("2026-11-22T09:00:00Z", "3 hours ago"),
            ("2026-11-01T12:00:00Z", "21 days ago"),
        ] {
            assert_eq!(age(then.parse().unwrap(), now), said);
        }
    }
}
