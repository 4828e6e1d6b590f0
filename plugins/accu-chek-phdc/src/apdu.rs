//! The envelope of everything that is sent: one APDU.
//!
//! | byte | meaning                                                                          |
//! |------|----------------------------------------------------------------------------------|
//! | 0, 1 | kind: `E200` association request, `E300` its answer, `E400` release, `E500` its   |
//! |      | answer, `E600` abort, `E700` presentation                                        |
//! | 2, 3 | how many bytes follow                                                            |
//!
//! In a presentation follow:
//!
//! | byte   | meaning                                                                        |
//! |--------|--------------------------------------------------------------------------------|
//! | 4, 5   | how many bytes follow                                                          |
//! | 6, 7   | invoke id; the answer to a message has the same                                |
//! | 8, 9   | choice: what kind of message                                                   |
//! | 10, 11 | how many bytes follow                                                          |
//! | 12 …   | body                                                                           |
//!
//! Spec: IEEE 11073-20601 (APDUs), `README.md`, sources 1 and 2.
//!
//! Pure: bytes in, APDUs out. Transfers are the matter of `wire.rs`.

use crate::error::FormatError;
use crate::mder::Reader;

/// One APDU. It may hold results, so it has no `Debug`.
#[derive(Clone, Eq, PartialEq)]
pub enum Apdu {
    /// The meter wants to talk: the request without its envelope.
    AssociationRequest(Vec<u8>),
    /// The meter wants to end the conversation.
    ReleaseRequest,
    /// Both ends agree that the conversation is over.
    ReleaseResponse,
    /// The meter has ended the conversation.
    Abort,
    /// A message of the conversation.
    Presentation(Message),
}

/// One message.
#[derive(Clone, Eq, PartialEq)]
pub struct Message {
    /// Chosen by who asks, repeated by who answers.
    pub invoke_id: u16,
    /// See [`choice`].
    pub choice: u16,
    /// What depends on the choice.
    pub body: Vec<u8>,
}

/// Kinds of message. The answer to a request is the request's and [`choice::ANSWER`].
pub mod choice {
    /// Something happened in the meter, and it wants an answer.
    pub const CONFIRMED_EVENT: u16 = 0x0101;
    /// Which attributes does an object have?
    pub const GET: u16 = 0x0103;
    /// An object is to do something.
    pub const CONFIRMED_ACTION: u16 = 0x0107;
    /// What turns a request into its answer.
    pub const ANSWER: u16 = 0x0100;
    /// The request was understood and cannot be fulfilled.
    pub const ERROR: u16 = 0x0300;
    /// The request was not understood.
    pub const REJECT: u16 = 0x0400;
}

/// Bytes of the whole APDU that begins with these bytes; absent where there are too few to tell.
#[must_use]
pub fn length(bytes: &[u8]) -> Option<usize> {
    let [_, _, high, low, ..] = bytes else { return None };
    Some(usize::from(u16::from_be_bytes([*high, *low])).saturating_add(HEADER))
}

impl Apdu {
    /// Takes apart one whole APDU.
    ///
    /// # Errors
    ///
    /// Another kind, or lengths that do not agree.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new("APDU", bytes);
        let kind = reader.u16()?;
        let content = reader.octets()?;
        reader.end()?;
        Ok(match kind {
            ASSOCIATION_REQUEST => Self::AssociationRequest(content.to_vec()),
            RELEASE_REQUEST => Self::ReleaseRequest,
            RELEASE_RESPONSE => Self::ReleaseResponse,
            ABORT => Self::Abort,
            PRESENTATION => Self::Presentation(Message::parse(content)?),
            found => {
                let expected = PRESENTATION;
                return Err(FormatError::Code { field: "kind of APDU", found, expected });
            }
        })
    }

    /// What errors call it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::AssociationRequest(_) => "an association request",
            Self::ReleaseRequest => "a release",
            Self::ReleaseResponse => "the answer to a release",
            Self::Abort => "an abort",
            Self::Presentation(_) => "a message",
        }
    }
}

impl Message {
    fn parse(content: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new("presentation", content);
        let content = reader.octets()?;
        reader.end()?;
        let mut reader = Reader::new("message", content);
        let (invoke_id, choice) = (reader.u16()?, reader.u16()?);
        let body = reader.octets()?.to_vec();
        reader.end()?;
        Ok(Self { invoke_id, choice, body })
    }

    /// The bytes of the APDU that carries it.
    ///
    /// # Errors
    ///
    /// A body that does not fit the lengths.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let [id, choice] = [self.invoke_id, self.choice].map(u16::to_be_bytes);
        let message = [&id, &choice, prefixed(&self.body)?.as_slice()].concat();
        encode(PRESENTATION, &prefixed(&message)?)
    }
}

/// The bytes of an APDU of this kind.
///
/// # Errors
///
/// Content that does not fit the length.
pub fn encode(kind: u16, content: &[u8]) -> Result<Vec<u8>, FormatError> {
    Ok([&kind.to_be_bytes(), prefixed(content)?.as_slice()].concat())
}

/// Bytes with their length before them.
///
/// # Errors
///
/// More than 65 535 bytes.
pub fn prefixed(bytes: &[u8]) -> Result<Vec<u8>, FormatError> {
    let length = u16::try_from(bytes.len()).map_err(|_| FormatError::Long { field: "request" })?;
    Ok([&length.to_be_bytes(), bytes].concat())
}

/// The answer to an association request.
pub const ASSOCIATION_RESPONSE: u16 = 0xE300;
/// Ends the conversation in good order.
pub const RELEASE_REQUEST: u16 = 0xE400;

const ASSOCIATION_REQUEST: u16 = 0xE200;
const RELEASE_RESPONSE: u16 = 0xE500;
const ABORT: u16 = 0xE600;
const PRESENTATION: u16 = 0xE700;

/// Bytes before those that the length counts.
const HEADER: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    const GET: [u8; 18] = [
        0xE7, 0x00, 0x00, 0x0E, 0x00, 0x0C, 0x00, 0x02, 0x01, 0x03, 0x00, 0x06, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00,
    ];

    fn parsed(bytes: &[u8]) -> Result<&'static str, FormatError> {
        Apdu::parse(bytes).map(|apdu| apdu.name())
    }

    #[test]
    fn an_apdu_cut_anywhere_or_with_a_byte_too_many_is_none() {
        for length in 0..GET.len() {
            assert!(parsed(&GET[..length]).is_err(), "{length} bytes");
        }
        let long = [GET.as_slice(), &[0]].concat();
        assert_eq!(parsed(&long), Err(FormatError::Long { field: "APDU" }));
    }

    #[test]
    fn any_of_the_three_lengths_that_is_wrong_is_noticed() {
        for byte in [3, 5, 11] {
            for wrong in [GET[byte] - 1, GET[byte] + 1, 0xFF] {
                let mut bytes = GET;
                bytes[byte] = wrong;
                assert!(parsed(&bytes).is_err(), "byte {byte}");
            }
        }
    }

    #[test]
    fn a_kind_that_nobody_described_is_refused() {
        assert_eq!(parsed(&[0xE8, 0, 0, 0]).map_err(FormatError::code), Err("unexpected-answer"));
    }

    #[test]
    fn a_body_that_no_length_can_say_is_refused() {
        let message = Message { invoke_id: 1, choice: choice::GET, body: vec![0; 65_530] };
        assert_eq!(message.encode(), Err(FormatError::Long { field: "request" }));
    }

    #[test]
    fn the_worked_request_agrees_both_ways() {
        let message = Message { invoke_id: 2, choice: choice::GET, body: vec![0; 6] };
        assert_eq!(message.encode().unwrap(), GET);
        assert!(Apdu::parse(&GET) == Ok(Apdu::Presentation(message)));
        assert_eq!(encode(RELEASE_REQUEST, &[0, 0]).unwrap(), [0xE4, 0, 0, 2, 0, 0]);
        assert_eq!(length(&GET), Some(GET.len()));
        assert_eq!(length(&GET[..3]), None);
    }
}
