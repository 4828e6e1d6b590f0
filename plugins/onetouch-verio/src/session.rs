//! One conversation: ask, take the answer apart, ask again. The same over either link.
//!
//! A request is sent again [`REPEATS`] times, whatever was wrong: no answer, a damaged one, one of
//! another form, a refusal. All of these happen on a line that damages what it carries; what does
//! not go away is the meter's own. What is behind a link is not known here.

use meterport_sdk::{DriverError, IoError, log};

use crate::link::{Failure, Link};
use crate::message::{MessageError, Question, content};

/// How often one request is sent again.
pub const REPEATS: u32 = 2;
/// How often requests are sent again in the whole conversation.
const REPEATS_IN_ALL: u32 = 20;

/// An open conversation.
pub struct Session {
    link: Box<dyn Link>,
    repeats: u32,
}

/// Why one attempt gave nothing.
enum Attempt {
    Link(Failure),
    Message(MessageError, Vec<u8>),
}

impl Session {
    /// Takes the link. Nothing is sent yet.
    #[must_use]
    pub fn new(link: Box<dyn Link>) -> Self {
        Self { link, repeats: 0 }
    }

    /// How often a request was sent again so far.
    #[must_use]
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// The answer to one question.
    ///
    /// # Errors
    ///
    /// What the last attempt gave instead of one.
    pub fn ask<T>(&mut self, question: &Question<T>) -> Result<T, DriverError> {
        self.ask_until(question, |_| Ok(()))
    }

    /// The answer to one question, where `check` finds nothing wrong with it.
    ///
    /// # Errors
    ///
    /// What the last attempt gave instead of one.
    pub fn ask_until<T>(
        &mut self,
        question: &Question<T>,
        check: impl Fn(&T) -> Result<(), MessageError>,
    ) -> Result<T, DriverError> {
        let mut repeats = 0;
        loop {
            let attempt = match self.attempt(question, &check) {
                Ok(answer) => return Ok(answer),
                Err(attempt) => attempt,
            };
            let is_final = match &attempt {
                // A deadline that passed, and a transfer that was refused, may be over next time.
                Attempt::Link(Failure::Io(error)) => {
                    !matches!(error, IoError::Timeout | IoError::Stall)
                }
                Attempt::Link(Failure::Frame(..)) | Attempt::Message(..) => false,
            };
            if is_final || repeats == REPEATS || self.repeats == REPEATS_IN_ALL {
                return Err(attempt.into());
            }
            log::warn("no good answer, the request is sent again");
            repeats += 1;
            self.repeats += 1;
            self.link.settle()?;
        }
    }

    fn attempt<T>(
        &mut self,
        question: &Question<T>,
        check: impl Fn(&T) -> Result<(), MessageError>,
    ) -> Result<T, Attempt> {
        let reply =
            self.link.exchange(question.register, &question.request).map_err(Attempt::Link)?;
        content(&question.request, &reply)
            .and_then(question.decode)
            .and_then(|answer| check(&answer).map(|()| answer))
            .map_err(|error| Attempt::Message(error, reply))
    }
}

impl From<Attempt> for DriverError {
    fn from(attempt: Attempt) -> Self {
        match attempt {
            Attempt::Link(failure) => failure.into(),
            Attempt::Message(error, reply) => error.about(&reply),
        }
    }
}
