//! How a transfer begins: which byte is sent, given what arrived, until a header is there.
//!
//! | what arrived last              | what is sent                                               |
//! |--------------------------------|------------------------------------------------------------|
//! | nothing, noise, `EOT`          | the next of [`Opening`]'s prods, `ACK` and `EOT` in turn   |
//! | `ENQ`                          | `ACK`                                                      |
//! | a damaged frame                | `NAK`                                                      |
//! | a frame of an older transfer   | `EOT` once; then `ACK` for each, until that one has ended  |
//! | the header                     | it is the beginning                                        |
//!
//! Some meters send the header before `ENQ` too. After `ACK` the transfer then begins with the
//! header again, or goes on behind it; both are taken.
//!
//! Spec: ASTM E1381, "establishment"; `README.md`, sources 1 to 3. Pure: the waiting is
//! `session.rs`.

use std::collections::VecDeque;

use meterport_sdk::{DriverError, IoError, ProtocolError};

use crate::frame::{ACK, EOT, Frame, FrameError, NAK, following};
use crate::scanner::Item;

/// What happens next.
pub enum Next {
    /// Send this byte and listen. Where `hurried`, the first thing that comes is looked at at once.
    Send {
        /// The byte.
        byte: u8,
        /// No silence has to follow what comes.
        hurried: bool,
    },
    /// The transfer has begun, with this frame.
    Header(Frame),
    /// There is no meter, or none that makes sense.
    Failed(DriverError),
}

/// The state of one beginning.
pub struct Opening {
    prods: [u8; 4],
    prodded: usize,
    header: Option<Frame>,
    offers: u32,
    old_frames: u32,
    naks: u32,
    damage: Option<FrameError>,
    heard: bool,
}

/// What the last thing that arrived means.
enum Last {
    Nothing,
    Offer,
    Header(Frame),
    Old,
    Damaged,
}

impl Opening {
    /// `first` is what this kind of meter wants to hear first: `ACK` or `EOT`.
    #[must_use]
    pub fn new(first: u8) -> Self {
        let other = if first == ACK { EOT } else { ACK };
        Self {
            prods: [first, other, first, other],
            prodded: 0,
            header: None,
            offers: 0,
            old_frames: 0,
            naks: 0,
            damage: None,
            heard: false,
        }
    }

    /// Looks at what arrived. What stands behind the header stays in `items`.
    pub fn next(&mut self, items: &mut VecDeque<Item>) -> Next {
        match self.last(items) {
            Last::Header(frame) => Next::Header(frame),
            Last::Offer if self.offers < MOST_OFFERS => {
                self.offers += 1;
                Next::Send { byte: ACK, hurried: false }
            }
            Last::Damaged if self.naks < MOST_NAKS => {
                self.naks += 1;
                Next::Send { byte: NAK, hurried: false }
            }
            Last::Old if self.old_frames < MOST_OLD_FRAMES => {
                self.old_frames += 1;
                let first = self.old_frames == 1;
                Next::Send { byte: if first { EOT } else { ACK }, hurried: !first }
            }
            Last::Nothing if self.prodded < self.prods.len() => {
                let byte = self.prods.get(self.prodded).copied().unwrap_or(ACK);
                self.prodded += 1;
                Next::Send { byte, hurried: false }
            }
            _ => Next::Failed(self.failure()),
        }
    }

    fn last(&mut self, items: &mut VecDeque<Item>) -> Last {
        let mut last = Last::Nothing;
        while let Some(item) = items.pop_front() {
            match item {
                Item::Frame(frame) if is_header(&frame) => {
                    self.header = Some(frame.clone());
                    last = Last::Header(frame);
                }
                Item::Frame(frame) => {
                    let begun = self.header.take();
                    if let Some(header) = begun.filter(|header| goes_on(header, &frame)) {
                        items.push_front(Item::Frame(frame));
                        return Last::Header(header);
                    }
                    self.heard = true;
                    last = Last::Old;
                }
                Item::Offer => {
                    self.heard = true;
                    last = Last::Offer;
                }
                Item::End => {
                    self.header = None;
                    last = Last::Nothing;
                }
                Item::Damaged(error) => {
                    self.damage.get_or_insert(error);
                    // What came unasked is not asked for again: it may be half of anything.
                    last = if self.prodded > 0 { Last::Damaged } else { Last::Nothing };
                }
                Item::Noise { empty } => self.heard |= !empty,
                Item::Echo => {}
            }
        }
        last
    }

    /// Nothing but silence, NUL bytes and our own bytes is a cable without a meter.
    fn failure(&self) -> DriverError {
        match self.damage {
            Some(error) => error.into(),
            None if self.heard => {
                let detail =
                    "something answers, and not as this meter does; is it the right driver?";
                ProtocolError::new("not-this-meter", detail).into()
            }
            None => IoError::Timeout.into(),
        }
    }
}

fn is_header(frame: &Frame) -> bool {
    frame.text.first() == Some(&b'H')
}

fn goes_on(header: &Frame, frame: &Frame) -> bool {
    frame.number == following(header.number)
}

/// How often a frame is asked for again.
pub const MOST_NAKS: u32 = 6;
const MOST_OFFERS: u32 = 6;
/// More than any meter of the family stores.
const MOST_OLD_FRAMES: u32 = 5000;

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: u8, text: &str) -> Item {
        Item::Frame(Frame { number, text: text.as_bytes().to_vec() })
    }

    /// What follows from each batch, in words.
    fn words(batches: Vec<Vec<Item>>) -> Vec<String> {
        let mut opening = Opening::new(ACK);
        let word = |batch: Vec<Item>| match opening.next(&mut batch.into()) {
            Next::Send { byte, hurried } => format!("{byte:02X}{}", if hurried { "!" } else { "" }),
            Next::Header(frame) => format!("header {}", frame.number),
            Next::Failed(error) => error.to_string(),
        };
        batches.into_iter().map(word).collect()
    }

    #[test]
    fn silence_and_an_echo_are_prodded_four_times_and_then_a_timeout() {
        let echo = || vec![Item::Echo, Item::Noise { empty: true }];
        let said = words(vec![vec![], echo(), echo(), vec![], echo()]);
        assert_eq!(said, ["06", "04", "06", "04", "no answer in time"]);
    }

    #[test]
    fn anything_else_that_answers_is_not_this_meter() {
        let noise = || vec![Item::Noise { empty: false }];
        let said = words(vec![noise(), noise(), noise(), noise(), noise()]);
        assert!(said[4].contains("not as this meter does"));
    }

    #[test]
    fn a_meter_that_offers_for_ever_is_given_up() {
        let said = words((0..8).map(|_| vec![Item::Offer]).collect());
        assert_eq!(said[..6], ["06"; 6]);
        assert!(said[6].contains("not as this meter does"));
    }

    #[test]
    fn a_damaged_header_is_asked_for_again_and_given_up_after_six_times() {
        let damaged = || vec![Item::Damaged(FrameError::Checksum { computed: 1 })];
        let said = words((0..8).map(|_| damaged()).collect());
        assert_eq!(said[..7], ["06", "15", "15", "15", "15", "15", "15"]);
        assert!(said[7].contains("checksum"));
    }

    #[test]
    fn frames_of_an_older_transfer_are_interrupted_and_else_drained() {
        let said = words(vec![
            vec![frame(4, "R|9")],
            vec![frame(5, "R|10")],
            vec![frame(6, "L|1")],
            vec![Item::End],
            vec![Item::Offer],
            vec![frame(1, "H|")],
        ]);
        assert_eq!(said, ["04", "06!", "06!", "06", "06", "header 1"]);
    }

    #[test]
    fn a_header_before_the_offer_counts_where_the_transfer_goes_on_behind_it() {
        let both = || vec![Item::End, frame(1, "H|"), Item::Offer];
        assert_eq!(words(vec![both(), vec![frame(2, "P|1")]]), ["06", "header 1"]);
        assert_eq!(words(vec![both(), vec![frame(1, "H|")]]), ["06", "header 1"]);
        assert_eq!(words(vec![both(), vec![frame(3, "R|1")]]), ["06", "04"]);
        let ended = vec![frame(1, "H|"), Item::End];
        assert_eq!(words(vec![ended, vec![frame(2, "P|1")]]), ["06", "04"]);
    }
}
