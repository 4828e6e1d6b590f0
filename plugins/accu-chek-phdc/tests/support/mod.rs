//! Meters and readings for the tests.
#![allow(clippy::panic, clippy::unwrap_used, dead_code)]

use std::cell::Cell;
use std::rc::Rc;

use accu_chek_phdc::AccuChek;
use accu_chek_phdc::simulator::{Meter, Stored};
use meterport_sdk::testing::{Outcome, VirtualTime, run, run_until_cancelled};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{DeviceTime, Entry, Level, Payload};
use meterport_sdk::{DriverError, IoError};
use meterport_simulator::memory::{Shared, share, usb};
use meterport_simulator::{Reply, Simulator, UsbShape};

pub fn now() -> DeviceTime {
    checked(2026, 3, 10, 8, 2, 11).unwrap()
}

pub fn at(month: u8, day: u8, hour: u8, minute: u8) -> DeviceTime {
    checked(2026, month, day, hour, minute, 0).unwrap()
}

pub fn worked_example() -> Vec<Stored> {
    vec![
        Stored::plain(at(3, 10, 7, 15), 0x0068),
        Stored::plain(at(3, 9, 21, 40), 0x07FE),
        Stored::plain(at(3, 9, 12, 5), 0x0802),
    ]
}

pub fn filled(records: u32) -> Meter {
    let mut meter = Meter::new(now());
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

/// Reads a meter with these knobs turned. No reading may send what a meter must never hear.
pub fn read(meter: Meter, knobs: &[(&str, &str)]) -> Outcome {
    again(&turned(meter, knobs))
}

/// Reads a meter that may have been read before and was not unplugged since.
pub fn again(meter: &Shared<Meter>) -> Outcome {
    let time = VirtualTime::default();
    let outcome = run(&AccuChek, usb(meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

pub fn cancelled(meter: Meter) -> Outcome {
    let time = VirtualTime::default();
    let device = usb(&share(meter), &time);
    run_until_cancelled(&AccuChek, device, &time, &Rc::new(Cell::new(true)))
}

pub fn error(outcome: &Outcome) -> &DriverError {
    outcome.result.as_ref().unwrap_err()
}

/// The code of a protocol error.
pub fn code(outcome: &Outcome) -> &str {
    match error(outcome) {
        DriverError::Protocol(error) => &error.code,
        other => panic!("not a protocol error: {other}"),
    }
}

pub fn wants_replug(outcome: &Outcome) -> bool {
    *error(outcome) == DriverError::UserAction("replug".to_owned())
}

pub fn io(error: IoError) -> DriverError {
    DriverError::Io(error)
}

pub fn level(entry: &Entry) -> &Level {
    let Payload::Smbg(smbg) = &entry.payload else { panic!("not a fingerstick result") };
    &smbg.level
}

/// Something on a bulk interface that says the same whenever it is asked.
pub struct Stranger(pub Vec<Vec<u8>>);

impl Simulator for Stranger {
    fn woken(&mut self) -> Vec<Reply> {
        self.0.iter().map(|bytes| Reply::now(bytes.clone())).collect()
    }
    fn usb(&self) -> Option<UsbShape> {
        Meter::new(now()).usb()
    }
    fn knobs(&self) -> Vec<meterport_simulator::Knob> {
        Vec::new()
    }
    fn turn(&mut self, _: &str, _: &str) -> Result<(), meterport_simulator::KnobError> {
        Ok(())
    }
    fn fill(&mut self, _: u32) {}
    fn violation(&self) -> Option<&str> {
        None
    }
}

pub fn read_stranger(transfers: &[&[u8]]) -> Outcome {
    let time = VirtualTime::default();
    let transfers = transfers.iter().map(|bytes| bytes.to_vec()).collect();
    run(&AccuChek, usb(&share(Stranger(transfers)), &time), &time)
}

type Change = Box<dyn Fn(&mut Vec<u8>) + Send>;

/// A meter of which one transfer is another than it should be, counted from 1.
struct Altered {
    meter: Meter,
    transfer: usize,
    sent: usize,
    change: Change,
}

impl Altered {
    fn pass(&mut self, mut replies: Vec<Reply>) -> Vec<Reply> {
        for reply in &mut replies {
            self.sent += 1;
            if self.sent == self.transfer {
                (self.change)(&mut reply.bytes);
            }
        }
        replies
    }
}

impl Simulator for Altered {
    fn woken(&mut self) -> Vec<Reply> {
        let replies = self.meter.woken();
        self.pass(replies)
    }
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let replies = self.meter.receive(bytes);
        self.pass(replies)
    }
    fn usb(&self) -> Option<UsbShape> {
        self.meter.usb()
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
    fn violation(&self) -> Option<&str> {
        self.meter.violation()
    }
}

/// Reads a meter with three results, one in each transfer, of which one is changed: 1 is the
/// association request, 2 the configuration, 3 the meter, 4 the segments, 5 the trigger, 6 to 8 the
/// results, 9 the release.
pub fn read_altered(
    knobs: &[(&str, &str)],
    transfer: usize,
    change: impl Fn(&mut Vec<u8>) + Send + 'static,
) -> Outcome {
    let mut meter = filled(3);
    for (knob, value) in [("per-transfer", "1")].iter().chain(knobs) {
        meter.turn(knob, value).unwrap();
    }
    let meter = share(Altered { meter, transfer, sent: 0, change: Box::new(change) });
    let time = VirtualTime::default();
    run(&AccuChek, usb(&meter, &time), &time)
}
