//! From a record to what the contract calls an entry.
//!
//! | record                                     | entry                                              |
//! |--------------------------------------------|----------------------------------------------------|
//! | HI, LO                                     | out of range, without a limit, with the stored number |
//! | control solution                           | control solution, never the person's reading       |
//! | the same with anything but glucose, ketone | invalid, mark `test-data`                          |
//! | time lost                                  | no time, not reliable, mark `lost-time`            |
//! | haematocrit and so on                      | `other` with its code; the stored number, no unit  |
//! | a type that nobody has described           | `other`, `vendor-record`, with the bytes           |
//!
//! A record's place is counted from the newest one and moves, so it is no sequence.
//!
//! Pure. Units and times are not converted here; the host does that.

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Ketone, Level, Meal, Origin, Other, Payload, Sample,
    Smbg, Stamp, Validity,
};

use crate::record::{Kind, Mark, Record, Side};

/// The one log of the meter.
pub const LOG: &str = "results";

/// What the driver reports for one record.
#[must_use]
pub fn from_record(record: &Record) -> Entry {
    let local = record.at.local();
    let payload = payload(record);
    let no_place_for_control = record.mark == Mark::Control && matches!(payload, Payload::Other(_));
    let marks = [("lost-time", local.is_none()), ("test-data", no_place_for_control)];
    let unknown = match record.kind {
        Kind::Unknown(number) => Some(vendor_marker(format!("type-{number}"))),
        _ => None,
    };
    let control = no_place_for_control.then(|| vendor_marker("control-solution".to_owned()));
    Entry {
        origin: Origin { log: LOG.to_owned(), numbers: LOG.to_owned(), sequence: None, part: 0 },
        at: Stamp { local, reliable: local.is_some(), tick: None },
        validity: if no_place_for_control { Validity::Invalid } else { Validity::Valid },
        payload,
        marks: marks.iter().filter(|(_, is)| *is).map(|(mark, _)| (*mark).to_owned()).collect(),
        extra: unknown.into_iter().chain(control).collect(),
        raw: record.bytes.to_vec(),
    }
}

/// A registered place for what the maker alone knows.
#[must_use]
pub fn vendor_marker(text: String) -> (String, String) {
    ("vendor-marker".to_owned(), text)
}

fn payload(record: &Record) -> Payload {
    let sample = if record.mark == Mark::Control { Sample::ControlSolution } else { Sample::Blood };
    match record.kind {
        Kind::Glucose => Payload::Smbg(Smbg {
            level: level(record),
            unit: ConcentrationUnit::MgPerDl,
            sample,
            meal: match record.mark {
                Mark::None => Meal::None,
                Mark::BeforeMeal => Meal::Before,
                Mark::AfterMeal => Meal::After,
                // It stands where a mark for a meal would.
                Mark::Control => Meal::Unknown,
            },
            minutes_after_meal: None,
            // These meters have no way to enter a result by hand.
            capture: Capture::Measured,
            reference_method: None,
        }),
        Kind::Ketone => Payload::Ketone(Ketone {
            level: level(record),
            unit: ConcentrationUnit::ThreeHundredthMmolPerL,
            sample,
        }),
        Kind::Named(code) => other(code, Some(level(record))),
        Kind::Unknown(_) => other("vendor-record", None),
    }
}

fn other(code: &str, level: Option<Level>) -> Payload {
    Payload::Other(Other { code: code.to_owned(), level, unit: None, text: None })
}

fn level(record: &Record) -> Level {
    let milli = u32::from(record.value) * 1000;
    // The meter sends no limit.
    let bound = Bound { threshold: None, stored: Some(milli) };
    match record.side() {
        Side::Below => Level::BelowRange(bound),
        Side::Within => Level::Value(milli),
        Side::Above => Level::AboveRange(bound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::decode;
    use crate::time::{Time, decode_time};

    fn entry(value: u16, flags: u8) -> Entry {
        let time = [0x6A, 0x34, 0x0F, 0x07];
        let [v0, v1] = value.to_le_bytes();
        from_record(&decode(decode_time(time).unwrap(), time, [v0, v1, 0, flags]).unwrap())
    }

    #[test]
    fn a_control_test_of_anything_is_never_the_persons() {
        let Payload::Smbg(smbg) = entry(118, 0xC0).payload else { panic!("no glucose") };
        assert!(smbg.sample == Sample::ControlSolution && smbg.meal == Meal::Unknown);
        let Payload::Ketone(ketone) = entry(450, 0xC0 | 0x1C).payload else { panic!("no ketone") };
        assert!(ketone.sample == Sample::ControlSolution);
        for number in (1..16).filter(|number| *number != 7) {
            let entry = entry(42, 0xC0 | (number << 2));
            assert_eq!(entry.validity, Validity::Invalid);
            assert_eq!(entry.marks, ["test-data"]);
            assert!(entry.extra.contains(&vendor_marker("control-solution".to_owned())));
        }
    }

    #[test]
    fn a_type_that_nobody_described_has_bytes_and_no_number() {
        let entry = entry(0x1234, 0xA << 2);
        let Payload::Other(other) = entry.payload else { panic!("a result") };
        assert!(other.code == "vendor-record" && other.level.is_none());
        assert_eq!(entry.raw, [0x6A, 0x34, 0x0F, 0x07, 0x34, 0x12, 0, 0x28]);
        assert_eq!(entry.extra, [vendor_marker("type-10".to_owned())]);
    }

    #[test]
    fn a_lost_time_is_said_and_the_result_is_kept() {
        let entry = from_record(&decode(Time::Lost, [0; 4], [104, 0, 0, 0]).unwrap());
        assert!(entry.at.local.is_none() && !entry.at.reliable);
        assert_eq!(entry.marks, ["lost-time"]);
        assert_eq!(entry.validity, Validity::Valid);
    }

    #[test]
    fn haematocrit_keeps_its_number_and_gets_no_unit() {
        let Payload::Other(other) = entry(42, 0x18).payload else { panic!("no other") };
        assert!(other.code == "haematocrit" && other.unit.is_none());
        assert!(other.level == Some(Level::Value(42_000)));
    }

    #[test]
    fn ketone_is_the_stored_number_in_its_own_unit() {
        let Payload::Ketone(ketone) = entry(450, 0x1C).payload else { panic!("no ketone") };
        assert!(ketone.level == Level::Value(450_000));
        assert_eq!(ketone.unit, ConcentrationUnit::ThreeHundredthMmolPerL);
    }
}
