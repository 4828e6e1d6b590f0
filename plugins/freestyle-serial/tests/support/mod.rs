//! Meters and readings for the tests.
#![allow(dead_code, clippy::unwrap_used)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use freestyle_serial::FreeStyle;
use freestyle_serial::simulator::{Meter, Shown, Stored};
use meterport_sdk::testing::{Outcome, VirtualTime, run, run_until_cancelled};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{DeviceTime, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink};
use meterport_simulator::memory::{Shared, device, share};
use meterport_simulator::{Knob, KnobError, Noisy, Reply, Simulator};

/// The driver, selected by the third match: the maker's cable of the Precision group.
pub struct OnPrecisionCable;

impl Driver for OnPrecisionCable {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        let mut context = context.clone();
        context.rule = 2;
        FreeStyle.read(device, &context, sink)
    }
}

pub fn now() -> DeviceTime {
    checked(2026, 3, 10, 8, 2, 11).unwrap()
}

fn at(day: u8, hour: u8, minute: u8) -> DeviceTime {
    checked(2026, 3, day, hour, minute, 0).unwrap()
}

pub fn lite() -> Meter {
    let june = checked(2025, 6, 8, 12, 0, 0).unwrap();
    Meter::with_memory(
        now(),
        vec![
            Stored::glucose(at(10, 7, 15), 104),
            Stored { shown: Shown::High, ..Stored::glucose(at(9, 21, 40), 0) },
            Stored { flags: 1, ..Stored::glucose(june, 118) },
        ],
    )
}

pub fn precision() -> Meter {
    Meter::precision(
        now(),
        vec![
            Stored::glucose(at(10, 7, 15), 104),
            Stored::ketone(at(10, 7, 20), 11),
            Stored { shown: Shown::High, ..Stored::glucose(at(9, 21, 40), 0) },
        ],
    )
}

pub fn filled(mut meter: Meter, records: u32) -> Meter {
    meter.fill(records);
    meter
}

pub fn turned(meter: Meter, knobs: &[(&str, &str)]) -> Shared<Meter> {
    let meter = share(meter);
    for (knob, value) in knobs {
        meter.borrow_mut().turn(knob, value).unwrap();
    }
    meter
}

pub fn read_by(driver: &impl Driver, meter: Meter, knobs: &[(&str, &str)]) -> Outcome {
    let time = VirtualTime::default();
    let meter = turned(meter, knobs);
    let outcome = run(driver, device(&meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

/// Reads a meter with these knobs turned. No reading may send what a meter must never hear.
pub fn read(meter: Meter, knobs: &[(&str, &str)]) -> Outcome {
    read_by(&FreeStyle, meter, knobs)
}

pub fn cancelled(meter: Meter) -> Outcome {
    let time = VirtualTime::default();
    let meter = turned(meter, &[]);
    run_until_cancelled(&FreeStyle, device(&meter, &time), &time, &Rc::new(Cell::new(true)))
}

/// A meter of another make, which answers every write with the same bytes.
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
    fn line(&self) -> &'static str {
        "19200 8N1"
    }
    fn violation(&self) -> Option<&str> {
        None
    }
}

pub fn read_stranger(bytes: Vec<u8>) -> Outcome {
    let time = VirtualTime::default();
    let meter: Shared<Stranger> = Rc::new(RefCell::new(Noisy::new(Stranger(bytes))));
    run(&FreeStyle, device(&meter, &time), &time)
}
