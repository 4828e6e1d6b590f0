//! The memory of the OneTouch Ultra 2: one question, a header with a count, then that many lines.
//!
//! Records leave as they come. When a line is damaged or the meter falls silent, the whole dump is
//! asked for again: the lines that have left already must come back letter by letter, and reading
//! goes on after them. Complete means: as many whole, undamaged lines as the header says.

use meterport_sdk::{DriverError, IoError};

use crate::record::{Header, is_answer, is_record};
use crate::session::{MOST_LATE_ANSWERS, Session, may_ask_again};

/// A dump that is being read.
pub struct Dump<'a> {
    session: &'a mut Session,
    serial: &'a str,
    count: Option<u16>,
    /// The header of this attempt has come.
    begun: bool,
    /// Lines that have left, and how many of this attempt's lines have come.
    given: Vec<String>,
    come: usize,
    failures: u32,
    silence: Option<Silence>,
}

/// Where the meter fell silent.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Silence {
    BeforeTheHeader,
    InsideALine,
    AfterLines(usize),
}

impl<'a> Dump<'a> {
    pub(crate) fn start(session: &'a mut Session, serial: &'a str) -> Result<Self, DriverError> {
        let mut dump = Self {
            session,
            serial,
            count: None,
            begun: false,
            given: Vec::new(),
            come: 0,
            failures: 0,
            silence: None,
        };
        if let Err(error) = dump.request() {
            dump.again(error)?;
        }
        Ok(dump)
    }

    /// How many records the header promises.
    #[must_use]
    pub fn total(&self) -> u32 {
        u32::from(self.count.unwrap_or_default())
    }

    /// How many have left.
    #[must_use]
    pub fn done(&self) -> u32 {
        u32::try_from(self.given.len()).unwrap_or(u32::MAX)
    }

    /// The text of the next record; `None` after the last one.
    ///
    /// # Errors
    ///
    /// The dump stayed damaged, short or long after every attempt.
    pub fn next_record(&mut self) -> Result<Option<String>, DriverError> {
        loop {
            let next = if self.done() < self.total() {
                self.line().map(Some)
            } else {
                self.nothing_more().map(|()| None)
            };
            match next {
                Ok(Some(text)) => {
                    self.given.push(text.clone());
                    return Ok(Some(text));
                }
                Ok(None) => return Ok(None),
                Err(error) => self.again(error)?,
            }
        }
    }

    /// Asks until the dump stands again where it failed.
    fn again(&mut self, error: DriverError) -> Result<(), DriverError> {
        let mut error = error;
        loop {
            self.judge(&error)?;
            error = match self.session.drain().and_then(|()| self.request()) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            }
        }
    }

    /// Whether another attempt is worth it.
    fn judge(&mut self, error: &DriverError) -> Result<(), DriverError> {
        self.failures += 1;
        if !may_ask_again(error) {
            return Err(error.clone());
        }
        if *error == DriverError::Io(IoError::Timeout) {
            let silence = match self.begun {
                _ if self.session.is_inside_a_line() => Silence::InsideALine,
                true => Silence::AfterLines(self.come),
                false => Silence::BeforeTheHeader,
            };
            match self.silence.replace(silence) {
                // Silent twice after the same whole line: that was all, and the header is wrong.
                Some(before @ Silence::AfterLines(_)) if before == silence => {
                    return Err(count_mismatch("the meter sent fewer records than it promised"));
                }
                Some(_) => return Err(error.clone()),
                None => {}
            }
        }
        if self.failures >= ATTEMPTS { Err(error.clone()) } else { Ok(()) }
    }

    /// Asks for the dump, and reads up to where the last attempt had come.
    fn request(&mut self) -> Result<(), DriverError> {
        (self.begun, self.come) = (false, 0);
        let header = self.ask_for_header()?;
        self.begun = true;
        if header.serial != self.serial {
            return Err(DriverError::protocol("serial-mismatch", "the dump is of another meter"));
        }
        if *self.count.get_or_insert(header.count) != header.count {
            return Err(count_mismatch("the meter promised another number of records before"));
        }
        for place in 0..self.given.len() {
            let text = self.line()?;
            if self.given.get(place) != Some(&text) {
                return Err(DriverError::protocol("dump-changed", "a record is not what it was"));
            }
        }
        Ok(())
    }

    fn ask_for_header(&mut self) -> Result<Header, DriverError> {
        self.session.send(b"DMP")?;
        for _ in 0..MOST_LATE_LINES {
            let text = self.session.line(IDLE_MS, LINE_MS)?;
            if let Some(header) = Header::parse(&text)? {
                return Ok(header);
            }
            // The end of a dump that was asked for before, or a late answer.
        }
        Err(DriverError::protocol("unexpected-answer", "there is no header"))
    }

    fn line(&mut self) -> Result<String, DriverError> {
        let mut text = self.session.line(IDLE_MS, LINE_MS)?;
        for _ in 0..MOST_LATE_ANSWERS {
            if !is_answer(&text) {
                break;
            }
            // To an earlier question, which was repeated.
            text = self.session.line(IDLE_MS, LINE_MS)?;
        }
        self.come += 1;
        if is_record(&text) {
            return Ok(text);
        }
        Err(DriverError::protocol("unexpected-answer", "there is another line among the records"))
    }

    /// A record after the last one, if it is there by now, makes the count wrong.
    fn nothing_more(&mut self) -> Result<(), DriverError> {
        match self.session.line(LISTEN_MS, LISTEN_MS) {
            Ok(text) if is_record(&text) => {
                Err(count_mismatch("the meter sent more records than it promised"))
            }
            // Noise or a late answer: every record has come, undamaged.
            Ok(_) | Err(DriverError::Io(IoError::Timeout) | DriverError::Protocol(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn count_mismatch(detail: &str) -> DriverError {
    DriverError::protocol("count-mismatch", detail)
}

/// Silence in the dump: a full meter may pause long between lines.
pub const IDLE_MS: u32 = 6_000;
/// The longest a single line may take.
pub const LINE_MS: u32 = 18_000;
/// A record too many would be on the line at once: a few characters' time.
const LISTEN_MS: u32 = 5;
const ATTEMPTS: u32 = 3;
const MOST_LATE_LINES: u32 = 1_000;
