//! What the tests of this driver share: simulated meters, and what a reading of one gave.
#![allow(dead_code)] // each test program uses some of it

use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{DeviceTime, Entry, Smbg};
use meterport_sdk::{Device, DriverError, wit};
use meterport_simulator::memory::{self, Shared};
use meterport_simulator::{Simulator, UsbFunction};
use onetouch_verio::Verio;
use onetouch_verio::simulator::{Meter, Model};

/// One meter on each link.
pub const BOTH: [Model; 2] = [Model::VerioIq, Model::VerioFlex];

pub fn now() -> DeviceTime {
    checked(2026, 3, 10, 7, 16, 0).unwrap()
}

/// A meter of a model with so many results.
pub fn filled(model: Model, records: u32) -> Shared<Meter> {
    let meter = memory::share(Meter::new(now()).of(model));
    meter.borrow_mut().fill(records);
    meter
}

/// The same with knobs turned.
pub fn with(model: Model, records: u32, knobs: &[(&str, &str)]) -> Shared<Meter> {
    let meter = filled(model, records);
    for (name, value) in knobs {
        meter.borrow_mut().turn(name, value).unwrap();
    }
    meter
}

/// The meter on the link that it has.
pub fn device(meter: &Shared<Meter>, time: &VirtualTime) -> Device {
    let function = meter.borrow().usb().unwrap().function;
    match function {
        UsbFunction::Registers { .. } => memory::block(meter, time),
        _ => memory::serial(meter, time),
    }
}

pub fn read(meter: &Shared<Meter>) -> Outcome {
    let time = VirtualTime::default();
    let outcome = run(&Verio, device(meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

pub fn error(outcome: &Outcome) -> &DriverError {
    outcome.result.as_ref().unwrap_err()
}

pub fn code(outcome: &Outcome) -> &str {
    match error(outcome) {
        DriverError::Protocol(error) => &error.code,
        other => panic!("not a protocol error: {other}"),
    }
}

pub fn smbg(entry: &Entry) -> &Smbg {
    let wit::Payload::Smbg(smbg) = &entry.payload else { panic!("not a fingerstick result") };
    smbg
}
