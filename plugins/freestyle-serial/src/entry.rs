//! From a stored result to an entry of the contract.
//!
//! | stored                       | entry                                                       |
//! |------------------------------|-------------------------------------------------------------|
//! | `HI`, `LO`                   | above, below the range; no number and no limit are sent     |
//! | control flag                 | control solution, never the person's reading                |
//! | Precision, bit 1             | the time is not reliable, mark `lost-time`                  |
//! | "plasma type", other flags   | `vendor-marker` in `extra`: nobody has described their codes |
//! | ketone                       | eighteenths of a mmol/L, as stored                          |
//!
//! This module is pure.

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Ketone, Level, Meal, Origin, Payload, Sample, Smbg,
    Stamp, Validity,
};

use crate::record::{Kind, Record, Value};

/// The entry for one record; `line` is what it was read from.
#[must_use]
pub fn entry(record: &Record, line: &[u8]) -> Entry {
    let mut extra = Vec::new();
    if let Kind::LiteGlucose(plasma) = record.kind {
        extra.push(marker(&format!("plasma-type {plasma:02x}")));
    }
    let flags = Flags::of(record);
    if flags.unknown {
        extra.push(marker(&format!("flags 0x{:02x}", record.flags)));
    }
    if record.at.is_none() {
        extra.push(("display-time".to_owned(), record.at_text.clone()));
    }
    let payload = match record.kind {
        Kind::LiteGlucose(_) | Kind::Glucose => Payload::Smbg(Smbg {
            level: level(record.value),
            unit: ConcentrationUnit::MgPerDl,
            sample: flags.sample,
            meal: Meal::Unknown,
            minutes_after_meal: None,
            capture: Capture::Measured,
            reference_method: None,
        }),
        Kind::Ketone => Payload::Ketone(Ketone {
            level: level(record.value),
            unit: ConcentrationUnit::EighteenthMmolPerL,
            sample: flags.sample,
        }),
    };
    Entry {
        origin: Origin { log: LOG.to_owned(), numbers: LOG.to_owned(), sequence: None, part: 0 },
        at: Stamp { local: record.at, reliable: !flags.lost_time, tick: None },
        validity: Validity::Valid,
        payload,
        marks: if flags.lost_time { vec!["lost-time".to_owned()] } else { Vec::new() },
        extra,
        raw: line.to_vec(),
    }
}

struct Flags {
    sample: Sample,
    lost_time: bool,
    unknown: bool,
}

impl Flags {
    fn of(record: &Record) -> Self {
        match record.kind {
            // A digit: 0, or 1 for control solution; with any other, nobody knows.
            Kind::LiteGlucose(_) => Self {
                sample: match record.flags & 0x0F {
                    0 => Sample::Blood,
                    1 => Sample::ControlSolution,
                    _ => Sample::Unknown,
                },
                lost_time: false,
                unknown: record.flags > 1,
            },
            Kind::Glucose | Kind::Ketone => Self {
                sample: match record.flags & 0x01 {
                    0 => Sample::Blood,
                    _ => Sample::ControlSolution,
                },
                lost_time: record.flags & 0x02 != 0,
                unknown: record.flags > 3,
            },
        }
    }
}

fn level(value: Value) -> Level {
    let bound = Bound { threshold: None, stored: None };
    match value {
        Value::Number(number) => Level::Value(u32::from(number) * 1000),
        Value::High => Level::AboveRange(bound),
        Value::Low => Level::BelowRange(bound),
    }
}

fn marker(what: &str) -> (String, String) {
    ("vendor-marker".to_owned(), what.to_owned())
}

const LOG: &str = "results";

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Entry {
        entry(&Record::parse(line.as_bytes()).unwrap(), line.as_bytes())
    }

    fn sample(entry: &Entry) -> Sample {
        match &entry.payload {
            Payload::Smbg(smbg) => smbg.sample,
            Payload::Ketone(ketone) => ketone.sample,
            _ => panic!("not a concentration"),
        }
    }

    #[test]
    fn a_control_test_is_kept_and_marked_in_either_group() {
        for line in [
            "118  June 08 2025 12:00 09 0x01",
            "118  June 08 2025 12:00 09 0xA1",
            "118  June 08 2025 12:00 G 0x01",
            "011  June 08 2025 12:00 K 0x03",
        ] {
            assert_eq!(sample(&of(line)), Sample::ControlSolution, "{line}");
        }
    }

    #[test]
    fn a_time_from_a_clock_that_was_not_set_is_not_reliable() {
        let lost = of("104  Jan  01 2000 00:10 G 0x02");
        assert!(!lost.at.reliable && lost.at.local.is_some());
        assert_eq!(lost.marks, ["lost-time"]);
        assert!(
            of("104  Jan  01 2000 00:10 09 0x02").at.reliable,
            "the other group has no such bit"
        );
    }

    #[test]
    fn a_date_no_calendar_has_is_no_time_and_is_kept_as_it_was_sent() {
        for (line, shown) in [
            ("104  June 31 2026 07:15 09 0x00", "June 31 2026 07:15"),
            ("104  Feb  30 2026 07:15 G 0x00", "Feb  30 2026 07:15"),
            ("104  Mar  10 2026 25:15 G 0x00", "Mar  10 2026 25:15"),
        ] {
            let entry = of(line);
            // The meter does not say that it lost the time.
            assert!(entry.at.local.is_none() && entry.at.reliable, "{line}");
            assert!(entry.extra.contains(&("display-time".to_owned(), shown.to_owned())), "{line}");
        }
        let lost = of("104  Feb  30 2026 07:15 G 0x02");
        assert!(lost.at.local.is_none() && !lost.at.reliable);
    }

    #[test]
    fn flags_nobody_has_described_are_kept_as_they_are() {
        let strange = of("104  Mar  10 2026 07:15 G 0x24");
        assert_eq!(strange.extra, [marker("flags 0x24")]);
        assert_eq!(sample(&strange), Sample::Blood);
        let strange = of("104  Mar  10 2026 07:15 0a 0x12");
        assert_eq!(strange.extra, [marker("plasma-type 0a"), marker("flags 0x12")]);
        assert_eq!(sample(&strange), Sample::Unknown);
    }

    #[test]
    fn ketone_stays_in_eighteenths() {
        let Payload::Ketone(ketone) = of("011  Mar  10 2026 07:20 K 0x00").payload else {
            panic!("not a ketone result");
        };
        assert_eq!(ketone.level, Level::Value(11_000));
        assert_eq!(ketone.unit, ConcentrationUnit::EighteenthMmolPerL);
    }

    #[test]
    fn hi_and_lo_are_no_numbers() {
        let bound = Bound { threshold: None, stored: None };
        assert_eq!(level(Value::High), Level::AboveRange(bound));
        assert_eq!(level(Value::Low), Level::BelowRange(bound));
    }
}
