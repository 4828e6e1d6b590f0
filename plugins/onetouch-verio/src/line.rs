//! The serial line of a VerioIQ: request packet, answer packet, no acknowledgements.
//!
//! An answer does not say what it answers. So what has arrived is thrown away before a request is
//! sent, and before one is sent again the line must have been silent for a while.
//!
//! Spec: `README.md`, sources 1 and 2.

use meterport_sdk::wit::Purge;
use meterport_sdk::{Clock, IoError, Serial};

use crate::frame::{FrameError, STX, encode, parse};
use crate::link::{Failure, Link, Register};

/// How long an answer may take.
pub const ANSWER_MS: u32 = 1000;
/// The pause that the protocol prescribes between two requests.
pub const PAUSE_BETWEEN_REQUESTS_MS: u32 = 20;
/// How long the line must be silent before a request is sent again, and how long that is waited
/// for at most.
const QUIET_MS: u32 = 200;
const SETTLE_MS: u64 = 1000;
const READ: u32 = 512;

/// An open serial port with a VerioIQ behind it.
pub struct SerialLine {
    port: Box<dyn Serial>,
    clock: Clock,
    waiting: Vec<u8>,
    /// The first thing since the request that began like a packet and was none.
    damage: Option<(FrameError, Vec<u8>)>,
    is_first: bool,
}

impl SerialLine {
    /// Takes the port. Nothing is sent yet.
    #[must_use]
    pub fn new(port: Box<dyn Serial>, clock: Clock) -> Self {
        Self { port, clock, waiting: Vec::new(), damage: None, is_first: true }
    }

    /// The next whole packet among what has arrived, if there is one.
    fn packet(&mut self) -> Option<Vec<u8>> {
        loop {
            let start = self.waiting.iter().position(|byte| *byte == STX);
            self.waiting.drain(..start.unwrap_or(self.waiting.len()));
            match parse(&self.waiting) {
                Ok(message) => return Some(message.to_vec()),
                Err(FrameError::Truncated { .. }) => return None,
                Err(error) => {
                    self.damage.get_or_insert((error, self.waiting.clone()));
                    self.waiting.drain(..1);
                }
            }
        }
    }

    /// What there was instead of an answer.
    fn nothing_whole(&mut self) -> Failure {
        match self.damage.take() {
            Some((error, bytes)) => Failure::Frame(error, bytes),
            None if self.waiting.is_empty() => IoError::Timeout.into(),
            None => {
                let error = FrameError::Truncated { length: self.waiting.len() };
                Failure::Frame(error, std::mem::take(&mut self.waiting))
            }
        }
    }

    /// Best effort: an answer that came too late has the wrong form, or is found out by the next
    /// question that has another one.
    fn purge(&mut self) -> Result<(), IoError> {
        self.waiting.clear();
        self.damage = None;
        match self.port.purge(Purge::Input) {
            Err(error @ (IoError::Disconnected | IoError::Cancelled)) => Err(error),
            _ => Ok(()),
        }
    }
}

impl Link for SerialLine {
    fn exchange(&mut self, _: Register, request: &[u8]) -> Result<Vec<u8>, Failure> {
        if !std::mem::take(&mut self.is_first) {
            self.clock.sleep_ms(PAUSE_BETWEEN_REQUESTS_MS);
        }
        self.purge()?;
        let packet = encode(request).map_err(|error| Failure::Frame(error, Vec::new()))?;
        self.port.write(&packet, ANSWER_MS)?;
        let deadline = self.clock.now_ms().saturating_add(u64::from(ANSWER_MS));
        loop {
            if let Some(message) = self.packet() {
                return Ok(message);
            }
            let left = deadline.saturating_sub(self.clock.now_ms());
            let arrived = match u32::try_from(left) {
                Ok(0) | Err(_) => Err(IoError::Timeout),
                Ok(left) => self.port.read(READ, left),
            };
            match arrived {
                Ok(bytes) => self.waiting.extend_from_slice(&bytes),
                Err(IoError::Timeout) => return Err(self.nothing_whole()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn settle(&mut self) -> Result<(), IoError> {
        let started = self.clock.now_ms();
        while self.clock.now_ms().saturating_sub(started) < SETTLE_MS {
            match self.port.read(READ, QUIET_MS) {
                Ok(_) => {}
                Err(IoError::Timeout) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
