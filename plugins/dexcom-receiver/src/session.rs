//! One conversation: ask, wait, repeat.
//!
//! An answer says nothing about what it answers, so an answer that comes late could be taken for
//! that of the next question. Therefore the line is listened to until it is quiet before a question
//! is repeated, and once more when the repeated one was answered.
//!
//! A damaged answer is thrown away and asked for again (`README.md`, sources 1 and 2, "Packet"), and
//! so are one that has another form, a NAK and silence: [`ATTEMPTS`] times in all. What the answers
//! mean is not known here; that is `answer.rs` and `page.rs`.

use meterport_sdk::wit::Purge;
use meterport_sdk::{Clock, DriverError, IoError, ProtocolError, Serial, log};

use crate::answer::{AnswerError, Request};
use crate::packet::{Packet, encode};
use crate::scanner::Scanner;

/// How long the receiver may take for an answer.
pub const ANSWER_MS: u32 = 5_000;
/// How often a question is asked.
pub const ATTEMPTS: u32 = 3;
/// How long the line is quiet when nothing more comes.
pub const QUIET_MS: u32 = 300;

/// A line that never gets quiet is not listened to for longer.
const LONGEST_NOISE_MS: u64 = 3_000;
const READ: u32 = 4096;

/// An open conversation.
pub struct Session {
    port: Box<dyn Serial>,
    clock: Clock,
    scanner: Scanner,
    repeats: u32,
}

impl Session {
    /// Throws away what waits on the line.
    ///
    /// # Errors
    ///
    /// The port's own.
    pub fn open(mut port: Box<dyn Serial>, clock: Clock) -> Result<Self, DriverError> {
        // What could not be thrown away is skipped as noise.
        if let Err(error @ (IoError::Disconnected | IoError::Cancelled)) = port.purge(Purge::Input)
        {
            return Err(error.into());
        }
        Ok(Self { port, clock, scanner: Scanner::default(), repeats: 0 })
    }

    /// The answer to one question, decoded.
    ///
    /// # Errors
    ///
    /// No whole answer after every attempt, or a refusal.
    pub fn ask<T>(
        &mut self,
        request: &Request,
        decode: impl Fn(&[u8]) -> Result<T, AnswerError>,
    ) -> Result<T, DriverError> {
        let mut attempt = 1;
        loop {
            let missed = match self.exchange(request)? {
                Answer::Given(payload) => match decode(&payload) {
                    Ok(answer) => {
                        if attempt > 1 {
                            self.listen_until_quiet()?;
                        }
                        return Ok(answer);
                    }
                    Err(error) => error.about(&payload),
                },
                Answer::Missed(error) => error,
                Answer::Refused(error) => return Err(error),
            };
            if attempt == ATTEMPTS {
                return Err(missed);
            }
            log::warn("no whole answer, asked again");
            attempt += 1;
            self.repeats = self.repeats.saturating_add(1);
            self.listen_until_quiet()?;
        }
    }

    /// How often a question had to be repeated.
    #[must_use]
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    fn exchange(&mut self, (command, payload): &Request) -> Result<Answer, DriverError> {
        let bytes = encode(*command, payload)?;
        self.scanner.forget();
        match self.port.write(&bytes, ANSWER_MS) {
            // Where the line did not take it in time, the receiver's silence will show it.
            Ok(()) | Err(IoError::Timeout) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(match self.wait()? {
            Some(packet) => Answer::of(packet),
            None => Answer::Missed(match self.scanner.take_damage() {
                Some(error) => error.into(),
                None => IoError::Timeout.into(),
            }),
        })
    }

    /// The next packet, or `None` where none came in time, or a damaged one.
    fn wait(&mut self) -> Result<Option<Packet>, IoError> {
        let deadline = self.clock.now_ms().saturating_add(u64::from(ANSWER_MS));
        loop {
            if let Some(packet) = self.scanner.packet() {
                return Ok(Some(packet));
            }
            // Behind something damaged nothing is due but what is on its way already.
            let patience = if self.scanner.is_damaged() { QUIET_MS } else { ANSWER_MS };
            let left = deadline.saturating_sub(self.clock.now_ms());
            let left = u32::try_from(left).unwrap_or(ANSWER_MS).min(patience);
            if left == 0 {
                return Ok(self.scanner.packet_behind());
            }
            match self.port.read(READ, left) {
                Ok(bytes) => self.scanner.push(&bytes),
                Err(IoError::Timeout) => return Ok(self.scanner.packet_behind()),
                Err(error) => return Err(error),
            }
        }
    }

    fn listen_until_quiet(&mut self) -> Result<(), IoError> {
        let started = self.clock.now_ms();
        while self.clock.now_ms().saturating_sub(started) < LONGEST_NOISE_MS {
            match self.port.read(READ, QUIET_MS) {
                Ok(_) => {}
                Err(IoError::Timeout) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// What became of one question.
enum Answer {
    Given(Vec<u8>),
    /// Asking again may help.
    Missed(DriverError),
    /// Asking again gives the same.
    Refused(DriverError),
}

impl Answer {
    /// By the reply code.
    fn of(packet: Packet) -> Self {
        let error = |code: &str, detail: &str| {
            ProtocolError::new(code, detail).with_bytes(&packet.payload).into()
        };
        match packet.code {
            1 => Self::Given(packet.payload),
            2 => Self::Missed(error("refused", "receiver did not accept the packet")),
            3 => Self::Refused(error("invalid-command", "receiver does not know the command")),
            4 => Self::Refused(error("invalid-parameter", "receiver has nothing of that number")),
            5 => Self::Missed(error("refused", "receiver says that the packet was cut short")),
            6 => Self::Refused(error("receiver-error", "receiver reports an error of its own")),
            7 => Self::Refused(error("invalid-mode", "receiver is in a mode that does not answer")),
            code => Self::Missed(error(
                "unexpected-answer",
                &format!("receiver answered with the unknown code {code:#04x}"),
            )),
        }
    }
}

/// True where the receiver has no such command.
#[must_use]
pub fn is_unknown_command(error: &DriverError) -> bool {
    matches!(error, DriverError::Protocol(error) if error.code == "invalid-command")
}
