//! What every act is given, and the ways round the SDK.

use meterport_sdk::bindings::meterport::driver::sink as raw;
use meterport_sdk::wit::{Entry, Order, Summary};
use meterport_sdk::{Clock, Serial, Sink, step};

use crate::entries;

/// One session.
pub struct Stage<'a> {
    /// The open port, behind its first line.
    pub port: Box<dyn Serial>,
    /// The host's clock.
    pub clock: Clock,
    /// The SDK's sink, for those who behave.
    pub sink: &'a mut Sink,
}

impl Stage<'_> {
    /// Says a plausible device, and does not care whether the host minds.
    pub fn identify(&mut self) {
        self.sink.step(step::RESULTS);
        let _ = self.sink.identify(&entries::info());
    }

    /// One call to the host, whatever the batch is; a refusal is not believed.
    pub fn emit_raw(&mut self, batch: &[Entry]) {
        let _ = raw::emit(batch);
    }
}

/// What a driver says that thinks all is well.
pub fn all_is_well(entries: usize) -> Summary {
    Summary {
        entries: u32::try_from(entries).unwrap_or(u32::MAX),
        orders: vec![(entries::LOG.to_owned(), Order::OldestFirst)],
        skipped: 0,
        extra: Vec::new(),
    }
}
