//! Entries of Precision Neo and InsuLinx.
//!
//! | stored                | entry                                                             |
//! |-----------------------|-------------------------------------------------------------------|
//! | id                    | `sequence`; for InsuLinx absent, since nobody knows what it counts |
//! | `HI`, `LO`            | above, below the range; no number and no limit are sent           |
//! | control flag          | control solution, never the person's reading                      |
//! | time not valid, 255   | the time is not reliable, mark `lost-time`                        |
//! | ketone                | eighteenths of a mmol/L, as stored                                |
//! | more than 1000 mg/dL  | questionable, mark `suspect-value`                                |
//! | type not described    | `vendor-record` with its bytes                                    |
//!
//! Pure.

use meterport_sdk::wit::{
    ConcentrationUnit, Entry, InsulinAction, InsulinDose, Ketone, Level, Origin, Payload, Sample,
};

use super::{MOST_MILLI, NOT_SENT, entry, marker, smbg, suspect, time_change, unknown};
use crate::model::Model;
use crate::record::Value;
use crate::record::precision::{Content, Record};

/// The one log of these meters.
pub const LOG: &str = "results";

/// What the driver reports for one record.
#[must_use]
pub fn from_record(model: Model, record: &Record<'_>) -> Entry {
    let sequence = match model {
        Model::InsuLinx => None,
        Model::PrecisionNeo | Model::Libre => Some(u64::from(record.id)),
    };
    let origin = Origin { log: LOG.to_owned(), numbers: LOG.to_owned(), sequence, part: 0 };
    let line = record.line;
    match &record.content {
        Content::Glucose { stamp, value, control } => {
            let mut entry = entry(origin, stamp, smbg(level(*value), sample(*control)), line);
            match value {
                Value::Milli(milli) if *milli > MOST_MILLI => suspect(&mut entry),
                Value::Unknown => suspect(&mut entry),
                _ => {}
            }
            entry
        }
        Content::Ketone { stamp, value, control } => {
            let payload = Payload::Ketone(Ketone {
                level: level(*value),
                unit: ConcentrationUnit::EighteenthMmolPerL,
                sample: sample(Some(*control)),
            });
            entry(origin, stamp, payload, line)
        }
        Content::Insulin { stamp, occasion, milli_units } => {
            let (action, named) = occasion_of(*occasion);
            let payload = Payload::InsulinDose(InsulinDose {
                amount: Some(*milli_units),
                action,
                occasion: named.map(str::to_owned),
            });
            let mut entry = entry(origin, stamp, payload, line);
            if named.is_none() {
                entry.extra.push(marker(format!("occasion {occasion}")));
            }
            entry
        }
        Content::TimeChange { stamp, before } => time_change(origin, stamp, before, line),
        Content::Unknown { kind } => unknown(origin, *kind, line),
    }
}

fn level(value: Value) -> Level {
    match value {
        Value::Milli(milli) => Level::Value(milli),
        Value::High => Level::AboveRange(NOT_SENT),
        Value::Low => Level::BelowRange(NOT_SENT),
        Value::Unknown => Level::NoValue("not-a-number".to_owned()),
    }
}

fn sample(control: Option<bool>) -> Sample {
    match control {
        Some(true) => Sample::ControlSolution,
        Some(false) => Sample::Blood,
        None => Sample::Unknown,
    }
}

/// The meter says which dose is long acting; what the doses of the meals are it does not say.
fn occasion_of(occasion: u32) -> (InsulinAction, Option<&'static str>) {
    match occasion {
        0 => (InsulinAction::Long, Some("morning")),
        1 => (InsulinAction::Unknown, Some("breakfast")),
        2 => (InsulinAction::Unknown, Some("lunch")),
        3 => (InsulinAction::Long, Some("evening")),
        4 => (InsulinAction::Unknown, Some("dinner")),
        _ => (InsulinAction::Unknown, None),
    }
}

#[cfg(test)]
mod tests;
