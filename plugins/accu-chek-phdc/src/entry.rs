//! From a stored record to what the contract calls an entry.
//!
//! | stored                             | reported                                                |
//! |------------------------------------|---------------------------------------------------------|
//! | status `8000`                      | `invalid`, mark `suspect-value`                         |
//! | status `4000`                      | `questionable`, mark `suspect-value`                    |
//! | status `2000`                      | `invalid`, no value: `not-available`                    |
//! | status `1000`, `0800`, `0400`      | `questionable` `calibrating`; `invalid` `test-data`, `demo-data` |
//! | any other bit                      | `questionable`, and the status as `vendor-marker`       |
//! | a number below 10 or above 1000    | `questionable`, mark `suspect-value`                    |
//! | zeros or ones for a date           | no time, not reliable, mark `lost-time`                 |
//! | any other date that is none        | no time, and the digits as `display-time`               |
//! | an entry of a form nobody described | `other`, `vendor-record`, its bytes                     |
//!
//! Meals and control solution are not in a result, so both are `unknown`. The place of an entry in
//! its segment is no lasting number, so there is no `sequence`.
//!
//! Pure. Units and times are not converted here; the host does that.

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Level, Meal, Origin, Other, Payload, Sample, Smbg,
    Stamp, Validity,
};

use crate::record::{Record, status};
use crate::sfloat::Value;

/// The name of a segment's log.
#[must_use]
pub fn log(segment: u16) -> String {
    if segment == 0 { "results".to_owned() } else { format!("segment-{segment}") }
}

/// What the driver reports for one result.
#[must_use]
pub fn from_record(log: &str, record: &Record) -> Entry {
    let mut marks: Vec<&str> = Vec::new();
    if is_suspect(record) {
        marks.push("suspect-value");
    }
    let named = [
        (status::CALIBRATING, "calibrating"),
        (status::TEST_DATA, "test-data"),
        (status::DEMO_DATA, "demo-data"),
    ];
    marks.extend(named.iter().filter(|(bit, _)| record.status & bit != 0).map(|(_, mark)| mark));
    if record.time_unset {
        marks.push("lost-time");
    }
    Entry {
        origin: origin(log),
        at: Stamp { local: record.at, reliable: !record.time_unset, tick: None },
        validity: validity(record),
        payload: Payload::Smbg(Smbg {
            level: level(record),
            unit: ConcentrationUnit::MgPerDl,
            sample: Sample::Unknown,
            meal: Meal::Unknown,
            minutes_after_meal: None,
            // Nothing in a result says how it came into the meter.
            capture: Capture::Unknown,
            reference_method: None,
        }),
        marks: marks.into_iter().map(str::to_owned).collect(),
        extra: extra(record),
        raw: record.bytes.to_vec(),
    }
}

/// What the driver reports for an entry whose form nobody described.
#[must_use]
pub fn undocumented(log: &str, bytes: &[u8]) -> Entry {
    let other = Other { code: "vendor-record".to_owned(), level: None, unit: None, text: None };
    Entry {
        origin: origin(log),
        at: Stamp { local: None, reliable: false, tick: None },
        validity: Validity::Valid,
        payload: Payload::Other(other),
        marks: Vec::new(),
        extra: Vec::new(),
        raw: bytes.to_vec(),
    }
}

/// What is stored and has no place of its own.
fn extra(record: &Record) -> Vec<(String, String)> {
    let mut extra = Vec::new();
    if record.at.is_none() && !record.time_unset {
        let digits = record.bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        extra.push(("display-time".to_owned(), digits));
    }
    if record.status & !status::KNOWN != 0 {
        extra.push(("vendor-marker".to_owned(), format!("status-{:04x}", record.status)));
    }
    extra
}

fn origin(log: &str) -> Origin {
    Origin { log: log.to_owned(), numbers: log.to_owned(), sequence: None, part: 0 }
}

fn level(record: &Record) -> Level {
    let no_value = |code: &str| Level::NoValue(code.to_owned());
    if record.status & status::NOT_AVAILABLE != 0 {
        return no_value("not-available");
    }
    match record.value {
        Value::Milli(milli) | Value::Doubtful(milli) => Level::Value(milli),
        Value::High => Level::AboveRange(NOT_SENT),
        Value::Low => Level::BelowRange(NOT_SENT),
        Value::NotANumber => no_value("not-a-number"),
        Value::NotAtThisResolution => no_value("not-at-this-resolution"),
        Value::Reserved => no_value("reserved-code"),
    }
}

fn validity(record: &Record) -> Validity {
    const BAD: u16 =
        status::INVALID | status::NOT_AVAILABLE | status::TEST_DATA | status::DEMO_DATA;
    let number = match record.value {
        Value::NotANumber | Value::NotAtThisResolution | Value::Reserved => Validity::Invalid,
        _ if is_suspect(record) => Validity::Questionable,
        _ => Validity::Valid,
    };
    match record.status {
        0 => number,
        bits if bits & BAD != 0 => Validity::Invalid,
        _ if number == Validity::Invalid => Validity::Invalid,
        _ => Validity::Questionable,
    }
}

/// Whether the meter or the number itself says that the number is not to be believed.
fn is_suspect(record: &Record) -> bool {
    let strange = match record.value {
        Value::Milli(milli) => !MEASURED_MILLI.contains(&milli),
        Value::Doubtful(_) => true,
        _ => false,
    };
    strange || record.status & (status::INVALID | status::QUESTIONABLE) != 0
}

/// What is believed, in thousandths of mg/dL: no meter of the family measures less than 10 or more
/// than 600, and says LO and HI instead.
const MEASURED_MILLI: std::ops::RangeInclusive<u32> = 10_000..=1_000_000;

/// The meter sends no limit, and HI and LO are codes, not numbers of mg/dL.
const NOT_SENT: Bound = Bound { threshold: None, stored: None };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::decode;

    fn entry(value: u16, status: u16) -> Entry {
        let [high, low] = value.to_be_bytes();
        let [first, second] = status.to_be_bytes();
        let bytes = [0x20, 0x26, 3, 0x10, 7, 0x15, 0, 0, high, low, first, second];
        from_record("results", &decode(&bytes).ok().unwrap())
    }

    fn level(entry: &Entry) -> &Level {
        let Payload::Smbg(smbg) = &entry.payload else { panic!("not a fingerstick result") };
        &smbg.level
    }

    #[test]
    fn no_status_but_zero_is_a_valid_result() {
        for status in 1..=0xFFFF {
            assert_ne!(entry(0x0068, status).validity, Validity::Valid, "{status:#06x}");
        }
        assert_eq!(entry(0x0068, 0).validity, Validity::Valid);
    }

    #[test]
    fn each_bit_of_the_status_says_why() {
        for (status, validity, marks) in [
            (0x8000, Validity::Invalid, vec!["suspect-value"]),
            (0x4000, Validity::Questionable, vec!["suspect-value"]),
            (0x2000, Validity::Invalid, vec![]),
            (0x1000, Validity::Questionable, vec!["calibrating"]),
            (0x0800, Validity::Invalid, vec!["test-data"]),
            (0x0400, Validity::Invalid, vec!["demo-data"]),
            (0x1C00, Validity::Invalid, vec!["calibrating", "test-data", "demo-data"]),
        ] {
            let entry = entry(0x0068, status);
            assert_eq!(
                (entry.validity, entry.marks),
                (validity, marks_of(&marks)),
                "{status:#06x}"
            );
            assert!(entry.extra.is_empty());
        }
    }

    #[test]
    fn a_bit_that_nobody_described_is_kept_as_it_is() {
        let entry = entry(0x0068, 0x0080);
        assert_eq!(entry.validity, Validity::Questionable);
        assert_eq!(entry.extra, [("vendor-marker".to_owned(), "status-0080".to_owned())]);
    }

    #[test]
    fn a_value_that_is_not_available_is_no_number_whatever_stands_there() {
        for value in [0x0068, 0x07FE, 0x07FF] {
            assert!(*level(&entry(value, 0x2000)) == Level::NoValue("not-available".to_owned()));
        }
    }

    #[test]
    fn a_number_that_no_meter_measures_is_kept_and_never_valid() {
        for (value, milli) in [(0x0000, 0), (0xF063, 9_900), (0x03E9, 1_001_000), (0xF7FE, 204_600)]
        {
            let entry = entry(value, 0);
            assert!(*level(&entry) == Level::Value(milli));
            assert_eq!(entry.validity, Validity::Questionable);
            assert_eq!(entry.marks, marks_of(&["suspect-value"]));
        }
    }

    #[test]
    fn hi_and_lo_are_no_numbers_and_valid() {
        let (high, low) = (entry(0x07FE, 0), entry(0x0802, 0));
        assert!(*level(&high) == Level::AboveRange(NOT_SENT));
        assert!(*level(&low) == Level::BelowRange(NOT_SENT));
        assert_eq!((high.validity, low.validity), (Validity::Valid, Validity::Valid));
    }

    #[test]
    fn the_other_codes_are_no_numbers_and_invalid() {
        let codes = [
            (0x07FF, "not-a-number"),
            (0x0800, "not-at-this-resolution"),
            (0x0801, "reserved-code"),
        ];
        for (value, code) in codes {
            let entry = entry(value, 0);
            assert!(*level(&entry) == Level::NoValue(code.to_owned()));
            assert_eq!(entry.validity, Validity::Invalid);
        }
    }

    #[test]
    fn a_date_that_no_calendar_has_is_kept_as_it_is_and_gives_no_time() {
        let bytes = [0x20, 0x26, 0x13, 0x32, 0x25, 0x61, 0, 0, 0, 0x68, 0, 0];
        let entry = from_record("results", &decode(&bytes).ok().unwrap());
        assert!(entry.at.local.is_none() && entry.at.reliable && entry.marks.is_empty());
        let digits = "2026133225610000".to_owned();
        assert_eq!(entry.extra, [("display-time".to_owned(), digits)]);
    }

    #[test]
    fn a_result_from_a_lost_clock_has_no_time_and_says_so() {
        let bytes = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0x68, 0, 0];
        let entry = from_record("results", &decode(&bytes).ok().unwrap());
        assert!(entry.at.local.is_none() && !entry.at.reliable);
        assert_eq!(entry.marks, marks_of(&["lost-time"]));
        assert_eq!(entry.raw, bytes);
    }

    fn marks_of(marks: &[&str]) -> Vec<String> {
        marks.iter().map(|mark| (*mark).to_owned()).collect()
    }
}
