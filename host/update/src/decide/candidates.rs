//! The items of all feeds that may be installed here, as far as each can be judged alone.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use meterport_appcast::{Item, ItemId, Sha256Hex, Withdrawal};
use semver::Version;

use super::Hidden;
use super::gates::{Subject, gate};
use super::installed::{Copy, Installed};
use super::question::Question;
use crate::rules::Rules;
use crate::trust::Trusted;
use crate::withdrawn::{Barred, owner, withdrawn};

/// An item that may be installed here, if it fits the rest of the set.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    pub item: &'a Item,
    pub feed: &'a Trusted,
    /// How closely its system is that of this computer.
    pub specificity: u8,
    pub critical: bool,
    pub question: Option<Question>,
}

/// Everything about one id.
#[derive(Clone, Debug, Default)]
pub(super) struct Found<'a> {
    /// The version that is in use: the newest that is not disabled, else the newest.
    pub from: Option<&'a Version>,
    /// That version must not be used.
    pub is_disabled: bool,
    pub candidates: Vec<Candidate<'a>>,
}

/// What a feed withdraws.
type Said<'a> = (&'a Sha256Hex, &'a Withdrawal);

/// Judges every item of every feed, and says of what.
pub(super) fn find<'a>(
    trusted: &'a [Trusted],
    installed: &'a Installed,
    rules: &Rules,
    now: Timestamp,
    hidden: &mut Vec<Hidden>,
) -> BTreeMap<&'a ItemId, Found<'a>> {
    let mut subjects: HashMap<&ItemId, Subject<'a>> = HashMap::new();
    let mut withdrawals: HashMap<&ItemId, Vec<Said<'a>>> = HashMap::new();
    for feed in trusted {
        for withdrawal in feed.feed.iter().flat_map(|feed| &feed.withdrawals) {
            withdrawals.entry(&withdrawal.id).or_default().push((&feed.source, withdrawal));
        }
    }
    let mut found: BTreeMap<&ItemId, Found<'a>> = BTreeMap::new();
    for feed in trusted {
        let may_install = feed.may_install(rules.max_stale_days);
        for item in feed.feed.iter().flat_map(|feed| &feed.items) {
            let subject = subjects.entry(&item.id).or_insert_with(|| {
                let said = withdrawals.get(&item.id).map(Vec::as_slice).unwrap_or_default();
                subject(trusted, installed, &item.id, said)
            });
            let of_id = found.entry(&item.id).or_insert_with(|| Found {
                from: subject.from,
                is_disabled: subject.barred.is_some_and(|barred| barred.disables()),
                candidates: Vec::new(),
            });
            let judged = match &may_install {
                Ok(()) => gate(subject, installed, rules, now, feed, item),
                Err(not_now) => Err((*not_now).into()),
            };
            match judged {
                Ok(candidate) => of_id.candidates.push(candidate),
                Err(reason) => hidden.push(Hidden {
                    id: item.id.clone(),
                    version: item.version.clone(),
                    source: feed.source,
                    reason,
                }),
            }
        }
    }
    found
}

/// What is here of an id, and who may speak of it.
fn subject<'a>(
    trusted: &'a [Trusted],
    installed: &'a Installed,
    id: &ItemId,
    said: &[Said<'a>],
) -> Subject<'a> {
    let owner = owner(trusted, id);
    let feed = owner.and_then(|owner| owner.feed.as_ref());
    let mut subject = Subject {
        owner,
        refused: feed.map(|feed| feed.refused.as_slice()).unwrap_or_default(),
        withdrawals: said
            .iter()
            // Of another feed than the owner nothing counts.
            .filter(|(by, _)| owner.is_some_and(|owner| owner.source == **by))
            .map(|(_, withdrawal)| *withdrawal)
            .collect(),
        from: None,
        barred: None,
        origin: None,
    };
    match id {
        ItemId::App => {
            subject.from = installed.app.as_ref();
            subject.barred = subject
                .from
                .and_then(|version| withdrawn(trusted, id, version, installed.app_sha256.as_ref()));
        }
        ItemId::Driver(driver) => {
            let barred = |copy: &Copy<'_>| withdrawn(trusted, id, copy.version, Some(copy.sha256));
            let is_disabled =
                |copy: &Copy<'_>| barred(copy).is_some_and(|barred| barred.disables());
            let copies = || installed.copies().filter(|copy| copy.id == driver);
            let in_use = copies()
                .max_by_key(|copy| (!is_disabled(copy), copy.version, copy.entry.is_some()));
            subject.from = in_use.map(|copy| copy.version);
            subject.barred = in_use.and_then(|copy| barred(&copy));
            subject.origin = copies().find_map(|copy| copy.entry).map(|entry| &entry.origin);
        }
    }
    subject
}

impl Subject<'_> {
    /// True if the owner's feed withdraws or refuses that item.
    pub fn bars(&self, item: &Item) -> Option<Barred<'_>> {
        if self.refused.contains(&item.sha256) {
            return Some(Barred::Refused);
        }
        let covers = |one: &&&Withdrawal| one.covers(&item.id, &item.version, Some(&item.sha256));
        self.withdrawals.iter().find(covers).map(|one| Barred::Withdrawn(one))
    }
}
