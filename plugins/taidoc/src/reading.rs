//! The records one after the other, and the proof that each answer belonged to its question.
//!
//! An answer does not say which record it is about. One that comes once more, and only after the next
//! question of its kind, would be taken for that one's: the true answer comes then as well, and is
//! skipped while something else is waited for, at the latest during the next record. So a record is
//! handed over when the next one has come without a doubt (`Session::doubts`); else both are read
//! until two readings in succession agree.
//!
//! A place is all that a record has, and all places move when a result is added; on a cable the meter
//! itself may be another one. The end of the reading proves that neither happened.

use meterport_sdk::{DriverError, log};

use crate::message::{COUNT, SERIAL_HIGH, SERIAL_LOW, record_time, record_value};
use crate::record::{Record, decode};
use crate::session::Session;

/// The two halves of the serial number, the first one first.
pub type Identity = ([u8; 4], [u8; 4]);

/// How often two records are read again.
const MOST_READINGS: u32 = 3;

/// A reading that is going on.
pub struct Reading {
    identity: Identity,
    count: u16,
    /// The place that is due.
    index: u16,
    newest: Option<Record>,
    /// The record before it, which is not yet handed over.
    held: Option<Record>,
}

impl Reading {
    /// Of a meter that says it holds `count` records.
    #[must_use]
    pub fn new(identity: Identity, count: u16) -> Self {
        Self { identity, count, index: 0, newest: None, held: None }
    }

    /// Reads the record that is due, and hands over the one before it.
    ///
    /// # Errors
    ///
    /// No answer, an empty place, or answers that do not agree with one another.
    pub fn next(&mut self, session: &mut Session) -> Result<Option<Record>, DriverError> {
        let doubts = session.doubts();
        let mut pair = (self.held, record(session, self.index)?);
        if session.doubts() > doubts {
            log::warn("an answer came too often or not at all, two records are read again");
            pair = self.agreed(session, pair)?;
        }
        let (before, record) = pair;
        if self.index <= 1 {
            self.newest = before.or(Some(record));
        }
        self.index = self.index.saturating_add(1);
        self.held = Some(record);
        Ok(before)
    }

    /// Proves that nothing has moved, and hands over the last record.
    ///
    /// # Errors
    ///
    /// Another meter, another count, or another record in a place.
    pub fn last(mut self, session: &mut Session) -> Result<Option<Record>, DriverError> {
        let doubts = session.doubts();
        let is_proven = self.is_unchanged(session)?;
        if !is_proven || session.doubts() > doubts {
            session.settle()?;
            let last = self.count.saturating_sub(1);
            if !self.is_unchanged(session)? || !is_still(session, last, self.held)? {
                let detail = "the meter, or its memory, changed while it was read";
                return Err(DriverError::protocol("changed-while-read", detail));
            }
        }
        Ok(self.held.take())
    }

    /// Whether the same meter holds as many records, the newest of them in its place.
    fn is_unchanged(&self, session: &mut Session) -> Result<bool, DriverError> {
        Ok(identity(session)? == self.identity
            && session.ask(&COUNT)? == self.count
            && is_still(session, 0, self.newest)?)
    }

    /// The record before the one that is due, and that one, until two readings agree.
    fn agreed(&self, session: &mut Session, mut pair: Pair) -> Result<Pair, DriverError> {
        for _ in 0..MOST_READINGS {
            session.settle()?;
            let before = match self.held {
                Some(_) => Some(record(session, self.index.saturating_sub(1))?),
                None => None,
            };
            let again = (before, record(session, self.index)?);
            if again == pair {
                return Ok(pair);
            }
            pair = again;
        }
        let detail = "a record is another one each time it is read";
        Err(DriverError::protocol("out-of-step", detail))
    }
}

type Pair = (Option<Record>, Record);

/// Who the meter is.
///
/// # Errors
///
/// No answer.
pub fn identity(session: &mut Session) -> Result<Identity, DriverError> {
    let low = session.ask(&SERIAL_LOW)?;
    Ok((session.ask(&SERIAL_HIGH)?, low))
}

fn record(session: &mut Session, index: u16) -> Result<Record, DriverError> {
    let (at, time) = session.ask(&record_time(index))?;
    let value = session.ask(&record_value(index))?;
    decode(at, time, value)
}

/// Whether this record, where there is one, still has its place.
fn is_still(
    session: &mut Session,
    index: u16,
    expected: Option<Record>,
) -> Result<bool, DriverError> {
    expected.map_or(Ok(true), |expected| Ok(record(session, index)? == expected))
}
