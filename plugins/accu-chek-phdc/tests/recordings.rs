//! Every recording beside the driver: read in full, or ended by the error that stands beside it.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // in tests, functions beside them too

mod support;

use std::path::PathBuf;

use accu_chek_phdc::AccuChek;
use meterport_sdk::testing::{Outcome, recorded, recordings};
use meterport_sdk::wit::{Entry, Level, Validity};
use support::{code, io, level, wants_replug};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn outcome(name: &str) -> Outcome {
    recorded(&AccuChek, &folder().join(name).with_extension("rec"))
}

/// Thousandths of mg/dL, HI, LO, or why there is no number.
fn text(entry: &Entry) -> String {
    match level(entry) {
        Level::Value(milli) => milli.to_string(),
        Level::BelowRange(_) => "LO".to_owned(),
        Level::AboveRange(_) => "HI".to_owned(),
        Level::NoValue(code) => code.clone(),
    }
}

fn texts(outcome: &Outcome) -> Vec<String> {
    outcome.entries.iter().map(text).collect()
}

#[test]
fn a_recording_with_an_error_beside_it_ends_in_that_error_and_every_other_is_complete() {
    let (count, breaches) = recordings(&AccuChek, &folder());
    assert!(count >= 8 && breaches.is_empty(), "{breaches:?}");
}

#[test]
fn a_meter_that_was_plugged_in_too_long_is_to_be_plugged_in_again() {
    assert!(wants_replug(&outcome("plugged-in-too-long")));
}

#[test]
fn what_came_before_the_end_is_kept_apart() {
    let (aborted, unplugged) = (outcome("aborted"), outcome("unplugged"));
    assert_eq!(code(&aborted), "aborted");
    assert_eq!(*support::error(&unplugged), io(meterport_sdk::IoError::Disconnected));
    for outcome in [aborted, unplugged] {
        assert_eq!(
            (texts(&outcome), outcome.last_step()),
            (vec!["104000".to_owned(), "HI".to_owned()], "results")
        );
    }
}

#[test]
fn stalls_and_pieces_and_a_late_store_give_what_a_smooth_conversation_gives() {
    let (rough, smooth) = (outcome("split-and-stalled"), outcome("worked-example"));
    assert!(rough.is_complete() && rough.entries == smooth.entries);
    let serial_number = |outcome: Outcome| outcome.info.unwrap().serial_number;
    assert!(serial_number(rough) == serial_number(smooth));
}

#[test]
fn the_worked_example_has_a_number_a_hi_and_a_lo() {
    let outcome = outcome("worked-example");
    assert_eq!(texts(&outcome), ["104000", "HI", "LO"]);
    assert!(outcome.entries.iter().all(|entry| entry.validity == Validity::Valid));
    let info = outcome.info.unwrap();
    assert_eq!((info.model.as_str(), info.firmware.as_deref()), ("923", Some("v1.2")));
    assert_eq!(info.serial_number.as_deref(), Some("923-01234567"));
}

#[test]
fn every_status_and_every_code_is_told_apart() {
    use Validity::{Invalid, Questionable, Valid};
    let outcome = outcome("values-and-status");
    let expected = [
        ("104800", Valid, ""),
        ("104000", Invalid, "suspect-value"),
        ("105000", Questionable, "suspect-value"),
        ("not-available", Invalid, ""),
        ("106000", Questionable, "calibrating"),
        ("107000", Invalid, "test-data"),
        ("108000", Invalid, "demo-data"),
        ("109000", Questionable, ""),
        ("not-a-number", Invalid, ""),
        ("not-at-this-resolution", Invalid, ""),
        ("110000", Valid, "lost-time"),
        ("111000", Valid, ""),
        ("60000", Valid, ""),
    ];
    assert_eq!(outcome.entries.len(), expected.len());
    for (entry, (level, validity, mark)) in outcome.entries.iter().zip(expected) {
        assert_eq!((text(entry).as_str(), entry.validity), (level, validity));
        assert_eq!(entry.marks.join(" "), mark);
    }
    let times: Vec<_> = outcome.entries.iter().map(|entry| entry.at.local.is_some()).collect();
    assert_eq!(times.iter().filter(|there| !**there).count(), 2);
    assert!(!times[10] && !times[11]);
}
