//! Which records of the history make one entry.
//!
//! | records                                                                | are           |
//! |------------------------------------------------------------------------|---------------|
//! | bolus at once, extended parts, with one and the same calculation       | one bolus     |
//! | extended part, and the one behind midnight that carries it over        | one bolus     |
//! | bolus, and the record that it ended early                              | one bolus     |
//! | temporary rate, and the record that it ended early                     | one basal     |
//! | time set, date set, side by side                                       | one change    |
//!
//! An entry has the number, the time and the place of its oldest record. A record that the person
//! deleted, or in which the PDM found something wrong, is joined with nothing.
//!
//! That something ended early belongs to the newest bolus or temporary rate before it, if it could
//! still have been running then by the seconds since power-up.
//!
//! Spec: `README.md`, source 1. Pure.

use std::collections::BTreeMap;

use crate::record::detail::{Bolus, Detail, NEVER_BEGUN};
use crate::record::{History, flag};

/// What becomes one entry.
pub enum Joined<'a> {
    /// A record for itself.
    One(History<'a>),
    /// A bolus.
    Bolus(JoinedBolus<'a>),
    /// A temporary rate that ended early, and how many minutes before its end.
    Basal(History<'a>, History<'a>, u16),
    /// Two records that set the clock, the older one first.
    Clock(History<'a>, History<'a>),
}

/// The records of one bolus.
pub struct JoinedBolus<'a> {
    /// Its parts, the oldest first; never empty.
    pub parts: Vec<(History<'a>, Bolus)>,
    /// That it ended early: insulin and minutes left.
    pub ended: Option<(History<'a>, u32, u16)>,
    /// Index of the calculation behind it.
    pub calculation: Option<u32>,
}

/// Joins what belongs together. Takes and gives the oldest first.
#[must_use]
pub fn join<'a>(records: &[History<'a>]) -> Vec<Joined<'a>> {
    let shared = shared_calculations(records);
    let mut plan = Plan::default();
    for (place, record) in records.iter().enumerate() {
        if let Some(owner) = plan.taken.get(&place) {
            if matches!(record.detail, Detail::Bolus(_)) {
                plan.last_bolus = Some(*owner);
            }
            continue;
        }
        if !record.is_valid() {
            continue;
        }
        match record.detail {
            Detail::Bolus(bolus) => plan.bolus(records, place, bolus, &shared),
            Detail::Basal(basal) => {
                plan.running_basal = (basal.minutes > 0).then_some(place);
            }
            Detail::BolusEnded { minutes_left, .. } => {
                plan.bolus_ended(records, place, minutes_left);
            }
            Detail::BasalEnded { minutes_left } => plan.basal_ended(records, place, minutes_left),
            Detail::TimeSet(_) | Detail::DateSet(..) => {
                let next = place + 1;
                if records.get(next).is_some_and(|next| is_other_half(record, next)) {
                    plan.take(place, next);
                }
            }
            _ => {}
        }
    }
    plan.joined(records)
}

/// Where the calculation of a bolus stands or stood, counted from the oldest record: below 0 where
/// it has gone from the memory. None where the place holds something else.
fn calculation(records: &[History<'_>], place: usize, bolus: Bolus) -> Option<i64> {
    if bolus.calculator == 0 {
        return None;
    }
    // Further on in the file is older.
    let found = i64::try_from(place).ok()?.checked_sub(i64::from(bolus.calculator))?;
    let is_one = match usize::try_from(found) {
        Ok(found) => matches!(records.get(found)?.detail, Detail::Calculator(_)),
        Err(_) => true,
    };
    is_one.then_some(found)
}

/// For the place of each calculation, the places of its boluses.
fn shared_calculations(records: &[History<'_>]) -> BTreeMap<i64, Vec<usize>> {
    let mut shared: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        if let (Detail::Bolus(bolus), true) = (record.detail, record.is_valid())
            && let Some(found) = calculation(records, place, bolus)
        {
            shared.entry(found).or_default().push(place);
        }
    }
    shared
}

fn is_other_half(record: &History<'_>, next: &History<'_>) -> bool {
    next.is_valid()
        && matches!(
            (record.detail, next.detail),
            (Detail::TimeSet(_), Detail::DateSet(..)) | (Detail::DateSet(..), Detail::TimeSet(_))
        )
}

#[derive(Default)]
struct Plan {
    /// For each record that belongs to an older one, the place of that one.
    taken: BTreeMap<usize, usize>,
    /// For each oldest record, those that belong to it.
    parts: BTreeMap<usize, Vec<usize>>,
    /// The newest bolus so far, by its oldest record.
    last_bolus: Option<usize>,
    running_basal: Option<usize>,
}

impl Plan {
    fn take(&mut self, owner: usize, place: usize) {
        self.taken.insert(place, owner);
        self.parts.entry(owner).or_default().push(place);
    }

    fn bolus(
        &mut self,
        records: &[History<'_>],
        place: usize,
        bolus: Bolus,
        shared: &BTreeMap<i64, Vec<usize>>,
    ) {
        self.last_bolus = Some(place);
        match calculation(records, place, bolus) {
            Some(found) => {
                let mut at_once = !bolus.is_extended();
                let all = shared.get(&found).map(Vec::as_slice).unwrap_or_default();
                let behind = all.partition_point(|other| *other <= place);
                for &other in all.iter().skip(behind).take(MOST_PARTS) {
                    let Some(Detail::Bolus(part)) = records.get(other).map(|it| it.detail) else {
                        continue;
                    };
                    if part.is_extended() {
                        self.take(place, other);
                    } else if at_once {
                        break; // another bolus after the same calculation
                    } else {
                        at_once = true;
                        self.take(place, other);
                    }
                }
            }
            None => {
                let mut last = place;
                while let Some(next) = carried_over(records, last)
                    && self.parts.get(&place).map_or(0, Vec::len) < MOST_PARTS
                {
                    self.take(place, next);
                    last = next;
                }
            }
        }
    }

    fn bolus_ended(&mut self, records: &[History<'_>], place: usize, minutes_left: u16) {
        let Some(owner) = self.last_bolus.take() else { return };
        let parts = self.parts.get(&owner).into_iter().flatten().chain([&owner]);
        let longest: i64 = parts
            .filter(|part| **part < place)
            .filter_map(|part| match records.get(*part)?.detail {
                Detail::Bolus(bolus) if bolus.extended_minutes == NEVER_BEGUN => {
                    Some(i64::from(bolus.seconds))
                }
                Detail::Bolus(bolus) => {
                    Some(i64::from(bolus.extended_minutes) * 60 + i64::from(bolus.seconds))
                }
                _ => None,
            })
            .sum();
        // How long a bolus at once took that ended early is not known to be stored.
        let longest = longest.max(LONGEST_AT_ONCE) + i64::from(minutes_left) * 60;
        if seconds_between(records, owner, place).is_some_and(|passed| passed <= longest + SLACK) {
            self.take(owner, place);
        }
    }

    fn basal_ended(&mut self, records: &[History<'_>], place: usize, minutes_left: u16) {
        let Some(owner) = self.running_basal.take() else { return };
        let Some(Detail::Basal(basal)) = records.get(owner).map(|it| it.detail) else { return };
        let longest = (i64::from(basal.minutes) + i64::from(minutes_left)) * 60;
        if seconds_between(records, owner, place).is_some_and(|passed| passed <= longest + SLACK) {
            self.take(owner, place);
        }
    }

    fn joined<'a>(&self, records: &[History<'a>]) -> Vec<Joined<'a>> {
        let own = |place: &usize| !self.taken.contains_key(place);
        let places = (0..records.len()).filter(own);
        places.filter_map(|place| self.one(records, place)).collect()
    }

    fn one<'a>(&self, records: &[History<'a>], place: usize) -> Option<Joined<'a>> {
        let record = *records.get(place)?;
        let others = self.parts.get(&place).into_iter().flatten();
        let others: Vec<_> = others.filter_map(|other| records.get(*other).copied()).collect();
        Some(match (record.detail, others.first()) {
            (Detail::Bolus(bolus), _) if record.is_valid() => {
                let mut parts = vec![(record, bolus)];
                let mut ended = None;
                for other in others {
                    match other.detail {
                        Detail::Bolus(bolus) => parts.push((other, bolus)),
                        Detail::BolusEnded { left, minutes_left } => {
                            ended = Some((other, left, minutes_left));
                        }
                        _ => {}
                    }
                }
                let found = calculation(records, place, bolus);
                let found = found.and_then(|found| records.get(usize::try_from(found).ok()?));
                let calculation = found.and_then(|record| record.header.index);
                Joined::Bolus(JoinedBolus { parts, ended, calculation })
            }
            (Detail::Basal(_), Some(ended)) => match ended.detail {
                Detail::BasalEnded { minutes_left } => Joined::Basal(record, *ended, minutes_left),
                _ => Joined::One(record),
            },
            (Detail::TimeSet(_) | Detail::DateSet(..), Some(other)) => {
                Joined::Clock(record, *other)
            }
            _ => Joined::One(record),
        })
    }
}

/// The next bolus, where it is the extended part behind midnight of the one at `place`.
fn carried_over(records: &[History<'_>], place: usize) -> Option<usize> {
    let part = |record: &History<'_>| match record.detail {
        Detail::Bolus(bolus) if record.is_valid() => Some(bolus),
        _ => None,
    };
    let this = records.get(place)?;
    if !part(this)?.is_extended() {
        return None;
    }
    let mut behind = records.iter().enumerate().skip(place + 1);
    let (found, next) = behind.find(|(_, record)| part(record).is_some())?;
    let bolus = part(next)?;
    let (before, after) = (this.header.local?, next.header.local?);
    let days = meterport_sdk::time::to_seconds(&after).div_euclid(86_400)
        - meterport_sdk::time::to_seconds(&before).div_euclid(86_400);
    let carried = next.flags & flag::CARRY_OVER != 0 && bolus.is_extended() && days == 1;
    (carried && calculation(records, found, bolus).is_none()).then_some(found)
}

/// By the counter that nobody sets; none where it started again.
pub fn seconds_since(older: &History<'_>, newer: &History<'_>) -> Option<i64> {
    newer.header.tick.checked_sub(older.header.tick).map(i64::from)
}

fn seconds_between(records: &[History<'_>], older: usize, newer: usize) -> Option<i64> {
    seconds_since(records.get(older)?, records.get(newer)?)
}

/// More parts than a bolus has: one at once, one for each day it goes on.
const MOST_PARTS: usize = 16;
/// In seconds: the largest bolus takes some 20 minutes.
const LONGEST_AT_ONCE: i64 = 30 * 60;
/// In seconds: minutes are whole, and writing takes its time.
const SLACK: i64 = 120;

#[cfg(test)]
mod tests;
