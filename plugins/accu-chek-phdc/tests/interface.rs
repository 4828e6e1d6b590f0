//! The driver on an interface that refuses, breaks, or takes only a part.
#![allow(clippy::panic, clippy::unwrap_used)] // in tests, functions beside them too

mod support;

use accu_chek_phdc::AccuChek;
use meterport_sdk::testing::{Fault, Faulty, Outcome, VirtualTime, run, run_until_cancelled};
use meterport_sdk::wit::{Endpoint, Setup};
use meterport_sdk::{Device, IoError, Usb};
use meterport_simulator::memory;
use support::{error, filled, io, turned};

/// A reading of three results, one in each transfer, with one fault; and how many calls it took.
fn with(fault: Option<(u32, Fault)>) -> (Outcome, u32) {
    let time = VirtualTime::default();
    let meter = turned(filled(3), &[("per-transfer", "1")]);
    let faulty = Faulty::new(memory::usb(&meter, &time), time.clone(), fault);
    let (calls, cancelled) = (faulty.calls(), faulty.cancelled());
    let outcome = run_until_cancelled(&AccuChek, faulty.into_device(), &time, &cancelled);
    (outcome, calls.get())
}

#[test]
fn a_stall_at_any_call_is_made_good() {
    let (good, calls) = with(None);
    assert!(good.is_complete() && calls > 15);
    for call in 0..calls {
        let (outcome, _) = with(Some((call, Fault::Stall)));
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{call}: {outcome:?}");
    }
}

#[test]
fn a_session_that_is_cancelled_while_it_says_good_bye_is_cancelled() {
    let (_, calls) = with(None);
    for call in 0..calls {
        let (outcome, _) = with(Some((call, Fault::Cancel)));
        assert_eq!(*error(&outcome), io(IoError::Cancelled), "{call}");
    }
}

/// An interface that gives an association request, and on which every OUT transfer ends so.
struct Rough(Result<u32, IoError>);

const REQUEST: [u8; 54] = [
    0xE2, 0, 0, 0x32, 0x80, 0, 0, 0, 0, 1, 0, 0x2A, 0x50, 0x79, 0, 0x26, 0x80, 0, 0, 0, 0x80, 0,
    0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 8, 0, 0x60, 0x19, 0, 0x12, 0x34, 0x56, 0x78, 0x40,
    0, 0, 1, 1, 0, 0, 0, 0, 0,
];

impl Usb for Rough {
    fn endpoints(&mut self) -> Vec<Endpoint> {
        Vec::new()
    }
    fn control_in(&mut self, _: Setup, _: u16, _: u32) -> Result<Vec<u8>, IoError> {
        Ok(vec![0, 0])
    }
    fn control_out(&mut self, _: Setup, _: &[u8], _: u32) -> Result<u32, IoError> {
        panic!("nothing is to be set")
    }
    fn transfer_in(&mut self, _: u8, _: u32, _: u32) -> Result<Vec<u8>, IoError> {
        Ok(REQUEST.to_vec())
    }
    fn transfer_out(&mut self, _: u8, _: &[u8], _: u32) -> Result<u32, IoError> {
        self.0.clone()
    }
    fn clear_halt(&mut self, _: u8) -> Result<(), IoError> {
        Ok(())
    }
    fn set_alt(&mut self, _: u8) -> Result<(), IoError> {
        panic!("there is no other setting")
    }
}

#[test]
fn a_request_of_which_only_a_part_is_taken_is_a_timeout() {
    for taken in [0, 1, 47, 49] {
        let device = Device::Usb(Box::new(Rough(Ok(taken))));
        let outcome = run(&AccuChek, device, &VirtualTime::default());
        assert_eq!(*error(&outcome), io(IoError::Timeout), "{taken}");
    }
}

#[test]
fn an_endpoint_that_goes_on_stalling_is_an_error() {
    let device = Device::Usb(Box::new(Rough(Err(IoError::Stall))));
    let outcome = run(&AccuChek, device, &VirtualTime::default());
    assert_eq!((error(&outcome), outcome.last_step()), (&io(IoError::Stall), "connect"));
}

#[test]
fn any_other_error_of_the_interface_is_passed_on_at_once() {
    for cause in [IoError::Disconnected, IoError::Other("5: broken".to_owned())] {
        let device = Device::Usb(Box::new(Rough(Err(cause.clone()))));
        let outcome = run(&AccuChek, device, &VirtualTime::default());
        assert_eq!((error(&outcome), outcome.elapsed_ms), (&io(cause), 0));
    }
}
