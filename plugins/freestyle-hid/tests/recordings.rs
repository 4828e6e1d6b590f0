//! Every recording gives what its name says. All are written from the protocol's description.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests, functions beside them too

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use meterport_sdk::recording::{Recording, Transport};
use meterport_sdk::testing::{Outcome, code_word, recorded};
use meterport_sdk::wit::{Payload, Sample, Validity};
use support::{OnRule, rule_of, words};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

/// Replays a recording by the rule for the product id in its header.
fn replayed(file: &Path) -> Outcome {
    let recording = Recording::parse(&fs::read_to_string(file).unwrap()).unwrap();
    let Transport::Hid { vid: 0x1A61, pid } = recording.header().transport else {
        panic!("{}: another transport", file.display())
    };
    recorded(&OnRule(rule_of(pid)), file)
}

fn named(name: &str) -> Outcome {
    replayed(&folder().join(name).with_extension("rec"))
}

fn all_words(outcome: &Outcome) -> Vec<String> {
    outcome.entries.iter().map(words).collect()
}

#[test]
fn every_recording_ends_as_the_file_beside_it_says() {
    let mut count = 0;
    for file in fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|end| end != "rec") {
            continue;
        }
        let outcome = replayed(&file);
        let expected = fs::read_to_string(file.with_extension("error")).ok();
        let expected = expected.as_deref().map_or("complete", str::trim);
        let seen = outcome.result.as_ref().err().map_or("complete", code_word);
        assert_eq!(seen, expected, "{}: {outcome:?}", file.display());
        assert_eq!(outcome.is_complete(), expected == "complete");
        count += 1;
    }
    assert_eq!(count, 9);
}

#[test]
fn a_recording_that_fails_gives_no_result() {
    for name in ["neo-count-too-large", "neo-unplug", "libre-2"] {
        assert!(named(name).entries.is_empty(), "{name}");
    }
}

#[test]
fn a_damaged_reply_is_asked_for_again_and_leaves_every_result() {
    assert!(named("neo-damaged-once").entries == named("neo-worked-example").entries);
}

#[test]
fn an_empty_meter_with_a_lost_clock_is_complete() {
    let outcome = named("neo-empty-lost-clock");
    assert!(outcome.entries.is_empty());
    assert!(outcome.info.unwrap().clock.unwrap().local.is_none());
}

#[test]
fn the_worked_example_gives_all_five_records() {
    let expected = ["smbg 104000", "ketone 11000", "smbg HI", "dose 6000", "time-change"];
    assert_eq!(all_words(&named("neo-worked-example")), expected);
}

#[test]
fn hi_lo_control_tests_and_lost_times_are_what_they_are() {
    let outcome = named("neo-hi-lo-control");
    let expected = [
        "smbg LO",
        "smbg 20000",
        "smbg 500000",
        "smbg 107000",
        "ketone HI",
        "ketone 20000",
        "smbg 98000",
        "time-change",
        "vendor-record",
        "dose 24000",
    ];
    assert_eq!(all_words(&outcome), expected);
    let control: Vec<bool> = outcome
        .entries
        .iter()
        .map(|entry| match &entry.payload {
            Payload::Smbg(smbg) => smbg.sample == Sample::ControlSolution,
            Payload::Ketone(ketone) => ketone.sample == Sample::ControlSolution,
            _ => false,
        })
        .collect();
    let expected = [false, false, false, true, false, true, false, false, false, false];
    assert_eq!(control, expected);
    let unreliable: Vec<Option<u64>> = outcome
        .entries
        .iter()
        .filter(|entry| !entry.at.reliable)
        .map(|entry| entry.origin.sequence)
        .collect();
    assert_eq!(unreliable, [Some(207)]);
}

#[test]
fn a_libre_gives_history_and_results_under_one_numbering() {
    let outcome = named("libre-history-scans-clock");
    let expected = [
        "cgm 104000",
        "cgm sensor-error",
        "cgm HI",
        "cgm LO",
        "cgm 118000",
        "dose 4500",
        "carbs 45000",
        "smbg 131000",
        "dose 12000",
        "note run, slow",
        "note caf\u{FFFD}",
        "time-change",
        "ketone 11000",
        "vendor-record",
    ];
    assert_eq!(all_words(&outcome), expected);
    let invalid = outcome.entries.iter().filter(|entry| entry.validity == Validity::Invalid);
    assert_eq!(invalid.count(), 1);
    assert!(outcome.entries.iter().all(|entry| entry.origin.numbers == "records"));
}

#[test]
fn an_insulinx_refuses_to_tell_its_version_and_is_read_all_the_same() {
    let outcome = named("insulinx");
    assert_eq!(all_words(&outcome), ["smbg 104000", "smbg 97000"]);
    assert_eq!(outcome.info.unwrap().firmware, None);
    assert!(outcome.entries.iter().all(|entry| entry.origin.sequence.is_none()));
}
