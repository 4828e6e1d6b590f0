//! What the device has ready to send, packet by packet, and when.
//!
//! A request stays open until packets complete it: that is the NAK of a device that has nothing to
//! say. Packets leave their queue only with the request they complete, so a request that is taken
//! back loses nothing.
//!
//! Source: USB 2.0, 5.8.3 (a short packet or a full buffer ends a bulk transfer) and 8.5.
//! This module is pure: `now` is given.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::Reply;

/// How an open request ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// With these bytes.
    Data(Vec<u8>),
    /// The endpoint is halted.
    Stalled,
    /// A packet did not fit into what was left of the host's buffer. It is lost.
    Overflow,
}

/// The packets of all endpoints. Addresses are those of IN endpoints, with bit 7.
#[derive(Debug, Default)]
pub struct Queues {
    now: Duration,
    pace: Option<u32>,
    waiting: BTreeMap<u8, VecDeque<Packet>>,
    halted: BTreeSet<u8>,
}

#[derive(Debug)]
struct Packet {
    due: Duration,
    bytes: Vec<u8>,
}

impl Queues {
    /// Empty queues whose transfers keep to this many bits per second.
    pub fn new(pace: Option<u32>) -> Self {
        Self { pace, ..Self::default() }
    }

    /// How long so many bytes take at a pace, with ten bits for each.
    pub fn sending(pace: Option<u32>, bytes: usize) -> Duration {
        let bits = u64::try_from(bytes).unwrap_or_default() * 10;
        let micros = pace.map_or(0, |pace| bits * 1_000_000 / u64::from(pace.max(1)));
        Duration::from_micros(micros)
    }

    /// Time goes on; it is counted from the start of the device.
    pub fn set_now(&mut self, now: Duration) {
        self.now = now;
    }

    /// Queues one packet, which may be empty, `pause` after what is queued before it.
    pub fn packet(&mut self, endpoint: u8, pause: Duration, bytes: Vec<u8>) {
        let queue = self.waiting.entry(endpoint).or_default();
        let start = queue.back().map_or(self.now, |last| last.due.max(self.now));
        queue.push_back(Packet { due: start.saturating_add(pause), bytes });
    }

    /// Queues one transfer, cut into packets. One that ends with a full packet is not ended by an
    /// empty one: where the meter sends that, its simulator says so with an empty reply.
    pub fn transfer(&mut self, endpoint: u8, reply: Reply, max_packet: usize) {
        let mut pause = Duration::from_millis(u64::from(reply.pause_ms));
        if reply.bytes.is_empty() {
            self.packet(endpoint, pause, Vec::new());
        }
        for packet in reply.bytes.chunks(max_packet.max(1)) {
            pause += Self::sending(self.pace, packet.len());
            self.packet(endpoint, pause, packet.to_vec());
            pause = Duration::ZERO;
        }
    }

    /// Throws away what an endpoint has ready.
    pub fn clear(&mut self, endpoint: u8) {
        self.waiting.remove(&endpoint);
    }

    /// From now on every transfer of this endpoint, IN or OUT, is refused.
    pub fn halt(&mut self, endpoint: u8) {
        self.halted.insert(endpoint);
    }

    /// Ends a halt.
    pub fn resume(&mut self, endpoint: u8) {
        self.halted.remove(&endpoint);
    }

    /// True where every transfer is refused.
    pub fn is_halted(&self, endpoint: u8) -> bool {
        self.halted.contains(&endpoint)
    }

    /// True where nothing waits on any endpoint.
    pub fn is_empty(&self) -> bool {
        self.waiting.values().all(VecDeque::is_empty)
    }

    /// When the next packet that is not due yet will be.
    pub fn next_due(&self) -> Option<Duration> {
        let packets = self.waiting.values().flatten();
        packets.map(|packet| packet.due).filter(|due| *due > self.now).min()
    }

    /// How many packets end a request for `wanted` bytes; `None` while it has to wait.
    pub fn ready(&self, endpoint: u8, wanted: usize, max_packet: usize) -> Option<usize> {
        let mut length = 0;
        let due = self.waiting.get(&endpoint)?.iter().take_while(|packet| packet.due <= self.now);
        for (count, packet) in (1..).zip(due) {
            length += packet.bytes.len();
            if packet.bytes.len() < max_packet || length >= wanted {
                return Some(count);
            }
        }
        None
    }

    /// What ends a request for `wanted` bytes; `None` while it has to wait.
    pub fn answer(&mut self, endpoint: u8, wanted: usize, max_packet: usize) -> Option<Answer> {
        if self.is_halted(endpoint) {
            return Some(Answer::Stalled);
        }
        let count = self.ready(endpoint, wanted, max_packet)?;
        let queue = self.waiting.get_mut(&endpoint)?;
        let data: Vec<u8> = queue.drain(..count).flat_map(|packet| packet.bytes).collect();
        Some(if data.len() > wanted { Answer::Overflow } else { Answer::Data(data) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN: u8 = 0x81;

    fn ready(replies: &[&[u8]]) -> Queues {
        let mut queues = Queues::default();
        for bytes in replies {
            queues.transfer(IN, Reply::now(*bytes), 4);
        }
        queues
    }

    #[test]
    fn a_device_with_nothing_to_say_leaves_the_request_open() {
        assert_eq!(Queues::default().answer(IN, 64, 4), None);
    }

    #[test]
    fn more_than_the_host_has_room_for_is_an_overflow_and_is_lost() {
        let mut queues = ready(&[b"abc", b"d"]);

        assert_eq!(queues.answer(IN, 2, 4), Some(Answer::Overflow));
        assert_eq!(queues.answer(IN, 2, 4), Some(Answer::Data(b"d".to_vec())));
    }

    #[test]
    fn a_halted_endpoint_refuses_until_the_host_clears_it() {
        let mut queues = ready(&[b"abc"]);
        queues.halt(IN);

        assert_eq!(queues.answer(IN, 64, 4), Some(Answer::Stalled));
        queues.resume(IN);
        assert_eq!(queues.answer(IN, 64, 4), Some(Answer::Data(b"abc".to_vec())));
    }

    #[test]
    fn full_packets_wait_for_a_short_one_and_are_kept_meanwhile() {
        let mut queues = ready(&[b"abcd"]);

        assert_eq!(queues.answer(IN, 64, 4), None);
        queues.transfer(IN, Reply::now(b"ef"), 4);
        assert_eq!(queues.answer(IN, 64, 4), Some(Answer::Data(b"abcdef".to_vec())));
    }

    #[test]
    fn an_empty_packet_ends_a_transfer_of_full_ones() {
        let mut queues = ready(&[b"abcd", b""]);

        assert_eq!(queues.answer(IN, 64, 4), Some(Answer::Data(b"abcd".to_vec())));
        assert!(queues.is_empty());
    }

    #[test]
    fn a_full_buffer_ends_a_transfer() {
        let mut queues = ready(&[b"abcdefgh"]);

        assert_eq!(queues.answer(IN, 4, 4), Some(Answer::Data(b"abcd".to_vec())));
        assert_eq!(queues.answer(IN, 4, 4), Some(Answer::Data(b"efgh".to_vec())));
    }

    #[test]
    fn a_paused_reply_holds_back_what_follows_on_its_endpoint_only() {
        let mut queues = Queues::default();
        queues.transfer(IN, Reply { pause_ms: 30, bytes: b"late".to_vec() }, 64);
        queues.transfer(IN, Reply::now(b"later"), 64);
        queues.transfer(0x82, Reply::now(b"now"), 64);

        assert_eq!(queues.answer(IN, 64, 64), None);
        assert_eq!(queues.answer(0x82, 64, 64), Some(Answer::Data(b"now".to_vec())));
        assert_eq!(queues.next_due(), Some(Duration::from_millis(30)));
        queues.set_now(Duration::from_millis(30));
        assert_eq!(queues.answer(IN, 64, 64), Some(Answer::Data(b"late".to_vec())));
        assert_eq!(queues.answer(IN, 64, 64), Some(Answer::Data(b"later".to_vec())));
    }
}
