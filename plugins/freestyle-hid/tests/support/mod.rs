//! What the tests of this driver share.
#![allow(dead_code)] // each test program uses a part of it

pub mod fake;

use freestyle_hid::FreeStyle;
use freestyle_hid::simulator::{Kind, Meter};
use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{DeviceTime, Entry, Level, Payload, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink};
use meterport_simulator::memory::{self, Shared};
use meterport_simulator::{Simulator, UsbShape};

/// The driver, chosen by a rule of its manifest: the host says it, the test kit says 0.
pub struct OnRule(pub u32);

impl Driver for OnRule {
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError> {
        let mut context = context.clone();
        context.rule = self.0;
        FreeStyle.read(device, &context, sink)
    }
}

/// The rule for a product id, in the order of `driver.toml`.
pub fn rule_of(pid: u16) -> u32 {
    let pids = [0x3850, 0x3650, 0x3460, 0x3670, 0x3950];
    u32::try_from(pids.iter().position(|known| *known == pid).unwrap()).unwrap()
}

pub fn now() -> DeviceTime {
    checked(2026, 3, 10, 7, 16, 0).unwrap()
}

pub fn filled(kind: Kind, records: u32) -> Shared<Meter> {
    let mut meter = Meter::of_kind(kind, now());
    meter.fill(records);
    memory::share(meter)
}

pub fn knob(meter: &Shared<Meter>, name: &str, value: &str) {
    meter.borrow_mut().turn(name, value).unwrap();
}

/// Reads a meter by the rule for its product id.
pub fn read(meter: &Shared<Meter>) -> Outcome {
    let UsbShape { pid, .. } = meter.borrow().usb().unwrap();
    let time = VirtualTime::default();
    let outcome = run(&OnRule(rule_of(pid)), memory::hid(meter, &time), &time);
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

/// One entry in a few words: what it is and what it holds.
pub fn words(entry: &Entry) -> String {
    let level = |level: &Level| match level {
        Level::Value(milli) => milli.to_string(),
        Level::BelowRange(_) => "LO".to_owned(),
        Level::AboveRange(_) => "HI".to_owned(),
        Level::NoValue(state) => state.clone(),
    };
    match &entry.payload {
        Payload::Smbg(smbg) => format!("smbg {}", level(&smbg.level)),
        Payload::Ketone(ketone) => format!("ketone {}", level(&ketone.level)),
        Payload::Cgm(cgm) => format!("cgm {}", level(&cgm.level)),
        Payload::InsulinDose(dose) => format!("dose {}", dose.amount.unwrap_or_default()),
        Payload::Carbs(carbs) => format!("carbs {}", carbs.amount.unwrap_or_default()),
        Payload::Note(note) => format!("note {}", note.text),
        Payload::TimeChange(_) => "time-change".to_owned(),
        Payload::Other(other) => other.code.clone(),
        _ => "another kind".to_owned(),
    }
}
