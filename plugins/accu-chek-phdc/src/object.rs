//! The messages about objects: an event in the meter, an action it is to do, and their answers.
//!
//! | message | body                                                                            |
//! |---------|---------------------------------------------------------------------------------|
//! | event   | handle 2, time 4, kind 2, length 2, content; its answer has the same form       |
//! | action  | handle 2, kind 2, length 2, content; its answer has the same form               |
//! | get     | handle 2, then a list of attribute ids; the answer has attributes instead       |
//!
//! Handle 0 is the meter itself. Spec: IEEE 11073-20601 (data APDUs). Pure.

use crate::apdu::prefixed;
use crate::error::FormatError;
use crate::mder::{Attributes, Reader};

/// Something that happened in the meter.
pub struct Event<'a> {
    /// The object it happened to.
    pub handle: u16,
    /// The meter's own relative time; all ones where it has none.
    pub time: u32,
    /// What happened.
    pub kind: u16,
    /// What depends on the kind.
    pub content: &'a [u8],
}

impl<'a> Event<'a> {
    /// Takes apart the body of an event.
    ///
    /// # Errors
    ///
    /// Its length is another than it says.
    pub fn parse(body: &'a [u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new("event", body);
        let (handle, time, kind) = (reader.u16()?, reader.u32()?, reader.u16()?);
        let content = reader.octets()?;
        reader.end()?;
        Ok(Self { handle, time, kind, content })
    }

    /// The body of the answer to it.
    ///
    /// # Errors
    ///
    /// Content that does not fit its length.
    pub fn answer(&self, content: &[u8]) -> Result<Vec<u8>, FormatError> {
        let mut body = self.handle.to_be_bytes().to_vec();
        body.extend(self.time.to_be_bytes());
        body.extend(self.kind.to_be_bytes());
        body.extend(prefixed(content)?);
        Ok(body)
    }
}

/// The body of an action.
///
/// # Errors
///
/// Content that does not fit its length.
pub fn action(handle: u16, kind: u16, content: &[u8]) -> Result<Vec<u8>, FormatError> {
    let [handle, kind] = [handle, kind].map(u16::to_be_bytes);
    Ok([&handle, &kind, prefixed(content)?.as_slice()].concat())
}

/// The content of the answer to an action.
///
/// # Errors
///
/// The answer is to another action.
pub fn action_answer(body: &[u8], handle: u16, kind: u16) -> Result<&[u8], FormatError> {
    let mut reader = Reader::new("object of an answer", body);
    reader.expect(handle)?;
    let mut reader = Reader::new("action of an answer", reader.rest());
    reader.expect(kind)?;
    let content = reader.octets()?;
    reader.end()?;
    Ok(content)
}

/// The body of the question for all attributes of the meter itself.
pub const GET_METER: [u8; 6] = [0; 6];

/// The attributes in the answer to [`GET_METER`].
///
/// # Errors
///
/// The answer is about another object, or does not decode.
pub fn meter_attributes(body: &[u8]) -> Result<Attributes<'_>, FormatError> {
    let mut reader = Reader::new("attributes of the meter", body);
    reader.expect(METER)?;
    let attributes = reader.attributes()?;
    reader.end()?;
    Ok(attributes)
}

/// The handle of the meter itself.
pub const METER: u16 = 0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_another_action_or_of_another_object_is_refused() {
        let body = action(2, 0x0C1C, &[0, 0]).unwrap();
        assert_eq!(action_answer(&body, 2, 0x0C1C), Ok([0, 0].as_slice()));
        for (handle, kind) in [(3, 0x0C1C), (2, 0x0C0D)] {
            let error = action_answer(&body, handle, kind).unwrap_err();
            assert_eq!(error.code(), "unexpected-answer");
        }
    }

    #[test]
    fn an_event_cut_anywhere_is_refused() {
        let body = [0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0D, 0x21, 0, 2, 7, 8];
        for length in 0..body.len() {
            assert!(Event::parse(&body[..length]).is_err(), "{length} bytes");
        }
        let event = Event::parse(&body).unwrap();
        assert_eq!((event.handle, event.kind, event.content), (2, 0x0D21, [7, 8].as_slice()));
        assert_eq!(event.answer(&[7, 8]).unwrap(), body);
    }
}
