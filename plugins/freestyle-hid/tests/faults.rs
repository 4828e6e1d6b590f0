//! One fault at every call of a good reading: the same readout, or an error.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests, functions beside them too

mod support;

use freestyle_hid::simulator::{Kind, Meter};
use meterport_sdk::testing::fault_matrix;
use meterport_simulator::{Simulator, memory};
use support::{OnRule, now, rule_of};

fn no_breach(make: impl Fn() -> Meter) {
    let rule = rule_of(make().usb().unwrap().pid);
    let report = fault_matrix(&OnRule(rule), |time| memory::hid(&memory::share(make()), time));
    assert_eq!(report.breaches, Vec::<String>::new());
    // Two of five faults, an unplugged cable and a cancelled reading, can never be made good.
    assert!(report.recovered * 5 >= report.runs * 3, "{} of {}", report.recovered, report.runs);
}

fn filled(kind: Kind, records: u32) -> Meter {
    let mut meter = Meter::of_kind(kind, now());
    meter.fill(records);
    meter
}

#[test]
fn no_fault_makes_the_memory_of_a_precision_neo_another_one() {
    no_breach(|| filled(Kind::PrecisionNeo, 25));
}

#[test]
fn no_fault_makes_the_memory_of_a_libre_another_one() {
    no_breach(|| filled(Kind::Libre, 18));
}

#[test]
fn no_fault_makes_the_memory_of_an_insulinx_another_one() {
    no_breach(|| filled(Kind::InsuLinx, 4));
}

#[test]
fn no_fault_makes_an_empty_memory_a_full_one() {
    no_breach(|| Meter::new(now()));
    no_breach(|| Meter::of_kind(Kind::Libre, now()));
}

#[test]
fn no_fault_between_keep_alives_and_stale_padding_makes_a_memory_another_one() {
    no_breach(|| {
        let mut meter = filled(Kind::PrecisionNeo, 6);
        meter.turn("keep-alive", "on").unwrap();
        meter.turn("stale-padding", "on").unwrap();
        meter
    });
}
