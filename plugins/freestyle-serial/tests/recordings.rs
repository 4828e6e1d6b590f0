//! Every recording beside the driver: read in full, or ended by the error that stands beside it.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::path::PathBuf;

use freestyle_serial::FreeStyle;
use meterport_sdk::IoError;
use meterport_sdk::testing::{Outcome, recorded, recordings};
use meterport_sdk::wit::{Bound, ConcentrationUnit, Level, Payload, Sample};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn outcome(name: &str) -> Outcome {
    recorded(&FreeStyle, &folder().join(name).with_extension("rec"))
}

#[test]
fn a_recording_with_an_error_beside_it_ends_in_that_error_and_every_other_is_complete() {
    let (count, breaches) = recordings(&FreeStyle, &folder());
    assert!(count >= 8 && breaches.is_empty(), "{breaches:?}");
}

#[test]
fn what_came_before_the_cable_was_pulled_is_no_result() {
    let outcome = outcome("lite-unplugged");
    assert_eq!(outcome.result, Err(IoError::Disconnected.into()));
    assert!(outcome.entries.is_empty(), "one checksum covers the whole answer");
    assert_eq!(outcome.last_step(), "results");
}

#[test]
fn a_damaged_answer_asked_for_again_gives_what_an_undamaged_one_gives() {
    let (damaged, good) = (outcome("lite-damaged-once"), outcome("lite-worked-example"));
    assert!(damaged.is_complete() && damaged.entries == good.entries);
}

#[test]
fn the_worked_example_of_the_lite_group_has_a_result_a_hi_and_a_control_test() {
    let outcome = outcome("lite-worked-example");
    let seen: Vec<_> = outcome
        .entries
        .iter()
        .map(|entry| match &entry.payload {
            Payload::Smbg(smbg) => (smbg.level.clone(), smbg.sample),
            _ => panic!("not a fingerstick result"),
        })
        .collect();
    let bound = Bound { threshold: None, stored: None };
    assert_eq!(seen[0], (Level::Value(104_000), Sample::Blood));
    assert_eq!(seen[1], (Level::AboveRange(bound), Sample::Blood));
    assert_eq!(seen[2], (Level::Value(118_000), Sample::ControlSolution));
}

#[test]
fn the_worked_example_of_the_precision_group_has_a_ketone_in_eighteenths() {
    let outcome = outcome("precision-worked-example");
    let Payload::Ketone(ketone) = &outcome.entries[1].payload else { panic!("no ketone") };
    assert_eq!(ketone.level, Level::Value(11_000));
    assert_eq!(ketone.unit, ConcentrationUnit::EighteenthMmolPerL);
    let shown = outcome.info.and_then(|info| info.display_unit);
    assert_eq!(shown, Some(ConcentrationUnit::MmolPerL));
}
