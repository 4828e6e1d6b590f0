//! What each kind of record becomes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use meterport_sdk::time::checked;
use meterport_sdk::wit::{
    BasalMode, BolusEnd, Bound, Capture, Delivery, Level, Payload, SettingValue, Validity,
};
use meterport_simulator::memory;
use omnipod_ibf::simulator::{Stored, What};
use support::*;

const CALCULATION: &str =
    "4:20 4:400 4:20 4:400 4:-30 4:400 4:0 4:50 2:50 2:65535 2:110 2:120 2:45 2:10";

fn glucose(error: u32, value: u16, flags: u8, tag: &[u8]) -> Vec<u8> {
    let mut detail = le(&format!("4:{error} 2:{value}"));
    detail.extend(tag);
    detail.resize(6 + 48, 0);
    detail.push(flags);
    detail
}

fn delivery(
    programmed: Option<u32>,
    delivered: u32,
    times: (Option<u32>, Option<u32>),
) -> Option<Delivery> {
    let (programmed_seconds, delivered_seconds) = times;
    Some(Delivery { programmed, delivered: Some(delivered), programmed_seconds, delivered_seconds })
}

#[test]
fn an_amount_that_fits_nothing_is_an_error_and_never_cut() {
    let huge = le("4:429496730 2:0 2:0 2:9");
    let mut meter = history(&[(4, &huge)]);
    assert_eq!(code(&read(&memory::share(meter))), "too-large");
    // Where the PDM says that the record is wrong, it is kept as bytes.
    meter = history(&[(4, &huge)]);
    meter.memory.stored_mut()[0].error = 3;
    let entries = of_history(whole(&memory::share(meter)));
    assert_eq!(other(&entries[0]).code, "vendor-record");
    assert_eq!(entries[0].validity, Validity::Invalid);
}

#[test]
fn a_record_longer_than_an_entry_may_hold_says_so() {
    let mut detail = le("4:120 2:0 2:0 2:48");
    detail.resize(5_000, 7);
    let entries = entries(&[(4, &detail)]);
    assert_eq!(entries[0].raw.len(), 4_096);
    let marker = ("vendor-marker".to_owned(), "record-of-5029-bytes".to_owned());
    assert!(entries[0].extra == [marker]);
}

#[test]
fn a_fingerstick_with_an_error_is_kept_and_invalid() {
    for (error, flags, mark) in [
        (7, 0, "record-error"),
        (0, 0x40, "record-error"),
        (0, 0x02, "temperature"),
        (0, 0x30, "record-error"),
    ] {
        let entries = entries(&[(0x800, &glucose(error, 105, flags, b""))]);
        assert_eq!(entries[0].validity, Validity::Invalid, "{flags:02x}");
        assert_eq!(entries[0].marks, [mark]);
    }
}

#[test]
fn lo_and_hi_are_no_numbers_and_have_no_limit() {
    let bound = |stored| Bound { threshold: None, stored };
    for (value, flags, level) in [
        (0, 0x10, Level::BelowRange(bound(None))),
        (19, 0x14, Level::BelowRange(bound(Some(19_000)))),
        (501, 0x28, Level::AboveRange(bound(Some(501_000)))),
    ] {
        let entries = entries(&[(0x800, &glucose(0, value, flags, b""))]);
        assert!(smbg(&entries[0]).level == level);
        assert_eq!(entries[0].validity, Validity::Valid);
    }
}

#[test]
fn a_fingerstick_of_nothing_or_of_too_much_is_not_believed() {
    for (value, level) in
        [(0, Level::NoValue("not-available".to_owned())), (1_001, Level::Value(1_001_000))]
    {
        let entries = entries(&[(0x800, &glucose(0, value, 0, b""))]);
        assert!(smbg(&entries[0]).level == level);
        assert_eq!(
            (entries[0].validity, entries[0].marks[0].as_str()),
            (Validity::Questionable, "suspect-value")
        );
    }
}

#[test]
fn who_measured_is_told_by_the_flag_and_the_pdm() {
    let detail = glucose(0, 105, 0, b"before\0");
    let by_hand = glucose(0, 105, 1, b"");
    let eros = entries(&[(0x800, &detail), (0x800, &by_hand)]);
    assert!(smbg(&eros[1]).capture == Capture::Measured);
    assert!(smbg(&eros[0]).capture == Capture::EnteredByHand);
    assert!(eros[1].extra == [("tag".to_owned(), "before".to_owned())]);
    let mut meter = history(&[(0x800, &detail)]);
    (meter.settings.dash, meter.settings.version) = (true, [3, 0, 0]);
    let dash = of_history(whole(&memory::share(meter)));
    assert!(smbg(&dash[0]).capture == Capture::Unknown);
}

#[test]
fn a_bolus_that_ended_early_has_what_was_programmed() {
    let entries = entries(&[(4, &le("4:120 2:0 2:0 2:48")), (0x2000, &le("4:115 2:0"))]);
    assert_eq!(sequences(&entries), [Some(1)]);
    let bolus = bolus(&entries[0]);
    assert!(bolus.immediate == delivery(Some(2_350), 1_200, (None, Some(48))));
    assert!(bolus.end == BolusEnd::EndedEarly && bolus.extended.is_none());
    assert_eq!(entries[0].raw.len(), 39 + 35);
}

#[test]
fn an_extended_part_that_never_began_leaves_it_open_what_was_programmed_for_which() {
    let calculation = le(CALCULATION);
    let entries = entries(&[
        (0x40, &calculation),
        (4, &le("4:120 2:0 2:1 2:48")),
        (4, &le("4:0 2:65535 2:2 2:0")),
        (0x2000, &le("4:200 2:60")),
    ]);
    assert_eq!(sequences(&entries), [Some(2), Some(1)]);
    let bolus = bolus(&entries[0]);
    assert!(bolus.immediate == delivery(None, 1_200, (None, Some(48))));
    assert!(bolus.extended == delivery(None, 0, (None, None)));
    assert!(bolus.end == BolusEnd::EndedEarly);
    let left = ("vendor-marker".to_owned(), "200-hundredths-60-min-left".to_owned());
    assert!(entries[0].extra.contains(&left));
}

#[test]
fn an_end_without_a_bolus_is_kept_for_itself() {
    let entries = entries(&[(0x2000, &le("4:115 2:0")), (0x4000, &le("2:20"))]);
    assert!(entries.iter().all(|entry| other(entry).code == "vendor-record"));
    assert_eq!(sequences(&entries), [Some(2), Some(1)]);
}

#[test]
fn a_dual_bolus_over_midnight_is_one_entry_with_the_lower_number_and_its_calculation() {
    let calculation = le(CALCULATION);
    let mut meter = history(&[
        (0x40, &calculation),
        (4, &le("4:120 2:0 2:1 2:48")),
        (4, &le("4:100 2:60 2:2 2:0")),
        (8, &le("4:85 2:0 2:0")),
        (4, &le("4:50 2:30 2:4 2:0")),
    ]);
    meter.memory.stored_mut()[4].flags = 0x201;
    let entries = of_history(whole(&memory::share(meter)));
    assert_eq!(sequences(&entries), [Some(4), Some(2), Some(1)]);
    let bolus = bolus(&entries[1]);
    assert!(bolus.immediate == delivery(None, 1_200, (None, Some(48))));
    assert!(bolus.extended == delivery(None, 1_500, (None, Some(5_400))));
    assert!(bolus.end == BolusEnd::Completed);
    assert!(bolus.wizard.as_ref() == Some(&entries[2].origin));
    assert_eq!(entries[1].marks, ["carry-over", "max-bolus"]);
}

#[test]
fn a_bolus_that_still_runs_or_is_not_confirmed_says_so() {
    let mut meter = history(&[(4, &le("4:120 2:0 2:0 2:48"))]);
    meter.memory.stored_mut()[0].flags = 0x14;
    let entries = of_history(whole(&memory::share(meter)));
    assert!(bolus(&entries[0]).end == BolusEnd::InProgress);
    assert_eq!(entries[0].marks, ["unconfirmed"]);
}

#[test]
fn a_deleted_calculation_is_still_what_stood_behind_its_bolus() {
    let mut meter = history(&[(0x40, &le(CALCULATION)), (4, &le("4:120 2:0 2:1 2:48"))]);
    meter.memory.stored_mut()[0].deleted = true;
    let entries = of_history(whole(&memory::share(meter)));
    assert_eq!(entries[1].validity, Validity::Superseded);
    assert!(bolus(&entries[0]).wizard.as_ref() == Some(&entries[1].origin));
}

#[test]
fn a_calculation_is_in_the_units_of_its_pdm() {
    let calculation = le(CALCULATION);
    let eros = entries(&[(0x40, &calculation)]);
    let found = wizard(&eros[0]);
    assert_eq!(
        (found.correction_factor, found.carbs, found.carb_ratio),
        (Some(50_000), Some(45_000), Some(10_000))
    );
    assert!(found.glucose.is_none() && found.suggested_correction == Some(-300));
    assert_eq!(
        (found.target_low, found.target_high, found.correction_threshold),
        (Some(110_000), Some(110_000), Some(120_000))
    );
    assert_eq!((found.on_board_correction, found.on_board_meal), (Some(0), Some(500)));
    assert_eq!((found.delivered_correction, found.programmed_meal), (Some(200), Some(4_000)));
    let mut meter = history(&[(0x40, &calculation)]);
    (meter.settings.dash, meter.settings.version) = (true, [3, 0, 0]);
    let dash = of_history(whole(&memory::share(meter)));
    let found = wizard(&dash[0]);
    assert_eq!(
        (found.correction_factor, found.carbs, found.carb_ratio),
        (Some(500), Some(4_500), Some(1_000))
    );
}

#[test]
fn basal_rates_are_scheduled_temporary_or_none() {
    let entries = entries(&[
        (8, &le("4:85 2:0 2:0")),
        (8, &le("4:60 2:30 2:-30")),
        (0x10, &[]),
        (0x1_0000, &[]),
        (1, &[]),
    ]);
    let found: Vec<_> = entries
        .iter()
        .filter_map(|entry| match &entry.payload {
            Payload::Basal(basal) => Some((
                basal.mode,
                basal.rate,
                basal.percent,
                basal.programmed_seconds,
                basal.reason.as_deref(),
            )),
            _ => None,
        })
        .collect();
    let expected = [
        (BasalMode::Suspended, None, None, None, Some("pod-deactivated")),
        (BasalMode::Scheduled, None, None, None, None),
        (BasalMode::Suspended, None, None, None, None),
        (BasalMode::Temporary, Some(600), Some(-30), Some(1_800), None),
        (BasalMode::Scheduled, Some(850), None, None, None),
    ];
    assert!(found == expected);
    assert_eq!((entries[0].origin.part, entries[1].origin.part), (0, 1));
    assert_eq!((event(&entries[0]).code.as_str(), entries[1].raw.len()), ("pod-deactivated", 0));
}

#[test]
fn a_temporary_rate_that_ended_early_has_both_times() {
    // One minute after it began, 29 of 30 are left.
    let entries = entries(&[(8, &le("4:60 2:30 2:0")), (0x4000, &le("2:29"))]);
    let basal = basal(&entries[0]);
    assert_eq!((basal.programmed_seconds, basal.delivered_seconds), (Some(1_800), Some(60)));
    assert_eq!(entries.len(), 1);
}

#[test]
fn an_alarm_that_stops_delivery_is_a_suspension_too() {
    for (kind, alarm_type, expected, stops) in [
        (0x400, 14, "empty", Some(true)),
        (0x400, 15, "auto-off", Some(true)),
        (0x400, 39, "auto-off", Some(true)),
        (0x400, 16, "expired", Some(true)),
        (0x400, 17, "occlusion", Some(true)),
        (0x80, 23, "low-volume", Some(false)),
        (0x80, 24, "auto-off-warning", Some(false)),
        (0x80, 26, "expiry-advisory", Some(false)),
        (0x80, 200, "hazard", None),
        (0x400, 200, "vendor", None),
    ] {
        let detail = le(&format!("1:10 1:3 2:2026 1:0 1:5 1:6 1:{alarm_type} 4:0 2:1 2:2 2:3"));
        let entries = entries(&[(kind, &detail)]);
        let alarm = alarm(&entries[0]);
        assert_eq!(
            (alarm.code.as_str(), alarm.stops_delivery, alarm.stored_code),
            (expected, stops, Some(alarm_type))
        );
        assert_eq!(entries[0].at.local, checked(2026, 3, 10, 6, 5, 0));
        assert_eq!(entries.len(), if stops == Some(true) { 2 } else { 1 });
    }
}

#[test]
fn an_alarm_without_a_time_of_its_own_has_that_of_its_record() {
    let entries = entries(&[(0x400, &le("1:0 1:0 2:0 1:0 1:0 1:0 1:14 4:0 2:1 2:2 2:3"))]);
    assert_eq!(entries[0].at.local, checked(2026, 3, 9, 21, 16, 0));
    assert!(entries[0].at.tick.is_some());
}

#[test]
fn an_alarm_of_the_pump_has_its_own_numbers_and_no_tick() {
    let mut meter = history(&[(0x2_0000, &[])]);
    meter.memory.add(Stored::new(
        checked(2026, 3, 10, 5, 0, 0).unwrap(),
        9_000,
        What::PumpAlarm(17),
    ));
    let outcome = whole(&memory::share(meter));
    let found = outcome.entries.iter().find(|entry| entry.origin.log == "pump-alarms").unwrap();
    assert_eq!((found.origin.numbers.as_str(), found.origin.sequence), ("pump-alarms", Some(2)));
    assert_eq!((found.at.local, found.at.tick), (checked(2026, 3, 10, 5, 0, 0), None));
    assert_eq!(alarm(found).code, "occlusion");
    assert!(found.extra.contains(&("lot".to_owned(), "44147".to_owned())));
    let parts = outcome.entries.iter().filter(|entry| matches!(entry.payload, Payload::Basal(_)));
    assert_eq!(parts.count(), 0);
}

#[test]
fn food_and_pods_and_exports_are_what_happened() {
    let entries = entries(&[
        (0x1000, &[45, 0, 2, 1]),
        (0x8000, &[0xAC, 0x73, 0x4F, 0x1A, 2, 7, 0, 2, 7, 0]),
        (0x2_0000, &[]),
    ]);
    assert_eq!(event(&entries[0]).code, "exported");
    assert_eq!(event(&entries[1]).code, "pod-activated");
    assert!(entries[1].extra.contains(&("lot".to_owned(), "44147".to_owned())));
    let Payload::Carbs(carbs) = &entries[2].payload else { panic!("not food") };
    assert_eq!(carbs.amount, Some(45_000));
}

#[test]
fn what_is_set_is_one_entry_at_the_time_of_the_export() {
    let outcome = whole(&filled(0));
    assert_eq!(outcome.entries[0].at.local, Some(now()));
    let settings = settings(&outcome.entries[0]);
    let value = |key: &str| {
        let found = settings.values.iter().find(|it| it.key == key).unwrap();
        (found.value.clone(), found.unit.as_deref().unwrap_or_default().to_owned())
    };
    assert!(value("max-bolus") == (SettingValue::Number(15_000), "[iU]".to_owned()));
    assert!(value("max-basal") == (SettingValue::Number(3_000), "[iU]/h".to_owned()));
    assert!(value("insulin-duration") == (SettingValue::Number(240_000), "min".to_owned()));
    assert!(value("temp-basal-type") == (SettingValue::Text("percent".to_owned()), String::new()));
    assert!(value("calculator-on") == (SettingValue::Flag(true), String::new()));
    let names: Vec<_> = settings
        .schedules
        .iter()
        .map(|it| (it.kind.as_str(), it.name.as_deref(), it.active))
        .collect();
    assert_eq!(
        names,
        [
            ("carb-ratio", None, true),
            ("correction-factor", None, true),
            ("target", None, true),
            ("correction-threshold", None, true),
            ("basal", Some("weekday"), true),
            ("basal", Some("weekend"), false),
        ]
    );
    let weekday: Vec<_> =
        settings.schedules[4].segments.iter().map(|it| (it.start_seconds, it.value)).collect();
    assert_eq!(weekday, [(0, 850), (21_600, 1_050), (39_600, 850)]);
    let ratio = |pdm| {
        let outcome = whole(&with(0, &[("pdm", pdm)]));
        support::settings(&outcome.entries[0]).schedules[0].segments[0].value
    };
    assert_eq!((ratio("eros"), ratio("dash")), (10_000, 10_000));
}

#[test]
fn a_profile_that_the_pdm_does_not_believe_is_kept_apart() {
    let outcome = whole(&with(0, &[("bad-profile", "15")]));
    assert_eq!(outcome.entries.len(), 2);
    assert_eq!(settings(&outcome.entries[0]).schedules.len(), 5);
    assert_eq!(outcome.entries[1].validity, Validity::Invalid);
    assert_eq!(settings(&outcome.entries[1]).schedules[0].name.as_deref(), Some("weekday"));
}
