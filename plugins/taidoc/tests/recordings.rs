//! Every recording gives what its name says. All are written from the protocol's description.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use std::path::PathBuf;

use meterport_sdk::testing::{Outcome, recorded, recordings};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{Entry, Level, Meal, Payload, Sample, Validity};
use taidoc::TaiDoc;

use support::{code, smbg};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn outcome(name: &str) -> Outcome {
    recorded(&TaiDoc, &folder().join(name).with_extension("rec"))
}

/// Thousandths, HI or LO, behind what it is; in brackets what is no reading of the person's.
fn words(outcome: &Outcome) -> Vec<String> {
    assert!(outcome.is_complete(), "{outcome:?}");
    let level = |level: &Level| match level {
        Level::Value(milli) => milli.to_string(),
        Level::BelowRange(_) => "LO".to_owned(),
        Level::AboveRange(_) => "HI".to_owned(),
        Level::NoValue(state) => state.clone(),
    };
    let word = |entry: &Entry| {
        let (text, sample) = match &entry.payload {
            Payload::Smbg(smbg) => (level(&smbg.level), smbg.sample),
            Payload::Ketone(ketone) => (format!("ketone {}", level(&ketone.level)), ketone.sample),
            Payload::Other(other) => {
                let level = other.level.as_ref().map_or("-".to_owned(), level);
                (format!("{} {level}", other.code), Sample::Unknown)
            }
            _ => ("something else".to_owned(), Sample::Unknown),
        };
        let is_reading = sample == Sample::Blood && entry.validity == Validity::Valid;
        if is_reading { text } else { format!("({text})") }
    };
    outcome.entries.iter().map(word).collect()
}

#[test]
fn a_recording_with_an_error_beside_it_ends_in_that_error_and_every_other_is_complete() {
    let (count, breaches) = recordings(&TaiDoc, &folder());
    assert!(count >= 9 && breaches.is_empty(), "{breaches:?}");
}

#[test]
fn what_goes_wrong_for_good_gives_no_more_than_what_came_before() {
    // A record is handed over when the next one has come.
    for (name, entries) in
        [("damaged-always", 0), ("fewer-than-counted", 1), ("silent", 0), ("unplugged", 0)]
    {
        let outcome = outcome(name);
        assert!(outcome.result.is_err(), "{name}");
        assert_eq!(outcome.entries.len(), entries, "{name}");
    }
    assert_eq!(code(&outcome("damaged-always")), "bad-checksum");
}

#[test]
fn an_answer_that_is_damaged_once_gives_its_result_once() {
    assert_eq!(words(&outcome("damaged-once")), ["104000"]);
}

#[test]
fn an_empty_meter_with_a_lost_clock_says_both() {
    let outcome = outcome("empty-clock-lost");
    assert_eq!(words(&outcome), [""; 0]);
    assert!(outcome.info.unwrap().clock.unwrap().local.is_none());
}

#[test]
fn single_bytes_notifications_and_unused_bits_change_nothing() {
    let outcome = outcome("bytes-and-notifications");
    assert_eq!(words(&outcome), ["104000", "256000"]);
    assert_eq!(outcome.entries[0].at.local, checked(2026, 3, 10, 7, 15, 0));
    assert_eq!(outcome.entries[1].at.local, checked(2026, 2, 28, 23, 59, 0));
    let clock = outcome.info.unwrap().clock.unwrap();
    assert_eq!(clock.local, checked(2026, 3, 10, 8, 2, 0));
}

#[test]
fn what_is_no_plain_result_is_told_apart_on_a_serial_line() {
    let outcome = outcome("serial-hct");
    let expected = [
        "HI",
        "(haematocrit 42000)",
        "LO",
        "ketone HI",
        "ketone 2429000",
        "118000",
        "(haematocrit 40000)",
        "(vendor-record -)",
    ];
    assert_eq!(words(&outcome), expected);
    assert_eq!(outcome.entries[5].marks, ["lost-time"]);
    assert_eq!(outcome.entries[6].validity, Validity::Invalid);
    assert_eq!(outcome.info.unwrap().model, "4279");
}

#[test]
fn the_worked_example_gives_a_result_ketone_and_a_control_test() {
    let outcome = outcome("worked-example");
    assert_eq!(words(&outcome), ["104000", "ketone 450000", "(118000)"]);
    assert_eq!(smbg(&outcome.entries[0]).meal, Meal::Before);
    assert_eq!(smbg(&outcome.entries[2]).sample, Sample::ControlSolution);
    let info = outcome.info.unwrap();
    assert_eq!(info.serial_number.as_deref(), Some("0102030412345678"));
}
