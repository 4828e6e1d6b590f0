//! One kind of record, page by page: which pages there are, and that none is missing.
//!
//! The newest page is the only one that still grows, and the oldest the only one that can go. Both
//! are read before the clock is, so that every record is older than the clock's answer, and before
//! anything else, so that the number of records is known and nothing goes while it is read.
//!
//! Indexes count for ever, so the pages must join: each begins where the one before it ended.

use meterport_sdk::DriverError;

use crate::answer::{self, Range};
use crate::page::Page;
use crate::record::Kind;
use crate::session::Session;

/// The pages of one kind.
pub struct Partition {
    kind: Kind,
    range: Range,
    newest: Page,
    /// Absent where the newest page is the only one.
    oldest: Option<Page>,
}

impl Partition {
    /// Asks which pages there are, and reads the newest and the oldest one. `None` where there is
    /// no page.
    ///
    /// # Errors
    ///
    /// The session's own.
    pub fn survey(session: &mut Session, kind: Kind) -> Result<Option<Self>, DriverError> {
        let Some(range) = session.ask(&answer::range_request(kind), answer::range)? else {
            return Ok(None);
        };
        let newest = page(session, kind, range.last)?;
        let oldest =
            if range.first < range.last { Some(page(session, kind, range.first)?) } else { None };
        let partition = Self { kind, range, newest, oldest };
        if partition.newest.end_index().checked_sub(partition.first_index()).is_none() {
            return Err(does_not_join());
        }
        Ok(Some(partition))
    }

    /// The kind of its records.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How many records there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.newest.end_index().saturating_sub(self.first_index())
    }

    /// Reads every page, the newest first, and gives each to `take`, which says whether it wants
    /// the next older one.
    ///
    /// # Errors
    ///
    /// The session's own, `count-mismatch` where pages do not join, and those of `take`.
    pub fn pages(
        self,
        session: &mut Session,
        mut take: impl FnMut(&Page) -> Result<bool, DriverError>,
    ) -> Result<(), DriverError> {
        let Self { kind, range, newest, mut oldest } = self;
        let mut begins = newest.first_index;
        if !take(&newest)? {
            return Ok(());
        }
        for number in (range.first..range.last).rev() {
            let kept = if number == range.first { oldest.take() } else { None };
            let page = match kept {
                Some(page) => page,
                None => page(session, kind, number)?,
            };
            if page.end_index() != u64::from(begins) {
                return Err(does_not_join());
            }
            begins = page.first_index;
            if !take(&page)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Asks once more which pages there are: none may have come back, and few can be new.
    ///
    /// # Errors
    ///
    /// The session's own, or `changed-while-read`.
    pub fn check(
        session: &mut Session,
        kind: Kind,
        then: Option<Range>,
    ) -> Result<(), DriverError> {
        let now = session.ask(&answer::range_request(kind), answer::range)?;
        let plausible = match (then, now) {
            (None, None) => true,
            // It may be the very first record of its kind; or the first answer was another one's.
            (None, Some(_)) | (Some(_), None) => false,
            (Some(then), Some(now)) => {
                now.first >= then.first && now.last >= then.last && now.last - then.last <= 1
            }
        };
        if plausible {
            return Ok(());
        }
        let detail = "the receiver's memory is not what it was when the reading began";
        Err(DriverError::protocol("changed-while-read", detail))
    }

    /// Which pages there are.
    #[must_use]
    pub fn range(&self) -> Range {
        self.range
    }

    fn first_index(&self) -> u64 {
        u64::from(self.oldest.as_ref().unwrap_or(&self.newest).first_index)
    }
}

fn page(session: &mut Session, kind: Kind, number: u32) -> Result<Page, DriverError> {
    session.ask(&answer::page_request(kind, number), |payload| Page::parse(payload, kind, number))
}

fn does_not_join() -> DriverError {
    DriverError::protocol("count-mismatch", "a page does not begin where the one before it ended")
}
