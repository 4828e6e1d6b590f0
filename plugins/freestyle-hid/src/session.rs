//! One conversation: begin, ask in text, put the reply together, ask again where it is damaged.
//!
//! A meter that was left in the middle of a reply still sends it, so what comes unasked is thrown
//! away first. Keep-alive reports may come at any moment, also between two parts of one reply. What
//! the replies mean is not known here; that is `text.rs` and what stands on it.

use meterport_sdk::{Clock, DriverError, Hid, IoError, ProtocolError, log};

use crate::model::{LIBRE_2, Model};
use crate::report::{self, Report, ReportError};
use crate::text::{self, TextError};

/// Longest wait for the next report of a reply.
pub const PATIENCE_MS: u32 = 5_000;
/// Longest wait for the next report that is not a keep-alive.
pub const PATIENCE_ALIVE_MS: u32 = 30_000;
/// Silence that ends what an interrupted session left behind.
pub const QUIET_MS: u32 = 100;
/// The same after a request of ours that came to nothing: its reply may be late.
pub const QUIET_AFTER_FAILURE_MS: u32 = 1_000;
/// How often a request is sent, at most.
pub const ATTEMPTS: u32 = 3;

/// Most bytes of one reply; 90 days of a Libre are some 500 000.
const LONGEST_REPLY: usize = 2 * 1024 * 1024;
/// Longest time that is spent on throwing away; 90 days of a Libre are some 8 000 reports, one a
/// millisecond at most.
const DRAIN_MS: u64 = 30_000;

/// An open conversation.
pub struct Session {
    link: Box<dyn Hid>,
    clock: Clock,
    model: Model,
}

/// Why an attempt came to nothing, and another one may not.
enum Failure {
    /// Nothing came, the link lost something, or it did not take the request.
    Link(IoError),
    Report(ReportError),
    Text(TextError),
    TooLong,
    NotBegun,
}

impl Session {
    /// Begins, whatever state the meter was left in.
    ///
    /// # Errors
    ///
    /// `Timeout` where nobody answers; `UnsupportedDevice` for a reader that encrypts.
    pub fn open(link: Box<dyn Hid>, clock: Clock, model: Model) -> Result<Self, DriverError> {
        let mut session = Self { link, clock, model };
        session.drain(QUIET_MS)?;
        session.attempts(report::BEGIN, &[], |session| session.begun())?;
        Ok(session)
    }

    /// The answer to one command, once it is whole and undamaged and `decode` takes it.
    ///
    /// # Errors
    ///
    /// A refusal at once; anything else after every attempt.
    pub fn ask<T>(
        &mut self,
        command: &str,
        decode: impl Fn(&[u8]) -> Result<T, TextError>,
    ) -> Result<T, DriverError> {
        let kind = self.model.text_request();
        self.attempts(kind, command.as_bytes(), |session| {
            let reply = match session.reply()? {
                Ok(reply) => reply,
                Err(failure) => return Ok(Err(failure)),
            };
            match text::message(&reply).and_then(&decode) {
                Ok(answer) => Ok(Ok(answer)),
                Err(TextError::Refused) => Err(TextError::Refused.into()),
                Err(error) => Ok(Err(Failure::Text(error))),
            }
        })
    }

    /// As [`Session::ask`], for what a meter need not have: `None` where it refuses.
    ///
    /// # Errors
    ///
    /// As [`Session::ask`], but for a refusal.
    pub fn ask_if_known<T>(
        &mut self,
        command: &str,
        decode: impl Fn(&[u8]) -> Result<T, TextError>,
    ) -> Result<Option<T>, DriverError> {
        match self.ask(command, decode) {
            Ok(answer) => Ok(Some(answer)),
            Err(DriverError::Protocol(error)) if error.code == REFUSED => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a request until `answer` has one.
    fn attempts<T>(
        &mut self,
        kind: u8,
        data: &[u8],
        mut answer: impl FnMut(&mut Self) -> Result<Result<T, Failure>, DriverError>,
    ) -> Result<T, DriverError> {
        let request =
            report::encode(kind, data).map_err(|error| IoError::Denied(error.to_string()))?;
        let mut failure = Failure::Link(IoError::Timeout);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                log::warn("no whole answer, the request is sent again");
                self.drain(QUIET_AFTER_FAILURE_MS)?;
            }
            match self.link.write(&request) {
                Ok(()) => {}
                Err(error @ (IoError::Timeout | IoError::Stall)) => {
                    failure = Failure::Link(error);
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
            match answer(self)? {
                Ok(answer) => return Ok(answer),
                Err(found) => failure = found,
            }
        }
        Err(failure.into_error())
    }

    /// Waits for the answer to the first request.
    fn begun(&mut self) -> Result<Result<(), Failure>, DriverError> {
        loop {
            let report = match self.next()? {
                Ok(report) => report,
                Err(failure) => return Ok(Err(failure)),
            };
            match report.kind {
                report::BEGUN if report.data == [1] => return Ok(Ok(())),
                report::BEGUN => return Ok(Err(Failure::NotBegun)),
                report::UNKNOWN_REQUEST => {
                    let text = "it does not know how these meters begin a conversation";
                    return Err(DriverError::UnsupportedDevice(text.to_owned()));
                }
                _ => {} // Left from before.
            }
        }
    }

    /// Waits for a whole reply in text.
    fn reply(&mut self) -> Result<Result<Vec<u8>, Failure>, DriverError> {
        let mut reply = Vec::new();
        loop {
            let report = match self.next()? {
                Ok(report) => report,
                // What came is more telling than that nothing came after it.
                Err(Failure::Link(IoError::Timeout)) if !reply.is_empty() => {
                    return Ok(Err(Failure::Text(TextError::NoEnd)));
                }
                Err(failure) => return Ok(Err(failure)),
            };
            match report.kind {
                report::TEXT => reply.extend_from_slice(&report.data),
                report::UNKNOWN_REQUEST => return Err(TextError::Refused.into()),
                _ => continue,
            }
            if reply.len() > LONGEST_REPLY {
                return Ok(Err(Failure::TooLong));
            }
            if text::is_whole(&reply) {
                return Ok(Ok(reply));
            }
        }
    }

    /// The next report that is not a keep-alive.
    fn next(&mut self) -> Result<Result<Report, Failure>, DriverError> {
        let started = self.clock.now_ms();
        loop {
            let waited = self.clock.now_ms().saturating_sub(started);
            let left = u64::from(PATIENCE_ALIVE_MS).saturating_sub(waited);
            if left == 0 {
                return Ok(Err(Failure::Link(IoError::Timeout)));
            }
            let patience = PATIENCE_MS.min(u32::try_from(left).unwrap_or(PATIENCE_MS));
            let bytes = match self.link.read(patience) {
                Ok(bytes) => bytes,
                Err(error @ (IoError::Timeout | IoError::Overflow | IoError::Stall)) => {
                    return Ok(Err(Failure::Link(error)));
                }
                Err(error) => return Err(error.into()),
            };
            match Report::parse(&bytes) {
                Ok(report) if report.kind == report::KEEP_ALIVE => {}
                Ok(report) if report.kind == report::AUTHORISATION => {
                    return Err(DriverError::UnsupportedDevice(LIBRE_2.to_owned()));
                }
                Ok(report) => return Ok(Ok(report)),
                Err(error) => return Ok(Err(Failure::Report(error))),
            }
        }
    }

    /// Throws away what comes until there is silence. Keep-alives do not break it.
    fn drain(&mut self, quiet_ms: u32) -> Result<(), DriverError> {
        let started = self.clock.now_ms();
        let mut quiet_from = started;
        loop {
            let now = self.clock.now_ms();
            let silent = now.saturating_sub(quiet_from);
            let left = u64::from(quiet_ms).saturating_sub(silent);
            if left == 0 || now.saturating_sub(started) >= DRAIN_MS {
                return Ok(());
            }
            match self.link.read(u32::try_from(left).unwrap_or(quiet_ms)) {
                Ok(bytes) => {
                    let keep_alive =
                        Report::parse(&bytes).is_ok_and(|report| report.kind == report::KEEP_ALIVE);
                    if !keep_alive {
                        quiet_from = self.clock.now_ms();
                    }
                }
                Err(IoError::Timeout) => return Ok(()),
                Err(IoError::Overflow | IoError::Stall) => quiet_from = self.clock.now_ms(),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Failure {
    fn into_error(self) -> DriverError {
        let (code, detail) = match self {
            Self::Link(error) => return error.into(),
            Self::Text(error) => return error.into(),
            Self::Report(error) => ("bad-report", error.to_string()),
            Self::TooLong => ("reply-too-long", "reply does not end".to_owned()),
            Self::NotBegun => ("not-begun", "meter does not begin a conversation".to_owned()),
        };
        ProtocolError::new(code, detail).into()
    }
}

/// The code of a refused command.
const REFUSED: &str = "refused";
