//! How a conversation begins: the meter's association request, and our answer.
//!
//! | request            | bytes                                                                |
//! |--------------------|----------------------------------------------------------------------|
//! | association version | 4                                                                   |
//! | list of protocols  | count 2, length 2; each: id 2 (`5079` is 20601), length 2, content   |
//!
//! The answer accepts with "unknown configuration", so that the meter describes itself, whatever it
//! said about its configuration.
//!
//! Spec: IEEE 11073-20601 (association); the values of the answer: `README.md`, source 2. Pure.

use crate::apdu::{ASSOCIATION_RESPONSE, encode};
use crate::error::FormatError;
use crate::mder::Reader;

/// Whether the meter offers to speak IEEE 11073-20601.
///
/// # Errors
///
/// The request does not decode.
pub fn offers_20601(request: &[u8]) -> Result<bool, FormatError> {
    let mut reader = Reader::new("association request", request);
    let _version = reader.u32()?;
    let (count, mut protocols) = reader.list()?;
    reader.end()?;
    let mut offered = false;
    for _ in 0..count {
        let id = protocols.u16()?;
        let content = protocols.octets()?;
        offered |= id == DATA_PROTOCOL_20601 && !content.is_empty();
    }
    protocols.end()?;
    Ok(offered)
}

/// The answer to an association request.
///
/// # Errors
///
/// None in practice: its length is fixed.
pub fn acceptance() -> Result<Vec<u8>, FormatError> {
    encode(ASSOCIATION_RESPONSE, &ACCEPTANCE)
}

const DATA_PROTOCOL_20601: u16 = 0x5079;

/// All but the envelope. Every field is fixed.
const ACCEPTANCE: [u8; 44] = [
    0x00, 0x03, // accepted-unknown-config
    0x50, 0x79, // data protocol 20601
    0x00, 0x26, // 38 bytes follow
    0x80, 0x00, 0x00, 0x02, // protocol version, as a manager says it that is known to work
    0x80, 0x00, // MDER
    0x80, 0x00, 0x00, 0x00, // nomenclature
    0x00, 0x00, 0x00, 0x00, // functional units
    0x80, 0x00, 0x00, 0x00, // a manager
    0x00, 0x08, 0x12, 0x34, 0x56, 0x78, 0x87, 0x65, 0x43, 0x21, // our id
    0x00, 0x00, // configuration
    0x00, 0x00, 0x00, 0x00, // data request modes
    0x00, 0x00, 0x00, 0x00, // no options
];

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: [u8; 50] = [
        0x80, 0, 0, 0, 0, 1, 0, 0x2A, 0x50, 0x79, 0, 0x26, 0x80, 0, 0, 0, 0x80, 0, 0x80, 0, 0, 0,
        0, 0, 0, 0, 0, 0x80, 0, 0, 0, 8, 0, 0x60, 0x19, 0, 0x12, 0x34, 0x56, 0x78, 0x40, 0, 0, 1,
        1, 0, 0, 0, 0, 0,
    ];

    #[test]
    fn a_request_cut_anywhere_is_refused() {
        for length in 0..REQUEST.len() {
            assert!(offers_20601(&REQUEST[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_meter_that_speaks_something_else_does_not_offer_it() {
        let mut request = REQUEST;
        request[9] = 0x78;
        assert_eq!(offers_20601(&request), Ok(false));
        assert_eq!(offers_20601(&[0x80, 0, 0, 0, 0, 0, 0, 0]), Ok(false));
    }

    #[test]
    fn the_worked_request_offers_it_and_gets_the_worked_answer() {
        assert_eq!(offers_20601(&REQUEST), Ok(true));
        let answer = acceptance().unwrap();
        assert_eq!(answer.len(), 48);
        assert_eq!(answer[..10], [0xE3, 0, 0, 0x2C, 0, 3, 0x50, 0x79, 0, 0x26]);
    }
}
