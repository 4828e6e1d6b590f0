//! The store of results: which segments it has, and what one transfer of a segment carries.
//!
//! | action `0C0D` | bytes                                                                      |
//! |---------------|----------------------------------------------------------------------------|
//! | asked         | `0001 0002 0000`: all segments                                             |
//! | answered      | list; each: segment 2, attributes                                          |
//!
//! | action `0C1C` | bytes                                                                      |
//! |---------------|----------------------------------------------------------------------------|
//! | asked         | segment 2                                                                  |
//! | answered      | segment 2, result 2                                                        |
//!
//! | event `0D21`  | bytes                                                                      |
//! |---------------|----------------------------------------------------------------------------|
//! | sent          | segment 2, index of the first entry 4, count 4, status 2, entries with length |
//! | answered      | the same without the entries, and status `0080`                            |
//!
//! Spec: IEEE 11073-20601 (PM-store and PM-segment), `README.md`, sources 1 and 2. Pure.

use crate::error::FormatError;
use crate::mder::{Reader, find};

/// Asks for the store's segments.
pub const SEGMENT_INFO: u16 = 0x0C0D;
/// All of them.
pub const ALL_SEGMENTS: [u8; 6] = [0, 1, 0, 2, 0, 0];
/// Asks for the entries of one.
pub const TRIGGER: u16 = 0x0C1C;
/// Entries are there.
pub const SEGMENT_DATA: u16 = 0x0D21;

/// One segment of the store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Segment {
    /// What it is asked by.
    pub number: u16,
    /// How many entries it holds, where the meter says so.
    pub entries: Option<u32>,
    /// False where the meter says that its entries consist of something else than `record.rs` knows.
    pub as_results: bool,
}

impl Segment {
    /// A segment of which nothing is known but its number.
    #[must_use]
    pub fn unknown(number: u16) -> Self {
        Self { number, entries: None, as_results: true }
    }

    /// Whether its entries are decoded. Every known meter has its results in segment 0; what others
    /// hold (meals, tests with control solution) nobody has described.
    #[must_use]
    pub fn holds_results(&self) -> bool {
        self.number == 0 && self.as_results
    }
}

/// The segments in the answer to [`SEGMENT_INFO`].
///
/// # Errors
///
/// Count and lengths do not agree.
pub fn segments(content: &[u8]) -> Result<Vec<Segment>, FormatError> {
    let mut reader = Reader::new("segments", content);
    let (count, mut items) = reader.list()?;
    reader.end()?;
    let mut segments = Vec::new();
    for _ in 0..count {
        let number = items.u16()?;
        let attributes = items.attributes()?;
        let entries = find(&attributes, USAGE_COUNT)
            .map(|value| Reader::new("number of entries", value).u32())
            .transpose()?;
        let as_results = match find(&attributes, ENTRY_MAP) {
            Some(map) => is_map_of_results(map)?,
            None => true,
        };
        segments.push(Segment { number, entries, as_results });
    }
    items.end()?;
    Ok(segments)
}

/// Whether an entry is an absolute time and one number with its status.
fn is_map_of_results(map: &[u8]) -> Result<bool, FormatError> {
    let mut reader = Reader::new("entry map", map);
    let header = reader.u16()?;
    let (count, mut elements) = reader.list()?;
    reader.end()?;
    let mut all = header == ABSOLUTE_TIME && count == 1;
    for _ in 0..count {
        let (class, _type, _handle) = (elements.u16()?, elements.u32()?, elements.u16()?);
        let (count, mut parts) = elements.list()?;
        let parts =
            (0..count).map(|_| Ok((parts.u16()?, parts.u16()?))).collect::<Result<Vec<_>, _>>()?;
        all &= class == NUMERIC && parts == [(BASIC_VALUE, 2), (STATUS, 2)];
    }
    elements.end()?;
    Ok(all)
}

/// What the meter answers to [`TRIGGER`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Triggered {
    /// The entries come.
    Coming,
    /// There are none.
    Empty,
    /// Not now.
    Later,
    /// Anything else: no such segment (1), failed (`0200`).
    Refused(u16),
}

/// The answer to [`TRIGGER`] for this segment.
///
/// # Errors
///
/// It is about another segment, or has another length.
pub fn triggered(content: &[u8], segment: u16) -> Result<Triggered, FormatError> {
    let mut reader = Reader::new("segment of an answer", content);
    reader.expect(segment)?;
    let result = reader.u16()?;
    reader.end()?;
    Ok(match result {
        0 => Triggered::Coming,
        2 => Triggered::Later,
        3 => Triggered::Empty,
        other => Triggered::Refused(other),
    })
}

/// Some entries of one segment.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Data<'a> {
    /// Of which segment.
    pub segment: u16,
    /// Place of the first one in this transfer: a position, not a lasting number.
    pub first: u32,
    /// How many.
    pub count: u32,
    status: u16,
    /// Their bytes, one after the other.
    pub entries: &'a [u8],
}

impl<'a> Data<'a> {
    /// Takes apart the event's content.
    ///
    /// # Errors
    ///
    /// Lengths do not agree.
    pub fn parse(content: &'a [u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new("segment data", content);
        let (segment, first, count) = (reader.u16()?, reader.u32()?, reader.u32()?);
        let status = reader.u16()?;
        let entries = reader.octets()?;
        reader.end()?;
        Ok(Self { segment, first, count, status, entries })
    }

    /// The meter breaks the transfer off.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.status & AGENT_ABORT != 0
    }

    /// No entries came before.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.status & FIRST != 0
    }

    /// No more entries follow.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.status & LAST != 0
    }

    /// The entries one by one.
    ///
    /// # Errors
    ///
    /// Their bytes cannot be shared out evenly.
    pub fn split(&self) -> Result<std::slice::ChunksExact<'a, u8>, FormatError> {
        let uneven = FormatError::Long { field: "entries of a segment" };
        let count = usize::try_from(self.count).map_err(|_| uneven)?;
        let length = self.entries.len().checked_div(count).unwrap_or(0).max(1);
        if length.checked_mul(count) != Some(self.entries.len()) {
            return Err(uneven);
        }
        Ok(self.entries.chunks_exact(length))
    }

    /// The content of the answer: they have arrived.
    #[must_use]
    pub fn confirmation(&self) -> Vec<u8> {
        let mut content = self.segment.to_be_bytes().to_vec();
        content.extend(self.first.to_be_bytes());
        content.extend(self.count.to_be_bytes());
        content.extend(MANAGER_CONFIRM.to_be_bytes());
        content
    }
}

const USAGE_COUNT: u16 = 0x097B;
const ENTRY_MAP: u16 = 0x0A4E;

const ABSOLUTE_TIME: u16 = 0x8000;
const NUMERIC: u16 = 6;
const BASIC_VALUE: u16 = 0x0A4C;
const STATUS: u16 = 0x0947;

const FIRST: u16 = 0x8000;
const LAST: u16 = 0x4000;
const AGENT_ABORT: u16 = 0x0800;
const MANAGER_CONFIRM: u16 = 0x0080;

#[cfg(test)]
mod tests;
