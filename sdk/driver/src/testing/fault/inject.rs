//! Counts calls, and says which of them goes wrong. Knows no transport.

use std::cell::Cell;
use std::rc::Rc;

use super::Fault;
use crate::IoError;
use crate::testing::VirtualTime;

/// More calls than any reading makes: a driver that never ends would never fail a test otherwise.
pub(super) const MOST_CALLS: u32 = 200_000;

/// One fault at one call. Clones share it: the files of a volume are one device.
#[derive(Clone)]
pub(super) struct Injector {
    time: VirtualTime,
    calls: Rc<Cell<u32>>,
    fault: Option<(u32, Fault)>,
    cancelled: Rc<Cell<bool>>,
    unplugged: Rc<Cell<bool>>,
}

impl Injector {
    pub(super) fn new(time: VirtualTime, fault: Option<(u32, Fault)>) -> Self {
        Self {
            time,
            calls: Rc::default(),
            fault,
            cancelled: Rc::default(),
            unplugged: Rc::default(),
        }
    }

    pub(super) fn calls(&self) -> Rc<Cell<u32>> {
        Rc::clone(&self.calls)
    }

    pub(super) fn cancelled(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.cancelled)
    }

    /// Counts one call, and says which fault it has, if the call can still be made.
    pub(super) fn due(&self) -> Result<Option<Fault>, IoError> {
        let call = self.calls.get();
        self.calls.set(call.saturating_add(1));
        if call > MOST_CALLS {
            self.unplugged.set(true);
        }
        let due = self.fault.filter(|(at, _)| *at == call).map(|(_, fault)| fault);
        match due {
            Some(Fault::Unplug) => self.unplugged.set(true),
            Some(Fault::Cancel) => self.cancelled.set(true),
            _ => {}
        }
        if self.unplugged.get() {
            return Err(IoError::Disconnected);
        }
        if self.cancelled.get() {
            return Err(IoError::Cancelled);
        }
        Ok(due)
    }

    /// The same for a call that waits: a timeout takes its time.
    pub(super) fn due_within(&self, timeout_ms: u32) -> Result<Option<Fault>, IoError> {
        match self.due()? {
            Some(Fault::Timeout) => Err(self.timeout(timeout_ms)),
            due => Ok(due),
        }
    }

    /// A call that reads nothing: only a timeout, or a stall, can befall it.
    pub(super) fn doing(&self) -> Result<(), IoError> {
        match self.due()? {
            Some(Fault::Timeout) => Err(IoError::Timeout),
            Some(Fault::Stall) => Err(IoError::Stall),
            _ => Ok(()),
        }
    }

    /// The time is over.
    pub(super) fn timeout(&self, timeout_ms: u32) -> IoError {
        self.time.advance(u64::from(timeout_ms));
        IoError::Timeout
    }
}

/// Turns over one bit of the byte in the middle.
pub(super) fn flip(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 0x04;
    }
}

/// The bytes before the zeros at the end, which are padding.
pub(super) fn used(bytes: &mut [u8]) -> &mut [u8] {
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    bytes.get_mut(..used).unwrap_or_default()
}
