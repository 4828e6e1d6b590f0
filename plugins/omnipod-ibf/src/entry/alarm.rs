//! Alarms and hazards. One that stops delivery is a suspension too; a clock that was reset is a change
//! of the clock whose size nobody knows. Those of the pump have no place in the history, so they are
//! neither.

use meterport_sdk::wit::{Alarm as Payloaded, Entry, Origin, Payload, TimeChange, Validity};

use super::{PUMP_ALARMS, keep, mark_error, marker, pump, stamp, validity};
use crate::record::detail::Alarm;
use crate::record::{History, PumpAlarm};
use crate::version::Pdm;

/// An alarm of the history: the alarm, and what follows from it as another part.
pub(super) fn of_history(record: &History<'_>, alarm: &Alarm, pdm: Pdm) -> Vec<Entry> {
    let payload = payload(alarm.alarm, if alarm.hazard { "hazard" } else { "vendor" });
    let stops = payload.stops_delivery == Some(true);
    let mut entry = super::of_history(record, Payload::Alarm(payload), pdm);
    if alarm.local.is_some() && alarm.local != record.header.local {
        // The counter stood elsewhere when it happened.
        entry.at = stamp(alarm.local, None, pdm);
    }
    let [file, line, error] = alarm.place;
    entry.extra.push(marker(format!("place-{file}-{line}-{error}")));
    let follows = if stops {
        Some(pump::stopped(&entry, "alarm"))
    } else if alarm.alarm == CLOCK_RESET {
        Some(reset(&entry))
    } else {
        None
    };
    [entry].into_iter().chain(follows).collect()
}

/// An alarm of the pump, at its own time.
#[must_use]
pub fn pump_alarm(alarm: &PumpAlarm<'_>, pdm: Pdm) -> Entry {
    let mut entry = Entry {
        origin: Origin {
            log: PUMP_ALARMS.to_owned(),
            numbers: PUMP_ALARMS.to_owned(),
            sequence: alarm.header.index.map(u64::from),
            part: 0,
        },
        at: stamp(alarm.local, None, pdm),
        validity: validity(alarm.header.error),
        payload: Payload::Alarm(payload(alarm.alarm, "vendor")),
        marks: Vec::new(),
        extra: pump::pod(alarm.lot, alarm.number, alarm.versions),
        raw: Vec::new(),
    };
    keep(&mut entry, alarm.raw);
    entry.extra.push(marker(format!("pod-error-{}", alarm.error)));
    mark_error(alarm.header.error, &mut entry);
    entry
}

fn payload(alarm: u8, else_code: &str) -> Payloaded {
    let (code, stops_delivery) = match alarm {
        CLOCK_RESET => ("clock-reset", None),
        14 => ("empty", Some(true)),
        15 | 39 => ("auto-off", Some(true)),
        16 => ("expired", Some(true)),
        17 => ("occlusion", Some(true)),
        23 => ("low-volume", Some(false)),
        24 => ("auto-off-warning", Some(false)),
        26 | 27 | 37 => ("expiry-advisory", Some(false)),
        _ => (else_code, None),
    };
    Payloaded { code: code.to_owned(), stored_code: Some(u32::from(alarm)), stops_delivery }
}

fn reset(entry: &Entry) -> Entry {
    let change = TimeChange { before: None, after: None, cause: "reset".to_owned() };
    Entry {
        origin: Origin { part: 1, ..entry.origin.clone() },
        payload: Payload::TimeChange(change),
        validity: match entry.validity {
            // Whatever is wrong with the record: what lies before it is not sure.
            Validity::Questionable => Validity::Valid,
            other => other,
        },
        extra: Vec::new(),
        raw: Vec::new(),
        ..entry.clone()
    }
}

const CLOCK_RESET: u8 = 13;
