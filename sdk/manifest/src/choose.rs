//! Which of several drivers reads a meter: the table below.
//!
//! | found                | answer                                                               |
//! |----------------------|----------------------------------------------------------------------|
//! | one `device` match   | it is used                                                           |
//! | several              | the more specific, then ours, then the first installed; else a question |
//! | only `cable` matches | never chosen, however few: somebody says what hangs on the cable     |
//! | none                 | no driver                                                            |
//!
//! A choice that a person made and had remembered is the caller's business, and so is `--driver`:
//! both come before this table.

use std::cmp::Reverse;

use crate::id::DriverId;
use crate::matching::MatchHit;
use crate::rule::MatchKind;

/// A driver whose manifest matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which driver.
    pub id: DriverId,
    /// Its place in the order of installation, the first one lowest; absent where that is unknown.
    pub installed: Option<u64>,
    /// How it matched.
    pub hit: MatchHit,
}

/// What [`choose`] answers. Lists are in the order of their ids, ours first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// This driver reads the meter.
    Use(Candidate),
    /// Several drivers say that the meter is theirs, and nothing decides between them.
    AskDevices(Vec<Candidate>),
    /// Somebody has to say which meter hangs on the cable; not a byte is sent before.
    AskCable(Vec<Candidate>),
    /// No driver matches.
    NoDriver,
}

/// Chooses among the drivers that matched one attached thing; at most one candidate per driver.
pub fn choose(mut hits: Vec<Candidate>) -> Choice {
    hits.sort_by_key(|hit| (!hit.id.is_ours(), hit.id.clone()));
    let (mut devices, cables): (Vec<_>, Vec<_>) =
        hits.into_iter().partition(|hit| hit.hit.kind == MatchKind::Device);
    if devices.is_empty() {
        return if cables.is_empty() { Choice::NoDriver } else { Choice::AskCable(cables) };
    }

    let rank = |hit: &Candidate| (hit.hit.specificity, hit.id.is_ours());
    let best = devices.iter().map(rank).max();
    devices.retain(|hit| Some(rank(hit)) == best);

    // A place that is unknown could be the first, so it takes part and leaves the question open.
    devices.sort_by_key(|hit| hit.installed);
    match devices.as_slice() {
        [only] => Choice::Use(only.clone()),
        [first, second, ..] if first.installed.is_some() && first.installed < second.installed => {
            Choice::Use(first.clone())
        }
        _ => {
            devices.sort_by_key(|hit| (Reverse(hit.id.is_ours()), hit.id.clone()));
            Choice::AskDevices(devices)
        }
    }
}
