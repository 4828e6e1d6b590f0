//! Records of the Libre: the lists `$history?` and `$arresult?`, which share one numbering.
//!
//! | `$history?`, type 12 | field | `$arresult?`, type 2    | field                                 |
//! |----------------------|-------|-------------------------|---------------------------------------|
//! | id                   | 0     | id                      | 0                                     |
//! | time                 | 2-7   | time                    | 2-7                                   |
//! | time valid           | 8     | time valid              | 8                                     |
//! | first of a sensor    | 12    | kind                    | 9: 0 strip, 1 ketone strip, 2 scan    |
//! | mg/dL                | 13    | 1 where LO or error     | 11                                    |
//! | age of the sensor, minutes | 14 | value                | 12                                    |
//! | error bits           | 15    | arrow                   | 14: 1 falling fast to 5 rising fast   |
//! |                      |       | sport, medication       | 15, 16                                |
//! |                      |       | rapid insulin, long     | 17, 18; half units in 43 (may be absent), 23 |
//! |                      |       | which comments          | 19, one bit each; texts in 29 to 34   |
//! |                      |       | food                    | 25; grams of carbohydrate in 26       |
//! |                      |       | error bits              | 28                                    |
//!
//! `$arresult?`, type 5, the clock was set: new time 2-7, old time 9-14. A type that is not here is
//! kept as it is.
//!
//! Spec: `README.md`, sources 1 to 4; field 8 is [inferred] from the same place in the database
//! record, whose flag says that the time is valid. Pure.

use super::{Value, value};
use crate::fields::{FieldError, Fields, Seconds, Time};
use crate::record::precision::Stamp;

/// Which list a record stood in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum List {
    /// `$history?`: what the sensor stored by itself.
    History,
    /// `$arresult?`: scans, strips, notes, clock changes.
    Results,
}

/// One record.
pub struct Record<'a> {
    /// The id.
    pub id: u32,
    /// What it holds.
    pub content: Content,
    /// As it was sent.
    pub line: &'a [u8],
}

/// What a record holds.
pub enum Content {
    /// A value that the sensor stored by itself.
    History {
        /// When.
        stamp: Stamp,
        /// Thousandths of mg/dL.
        value: Value,
        /// Whether it is the first of a sensor.
        first: bool,
        /// Age of the sensor in minutes.
        sensor_minutes: u32,
        /// 0 where there is no error.
        errors: u32,
    },
    /// A scan or a strip, and what the person noted with it.
    Reading(Box<Reading>),
    /// The clock was set.
    TimeChange {
        /// What it showed from then on.
        stamp: Stamp,
        /// What it showed before.
        before: Time,
    },
    /// Of a type whose fields nobody has described.
    Unknown {
        /// The type.
        kind: u32,
    },
}

/// A scan or a strip, and what the person noted with it.
pub struct Reading {
    /// When.
    pub stamp: Stamp,
    /// 0 strip, 1 ketone strip, 2 scan; anything else is not known.
    pub kind: u32,
    /// Set where the value is LO or there was an error.
    pub low_or_error: bool,
    /// Thousandths of mg/dL, for ketone of an eighteenth of a mmol/L.
    pub value: Value,
    /// The arrow, see above; 0 is none.
    pub trend: u32,
    /// The person marked sport.
    pub sport: bool,
    /// The person marked medication.
    pub medication: bool,
    /// Rapid acting insulin.
    pub rapid: Note,
    /// Long acting insulin.
    pub long: Note,
    /// Food: thousandths of a gram of carbohydrate.
    pub food: Note,
    /// One bit for each of the comments.
    pub comment_bits: u32,
    /// Their texts, six or none.
    pub comments: Vec<String>,
    /// 0 where there is no error.
    pub errors: u32,
}

/// Something that the person noted, perhaps with an amount.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Note {
    /// Whether it was noted.
    pub noted: bool,
    /// How much, in thousandths of a unit or of a gram; 0 where only the note was made.
    pub milli: u32,
}

/// Takes one record apart.
///
/// # Errors
///
/// Fields that a record of its type does not have.
pub fn decode(list: List, line: &[u8]) -> Result<Record<'_>, FieldError> {
    let fields = Fields::cut(line)?;
    let kind = fields.number(1)?;
    let content = match (list, kind) {
        (List::History, 12) => Content::History {
            stamp: stamp(&fields)?,
            value: value(&fields, 13)?,
            first: fields.flag(12)?,
            sensor_minutes: fields.number(14)?,
            errors: fields.number(15)?,
        },
        (List::Results, 2) => Content::Reading(Box::new(reading(&fields)?)),
        (List::Results, 5) => {
            Content::TimeChange { stamp: stamp(&fields)?, before: fields.time(9, Seconds::Stored)? }
        }
        _ => Content::Unknown { kind },
    };
    Ok(Record { id: fields.number(0)?, content, line })
}

fn stamp(fields: &Fields<'_>) -> Result<Stamp, FieldError> {
    Ok(Stamp { time: fields.time(2, Seconds::Stored)?, valid: fields.flag(8)? })
}

fn reading(fields: &Fields<'_>) -> Result<Reading, FieldError> {
    let has_rapid_amount = fields.count() > RAPID_AMOUNT;
    let rapid = if has_rapid_amount { halves(fields, RAPID_AMOUNT)? } else { 0 };
    let comments = if fields.count() > LAST_COMMENT {
        (FIRST_COMMENT..=LAST_COMMENT).map(|index| fields.text(index)).collect::<Result<_, _>>()?
    } else {
        Vec::new()
    };
    Ok(Reading {
        stamp: stamp(fields)?,
        kind: fields.number(9)?,
        low_or_error: fields.flag(11)?,
        value: value(fields, 12)?,
        trend: fields.number(14)?,
        sport: fields.flag(15)?,
        medication: fields.flag(16)?,
        rapid: Note { noted: fields.flag(17)?, milli: rapid },
        long: Note { noted: fields.flag(18)?, milli: halves(fields, 23)? },
        food: Note { noted: fields.flag(25)?, milli: fields.milli(26)? },
        comment_bits: fields.number(19)?,
        comments,
        errors: fields.number(28)?,
    })
}

/// Thousandths of a unit, of a number of half units.
fn halves(fields: &Fields<'_>, index: usize) -> Result<u32, FieldError> {
    fields.number(index)?.checked_mul(500).ok_or(FieldError::TooLarge { index })
}

const FIRST_COMMENT: usize = 29;
const LAST_COMMENT: usize = 34;
const RAPID_AMOUNT: usize = 43;

#[cfg(test)]
mod tests {
    use super::*;

    const SCAN: &str = "41211,2,3,10,26,7,41,5,1,2,0,0,118,1,4,0,0,1,0,0,0,0,0,0,0,1,45,0,0";
    const TAIL: &str = ",\"c1\",\"c2\",\"c3\",\"c4\",\"c5\",\"c6\",7,3,10,26,7,41,5,1,9";

    fn scan(line: &str) -> Result<Reading, FieldError> {
        match decode(List::Results, line.as_bytes())?.content {
            Content::Reading(reading) => Ok(*reading),
            _ => panic!("not a reading"),
        }
    }

    #[test]
    fn a_record_with_too_few_fields_is_refused() {
        let cut = SCAN.rsplit_once(',').unwrap().0;
        assert_eq!(scan(cut).err(), Some(FieldError::Missing { index: 28 }));
        let history = b"41207,12,3,10,26,7,15,30,1,0,0,0,0,104,1425";
        let missing = decode(List::History, history).err();
        assert_eq!(missing, Some(FieldError::Missing { index: 15 }));
        assert!(decode(List::Results, b"41207").is_err());
        assert!(decode(List::Results, b"5,5,3,10,26,7,41,5,1,3,10,26,6,41").is_err());
    }

    #[test]
    fn a_comment_that_is_no_text_is_refused() {
        let line = format!("{SCAN}{}", TAIL.replace("\"c4\"", "4"));
        assert_eq!(scan(&line).err(), Some(FieldError::NotText { index: 32 }));
    }

    #[test]
    fn a_type_of_the_other_list_is_not_read_as_one_of_this() {
        let strange = decode(List::History, SCAN.as_bytes()).map(|record| record.content);
        assert!(matches!(strange, Ok(Content::Unknown { kind: 2 })));
        let strange = decode(List::Results, b"7,12,3").map(|record| record.content);
        assert!(matches!(strange, Ok(Content::Unknown { kind: 12 })));
    }

    #[test]
    fn a_record_of_29_fields_has_no_amount_of_rapid_insulin_and_no_comments() {
        let reading = scan(SCAN).ok().unwrap();
        assert_eq!(reading.rapid, Note { noted: true, milli: 0 });
        assert!(reading.comments.is_empty());
    }

    #[test]
    fn the_worked_scan_agrees() {
        let reading = scan(&format!("{SCAN}{TAIL}")).ok().unwrap();
        assert_eq!(reading.value, Value::Milli(118_000));
        assert_eq!((reading.kind, reading.trend, reading.errors), (2, 4, 0));
        assert_eq!(reading.rapid, Note { noted: true, milli: 4_500 });
        assert_eq!(reading.food, Note { noted: true, milli: 45_000 });
        assert!(!reading.long.noted && !reading.sport && !reading.medication);
        assert_eq!(reading.comments.len(), 6);
    }
}
