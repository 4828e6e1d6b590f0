//! Questions to the OneTouch Ultra 2, and how often each is asked.
//!
//! A question is `DC1 CR` and the command. Whatever the meter heard before, `DC1 CR` begins anew,
//! so a question is simply repeated: after silence, and after a line that is damaged. Undamaged
//! answers to an earlier question, which came late, are passed over.
//!
//! Spec: `README.md`, "Sources". Only commands that read are in this module.

use meterport_sdk::text::LineReader;
use meterport_sdk::wit::{ClockReading, ConcentrationUnit};
use meterport_sdk::{Clock, DriverError, IoError, ProtocolError, Serial};

use crate::dump::Dump;
use crate::frame;
use crate::record::{self, RecordError};

/// An open conversation with one meter.
pub struct Session {
    port: Box<dyn Serial>,
    lines: LineReader,
    clock: Clock,
    /// Something came that no cable sends by itself, and no line either.
    strange: bool,
}

/// What is asked, and what an answer begins with.
struct Question {
    command: &'static [u8],
    answer: &'static str,
    attempts: u32,
    answer_ms: u32,
}

impl Session {
    /// Begins a conversation; nothing is sent yet.
    #[must_use]
    pub fn open(port: Box<dyn Serial>, clock: Clock) -> Self {
        Self { port, lines: LineReader::new(clock.clone(), LONGEST_LINE), clock, strange: false }
    }

    /// `DMF`. The first question: five times, a second apart, until a meter answers.
    ///
    /// # Errors
    ///
    /// `Timeout` where no meter is there, `not-this-meter` where something else is.
    pub fn clock_reading(&mut self) -> Result<ClockReading, DriverError> {
        // Sent to somebody else, or before the meter was switched off.
        self.purge()?;
        let first =
            Question { command: b"DMF", answer: "F ", attempts: 5, answer_ms: FIRST_ANSWER_MS };
        let local = match self.ask(&first, record::clock) {
            Err(DriverError::Protocol(error)) => return Err(not_this_meter(&error.bytes)),
            Err(DriverError::Io(IoError::Timeout)) if self.strange => {
                return Err(not_this_meter(&[]));
            }
            other => other?,
        };
        Ok(ClockReading { local, tick: None, read_at_ms: Some(self.clock.now_ms()) })
    }

    /// `DM@`.
    ///
    /// # Errors
    ///
    /// No good answer after every attempt.
    pub fn serial_number(&mut self) -> Result<String, DriverError> {
        self.ask(&Question { command: b"DM@", answer: "@ ", ..LATER }, record::serial)
    }

    /// `DM?`.
    ///
    /// # Errors
    ///
    /// No good answer after every attempt.
    pub fn firmware(&mut self) -> Result<String, DriverError> {
        self.ask(&Question { command: b"DM?", answer: "?", ..LATER }, record::firmware)
    }

    /// `DMSU?`: what the meter shows.
    ///
    /// # Errors
    ///
    /// No good answer after every attempt.
    pub fn display_unit(&mut self) -> Result<Option<ConcentrationUnit>, DriverError> {
        self.ask(&Question { command: b"DMSU?", answer: "SU?", ..LATER }, record::unit)
    }

    /// `DMP`: the memory of the meter with this serial number.
    ///
    /// # Errors
    ///
    /// No good header after every attempt.
    pub fn dump<'a>(&'a mut self, serial: &'a str) -> Result<Dump<'a>, DriverError> {
        Dump::start(self, serial)
    }

    fn ask<T>(
        &mut self,
        question: &Question,
        read: fn(&str) -> Result<T, RecordError>,
    ) -> Result<T, DriverError> {
        let mut why = DriverError::Io(IoError::Timeout);
        for _ in 0..question.attempts {
            match self.ask_once(question, read) {
                Ok(answer) => return Ok(answer),
                Err(error) if !may_ask_again(&error) => return Err(error),
                // Something that was said tells more than a silence after it.
                Err(DriverError::Io(_)) => {}
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    fn ask_once<T>(
        &mut self,
        question: &Question,
        read: fn(&str) -> Result<T, RecordError>,
    ) -> Result<T, DriverError> {
        self.send(question.command)?;
        let answer_ms = u64::from(question.answer_ms);
        let mut deadline = self.clock.now_ms().saturating_add(answer_ms);
        let mut late = 0;
        let mut why = DriverError::Io(IoError::Timeout);
        let mut damaged = false;
        loop {
            let left = deadline.saturating_sub(self.clock.now_ms());
            let left = u32::try_from(left).unwrap_or(question.answer_ms);
            // After a damaged line the answer itself was probably the damaged one.
            let patience = if damaged { left.min(QUIET_MS) } else { left };
            match self.line(patience, patience) {
                Ok(text) if text.starts_with(question.answer) => return Ok(read(&text)?),
                Ok(text) => {
                    why = DriverError::protocol("unexpected-answer", "an answer to something else");
                    // Answers to questions that were repeated: the wanted one stands behind them.
                    if record::is_answer(&text) && late < MOST_LATE_ANSWERS {
                        late += 1;
                        deadline = self.clock.now_ms().saturating_add(answer_ms);
                    }
                }
                Err(DriverError::Protocol(error)) => {
                    damaged = true;
                    why = error.into();
                }
                Err(DriverError::Io(IoError::Timeout)) => {
                    if self.is_inside_a_line() {
                        why = truncated(self.lines.unfinished());
                        self.purge()?;
                    }
                    return Err(why);
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn send(&mut self, command: &[u8]) -> Result<(), DriverError> {
        Ok(self.port.write(&[frame::DC1_CR, command].concat(), WRITE_MS)?)
    }

    /// The text of the next line, undamaged. Lines that hold nothing are passed over.
    pub(crate) fn line(&mut self, idle_ms: u32, whole_ms: u32) -> Result<String, DriverError> {
        loop {
            let line = match self.lines.line_within(self.port.as_mut(), idle_ms, whole_ms) {
                Err(error @ DriverError::Protocol(_)) => {
                    self.purge()?;
                    return Err(error);
                }
                other => other?,
            };
            let line = frame::without_echo(&line);
            if !frame::is_blank(&line) {
                return frame::parse(&line).map(str::to_owned).map_err(|error| error.about(&line));
            }
            self.strange = true;
        }
    }

    /// True where the meter fell silent in the middle of a line.
    pub(crate) fn is_inside_a_line(&self) -> bool {
        !frame::is_only_cable(self.lines.unfinished())
    }

    /// Waits for silence. Only after something went wrong.
    pub(crate) fn drain(&mut self) -> Result<(), DriverError> {
        self.lines.drain(self.port.as_mut(), DRAIN_QUIET_MS, DRAIN_LONGEST_MS)
    }

    /// Throws away what has come; a port that is slow to do so is no reason to end.
    fn purge(&mut self) -> Result<(), DriverError> {
        match self.lines.purge(self.port.as_mut()) {
            Err(DriverError::Io(IoError::Timeout)) => Ok(()),
            other => other,
        }
    }
}

/// Silence and damage: the same question may bring a good answer.
pub(crate) fn may_ask_again(error: &DriverError) -> bool {
    matches!(error, DriverError::Io(IoError::Timeout) | DriverError::Protocol(_))
}

fn truncated(bytes: &[u8]) -> DriverError {
    ProtocolError::new("truncated", "a line has no end").with_bytes(bytes).into()
}

/// After the last repetition of the first question, where something came.
fn not_this_meter(bytes: &[u8]) -> DriverError {
    let detail = "something answers, and not as this meter does; is it the right driver?";
    ProtocolError::new("not-this-meter", detail).with_bytes(bytes).into()
}

const LATER: Question =
    Question { command: b"", answer: "", attempts: 3, answer_ms: LATER_ANSWER_MS };

/// How far apart the first questions are.
pub const FIRST_ANSWER_MS: u32 = 1_000;
/// How long a meter that has answered once may take for an answer.
pub const LATER_ANSWER_MS: u32 = 3_000;
/// How long to listen on after a damaged line before the question is repeated.
const QUIET_MS: u32 = 150;
/// Every question but the last can have been asked so often that as many answers come late.
pub(crate) const MOST_LATE_ANSWERS: u32 = 8;
const WRITE_MS: u32 = 1_000;
const DRAIN_QUIET_MS: u32 = 500;
/// A full memory takes 33 s on the line.
const DRAIN_LONGEST_MS: u32 = 45_000;
/// A record has 58 bytes.
const LONGEST_LINE: usize = 256;
