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
    let suspect = matches!(record.value, Value::Milli(milli) if milli > MOST_MILLI);
    Entry {
        origin: Origin { log: LOG.to_owned(), numbers: LOG.to_owned(), sequence: None, part: 0 },
        at: Stamp { local: Some(record.at), reliable: true, tick: None },
        validity: if suspect { Validity::Questionable } else { Validity::Valid },
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
        marks: if suspect { vec!["suspect-value".to_owned()] } else { Vec::new() },
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

/// The largest number of mg/dL that is believed, in thousandths: no meter of the family measures
/// more than 600, and a record has room for far more. A larger one is kept, and not believed.
const MOST_MILLI: u32 = 1_000_000;

/// The meter sends no limit, and what stands in the record is a code, not a number of mg/dL.
const NOT_SENT: Bound = Bound { threshold: None, stored: None };

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    fn entry(mg_per_dl: u32) -> Entry {
        let at = checked(2026, 3, 10, 7, 15, 0).unwrap();
        from_record(&Record { at, value: Value::Milli(mg_per_dl * 1000), bytes: [0; 8] })
    }

    #[test]
    fn a_number_that_no_meter_measures_is_kept_and_never_valid() {
        for mg_per_dl in [1_001, 2_000_000, 4_294_967] {
            let entry = entry(mg_per_dl);
            assert_eq!(entry.validity, Validity::Questionable);
            assert_eq!(entry.marks, ["suspect-value"]);
            let Payload::Smbg(smbg) = entry.payload else { panic!("not a fingerstick result") };
            assert!(smbg.level == Level::Value(mg_per_dl * 1000));
        }
    }

    #[test]
    fn every_other_number_is_valid_and_has_no_mark() {
        for mg_per_dl in [0, 20, 104, 600, 1_000] {
            let entry = entry(mg_per_dl);
            assert!(entry.validity == Validity::Valid && entry.marks.is_empty());
        }
    }
}
