//! A PDM's drive, and what came of reading it.
#![allow(dead_code)] // not every test uses all of it

use meterport_sdk::DriverError;
use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::time::{checked, from_seconds, to_seconds};
use meterport_sdk::wit::{DeviceTime, Entry, Payload};
use meterport_simulator::Simulator;
use meterport_simulator::memory::{self, Shared};
use omnipod_ibf::OmnipodIbf;
use omnipod_ibf::simulator::{Meter, Stored};

pub fn now() -> DeviceTime {
    checked(2026, 3, 10, 7, 16, 0).unwrap()
}

pub fn filled(records: u32) -> Shared<Meter> {
    let meter = memory::share(Meter::new(now()));
    meter.borrow_mut().fill(records);
    meter
}

pub fn with(records: u32, knobs: &[(&str, &str)]) -> Shared<Meter> {
    let meter = filled(records);
    for (name, value) in knobs {
        meter.borrow_mut().turn(name, value).unwrap();
    }
    meter
}

pub fn read(meter: &Shared<Meter>) -> Outcome {
    let time = VirtualTime::default();
    let outcome = run(&OmnipodIbf, memory::volume(meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

/// A reading that must be complete.
pub fn whole(meter: &Shared<Meter>) -> Outcome {
    let outcome = read(meter);
    assert!(outcome.is_complete(), "{outcome:?}");
    outcome
}

/// A PDM whose history is these types and details, the oldest first, a minute after another.
pub fn history(records: &[(u32, &[u8])]) -> Meter {
    let mut meter = Meter::new(now());
    for (place, (kind, detail)) in (0_u32..).zip(records) {
        let at = from_seconds(to_seconds(&now()) - 36_000 + i64::from(place) * 60).unwrap();
        meter.memory.add(Stored::history(at, 5_000 + place * 60, *kind, detail.to_vec()));
    }
    meter
}

/// The entries of such a history, without what is set, the newest first.
pub fn entries(records: &[(u32, &[u8])]) -> Vec<Entry> {
    of_history(whole(&memory::share(history(records))))
}

pub fn of_history(outcome: Outcome) -> Vec<Entry> {
    outcome.entries.into_iter().filter(|entry| entry.origin.log == "history").collect()
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

pub fn sequences(entries: &[Entry]) -> Vec<Option<u64>> {
    entries.iter().map(|entry| entry.origin.sequence).collect()
}

macro_rules! payload {
    ($name:ident, $case:ident) => {
        pub fn $name(entry: &Entry) -> &meterport_sdk::wit::$case {
            let Payload::$case(it) = &entry.payload else { panic!(stringify!($case)) };
            it
        }
    };
}

payload!(alarm, Alarm);
payload!(basal, Basal);
payload!(bolus, Bolus);
payload!(event, Event);
payload!(other, Other);
payload!(settings, Settings);
payload!(smbg, Smbg);
payload!(time_change, TimeChange);
payload!(wizard, Wizard);

/// Little-endian numbers one after the other: `"4:235 2:0"` is a u32 and a u16.
pub fn le(numbers: &str) -> Vec<u8> {
    let one = |number: &str| {
        let (bytes, value) = number.split_once(':').unwrap();
        let value: i64 = value.parse().unwrap();
        value.to_le_bytes().into_iter().take(bytes.parse().unwrap()).collect::<Vec<_>>()
    };
    numbers.split_whitespace().flat_map(one).collect()
}
