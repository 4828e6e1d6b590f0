//! From a record to what the contract calls an entry.
//!
//! The meter says nothing about meals, and keeps a test with control solution like any other: both
//! are `unknown`. A record's place is counted from the newest one and moves, so it is no sequence.
//!
//! Pure. Units and times are not converted here; the host does that.

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Level, Meal, Origin, Payload, Sample, Smbg, Stamp,
    Validity,
};

use crate::record::{Record, Value};

/// The one log of the meter.
pub const LOG: &str = "results";

/// What the driver reports for one record.
#[must_use]
pub fn from_record(record: &Record) -> Entry {
    Entry {
        origin: Origin { log: LOG.to_owned(), numbers: LOG.to_owned(), sequence: None, part: 0 },
        at: Stamp { local: Some(record.at), reliable: true, tick: None },
        validity: Validity::Valid,
        payload: Payload::Smbg(Smbg {
            level: level(record.value),
            unit: ConcentrationUnit::MgPerDl,
            sample: Sample::Unknown,
            meal: Meal::Unknown,
            minutes_after_meal: None,
            // These meters have no way to enter a result by hand.
            capture: Capture::Measured,
            reference_method: None,
        }),
        marks: Vec::new(),
        extra: Vec::new(),
        raw: record.bytes.to_vec(),
    }
}

fn level(value: Value) -> Level {
    match value {
        Value::Milli(milli) => Level::Value(milli),
        Value::Low => Level::BelowRange(NOT_SENT),
        Value::High => Level::AboveRange(NOT_SENT),
    }
}

/// The meter sends no limit, and what stands in the record is a code, not a number of mg/dL.
const NOT_SENT: Bound = Bound { threshold: None, stored: None };
