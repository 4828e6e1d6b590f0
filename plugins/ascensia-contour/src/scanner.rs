//! Takes a stream of bytes apart: frames, control bytes, and what is neither.
//!
//! A message ends where its content says so. Reports cut the stream anywhere, also right behind a
//! frame, and one report may hold `EOT`, a frame and `ENQ`.
//!
//! Spec: ASTM E1381; `README.md`, sources 1 and 2. Pure, like `frame.rs`.

use crate::frame::{ACK, CAN, ENQ, EOT, ETB, ETX, Frame, FrameError, NAK, STX};

/// Something whole that arrived.
#[derive(Clone, Eq, PartialEq)]
pub enum Item {
    /// A good frame.
    Frame(Frame),
    /// `ENQ`: the meter offers its data.
    Offer,
    /// `EOT` or `CAN`: the meter ends.
    End,
    /// `ACK` or `NAK`: only hosts send them in this conversation, so it is an echo.
    Echo,
    /// Something that began like a frame, or a report that is none.
    Damaged(FrameError),
    /// Bytes that belong to nothing; all of them NUL, or not.
    Noise {
        /// True where it is NUL bytes only, as idle cables send them.
        empty: bool,
    },
}

/// Bytes that have arrived and are not yet something whole.
#[derive(Default)]
pub struct Scanner {
    waiting: Vec<u8>,
}

impl Scanner {
    /// Bytes arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// Nothing more comes for now: what has begun and not ended is damaged.
    pub fn interrupt(&mut self) -> Option<Item> {
        let begun = !std::mem::take(&mut self.waiting).is_empty();
        begun.then_some(Item::Damaged(FrameError::Truncated))
    }

    /// The next whole thing, if there is one.
    pub fn item(&mut self) -> Option<Item> {
        match self.waiting.first()? {
            &STX => self.frame(),
            &ENQ => self.drop_first(1, Item::Offer),
            &EOT | &CAN => self.drop_first(1, Item::End),
            &ACK | &NAK => self.drop_first(1, Item::Echo),
            _ => {
                let length = self.waiting.iter().take_while(|byte| !means_something(byte)).count();
                let empty = self.waiting.iter().take(length).all(|byte| *byte == 0);
                self.drop_first(length, Item::Noise { empty })
            }
        }
    }

    /// The frame that has begun, once it has ended.
    fn frame(&mut self) -> Option<Item> {
        let behind = |byte: fn(&u8) -> bool| {
            self.waiting.iter().skip(1).position(byte).map(|position| position + 1)
        };
        let end = behind(|byte| matches!(byte, &ETB | &ETX)).map(|end| end + TRAILER);
        let next = behind(|byte| *byte == STX);
        if let Some(next) = next
            && end.is_none_or(|end| next < end)
        {
            // No text holds STX: the frame lost its end, and another one begins here.
            return self.drop_first(next, Item::Damaged(FrameError::Truncated));
        }
        let Some(end) = end else {
            let too_long = self.waiting.len() > LONGEST;
            return if too_long { self.interrupt() } else { None };
        };
        let item = match Frame::parse(self.waiting.get(..end)?) {
            Ok(frame) => Item::Frame(frame),
            Err(error) => Item::Damaged(error),
        };
        self.drop_first(end, item)
    }

    fn drop_first(&mut self, count: usize, item: Item) -> Option<Item> {
        self.waiting.drain(..count.min(self.waiting.len()));
        Some(item)
    }
}

fn means_something(byte: &u8) -> bool {
    matches!(byte, &STX | &ENQ | &EOT | &CAN | &ACK | &NAK)
}

/// ETB or ETX, two digits, CR, LF.
const TRAILER: usize = 5;
/// More than any frame has: ASTM E1381 allows 247 bytes, and headers of these meters have 184.
const LONGEST: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    const P: &[u8] = b"\x022P|1\r\x1753\r\n";
    const L: &[u8] = b"\x025L|1||N\r\x0384\r\n";

    fn words(bytes: &[u8]) -> Vec<String> {
        let mut scanner = Scanner::default();
        scanner.push(bytes);
        let mut words = Vec::new();
        while let Some(item) = scanner.item() {
            words.push(word(&item));
        }
        words.extend(scanner.interrupt().as_ref().map(word));
        words
    }

    fn word(item: &Item) -> String {
        match item {
            Item::Frame(frame) => format!("frame {}", frame.number),
            Item::Offer => "offer".to_owned(),
            Item::End => "end".to_owned(),
            Item::Echo => "echo".to_owned(),
            Item::Damaged(error) => error.code().to_owned(),
            Item::Noise { empty } => if *empty { "nul" } else { "noise" }.to_owned(),
        }
    }

    #[test]
    fn a_frame_without_an_end_hides_nothing_behind_it() {
        assert_eq!(words(&[&P[..5], L].concat()), ["truncated", "frame 5"]);
        assert_eq!(words(&[&P[..P.len() - 2], L].concat()), ["truncated", "frame 5"]);
        assert_eq!(words(&[P, &L[..6]].concat()), ["frame 2", "truncated"]);
    }

    #[test]
    fn a_frame_that_is_far_too_long_is_not_waited_for() {
        let mut scanner = Scanner::default();
        scanner.push(&[&[STX], vec![b'x'; LONGEST].as_slice()].concat());
        assert!(matches!(scanner.item(), Some(Item::Damaged(FrameError::Truncated))));
    }

    #[test]
    fn a_frame_whose_first_byte_is_lost_is_noise() {
        assert_eq!(words(&P[1..]), ["noise"]);
        assert_eq!(words(&[&[0, 0][..], P].concat()), ["nul", "frame 2"]);
    }

    #[test]
    fn one_report_holds_several_things() {
        let report = [&[EOT], P, &[ENQ, ACK]].concat();
        assert_eq!(words(&report), ["end", "frame 2", "offer", "echo"]);
    }

    #[test]
    fn a_frame_that_arrives_byte_by_byte_is_whole_at_its_last_byte() {
        let mut scanner = Scanner::default();
        let (last, first) = P.split_last().unwrap();
        for byte in first {
            scanner.push(&[*byte]);
            assert!(scanner.item().is_none());
        }
        scanner.push(&[*last]);
        assert!(matches!(scanner.item(), Some(Item::Frame(_))));
    }
}
