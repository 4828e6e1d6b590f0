//! Finds packets in a stream of bytes, however it was cut into pieces.
//!
//! Bytes are thrown away up to the next `51`; what begins there is a packet if its seventh byte and
//! its sum say so, else one byte is thrown away and the search goes on. So the computer's own
//! packets, which some cables send back, are skipped too.
//!
//! Spec: `README.md`, sources 1 and 2. Pure, like `frame.rs`.

use crate::frame::{FrameError, LENGTH, Packet, START};

/// Bytes that have arrived and are not yet a packet.
#[derive(Default)]
pub struct Scanner {
    waiting: Vec<u8>,
    damage: Option<Damage>,
}

/// A packet whose sum does not agree.
#[derive(Clone, Copy)]
pub struct Damage {
    /// What was wrong: the sum.
    pub error: FrameError,
    /// Its bytes.
    pub bytes: [u8; LENGTH],
}

impl Scanner {
    /// Bytes arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The next whole packet, if there is one.
    pub fn packet(&mut self) -> Option<Packet> {
        loop {
            let start = self.waiting.iter().position(|byte| *byte == START);
            self.waiting.drain(..start.unwrap_or(self.waiting.len()));
            let bytes = *self.waiting.first_chunk::<LENGTH>()?;
            match Packet::parse(bytes) {
                Ok(packet) => {
                    self.waiting.drain(..LENGTH);
                    return Some(packet);
                }
                Err(error) => {
                    if matches!(error, FrameError::Checksum { .. }) {
                        self.damage.get_or_insert(Damage { error, bytes });
                    }
                    self.waiting.drain(..1);
                }
            }
        }
    }

    /// The first packet since the last call whose sum did not agree.
    pub fn take_damage(&mut self) -> Option<Damage> {
        self.damage.take()
    }

    /// Throws away what waits: the rest of it does not come any more.
    pub fn forget(&mut self) {
        self.waiting.clear();
        self.damage = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::request;

    const GOOD: [u8; 8] = [0x51, 0x26, 0x68, 0x00, 0x00, 0x40, 0xA5, 0xC4];

    fn found(pieces: &[&[u8]]) -> usize {
        let mut scanner = Scanner::default();
        let mut found = 0;
        for piece in pieces {
            scanner.push(piece);
            found += std::iter::from_fn(|| scanner.packet()).count();
        }
        found
    }

    #[test]
    fn a_damaged_packet_is_remembered_and_the_one_behind_it_is_found() {
        let mut bad = GOOD;
        bad[2] ^= 0x04;
        let mut scanner = Scanner::default();
        scanner.push(&[bad, GOOD].concat());
        assert!(scanner.packet().is_some());
        let damage = scanner.take_damage().unwrap();
        assert!(damage.bytes == bad && matches!(damage.error, FrameError::Checksum { .. }));
        assert!(scanner.take_damage().is_none() && scanner.packet().is_none());
    }

    #[test]
    fn what_is_no_packet_hides_none_that_comes_behind_it() {
        let echo = request(0x26, [0; 4]);
        for junk in [&[0x51][..], &[0x51, 0x51], &[0, 0xA5], &GOOD[..7], &GOOD[..3], &echo] {
            assert_eq!(found(&[junk, &GOOD]), 1, "{junk:02X?}");
        }
    }

    #[test]
    fn half_a_packet_that_is_forgotten_is_never_completed() {
        let mut scanner = Scanner::default();
        scanner.push(&GOOD[..4]);
        assert!(scanner.packet().is_none());
        scanner.forget();
        scanner.push(&GOOD[4..]);
        assert!(scanner.packet().is_none());
    }

    #[test]
    fn how_the_stream_was_cut_makes_no_difference() {
        let stream = [GOOD, GOOD].concat();
        for at in 0..=stream.len() {
            assert_eq!(found(&[&stream[..at], &stream[at..]]), 2, "{at}");
        }
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(found(&bytes), 2);
    }
}
