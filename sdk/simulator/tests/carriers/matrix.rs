//! The fault matrix on every transport: it lets a careful driver pass and finds a careless one.

use meterport_sdk::Device;
use meterport_sdk::testing::{Fault, VirtualTime, fault_matrix, fault_matrix_of};
use meterport_simulator::memory;

use crate::driver::{CAREFUL, Reader};
use crate::gauge::{Gauge, Kind};

const VALUES: [u8; 3] = [101, 240, 67];

fn on(kind: Kind, time: &VirtualTime) -> Device {
    let meter = memory::share(Gauge::with(kind, &VALUES));
    match kind {
        Kind::Serial => memory::serial(&meter, time),
        Kind::Hid => memory::hid(&meter, time),
        Kind::Usb => memory::usb(&meter, time),
        Kind::Block => memory::block(&meter, time),
        Kind::Volume => memory::volume(&meter, time),
    }
}

const KINDS: [Kind; 5] = [Kind::Serial, Kind::Hid, Kind::Usb, Kind::Block, Kind::Volume];

#[test]
fn a_driver_that_believes_every_answer_is_found_on_every_transport() {
    for kind in KINDS {
        let report = fault_matrix(&Reader { careless: true }, |time| on(kind, time));
        assert!(!report.breaches.is_empty(), "{kind:?}");
    }
}

#[test]
fn a_driver_that_checks_every_answer_passes_on_every_transport() {
    for kind in KINDS {
        let report = fault_matrix(&CAREFUL, |time| on(kind, time));
        assert_eq!(report.breaches, Vec::<String>::new(), "{kind:?}");
        // An unplugged cable and a cancelled reading can never be made good.
        assert!(report.runs >= 5 * 4 && report.recovered * 2 >= report.runs, "{kind:?} {report:?}");
    }
}

#[test]
fn a_driver_that_checks_every_answer_passes_behind_a_cp2110() {
    let report = fault_matrix(&CAREFUL, |time| {
        memory::cp2110(&memory::share(Gauge::with(Kind::Serial, &VALUES)), time)
    });
    assert_eq!(report.breaches, Vec::<String>::new());
    assert!(report.recovered * 2 >= report.runs, "{report:?}");
}

#[test]
fn a_matrix_of_some_faults_has_no_others() {
    let faults = [Fault::Timeout, Fault::Stall];
    let some = fault_matrix_of(&CAREFUL, &faults, |time| on(Kind::Usb, time));
    let all = fault_matrix(&CAREFUL, |time| on(Kind::Usb, time));
    assert_eq!(some.breaches, Vec::<String>::new());
    assert_eq!((some.runs * 3, some.recovered), (all.runs, some.runs));
}
