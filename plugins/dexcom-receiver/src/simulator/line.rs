//! The receiver's end of the line.

use meterport_sdk::check::crc16_xmodem;

/// Bytes that have arrived.
#[derive(Default)]
pub(super) struct Line(Vec<u8>);

impl Line {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Command and payload of the next whole packet; anything else is thrown away.
    pub(super) fn take(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            let junk = self.0.iter().take_while(|byte| **byte != 1).count();
            self.0.drain(..junk);
            let length = usize::from(u16::from_le_bytes([*self.0.get(1)?, *self.0.get(2)?]));
            if (6..=1590).contains(&length) {
                let (body, crc) = self.0.get(..length)?.split_last_chunk()?;
                if crc16_xmodem(body).to_le_bytes() == *crc {
                    let [_, _, _, command, payload @ ..] = body else { return None };
                    let found = (*command, payload.to_vec());
                    self.0.drain(..length);
                    return Some(found);
                }
            }
            self.0.drain(..1);
        }
    }
}

pub(super) fn packet(code: u8, payload: &[u8]) -> Vec<u8> {
    let [low, high] = u16::try_from(payload.len() + 6).unwrap_or(u16::MAX).to_le_bytes();
    let mut bytes = [&[1, low, high, code], payload].concat();
    bytes.extend(crc16_xmodem(&bytes).to_le_bytes());
    bytes
}
