//! Every recording beside the driver: read in full, or ended by the error that stands beside it.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::path::PathBuf;

use meterport_sdk::IoError;
use meterport_sdk::testing::{Outcome, recorded, recordings};
use meterport_sdk::wit::{Level, Payload, Sample, Validity};
use onetouch_ultra2::Ultra2;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn outcome(name: &str) -> Outcome {
    recorded(&Ultra2, &folder().join(name).with_extension("rec"))
}

#[test]
fn a_recording_with_an_error_beside_it_ends_in_that_error_and_every_other_is_complete() {
    let (count, breaches) = recordings(&Ultra2, &folder());
    assert!(count >= 8 && breaches.is_empty(), "{breaches:?}");
}

#[test]
fn a_cable_without_a_meter_is_asked_for_five_seconds() {
    let outcome = outcome("no-meter");
    assert_eq!(outcome.result, Err(IoError::Timeout.into()));
    assert_eq!((outcome.elapsed_ms, outcome.last_step()), (5_000, "clock"));
}

#[test]
fn what_came_before_the_cable_was_pulled_is_kept_apart() {
    let outcome = outcome("unplugged");
    assert_eq!(outcome.result, Err(IoError::Disconnected.into()));
    assert_eq!((outcome.entries.len(), outcome.last_step()), (1, "results"));
}

#[test]
fn an_empty_memory_is_a_complete_reading_of_nothing() {
    let outcome = outcome("empty");
    assert!(outcome.is_complete() && outcome.entries.is_empty());
}

#[test]
fn the_worked_example_has_a_result_a_control_test_and_a_hi() {
    let outcome = outcome("worked-example");
    let seen: Vec<_> = outcome
        .entries
        .iter()
        .map(|entry| match &entry.payload {
            Payload::Smbg(smbg) => (smbg.level.clone(), smbg.sample),
            _ => panic!("not a fingerstick result"),
        })
        .collect();
    assert_eq!(seen[0], (Level::Value(104_000), Sample::Blood));
    assert_eq!(seen[1], (Level::Value(118_000), Sample::ControlSolution));
    assert!(matches!(&seen[2], (Level::AboveRange(bound), Sample::Blood)
        if bound.threshold.is_none() && bound.stored == Some(601_000)));
    assert_eq!(outcome.entries[2].marks, ["mild-exercise"]);
    let info = outcome.info.unwrap();
    assert_eq!(info.serial_number.as_deref(), Some("KLM2Q7XYY"));
    assert_eq!(info.firmware.as_deref(), Some("P02.00.00"));
}

#[test]
fn a_damaged_line_read_again_gives_what_an_undamaged_one_gives() {
    let (damaged, good) = (outcome("damaged-once"), outcome("worked-example"));
    assert!(damaged.is_complete() && damaged.entries == good.entries);
}

#[test]
fn a_failed_parity_check_is_never_a_plain_result() {
    let outcome = outcome("hi-lo");
    let suspect = outcome.entries.iter().filter(|e| e.marks.contains(&"suspect-value".to_owned()));
    assert!(suspect.clone().count() == 1);
    assert!(suspect.clone().all(|entry| entry.validity == Validity::Questionable));
}
