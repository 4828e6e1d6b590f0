//! One conversation: ask, wait for the answer, ask again. The same over every wire.
//!
//! An answer repeats its command and nothing else of the request: the times of two records look
//! alike. No two questions that follow each other have the same command, so an answer too many is
//! skipped as one to another command, unless it comes later than the next question. What is skipped,
//! and what has to be asked again, is counted as a doubt; `reading.rs` says what becomes of it.
//!
//! What the answers mean is not known here.
//!
//! Spec: `README.md`, sources 1 and 2.

use meterport_sdk::{Clock, DriverError, IoError, ProtocolError, log};

use crate::frame::{self, NOTIFICATION, Packet};
use crate::message::{MODEL, MessageError, Model, Question};
use crate::scanner::{Damage, Scanner};
use crate::wire::Wire;

/// How long an answer may take.
pub const ANSWER_MS: u32 = 2000;
/// How often one request is sent again.
pub const REPEATS: u32 = 3;
/// So long a silence means that nothing is left on the line.
pub const QUIET_MS: u32 = 100;

/// How often requests are sent again in the whole conversation.
const REPEATS_IN_ALL: u32 = 20;
/// A line that is never silent is not listened to for longer.
const LONGEST_LISTENING_MS: u64 = 2000;
/// Of what answers instead of a meter, more need not be known.
const MOST_HEARD: usize = 64;

/// An open conversation.
pub struct Session {
    wire: Box<dyn Wire>,
    clock: Clock,
    scanner: Scanner,
    repeats: u32,
    /// Whole answers that nobody was waiting for.
    skipped: u32,
    /// What came since something was last sent, and whether any of it was more than a cable alone
    /// sends.
    heard: Vec<u8>,
    strange: bool,
}

/// Why one attempt gave nothing.
enum Attempt {
    Silence,
    Damaged(Damage),
    Message(MessageError, [u8; 4]),
}

impl Session {
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(wire: Box<dyn Wire>, clock: Clock) -> Self {
        let scanner = Scanner::default();
        Self { wire, clock, scanner, repeats: 0, skipped: 0, heard: Vec::new(), strange: false }
    }

    /// Finds the meter.
    ///
    /// # Errors
    ///
    /// `Timeout` where none is there, `not-this-meter` where something else is.
    pub fn connect(&mut self) -> Result<Model, DriverError> {
        self.settle()?;
        match self.ask(&MODEL) {
            Err(DriverError::Io(IoError::Timeout)) if self.strange => {
                let detail =
                    "something answers, and not as this meter does; is it the right driver?";
                Err(ProtocolError::new("not-this-meter", detail).with_bytes(&self.heard).into())
            }
            other => other,
        }
    }

    /// How often something else than one answer to one request has come so far.
    #[must_use]
    pub fn doubts(&self) -> u32 {
        self.repeats.saturating_add(self.skipped)
    }

    /// The answer to one question.
    ///
    /// # Errors
    ///
    /// What the last attempt gave instead of one.
    pub fn ask<T>(&mut self, question: &Question<T>) -> Result<T, DriverError> {
        let mut repeats = 0;
        loop {
            let attempt = match self.attempt(question)? {
                Ok(answer) => return Ok(answer),
                Err(attempt) => attempt,
            };
            if repeats == REPEATS || self.repeats == REPEATS_IN_ALL {
                return Err(attempt.into());
            }
            log::warn("no good answer, the request is sent again");
            repeats += 1;
            self.repeats += 1;
        }
    }

    fn attempt<T>(&mut self, question: &Question<T>) -> Result<Result<T, Attempt>, IoError> {
        let (command, data) = question.request();
        let request = frame::request(command, data);
        while let Some(packet) = self.scanner.packet() {
            self.skip(packet);
        }
        // Half a packet from before is never completed by what comes now.
        self.scanner.forget();
        self.heard.clear();
        match self.wire.write(&request) {
            // Where the line did not take it in time, the meter's silence will show it.
            Ok(()) | Err(IoError::Timeout) => {}
            Err(error) => return Err(error),
        }
        let answer = self.wait(command)?;
        if matches!(answer, Err(Attempt::Silence)) {
            self.strange |= !is_only_cable(&self.heard, &request);
        }
        Ok(answer
            .and_then(|data| question.decode(data).map_err(|error| Attempt::Message(error, data))))
    }

    /// The data of the answer to this command. Whatever else comes whole is skipped.
    fn wait(&mut self, command: u8) -> Result<Result<[u8; 4], Attempt>, IoError> {
        let deadline = self.clock.now_ms().saturating_add(u64::from(ANSWER_MS));
        loop {
            while let Some(packet) = self.scanner.packet() {
                if packet.command == command {
                    return Ok(Ok(packet.data));
                }
                self.skip(packet);
            }
            if let Some(damage) = self.scanner.take_damage() {
                return Ok(Err(Attempt::Damaged(damage)));
            }
            let left = deadline.saturating_sub(self.clock.now_ms());
            let arrived = match u32::try_from(left) {
                Ok(0) | Err(_) => Err(IoError::Timeout),
                Ok(left) => self.wire.read(left),
            };
            match arrived {
                Ok(bytes) => {
                    let room = MOST_HEARD.saturating_sub(self.heard.len());
                    self.heard.extend(bytes.iter().take(room));
                    self.scanner.push(&bytes);
                }
                Err(IoError::Timeout) => return Ok(Err(Attempt::Silence)),
                Err(error) => return Err(error),
            }
        }
    }

    fn skip(&mut self, packet: Packet) {
        if packet.command == NOTIFICATION {
            log::debug("the meter says that it is in PC mode");
        } else {
            self.skipped = self.skipped.saturating_add(1);
        }
    }

    /// Throws away whatever comes until the line is silent: answers too many, and what an earlier
    /// program, or the meter that hung on the cable before, left in the bridge.
    ///
    /// # Errors
    ///
    /// What the link says.
    pub fn settle(&mut self) -> Result<(), IoError> {
        self.scanner.forget();
        let end = self.clock.now_ms().saturating_add(LONGEST_LISTENING_MS);
        while self.clock.now_ms() < end {
            match self.wire.read(QUIET_MS) {
                Ok(_) => {}
                Err(IoError::Timeout) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// What came after a request, where no meter is on the cable: nothing, NUL bytes, or the request
/// itself, perhaps cut short. A meter's own notification proves that it is the right meter.
fn is_only_cable(heard: &[u8], request: &[u8]) -> bool {
    let mut scanner = Scanner::default();
    scanner.push(heard);
    if std::iter::from_fn(|| scanner.packet()).any(|packet| packet.command == NOTIFICATION) {
        return true;
    }
    let not_nul = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().filter(|b| *b != 0).collect() };
    let (heard, request) = (not_nul(heard), not_nul(request));
    heard.chunks(request.len().max(1)).all(|piece| request.starts_with(piece))
}

impl From<Attempt> for DriverError {
    fn from(attempt: Attempt) -> Self {
        match attempt {
            Attempt::Silence => IoError::Timeout.into(),
            Attempt::Damaged(Damage { error, bytes }) => {
                ProtocolError::new("bad-checksum", error.to_string()).with_bytes(&bytes).into()
            }
            Attempt::Message(error, data) => error.about(&data),
        }
    }
}
