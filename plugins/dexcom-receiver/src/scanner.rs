//! Finds packets among the bytes of a line that may insert noise or damage what it carries.
//!
//! Bytes are thrown away up to the next SYNC. What begins there is a packet if its length and its
//! checksum say so; else one byte is thrown away and the search goes on.
//!
//! Spec: `README.md`, sources 1 and 2, "Packet". Pure, like `packet.rs`.

use crate::packet::{Packet, PacketError, SYNC, length_of};

/// Bytes that have arrived and are not yet a packet.
#[derive(Default)]
pub struct Scanner {
    waiting: Vec<u8>,
    damage: Option<PacketError>,
}

impl Scanner {
    /// Bytes arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The next whole packet, if there is one.
    pub fn packet(&mut self) -> Option<Packet> {
        loop {
            let start = self.waiting.iter().position(|byte| *byte == SYNC);
            self.discard(start.unwrap_or(self.waiting.len()));
            let (low, high) = (*self.waiting.get(1)?, *self.waiting.get(2)?);
            let Some(length) = length_of(low, high) else {
                self.discard(1);
                continue;
            };
            match Packet::parse(self.waiting.get(..length)?) {
                Ok(packet) => {
                    self.waiting.drain(..length);
                    return Some(packet);
                }
                Err(error) => {
                    self.damage.get_or_insert(error);
                    self.discard(1);
                }
            }
        }
    }

    /// Nothing more comes: the next whole packet behind one that never ended, if there is one.
    pub fn packet_behind(&mut self) -> Option<Packet> {
        while !self.waiting.is_empty() {
            self.damage.get_or_insert(PacketError::Truncated { length: self.waiting.len() });
            self.discard(1);
            if let Some(packet) = self.packet() {
                return Some(packet);
            }
        }
        None
    }

    /// The first thing that was no packet, and forgets it.
    pub fn take_damage(&mut self) -> Option<PacketError> {
        self.damage.take()
    }

    /// True where something arrived that was no packet.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.damage.is_some()
    }

    /// Begins anew.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    fn discard(&mut self, count: usize) {
        self.waiting.drain(..count.min(self.waiting.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: [u8; 14] =
        [0x01, 0x0E, 0x00, 0x01, 0x2A, 0x03, 0x00, 0x00, 0x2C, 0x03, 0x00, 0x00, 0x96, 0xA8];

    fn scan(bytes: &[u8]) -> Scanner {
        let mut scanner = Scanner::default();
        scanner.push(bytes);
        scanner
    }

    #[test]
    fn a_damaged_packet_is_remembered_and_the_one_behind_it_is_found() {
        let mut bytes = RANGE.to_vec();
        bytes[7] ^= 1;
        bytes.extend_from_slice(&RANGE);
        let mut scanner = scan(&bytes);
        // Its fourth byte begins like a long packet, which never ends.
        assert!(scanner.packet().is_none());
        assert!(scanner.packet_behind().is_some_and(|packet| packet.payload.len() == 8));
        assert_eq!(scanner.take_damage().map(PacketError::code), Some("bad-checksum"));
    }

    #[test]
    fn noise_that_begins_like_a_long_packet_hides_nothing_for_ever() {
        let mut bytes = vec![0x00, 0xFF, 0x01, 0x36, 0x06, 0x01];
        bytes.extend_from_slice(&RANGE);
        let mut scanner = scan(&bytes);
        assert!(scanner.packet().is_none());
        assert!(scanner.packet_behind().is_some());
    }

    #[test]
    fn a_packet_that_arrives_byte_by_byte_is_found_at_its_last_byte() {
        let mut scanner = Scanner::default();
        let (last, first) = RANGE.split_last().unwrap();
        for byte in first {
            scanner.push(&[*byte]);
            assert!(scanner.packet().is_none());
        }
        scanner.push(&[*last]);
        assert!(scanner.packet().is_some());
    }
}
