//! What every item has to pass alone. The order is that in which a person would want to hear of it.

use jiff::Timestamp;
use meterport_appcast::{Item, ItemId, Sha256Hex, Withdrawal};
use semver::Version;

use super::candidates::Candidate;
use super::installed::Installed;
use super::phase;
use super::question::Question;
use super::reason::Reason;
use crate::entry::Origin;
use crate::rules::Rules;
use crate::trust::Trusted;
use crate::withdrawn::Barred;

/// What is here of an id, and who may speak of it.
pub(super) struct Subject<'a> {
    /// The feed that alone speaks of the id.
    pub owner: Option<&'a Trusted>,
    /// What that feed withdraws of the id.
    pub withdrawals: Vec<&'a Withdrawal>,
    /// What that feed refuses.
    pub refused: &'a [Sha256Hex],
    /// The version that is in use.
    pub from: Option<&'a Version>,
    /// What the owner says of that version.
    pub barred: Option<Barred<'a>>,
    /// Where the copy of the store came from.
    pub origin: Option<&'a Origin>,
}

pub(super) fn gate<'a>(
    subject: &Subject<'a>,
    installed: &Installed,
    rules: &Rules,
    now: Timestamp,
    feed: &'a Trusted,
    item: &'a Item,
) -> Result<Candidate<'a>, Reason> {
    owned(subject, feed)?;
    match subject.bars(item) {
        Some(Barred::Withdrawn(_)) => return Err(Reason::Withdrawn),
        Some(Barred::Refused) => return Err(Reason::Refused),
        None if item.withdrawn.is_some() => return Err(Reason::Withdrawn),
        None if installed.bad.contains(&item.sha256) => return Err(Reason::Bad),
        None => {}
    }
    let specificity = system(installed, item)?;
    if let Some(channel) = item.channel.as_ref().filter(|of| rules.channel.as_ref() != Some(of)) {
        return Err(Reason::Channel { channel: channel.clone() });
    }
    let question = order(subject, item)?;
    if item.id == ItemId::App && rules.pin.as_ref().is_some_and(|pin| !pin.matches(&item.version)) {
        return Err(Reason::Pinned);
    }
    let critical = item.critical.is_for(subject.from);
    // What takes the place of a withdrawn version is wanted at once, whoever skipped it before.
    let is_urgent = critical || subject.barred.is_some();
    if !is_urgent && rules.is_skipped(&item.id, &item.version) {
        return Err(Reason::Skipped);
    }
    // What is not here is installed by somebody who wants it now.
    if !is_urgent && !rules.manual && subject.from.is_some() {
        phased(rules, now, item)?;
    }
    Ok(Candidate { item, feed, specificity, critical, question })
}

/// An id belongs to one feed, and what is installed stays with the feed it came from.
fn owned(subject: &Subject<'_>, feed: &Trusted) -> Result<(), Reason> {
    match subject.owner {
        Some(owner) if owner.source == feed.source => {}
        other => {
            let name = other.map(|owner| owner.name.clone()).unwrap_or_default();
            return Err(Reason::OtherFeed { name });
        }
    }
    match subject.origin {
        None => Ok(()),
        Some(Origin::Feed { feed: origin, .. }) if *origin == feed.source.to_string() => Ok(()),
        Some(_) => Err(Reason::OtherOrigin),
    }
}

/// How closely the item is for this system.
fn system(installed: &Installed, item: &Item) -> Result<u8, Reason> {
    let specificity = match &item.os {
        None => 0,
        Some(os) => os.fits(&installed.os).ok_or(Reason::System)?,
    };
    let Some(least) = &item.minimum_system else { return Ok(specificity) };
    let is_met = |system| least.is_met_by(&installed.os, system);
    if installed.system.as_ref().is_some_and(is_met) {
        Ok(specificity)
    } else {
        Err(Reason::SystemVersion)
    }
}

/// Newer than what is here; older only where what is here is withdrawn.
fn order(subject: &Subject<'_>, item: &Item) -> Result<Option<Question>, Reason> {
    let Some(installed) = subject.from else { return Ok(None) };
    let is_newer = item.version.cmp_precedence(installed).is_gt();
    let is_older = item.version.cmp_precedence(installed).is_lt();
    let is_step_back = is_older && subject.barred.is_some();
    if !is_newer && !is_step_back {
        return Err(Reason::NotNewer { installed: installed.clone() });
    }
    if let Some(least) = &item.minimum_update
        && installed.cmp_precedence(least).is_lt()
    {
        return Err(Reason::MinimumUpdate { least: least.clone() });
    }
    // A recalled version is disabled already, so that nobody has to weigh anything.
    let is_offered = is_step_back && !subject.barred.is_some_and(|barred| barred.disables());
    Ok(is_offered.then(|| Question::OlderThanInstalled { installed: installed.clone() }))
}

fn phased(rules: &Rules, now: Timestamp, item: &Item) -> Result<(), Reason> {
    let Some(phased) = item.phased else { return Ok(()) };
    match phase::turn(phased, rules.site.as_deref(), &item.id, &item.version) {
        Some(turn) if turn <= now => Ok(()),
        from => Err(Reason::Phased { from }),
    }
}
