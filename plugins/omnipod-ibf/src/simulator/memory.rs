//! What the PDM remembers.

use meterport_sdk::wit::DeviceTime;

use super::layout;

/// Something that happened.
#[derive(Clone)]
pub enum What {
    /// A record of the history: its type and its detail, laid out.
    History(u32, Vec<u8>),
    /// An alarm of the pump: its code.
    PumpAlarm(u8),
    /// A record of another log, laid out behind its header.
    Other(u8, Vec<u8>),
}

/// When it happened, and how it is stored.
#[derive(Clone)]
pub struct Stored {
    /// What the clock showed.
    pub at: DeviceTime,
    /// Seconds since power-up.
    pub tick: u32,
    /// What it was.
    pub what: What,
    /// Bits as in the description.
    pub flags: u16,
    /// The person deleted it.
    pub deleted: bool,
    /// Code of what is wrong with it.
    pub error: u16,
    /// -1 where it is not valid. Given when it is added.
    pub index: i32,
}

impl Stored {
    /// A record of the history with nothing special in it.
    #[must_use]
    pub fn history(at: DeviceTime, tick: u32, kind: u32, detail: Vec<u8>) -> Self {
        Self::new(at, tick, What::History(kind, detail))
    }

    /// A record with nothing special in it.
    #[must_use]
    pub fn new(at: DeviceTime, tick: u32, what: What) -> Self {
        Self { at, tick, what, flags: 0, deleted: false, error: 0, index: 0 }
    }

    fn log(&self) -> u8 {
        match self.what {
            What::History(..) => 3,
            What::PumpAlarm(_) => 5,
            What::Other(log, _) => log,
        }
    }
}

/// All of it, the oldest first.
#[derive(Clone)]
pub struct Memory {
    stored: Vec<Stored>,
    next: i32,
    /// How many records fit.
    pub most: usize,
}

impl Default for Memory {
    fn default() -> Self {
        Self { stored: Vec::new(), next: 1, most: 20_000 }
    }
}

impl Memory {
    /// An empty one, for so many records.
    #[must_use]
    pub fn of(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Adds a record, with the next number; the oldest one goes where the memory is full.
    pub fn add(&mut self, stored: Stored) {
        let index = self.next;
        self.next = self.next.saturating_add(1);
        self.stored.push(Stored { index, ..stored });
        if self.stored.len() > self.most {
            self.stored.remove(0);
        }
    }

    /// What is remembered, the oldest first.
    #[must_use]
    pub fn stored(&self) -> &[Stored] {
        &self.stored
    }

    /// The same, to be changed.
    pub fn stored_mut(&mut self) -> &mut Vec<Stored> {
        &mut self.stored
    }

    /// The payloads of the records, the newest first.
    pub(super) fn records(&self) -> Vec<Vec<u8>> {
        self.stored.iter().rev().map(layout::record).collect()
    }

    /// The first and the last number in a log; -1 where it is empty.
    pub(super) fn ends(&self, log: u8) -> (i32, i32) {
        let of_log = || self.stored.iter().filter(|it| it.log() == log && it.index >= 0);
        let indexes = || of_log().map(|stored| stored.index);
        (indexes().min().unwrap_or(-1), indexes().max().unwrap_or(-1))
    }
}
