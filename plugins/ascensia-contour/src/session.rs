//! One conversation: each good frame is answered with `ACK`, anything else with `NAK`.
//!
//! The two ends move in lockstep: the meter sends something, we answer with one byte. Where it is
//! not sure that only one answer is due (what came was damaged, or came too late) the line is first
//! listened to until it is silent, since an answer too many would put the ends out of step for good.
//!
//! Only `ACK`, `NAK` and `EOT` are ever sent. Clock and settings are reached by `ENQ` and text, for
//! which there is no function. What the records mean is not known here.
//!
//! Spec: ASTM E1381, "transfer"; `README.md`, sources 1 to 3.

use std::collections::VecDeque;

use meterport_sdk::{Clock, DriverError, IoError, log};

use crate::frame::{ACK, Frame, FrameError, NAK, following};
use crate::opening::{MOST_NAKS, Next, Opening};
use crate::scanner::{Item, Scanner};
use crate::wire::{Piece, Wire};

/// How long one answer may take.
pub const RESPONSE_MS: u32 = 5000;
/// So long a silence means that nothing more comes by itself.
pub const QUIET_MS: u32 = 300;
/// How often the meter is asked for a frame that did not come at all.
pub const MOST_SILENCES: u32 = 3;

/// A meter that never stops is not listened to for longer.
const LONGEST_LISTENING_MS: u64 = 10_000;
/// How long the last `EOT` may take. Without it everything has been read as well.
const GOOD_BYE_MS: u32 = 2000;

/// What a transfer brings.
pub enum Event {
    /// A record's text.
    Record(Vec<u8>),
    /// The meter has ended it, or begins anew.
    Over,
}

/// An open conversation.
pub struct Session {
    wire: Box<dyn Wire>,
    clock: Clock,
    /// What this kind of meter wants to hear first.
    first: u8,
    scanner: Scanner,
    items: VecDeque<Item>,
    /// What is sent next.
    answer: u8,
    /// Number of the frame that is due, and text of the one before it.
    due: u8,
    before: Vec<u8>,
    /// Answers since the last good frame, and how many of them nothing followed.
    tries: u32,
    silences: u32,
    damage: Option<FrameError>,
}

impl Session {
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(wire: Box<dyn Wire>, clock: Clock, first: u8) -> Self {
        Self {
            wire,
            clock,
            first,
            scanner: Scanner::default(),
            items: VecDeque::new(),
            answer: ACK,
            due: 0,
            before: Vec::new(),
            tries: 0,
            silences: 0,
            damage: None,
        }
    }

    /// Begins a transfer, whatever the meter was in the middle of: the text of its header.
    ///
    /// # Errors
    ///
    /// `Timeout` where no meter is there, `not-this-meter` where something else is.
    pub fn open(&mut self) -> Result<Vec<u8>, DriverError> {
        self.listen()?;
        let mut opening = Opening::new(self.first);
        loop {
            match opening.next(&mut self.items) {
                Next::Send { byte, hurried } => {
                    self.send(byte)?;
                    self.wait(RESPONSE_MS)?;
                    if !hurried {
                        self.listen()?;
                    }
                }
                Next::Header(frame) => {
                    self.accept(frame.number, &frame.text);
                    return Ok(frame.text);
                }
                Next::Failed(error) => return Err(error),
            }
        }
    }

    /// The next record.
    ///
    /// # Errors
    ///
    /// A frame that stays damaged or away after every retry.
    pub fn next_record(&mut self) -> Result<Event, DriverError> {
        loop {
            while let Some(item) = self.items.pop_front() {
                match item {
                    Item::Frame(frame) if frame.number == self.due => {
                        self.accept(frame.number, &frame.text);
                        return Ok(Event::Record(frame.text));
                    }
                    Item::Frame(frame) if self.is_repeated(&frame) => self.answer = ACK,
                    Item::Frame(_) => self.refuse(FrameError::Number),
                    Item::Damaged(error) => self.refuse(error),
                    Item::Noise { .. } => self.refuse(FrameError::Noise),
                    Item::Offer | Item::End => return Ok(Event::Over),
                    Item::Echo => {}
                }
            }
            self.exchange()?;
        }
    }

    /// Says that the last record has arrived, and waits for the meter's good-bye.
    ///
    /// # Errors
    ///
    /// A record behind the last one, or a cancelled session. A meter that says nothing any more has
    /// told everything before.
    pub fn close(mut self) -> Result<(), DriverError> {
        for _ in 0..=MOST_SILENCES {
            while let Some(item) = self.items.pop_front() {
                match item {
                    Item::Offer | Item::End => return Ok(()),
                    Item::Frame(frame) if !self.is_repeated(&frame) => {
                        let detail = "there is a record behind the last one";
                        return Err(DriverError::protocol("bad-sequence", detail));
                    }
                    _ => {}
                }
            }
            match self.write(ACK).and_then(|()| self.wait(GOOD_BYE_MS)) {
                Err(IoError::Disconnected) => break,
                other => other?,
            }
            if self.items.is_empty() {
                break;
            }
        }
        log::warn("the meter did not say good-bye");
        Ok(())
    }

    /// Sent once more, because our answer did not arrive.
    fn is_repeated(&self, frame: &Frame) -> bool {
        following(frame.number) == self.due && frame.text == self.before
    }

    fn accept(&mut self, number: u8, text: &[u8]) {
        self.due = following(number);
        self.before = text.to_vec();
        self.answer = ACK;
        (self.tries, self.silences) = (0, 0);
        self.damage = None;
    }

    fn refuse(&mut self, error: FrameError) {
        self.damage.get_or_insert(error);
        self.answer = NAK;
    }

    /// Sends the answer that is due and waits for what comes next.
    fn exchange(&mut self) -> Result<(), DriverError> {
        if self.tries > MOST_NAKS || self.silences > MOST_SILENCES {
            return Err(match self.damage {
                Some(error) => error.into(),
                None if self.silences > 0 => IoError::Timeout.into(),
                // The same frame over and over.
                None => FrameError::Number.into(),
            });
        }
        self.tries += 1;
        let asked_again = self.answer == NAK;
        if asked_again {
            log::warn("a frame is asked for again");
        }
        self.send(self.answer)?;
        self.wait(RESPONSE_MS)?;
        if self.items.is_empty() {
            // The meter's frame was lost, or our answer: it says the last one again.
            self.silences += 1;
            self.answer = NAK;
        } else if asked_again || self.items.iter().any(is_doubtful) {
            self.listen()?;
        }
        Ok(())
    }

    fn send(&mut self, byte: u8) -> Result<(), DriverError> {
        Ok(self.write(byte)?)
    }

    /// Where the line did not take the byte in time, the meter's silence will show it.
    fn write(&mut self, byte: u8) -> Result<(), IoError> {
        match self.wire.write(byte) {
            Err(IoError::Timeout) => Ok(()),
            other => other,
        }
    }

    /// Waits until something whole is there, at most so long without a byte.
    fn wait(&mut self, longest_ms: u32) -> Result<(), IoError> {
        let mut deadline = self.clock.now_ms().saturating_add(u64::from(longest_ms));
        while self.items.is_empty() {
            let left = deadline.saturating_sub(self.clock.now_ms());
            let left = u32::try_from(left).unwrap_or(longest_ms);
            if left == 0 || !self.take(left, &mut deadline)? {
                self.items.extend(self.scanner.interrupt());
                break;
            }
        }
        Ok(())
    }

    /// Takes whatever comes until the line is silent.
    fn listen(&mut self) -> Result<(), IoError> {
        let end = self.clock.now_ms().saturating_add(LONGEST_LISTENING_MS);
        while self.clock.now_ms() < end && self.take(QUIET_MS, &mut 0)? {}
        self.items.extend(self.scanner.interrupt());
        Ok(())
    }

    /// Reads once; false where nothing came in time. Bytes move the deadline, empty reports do not.
    fn take(&mut self, timeout_ms: u32, deadline: &mut u64) -> Result<bool, IoError> {
        match self.wire.read(timeout_ms) {
            Ok(Piece::Bytes(bytes)) => {
                if !bytes.is_empty() {
                    *deadline = self.clock.now_ms().saturating_add(u64::from(RESPONSE_MS));
                }
                self.scanner.push(&bytes);
            }
            Ok(Piece::Lost) => {
                self.scanner.interrupt();
                self.items.push_back(Item::Damaged(FrameError::Report));
            }
            Err(IoError::Timeout) => return Ok(false),
            Err(error) => return Err(error),
        }
        while let Some(item) = self.scanner.item() {
            // What a cable sends back is no answer, and must not be answered.
            if item != Item::Echo {
                self.items.push_back(item);
            }
        }
        Ok(true)
    }
}

/// What makes it uncertain whether more is on its way.
fn is_doubtful(item: &Item) -> bool {
    matches!(item, Item::Damaged(_) | Item::Noise { .. })
}
