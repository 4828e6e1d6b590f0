//! Every recording gives what its name says. All are written from the protocol's description.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests, functions beside them too

use std::path::Path;

use dexcom_receiver::DexcomReceiver;
use meterport_sdk::testing::{self, Outcome};
use meterport_sdk::wit::{CgmSource, Entry, Level, Payload, Validity};

fn recorded(name: &str) -> Outcome {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings").join(name);
    let outcome = testing::recorded(&DexcomReceiver, &file.with_extension("rec"));
    assert!(outcome.is_complete(), "{outcome:?}");
    outcome
}

/// Device time and content of an entry, in words.
fn words(entry: &Entry) -> String {
    let at = entry.at.local.map(|at| format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second));
    let what = match &entry.payload {
        Payload::Cgm(cgm) => {
            let filled = if cgm.source == CgmSource::Backfilled { " filled in" } else { "" };
            let shown = if entry.validity == Validity::Superseded { " superseded" } else { "" };
            format!("{}{filled}{shown}", level(&cgm.level))
        }
        Payload::Calibration(calibration) => format!("calibration {}", level(&calibration.level)),
        Payload::Settings(_) => "settings".to_owned(),
        Payload::TimeChange(change) => {
            format!("clock set from {} o'clock", change.before.unwrap().hour)
        }
        Payload::Event(event) => event.code.clone(),
        Payload::Carbs(carbs) => format!("food {}", carbs.amount.unwrap()),
        Payload::InsulinDose(dose) => format!("insulin {}", dose.amount.unwrap()),
        Payload::Exercise(exercise) => format!("exercise {}", exercise.seconds.unwrap()),
        Payload::Other(other) => other.code.clone(),
        _ => panic!("nothing that this receiver has"),
    };
    format!("{} {what}", at.unwrap_or_default())
}

fn level(level: &Level) -> String {
    match level {
        Level::Value(milli) => milli.to_string(),
        Level::BelowRange(_) => "LOW".to_owned(),
        Level::AboveRange(_) => "HIGH".to_owned(),
        Level::NoValue(state) => state.clone(),
    }
}

fn all(name: &str) -> Vec<String> {
    recorded(name).entries.iter().map(words).collect()
}

#[test]
fn every_recording_is_complete_or_ends_in_the_error_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let (count, breaches) = testing::recordings(&DexcomReceiver, &folder);
    assert_eq!(breaches, Vec::<String>::new());
    assert_eq!(count, 10);
}

#[test]
fn the_worked_example_and_the_one_damaged_once_give_the_same() {
    let expected = [
        "07:00:00 settings",
        "07:25:00 sensor-not-calibrated",
        "07:20:00 145000 superseded",
        "07:15:00 142000",
        "07:16:00 calibration 139000",
    ];
    assert_eq!(all("worked-example"), expected);
    assert!(recorded("damaged-once").entries == recorded("worked-example").entries);
    let sequences: Vec<_> = recorded("worked-example")
        .entries
        .iter()
        .map(|entry| entry.origin.sequence.unwrap())
        .collect();
    assert_eq!(sequences, [30, 30_858, 30_857, 30_856, 155]);
}

#[test]
fn an_empty_receiver_says_what_it_is_and_nothing_more() {
    let outcome = recorded("empty");
    assert!(outcome.entries.is_empty());
    assert_eq!(outcome.info.unwrap().serial_number.as_deref(), Some("SM00000042"));
}

#[test]
fn a_clock_that_was_set_in_a_gap_leaves_the_values_of_the_gap_on_the_new_clock() {
    let expected = [
        "09:30:00 settings",
        "09:30:00 clock set from 8 o'clock",
        "10:00:00 settings",
        "11:00:00 131000",
        "09:35:00 101000 filled in",
        "09:25:00 92000 filled in",
        "09:20:00 84000 filled in",
        "10:55:00 HIGH",
        "08:15:00 LOW",
        "08:10:00 110000",
        "11:02:00 calibration 128000",
        "08:16:00 vendor-record",
        "07:00:00 sensor-inserted",
        "11:04:00 vendor-record",
        "10:00:00 exercise 1800",
        "11:00:00 stress",
        "08:05:00 insulin 3500",
        "08:00:00 food 45000",
    ];
    assert_eq!(all("clock-set-across-a-gap"), expected);
    assert!(recorded("clock-set-across-a-gap").entries.iter().all(|it| it.at.tick.is_some()));
}

#[test]
fn a_touchscreen_has_predictions_and_a_log_of_its_own_for_what_was_filled_in() {
    let expected = [
        "07:00:00 settings",
        "07:25:00 not-available",
        "07:20:00 74000",
        "07:15:00 131000",
        "07:00:00 142000 filled in",
    ];
    assert_eq!(all("touchscreen"), expected);
    let outcome = recorded("touchscreen");
    let urgent = |entry: &&Entry| entry.marks == ["urgent-low-soon"];
    assert_eq!(outcome.entries.iter().filter(urgent).count(), 1);
}
