//! From a record to the entries of the contract. One module for each list of the family.
//!
//! Pure. Units and times are not converted here; the host does that.

pub mod libre;
pub mod precision;

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Level, Meal, Origin, Other, Payload, Sample, Smbg,
    Stamp, TimeChange, Validity,
};

use crate::fields::Time;
use crate::record::precision::Stamp as Stored;

/// A plain entry of a log; what is special is added by the caller.
fn entry(origin: Origin, stamp: &Stored, payload: Payload, line: &[u8]) -> Entry {
    let mut entry = Entry {
        origin,
        at: Stamp { local: stamp.time.local(), reliable: true, tick: None },
        validity: Validity::Valid,
        payload,
        marks: Vec::new(),
        extra: Vec::new(),
        raw: line.to_vec(),
    };
    if !stamp.valid || stamp.time == Time::Lost {
        entry.at.reliable = false;
        entry.marks.push("lost-time".to_owned());
    }
    if let Time::Impossible(shown) = &stamp.time {
        entry.extra.push(("display-time".to_owned(), shown.clone()));
    }
    entry
}

/// A fingerstick result; none of these meters stores a meal with it.
fn smbg(level: Level, sample: Sample) -> Payload {
    Payload::Smbg(Smbg {
        level,
        unit: ConcentrationUnit::MgPerDl,
        sample,
        meal: Meal::Unknown,
        minutes_after_meal: None,
        capture: Capture::Measured,
        reference_method: None,
    })
}

/// A record of a type that nobody has described. Its fields are not known, so it has no time.
fn unknown(origin: Origin, kind: u32, line: &[u8]) -> Entry {
    let payload = Payload::Other(Other {
        code: "vendor-record".to_owned(),
        level: None,
        unit: None,
        text: None,
    });
    Entry {
        origin,
        at: Stamp { local: None, reliable: true, tick: None },
        validity: Validity::Valid,
        payload,
        marks: Vec::new(),
        extra: vec![marker(format!("type {kind}"))],
        raw: line.to_vec(),
    }
}

/// A change of the clock: at what it showed afterwards.
fn time_change(origin: Origin, stamp: &Stored, before: &Time, line: &[u8]) -> Entry {
    let change = TimeChange {
        before: before.local(),
        after: stamp.time.local(),
        // Whether a person or an empty battery was behind it is not stored.
        cause: "unknown".to_owned(),
    };
    let mut entry = entry(origin, stamp, Payload::TimeChange(change), line);
    if let Time::Impossible(shown) = before {
        entry.extra.push(marker(format!("time-before {shown}")));
    }
    entry
}

/// A number that no meter measures is kept and not believed.
fn suspect(entry: &mut Entry) {
    if entry.validity == Validity::Valid {
        entry.validity = Validity::Questionable;
    }
    entry.marks.push("suspect-value".to_owned());
}

fn marker(what: String) -> (String, String) {
    ("vendor-marker".to_owned(), what)
}

/// The largest number of mg/dL that is believed, in thousandths. No meter of the family measures
/// more than 500, and a record has room for far more.
const MOST_MILLI: u32 = 1_000_000;

/// The meters send no limit, and HI and LO come without a number.
const NOT_SENT: Bound = Bound { threshold: None, stored: None };
