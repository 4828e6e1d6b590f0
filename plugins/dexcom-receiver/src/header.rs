//! The two texts: one XML element each, of which only the attributes matter.
//!
//! | text               | attributes used                                                   |
//! |--------------------|-------------------------------------------------------------------|
//! | firmware header    | `ProductName`, `ProductId`, `SoftwareNumber`, `FirmwareVersion`   |
//! | manufacturing page | `SerialNumber`                                                    |
//!
//! Spec: `README.md`, sources 1 and 2, "Packet". Pure.

use crate::answer::AnswerError;

/// What the receiver says about itself. Empty attributes are absent.
#[derive(Clone, Eq, PartialEq)]
pub struct Firmware {
    /// The product, for people.
    pub product_name: Option<String>,
    /// The product, for programs.
    pub product_id: Option<String>,
    /// The number of its software, such as `SW10050`.
    pub software_number: Option<String>,
    /// The version of its firmware.
    pub version: Option<String>,
}

/// The firmware header.
///
/// # Errors
///
/// No XML element, or a text that is not printable.
pub fn firmware(payload: &[u8]) -> Result<Firmware, AnswerError> {
    let text = element(payload)?;
    Ok(Firmware {
        product_name: attribute(&text, "ProductName"),
        product_id: attribute(&text, "ProductId"),
        software_number: attribute(&text, "SoftwareNumber"),
        version: attribute(&text, "FirmwareVersion"),
    })
}

/// The serial number in the text of the manufacturing page, if there is one.
///
/// # Errors
///
/// No XML element, or a text that is not printable.
pub fn serial_number(text: &[u8]) -> Result<Option<String>, AnswerError> {
    Ok(attribute(&element(text)?, "SerialNumber"))
}

/// The first element: from its `<` to its `>`. What stands around it is padding.
fn element(bytes: &[u8]) -> Result<String, AnswerError> {
    let begin = bytes.iter().position(|byte| *byte == b'<').ok_or(AnswerError::NotText)?;
    let rest = bytes.get(begin..).unwrap_or_default();
    let end = end_of(rest).ok_or(AnswerError::NotText)?;
    let text = rest.get(..end).unwrap_or_default();
    // Any blank between two attributes is a blank.
    text.iter()
        .map(|byte| match byte {
            b'\t' | b'\n' | b'\r' => Ok(' '),
            0x20..=0x7E => Ok(char::from(*byte)),
            _ => Err(AnswerError::NotText),
        })
        .collect()
}

/// The place of the `>` that ends an element; one in quotes ends nothing.
fn end_of(bytes: &[u8]) -> Option<usize> {
    let mut open = None;
    bytes.iter().position(|byte| {
        match (open, byte) {
            (None, b'"' | b'\'') => open = Some(*byte),
            (Some(quote), byte) if quote == *byte => open = None,
            _ => {}
        }
        open.is_none() && *byte == b'>'
    })
}

/// One attribute's text, without the blanks around it; `None` where it is absent or empty.
fn attribute(element: &str, name: &str) -> Option<String> {
    let (_, mut rest) = element.split_once(' ')?;
    loop {
        let (this, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, behind) = behind.get(1..)?.split_once(quote)?;
        if this.trim() == name {
            return Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_an_element_or_that_is_not_printable_is_an_error() {
        for text in [&b""[..], b"SerialNumber='SM1'", b"<M SerialNumber='SM1'", b"<M a='\x80'/>"] {
            assert_eq!(serial_number(text), Err(AnswerError::NotText));
        }
    }

    #[test]
    fn an_attribute_that_is_absent_empty_or_only_named_alike_is_none() {
        for text in [
            &b"<M/>"[..],
            b"<M SerialNumber=''/>",
            b"<M OtherSerialNumber='SM1'/>",
            b"<M Text=' SerialNumber=\"SM1\"'/>",
            b"<M SerialNumber=SM1 />",
        ] {
            assert_eq!(serial_number(text), Ok(None));
        }
    }

    #[test]
    fn quotes_of_both_kinds_blanks_and_padding_make_no_difference() {
        for text in [
            &b"<M SerialNumber='SM1'/>\0\0\0"[..],
            b"\0<M A=\"a > b\" SerialNumber = \"SM1\" />\xFF",
            b"<M\n\tA='1'\n\tSerialNumber=' SM1 '>",
        ] {
            assert_eq!(serial_number(text).unwrap().as_deref(), Some("SM1"));
        }
    }
}
