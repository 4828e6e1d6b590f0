//! Where results go: in batches, in the device's own order, counted.

use crate::wit::{DeviceInfo, Entry, Order, Summary};
use crate::{DriverError, IoError};

/// What stands behind a [`Sink`]: the host, or a test.
pub trait Output {
    /// See `sink.step` in the contract.
    fn step(&mut self, name: &str);
    /// See `sink.identify` in the contract.
    fn identify(&mut self, info: &DeviceInfo) -> Result<(), IoError>;
    /// See `sink.emit` in the contract.
    fn emit(&mut self, entries: &[Entry]) -> Result<(), IoError>;
    /// See `sink.progress` in the contract.
    fn progress(&mut self, done: u32, total: Option<u32>);
    /// See `sink.cancelled` in the contract.
    fn cancelled(&mut self) -> bool;
}

/// Collects a driver's entries and hands them to the host in batches.
pub struct Sink {
    output: Box<dyn Output>,
    batch: Vec<Entry>,
    logs: Vec<String>,
    entries: u32,
    skipped: u32,
}

/// Small enough to be seen on the screen as they come, large enough to cost nothing.
const BATCH: usize = 32;

impl Sink {
    /// A sink over the host or a test.
    pub fn new(output: impl Output + 'static) -> Self {
        Self {
            output: Box::new(output),
            batch: Vec::with_capacity(BATCH),
            logs: Vec::new(),
            entries: 0,
            skipped: 0,
        }
    }

    /// Says which part of the conversation begins; see [`crate::step`].
    pub fn step(&mut self, name: &str) {
        self.output.step(name);
    }

    /// Says which device this is. Once, before the first [`Sink::emit`].
    ///
    /// # Errors
    ///
    /// The host's answer: `Cancelled` or `Denied`.
    pub fn identify(&mut self, info: &DeviceInfo) -> Result<(), DriverError> {
        Ok(self.output.identify(info)?)
    }

    /// Reports one entry, in the device's own order.
    ///
    /// # Errors
    ///
    /// The host's answer to a full batch: `Cancelled` or `Denied`.
    pub fn emit(&mut self, entry: Entry) -> Result<(), DriverError> {
        if !self.logs.contains(&entry.origin.log) {
            self.logs.push(entry.origin.log.clone());
        }
        self.entries = self.entries.saturating_add(1);
        self.batch.push(entry);
        if self.batch.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    /// How many of the device's records have been read.
    pub fn progress(&mut self, done: u32, total: Option<u32>) {
        self.output.progress(done, total);
    }

    /// Counts a structural record without content (a page header, a wrap mark). Empty slots and
    /// filler are not records.
    pub fn skip(&mut self) {
        self.skipped = self.skipped.saturating_add(1);
    }

    /// True once the session is cancelled.
    pub fn cancelled(&mut self) -> bool {
        self.output.cancelled()
    }

    /// Hands over what is left; every log was emitted in the same `order`.
    ///
    /// # Errors
    ///
    /// The host's answer to the last batch.
    pub fn finish(&mut self, order: Order) -> Result<Summary, DriverError> {
        let orders = self.logs.iter().map(|log| (log.clone(), order)).collect();
        self.finish_with(orders)
    }

    /// Hands over what is left, with the order of each log.
    ///
    /// # Errors
    ///
    /// The host's answer to the last batch.
    pub fn finish_with(&mut self, orders: Vec<(String, Order)>) -> Result<Summary, DriverError> {
        self.flush()?;
        Ok(Summary { entries: self.entries, orders, skipped: self.skipped, extra: Vec::new() })
    }

    /// Hands over a batch that is not full. Called by [`Sink::finish`]; a driver that fails calls
    /// nothing: what was read up to there is handed over by the SDK.
    ///
    /// # Errors
    ///
    /// The host's answer.
    pub fn flush(&mut self) -> Result<(), DriverError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        Ok(self.output.emit(&batch)?)
    }
}
