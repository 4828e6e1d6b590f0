//! What the driver makes of what simulated receivers hold.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use dexcom_receiver::simulator::{Meter, Stored, What};
use meterport_sdk::wit::{Bound, CgmSource, ConcentrationUnit, Level, Payload, Validity};
use meterport_simulator::memory;
use support::*;

#[test]
fn a_clock_that_is_lost_is_reported_as_absent_and_the_results_keep_their_times() {
    let meter = filled(20);
    knob(&meter, "lost-clock", "on");
    let outcome = read(&meter);
    assert!(outcome.is_complete());
    let clock = outcome.info.unwrap().clock.unwrap();
    assert!(clock.local.is_none() && clock.tick.is_none());
    assert!(outcome.entries.iter().all(|entry| entry.at.local.is_some()));
}

#[test]
fn a_calibration_larger_than_any_meter_measures_is_questionable() {
    let mut receiver = Meter::new(now());
    receiver.memory.add(Stored { system: 542_000_000, what: What::Meter { mg_per_dl: 1_001 } });
    let outcome = read(&memory::share(receiver));
    assert_eq!(outcome.entries[0].validity, Validity::Questionable);
    assert_eq!(outcome.entries[0].marks, ["suspect-value"]);
}

#[test]
fn a_state_of_the_sensor_is_no_value() {
    for (stored, name) in [("5", "sensor-not-calibrated"), ("3", "sensor-no-antenna")] {
        let meter = filled(20);
        knob(&meter, "status", stored);
        let outcome = read(&meter);
        assert!(cgm(newest(&outcome)).level == Level::NoValue(name.to_owned()));
        assert_eq!(newest(&outcome).validity, Validity::Valid);
    }
}

#[test]
fn low_and_high_are_no_numbers() {
    let meter = filled(20);
    knob(&meter, "status", "38");
    let low = Level::BelowRange(Bound { threshold: None, stored: Some(38_000) });
    assert!(cgm(newest(&read(&meter))).level == low);
    knob(&meter, "status", "401");
    let high = Level::AboveRange(Bound { threshold: None, stored: Some(401_000) });
    assert!(cgm(newest(&read(&meter))).level == high);
}

#[test]
fn a_copy_that_was_only_shown_is_kept_and_superseded() {
    let meter = filled(20);
    knob(&meter, "display-only", "on");
    let outcome = read(&meter);
    assert_eq!(outcome.entries.len(), 20);
    assert_eq!(newest(&outcome).validity, Validity::Superseded);
}

#[test]
fn a_revision_that_nobody_described_is_kept_with_its_bytes() {
    let meter = filled(100);
    let good = read(&meter);
    knob(&meter, "revision-shown", "9");
    let outcome = read(&meter);
    assert!(outcome.is_complete() && outcome.entries.len() == good.entries.len());
    for (entry, good) in outcome.entries.iter().zip(&good.entries) {
        assert!(entry.raw == good.raw && entry.origin == good.origin);
        if entry.origin.log == "sensor" {
            let Payload::Other(other) = &entry.payload else { panic!("taken apart") };
            assert_eq!(other.code, "vendor-record");
            assert!(entry.at.local.is_none() && entry.at.tick.is_none());
        }
    }
}

#[test]
fn a_receiver_that_does_not_tell_its_unit_or_number_is_read_all_the_same() {
    let meter = filled(20);
    knob(&meter, "no-unit", "on");
    knob(&meter, "no-serial", "on");
    let outcome = read(&meter);
    assert!(outcome.is_complete() && outcome.entries == read(&filled(20)).entries);
    let info = outcome.info.unwrap();
    assert!(info.display_unit.is_none() && info.serial_number.is_none());
}

#[test]
fn what_is_stored_is_mg_per_dl_whatever_is_displayed() {
    let meter = filled(20);
    knob(&meter, "unit", "mmol/L");
    let outcome = read(&meter);
    assert!(outcome.info.unwrap().display_unit == Some(ConcentrationUnit::MmolPerL));
    assert!(outcome.entries == read(&filled(20)).entries);
    knob(&meter, "unit", "7");
    let info = read(&meter).info.unwrap();
    assert!(info.display_unit.is_none());
    assert!(info.extra.contains(&("vendor-marker".to_owned(), "display-unit-7".to_owned())));
}

#[test]
fn predictions_of_the_software_that_makes_none_are_left_out() {
    let meter = filled(20);
    knob(&meter, "revision", "5");
    assert!(cgm(newest(&read(&meter))).predicted.is_some());
    knob(&meter, "software", "SW10751");
    assert!(cgm(newest(&read(&meter))).predicted.is_none());
}

#[test]
fn values_that_were_filled_in_have_the_time_when_they_were_measured() {
    for revision in ["4", "5"] {
        let meter = filled(40);
        knob(&meter, "revision", revision);
        let before = read(&meter);
        knob(&meter, "backfill", "6");
        let outcome = read(&meter);
        let filled: Vec<_> = outcome
            .entries
            .iter()
            .filter(|entry| is_cgm(entry) && cgm(entry).source == CgmSource::Backfilled)
            .collect();
        assert_eq!(filled.len(), 6);
        for entry in filled {
            // Measured two seconds before it would have been stored.
            let measured = seconds(entry) + 2;
            assert!(before.entries.iter().any(|it| is_cgm(it) && seconds(it) == measured));
            let log = if revision == "5" { "backfill" } else { "sensor" };
            assert_eq!(entry.origin.log, log);
            assert!(entry.extra.iter().any(|(key, _)| key == "display-time"));
        }
    }
}

#[test]
fn the_device_says_what_it_is() {
    for (revision, model) in [("2", "G4Receiver"), ("4", "G5Receiver"), ("5", "OrionReceiver")] {
        let meter = filled(20);
        knob(&meter, "revision", revision);
        let outcome = read(&meter);
        let info = outcome.info.unwrap();
        assert_eq!(
            (info.model.as_str(), info.serial_number.as_deref()),
            (model, Some("SM00000042"))
        );
        assert_eq!(info.firmware.as_deref(), Some("5.0.1.043"));
        assert_eq!(info.clock.unwrap().local, Some(now()));
        assert_eq!(outcome.elapsed_ms, 0);
    }
}
