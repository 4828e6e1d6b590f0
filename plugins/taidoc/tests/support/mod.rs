//! Meters in memory, over both wires.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{DeviceTime, Entry, Payload, Smbg};
use meterport_sdk::{Device, DriverError};
use meterport_simulator::memory::{self, Shared};
use meterport_simulator::{Knob, KnobError, Reply, Simulator};
use taidoc::TaiDoc;
use taidoc::simulator::{Meter, Stored, Type};

/// How a meter is reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wire {
    Cp2110,
    Serial,
}

pub const WIRES: [Wire; 2] = [Wire::Cp2110, Wire::Serial];

pub fn now() -> DeviceTime {
    checked(2026, 3, 10, 8, 2, 0).unwrap()
}

/// A meter with knobs turned.
pub fn meter(records: u32, knobs: &[(&str, &str)]) -> Shared<Meter> {
    let meter = memory::share(Meter::new(now()));
    meter.borrow_mut().fill(records);
    for (name, value) in knobs {
        meter.borrow_mut().turn(name, value).unwrap();
    }
    meter
}

/// A meter with exactly these results, the newest first.
pub fn holding(stored: Vec<Stored>) -> Shared<Meter> {
    memory::share(Meter::with_memory(now(), stored))
}

pub fn stored(day: u8, value: u16, what: Type, mark: u8) -> Stored {
    Stored { at: checked(2026, 3, day, 7, 15, 0), value, what, mark }
}

pub fn device<S: Simulator + 'static>(meter: &Shared<S>, wire: Wire, time: &VirtualTime) -> Device {
    match wire {
        Wire::Cp2110 => memory::cp2110(meter, time),
        Wire::Serial => memory::serial(meter, time),
    }
}

/// Reads it; a command that sets or clears anything fails the test.
pub fn read<S: Simulator + 'static>(meter: &Shared<S>, wire: Wire) -> Outcome {
    let time = VirtualTime::default();
    let outcome = run(&TaiDoc, device(meter, wire, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

pub fn read_with(wire: Wire, records: u32, knobs: &[(&str, &str)]) -> Outcome {
    read(&meter(records, knobs), wire)
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
    let Payload::Smbg(smbg) = &entry.payload else { panic!("not a fingerstick result") };
    smbg
}

/// Something that answers with these bytes in turn.
pub struct Stranger {
    answers: Vec<Vec<u8>>,
    asked: usize,
}

impl Simulator for Stranger {
    fn receive(&mut self, _: &[u8]) -> Vec<Reply> {
        let answer = self.answers[self.asked % self.answers.len()].clone();
        self.asked += 1;
        vec![Reply::now(answer)]
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

/// It answers everything with the same bytes.
pub fn read_stranger(wire: Wire, answer: &[u8]) -> Outcome {
    read_strangers(wire, &[answer])
}

pub fn read_strangers(wire: Wire, answers: &[&[u8]]) -> Outcome {
    let answers = answers.iter().map(|answer| answer.to_vec()).collect();
    read(&memory::share(Stranger { answers, asked: 0 }), wire)
}
