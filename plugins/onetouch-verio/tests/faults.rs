//! One fault at every call of a good reading: the same readout, or an error.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests

mod support;

use meterport_sdk::testing::fault_matrix;
use meterport_simulator::memory;
use onetouch_verio::Verio;
use onetouch_verio::simulator::{Meter, Model, Stored};
use support::{BOTH, device, filled, now, with};

fn no_breach(make: impl Fn() -> memory::Shared<Meter>) {
    let report = fault_matrix(&Verio, |time| device(&make(), time));
    assert_eq!(report.breaches, Vec::<String>::new());
    // Two of the faults, an unplugged cable and a cancelled reading, can never be made good.
    assert!(report.recovered * 5 >= report.runs * 3, "{} of {}", report.recovered, report.runs);
}

#[test]
fn no_fault_makes_a_plausible_memory_another_one() {
    for (_, model, _) in Model::ALL {
        no_breach(|| filled(model, 3));
    }
}

#[test]
fn no_fault_makes_hi_lo_control_and_equal_results_others() {
    for model in BOTH {
        no_breach(|| {
            let memory = vec![
                Stored::new(now(), 601, 9),
                Stored::new(now(), 99, 8),
                Stored::new(now(), 99, 7),
                Stored { control: 1, ..Stored::new(now(), 19, 6) },
            ];
            memory::share(Meter::with_memory(now(), memory).of(model))
        });
    }
}

#[test]
fn no_fault_makes_an_empty_memory_a_full_one() {
    for model in BOTH {
        no_breach(|| filled(model, 0));
    }
}

#[test]
fn no_fault_turns_a_stale_block_into_an_answer() {
    no_breach(|| with(Model::SelectPlus, 2, &[("stale", "2"), ("not-ready", "1")]));
}
