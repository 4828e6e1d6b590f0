//! One fault at every call of a good reading: the same readout, or an error.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests, functions beside them too

mod support;

use dexcom_receiver::DexcomReceiver;
use dexcom_receiver::simulator::Meter;
use meterport_sdk::testing::fault_matrix;
use meterport_simulator::{Simulator, memory};
use support::now;

fn no_breach(make: impl Fn() -> Meter) {
    let report = fault_matrix(&DexcomReceiver, |time| memory::serial(&memory::share(make()), time));
    assert_eq!(report.breaches, Vec::<String>::new());
    // Two of five faults, an unplugged cable and a cancelled reading, can never be made good.
    assert!(report.recovered * 5 >= report.runs * 3, "{} of {}", report.recovered, report.runs);
}

#[test]
fn no_fault_makes_a_plausible_memory_another_one() {
    no_breach(|| {
        let mut meter = Meter::new(now());
        meter.fill(300);
        meter.turn("backfill", "3").unwrap();
        meter
    });
}

#[test]
fn no_fault_makes_a_touchscreen_whose_clock_was_set_another_one() {
    no_breach(|| {
        let mut meter = Meter::new(now());
        meter.fill(50);
        for (name, value) in
            [("revision", "5"), ("offset-history", "12"), ("backfill", "3"), ("pieces", "64")]
        {
            meter.turn(name, value).unwrap();
        }
        meter
    });
}

#[test]
fn no_fault_makes_an_empty_receiver_a_full_one() {
    no_breach(|| Meter::new(now()));
}
