//! From a record to what the contract calls an entry.
//!
//! | record                              | entry                                               |
//! |-------------------------------------|-----------------------------------------------------|
//! | `<`, `>`                            | out of range; the limit only if the header sent it  |
//! | control                             | control solution, never the person's reading        |
//! | outside of the temperature range    | questionable, mark `temperature`                    |
//! | a number the meter cannot show      | questionable, mark `suspect-value`                  |
//! | time lost                           | no time, not reliable, mark `lost-time`             |
//! | the average of a serial model       | `other`, code `average`                             |
//! | other tests, other kinds of records | `other`, code `vendor-record`, with the bytes       |
//!
//! The place in the transfer is counted anew each time. It is no `sequence` and not in `raw`.
//!
//! Pure. Units and times are not converted here; the host does that.

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Level, Origin, Other, Payload, Sample, Smbg, Stamp,
    Validity,
};

use crate::header::Range;
use crate::record::{Fields, Layout, Record, Side};
use crate::text::{Time, milli, time};

/// The log of results and diary entries.
pub const RESULTS: &str = "results";
/// The log of the average, which changes with each result.
pub const AVERAGES: &str = "averages";
/// The log of everything else that the meter sends.
pub const RECORDS: &str = "records";

/// What the driver reports for one result. `limits` are those of the header.
#[must_use]
pub fn result(record: &Record, limits: Option<Range>, raw: Vec<u8>) -> Entry {
    let limits = limits.filter(|limits| limits.unit == record.unit);
    let level = level(record, limits);
    let suspect = matches!(level, Level::Value(value) if !is_shown(value, record.unit, limits));
    let (at, lost) = stamp(record.at);
    let own =
        [("suspect-value", suspect), ("temperature", record.temperature), ("lost-time", lost)];
    let own = own.iter().filter(|(_, is)| *is).map(|(mark, _)| *mark);
    Entry {
        origin: origin(RESULTS),
        at,
        validity: if suspect || record.temperature {
            Validity::Questionable
        } else {
            Validity::Valid
        },
        marks: own.chain(record.marks.iter().copied()).map(str::to_owned).collect(),
        extra: record.unknown.iter().map(|mark| vendor_marker(mark)).collect(),
        payload: Payload::Smbg(Smbg {
            level,
            unit: record.unit,
            sample: if record.control { Sample::ControlSolution } else { Sample::Blood },
            meal: record.meal,
            minutes_after_meal: record.minutes_after_meal,
            // Results cannot be entered by hand.
            capture: Capture::Measured,
            reference_method: record.method.map(str::to_owned),
        }),
        raw,
    }
}

/// The average that a serial model sends before its results. What cannot be read of it is left out
/// of the fields; the bytes have it.
#[must_use]
pub fn average(fields: &Fields<'_>) -> Entry {
    let unit = fields.unit().ok();
    let level = unit.and_then(|_| milli(fields.field(4)).ok()).map(Level::Value);
    let at = time(fields.time(Layout::Serial)).unwrap_or(Time::Lost);
    let other = Other {
        code: "average".to_owned(),
        unit: level.as_ref().and(unit).map(|unit| ucum(unit).to_owned()),
        level,
        text: None,
    };
    let local = stamp(at).0.local;
    unread(AVERAGES, other, Stamp { local, reliable: true, tick: None }, fields)
}

/// A record that nobody has described.
#[must_use]
pub fn vendor_record(log: &str, fields: &Fields<'_>) -> Entry {
    let other = Other { code: "vendor-record".to_owned(), level: None, unit: None, text: None };
    unread(log, other, Stamp { local: None, reliable: true, tick: None }, fields)
}

/// A mark that has no word of its own.
#[must_use]
pub fn vendor_marker(what: &str) -> (String, String) {
    ("vendor-marker".to_owned(), what.to_owned())
}

/// An order of control solution for a result that does not say so itself.
pub fn make_control(entry: &mut Entry) {
    if let Payload::Smbg(smbg) = &mut entry.payload {
        smbg.sample = Sample::ControlSolution;
    }
}

fn unread(log: &str, other: Other, at: Stamp, fields: &Fields<'_>) -> Entry {
    Entry {
        origin: origin(log),
        at,
        validity: Validity::Valid,
        payload: Payload::Other(other),
        marks: Vec::new(),
        extra: Vec::new(),
        raw: fields.without_place(),
    }
}

fn origin(log: &str) -> Origin {
    Origin { log: log.to_owned(), numbers: log.to_owned(), sequence: None, part: 0 }
}

/// The time of a record, and whether the meter had lost it.
fn stamp(at: Time) -> (Stamp, bool) {
    match at {
        Time::At { local, .. } => (Stamp { local: Some(local), reliable: true, tick: None }, false),
        Time::Lost => (Stamp { local: None, reliable: false, tick: None }, true),
    }
}

fn level(record: &Record, limits: Option<Range>) -> Level {
    let bound = |threshold| Bound { threshold, stored: record.value };
    match (record.side, record.value) {
        (Side::Below, _) => Level::BelowRange(bound(limits.map(|limits| limits.low))),
        (Side::Above, _) => Level::AboveRange(bound(limits.map(|limits| limits.high))),
        (Side::Within, Some(value)) => Level::Value(value),
        // Not made by `Record::decode`.
        (Side::Within, None) => Level::NoValue("not-available".to_owned()),
    }
}

/// Whether a meter can show such a number: by what it says itself, else by what no meter exceeds.
fn is_shown(value: u32, unit: ConcentrationUnit, limits: Option<Range>) -> bool {
    match limits {
        Some(limits) => (limits.low..=limits.high).contains(&value),
        None if unit == ConcentrationUnit::MgPerDl => value <= 1_000_000,
        None => value <= 55_500,
    }
}

fn ucum(unit: ConcentrationUnit) -> &'static str {
    if unit == ConcentrationUnit::MgPerDl { "mg/dL" } else { "mmol/L" }
}
