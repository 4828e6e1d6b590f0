//! How the meter describes itself: an event with the list of its objects.
//!
//! | bytes | meaning                                                                         |
//! |-------|---------------------------------------------------------------------------------|
//! | 2     | id of the configuration                                                         |
//! | 2, 2  | how many objects, and how many bytes they are                                   |
//! | each  | class 2, handle 2, attributes; class `003D` is the store of results             |
//!
//! Spec: IEEE 11073-20601 (configuration), `README.md`, source 1. Pure.

use crate::error::FormatError;
use crate::mder::{Reader, find};

/// The event's kind.
pub const NOTICE: u16 = 0x0D1C;

/// What the driver needs of a configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Configuration {
    /// To be repeated in the answer.
    pub id: u16,
    /// The stores of results: none where the meter is not ready yet.
    pub stores: Vec<Store>,
}

/// One store of results.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Store {
    /// The object that is asked.
    pub handle: u16,
    /// How many segments it has, where it says so.
    pub segments: Option<u16>,
}

impl Configuration {
    /// Takes apart the event's content.
    ///
    /// # Errors
    ///
    /// Count and lengths do not agree.
    pub fn parse(content: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new("configuration", content);
        let id = reader.u16()?;
        let (count, mut objects) = reader.list()?;
        reader.end()?;
        let mut stores = Vec::new();
        for _ in 0..count {
            let (class, handle) = (objects.u16()?, objects.u16()?);
            let attributes = objects.attributes()?;
            if class == STORE {
                let segments = find(&attributes, NUMBER_OF_SEGMENTS)
                    .map(|value| Reader::new("number of segments", value).u16())
                    .transpose()?;
                stores.push(Store { handle, segments });
            }
        }
        objects.end()?;
        Ok(Self { id, stores })
    }

    /// The content of the answer: accepted.
    #[must_use]
    pub fn acceptance(&self) -> [u8; 4] {
        let [high, low] = self.id.to_be_bytes();
        [high, low, 0, 0]
    }
}

const STORE: u16 = 0x003D;
const NUMBER_OF_SEGMENTS: u16 = 0x0951;

#[cfg(test)]
mod tests {
    use super::*;

    const WORKED: [u8; 26] = [
        0x40, 0, 0, 1, 0, 0x14, 0, 0x3D, 0, 2, 0, 2, 0, 0x0C, 9, 0x51, 0, 2, 0, 1, 0x0A, 0x4D, 0,
        2, 0x38, 0,
    ];

    #[test]
    fn a_configuration_cut_anywhere_is_refused() {
        for length in 0..WORKED.len() {
            assert!(Configuration::parse(&WORKED[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_configuration_without_a_store_has_none() {
        let mut content = WORKED;
        content[7] = 0x06;
        assert_eq!(Configuration::parse(&content).unwrap().stores, []);
    }

    #[test]
    fn the_worked_configuration_has_a_store_with_one_segment() {
        let configuration = Configuration::parse(&WORKED).unwrap();
        assert_eq!(configuration.stores, [Store { handle: 2, segments: Some(1) }]);
        assert_eq!(configuration.acceptance(), [0x40, 0, 0, 0]);
    }
}
