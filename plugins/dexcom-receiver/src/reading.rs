//! From pages to entries: every partition, the newest record first.

use meterport_sdk::wit::DeviceTime;
use meterport_sdk::{DriverError, Sink};

use crate::entry::{self, Circumstances};
use crate::page::Page;
use crate::partition::Partition;
use crate::record::setting::Setting;
use crate::record::{self, Kind, Record};
use crate::session::Session;
use crate::time;

/// Setting records as they were read, the newest first.
#[derive(Default)]
pub struct History(Vec<Stored>);

struct Stored {
    revision: u8,
    sequence: u64,
    bytes: Vec<u8>,
    /// Absent where nobody described the revision.
    setting: Option<Setting>,
}

impl History {
    /// Reads all of them: they say how the clock was set, whatever else is wanted.
    ///
    /// # Errors
    ///
    /// The partition's own.
    pub fn read(session: &mut Session, partition: Partition) -> Result<Self, DriverError> {
        let kind = partition.kind();
        let mut all = Vec::new();
        partition.pages(session, |page| {
            all.extend(newest_first(page).map(|(sequence, bytes)| Stored {
                revision: page.revision,
                sequence,
                bytes: bytes.to_vec(),
                setting: match record::decode(kind, page.revision, bytes) {
                    Record::Setting(setting) => Some(setting),
                    _ => None,
                },
            }));
            Ok(true)
        })?;
        Ok(Self(all))
    }

    /// What was set, the oldest first.
    pub fn oldest_first(&self) -> impl Iterator<Item = &Setting> {
        self.0.iter().rev().filter_map(|stored| stored.setting.as_ref())
    }
}

/// Where the entries go, and how far it has come.
pub struct Reading<'a> {
    sink: &'a mut Sink,
    with: Circumstances,
    /// System seconds; pages with nothing newer are not wanted.
    since: Option<u32>,
    done: u32,
    total: Option<u32>,
}

impl<'a> Reading<'a> {
    /// `total` is how many records there are.
    pub fn new(sink: &'a mut Sink, with: Circumstances, since: Option<u32>, total: u64) -> Self {
        let total = u32::try_from(total).ok().filter(|_| since.is_none());
        Self { sink, with, since, done: 0, total }
    }

    /// Reports what was set, and the changes of the clock that it shows.
    ///
    /// # Errors
    ///
    /// The sink's own.
    pub fn history(&mut self, history: &History) -> Result<(), DriverError> {
        for (place, newer) in history.0.iter().enumerate() {
            self.record(Kind::Setting, newer.revision, newer.sequence, &newer.bytes)?;
            let older = history.0.iter().skip(place + 1).find_map(|stored| stored.setting.as_ref());
            if let (Some(older), Some(setting)) = (older, &newer.setting) {
                let change = entry::time_change(older, setting, newer.sequence, &self.with);
                change.map_or(Ok(()), |change| self.sink.emit(change))?;
            }
        }
        Ok(())
    }

    /// Reads a partition and reports its records.
    ///
    /// # Errors
    ///
    /// The partition's own, and the sink's.
    pub fn partition(
        &mut self,
        session: &mut Session,
        partition: Partition,
    ) -> Result<(), DriverError> {
        let kind = partition.kind();
        partition.pages(session, |page| {
            for (sequence, bytes) in newest_first(page) {
                self.record(kind, page.revision, sequence, bytes)?;
            }
            Ok(!self.is_old(kind, page))
        })
    }

    fn record(
        &mut self,
        kind: Kind,
        revision: u8,
        sequence: u64,
        bytes: &[u8],
    ) -> Result<(), DriverError> {
        self.sink.emit(entry::from_record(kind, revision, sequence, bytes, &self.with))?;
        self.done = self.done.saturating_add(1);
        self.sink.progress(self.done, self.total);
        Ok(())
    }

    /// Whether nothing on this page, and so on none before it, is wanted.
    fn is_old(&self, kind: Kind, page: &Page) -> bool {
        let Some(since) = self.since else { return false };
        let old = |bytes: &Vec<u8>| {
            record::stored_at(kind, page.revision, bytes).is_some_and(|stored| stored < since)
        };
        !page.records.is_empty() && page.records.iter().all(old)
    }
}

/// System seconds before which nothing is wanted. The screen's clock may have been set in between,
/// by a day and a zone at most, so that much more is read.
#[must_use]
pub fn since(not_before: Option<DeviceTime>, display_offset: i32) -> Option<u32> {
    let shown = time::seconds(&not_before?);
    u32::try_from(shown - i64::from(display_offset) - MARGIN).ok()
}

/// The records of a page with their sequences.
fn newest_first(page: &Page) -> impl Iterator<Item = (u64, &[u8])> {
    let numbered = (u64::from(page.first_index)..).zip(&page.records);
    let mut records: Vec<_> = numbered.map(|(sequence, it)| (sequence, it.as_slice())).collect();
    records.reverse();
    records.into_iter()
}

/// 26 hours in seconds.
const MARGIN: i64 = 26 * 3_600;
