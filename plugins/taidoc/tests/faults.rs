//! One fault at every call of a good reading: the same readout, or an error.

mod support;

use meterport_sdk::testing::{FaultReport, fault_matrix};
use taidoc::TaiDoc;

use support::{WIRES, device, meter};

fn reports(records: u32, knobs: &[(&str, &str)]) -> [FaultReport; 2] {
    WIRES.map(|wire| {
        let report = fault_matrix(&TaiDoc, |time| device(&meter(records, knobs), wire, time));
        assert_eq!(report.breaches, Vec::<String>::new(), "{wire:?}, {knobs:?}");
        report
    })
}

fn no_breach(records: u32, knobs: &[(&str, &str)]) {
    for report in reports(records, knobs) {
        // Two of five faults, an unplugged cable and a cancelled reading, can never be made good.
        assert!(report.recovered * 5 >= report.runs * 3, "{knobs:?}: {report:?}");
    }
}

#[test]
fn no_fault_makes_a_plausible_memory_another_one() {
    no_breach(4, &[]);
}

#[test]
fn no_fault_makes_hi_lo_control_and_ketone_others() {
    no_breach(4, &[("hi", "0"), ("lo", "1"), ("control", "2"), ("ketone", "3")]);
}

#[test]
fn no_fault_makes_an_empty_memory_a_full_one() {
    no_breach(0, &[]);
}

#[test]
fn no_fault_confuses_a_meter_that_sends_notifications_or_single_bytes() {
    no_breach(2, &[("notify", "before")]);
    no_breach(2, &[("byte-per-report", "on")]);
    no_breach(2, &[("byte-per-report", "on"), ("notify", "before"), ("echo", "on")]);
}

#[test]
fn no_fault_confuses_a_meter_that_answers_late_or_twice() {
    no_breach(3, &[("late-at", "1")]);
    no_breach(3, &[("twice-at", "1")]);
    // An answer too many, and the true one lost: that may be an error.
    for place in ["0", "1", "2"] {
        reports(3, &[("again-at", place)]);
    }
}
