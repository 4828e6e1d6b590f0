//! Writes a recording while the conversation takes place.
//!
//! The caller says what happened and at which millisecond of the session; this module makes lines
//! of it that a person can read. Serial bytes arrive in crumbs, so what follows closely in the same
//! direction is joined, and long runs are cut; packets are never joined or cut.
//!
//! Nothing is written anywhere here: whoever holds the finished [`Recording`] decides.

use crate::item::{Fault, Item, Line};
use crate::recording::header_line;
use crate::{Header, Recording, RecordingError, Transport};

/// Serial bytes that follow within this time, in the same direction, share a line.
const JOIN_WITHIN_MS: u64 = 20;
/// Serial bytes on one line.
const BYTES_ON_A_LINE: usize = 32;

/// A recording that is being written. `at_ms` is the time since the session began.
pub struct Recorder {
    header: Header,
    lines: Vec<Line>,
    above: Vec<String>,
    last_ms: u64,
    silent_at: Option<u64>,
}

impl Recorder {
    /// Begins a recording.
    pub fn new(header: Header) -> Self {
        Self { header, lines: Vec::new(), above: Vec::new(), last_ms: 0, silent_at: None }
    }

    /// Bytes the host sent; over HID one output report.
    pub fn sent(&mut self, at_ms: u64, bytes: &[u8]) {
        self.silent_at = None;
        self.push_bytes(at_ms, bytes, Item::Out);
    }

    /// Bytes the meter sent; over HID one input report, over a volume content of the last file.
    pub fn received(&mut self, at_ms: u64, bytes: &[u8]) {
        // A pause between two replies may be what the driver waited for, so it is kept.
        if let Some(silent_at) = self.silent_at.take()
            && matches!(self.lines.last(), Some(Line { item: Item::In(_), .. }))
        {
            self.push(silent_at, Item::Fault(Fault::Timeout));
        }
        self.push_bytes(at_ms, bytes, Item::In);
    }

    /// A read that ended without a byte. It becomes a line only if it stood between two replies:
    /// on replay a read waits for nothing, and before the host asks there is silence anyway.
    pub fn silent(&mut self, at_ms: u64) {
        self.silent_at = Some(at_ms);
    }

    /// What a call got instead of an answer.
    pub fn fault(&mut self, at_ms: u64, fault: Fault) {
        self.silent_at = None;
        self.push(at_ms, Item::Fault(fault));
    }

    /// Any line: control and endpoint transfers, feature reports, blocks, files.
    pub fn push(&mut self, at_ms: u64, item: Item) {
        let after = at_ms.saturating_sub(self.last_ms);
        self.last_ms = self.last_ms.max(at_ms);
        let after = u32::try_from(after).unwrap_or(u32::MAX);
        let mut line = Line::new(item, (after > 0).then_some(after));
        line.above = std::mem::take(&mut self.above);
        self.lines.push(line);
    }

    /// A comment on a line of its own, before the next line. Must not name a person.
    pub fn comment(&mut self, text: &str) {
        let plain = text.replace(char::is_control, " ");
        let plain = plain.trim();
        // A comment that reads like a header line would be taken for one.
        let note = if header_line(plain).is_some() { "note: " } else { "" };
        self.above.push(format!("{note}{plain}"));
    }

    /// Ends the recording. An error means that a line did not fit the transport of the header.
    pub fn finish(self) -> Result<Recording, RecordingError> {
        Recording::checked(self.header, self.lines, self.above)
    }

    fn push_bytes(&mut self, at_ms: u64, bytes: &[u8], item: fn(Vec<u8>) -> Item) {
        if !matches!(self.header.transport, Transport::Serial(_) | Transport::Volume) {
            return self.push(at_ms, item(bytes.to_vec()));
        }
        let rest = self.join(at_ms, bytes, item);
        for chunk in rest.chunks(BYTES_ON_A_LINE) {
            self.push(at_ms, item(chunk.to_vec()));
        }
    }

    /// Puts what fits onto the last line, and returns the rest.
    fn join<'a>(&mut self, at_ms: u64, bytes: &'a [u8], item: fn(Vec<u8>) -> Item) -> &'a [u8] {
        let close = at_ms.saturating_sub(self.last_ms) <= JOIN_WITHIN_MS;
        let Some(line) = self.lines.last_mut().filter(|_| close && self.above.is_empty()) else {
            return bytes;
        };
        let same = std::mem::discriminant(&line.item) == std::mem::discriminant(&item(Vec::new()));
        let Some(data) = line.item.bytes_mut().filter(|_| same) else { return bytes };
        let room = BYTES_ON_A_LINE.saturating_sub(data.len());
        let (now, rest) = bytes.split_at(room.min(bytes.len()));
        data.extend_from_slice(now);
        rest
    }
}
