//! One fault at every call of a good reading: the same readout, or an error.
//!
//! Without turned bits: neither the entries nor the APDUs have a checksum. That no bit is turned
//! over is left to USB, whose packets have a CRC-16 and are repeated by the hardware (USB 2.0, 8.3.5).
#![allow(clippy::unwrap_used)] // in tests, functions beside them too

mod support;

use accu_chek_phdc::AccuChek;
use accu_chek_phdc::simulator::Meter;
use meterport_sdk::testing::{Fault, fault_matrix_of};
use meterport_simulator::memory;
use support::{filled, now, turned, worked_example};

const FAULTS: [Fault; 5] =
    [Fault::Timeout, Fault::Unplug, Fault::Truncate, Fault::Cancel, Fault::Stall];

fn no_breach(make: impl Fn() -> Meter, knobs: &[(&str, &str)]) {
    let report =
        fault_matrix_of(&AccuChek, &FAULTS, |time| memory::usb(&turned(make(), knobs), time));
    assert_eq!(report.breaches, Vec::<String>::new());
    // Of the five, a stall can be made good everywhere, and a timeout wherever something is read.
    assert!(report.recovered * 10 >= report.runs * 3, "{} of {}", report.recovered, report.runs);
}

#[test]
fn no_fault_makes_a_plausible_memory_another_one() {
    no_breach(|| filled(6), &[("per-transfer", "2")]);
}

#[test]
fn no_fault_makes_hi_and_lo_others() {
    no_breach(|| Meter::with_memory(now(), worked_example()), &[("no-store", "1")]);
}

#[test]
fn no_fault_makes_an_empty_memory_a_full_one() {
    no_breach(|| filled(0), &[]);
}

#[test]
fn no_fault_confuses_answers_in_pieces_with_empty_transfers_between() {
    no_breach(|| filled(6), &[("per-transfer", "3"), ("split", "40:100:1")]);
}

#[test]
fn no_fault_confuses_a_second_segment_with_the_results() {
    no_breach(|| filled(2), &[("second-segment", "on"), ("later", "1")]);
}
