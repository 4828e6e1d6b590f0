//! What goes wrong, by the knobs.

use meterport_simulator::Reply;

/// What the knobs are set to, and what has happened so far.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) ignore_first: u32,
    pub(super) lost_clock: bool,
    pub(super) no_unit: bool,
    pub(super) no_serial: bool,
    /// Reply code to requests for pages, and how often.
    pub(super) reply: Option<(u8, u32)>,
    /// Type and number of a page, and the byte of it that is damaged.
    pub(super) damage: Option<(u8, u32, usize)>,
    pub(super) damage_always: bool,
    /// Sensor page whose first index says one more.
    pub(super) gap: Option<u32>,
    /// Revision that sensor pages show instead of their own.
    pub(super) revision_shown: Option<u8>,
    pub(super) piece_bytes: usize,
    /// Numbers of requests, from 1.
    pub(super) late_at: Option<u32>,
    /// Milliseconds before that answer, and before every other one.
    pub(super) late_ms: Option<u32>,
    pub(super) slow_ms: u32,
    pub(super) grow_at: Option<u32>,
    pub(super) forget_at: Option<u32>,
    requests: u32,
}

impl Faults {
    /// Counts a request; true where the receiver misses it.
    pub(super) fn ignores(&mut self) -> bool {
        self.requests += 1;
        self.requests <= self.ignore_first
    }

    pub(super) fn grows_now(&self) -> bool {
        self.grow_at == Some(self.requests)
    }

    pub(super) fn forgets_now(&self) -> bool {
        self.forget_at == Some(self.requests)
    }

    /// The reply code instead of a page.
    pub(super) fn reply_code(&mut self) -> Option<u8> {
        let (code, times) = self.reply?;
        self.reply = Some((code, times.checked_sub(1)?));
        Some(code)
    }

    pub(super) fn manufacturing(&self) -> String {
        let serial = if self.no_serial { "" } else { " SerialNumber='SM00000042'" };
        format!("<ManufacturingParameters{serial} HardwarePartNumber='MD10602-001'/>")
    }

    /// Damages a page inside a packet that is whole.
    pub(super) fn spoil(&mut self, kind: u8, number: u32, page: &mut [u8]) {
        if let Some((_, _, byte)) = self.damage.filter(|it| (it.0, it.1) == (kind, number)) {
            if let Some(byte) = page.get_mut(byte) {
                *byte ^= 0x04;
            }
            if !self.damage_always {
                self.damage = None;
            }
        }
        if kind != 4 {
            return;
        }
        if let Some(revision) = self.revision_shown {
            change_header(page, 9, revision);
        }
        if self.gap == Some(number) {
            let first = page.first().copied().unwrap_or_default();
            change_header(page, 0, first.wrapping_add(1));
        }
    }

    /// An answer as it comes over the line.
    pub(super) fn pieces(&self, packet: &[u8]) -> Vec<Reply> {
        let late = self.late_at == Some(self.requests);
        let size = if self.piece_bytes == 0 { packet.len() } else { self.piece_bytes };
        let piece = |(place, bytes): (usize, &[u8])| Reply {
            pause_ms: match (place, late) {
                (0, true) => self.late_ms.unwrap_or(LATE_MS),
                (0, false) => self.slow_ms,
                _ => 1,
            },
            bytes: bytes.to_vec(),
        };
        packet.chunks(size).enumerate().map(piece).collect()
    }
}

/// Another byte in a page's header, and the checksum that belongs to it.
fn change_header(page: &mut [u8], place: usize, byte: u8) {
    let Some((header, rest)) = page.split_at_mut_checked(26) else { return };
    if let Some(place) = header.get_mut(place) {
        *place = byte;
    }
    let crc = meterport_sdk::check::crc16_xmodem(header).to_le_bytes();
    rest.iter_mut().zip(crc).for_each(|(to, from)| *to = from);
}

/// Later than anybody waits.
const LATE_MS: u32 = 5_100;
