//! Packets on their way from a meter: each arrives whole, when its time has come.

use std::collections::VecDeque;

use meterport_sdk::IoError;
use meterport_sdk::testing::VirtualTime;

use crate::Reply;

/// What a meter has sent and nobody has taken.
pub(super) struct Coming {
    time: VirtualTime,
    packets: VecDeque<(u64, Vec<u8>)>,
}

impl Coming {
    pub(super) fn new(time: &VirtualTime) -> Self {
        Self { time: time.clone(), packets: VecDeque::new() }
    }

    /// Sends replies behind those that are on their way. `pace` in bits per second.
    pub(super) fn push(&mut self, replies: Vec<Reply>, pace: Option<u32>) {
        let last = self.packets.back().map_or(0, |(at, _)| *at);
        let mut at = self.time.now_ms().max(last);
        for reply in replies {
            let bits = u64::try_from(reply.bytes.len()).unwrap_or(u64::MAX).saturating_mul(10);
            let sending = pace.map_or(0, |pace| bits.saturating_mul(1000) / u64::from(pace.max(1)));
            at = at.saturating_add(u64::from(reply.pause_ms)).saturating_add(sending);
            self.packets.push_back((at, reply.bytes));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// Waits until a packet is there.
    pub(super) fn wait(&mut self, timeout_ms: u32, unplugged: bool) -> Result<(), IoError> {
        let deadline = self.time.now_ms().saturating_add(u64::from(timeout_ms));
        match self.packets.front() {
            Some((at, _)) if *at <= deadline => {
                self.time.advance(at.saturating_sub(self.time.now_ms()));
                Ok(())
            }
            _ if unplugged => Err(IoError::Disconnected),
            _ => {
                self.time.advance(u64::from(timeout_ms));
                Err(IoError::Timeout)
            }
        }
    }

    /// The packet that was waited for.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.packets.pop_front().map(|(_, bytes)| bytes).unwrap_or_default()
    }
}

/// Why nothing came from a meter that gave nothing; time passes where it is silent.
pub(super) fn nothing(unplugged: bool, time: &VirtualTime, timeout_ms: u32) -> IoError {
    if unplugged {
        return IoError::Disconnected;
    }
    time.advance(u64::from(timeout_ms));
    IoError::Timeout
}
