//! The few commands of a disk that hosts use.
//!
//! Source: SBC-3 and SPC-4 (T10): 5.10 READ(10), 5.15 READ CAPACITY(10), 5.32 WRITE(10); 6.6 INQUIRY,
//! 6.11 MODE SENSE, 6.39 REQUEST SENSE; USB UFI 1.0, 4.10 READ FORMAT CAPACITIES.
//! This module is pure.

use std::ops::Range;

use crate::usb::UsbError;

/// What the host wants of the disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Command {
    /// Something that is always well: is it ready, start, lock, empty the cache.
    Nothing,
    /// Why the last command failed.
    Sense,
    /// Who the disk is.
    Inquiry,
    /// Whether it may be written, short form.
    Mode6,
    /// The same, long form.
    Mode10,
    /// How large it is.
    Capacity,
    /// The same, as Windows asks.
    FormatCapacities,
    /// Blocks are read.
    Read {
        /// The first block.
        address: u32,
        /// How many.
        count: u16,
    },
    /// Blocks are written.
    Write {
        /// The first block.
        address: u32,
        /// How many.
        count: u16,
    },
    /// Known, but not with this field.
    Field,
    /// Not known to this disk.
    Unknown,
}

impl Command {
    /// Reads a command block.
    pub fn parse(block: &[u8]) -> Self {
        match *block {
            [0x00 | 0x1B | 0x1E | 0x2F | 0x35, ..] => Self::Nothing,
            [0x03, ..] => Self::Sense,
            [0x12, 0, ..] => Self::Inquiry,
            [0x12, ..] => Self::Field, // the pages of vital product data
            [0x1A, ..] => Self::Mode6,
            [0x23, ..] => Self::FormatCapacities,
            [0x25, ..] => Self::Capacity,
            [0x28, _, a0, a1, a2, a3, _, c0, c1, ..] => Self::Read {
                address: u32::from_be_bytes([a0, a1, a2, a3]),
                count: u16::from_be_bytes([c0, c1]),
            },
            [0x2A, _, a0, a1, a2, a3, _, c0, c1, ..] => Self::Write {
                address: u32::from_be_bytes([a0, a1, a2, a3]),
                count: u16::from_be_bytes([c0, c1]),
            },
            [0x5A, ..] => Self::Mode10,
            _ => Self::Unknown,
        }
    }
}

/// Why a command failed: key, additional code and its qualifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sense([u8; 3]);

impl Sense {
    /// Nothing failed.
    pub const NONE: Self = Self([0, 0, 0]);
    /// Illegal request: unknown command.
    pub const COMMAND: Self = Self([5, 0x20, 0]);
    /// Illegal request: there is no such block.
    pub const ADDRESS: Self = Self([5, 0x21, 0]);
    /// Illegal request: invalid field.
    pub const FIELD: Self = Self([5, 0x24, 0]);
    /// Medium error: unrecovered read error.
    pub const UNREADABLE: Self = Self([3, 0x11, 0]);
    /// Medium error: write error.
    pub const UNWRITABLE: Self = Self([3, 0x0C, 0]);
    /// Data protect: write protected.
    pub const PROTECTED: Self = Self([7, 0x27, 0]);

    /// The answer to REQUEST SENSE.
    pub fn bytes(self) -> Vec<u8> {
        let Self([key, code, qualifier]) = self;
        vec![0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, code, qualifier, 0, 0, 0, 0]
    }
}

/// The addresses of so many blocks from here on.
pub fn range(address: u32, count: u16, blocks: u32) -> Result<Range<u32>, Sense> {
    let end = address.checked_add(u32::from(count)).filter(|end| *end <= blocks);
    Ok(address..end.ok_or(Sense::ADDRESS)?)
}

/// The answer to INQUIRY: a removable disk of this vendor, product and revision.
pub fn identity([vendor, product, revision]: [&'static str; 3]) -> Result<Vec<u8>, UsbError> {
    let mut bytes = vec![0x00, 0x80, 0x04, 0x02, 31, 0, 0, 0];
    for (text, length) in [(vendor, 8), (product, 16), (revision, 4)] {
        bytes.extend(padded(text, length)?);
    }
    Ok(bytes)
}

/// ASCII in a field of fixed length, with spaces behind it.
pub fn padded(text: &str, length: usize) -> Result<Vec<u8>, UsbError> {
    if text.len() > length || !text.is_ascii() {
        return Err(UsbError::Text { text: text.to_owned(), length });
    }
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(length, b' ');
    Ok(bytes)
}

/// The answer to READ CAPACITY: address of the last block, bytes in one.
pub fn capacity(blocks: u32) -> Vec<u8> {
    let mut bytes = blocks.saturating_sub(1).to_be_bytes().to_vec();
    bytes.extend(512_u32.to_be_bytes());
    bytes
}

/// The answer to READ FORMAT CAPACITIES: one formatted medium.
pub fn format_capacities(blocks: u32) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 8];
    bytes.extend(blocks.to_be_bytes());
    bytes.extend([0x02, 0x00, 0x02, 0x00]);
    bytes
}
