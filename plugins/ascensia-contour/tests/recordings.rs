//! Every recording gives what its name says. All are written from the protocol's description.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use std::path::PathBuf;

use ascensia_contour::Contour;
use meterport_sdk::testing::{Outcome, recorded, recordings};
use meterport_sdk::wit::{ConcentrationUnit, Entry, Level, Payload, Sample, Validity};

use support::{code, results, smbg};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn outcome(name: &str) -> Outcome {
    recorded(&Contour, &folder().join(name).with_extension("rec"))
}

/// Thousandths, HI or LO; in brackets what is no reading of the person's.
fn words(outcome: &Outcome) -> Vec<String> {
    assert!(outcome.is_complete(), "{outcome:?}");
    let word = |entry: &Entry| match &entry.payload {
        Payload::Smbg(smbg) => {
            let level = match &smbg.level {
                Level::Value(milli) => milli.to_string(),
                Level::BelowRange(_) => "LO".to_owned(),
                Level::AboveRange(_) => "HI".to_owned(),
                Level::NoValue(state) => state.clone(),
            };
            let is_reading = smbg.sample == Sample::Blood && entry.validity == Validity::Valid;
            if is_reading { level } else { format!("({level})") }
        }
        Payload::Other(other) => format!("({})", other.code),
        _ => "something else".to_owned(),
    };
    outcome.entries.iter().map(word).collect()
}

#[test]
fn a_recording_with_an_error_beside_it_ends_in_that_error_and_every_other_is_complete() {
    let (count, breaches) = recordings(&Contour, &folder());
    assert!(count >= 9 && breaches.is_empty(), "{breaches:?}");
}

#[test]
fn what_goes_wrong_for_good_gives_no_result() {
    for name in ["damaged-always", "fewer-than-announced", "unplugged", "silent"] {
        let outcome = outcome(name);
        assert!(outcome.result.is_err() && outcome.entries.is_empty(), "{name}");
    }
    assert_eq!(code(&outcome("damaged-always")), "bad-checksum");
}

#[test]
fn a_frame_that_is_damaged_once_gives_its_result_once() {
    assert_eq!(words(&outcome("damaged-once")), ["112000"]);
}

#[test]
fn an_empty_meter_with_a_lost_clock_says_both() {
    let outcome = outcome("empty-clock-lost");
    assert_eq!(words(&outcome), [""; 0]);
    let info = outcome.info.unwrap();
    assert!(info.clock.unwrap().local.is_none());
    assert_eq!(info.display_unit, Some(ConcentrationUnit::MmolPerL));
}

#[test]
fn the_orders_and_the_diary_of_the_contour_usb_are_no_results() {
    let outcome = outcome("contour-usb-control");
    assert_eq!(words(&outcome), ["112000", "(121000)", "HI", "(vendor-record)"]);
    assert_eq!(outcome.entries[0].marks, ["stress", "dont-feel-right", "illness"]);
    assert_eq!(outcome.result.unwrap().skipped, 2);
}

#[test]
fn a_serial_model_tells_the_average_control_tests_and_temperature_apart() {
    let outcome = outcome("serial");
    assert_eq!(words(&outcome), ["(average)", "6200", "(HI)", "(6700)", "LO"]);
    let results = results(&outcome);
    assert_eq!(results[1].marks, ["temperature"]);
    assert_eq!(smbg(results[2]).sample, Sample::ControlSolution);
    assert_eq!(results[3].marks, ["dont-feel-right"]);
    assert!(results.iter().all(|entry| smbg(entry).unit == ConcentrationUnit::MmolPerL));
}

#[test]
fn the_worked_example_gives_a_number_and_lo() {
    assert_eq!(words(&outcome("worked-example")), ["112000", "LO"]);
}
