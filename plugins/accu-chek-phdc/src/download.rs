//! All entries of one segment: transfer by transfer, each confirmed, until the last one.

use meterport_sdk::wit::Order;
use meterport_sdk::{DriverError, Sink};

use crate::entry;
use crate::order::Steps;
use crate::record;
use crate::session::{REFUSED, Session};
use crate::store::{Data, Segment, Triggered};

/// How a segment was read.
pub enum Ending {
    /// In full, and in which order.
    Read(Order),
    /// In full: there is nothing.
    Empty,
    /// The meter does not give it.
    Refused,
}

/// Reads one segment and emits its entries. Only segment 0 has to be given.
///
/// # Errors
///
/// The conversation's; `count-mismatch` where the number of entries is not the one that was said.
pub fn segment(
    session: &mut Session,
    segment: &Segment,
    sink: &mut Sink,
) -> Result<Ending, DriverError> {
    let mut download = Download { segment, done: 0, steps: Steps::default() };
    match session.trigger(segment.number) {
        Ok(Triggered::Coming) => download.run(session, sink)?,
        Ok(Triggered::Empty) => {}
        Ok(Triggered::Refused(_) | Triggered::Later) if segment.number > 0 => {
            return Ok(Ending::Refused);
        }
        Ok(Triggered::Refused(_) | Triggered::Later) => {
            return Err(DriverError::protocol(REFUSED, "the meter does not give its results"));
        }
        Err(DriverError::Protocol(error)) if error.code == REFUSED && segment.number > 0 => {
            return Ok(Ending::Refused);
        }
        Err(error) => return Err(error),
    }
    if segment.entries.is_some_and(|said| said != download.done) {
        let detail = "the segment holds another number of entries than the meter said";
        return Err(DriverError::protocol("count-mismatch", detail));
    }
    if download.done == 0 {
        return Ok(Ending::Empty);
    }
    Ok(Ending::Read(download.steps.order()))
}

struct Download<'a> {
    segment: &'a Segment,
    done: u32,
    steps: Steps,
}

impl Download<'_> {
    fn run(&mut self, session: &mut Session, sink: &mut Sink) -> Result<(), DriverError> {
        let mut next = None;
        loop {
            let message = session.data()?;
            let data = session.entries(&message)?;
            if !self.follows(&data, next) {
                let detail = "entries of a segment are missing or come twice";
                return Err(DriverError::protocol("bad-sequence", detail));
            }
            self.emit(&data, sink)?;
            next = Some(data.first.wrapping_add(data.count));
            let last = data.is_last();
            session.confirm(&message)?;
            sink.progress(self.done, self.segment.entries);
            if last {
                return Ok(());
            }
        }
    }

    /// Whether these entries are the ones that come now. The first transfer says that it is the
    /// first, or begins at place 0; each other one begins where the one before it has ended.
    fn follows(&self, data: &Data<'_>, next: Option<u32>) -> bool {
        let in_place = match next {
            Some(next) => data.first == next && !data.is_first(),
            None => data.first == 0 || data.is_first(),
        };
        in_place && data.segment == self.segment.number && (data.count > 0 || data.is_last())
    }

    fn emit(&mut self, data: &Data<'_>, sink: &mut Sink) -> Result<(), DriverError> {
        let log = entry::log(self.segment.number);
        let entries = data.split().map_err(|error| error.about(data.entries))?;
        for bytes in entries {
            let entry = if self.segment.holds_results() {
                let record = record::decode(bytes).map_err(|error| error.about(bytes))?;
                self.steps.push(record.at.as_ref());
                entry::from_record(&log, &record)
            } else {
                entry::undocumented(&log, bytes)
            };
            sink.emit(entry)?;
            self.done = self.done.saturating_add(1);
        }
        Ok(())
    }
}
