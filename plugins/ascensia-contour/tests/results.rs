//! What the driver says about the results of a meter that does nothing wrong.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use ascensia_contour::simulator::CAPACITY;
use meterport_sdk::testing::Outcome;
use meterport_sdk::time::checked;
use meterport_sdk::wit::{Bound, ConcentrationUnit, Level, Meal, Order, Payload, Sample, Validity};

use support::{HID, KINDS, SERIAL, holding, now, read, read_with, results, smbg, stored};

/// When the clock was read depends on how the meter begins.
fn same_meter(left: &Outcome, right: &Outcome) -> bool {
    let info = |outcome: &Outcome| {
        let mut info = outcome.info.clone().unwrap();
        info.clock.as_mut().unwrap().read_at_ms = None;
        info
    };
    info(left) == info(right)
}

#[test]
fn a_control_test_is_never_blood_however_the_model_says_it() {
    for model in HID.into_iter().chain(SERIAL) {
        for knobs in [&[("control", "1")][..], &[("control", "1"), ("order-behind", "on")]] {
            let outcome = read_with(model, 4, knobs);
            assert!(outcome.is_complete());
            let samples: Vec<Sample> =
                results(&outcome).iter().map(|entry| smbg(entry).sample).collect();
            let blood = Sample::Blood;
            assert_eq!(samples, [blood, Sample::ControlSolution, blood, blood], "{model}");
        }
    }
}

#[test]
fn hi_and_lo_are_no_numbers_and_have_the_limit_that_the_meter_sent() {
    for (knobs, low, high) in
        [(&[("limits", "on")][..], Some(20_000), Some(600_000)), (&[("limits", "off")], None, None)]
    {
        for model in KINDS {
            let outcome = read_with(model, 3, &[&[("hi", "0"), ("lo", "2")], knobs].concat());
            let entries = results(&outcome);
            let above = Bound { threshold: high, stored: Some(600_000) };
            let below = Bound { threshold: low, stored: Some(20_000) };
            assert!(smbg(entries[0]).level == Level::AboveRange(above), "{model}");
            assert!(matches!(smbg(entries[1]).level, Level::Value(_)));
            assert!(smbg(entries[2]).level == Level::BelowRange(below));
        }
    }
}

#[test]
fn hi_and_lo_in_mmol_per_l_have_their_limits_in_mmol_per_l() {
    let outcome = read_with("6300", 2, &[("hi", "0"), ("lo", "1")]);
    let bound = |milli| Bound { threshold: Some(milli), stored: Some(milli) };
    let entries = results(&outcome);
    assert!(smbg(entries[0]).level == Level::AboveRange(bound(33_300)));
    assert!(smbg(entries[1]).level == Level::BelowRange(bound(1_100)));
    assert!(smbg(entries[0]).unit == ConcentrationUnit::MmolPerL);
    let info = outcome.info.as_ref().unwrap();
    assert!(info.display_unit == Some(ConcentrationUnit::MmolPerL));
    assert!(info.limits[0].low == Some(1_100) && info.limits[0].high == Some(33_300));
}

#[test]
fn a_number_outside_of_what_the_meter_can_show_is_kept_and_questionable() {
    let outcome = read(&holding("7800", vec![stored(14, 601, ""), stored(13, 600, "")]));
    assert_eq!(outcome.entries[0].validity, Validity::Questionable);
    assert_eq!(outcome.entries[0].marks, ["suspect-value"]);
    assert!(smbg(&outcome.entries[0]).level == Level::Value(601_000));
    assert_eq!(outcome.entries[1].validity, Validity::Valid);
}

#[test]
fn a_lost_clock_and_a_lost_time_are_said_and_nothing_is_left_out() {
    for model in KINDS {
        let outcome = read_with(model, 3, &[("lost-clock", "on"), ("lost-time", "1")]);
        assert!(outcome.is_complete());
        let clock = outcome.info.as_ref().unwrap().clock.unwrap();
        assert!(clock.local.is_none() && clock.read_at_ms.is_some());
        let entries = results(&outcome);
        assert_eq!(entries.len(), 3);
        assert!(entries[0].at.reliable && entries[0].at.local.is_some());
        assert!(!entries[1].at.reliable && entries[1].at.local.is_none());
        assert_eq!(entries[1].marks, ["lost-time"]);
    }
}

#[test]
fn an_empty_memory_is_a_readout_without_results() {
    for model in HID {
        let outcome = read_with(model, 0, &[]);
        assert!(outcome.is_complete() && outcome.entries.is_empty(), "{model}");
        assert!(outcome.info.is_some());
    }
    for model in SERIAL {
        for average in ["shared", "own"] {
            let outcome = read_with(model, 0, &[("average", average)]);
            assert!(outcome.is_complete() && results(&outcome).is_empty(), "{outcome:?}");
        }
    }
}

#[test]
fn a_thousand_results_and_a_full_memory_are_read() {
    for model in KINDS {
        for records in [1000, CAPACITY] {
            let outcome = read_with(model, u32::try_from(records).unwrap(), &[]);
            assert!(outcome.is_complete(), "{outcome:?}");
            assert_eq!(results(&outcome).len(), records);
            assert!(outcome.elapsed_ms < 5_000, "{outcome:?}");
        }
    }
}

#[test]
fn every_model_is_read_under_both_makers_names() {
    for model in HID.into_iter().chain(SERIAL) {
        for maker in ["Bayer", "Contour"] {
            let outcome = read_with(model, 5, &[("maker", maker)]);
            assert!(outcome.is_complete() && results(&outcome).len() == 5, "{model}");
            assert_eq!(outcome.info.unwrap().model, format!("{maker}{model}"));
        }
    }
}

#[test]
fn every_model_of_the_simulator_is_in_the_manifest() {
    let manifest = include_str!("../driver.toml");
    for model in HID.into_iter().chain(SERIAL) {
        assert!(manifest.contains(&format!("\"Bayer{model}\", \"Contour{model}\"")), "{model}");
    }
}

#[test]
fn a_model_that_the_manifest_does_not_know_is_read_all_the_same() {
    let outcome = read_with("7999", 5, &[]);
    assert!(outcome.is_complete() && outcome.entries.len() == 5);
}

#[test]
fn every_way_to_begin_gives_the_same_readout() {
    for model in KINDS {
        let good = read_with(model, 12, &[]);
        for greeting in ["enq", "header", "all", "all-once"] {
            for exact in ["off", "on"] {
                let knobs = [("greeting", greeting), ("exact-60", exact)];
                let outcome = read_with(model, 12, &knobs);
                assert!(outcome.is_complete(), "{model}, {greeting}, {exact}: {outcome:?}");
                assert!(outcome.entries == good.entries && same_meter(&outcome, &good));
            }
        }
    }
}

#[test]
fn padding_and_empty_reports_hold_nothing() {
    let good = read_with("7800", 12, &[]);
    for exact in ["off", "on"] {
        let knobs = [("stale-padding", "on"), ("keep-alives", "on"), ("exact-60", exact)];
        let outcome = read_with("7800", 12, &knobs);
        assert!(outcome.is_complete() && outcome.entries == good.entries);
        assert!(same_meter(&outcome, &good));
    }
}

#[test]
fn either_end_may_come_first_and_numbers_may_rise_or_fall() {
    for model in KINDS {
        for (first, expected) in [("off", Order::NewestFirst), ("on", Order::OldestFirst)] {
            for falling in ["off", "on"] {
                let knobs = [("oldest-first", first), ("falling-numbers", falling)];
                let outcome = read_with(model, 6, &knobs);
                let orders = outcome.result.as_ref().unwrap().orders.clone();
                let order = orders.iter().find(|(log, _)| log == "results").unwrap().1;
                assert_eq!(order, expected, "{model}, {falling}");
            }
        }
    }
}

#[test]
fn the_average_of_a_serial_model_is_no_result() {
    for model in SERIAL {
        for average in ["shared", "own"] {
            let outcome = read_with(model, 5, &[("average", average)]);
            assert!(outcome.is_complete() && results(&outcome).len() == 5);
            let averages: Vec<_> =
                outcome.entries.iter().filter(|entry| entry.origin.log == "averages").collect();
            let [entry] = averages.as_slice() else { panic!("{} averages", averages.len()) };
            let Payload::Other(other) = &entry.payload else { panic!("a result") };
            assert!(other.code == "average" && other.level == Some(Level::Value(121_000)));
        }
    }
}

#[test]
fn a_diary_entry_is_kept_with_its_bytes() {
    let outcome = read_with("7410", 5, &[("diary", "on")]);
    assert!(outcome.is_complete() && results(&outcome).len() == 5);
    let Payload::Other(other) = &outcome.entries[1].payload else { panic!("a result") };
    assert!(other.code == "vendor-record" && other.level.is_none());
    assert_eq!(outcome.entries[1].raw, b"R||^^^Carb|30|g^|||||");
}

#[test]
fn times_have_seconds_only_where_the_meter_keeps_them() {
    let at = checked(2026, 3, 14, 7, 12, 34).unwrap();
    for (model, second, resolution) in [("6210", 34, 1), ("7800", 0, 60)] {
        let mut memory = vec![stored(14, 112, "")];
        memory[0].at = at;
        let outcome = read(&holding(model, memory));
        assert_eq!(outcome.entries[0].at.local.unwrap().second, second);
        assert_eq!(outcome.info.unwrap().time_resolution_seconds, resolution);
    }
}

#[test]
fn a_clock_with_seconds_gives_results_without_them_none() {
    for (knob, records, resolution) in [("clock-seconds", 3, 60), ("clock-seconds", 0, 1)] {
        let outcome = read_with("7800", records, &[(knob, "on")]);
        assert_eq!(outcome.info.unwrap().time_resolution_seconds, resolution);
    }
}

#[test]
fn marks_reach_the_entry_each_in_its_place() {
    let outcome = read(&holding(
        "7800",
        vec![stored(14, 112, "B/T1"), stored(13, 150, "A/Z4/S/M0"), stored(12, 99, "F/D/I/X")],
    ));
    let marker = |what: &str| ("vendor-marker".to_owned(), what.to_owned());
    assert_eq!(smbg(&outcome.entries[0]).meal, Meal::Before);
    assert_eq!(outcome.entries[0].extra, [marker("T1")]);
    assert_eq!(smbg(&outcome.entries[1]).minutes_after_meal, Some(60));
    assert_eq!(outcome.entries[1].marks, ["stress"]);
    assert_eq!(outcome.entries[1].extra, [marker("M0")]);
    assert_eq!(smbg(&outcome.entries[2]).meal, Meal::Fasting);
    assert_eq!(outcome.entries[2].marks, ["dont-feel-right", "illness", "sport"]);
}

#[test]
fn the_worked_example_is_what_it_says() {
    let mut low = stored(13, 20, "A");
    low.at = checked(2026, 3, 13, 19, 30, 0).unwrap();
    low.side = Some('<');
    let outcome = read(&holding("7800", vec![stored(14, 112, "B/T1"), low]));
    let info = outcome.info.as_ref().unwrap();
    assert_eq!(info.model, "Contour7800");
    assert_eq!(info.serial_number.as_deref(), Some("7800H2044617"));
    assert_eq!(info.extra[0], ("serial-short".to_owned(), "2044617".to_owned()));
    assert_eq!(info.firmware.as_deref(), Some("01.20\\01.05\\01.11"));
    assert!(info.clock.is_some_and(|clock| clock.local == Some(now())));
    let first = &outcome.entries[0];
    assert!(smbg(first).level == Level::Value(112_000) && smbg(first).meal == Meal::Before);
    assert_eq!(smbg(first).reference_method.as_deref(), Some("plasma"));
    assert_eq!(first.at.local, checked(2026, 3, 14, 7, 12, 0));
    assert_eq!(first.origin.sequence, None);
    assert_eq!(first.raw, b"R||^^^Glucose|112|mg/dL^P||B/T1||202603140712");
    let bound = Bound { threshold: Some(20_000), stored: Some(20_000) };
    assert!(smbg(&outcome.entries[1]).level == Level::BelowRange(bound));
    assert_eq!(outcome.result.as_ref().unwrap().skipped, 1);
}
