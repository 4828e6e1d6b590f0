//! Meters in memory, over whichever wire their model has.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use ascensia_contour::Contour;
use ascensia_contour::simulator::{Meter, Sample, Stored};
use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{DeviceTime, Entry, Smbg};
use meterport_sdk::{Device, DriverError};
use meterport_simulator::memory::{self, Shared};
use meterport_simulator::{Knob, KnobError, Reply, Simulator, UsbFunction};

/// Every model of the sheet.
pub const HID: [&str; 9] = ["7390", "7410", "7350", "6200", "6300", "6210", "7800", "7900", "7950"];
pub const SERIAL: [&str; 4] = ["7150", "7220", "7160", "7600"];
/// One model of each kind.
pub const KINDS: [&str; 2] = ["7800", "7150"];

pub fn now() -> DeviceTime {
    checked(2026, 3, 14, 16, 5, 0).unwrap()
}

/// A meter of this model, with knobs turned.
pub fn meter(model: &str, records: u32, knobs: &[(&str, &str)]) -> Shared<Meter> {
    let meter = memory::share(Meter::new(now()));
    {
        let mut meter = meter.borrow_mut();
        meter.fill(records);
        meter.turn("model", model).unwrap();
        for (name, value) in knobs {
            meter.turn(name, value).unwrap();
        }
    }
    meter
}

/// A meter with exactly these results, the newest first.
pub fn holding(model: &str, memory: Vec<Stored>) -> Shared<Meter> {
    let mut meter = Meter::with_memory(now(), memory);
    meter.turn("model", model).unwrap();
    memory::share(meter)
}

pub fn device<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Device {
    let is_hid =
        matches!(meter.borrow().usb().map(|shape| shape.function), Some(UsbFunction::Hid { .. }));
    if is_hid { memory::hid(meter, time) } else { memory::serial(meter, time) }
}

/// Reads it; a command that sets anything fails the test.
pub fn read(meter: &Shared<Meter>) -> Outcome {
    let time = VirtualTime::default();
    let outcome = run(&Contour, device(meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

pub fn read_with(model: &str, records: u32, knobs: &[(&str, &str)]) -> Outcome {
    read(&meter(model, records, knobs))
}

pub fn error(outcome: &Outcome) -> &DriverError {
    outcome.result.as_ref().err().unwrap_or_else(|| panic!("complete: {outcome:?}"))
}

pub fn code(outcome: &Outcome) -> &str {
    match error(outcome) {
        DriverError::Protocol(error) => &error.code,
        other => panic!("not a protocol error: {other}"),
    }
}

pub fn smbg(entry: &Entry) -> &Smbg {
    let meterport_sdk::wit::Payload::Smbg(smbg) = &entry.payload else {
        panic!("not a fingerstick result")
    };
    smbg
}

/// The results, without the average and what else a meter sends.
pub fn results(outcome: &Outcome) -> Vec<&Entry> {
    let is_result = |entry: &&Entry| matches!(entry.payload, meterport_sdk::wit::Payload::Smbg(_));
    outcome.entries.iter().filter(is_result).collect()
}

pub fn stored(day: u8, mg_per_dl: u16, marks: &str) -> Stored {
    let at = checked(2026, 3, day, 7, 12, 0).unwrap();
    Stored { at, mg_per_dl, side: None, sample: Sample::Blood, marks: marks.to_owned() }
}

/// Something on a serial line that answers every write with the same bytes.
pub struct Stranger(pub Vec<u8>);

impl Simulator for Stranger {
    fn receive(&mut self, _: &[u8]) -> Vec<Reply> {
        vec![Reply::now(self.0.clone())]
    }
    fn knobs(&self) -> Vec<Knob> {
        Vec::new()
    }
    fn turn(&mut self, _: &str, _: &str) -> Result<(), KnobError> {
        Ok(())
    }
    fn fill(&mut self, _: u32) {}
    fn violation(&self) -> Option<&str> {
        None
    }
}

pub fn read_stranger(answer: &[u8]) -> Outcome {
    let time = VirtualTime::default();
    let device = memory::serial(&memory::share(Stranger(answer.to_vec())), &time);
    run(&Contour, device, &time)
}
