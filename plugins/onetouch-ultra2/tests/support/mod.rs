//! Meters and readings for the tests.
#![allow(dead_code)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use meterport_sdk::testing::{Outcome, VirtualTime, run, run_until_cancelled};
use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;
use meterport_simulator::Simulator;
use meterport_simulator::memory::{Shared, device, share};
use onetouch_ultra2::Ultra2;
use onetouch_ultra2::simulator::{Meter, Stored};

pub fn now() -> DeviceTime {
    checked(2026, 3, 10, 8, 1, 30).unwrap()
}

pub fn at(hour: u8, minute: u8) -> DeviceTime {
    checked(2026, 3, 9, hour, minute, 0).unwrap()
}

pub fn worked_example() -> Vec<Stored> {
    let at = |day, hour, minute| checked(2026, 3, day, hour, minute, 0).unwrap();
    vec![
        Stored { meal: 'B', ..Stored::plain(at(10, 7, 15), 104) },
        Stored { control: true, ..Stored::plain(at(9, 21, 40), 118) },
        Stored { meal: 'A', comment: 3, ..Stored::plain(at(8, 12, 5), 601) },
    ]
}

pub fn filled(records: u32) -> Meter {
    let mut meter = Meter::new(now());
    meter.fill(records);
    meter
}

/// Reads a meter with these knobs turned. No reading may send what a meter must never hear.
pub fn read(meter: Meter, knobs: &[(&str, &str)]) -> Outcome {
    let time = VirtualTime::default();
    let meter = turned(meter, knobs);
    let outcome = run(&Ultra2, device(&meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

pub fn cancelled(meter: Meter) -> Outcome {
    let time = VirtualTime::default();
    let meter = turned(meter, &[]);
    let outcome =
        run_until_cancelled(&Ultra2, device(&meter, &time), &time, &Rc::new(Cell::new(true)));
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

fn turned(meter: Meter, knobs: &[(&str, &str)]) -> Shared<Meter> {
    let meter = share(meter);
    for (knob, value) in knobs {
        meter.borrow_mut().turn(knob, value).unwrap();
    }
    meter
}

/// A meter of another make, which answers every write with the same bytes.
pub struct Stranger(pub Vec<u8>);

impl Simulator for Stranger {
    fn receive(&mut self, _: &[u8]) -> Vec<meterport_simulator::Reply> {
        vec![meterport_simulator::Reply::now(self.0.clone())]
    }
    fn knobs(&self) -> Vec<meterport_simulator::Knob> {
        Vec::new()
    }
    fn turn(&mut self, _: &str, _: &str) -> Result<(), meterport_simulator::KnobError> {
        Ok(())
    }
    fn fill(&mut self, _: u32) {}
    fn line(&self) -> &'static str {
        "9600 8N1"
    }
    fn violation(&self) -> Option<&str> {
        None
    }
}

pub fn read_stranger(bytes: Vec<u8>) -> Outcome {
    let time = VirtualTime::default();
    let meter: Shared<Stranger> =
        Rc::new(RefCell::new(meterport_simulator::Noisy::new(Stranger(bytes))));
    run(&Ultra2, device(&meter, &time), &time)
}

/// A meter before whose line number `late` so many copies of its clock come, as late answers do.
struct Late {
    meter: Meter,
    late: usize,
    copies: usize,
    lines: usize,
}

impl Simulator for Late {
    fn receive(&mut self, bytes: &[u8]) -> Vec<meterport_simulator::Reply> {
        let mut replies = Vec::new();
        for reply in self.meter.receive(bytes) {
            self.lines += 1;
            if self.lines == self.late {
                let clock = b"F \"TUE\",\"03/10/26\",\"08:01:30   \" 0602\r\n";
                replies.extend((0..self.copies).map(|_| meterport_simulator::Reply {
                    pause_ms: 2_000,
                    bytes: clock.to_vec(),
                }));
            }
            replies.push(reply);
        }
        replies
    }
    fn knobs(&self) -> Vec<meterport_simulator::Knob> {
        self.meter.knobs()
    }
    fn turn(&mut self, knob: &str, value: &str) -> Result<(), meterport_simulator::KnobError> {
        self.meter.turn(knob, value)
    }
    fn fill(&mut self, records: u32) {
        self.meter.fill(records);
    }
    fn line(&self) -> &'static str {
        self.meter.line()
    }
    fn violation(&self) -> Option<&str> {
        self.meter.violation()
    }
}

/// Reads the worked example with late answers before one of its lines; the clock is line 1.
pub fn read_late(late: usize, copies: usize) -> Outcome {
    let time = VirtualTime::default();
    let meter = Meter::with_memory(now(), worked_example());
    let meter = share(Late { meter, late, copies, lines: 0 });
    let outcome = run(&Ultra2, device(&meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}
