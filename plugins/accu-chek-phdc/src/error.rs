//! Why bytes of the meter do not decode.

use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

/// What is wrong. Shows lengths and the protocol's own codes, never a result or a name.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FormatError {
    /// A field is cut off.
    #[error("{field} ends too early")]
    Short {
        /// Which field.
        field: &'static str,
    },
    /// Bytes are left behind a field.
    #[error("{field} is longer than what it holds")]
    Long {
        /// Which field.
        field: &'static str,
    },
    /// A code that has to have one value has another.
    #[error("{field} is {found:#06x}, expected {expected:#06x}")]
    Code {
        /// Which field.
        field: &'static str,
        /// As sent.
        found: u16,
        /// As it has to be.
        expected: u16,
    },
    /// A text that cannot be shown.
    #[error("{field} is no printable text")]
    Text {
        /// Which field.
        field: &'static str,
    },
    /// Something that has to be there is not.
    #[error("{field} is missing")]
    Missing {
        /// Which field.
        field: &'static str,
    },
    /// A number below 0, or too large for the contract's integers.
    #[error("a stored value does not fit, it is negative or above 4294967.295 mg/dL")]
    ValueOutOfRange,
    /// A number with more than three decimals: thousandths cannot hold it.
    #[error("a stored value has more than three decimals")]
    ValueTooFine,
}

impl FormatError {
    /// Short and stable; they are listed in `README.md`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Short { .. } | Self::Long { .. } => "bad-length",
            Self::Code { .. } => "unexpected-answer",
            Self::Text { .. } => "bad-text",
            Self::Missing { .. } => "missing-field",
            Self::ValueOutOfRange => "value-out-of-range",
            Self::ValueTooFine => "value-too-fine",
        }
    }

    /// The same, with the bytes in question.
    #[must_use]
    pub fn about(self, bytes: &[u8]) -> DriverError {
        ProtocolError::new(self.code(), self.to_string()).with_bytes(bytes).into()
    }
}

impl From<FormatError> for DriverError {
    fn from(error: FormatError) -> Self {
        error.about(&[])
    }
}
