//! Finds frames among the bytes of a line that inserts noise and damages what it carries.
//!
//! Bytes are thrown away up to the next STX; what begins there is a frame if its length and its
//! checksum say so, else one byte is thrown away and the search goes on.
//!
//! Spec: `README.md`, source 1, and "Quirks". Pure, like `frame.rs`.

use crate::frame::{Frame, FrameError, SHORTEST, STX};

/// Bytes that have arrived and are not yet a frame.
#[derive(Default)]
pub struct Scanner {
    waiting: Vec<u8>,
    damage: Option<Damage>,
    discarded: usize,
}

/// Something that began like a frame and was none.
pub struct Damage {
    /// What was wrong.
    pub error: FrameError,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Scanner {
    /// Bytes arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The next whole frame, if there is one.
    pub fn frame(&mut self) -> Option<Frame> {
        loop {
            let start = self.waiting.iter().position(|byte| *byte == STX);
            self.discard(start.unwrap_or(self.waiting.len()));
            let length = usize::from(*self.waiting.get(1)?);
            if length < SHORTEST {
                self.discard(1);
                continue;
            }
            let bytes = self.waiting.get(..length)?;
            match Frame::parse(bytes) {
                Ok(frame) => {
                    self.waiting.drain(..length);
                    return Some(frame);
                }
                Err(error) => {
                    let bytes = bytes.to_vec();
                    self.damage.get_or_insert(Damage { error, bytes });
                    self.discard(1);
                }
            }
        }
    }

    /// Nothing more comes: the next whole frame behind the one that never ended, if there is one.
    pub fn frame_behind(&mut self) -> Option<Frame> {
        while !self.waiting.is_empty() {
            let error = FrameError::Truncated { length: self.waiting.len() };
            let bytes = self.waiting.clone();
            self.damage.get_or_insert(Damage { error, bytes });
            self.discard(1);
            if let Some(frame) = self.frame() {
                return Some(frame);
            }
        }
        None
    }

    /// True where something arrived that was no frame, since [`Scanner::forget`].
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.damage.is_some()
    }

    /// The first thing that was no frame, where enough arrived to be one. A stray byte or two, as
    /// a cable without a meter makes them, is nothing.
    pub fn take_damage(&mut self) -> Option<Damage> {
        let enough = self.discarded >= SHORTEST;
        let noise = || Damage { error: FrameError::Malformed, bytes: Vec::new() };
        enough.then(|| self.damage.take().unwrap_or_else(noise))
    }

    /// Begins anew: bytes that wait, and what was wrong with those before them.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    fn discard(&mut self, count: usize) {
        self.discarded = self.discarded.saturating_add(count);
        self.waiting.drain(..count.min(self.waiting.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Control, encode};

    fn scan(bytes: &[u8]) -> Scanner {
        let mut scanner = Scanner::default();
        scanner.push(bytes);
        scanner
    }

    #[test]
    fn a_damaged_frame_is_remembered_and_the_one_behind_it_is_found() {
        let good = encode(Control(0x0C), &[]).unwrap();
        let mut bytes = good.clone();
        bytes[4] ^= 1;
        bytes.extend_from_slice(&good);
        let mut scanner = scan(&bytes);
        assert!(scanner.frame().is_some_and(|frame| frame.control == Control(0x0C)));
        assert!(scanner.frame().is_none());
        let damage = scanner.take_damage().unwrap();
        assert_eq!(damage.error.code(), "bad-checksum");
    }

    #[test]
    fn noise_that_begins_like_a_long_frame_hides_nothing_for_ever() {
        let mut bytes = vec![0x00, 0xFF, 0x02, 0xF0, 0x02, 0x02];
        bytes.extend_from_slice(&encode(Control(0x0C), &[]).unwrap());
        let mut scanner = scan(&bytes);
        assert!(scanner.frame().is_none());
        assert!(scanner.frame_behind().is_some());
    }

    #[test]
    fn a_single_stray_byte_is_no_damage() {
        let mut scanner = scan(&[0x00]);
        assert!(scanner.frame().is_none() && scanner.frame_behind().is_none());
        assert!(scanner.take_damage().is_none());
    }

    #[test]
    fn a_frame_that_arrives_byte_by_byte_is_found_at_its_last_byte() {
        let bytes = encode(Control(0x02), &[0x05, 0x06, 1, 2, 3, 4]).unwrap();
        let mut scanner = Scanner::default();
        let (last, first) = bytes.split_last().unwrap();
        for byte in first {
            scanner.push(&[*byte]);
            assert!(scanner.frame().is_none());
        }
        scanner.push(&[*last]);
        assert!(scanner.frame().is_some());
    }
}
