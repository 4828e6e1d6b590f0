//! Knobs: named values that make a simulated meter behave in a particular way.

use std::str::FromStr;

use thiserror::Error;

/// One knob, for `--help`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Knob {
    /// `[a-z][a-z0-9-]*`.
    pub name: &'static str,
    /// What it does and what it takes.
    pub help: &'static str,
}

/// Why a knob cannot be turned.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum KnobError {
    /// This meter has no such knob.
    #[error("this meter has no knob `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The knob cannot take the value.
    #[error("knob `{name}` cannot be `{value}`: {wanted}")]
    Value {
        /// The knob.
        name: String,
        /// What it was given.
        value: String,
        /// What it takes.
        wanted: &'static str,
    },
}

/// `true`, `yes`, `on`, `1` or nothing; `false`, `no`, `off`, `0`.
///
/// # Errors
///
/// Any other value.
pub fn flag(name: &str, value: &str) -> Result<bool, KnobError> {
    match value {
        "" | "1" | "on" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(refused(name, value, "it is on or off")),
    }
}

/// A number.
///
/// # Errors
///
/// Any other value.
pub fn number<N: FromStr>(name: &str, value: &str) -> Result<N, KnobError> {
    value.parse().map_err(|_| refused(name, value, "it takes a number"))
}

pub(crate) fn refused(name: &str, value: &str, wanted: &'static str) -> KnobError {
    KnobError::Value { name: name.to_owned(), value: value.to_owned(), wanted }
}
