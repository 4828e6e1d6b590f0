//! Records of the list `$result?`: Precision Neo and InsuLinx.
//!
//! | type | record         | fields, counted from the type                                          |
//! |------|----------------|------------------------------------------------------------------------|
//! | 7    | glucose        | 1 id, 2 time, 7 time valid, 8 mg/dL, HI or LO, 10: 0 is control solution |
//! | 9    | ketone         | 1 id, 2 time, 7 time valid, 8 eighteenths of a mmol/L, HI or LO, 9: 0 is control solution |
//! | 10   | insulin        | 1 id, 2 time, 7 time valid, 8 occasion, 9 units                        |
//! | 6    | clock was set  | 1 id, 2 new time, 7 time valid, 8 old time                             |
//! | 11   | basal titration | 1 id; the rest is not known                                           |
//! | 0    | glucose, InsuLinx | 1 id, 2 time, 13 mg/dL; the form of HI and LO is not known          |
//!
//! A time is five fields: month, day, year, hour, minute. Occasions: 0 morning, long acting;
//! 1 breakfast; 2 lunch; 3 evening, long acting; 4 dinner. A type that is not in the table is kept
//! as it is.
//!
//! Spec: `README.md`, sources 1, 3 and 4. Pure.

use super::{Value, value};
use crate::fields::{FieldError, Fields, Seconds, Time};
use crate::model::Model;

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
    /// A fingerstick result in thousandths of mg/dL.
    Glucose {
        /// When.
        stamp: Stamp,
        /// What.
        value: Value,
        /// Whether it was a test with control solution, where the meter says so.
        control: Option<bool>,
    },
    /// A ketone result in thousandths of an eighteenth of a mmol/L.
    Ketone {
        /// When.
        stamp: Stamp,
        /// What.
        value: Value,
        /// Whether it was a test with control solution.
        control: bool,
    },
    /// A dose that the person noted.
    Insulin {
        /// When.
        stamp: Stamp,
        /// Which dose of the day, see above.
        occasion: u32,
        /// Thousandths of a unit.
        milli_units: u32,
    },
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

/// The time of a record.
#[derive(Clone, PartialEq)]
pub struct Stamp {
    /// What the clock showed.
    pub time: Time,
    /// Whether the meter says that its clock was set.
    pub valid: bool,
}

/// Takes one record apart.
///
/// # Errors
///
/// Fields that a record of its type does not have.
pub fn decode<'a>(model: Model, line: &'a [u8]) -> Result<Record<'a>, FieldError> {
    let fields = Fields::cut(line)?;
    let kind = fields.number(0)?;
    let content = match (model, kind) {
        (Model::InsuLinx, 0) => insulinx(&fields)?,
        (Model::PrecisionNeo, 7) => Content::Glucose {
            stamp: stamp(&fields)?,
            value: value(&fields, 8)?,
            control: Some(!fields.flag(10)?),
        },
        (Model::PrecisionNeo, 9) => Content::Ketone {
            stamp: stamp(&fields)?,
            value: value(&fields, 8)?,
            control: !fields.flag(9)?,
        },
        (Model::PrecisionNeo, 10) => Content::Insulin {
            stamp: stamp(&fields)?,
            occasion: fields.number(8)?,
            milli_units: fields.milli(9)?,
        },
        (Model::PrecisionNeo, 6) => {
            Content::TimeChange { stamp: stamp(&fields)?, before: fields.time(8, Seconds::Absent)? }
        }
        _ => Content::Unknown { kind },
    };
    Ok(Record { id: fields.number(1)?, content, line })
}

fn stamp(fields: &Fields<'_>) -> Result<Stamp, FieldError> {
    Ok(Stamp { time: fields.time(2, Seconds::Absent)?, valid: fields.flag(7)? })
}

fn insulinx(fields: &Fields<'_>) -> Result<Content, FieldError> {
    Ok(Content::Glucose {
        // Nothing in the record is known to say whether the clock was set.
        stamp: Stamp { time: fields.time(2, Seconds::Absent)?, valid: true },
        value: match value(fields, 13) {
            Err(FieldError::NotANumber { .. }) => Value::Unknown,
            other => other?,
        },
        control: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neo(line: &str) -> Result<Content, FieldError> {
        decode(Model::PrecisionNeo, line.as_bytes()).map(|record| record.content)
    }

    #[test]
    fn a_value_that_is_neither_a_number_nor_hi_nor_lo_is_refused() {
        for value in ["", "ERR", "1.5", "-3", "hi"] {
            let line = format!("7,15,3,10,26,7,15,1,{value},0,1,0,0,0,0,0,0,0,0");
            assert_eq!(neo(&line).err(), Some(FieldError::NotANumber { index: 8 }), "{value}");
        }
    }

    #[test]
    fn a_value_too_large_for_thousandths_is_an_error_never_the_largest_one() {
        let line = "7,15,3,10,26,7,15,1,4294968,0,1";
        assert_eq!(neo(line).err().map(FieldError::code), Some("value-too-large"));
        let line = "10,18,3,11,26,8,0,1,1,4294968,0,0,0";
        assert_eq!(neo(line).err().map(FieldError::code), Some("value-too-large"));
    }

    #[test]
    fn a_record_with_too_few_fields_is_refused() {
        for line in ["7", "7,15", "7,15,3,10,26,7,15,1,104,0", "9,16,3,10,26,7,20,1,11", "11"] {
            assert!(neo(line).is_err(), "{line}");
        }
    }

    #[test]
    fn only_a_zero_is_control_solution() {
        let control = |flag: u32| match neo(&format!("7,15,3,10,26,7,15,1,104,0,{flag}")) {
            Ok(Content::Glucose { control, .. }) => control,
            _ => None,
        };
        assert_eq!(
            [0, 1, 2, 255].map(control),
            [Some(true), Some(false), Some(false), Some(false)]
        );
    }

    #[test]
    fn a_type_that_is_not_described_is_kept_whatever_its_fields_hold() {
        assert!(matches!(neo("11,20,x,y,\"z\""), Ok(Content::Unknown { kind: 11 })));
        assert!(matches!(neo("0,20"), Ok(Content::Unknown { kind: 0 })));
        let other = decode(Model::InsuLinx, b"7,20");
        assert!(matches!(other, Ok(Record { id: 20, content: Content::Unknown { kind: 7 }, .. })));
    }

    #[test]
    fn an_insulinx_value_of_another_form_is_unknown() {
        let value = |text: &str| {
            let line = format!("0,7,3,10,26,7,15,0,0,0,0,0,0,{text},0,0");
            match decode(Model::InsuLinx, line.as_bytes()).map(|record| record.content) {
                Ok(Content::Glucose { value, .. }) => Some(value),
                _ => None,
            }
        };
        assert_eq!(value(">500"), Some(Value::Unknown));
        assert_eq!(value("HI"), Some(Value::High));
        assert_eq!(value("104"), Some(Value::Milli(104_000)));
        assert_eq!(value("4294968"), None);
    }
}
