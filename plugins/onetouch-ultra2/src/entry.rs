//! From a stored result to an entry of the contract.
//!
//! | stored                | entry                                                            |
//! |-----------------------|------------------------------------------------------------------|
//! | value under 20        | below the range, the number kept; no limit, as the meter sends none |
//! | value over 600        | above the range, the number kept                                 |
//! | `C`                   | control solution, never the person's reading                     |
//! | `?`                   | questionable, mark `suspect-value`                               |
//! | comment 01 to 10      | a mark                                                           |
//! | other comment, meal   | `vendor-marker` in `extra`                                       |
//!
//! This module is pure.

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Level, Meal, Origin, Payload, Sample, Smbg, Stamp,
    Validity,
};

use crate::record::Record;

/// The entry for one record; `text` is the line it was read from.
#[must_use]
pub fn entry(record: &Record, text: &str) -> Entry {
    let mut marks = Vec::new();
    let mut extra = Vec::new();
    if record.suspect {
        marks.push("suspect-value".to_owned());
    }
    match record.comment {
        0 => {}
        comment => match comment_mark(comment) {
            Some(mark) => marks.push(mark.to_owned()),
            None => extra.push(marker(&format!("comment {comment:02}"))),
        },
    }
    if record.at.is_none() {
        extra.push(("display-time".to_owned(), record.at_text.clone()));
    }
    let meal = match record.meal {
        'N' => Meal::None,
        'B' => Meal::Before,
        'A' => Meal::After,
        other => {
            extra.push(marker(&format!("meal {other}")));
            Meal::Unknown
        }
    };
    Entry {
        origin: Origin { log: LOG.to_owned(), numbers: LOG.to_owned(), sequence: None, part: 0 },
        at: Stamp { local: record.at, reliable: true, tick: None },
        validity: if record.suspect { Validity::Questionable } else { Validity::Valid },
        payload: Payload::Smbg(Smbg {
            level: level(record.mg_per_dl),
            unit: ConcentrationUnit::MgPerDl,
            sample: if record.control { Sample::ControlSolution } else { Sample::Blood },
            meal,
            minutes_after_meal: None,
            capture: Capture::Measured,
            reference_method: None,
        }),
        marks,
        extra,
        raw: text.as_bytes().to_vec(),
    }
}

fn level(mg_per_dl: u16) -> Level {
    let milli = u32::from(mg_per_dl) * 1000;
    let bound = Bound { threshold: None, stored: Some(milli) };
    match mg_per_dl {
        ..LOWEST => Level::BelowRange(bound),
        LOWEST..=HIGHEST => Level::Value(milli),
        _ => Level::AboveRange(bound),
    }
}

fn comment_mark(comment: u8) -> Option<&'static str> {
    Some(match comment {
        1 => "not-enough-food",
        2 => "too-much-food",
        3 => "mild-exercise",
        4 => "hard-exercise",
        5 => "medication",
        6 => "stress",
        7 => "illness",
        8 => "feel-hypo",
        9 => "menses",
        10 => "vacation",
        _ => return None,
    })
}

fn marker(what: &str) -> (String, String) {
    ("vendor-marker".to_owned(), what.to_owned())
}

const LOG: &str = "results";
const LOWEST: u16 = 20;
const HIGHEST: u16 = 600;

#[cfg(test)]
mod tests {
    use super::*;

    fn record(mg_per_dl: u16) -> Record {
        Record {
            at: meterport_sdk::time::checked(2026, 3, 10, 7, 15, 0),
            at_text: "03/10/26 07:15:00".to_owned(),
            mg_per_dl,
            control: false,
            suspect: false,
            meal: 'N',
            comment: 0,
        }
    }

    fn smbg(record: &Record) -> Smbg {
        match entry(record, "").payload {
            Payload::Smbg(smbg) => smbg,
            _ => panic!("not a fingerstick result"),
        }
    }

    #[test]
    fn a_value_outside_the_range_is_no_number_and_keeps_what_was_stored() {
        let stored = |milli| Bound { threshold: None, stored: Some(milli) };
        assert_eq!(smbg(&record(601)).level, Level::AboveRange(stored(601_000)));
        assert_eq!(smbg(&record(19)).level, Level::BelowRange(stored(19_000)));
        assert_eq!(smbg(&record(600)).level, Level::Value(600_000));
        assert_eq!(smbg(&record(20)).level, Level::Value(20_000));
    }

    #[test]
    fn a_value_that_failed_its_parity_check_is_questionable() {
        let entry = entry(&Record { suspect: true, ..record(104) }, "");
        assert_eq!(entry.validity, Validity::Questionable);
        assert_eq!(entry.marks, ["suspect-value"]);
    }

    #[test]
    fn a_control_test_is_kept_and_marked() {
        assert_eq!(smbg(&Record { control: true, ..record(118) }).sample, Sample::ControlSolution);
    }

    #[test]
    fn comments_and_meals_nobody_has_described_are_kept_as_they_are() {
        let strange = Record { meal: 'X', comment: 57, ..record(104) };
        assert_eq!(smbg(&strange).meal, Meal::Unknown);
        assert_eq!(entry(&strange, "").extra, [marker("comment 57"), marker("meal X")]);
        assert_eq!(entry(&Record { comment: 11, ..record(104) }, "").extra, [marker("comment 11")]);
    }

    #[test]
    fn a_date_no_calendar_has_is_no_time_and_is_kept_as_it_was_sent() {
        let line = r#"P "TUE","06/31/26","07:15:00   ","  104 ","B","00", 00"#;
        let entry = entry(&Record::parse(line).unwrap(), line);
        // The meter does not say that it lost the time.
        assert!(entry.at.local.is_none() && entry.at.reliable);
        let shown = ("display-time".to_owned(), "06/31/26 07:15:00".to_owned());
        assert_eq!(entry.extra, [shown]);
    }
}
