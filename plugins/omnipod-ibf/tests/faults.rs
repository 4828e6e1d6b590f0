//! One fault at every call of a good reading: the same readout, or an error.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests

mod support;

use meterport_sdk::testing::fault_matrix;
use meterport_simulator::memory;
use omnipod_ibf::OmnipodIbf;
use omnipod_ibf::simulator::Meter;
use support::*;

fn no_breach(make: impl Fn() -> memory::Shared<Meter>) {
    let report = fault_matrix(&OmnipodIbf, |time| memory::volume(&make(), time));
    assert_eq!(report.breaches, Vec::<String>::new());
    // Two of the faults, an unplugged cable and a cancelled reading, can never be made good.
    assert!(report.recovered * 5 >= report.runs * 3, "{} of {}", report.recovered, report.runs);
}

#[test]
fn no_fault_makes_a_plausible_memory_another_one() {
    no_breach(|| filled(60));
    no_breach(|| with(60, &[("pdm", "dash")]));
}

#[test]
fn no_fault_makes_a_file_of_several_reads_another_one() {
    no_breach(|| filled(2_500));
}

#[test]
fn no_fault_makes_an_empty_memory_a_full_one() {
    no_breach(|| filled(0));
}

#[test]
fn no_fault_on_top_of_a_file_still_being_written_makes_it_whole() {
    no_breach(|| with(20, &[("growing", "2")]));
}
