//! A receiver on a line, and what came of reading it.
#![allow(dead_code)] // not every test uses all of it

use dexcom_receiver::DexcomReceiver;
use dexcom_receiver::simulator::Meter;
use meterport_sdk::DriverError;
use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::time::{checked, to_seconds};
use meterport_sdk::wit::{Cgm, DeviceInfo, DeviceTime, Entry, Payload};
use meterport_simulator::Simulator;
use meterport_simulator::memory::{self, Shared};

pub fn now() -> DeviceTime {
    checked(2026, 3, 10, 7, 16, 0).unwrap()
}

pub fn filled(records: u32) -> Shared<Meter> {
    let meter = memory::share(Meter::new(now()));
    meter.borrow_mut().fill(records);
    meter
}

pub fn knob(meter: &Shared<Meter>, name: &str, value: &str) {
    meter.borrow_mut().turn(name, value).unwrap();
}

pub fn read(meter: &Shared<Meter>) -> Outcome {
    let time = VirtualTime::default();
    let outcome = run(&DexcomReceiver, memory::serial(meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

/// The reading is complete, and what it would have been without a fault.
pub fn same_as(good: &Outcome, meter: &Shared<Meter>) {
    let outcome = read(meter);
    assert!(outcome.is_complete(), "{outcome:?}");
    assert!(outcome.entries == good.entries, "{outcome:?}");
    assert!(device(&outcome) == device(good), "{outcome:?}");
}

/// What the receiver is and what its clock says, whenever it was asked.
fn device(outcome: &Outcome) -> DeviceInfo {
    let mut info = outcome.info.clone().unwrap();
    if let Some(clock) = &mut info.clock {
        clock.read_at_ms = None;
    }
    info
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

pub fn count(outcome: &Outcome, log: &str) -> usize {
    outcome.entries.iter().filter(|entry| entry.origin.log == log).count()
}

/// The newest value of the sensor.
pub fn newest(outcome: &Outcome) -> &Entry {
    outcome.entries.iter().find(|entry| entry.origin.log == "sensor").unwrap()
}

pub fn is_cgm(entry: &Entry) -> bool {
    matches!(entry.payload, Payload::Cgm(_))
}

pub fn cgm(entry: &Entry) -> &Cgm {
    let Payload::Cgm(cgm) = &entry.payload else { panic!("not a value of the sensor") };
    cgm
}

/// Device time in seconds since 2009.
pub fn seconds(entry: &Entry) -> i64 {
    to_seconds(&entry.at.local.unwrap()) - 1_230_768_000
}
