//! Every recording beside the driver: read in full, or ended by the error that stands beside it.
//! All are written from the protocol's description.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests

mod support;

use std::path::PathBuf;

use meterport_sdk::IoError;
use meterport_sdk::testing::{Outcome, recorded, recordings};
use meterport_sdk::wit::{Entry, Level, Meal, Sample, Validity};
use onetouch_verio::Verio;
use support::smbg;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn outcome(name: &str) -> Outcome {
    recorded(&Verio, &folder().join(name).with_extension("rec"))
}

/// Thousandths of mg/dL, or HI or LO.
fn levels(outcome: &Outcome) -> Vec<String> {
    let text = |entry: &Entry| match &smbg(entry).level {
        Level::Value(milli) => milli.to_string(),
        Level::BelowRange(_) => "LO".to_owned(),
        Level::AboveRange(_) => "HI".to_owned(),
        Level::NoValue(code) => code.clone(),
    };
    outcome.entries.iter().map(text).collect()
}

#[test]
fn a_recording_with_an_error_beside_it_ends_in_that_error_and_every_other_is_complete() {
    let (count, breaches) = recordings(&Verio, &folder());
    assert!(count >= 9 && breaches.is_empty(), "{breaches:?}");
}

#[test]
fn what_came_before_the_failure_is_kept_apart() {
    let silent = outcome("verio-iq-silent");
    assert_eq!((silent.entries.len(), silent.last_step()), (1, "results"));
    let wrong = outcome("blocks-count-too-large");
    assert_eq!((wrong.entries.len(), wrong.last_step()), (1, "results"));
    let pulled = outcome("blocks-unplug");
    assert_eq!(pulled.result, Err(IoError::Disconnected.into()));
    assert!(pulled.info.is_some() && pulled.entries.is_empty());
}

#[test]
fn damage_silence_and_noise_leave_every_result() {
    let outcome = outcome("verio-iq-damaged");
    assert_eq!(levels(&outcome), ["600000", "20000", "LO"]);
    assert!(smbg(&outcome.entries[1]).meal == Meal::Unknown);
    assert_eq!(outcome.entries[2].validity, Validity::Questionable);
    assert!(smbg(&outcome.entries[2]).sample == Sample::Unknown);
}

#[test]
fn stale_damaged_and_misplaced_answers_leave_every_result() {
    let outcome = outcome("blocks-stale");
    assert_eq!(levels(&outcome), ["HI", "LO", "104000"]);
    let numbers: Vec<_> = outcome.entries.iter().map(|entry| entry.origin.sequence).collect();
    assert_eq!(numbers, [Some(65535), Some(258), Some(257)]);
    let extra: Vec<_> = outcome.entries[2].extra.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(extra, ["flags-128", "meal-9", "comment-16"]);
}

#[test]
fn the_worked_examples_are_what_they_say() {
    let line = outcome("verio-iq");
    assert_eq!(levels(&line), ["104000", "187000", "118000", "HI", "LO", "95000"]);
    assert!(smbg(&line.entries[2]).sample == Sample::ControlSolution);
    assert_eq!(line.info.unwrap().model, "VerioIQ");
    let blocks = outcome("blocks");
    assert_eq!(levels(&blocks), ["104000", "118000"]);
    assert!(smbg(&blocks.entries[0]).meal == Meal::Before);
    assert!(smbg(&blocks.entries[1]).sample == Sample::ControlSolution);
    assert_eq!(blocks.info.unwrap().model, "Select Plus");
    assert_eq!(levels(&outcome("blocks-empty")), [""; 0]);
}
