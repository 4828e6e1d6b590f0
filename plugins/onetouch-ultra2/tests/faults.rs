//! Every fault at every call: the same readout after a retry, or an error. Nothing else.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use meterport_sdk::testing::{FaultReport, VirtualTime, fault_matrix};
use meterport_simulator::Simulator;
use meterport_simulator::memory::{device, share};
use onetouch_ultra2::Ultra2;
use onetouch_ultra2::simulator::{Meter, Stored};

use support::{at, now, worked_example};

fn matrix(memory: &[Stored], knobs: &[(&str, &str)]) -> FaultReport {
    fault_matrix(&Ultra2, |time: &VirtualTime| {
        let meter = share(Meter::with_memory(now(), memory.to_vec()));
        for (knob, value) in knobs {
            meter.borrow_mut().turn(knob, value).unwrap();
        }
        device(&meter, time)
    })
}

#[test]
fn no_fault_changes_a_result_or_hides_one() {
    let report = matrix(&worked_example(), &[]);
    assert_eq!(report.breaches, Vec::<String>::new());
    assert!(report.recovered * 2 > report.runs, "{report:?}");
}

#[test]
fn no_fault_changes_a_result_where_bytes_come_a_few_at_a_time() {
    let report = matrix(&worked_example(), &[("pace", "9600"), ("gap-ms", "40")]);
    assert_eq!(report.breaches, Vec::<String>::new());
    assert!(report.runs > 200);
}

#[test]
fn no_fault_changes_a_result_on_a_cable_that_echoes() {
    for knobs in [&[("echo", "on")][..], &[("echo", "on"), ("pace", "9600"), ("gap-ms", "40")]] {
        let report = matrix(&worked_example(), knobs);
        assert_eq!(report.breaches, Vec::<String>::new());
        assert!(report.recovered * 2 > report.runs, "{report:?}");
    }
}

#[test]
fn no_fault_changes_an_empty_memory_or_one_of_equal_records() {
    assert_eq!(matrix(&[], &[]).breaches, Vec::<String>::new());
    let equal = vec![Stored::plain(at(8, 0), 100); 5];
    assert_eq!(matrix(&equal, &[("gap-ms", "5")]).breaches, Vec::<String>::new());
}
