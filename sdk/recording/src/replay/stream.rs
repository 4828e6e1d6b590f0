//! Serial lines: writes are matched as one byte stream, reads give what is there.

use super::{Replay, ReplayError, common};
use crate::item::Item;

impl Replay {
    /// Sends bytes over a serial line. How they are cut into writes makes no difference.
    pub fn write(&mut self, mut bytes: &[u8], timeout_ms: u64) -> Result<(), ReplayError> {
        let before = (self.host, self.host_sent);
        while !bytes.is_empty() {
            let next = self.next_of_host();
            if let Err(fault) = self.fault_before(next, timeout_ms) {
                (self.host, self.host_sent) = before;
                return Err(fault);
            }
            let Some(index) = next else { return Err(self.ended()) };
            bytes = self.send(index, bytes)?;
        }
        Ok(())
    }

    /// Takes up to `max` bytes that the meter has sent by now, across lines; never none.
    pub fn read(&mut self, max: usize, timeout_ms: u64) -> Result<Vec<u8>, ReplayError> {
        let mut read = Vec::new();
        loop {
            let ready = if read.is_empty() {
                self.meter_ready(0, timeout_ms)?
            } else {
                self.meter_ready_quietly(0)
            };
            let Some(index) = ready.filter(|_| read.len() < max) else { break };
            self.reach(index);
            let room = max.saturating_sub(read.len());
            let taken = self.meter.get(&0).map_or(0, |place| place.taken);
            let Some(Item::In(data)) = self.line(index).map(|line| &line.item) else { break };
            let rest = data.get(taken..).unwrap_or_default();
            let now = rest.get(..room).unwrap_or(rest);
            read.extend_from_slice(now);
            let (taken, whole) = (taken.saturating_add(now.len()), now.len() == rest.len());
            let place = self.meter.entry(0).or_default();
            place.taken = if whole { 0 } else { taken };
            place.line = if whole { index.saturating_add(1) } else { index };
        }
        Ok(read)
    }

    /// Throws away what the meter has sent by now and nobody has read.
    pub fn purge_input(&mut self) {
        while self.meter_ready_quietly(0).is_some() {
            let place = self.meter.entry(0).or_default();
            *place = super::Place { line: place.line.saturating_add(1), taken: 0 };
        }
    }

    /// Matches what one line holds, and returns what is left to send.
    fn send<'a>(&mut self, index: usize, bytes: &'a [u8]) -> Result<&'a [u8], ReplayError> {
        self.reach(index);
        let Some(Item::Out(data)) = self.line(index).map(|line| &line.item) else {
            return Err(self.mismatch(index, 0));
        };
        let due = data.get(self.host_sent..).unwrap_or_default();
        let matched = common(due, bytes);
        let line_done = matched == due.len();
        if !line_done && matched < bytes.len() {
            return Err(self.mismatch(index, self.host_sent.saturating_add(matched)));
        }
        if line_done {
            (self.host, self.host_sent) = (index.saturating_add(1), 0);
        } else {
            self.host_sent = self.host_sent.saturating_add(matched);
        }
        Ok(bytes.get(matched..).unwrap_or_default())
    }
}
