//! Basal rates, pods, and how long something lasted that ended early.

use meterport_sdk::DriverError;
use meterport_sdk::wit::{Basal, BasalMode, Entry, Origin, Payload};

use super::{add_record, insulin, marker, of_history};
use crate::join::seconds_since;
use crate::record::detail::{Basal as Rate, Detail};
use crate::record::{History, flag};
use crate::version::Pdm;

/// Flags that are marks. That something is in progress is said by its end.
pub(super) const MARKS: [(u16, &str); 4] = [
    (flag::CARRY_OVER, "carry-over"),
    (flag::UNCONFIRMED, "unconfirmed"),
    (flag::REVERSE_CORRECTION, "reverse-correction"),
    (flag::MAX_BOLUS, "max-bolus"),
];

pub(super) fn basal(rate: Rate) -> Result<Basal, DriverError> {
    let temporary = rate.minutes > 0;
    Ok(Basal {
        mode: if temporary { BasalMode::Temporary } else { BasalMode::Scheduled },
        rate: Some(insulin(rate.rate)?),
        percent: Some(rate.percent).filter(|percent| *percent != 0),
        programmed_seconds: temporary.then(|| u32::from(rate.minutes) * 60),
        delivered_seconds: None,
        program: None,
        reason: None,
    })
}

/// A temporary rate that ended early.
pub(super) fn ended(
    record: &History<'_>,
    ended: &History<'_>,
    minutes_left: u16,
    pdm: Pdm,
) -> Result<Entry, DriverError> {
    let Detail::Basal(rate) = record.detail else {
        return Err(DriverError::protocol("bad-record", "a basal rate without a rate"));
    };
    let mut basal = basal(rate)?;
    let stored = basal.programmed_seconds.unwrap_or_default();
    let passed = seconds_since(record, ended);
    (basal.programmed_seconds, basal.delivered_seconds) = times(stored, minutes_left, passed);
    let mut entry = of_history(record, Payload::Basal(basal), pdm);
    if basal_times_unknown(&entry) {
        entry.extra.push(marker(format!("{}-min-{minutes_left}-min-left", rate.minutes)));
    }
    add_record(&mut entry, ended);
    Ok(entry)
}

fn basal_times_unknown(entry: &Entry) -> bool {
    matches!(&entry.payload, Payload::Basal(basal) if basal.programmed_seconds.is_none())
}

/// Seconds programmed and delivered. Whether the minutes stored are those programmed or those
/// delivered nobody says, but the seconds that passed do: both are none where they agree with neither.
pub(super) fn times(
    stored: u32,
    minutes_left: u16,
    passed: Option<i64>,
) -> (Option<u32>, Option<u32>) {
    let left = u32::from(minutes_left) * 60;
    let is = |seconds: u32| {
        passed.is_some_and(|passed| (passed - i64::from(seconds)).abs() <= NEARLY_SECONDS)
    };
    match stored.checked_sub(left) {
        Some(delivered) if is(delivered) => (Some(stored), Some(delivered)),
        _ if is(stored) => (Some(stored.saturating_add(left)), Some(stored)),
        _ => (None, None),
    }
}

/// Nothing is delivered from now on.
pub(super) fn suspended(reason: Option<&str>) -> Basal {
    Basal {
        mode: BasalMode::Suspended,
        rate: None,
        percent: None,
        programmed_seconds: None,
        delivered_seconds: None,
        program: None,
        reason: reason.map(str::to_owned),
    }
}

/// The schedule again, at a rate that the next record says.
pub(super) fn resumed() -> Basal {
    Basal { mode: BasalMode::Scheduled, ..suspended(None) }
}

/// The part of a record that says that nothing is delivered from then on.
pub(super) fn stopped(entry: &Entry, reason: &str) -> Entry {
    Entry {
        origin: Origin { part: 1, ..entry.origin.clone() },
        payload: Payload::Basal(suspended(Some(reason))),
        extra: Vec::new(),
        raw: Vec::new(),
        ..entry.clone()
    }
}

/// What names a pod.
pub(super) fn pod(lot: u32, number: u32, versions: [u8; 6]) -> Vec<(String, String)> {
    let [a, b, c, d, e, f] = versions;
    vec![
        ("lot".to_owned(), lot.to_string()),
        marker(format!("pod-number-{number}")),
        marker(format!("pod-versions-{a}.{b}.{c}-{d}.{e}.{f}")),
    ]
}

/// Minutes are whole, and writing takes its time.
const NEARLY_SECONDS: i64 = 90;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_agree_with_nothing_are_none() {
        assert_eq!(times(3_600, 20, Some(1_200)), (None, None));
        assert_eq!(times(3_600, 20, None), (None, None));
        assert_eq!(times(600, 20, Some(1_200)), (None, None));
    }

    #[test]
    fn the_seconds_that_passed_say_which_minutes_are_stored() {
        assert_eq!(times(3_600, 20, Some(2_445)), (Some(3_600), Some(2_400)));
        assert_eq!(times(2_400, 20, Some(2_445)), (Some(3_600), Some(2_400)));
        assert_eq!(times(0, 5, Some(10)), (Some(300), Some(0)));
    }
}
