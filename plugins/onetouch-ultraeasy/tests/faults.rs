//! One fault at every call of a good reading: the same readout, or an error.
#![allow(clippy::unwrap_used)] // in tests, functions beside them too

use meterport_sdk::testing::fault_matrix;
use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Simulator, memory};
use onetouch_ultraeasy::UltraEasy;
use onetouch_ultraeasy::simulator::{Meter, Reading, Stored};

fn now() -> DeviceTime {
    checked(2026, 3, 10, 7, 16, 0).unwrap()
}

fn no_breach(make: impl Fn() -> Meter) {
    let report = fault_matrix(&UltraEasy, |time| memory::device(&memory::share(make()), time));
    assert_eq!(report.breaches, Vec::<String>::new());
    // Two of five faults, an unplugged cable and a cancelled reading, can never be made good.
    assert!(report.recovered * 5 >= report.runs * 3, "{} of {}", report.recovered, report.runs);
}

#[test]
fn no_fault_makes_a_plausible_memory_another_one() {
    no_breach(|| {
        let mut meter = Meter::new(now());
        meter.fill(4);
        meter
    });
}

#[test]
fn no_fault_makes_hi_and_lo_and_equal_results_others() {
    no_breach(|| {
        let at = checked(2026, 2, 28, 23, 59, 59).unwrap();
        let readings = [Reading::High, Reading::MgPerDl(99), Reading::MgPerDl(99), Reading::Low];
        Meter::with_memory(now(), readings.map(|reading| Stored { at, reading }).to_vec())
    });
}

#[test]
fn no_fault_makes_an_empty_memory_a_full_one() {
    no_breach(|| Meter::new(now()));
}

#[test]
fn no_fault_confuses_a_meter_that_repeats_its_answers_on_a_cable_that_echoes() {
    no_breach(|| {
        let mut meter = Meter::new(now());
        meter.fill(3);
        meter.turn("repeat-answers", "on").unwrap();
        meter.turn("echo", "on").unwrap();
        meter
    });
}
