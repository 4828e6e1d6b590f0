//! Pages of 528 bytes: a header of 28, and records back to back.
//!
//! | byte     | meaning                                                     |
//! |----------|-------------------------------------------------------------|
//! | 0 to 3   | index of the first record, counted for ever                 |
//! | 4 to 7   | how many records                                            |
//! | 8        | record type                                                 |
//! | 9        | revision                                                    |
//! | 10 to 13 | page number                                                 |
//! | 14 to 25 | reserved                                                    |
//! | 26, 27   | CRC-16/XMODEM over the 26 bytes before                      |
//! | 28 …     | records, each of which ends with its own CRC-16/XMODEM      |
//!
//! The page of type 0 has two u32 there instead, and behind them a text. How long the records of a
//! revision are that nobody described, their checksums say: the shortest length at which all agree.
//!
//! Spec: `README.md`, sources 1 and 2, "Pages". Pure.

use meterport_sdk::check::crc16_xmodem;

use crate::answer::AnswerError;
use crate::record::{self, Kind, Length};

/// A page, whole and undamaged, and what was asked for.
pub struct Page {
    /// Index of its first record.
    pub first_index: u32,
    /// Decides how its records are laid out.
    pub revision: u8,
    /// Its records, the oldest first.
    pub records: Vec<Vec<u8>>,
}

impl Page {
    /// Takes a page of records apart.
    ///
    /// # Errors
    ///
    /// Another page, or any checksum that does not agree.
    pub fn parse(bytes: &[u8], kind: Kind, number: u32) -> Result<Self, AnswerError> {
        let (header, data) = split(bytes, kind, number)?;
        let count = usize::try_from(header.count).map_err(|_| AnswerError::PageOverfull)?;
        if count > data.len() {
            return Err(AnswerError::PageOverfull);
        }
        let records = match record::length(kind, header.revision) {
            Length::Described(length) => records(data, count, length)?,
            Length::Likely(length) => match records(data, count, length) {
                // One record alone is more likely damaged than of a length of its own.
                Err(error) if count < 2 => return Err(error),
                Err(error) => of_unknown_length(data, count).ok_or(error)?,
                Ok(records) => records,
            },
            Length::Unknown => {
                of_unknown_length(data, count).ok_or(AnswerError::RecordChecksum { place: 0 })?
            }
        };
        let records = records.into_iter().map(<[u8]>::to_vec).collect();
        Ok(Self { first_index: header.first_index, revision: header.revision, records })
    }

    /// How many records it holds.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.records.len()).unwrap_or(u64::MAX)
    }

    /// Index of the record behind its last one.
    #[must_use]
    pub fn end_index(&self) -> u64 {
        u64::from(self.first_index).saturating_add(self.count())
    }
}

/// The text of the manufacturing page.
///
/// # Errors
///
/// Another page, or a header whose checksum does not agree.
pub fn text(bytes: &[u8], number: u32) -> Result<&[u8], AnswerError> {
    let (_, data) = split(bytes, Kind::Manufacturing, number)?;
    data.get(TEXT..).ok_or(AnswerError::Unexpected { length: bytes.len() })
}

struct Header {
    first_index: u32,
    count: u32,
    revision: u8,
}

fn split(bytes: &[u8], kind: Kind, number: u32) -> Result<(Header, &[u8]), AnswerError> {
    if bytes.len() != PAGE {
        return Err(AnswerError::Unexpected { length: bytes.len() });
    }
    let (covered, rest) = bytes.split_at_checked(COVERED).unwrap_or_default();
    let Some((crc, data)) = rest.split_first_chunk() else {
        return Err(AnswerError::Unexpected { length: bytes.len() });
    };
    if crc16_xmodem(covered) != u16::from_le_bytes(*crc) {
        return Err(AnswerError::PageChecksum);
    }
    let &[i0, i1, i2, i3, c0, c1, c2, c3, of, revision, n0, n1, n2, n3, ..] = covered else {
        return Err(AnswerError::Unexpected { length: bytes.len() });
    };
    if of != kind.code() || u32::from_le_bytes([n0, n1, n2, n3]) != number {
        return Err(AnswerError::OtherPage);
    }
    let first_index = u32::from_le_bytes([i0, i1, i2, i3]);
    let count = u32::from_le_bytes([c0, c1, c2, c3]);
    Ok((Header { first_index, count, revision }, data))
}

/// So many records of this length, each with a checksum that agrees.
fn records(data: &[u8], count: usize, length: usize) -> Result<Vec<&[u8]>, AnswerError> {
    let used = count.checked_mul(length).ok_or(AnswerError::PageOverfull)?;
    let used = data.get(..used).ok_or(AnswerError::PageOverfull)?;
    let records = used.chunks_exact(length);
    let whole = |(place, record): (usize, &'_ [u8])| match record.split_last_chunk() {
        Some((body, crc)) if crc16_xmodem(body) == u16::from_le_bytes(*crc) => Ok(()),
        _ => Err(AnswerError::RecordChecksum { place }),
    };
    records.clone().enumerate().try_for_each(whole)?;
    Ok(records.collect())
}

fn of_unknown_length(data: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    if count == 0 {
        return Some(Vec::new());
    }
    let longest = data.len().checked_div(count)?;
    (SHORTEST_RECORD..=longest).find_map(|length| records(data, count, length).ok())
}

/// Bytes of a page.
const PAGE: usize = 528;
/// Bytes of its header under the checksum.
const COVERED: usize = 26;
/// Where the text begins behind the header.
const TEXT: usize = 8;
/// Two times and a checksum.
const SHORTEST_RECORD: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked page, filler and all.
    fn worked() -> Vec<u8> {
        let mut page = vec![
            0x88, 0x78, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x04, 0x02, 0x2C, 0x03, 0x00, 0x00,
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xCD, 0x24,
            0xC4, 0x03, 0x54, 0x20, 0x74, 0xBD, 0x53, 0x20, 0x8E, 0x00, 0x14, 0x5F, 0x88, 0xF0,
            0x04, 0x54, 0x20, 0xA0, 0xBE, 0x53, 0x20, 0x91, 0x80, 0x04, 0x16, 0x12, 0x1C, 0x06,
            0x54, 0x20, 0xCC, 0xBF, 0x53, 0x20, 0x05, 0x00, 0x18, 0x5D, 0x90,
        ];
        page.resize(PAGE, 0xFF);
        page
    }

    /// The same page with other bytes in its header, and the checksum that belongs to them.
    fn with(change: impl Fn(&mut [u8])) -> Vec<u8> {
        let mut page = worked();
        change(&mut page);
        let crc = crc16_xmodem(&page[..COVERED]).to_le_bytes();
        page[COVERED..COVERED + 2].copy_from_slice(&crc);
        page
    }

    fn error(bytes: &[u8]) -> Option<AnswerError> {
        Page::parse(bytes, Kind::Glucose, 812).err()
    }

    #[test]
    fn any_bit_turned_over_in_header_or_records_is_an_error() {
        for bit in 0..(28 + 3 * 13) * 8 {
            let mut page = worked();
            page[bit / 8] ^= 1 << (bit % 8);
            assert!(error(&page).is_some(), "bit {bit}");
        }
    }

    #[test]
    fn another_page_and_another_kind_are_not_what_was_asked_for() {
        let page = worked();
        let other = Page::parse(&page, Kind::Glucose, 811).err();
        assert_eq!(other, Some(AnswerError::OtherPage));
        let other = Page::parse(&page, Kind::Meter, 812).err();
        assert_eq!(other, Some(AnswerError::OtherPage));
    }

    #[test]
    fn a_page_of_another_size_is_another_answer() {
        assert_eq!(error(&worked()[..527]), Some(AnswerError::Unexpected { length: 527 }));
        assert_eq!(error(&[]), Some(AnswerError::Unexpected { length: 0 }));
    }

    #[test]
    fn a_count_that_is_not_what_the_page_holds_is_an_error() {
        let four = with(|page| page[4] = 4);
        assert_eq!(error(&four), Some(AnswerError::RecordChecksum { place: 3 }));
        for count in [39_u32, 501, u32::MAX] {
            let page = with(|page| page[4..8].copy_from_slice(&count.to_le_bytes()));
            assert_eq!(error(&page), Some(AnswerError::PageOverfull));
        }
    }

    #[test]
    fn a_revision_nobody_described_is_taken_apart_by_its_checksums() {
        let page = Page::parse(&with(|page| page[9] = 9), Kind::Glucose, 812).ok().unwrap();
        assert_eq!(page.revision, 9);
        assert!(page.records.iter().map(Vec::len).eq([13; 3]));
    }

    #[test]
    fn the_worked_page_agrees() {
        let page = Page::parse(&worked(), Kind::Glucose, 812).ok().unwrap();
        assert_eq!((page.first_index, page.revision, page.count()), (30_856, 2, 3));
        assert_eq!(page.end_index(), 30_859);
        assert_eq!(page.records[0].last_chunk(), Some(&[0x14, 0x5F, 0x88]));
    }

    #[test]
    fn a_page_without_records_holds_none() {
        for revision in [2, 9] {
            let empty = with(|page| {
                page[4] = 0;
                page[9] = revision;
            });
            assert!(Page::parse(&empty, Kind::Glucose, 812).is_ok_and(|page| page.count() == 0));
        }
    }
}
