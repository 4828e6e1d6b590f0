//! What is asked, and what the answers mean.
//!
//! | asked            | command                            | payload of the answer                   |
//! |------------------|------------------------------------|-----------------------------------------|
//! | ping             | 10                                 | none                                    |
//! | firmware header  | 11                                 | one XML element with attributes         |
//! | page range       | 16, record type                    | first u32, last u32; both `FFFFFFFF` where there is none |
//! | one page         | 17, record type, page u32, count 1 | the page, 528 bytes                     |
//! | display offset   | 29                                 | i32, seconds                            |
//! | system time      | 34                                 | u32, seconds since 2009-01-01 00:00:00  |
//! | displayed unit   | 37                                 | 1 mg/dL, 2 mmol/L                       |
//!
//! Commands that set the clock or the offset, reset, erase or shut down are absent on purpose:
//! nothing in this driver can send them.
//!
//! Spec: `README.md`, sources 1 and 2, "Packet" and "Sequence". Pure.

use meterport_sdk::{DriverError, ProtocolError};
use thiserror::Error;

use crate::record::Kind;

/// A question: command and payload.
pub type Request = (u8, Vec<u8>);

/// Is anybody there?
pub const PING: u8 = 10;
/// Product and version.
pub const FIRMWARE_HEADER: u8 = 11;
/// Where the clock shown to the person stands, counted from the system clock.
pub const DISPLAY_OFFSET: u8 = 29;
/// The system clock.
pub const SYSTEM_TIME: u8 = 34;
/// What unit is shown.
pub const UNIT: u8 = 37;

const PAGE_RANGE: u8 = 16;
const READ_PAGES: u8 = 17;

/// Asks which pages of a kind there are.
#[must_use]
pub fn range_request(kind: Kind) -> Request {
    (PAGE_RANGE, vec![kind.code()])
}

/// Asks for one page.
#[must_use]
pub fn page_request(kind: Kind, number: u32) -> Request {
    let [a, b, c, d] = number.to_le_bytes();
    (READ_PAGES, vec![kind.code(), a, b, c, d, 1])
}

/// The pages of one kind; never the other way round.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Range {
    /// The oldest page.
    pub first: u32,
    /// The newest page, which may still be filled.
    pub last: u32,
}

/// Which pages there are; `None` where there is none.
///
/// # Errors
///
/// Another answer, or more pages than any receiver holds.
pub fn range(payload: &[u8]) -> Result<Option<Range>, AnswerError> {
    let &[a, b, c, d, e, f, g, h] = payload else {
        return Err(AnswerError::Unexpected { length: payload.len() });
    };
    let (first, last) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    match last.checked_sub(first) {
        _ if first == NONE && last == NONE => Ok(None),
        Some(pages) if pages < MOST_PAGES && last != NONE => Ok(Some(Range { first, last })),
        Some(_) => Err(AnswerError::TooMany),
        None => Err(AnswerError::Order),
    }
}

/// A number of four bytes.
///
/// # Errors
///
/// Another answer.
pub fn number(payload: &[u8]) -> Result<u32, AnswerError> {
    Ok(u32::from_le_bytes(four(payload)?))
}

/// A number of four bytes that can be negative.
///
/// # Errors
///
/// Another answer.
pub fn signed(payload: &[u8]) -> Result<i32, AnswerError> {
    Ok(i32::from_le_bytes(four(payload)?))
}

/// The number of the displayed unit. Some receivers answer with more than one byte.
///
/// # Errors
///
/// An empty answer.
pub fn unit(payload: &[u8]) -> Result<u8, AnswerError> {
    payload.first().copied().ok_or(AnswerError::Unexpected { length: 0 })
}

/// An answer that only says yes.
///
/// # Errors
///
/// One that says more.
pub fn nothing(payload: &[u8]) -> Result<(), AnswerError> {
    match payload {
        [] => Ok(()),
        _ => Err(AnswerError::Unexpected { length: payload.len() }),
    }
}

fn four(payload: &[u8]) -> Result<[u8; 4], AnswerError> {
    payload.try_into().map_err(|_| AnswerError::Unexpected { length: payload.len() })
}

/// Why an answer does not say what was asked for.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum AnswerError {
    /// Not the answer to what was asked.
    #[error("answer of {length} bytes has another form")]
    Unexpected {
        /// Bytes of the answer.
        length: usize,
    },
    /// A page of another kind or number than was asked for.
    #[error("another page than was asked for")]
    OtherPage,
    /// The first page is behind the last one.
    #[error("first page is behind the last one")]
    Order,
    /// More pages than any receiver holds.
    #[error("receiver says it holds more pages than any memory does")]
    TooMany,
    /// The checksum over a page's header does not agree.
    #[error("header of a page is damaged")]
    PageChecksum,
    /// The checksum of a record does not agree.
    #[error("record {place} of a page is damaged")]
    RecordChecksum {
        /// Its place in the page, from 0.
        place: usize,
    },
    /// A page says that it holds more records than fit.
    #[error("page says it holds more records than fit")]
    PageOverfull,
    /// Not the text that was asked for.
    #[error("text is not printable, or no XML element")]
    NotText,
}

impl AnswerError {
    /// Short and stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unexpected { .. } | Self::OtherPage | Self::Order => "unexpected-answer",
            Self::TooMany => "too-many-records",
            Self::PageChecksum => "bad-page-checksum",
            Self::RecordChecksum { .. } => "bad-record-checksum",
            Self::PageOverfull => "count-mismatch",
            Self::NotText => "bad-text",
        }
    }

    /// The error of a conversation, with the answer it is about.
    #[must_use]
    pub fn about(self, payload: &[u8]) -> DriverError {
        ProtocolError::new(self.code(), self.to_string()).with_bytes(payload).into()
    }
}

const NONE: u32 = u32::MAX;
/// 90 days of the shortest pages are some 1 300; this is what a million results would need.
const MOST_PAGES: u32 = 50_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_runs_backwards_or_has_one_end_or_no_end_is_an_error() {
        assert_eq!(range(&[2, 0, 0, 0, 1, 0, 0, 0]), Err(AnswerError::Order));
        assert_eq!(range(&[255, 255, 255, 255, 1, 0, 0, 0]), Err(AnswerError::Order));
        assert_eq!(range(&[1, 0, 0, 0, 255, 255, 255, 255]), Err(AnswerError::TooMany));
        assert_eq!(range(&[0, 0, 0, 0, 80, 195, 0, 0]), Err(AnswerError::TooMany));
        assert_eq!(range(&[0; 7]), Err(AnswerError::Unexpected { length: 7 }));
    }

    #[test]
    fn an_answer_of_another_length_is_another_answer() {
        assert_eq!(number(&[1, 2, 3]), Err(AnswerError::Unexpected { length: 3 }));
        assert_eq!(signed(&[0; 5]), Err(AnswerError::Unexpected { length: 5 }));
        assert_eq!(unit(&[]), Err(AnswerError::Unexpected { length: 0 }));
        assert_eq!(nothing(&[0]), Err(AnswerError::Unexpected { length: 1 }));
    }

    #[test]
    fn the_worked_answers_agree() {
        let pages = range(&[0x2A, 0x03, 0, 0, 0x2C, 0x03, 0, 0]).unwrap();
        assert_eq!(pages, Some(Range { first: 810, last: 812 }));
        assert_eq!(range(&[0xFF; 8]).unwrap(), None);
        assert_eq!(number(&[0xC4, 0x03, 0x54, 0x20]), Ok(542_376_900));
        assert_eq!(signed(&[0xB0, 0xB9, 0xFF, 0xFF]), Ok(-18_000));
    }
}
