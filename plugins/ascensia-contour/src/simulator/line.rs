//! The meter's end of the conversation: frames, reports, and where in a transfer it is.

use super::faults::Faults;

/// What the meter waits for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum State {
    /// Anybody.
    Idle,
    /// An answer to `ENQ`.
    Offered,
    /// An answer to the frame at this place.
    Sending(usize),
    /// Commands, whose doors are never opened by a reading.
    Command,
}

pub(super) struct Line {
    pub(super) state: State,
    /// The header stood before `ENQ` and is not said again.
    pub(super) header_is_out: bool,
}

impl Default for Line {
    fn default() -> Self {
        Self { state: State::Idle, header_is_out: false }
    }
}

impl Line {
    /// A message in reports: id 0, `ABC`, how many bytes, up to 60 bytes, padding.
    pub(super) fn reports(&self, message: &[u8], faults: &Faults) -> Vec<Vec<u8>> {
        let mut reports = Vec::new();
        for piece in message.chunks(60) {
            if faults.keep_alives && !reports.is_empty() {
                reports.push(report(&[], faults.stale_padding));
            }
            reports.push(report(piece, faults.stale_padding));
        }
        reports
    }
}

fn report(piece: &[u8], stale: bool) -> Vec<u8> {
    let length = u8::try_from(piece.len()).unwrap_or_default();
    let mut report = [&[0, 0x41, 0x42, 0x43, length], piece].concat();
    // What a longer message before would have left there.
    let padding = if stale { b"\x02|\x03\x05".as_slice() } else { &[0] };
    let missing = 65 - report.len();
    report.extend(padding.iter().cycle().take(missing));
    report
}

/// `STX n text CR ETB|ETX sum CR LF`.
pub(super) fn frame(number: u8, text: &str, last: bool) -> Vec<u8> {
    let mut body = vec![b'0' + number % 8];
    body.extend_from_slice(text.as_bytes());
    body.extend([0x0D, if last { 0x03 } else { 0x17 }]);
    let sum = body.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 256;
    let mut whole = vec![0x02];
    whole.extend(body);
    whole.extend(format!("{sum:02X}\r\n").into_bytes());
    whole
}
