//! Every fault at every call: the same readout after a retry, or an error. Nothing else.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use freestyle_serial::FreeStyle;
use freestyle_serial::simulator::Meter;
use meterport_sdk::Driver;
use meterport_sdk::testing::{FaultReport, VirtualTime, fault_matrix};
use meterport_simulator::memory::device;

use support::{OnPrecisionCable, filled, lite, now, precision, turned};

fn matrix(driver: &impl Driver, meter: fn() -> Meter, knobs: &[(&str, &str)]) -> FaultReport {
    fault_matrix(driver, |time: &VirtualTime| device(&turned(meter(), knobs), time))
}

#[test]
fn no_fault_changes_a_result_or_hides_one() {
    for meter in [lite as fn() -> Meter, precision] {
        let report = matrix(&FreeStyle, meter, &[]);
        assert_eq!(report.breaches, Vec::<String>::new());
        // An unplugged cable and a cancelled session cannot be recovered from; the rest can.
        assert!(report.recovered * 2 > report.runs, "{report:?}");
        let report = matrix(&OnPrecisionCable, meter, &[]);
        assert_eq!(report.breaches, Vec::<String>::new());
    }
}

#[test]
fn no_fault_changes_a_result_where_bytes_come_a_few_at_a_time() {
    for meter in [lite as fn() -> Meter, precision] {
        let report = matrix(&FreeStyle, meter, &[("pace", "19200"), ("gap-ms", "40")]);
        assert_eq!(report.breaches, Vec::<String>::new());
        assert!(report.runs > 200);
    }
}

#[test]
fn no_fault_changes_an_empty_memory_or_a_longer_one() {
    let empty = || Meter::new(now());
    assert_eq!(matrix(&FreeStyle, empty, &[]).breaches, Vec::<String>::new());
    let longer = || filled(precision(), 30);
    assert_eq!(matrix(&FreeStyle, longer, &[("gap-ms", "5")]).breaches, Vec::<String>::new());
}
