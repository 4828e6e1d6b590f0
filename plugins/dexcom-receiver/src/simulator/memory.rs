//! What the receiver remembers: for each type of record what was stored when, and how the screen's
//! clock was set.

use std::collections::BTreeMap;

use super::layout::{self, Revision};

/// Something that was stored.
#[derive(Clone, PartialEq)]
pub struct Stored {
    /// System seconds.
    pub system: u32,
    /// What it is.
    pub what: What,
}

/// What was stored.
#[derive(Clone, PartialEq)]
pub enum What {
    /// Type 4: value and flags, arrow and noise, system seconds when it was measured.
    Glucose {
        /// Value and flags.
        stored: u16,
        /// Arrow and noise.
        trend: u8,
        /// System seconds when it was measured.
        measured: u32,
    },
    /// Type 18: the same, filled in later.
    Backfill {
        /// Value and flags.
        stored: u16,
        /// Arrow and noise.
        trend: u8,
        /// System seconds when it was measured.
        measured: u32,
    },
    /// Type 7.
    Insertion {
        /// System seconds, or `FFFFFFFF`.
        inserted: u32,
        /// State of the session.
        state: u8,
    },
    /// Type 10: mg/dL.
    Meter {
        /// mg/dL.
        mg_per_dl: u16,
    },
    /// Type 11; it happened so many seconds before it was stored.
    Event {
        /// Type and subtype.
        kind: (u8, u8),
        /// How much.
        value: u32,
        /// Seconds before it was stored.
        ago: u32,
    },
    /// Type 12: what was set, the display offset of that moment among it.
    Setting {
        /// What is switched on.
        flags: u32,
        /// mg/dL.
        high: u16,
        /// mg/dL.
        low: u16,
    },
}

impl What {
    /// The type of the record.
    #[must_use]
    pub fn kind(&self) -> u8 {
        match self {
            Self::Glucose { .. } => 4,
            Self::Insertion { .. } => 7,
            Self::Meter { .. } => 10,
            Self::Event { .. } => 11,
            Self::Setting { .. } => 12,
            Self::Backfill { .. } => 18,
        }
    }
}

/// Records of one type, and how many went before them.
#[derive(Clone, Default)]
struct Shelf {
    gone: usize,
    records: Vec<Stored>,
}

/// The memory.
#[derive(Clone)]
pub struct Memory {
    shelves: BTreeMap<u8, Shelf>,
    /// System seconds from which on the screen is so many seconds ahead; the first one from ever.
    offsets: Vec<(u32, i32)>,
}

impl Memory {
    pub(super) fn new(offset: i32) -> Self {
        Self { shelves: BTreeMap::new(), offsets: vec![(0, offset)] }
    }

    /// Stores something.
    pub fn add(&mut self, stored: Stored) {
        self.shelves.entry(stored.what.kind()).or_default().records.push(stored);
    }

    /// What is stored of one type, the oldest first.
    #[must_use]
    pub fn stored(&self, kind: u8) -> &[Stored] {
        self.shelves.get(&kind).map_or(&[], |shelf| &shelf.records)
    }

    pub(super) fn stored_mut(&mut self, kind: u8) -> &mut Vec<Stored> {
        &mut self.shelves.entry(kind).or_default().records
    }

    /// Forgets all of one type, and how many there were.
    pub fn clear(&mut self, kind: u8) {
        self.shelves.remove(&kind);
    }

    /// The screen's clock is set, and the receiver stores its settings as it does then.
    pub fn set_clock(&mut self, system: u32, offset: i32) {
        self.set_clock_unseen(system, offset);
        let what = What::Setting { flags: 0x132, high: 200, low: 70 };
        self.add(Stored { system, what });
    }

    /// The screen's clock is set, and no setting record shows it.
    pub fn set_clock_unseen(&mut self, system: u32, offset: i32) {
        self.offsets.push((system, offset));
        self.offsets.sort_by_key(|(since, _)| *since);
    }

    /// How far the screen is ahead of the system clock at a moment.
    #[must_use]
    pub fn offset_at(&self, system: u32) -> i32 {
        let before = self.offsets.partition_point(|(since, _)| *since <= system);
        self.offsets.get(before.saturating_sub(1)).map_or(0, |(_, offset)| *offset)
    }

    /// The oldest page of a type goes, as it does when the memory is full.
    pub fn forget_page(&mut self, kind: u8, revision: Revision) {
        let per_page = layout::per_page(kind, revision);
        if let Some(shelf) = self.shelves.get_mut(&kind) {
            let count = (per_page - shelf.gone % per_page).min(shelf.records.len());
            shelf.records.drain(..count);
            shelf.gone += count;
        }
    }

    /// The first and the last page of a type.
    pub(super) fn range(&self, kind: u8, revision: Revision) -> Option<(u32, u32)> {
        let shelf = self.shelves.get(&kind).filter(|shelf| !shelf.records.is_empty())?;
        let per_page = layout::per_page(kind, revision);
        let last = shelf.gone + shelf.records.len() - 1;
        Some((number(shelf.gone / per_page), number(last / per_page)))
    }

    /// The 528 bytes of one page.
    pub(super) fn page(&self, kind: u8, page: u32, revision: Revision) -> Option<Vec<u8>> {
        let (first, last) = self.range(kind, revision)?;
        if !(first..=last).contains(&page) {
            return None;
        }
        let shelf = self.shelves.get(&kind)?;
        let per_page = layout::per_page(kind, revision);
        let begin = (usize::try_from(page).ok()? * per_page).max(shelf.gone);
        let end =
            ((usize::try_from(page).ok()? + 1) * per_page).min(shelf.gone + shelf.records.len());
        let records = shelf.records.get(begin - shelf.gone..end - shelf.gone)?;
        let records: Vec<_> =
            records.iter().map(|stored| layout::record(self, stored, revision)).collect();
        Some(layout::page(kind, layout::number_of(kind, revision), number(begin), page, &records))
    }
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
