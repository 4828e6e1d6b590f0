//! What one session holds: the device's handle, what came out so far, and why it may have to end.

use std::sync::Arc;

use jiff::Timestamp;
use meterport_devices::{LinkError, Timeline};
use meterport_model::device::{ClockObservation, DeviceInfo};
use meterport_model::entry::Entry;
use wasmtime::component::ResourceTable;

use super::limiter::Limiter;
use super::log::LogBuffer;
use crate::bindings::{records, session, types};
use crate::error::ReadError;
use crate::limits::{self, Budgets};
use crate::session::Progress;
use crate::watch::{Cancel, Watcher};

/// Where progress goes.
pub(crate) type OnProgress = Box<dyn FnMut(Progress) + Send>;

pub(crate) struct State {
    pub(crate) table: ResourceTable,
    pub(crate) limiter: Limiter,
    pub(crate) watcher: Arc<Watcher>,
    pub(crate) log: LogBuffer,
    pub(crate) step: String,
    pub(crate) done: Option<(u32, Option<u32>)>,
    /// The host's time when the session's own time was 0; a recording may have none.
    pub(crate) began_at: Option<Timestamp>,
    pub(crate) info: Option<DeviceInfo>,
    pub(crate) clock: Option<ClockObservation>,
    pub(crate) entries: Vec<Entry>,
    /// What the entries hold in texts, lists and raw bytes.
    pub(crate) held_bytes: usize,
    /// What was read of a volume.
    pub(crate) volume_bytes: usize,
    /// The first thing that makes the readout a failure, whatever the driver says at the end.
    pub(crate) failure: Option<ReadError>,
    /// What the link said last, for errors the contract has no words for.
    pub(crate) last_link_error: Option<LinkError>,
    on_progress: OnProgress,
}

impl State {
    pub(crate) fn new(
        watcher: Arc<Watcher>,
        budgets: Budgets,
        began_at: Option<Timestamp>,
        on_progress: OnProgress,
    ) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits::HANDLES);
        Self {
            table,
            limiter: Limiter::new(budgets.memory_bytes),
            watcher,
            log: LogBuffer::default(),
            step: "connect".to_owned(),
            done: None,
            began_at,
            info: None,
            clock: None,
            entries: Vec::new(),
            held_bytes: 0,
            volume_bytes: 0,
            failure: None,
            last_link_error: None,
            on_progress,
        }
    }

    /// For trying a driver out: nothing behind it.
    pub(crate) fn inert(budgets: Budgets) -> Self {
        let watcher = Watcher::new(Cancel::default(), Timeline::live(), budgets);
        Self::new(Arc::new(watcher), budgets, None, Box::new(|_| {}))
    }

    /// The first thing every host call does: a driver whose time is over goes no further.
    pub(crate) fn enter(&self) -> wasmtime::Result<()> {
        if self.watcher.must_stop() { Err(wasmtime::Trap::Interrupt.into()) } else { Ok(()) }
    }

    pub(crate) fn fail(&mut self, error: ReadError) {
        self.failure.get_or_insert(error);
    }

    pub(crate) fn denied(&mut self, what: &str) -> types::IoError {
        self.fail(ReadError::Denied { what: what.to_owned() });
        types::IoError::Denied(what.to_owned())
    }

    /// A link's error in the contract's words; the contract is closed, so a few are `other`.
    pub(crate) fn failed(&mut self, error: LinkError) -> types::IoError {
        let answer = match &error {
            LinkError::Timeout | LinkError::Stale => types::IoError::Timeout,
            LinkError::Disconnected => types::IoError::Disconnected,
            LinkError::Stall => types::IoError::Stall,
            LinkError::Overflow => types::IoError::Overflow,
            LinkError::Cancelled => types::IoError::Cancelled,
            LinkError::Denied(what) => return self.denied(what),
            // The contract has no word for a recording that was left: nothing after it counts.
            LinkError::ReplayMismatch { .. } | LinkError::ReplayEnded { .. } => {
                self.fail(ReadError::Link(error.clone()));
                types::IoError::Other(error.to_string())
            }
            other => types::IoError::Other(other.to_string()),
        };
        self.last_link_error = Some(error);
        answer
    }

    /// Bytes from the device are progress; an answer without any, such as the end of a file, is not.
    pub(crate) fn advanced(
        &self,
        result: Result<Vec<u8>, types::IoError>,
    ) -> Result<Vec<u8>, types::IoError> {
        if result.as_ref().is_ok_and(|bytes| !bytes.is_empty()) {
            self.watcher.progress();
        }
        result
    }

    /// A driver must not quote the serial number in what it says; where it does, its words go.
    pub(crate) fn without_serial_number(&self, error: ReadError) -> ReadError {
        let serial = self.info.as_ref().and_then(|info| info.serial_number.as_ref());
        let Some(serial) = serial.filter(|serial| !serial.is_empty()) else { return error };
        let clean = |text: String| {
            if text.contains(serial.as_str()) { WITHHELD.to_owned() } else { text }
        };
        match error {
            ReadError::Protocol { code, detail } => {
                ReadError::Protocol { code: clean(code), detail: clean(detail) }
            }
            ReadError::Other { code, text } => {
                ReadError::Other { code: clean(code), text: clean(text) }
            }
            ReadError::Unsupported { what } => ReadError::Unsupported { what: clean(what) },
            other => other,
        }
    }

    pub(crate) fn report(&mut self) {
        let (done, total) = self.done.map_or((None, None), |(done, total)| (Some(done), total));
        (self.on_progress)(Progress {
            step: self.step.clone(),
            results: self.entries.len(),
            done,
            total,
        });
    }
}

const WITHHELD: &str = "the driver's words name the meter and are withheld";

// Plain data has no functions.
impl types::Host for State {}
impl records::Host for State {}
impl session::Host for State {}
