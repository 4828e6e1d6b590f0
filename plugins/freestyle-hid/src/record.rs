//! Records: what the fields of each kind mean. One module for each list of the family.
//!
//! Spec: `README.md`, sources 1 to 4. Pure.

pub mod libre;
pub mod precision;

use crate::fields::{FieldError, Fields};

/// What stands where a result is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Value {
    /// Thousandths of what the meter counts: mg/dL, for ketone eighteenths of a mmol/L.
    Milli(u32),
    /// "HI".
    High,
    /// "LO".
    Low,
    /// Something that nobody has described.
    Unknown,
}

/// A number, `HI` or `LO`.
fn value(fields: &Fields<'_>, index: usize) -> Result<Value, FieldError> {
    match fields.bytes(index)? {
        b"HI" => Ok(Value::High),
        b"LO" => Ok(Value::Low),
        _ => fields.milli(index).map(Value::Milli),
    }
}
