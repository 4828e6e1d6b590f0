//! Program and drivers as one set.

use std::collections::BTreeMap;

use meterport_appcast::{Api, ItemId};
use meterport_manifest::DriverId;
use semver::Version;

use super::candidates::{Candidate, Found};
use super::installed::Installed;
use super::question::Question;
use super::reason::Reason;
use super::{Decision, Hidden, Offer};

/// Chooses of each id the newest version that fits: with the program as it is, and with the new
/// one.
pub(super) fn choose(
    found: &BTreeMap<&ItemId, Found<'_>>,
    installed: &Installed,
    decision: &mut Decision,
) {
    let present = installed.host_contracts.as_slice();
    let program = installed.app.as_ref().and(found.get(&ItemId::App));
    let app = program.and_then(|found| newest(&found.candidates, |_| true));
    let next = match app.map(|app| &app.item.api) {
        Some(Api::App { contracts }) => contracts.as_slice(),
        _ => present,
    };
    if let Some((found, app)) = program.zip(app) {
        superseded(found, &[app], decision);
        decision.updates.push(offer(found, app));
    }
    for (id, found) in found {
        let ItemId::Driver(_) = id else { continue };
        let stays = newest(&found.candidates, |candidate| candidate.item.api.fits(present));
        let goes = newest(&found.candidates, |candidate| candidate.item.api.fits(next));
        if found.from.is_some() {
            decision.without_app.extend(stays.map(|candidate| offer(found, candidate)));
            decision.updates.extend(goes.map(|candidate| offer(found, candidate)));
        } else {
            decision.available.extend(stays.map(|candidate| offer(found, candidate)));
        }
        let chosen: Vec<_> = if found.from.is_some() {
            [stays, goes].into_iter().flatten().collect()
        } else {
            stays.into_iter().collect()
        };
        superseded(found, &chosen, decision);
    }
    let dropped = drops(found, installed, present, next);
    if let Some(offer) = decision.updates.first_mut().filter(|offer| offer.item.id == ItemId::App) {
        // No driver can hold a critical version of the program back.
        if !offer.critical {
            let questions = dropped.iter().map(|id| Question::DropsDriver { id: id.clone() });
            offer.needs_person.extend(questions);
        }
        offer.drops = dropped;
    }
}

/// The newest; of two packages of one version, the one that is closer to this system.
fn newest<'c, 'a>(
    candidates: &'c [Candidate<'a>],
    fits: impl Fn(&Candidate<'a>) -> bool,
) -> Option<&'c Candidate<'a>> {
    candidates.iter().filter(|candidate| fits(candidate)).max_by(|a, b| {
        let by_version = a.item.version.cmp_precedence(&b.item.version);
        by_version.then(a.specificity.cmp(&b.specificity))
    })
}

fn offer(found: &Found<'_>, candidate: &Candidate<'_>) -> Offer {
    Offer {
        item: candidate.item.clone(),
        source: candidate.feed.source,
        from: found.from.cloned(),
        needs_person: candidate.question.iter().cloned().collect(),
        critical: candidate.critical,
        drops: Vec::new(),
    }
}

/// Says of those that passed alone why another was chosen.
fn superseded(found: &Found<'_>, chosen: &[&Candidate<'_>], decision: &mut Decision) {
    for candidate in &found.candidates {
        let version = &candidate.item.version;
        if chosen.iter().any(|chosen| chosen.item.version.cmp_precedence(version).is_eq()) {
            continue;
        }
        let newer = chosen.iter().find(|by| by.item.version.cmp_precedence(version).is_gt());
        let reason = match newer {
            Some(by) => Reason::Superseded { by: by.item.version.clone() },
            None => Reason::Contract,
        };
        decision.hidden.push(Hidden {
            id: candidate.item.id.clone(),
            version: version.clone(),
            source: candidate.feed.source,
            reason,
        });
    }
}

/// The drivers of the store that work now and would not with the new program. Those beside the
/// program come with it.
fn drops(
    found: &BTreeMap<&ItemId, Found<'_>>,
    installed: &Installed,
    present: &[Version],
    next: &[Version],
) -> Vec<DriverId> {
    let is_loaded = |manifest: &meterport_manifest::Manifest, by: &[Version]| {
        by.iter().any(|host| manifest.is_served_by(host))
    };
    let is_dropped = |driver: &&super::InstalledDriver| {
        let works = driver
            .manifest
            .as_ref()
            .is_some_and(|manifest| is_loaded(manifest, present) && !is_loaded(manifest, next));
        let of_id = found.get(&ItemId::Driver(driver.entry.id.clone()));
        let is_disabled = of_id.is_some_and(|found| found.is_disabled);
        let has_next = of_id
            .is_some_and(|found| newest(&found.candidates, |c| c.item.api.fits(next)).is_some());
        works && !is_disabled && !has_next
    };
    installed.drivers.iter().filter(is_dropped).map(|driver| driver.entry.id.clone()).collect()
}
