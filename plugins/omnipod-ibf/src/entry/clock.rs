//! Changes of the clock.
//!
//! A record holds the time before the change, and the time of day or the date after it; two of them
//! side by side are one change. How far the clock went is counted in each, so that the seconds between
//! the two do not matter: the time after the change is the time before it and both distances.
//!
//! A change from a date at which the clock starts after a reset is the end of that reset. How far the
//! reset itself went nobody knows, so what lies before is not converted by it.

use meterport_sdk::time::{checked, from_seconds, to_seconds};
use meterport_sdk::wit::{DeviceTime, Entry, Payload, TimeChange};

use super::{add_record, is_set, of_history};
use crate::record::History;
use crate::record::detail::Detail;
use crate::version::Pdm;

/// The change that one or two records tell of, the older one first.
pub(super) fn change(first: &History<'_>, second: Option<&History<'_>>, pdm: Pdm) -> Entry {
    let before = first.header.local;
    let after = before.and_then(|before| {
        let other = second.map_or(Some(0), distance)?;
        from_seconds(to_seconds(&before).checked_add(distance(first)?)?.checked_add(other)?)
    });
    let from_reset = |before: &DeviceTime| before.year <= LAST_RESET_YEAR || !is_set(before, pdm);
    let cause = if before.as_ref().is_some_and(from_reset) { "reset" } else { "person" };
    let payload = TimeChange { before, after, cause: cause.to_owned() };
    let mut entry = of_history(first, Payload::TimeChange(payload), pdm);
    if let Some(second) = second {
        add_record(&mut entry, second);
    }
    entry
}

/// Seconds from the time before to the time after; none where one of them is none.
fn distance(record: &History<'_>) -> Option<i64> {
    let old = record.header.local?;
    let new = match record.detail {
        Detail::TimeSet([hour, minute, second]) => {
            checked(old.year, old.month, old.day, hour, minute, second)?
        }
        Detail::DateSet(year, month, day) => {
            checked(year, month, day, old.hour, old.minute, old.second)?
        }
        _ => return None,
    };
    to_seconds(&new).checked_sub(to_seconds(&old))
}

/// Up to this year the clock shows what it shows after a reset.
const LAST_RESET_YEAR: u16 = 2015;
