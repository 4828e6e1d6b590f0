//! A bolus, from the records of its parts.
//!
//! The volume is what was delivered. What was programmed is known where a bolus ended early: the
//! insulin left is that of the part at once, or of the extended part if there is one. Where a bolus of
//! both ended before its extended part began, nobody says how much of what is left belongs to which.

use meterport_sdk::DriverError;
use meterport_sdk::wit::{Bolus, BolusEnd, Delivery, Entry, Payload};

use super::{add_record, in_history, insulin, marker, of_history, pump, too_large};
use crate::join::{JoinedBolus, seconds_since};
use crate::record::detail::{Bolus as Part, NEVER_BEGUN};
use crate::record::{History, flag};
use crate::version::Pdm;

/// The entry of all records of a bolus.
pub(super) fn bolus(joined: &JoinedBolus<'_>, pdm: Pdm) -> Result<Entry, DriverError> {
    let Some((oldest, _)) = joined.parts.first() else {
        return Err(DriverError::protocol("bad-record", "a bolus without a record"));
    };
    let parts: Vec<Part> = joined.parts.iter().map(|(_, part)| *part).collect();
    let in_progress = joined.parts.iter().any(|(record, _)| is_in_progress(record));
    let mut bolus = delivered(&parts)?;
    if in_progress {
        bolus.end = BolusEnd::InProgress;
    }
    bolus.wizard = joined.calculation.map(|index| in_history(Some(index), 0));
    let mut left_over = None;
    if let Some((ended, left, minutes_left)) = &joined.ended {
        bolus.end = BolusEnd::EndedEarly;
        let passed = seconds_since(oldest, ended);
        if !programmed(&mut bolus, &parts, (*left, *minutes_left), passed)? {
            left_over = Some(marker(format!("{left}-hundredths-{minutes_left}-min-left")));
        }
    }
    let mut entry = of_history(oldest, Payload::Bolus(bolus), pdm);
    entry.extra.extend(left_over);
    joined.parts.iter().skip(1).for_each(|(record, _)| add_record(&mut entry, record));
    joined.ended.iter().for_each(|(record, ..)| add_record(&mut entry, record));
    entry.extra.dedup();
    Ok(entry)
}

/// The entry of a part that is joined with nothing.
pub(super) fn alone(record: &History<'_>, part: Part, pdm: Pdm) -> Result<Entry, DriverError> {
    let mut bolus = delivered(&[part])?;
    if is_in_progress(record) {
        bolus.end = BolusEnd::InProgress;
    }
    Ok(of_history(record, Payload::Bolus(bolus), pdm))
}

fn is_in_progress(record: &History<'_>) -> bool {
    record.flags & flag::IN_PROGRESS != 0
}

/// What was delivered at once and over some time.
fn delivered(parts: &[Part]) -> Result<Bolus, DriverError> {
    let mut bolus =
        Bolus { immediate: None, extended: None, end: BolusEnd::Completed, wizard: None };
    for part in parts {
        let volume = insulin(part.volume)?;
        if part.is_extended() {
            let sum = bolus.extended.get_or_insert(nothing());
            let before = sum.delivered.unwrap_or_default();
            sum.delivered = Some(before.checked_add(volume).ok_or_else(too_large)?);
            if part.extended_minutes == NEVER_BEGUN {
                bolus.end = BolusEnd::EndedEarly;
            } else {
                let seconds = u32::from(part.extended_minutes) * 60;
                sum.delivered_seconds =
                    Some(sum.delivered_seconds.unwrap_or_default().saturating_add(seconds));
            }
        } else {
            let delivered_seconds = Some(u32::from(part.seconds)).filter(|seconds| *seconds > 0);
            bolus.immediate =
                Some(Delivery { delivered: Some(volume), delivered_seconds, ..nothing() });
        }
    }
    Ok(bolus)
}

/// Adds what was programmed to a bolus that ended early; false where nobody knows which part it is.
fn programmed(
    bolus: &mut Bolus,
    parts: &[Part],
    (left, minutes_left): (u32, u16),
    passed: Option<i64>,
) -> Result<bool, DriverError> {
    let never_begun = parts.iter().any(|part| part.extended_minutes == NEVER_BEGUN);
    let (delivery, is_extended) = match (&mut bolus.immediate, &mut bolus.extended) {
        (Some(_), Some(_)) if never_begun => return Ok(false),
        (_, Some(extended)) => (extended, true),
        (Some(immediate), None) => (immediate, false),
        (None, None) => return Ok(false),
    };
    let before = delivery.delivered.unwrap_or_default();
    delivery.programmed = Some(before.checked_add(insulin(left)?).ok_or_else(too_large)?);
    if is_extended && never_begun {
        delivery.programmed_seconds = Some(u32::from(minutes_left) * 60);
    } else if is_extended {
        let at_once = parts.iter().filter(|part| !part.is_extended()).map(|part| part.seconds);
        let at_once: i64 = at_once.map(i64::from).sum();
        let stored = delivery.delivered_seconds.unwrap_or_default();
        let times = pump::times(stored, minutes_left, passed.map(|passed| passed - at_once));
        (delivery.programmed_seconds, delivery.delivered_seconds) = times;
    }
    Ok(true)
}

fn nothing() -> Delivery {
    Delivery {
        programmed: None,
        delivered: None,
        programmed_seconds: None,
        delivered_seconds: None,
    }
}
