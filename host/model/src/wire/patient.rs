//! Which patient an upload is for, in the words of the practice: its own number or code.
//!
//! The text is wiped when dropped and printed by nothing: whoever needs it says
//! [`PatientRef::expose`].

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::WireError;

/// The practice's own reference of a patient.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(try_from = "String", into = "String")]
pub struct PatientRef(String);

impl PatientRef {
    /// The longest accepted, in bytes.
    pub const LONGEST: usize = 128;

    /// Checks the text. It is taken as it is: no trimming, no change of case.
    pub fn parse(text: impl Into<String>) -> Result<Self, WireError> {
        let reference = Self(text.into());
        let text = reference.0.as_str();
        let fits = (1..=Self::LONGEST).contains(&text.len());
        if fits && text.trim() == text && !text.chars().any(char::is_control) {
            Ok(reference)
        } else {
            Err(WireError::Patient { longest: Self::LONGEST })
        }
    }

    /// The text, for sending, sealing or showing it to the person who typed it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PatientRef {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("PatientRef(..)")
    }
}

impl TryFrom<String> for PatientRef {
    type Error = WireError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

impl From<PatientRef> for String {
    fn from(reference: PatientRef) -> Self {
        reference.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_blank_long_or_unprintable_reference_is_refused() {
        for text in ["", " ", " 4711", "47\n11", "4711\u{1b}[2J", &"7".repeat(129)] {
            assert!(PatientRef::parse(text).is_err());
        }
    }

    #[test]
    fn a_reference_does_not_print_itself() {
        let reference = PatientRef::parse("Müller 4711").unwrap();
        assert_eq!(format!("{reference:?}"), "PatientRef(..)");
    }
}
