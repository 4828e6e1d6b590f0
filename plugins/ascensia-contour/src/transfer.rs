//! One transfer: from the records of a conversation to entries.
//!
//! Nothing leaves before the last record has arrived, because only then the data are valid, and
//! because an order that makes a result a control test may stand before or behind it.
//!
//! | record | becomes                                                                          |
//! |--------|----------------------------------------------------------------------------------|
//! | `R`    | a result; the first one of a serial model is the average                         |
//! | `O`    | `Q` in field 12: the result of that place is a control test                      |
//! | `P`    | skipped, if nothing stands in it                                                 |
//! | `L`    | the end                                                                          |
//! | others | kept as they are                                                                 |
//!
//! Spec: ASTM E1394; `README.md`, sources 1 to 3. Pure.

use std::collections::BTreeSet;

use meterport_sdk::wit::{DeviceTime, Entry, Order};
use meterport_sdk::{DriverError, ProtocolError};

use crate::entry::{self, RECORDS, RESULTS};
use crate::header::Header;
use crate::record::{Fields, Layout, Record};
use crate::run::Run;
use crate::text::{RecordError, Time};

/// What has arrived of one transfer.
pub struct Transfer {
    header: Header,
    layout: Layout,
    run: Run,
    /// With the place of a result.
    entries: Vec<(Option<u32>, Entry)>,
    controls: BTreeSet<u32>,
    times: Vec<Time>,
    averages: u32,
    skipped: u32,
}

/// A transfer that has arrived as a whole.
pub struct Complete {
    /// Who sent it.
    pub header: Header,
    /// In the order in which they were sent.
    pub entries: Vec<Entry>,
    /// Whether that is the oldest or the newest first.
    pub order: Order,
    /// Whether results are stored with seconds.
    pub has_seconds: bool,
    /// Records without content.
    pub skipped: u32,
}

/// What a record was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    /// More will come.
    More,
    /// The last one.
    Last,
}

impl Transfer {
    /// Begins with a header.
    #[must_use]
    pub fn new(header: Header, layout: Layout) -> Self {
        Self {
            header,
            layout,
            run: Run::default(),
            entries: Vec::new(),
            controls: BTreeSet::new(),
            times: Vec::new(),
            averages: 0,
            skipped: 0,
        }
    }

    /// How many results there are so far, and how many there will be, if the meter said so.
    #[must_use]
    pub fn progress(&self) -> (u32, Option<u32>) {
        (self.run.numbers(), self.header.count)
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// One that cannot be read, or does not go on from the one before.
    pub fn add(&mut self, record: &[u8]) -> Result<Part, DriverError> {
        let about = |error: RecordError| error.about(record);
        let fields = Fields::of(record, self.header.delimiters).map_err(about)?;
        match fields.field(1) {
            "R" => self.add_result(&fields).map_err(|error| error.about(record))?,
            "O" => self.add_order(&fields).map_err(about)?,
            "P" if fields.has_only(&[1, 2]) => self.skipped += 1,
            "L" => return end(&fields).map_err(about),
            _ => self.keep(None, entry::vendor_record(RECORDS, &fields)),
        }
        if self.entries.len() > MOST_RECORDS {
            return Err(DriverError::protocol("too-many-records", "a transfer never ends"));
        }
        Ok(Part::More)
    }

    /// Checks the whole: count, places, control tests.
    ///
    /// # Errors
    ///
    /// Fewer or more results than the header says, or places that are no run.
    pub fn complete(self) -> Result<Complete, DriverError> {
        // An average alone has a number, and may be counted or not.
        let only_average = self.averages == 1 && self.entries.len() == 1;
        let agrees = |count| count == self.run.numbers() || (only_average && count == 0);
        if !self.header.count.is_none_or(agrees) {
            let detail = "the meter sent another number of results than it said";
            return Err(DriverError::protocol("count-mismatch", detail));
        }
        if !self.run.is_whole() {
            return Err(bad_sequence("the first or the last result is missing"));
        }
        let mut controls = self.controls;
        let mut entries = Vec::with_capacity(self.entries.len());
        for (place, mut entry) in self.entries {
            if place.is_some_and(|place| controls.remove(&place)) {
                entry::make_control(&mut entry);
            }
            entries.push(entry);
        }
        if !controls.is_empty() {
            return Err(bad_sequence("a control test is announced, and its result is missing"));
        }
        let times: Vec<DeviceTime> = self.times.iter().filter_map(|time| local(*time)).collect();
        Ok(Complete {
            header: self.header,
            entries,
            order: order(&times),
            has_seconds: self
                .times
                .iter()
                .any(|at| matches!(at, Time::At { has_seconds: true, .. })),
            skipped: self.skipped,
        })
    }

    fn add_result(&mut self, fields: &Fields<'_>) -> Result<(), AddError> {
        if self.layout == Layout::Serial && self.averages == 0 {
            self.averages = 1;
            self.go_on(fields)?;
            self.keep(None, entry::average(fields));
        } else if fields.is_glucose() {
            let record = Record::decode(fields, self.layout)?;
            if !self.run.add(record.place, true) {
                return Err(AddError::Sequence);
            }
            self.times.push(record.at);
            let limits = self.header.limits;
            let entry = entry::result(&record, limits, fields.without_place());
            self.keep(Some(record.place), entry);
        } else {
            self.go_on(fields)?;
            self.keep(None, entry::vendor_record(RESULTS, fields));
        }
        Ok(())
    }

    /// The place of a record that is no result. It may have none.
    fn go_on(&mut self, fields: &Fields<'_>) -> Result<(), AddError> {
        match fields.place()? {
            Some(place) if place > 0 && !self.run.add(place, false) => Err(AddError::Sequence),
            _ => Ok(()),
        }
    }

    fn add_order(&mut self, fields: &Fields<'_>) -> Result<(), RecordError> {
        let is_control = fields.field(CONTROL_FIELD) == "Q";
        if is_control {
            let place = fields.place()?.ok_or(RecordError::Field { name: "sequence" })?;
            self.controls.insert(place);
        }
        let known: &[usize] = if is_control { &[1, 2, CONTROL_FIELD] } else { &[1, 2] };
        if fields.has_only(known) {
            self.skipped += 1;
        } else {
            self.keep(None, entry::vendor_record(RECORDS, fields));
        }
        Ok(())
    }

    fn keep(&mut self, place: Option<u32>, entry: Entry) {
        self.entries.push((place, entry));
    }
}

enum AddError {
    Record(RecordError),
    Sequence,
}

impl From<RecordError> for AddError {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

impl AddError {
    fn about(self, record: &[u8]) -> DriverError {
        match self {
            Self::Record(error) => error.about(record),
            Self::Sequence => {
                let detail = "the results are not numbered one after the other";
                ProtocolError::new("bad-sequence", detail).with_bytes(record).into()
            }
        }
    }
}

/// `L|1||N`, where `N` says that the end is a normal one. Empty means the same.
fn end(fields: &Fields<'_>) -> Result<Part, RecordError> {
    match fields.field(4) {
        "N" | "" => Ok(Part::Last),
        _ => Err(RecordError::Field { name: "termination" }),
    }
}

fn bad_sequence(detail: &str) -> DriverError {
    DriverError::protocol("bad-sequence", detail)
}

fn local(time: Time) -> Option<DeviceTime> {
    match time {
        Time::At { local, .. } => Some(local),
        Time::Lost => None,
    }
}

/// Which end comes first: no field says so. Clocks are set back or forth once in a while, so the
/// greater part of the neighbours decides, then the two ends. Without any difference it is the order
/// of the documented example.
fn order(times: &[DeviceTime]) -> Order {
    let key =
        |time: &DeviceTime| (time.year, time.month, time.day, time.hour, time.minute, time.second);
    let rising = |(one, next): (&DeviceTime, &DeviceTime)| key(next).cmp(&key(one)) as i64;
    let neighbours: i64 = times.iter().zip(times.iter().skip(1)).map(rising).sum();
    let ends = || times.first().zip(times.last()).map_or(0, rising);
    let balance = if neighbours == 0 { ends() } else { neighbours };
    if balance > 0 { Order::OldestFirst } else { Order::NewestFirst }
}

/// Where an order says that it is a control test.
const CONTROL_FIELD: usize = 12;
/// Far more than any meter of the family stores.
const MOST_RECORDS: usize = 10_000;

#[cfg(test)]
mod tests;
