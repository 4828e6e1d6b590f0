//! What the meter says about itself, in the attributes of handle 0.
//!
//! | id     | meaning                                                                       |
//! |--------|-------------------------------------------------------------------------------|
//! | `0928` | model: maker and model number, two texts with their lengths                    |
//! | `092D` | production: a list of kind 2, component 2, text with its length                |
//! | `0984` | system id: bytes with their length                                             |
//! | `0987` | clock, see `clock.rs`                                                          |
//!
//! Spec: IEEE 11073-20601 (MDS object), `README.md`, sources 1 and 2. Pure.

use meterport_sdk::wit::DeviceTime;

use crate::clock;
use crate::error::FormatError;
use crate::mder::{Attributes, Reader, find};

/// Who the meter is. Holds the serial number, so it has no `Debug`.
#[derive(Clone, PartialEq)]
pub struct Meter {
    /// The digits of the model number; all of its text where it has none.
    pub model: String,
    /// As sent, without padding.
    pub serial_number: Option<String>,
    /// As sent, without padding.
    pub firmware: Option<String>,
    /// In hex.
    pub system_id: Option<String>,
    /// Absent where the meter does not say, otherwise the time, if it is one.
    pub clock: Option<Option<DeviceTime>>,
}

impl Meter {
    /// Reads the attributes that the driver knows.
    ///
    /// # Errors
    ///
    /// One of them does not decode, or there is no model.
    pub fn from_attributes(attributes: &Attributes<'_>) -> Result<Self, FormatError> {
        let missing = FormatError::Missing { field: "model" };
        let model = model(find(attributes, MODEL).ok_or(missing)?)?.ok_or(missing)?;
        let (mut serial_number, mut firmware) = (None, None);
        if let Some(value) = find(attributes, PRODUCTION) {
            for (kind, text) in production(value)? {
                match kind {
                    SERIAL_NUMBER if serial_number.is_none() => serial_number = text,
                    FIRMWARE if firmware.is_none() => firmware = text,
                    _ => {}
                }
            }
        }
        let system_id = find(attributes, SYSTEM_ID).map(system_id).transpose()?;
        let clock = find(attributes, CLOCK).map(clock).transpose()?;
        Ok(Self { model, serial_number, firmware, system_id, clock })
    }
}

fn model(value: &[u8]) -> Result<Option<String>, FormatError> {
    let mut reader = Reader::new("model", value);
    let _maker = reader.octets()?;
    let number = text("model", reader.octets()?)?;
    reader.end()?;
    Ok(number.map(|number| {
        let from = |text: &str| text.find(|sign: char| sign.is_ascii_digit());
        let digits = from(&number)
            .and_then(|start| number.get(start..))
            .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        digits.unwrap_or(number)
    }))
}

fn production(value: &[u8]) -> Result<Vec<(u16, Option<String>)>, FormatError> {
    let mut reader = Reader::new("production data", value);
    let (count, mut entries) = reader.list()?;
    reader.end()?;
    let mut found = Vec::new();
    for _ in 0..count {
        let (kind, _component) = (entries.u16()?, entries.u16()?);
        let bytes = entries.octets()?;
        if matches!(kind, SERIAL_NUMBER | FIRMWARE) {
            found.push((kind, text("production data", bytes)?));
        }
    }
    entries.end()?;
    Ok(found)
}

fn system_id(value: &[u8]) -> Result<String, FormatError> {
    let mut reader = Reader::new("system id", value);
    let id = reader.octets()?;
    reader.end()?;
    Ok(id.iter().map(|byte| format!("{byte:02X}")).collect())
}

fn clock(value: &[u8]) -> Result<Option<DeviceTime>, FormatError> {
    let mut reader = Reader::new("clock", value);
    let time = clock::decode(reader.array()?);
    reader.end()?;
    Ok(time)
}

/// Printable ASCII between NUL bytes and blanks; absent where there is nothing else.
fn text(field: &'static str, bytes: &[u8]) -> Result<Option<String>, FormatError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FormatError::Text { field })?;
    let text = text.trim_matches(['\0', ' ']);
    if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(FormatError::Text { field });
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

const MODEL: u16 = 0x0928;
const PRODUCTION: u16 = 0x092D;
const SYSTEM_ID: u16 = 0x0984;
const CLOCK: u16 = 0x0987;

const SERIAL_NUMBER: u16 = 1;
const FIRMWARE: u16 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use meterport_sdk::time::checked;

    fn maker_and_number(number: &[u8]) -> Vec<u8> {
        let length = u8::try_from(number.len()).unwrap();
        [b"\0\x06Roche \0", [length].as_slice(), number].concat()
    }

    fn error(attributes: &Attributes<'_>) -> &'static str {
        Meter::from_attributes(attributes).err().unwrap().code()
    }

    #[test]
    fn a_meter_without_a_model_is_refused() {
        assert_eq!(error(&Vec::new()), "missing-field");
        assert_eq!(error(&vec![(0x0928, &maker_and_number(b"  \0\0"))]), "missing-field");
    }

    #[test]
    fn a_text_that_cannot_be_shown_is_refused() {
        for number in [b"92\x07".as_slice(), b"92\xFF", "92\u{e9}".as_bytes(), b"92\0 3"] {
            assert_eq!(error(&vec![(0x0928, &maker_and_number(number))]), "bad-text");
        }
    }

    #[test]
    fn production_data_that_say_another_length_are_refused() {
        let model = maker_and_number(b"923 ");
        for wrong in
            [&[0, 1, 0, 6, 0, 1, 0, 0, 0, 1, b'7'][..], &[0, 1, 0, 9, 0, 1, 0, 0, 0, 1, b'7']]
        {
            assert_eq!(error(&vec![(0x0928, &model), (0x092D, wrong)]), "bad-length");
        }
    }

    #[test]
    fn the_model_is_its_digits_or_all_of_its_text_where_it_has_none() {
        for (number, model) in [("923 ", "923"), ("mg 923-A1", "923"), ("Guide", "Guide")] {
            let value = maker_and_number(number.as_bytes());
            let meter = Meter::from_attributes(&vec![(0x0928, &value)]).ok().unwrap();
            assert_eq!(meter.model, model);
            assert!(meter.serial_number.is_none() && meter.clock.is_none());
        }
    }

    #[test]
    fn the_serial_number_is_found_wherever_it_stands() {
        let model = maker_and_number(b"923 ");
        let last = b"\0\x03\0\x1A\0\x05\0\0\0\x04v1.2\0\x02\0\0\0\0\0\x01\0\0\0\x04S-01";
        let meter = Meter::from_attributes(&vec![(0x0928, &model), (0x092D, last)]).ok().unwrap();
        assert_eq!(meter.serial_number.as_deref(), Some("S-01"));
        assert_eq!(meter.firmware.as_deref(), Some("v1.2"));
    }

    #[test]
    fn of_two_serial_numbers_the_first_is_the_meters() {
        let model = maker_and_number(b"923 ");
        let two = b"\0\x02\0\x10\0\x01\0\0\0\x02S1\0\x01\0\x01\0\x02S2";
        let meter = Meter::from_attributes(&vec![(0x0928, &model), (0x092D, two)]).ok().unwrap();
        assert_eq!(meter.serial_number.as_deref(), Some("S1"));
    }

    #[test]
    fn a_clock_that_shows_no_date_is_there_and_lost() {
        let model = maker_and_number(b"923 ");
        let read = |value: &[u8; 8]| {
            Meter::from_attributes(&vec![(0x0928, &model), (0x0987, value)]).ok().unwrap().clock
        };
        assert_eq!(read(&[0xFF; 8]), Some(None));
        let now = checked(2026, 3, 10, 8, 2, 11);
        assert_eq!(read(&[0x20, 0x26, 3, 0x10, 8, 2, 0x11, 0]), Some(now));
    }
}
