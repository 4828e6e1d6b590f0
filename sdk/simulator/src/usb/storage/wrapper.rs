//! The wrappers around a disk's commands and their status.
//!
//! Source: USB Mass Storage Class, Bulk-Only Transport 1.0, 5.1 and 5.2.
//! This module is pure.

use super::scsi::Command;

/// A wrapped command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wrapper {
    tag: [u8; 4],
    /// Bytes of data the host sends or has room for.
    pub length: usize,
    /// Whether data go to the host.
    pub is_in: bool,
    /// What is wanted.
    pub command: Command,
}

impl Wrapper {
    /// Takes the 31 bytes apart; `None` where they are no valid and meaningful wrapper.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 31] = bytes.try_into().ok()?;
        let [b'U', b'S', b'B', b'C', t0, t1, t2, t3, l0, l1, l2, l3, flags, 0, size, block @ ..] =
            bytes
        else {
            return None;
        };
        let command = block.get(..usize::from(*size)).filter(|command| !command.is_empty())?;
        Some(Self {
            tag: [*t0, *t1, *t2, *t3],
            length: usize::try_from(u32::from_le_bytes([*l0, *l1, *l2, *l3])).ok()?,
            is_in: flags & 0x80 != 0,
            command: Command::parse(command),
        })
    }

    /// The 13 bytes that end a command; `left` is what of the data did not come.
    pub fn status(&self, left: usize, passed: bool) -> Vec<u8> {
        let mut bytes = b"USBS".to_vec();
        bytes.extend(self.tag);
        bytes.extend(u32::try_from(left).unwrap_or(u32::MAX).to_le_bytes());
        bytes.push(if passed { 0 } else { 1 });
        bytes
    }
}
