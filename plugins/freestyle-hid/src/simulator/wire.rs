//! The meter's end of the link: checksums, reports, padding, keep-alives.

use meterport_sdk::check::sum32;
use meterport_simulator::{KnobError, Reply, flag, number};

/// How the meter sends.
#[derive(Default)]
pub(super) struct Wire {
    keep_alive: bool,
    stale_padding: bool,
    slow_ms: u32,
    /// The last report, for stale padding.
    last: Vec<u8>,
}

impl Wire {
    /// A reply that was understood.
    pub(super) fn done(&mut self, message: &[u8], wrong_sum: bool) -> Vec<Reply> {
        let sum = sum32(message).wrapping_add(u32::from(wrong_sum));
        let end = format!("CKSM:{sum:08X}\r\nCMD OK\r\n");
        self.text(&[message, end.as_bytes()].concat())
    }

    /// A command that is not known.
    pub(super) fn refused(&mut self) -> Vec<Reply> {
        self.text(b"CKSM:00000000\r\nCMD Fail!\r\n")
    }

    fn text(&mut self, reply: &[u8]) -> Vec<Reply> {
        reply.chunks(62).flat_map(|part| self.report(0x60, part)).collect()
    }

    /// One report, with a keep-alive before it where the knob says so.
    pub(super) fn report(&mut self, kind: u8, data: &[u8]) -> Vec<Reply> {
        let mut replies = Vec::new();
        if self.keep_alive {
            replies.push(self.reply(0x22, &[0x05]));
        }
        replies.push(self.reply(kind, data));
        replies
    }

    fn reply(&mut self, kind: u8, data: &[u8]) -> Reply {
        // On the link, the id of a report without one is 0.
        let mut bytes = vec![0, kind, u8::try_from(data.len()).unwrap_or_default()];
        bytes.extend_from_slice(data);
        if self.stale_padding {
            bytes.extend(self.last.iter().skip(bytes.len()));
        }
        bytes.resize(65, 0);
        self.last.clone_from(&bytes);
        Reply { pause_ms: self.slow_ms, bytes }
    }

    pub(super) fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        match name {
            "keep-alive" => self.keep_alive = flag(name, value)?,
            "stale-padding" => self.stale_padding = flag(name, value)?,
            "slow" => self.slow_ms = number(name, value)?,
            _ => return Err(KnobError::Unknown { name: name.to_owned() }),
        }
        Ok(())
    }
}

/// The message of a list: records, then their count and sum.
pub(super) fn list(lines: &[Vec<u8>], count_offset: i32, wrong_sum: bool) -> Vec<u8> {
    if lines.is_empty() && count_offset == 0 {
        return b"Log Empty\r\n".to_vec();
    }
    let mut message = Vec::new();
    for line in lines {
        message.extend_from_slice(line);
        message.extend_from_slice(b"\r\n");
    }
    let sum = sum32(&message).wrapping_add(u32::from(wrong_sum));
    let count = i64::try_from(lines.len()).unwrap_or_default() + i64::from(count_offset);
    message.extend_from_slice(format!("{count},{sum:08X}\r\n").as_bytes());
    message
}

/// Counts down; true as long as there was something to count.
pub(super) fn use_up(times: &mut u32) -> bool {
    let some = *times > 0;
    *times = times.saturating_sub(1);
    some
}
