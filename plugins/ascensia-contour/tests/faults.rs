//! One fault at every call of a good reading: the same readout, or an error.

mod support;

use ascensia_contour::Contour;
use meterport_sdk::testing::fault_matrix;

use support::{KINDS, device, meter};

fn no_breach(model: &str, records: u32, knobs: &[(&str, &str)]) {
    let report = fault_matrix(&Contour, |time| device(&meter(model, records, knobs), time));
    assert_eq!(report.breaches, Vec::<String>::new(), "{model}, {knobs:?}");
    // Two of five faults, an unplugged cable and a cancelled reading, can never be made good.
    assert!(report.recovered * 5 >= report.runs * 3, "{} of {}", report.recovered, report.runs);
}

#[test]
fn no_fault_makes_a_plausible_memory_another_one() {
    for model in KINDS {
        no_breach(model, 10, &[]);
    }
}

#[test]
fn no_fault_makes_hi_lo_control_and_diary_others() {
    for model in ["7390", "7410", "7600"] {
        no_breach(model, 4, &[("hi", "0"), ("lo", "1"), ("control", "2"), ("diary", "on")]);
    }
}

#[test]
fn no_fault_makes_an_empty_memory_a_full_one() {
    no_breach("7800", 0, &[]);
    no_breach("7150", 1, &[]);
}

#[test]
fn no_fault_confuses_a_meter_however_it_begins() {
    for model in KINDS {
        for greeting in ["enq", "header", "all", "all-once"] {
            no_breach(model, 2, &[("greeting", greeting), ("exact-60", "on")]);
        }
    }
    no_breach("7150", 3, &[("echo", "on")]);
    no_breach("7800", 2, &[("stale-padding", "on"), ("keep-alives", "on")]);
}
