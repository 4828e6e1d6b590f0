//! What the person noted, and sensors begun and ended.
//!
//! | event | means      | subtype                                                                |
//! |-------|------------|------------------------------------------------------------------------|
//! | 1     | food       | value: grams                                                           |
//! | 2     | insulin    | value: hundredths of a unit                                            |
//! | 3     | health     | 1 illness, 2 stress, 3 high symptoms, 4 low symptoms, 5 cycle, 6 alcohol |
//! | 4     | exercise   | 1 light, 2 medium, 3 heavy; value: minutes                             |
//!
//! The device time of an event is the one that the person gave it.
//!
//! An insertion counts as a sensor inserted where its insertion time is the record's own, on either
//! clock: which of the two it is on is not known. Any other change of a session is a state that only
//! has a number here.

use meterport_sdk::wit::{Carbs, Exercise, InsulinAction, InsulinDose, Payload, Stamp};

use super::{Circumstances, Parts, marker, stamp, vendor_record};
use crate::record::diary::{Event, Insertion};
use crate::time::{set, shown};

pub(super) fn event(event: &Event, with: &Circumstances) -> Parts {
    let mut extra = Vec::new();
    let payload = match (event.kind, event.subtype) {
        (1, _) => event
            .value
            .checked_mul(1000)
            .map(|amount| Payload::Carbs(Carbs { amount: Some(amount), category: None })),
        (2, _) => event.value.checked_mul(10).map(|amount| {
            let action = InsulinAction::Unknown;
            Payload::InsulinDose(InsulinDose { amount: Some(amount), action, occasion: None })
        }),
        (3, subtype) => health(subtype).map(|code| happened(code, None)),
        (4, subtype) => event.value.checked_mul(60).map(|seconds| {
            let intensity = intensity(subtype).map(str::to_owned);
            Payload::Exercise(Exercise { intensity, seconds: Some(seconds) })
        }),
        _ => None,
    };
    let described = matches!((event.kind, event.subtype), (1 | 2, 0) | (3, 1..=6) | (4, 1..=3));
    if !described {
        extra.push(marker(format!("event-{}-{}", event.kind, event.subtype)));
    }
    let stored = stamp(event.times, with);
    let local = shown(event.at);
    Parts {
        at: Stamp { local, reliable: local.is_some(), tick: stored.tick },
        extra,
        ..Parts::new(payload.unwrap_or_else(vendor_record))
    }
}

pub(super) fn insertion(insertion: &Insertion, with: &Circumstances) -> Parts {
    let mut extra = vec![("sensor-state".to_owned(), insertion.state.to_string())];
    let inserted = set(insertion.inserted);
    extra.extend(inserted.map(|time| ("insertion-time".to_owned(), time.to_string())));
    let now = |time: u32| {
        let clocks = [insertion.times.system, insertion.times.display];
        clocks.iter().any(|clock| clock.abs_diff(time) <= SAME_MOMENT)
    };
    let payload = match inserted {
        Some(time) if now(time) => happened("sensor-inserted", None),
        _ => vendor_record(),
    };
    Parts { at: stamp(insertion.times, with), extra, ..Parts::new(payload) }
}

fn happened(code: &str, text: Option<String>) -> Payload {
    Payload::Event(meterport_sdk::wit::Event { code: code.to_owned(), text })
}

fn health(subtype: u8) -> Option<&'static str> {
    Some(match subtype {
        1 => "illness",
        2 => "stress",
        3 => "high-symptoms",
        4 => "low-symptoms",
        5 => "cycle",
        6 => "alcohol",
        _ => return None,
    })
}

fn intensity(subtype: u8) -> Option<&'static str> {
    Some(match subtype {
        1 => "light",
        2 => "medium",
        3 => "hard",
        _ => return None,
    })
}

/// Ten minutes in seconds.
const SAME_MOMENT: u32 = 600;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offsets::Offsets;
    use crate::time::Times;
    use meterport_sdk::time::checked;

    const TIMES: Times = Times { system: 542_376_900, display: 542_358_900 };

    fn with() -> Circumstances {
        Circumstances { offsets: Offsets::new(std::iter::empty(), -18_000), predicts: true }
    }

    fn noted(kind: u8, subtype: u8, value: u32) -> Parts {
        event(&Event { times: TIMES, kind, subtype, at: TIMES.display - 900, value }, &with())
    }

    #[test]
    fn an_event_nobody_described_is_kept_with_its_numbers() {
        for (kind, subtype) in [(0, 0), (3, 0), (3, 7), (5, 1), (255, 255)] {
            let parts = noted(kind, subtype, 1);
            assert!(parts.payload == vendor_record());
            assert_eq!(parts.extra, [marker(format!("event-{kind}-{subtype}"))]);
        }
    }

    #[test]
    fn an_amount_that_does_not_fit_is_kept_in_its_bytes_and_never_cut() {
        for kind in [1, 2, 4] {
            assert!(noted(kind, 1, u32::MAX).payload == vendor_record());
        }
    }

    #[test]
    fn a_session_that_goes_on_or_ends_is_no_insertion() {
        for inserted in [u32::MAX, TIMES.system - 7 * 86_400] {
            let parts = insertion(&Insertion { times: TIMES, inserted, state: 1 }, &with());
            assert!(parts.payload == vendor_record());
            assert!(parts.extra.contains(&("sensor-state".to_owned(), "1".to_owned())));
        }
    }

    #[test]
    fn a_sensor_is_inserted_when_its_record_says_now_on_either_clock() {
        for inserted in [TIMES.system - 5, TIMES.display + 5] {
            let parts = insertion(&Insertion { times: TIMES, inserted, state: 7 }, &with());
            assert!(parts.payload == happened("sensor-inserted", None));
        }
    }

    #[test]
    fn every_described_event_has_its_amount_and_the_time_the_person_gave_it() {
        let parts = noted(1, 0, 45);
        assert!(parts.payload == Payload::Carbs(Carbs { amount: Some(45_000), category: None }));
        assert_eq!(parts.at.local, checked(2026, 3, 10, 7, 0, 0));
        assert_eq!(parts.at.tick, Some(542_376_900));
        assert!(parts.extra.is_empty());
        let Payload::InsulinDose(dose) = noted(2, 0, 350).payload else { panic!("no dose") };
        assert_eq!(dose.amount, Some(3_500));
        let Payload::Exercise(exercise) = noted(4, 3, 30).payload else { panic!("no exercise") };
        assert_eq!((exercise.intensity.as_deref(), exercise.seconds), (Some("hard"), Some(1_800)));
        assert!(noted(3, 6, 0).payload == happened("alcohol", None));
    }
}
