//! What happens on any line, whatever meter is on it: noise, damage, silence, a pulled cable.
//!
//! On a serial line a reply may break off at any byte. Elsewhere a packet arrives whole or not at all:
//! one in which the silence begins, or the cable is pulled, is lost. Bytes count the same, the ids of
//! reports with them.

use crate::{Knob, KnobError, Reply, Simulator, Stalled, UsbFunction, UsbShape, knob};

/// The knobs every meter has, because they belong to the line.
pub const LINE_KNOBS: [Knob; 6] = [
    Knob { name: "pace", help: "bits per second on the line; 0 (the default) is no delay" },
    Knob { name: "noise", help: "bytes in hex that arrive before the first answer" },
    Knob {
        name: "damage-byte",
        help: "turns over one bit of this byte sent by the meter, once, counted from 1",
    },
    Knob { name: "silent-after", help: "the meter says nothing more after this many bytes" },
    Knob { name: "unplug-after", help: "the cable is pulled after this many bytes" },
    Knob {
        name: "stall-at",
        help: "this IN transfer on USB, or this block read, stalls once, counted from 1",
    },
];

/// A meter on a line that is not perfect.
pub struct Noisy<S> {
    inner: S,
    noise: Vec<u8>,
    damage_byte: Option<u64>,
    silent_after: Option<u64>,
    unplug_after: Option<u64>,
    stall_at: Option<u64>,
    pace: u32,
    sent: u64,
    transfers: u64,
    /// What the carrier said; else the meter's shape tells.
    packets: Option<bool>,
}

impl<S: Simulator> Noisy<S> {
    /// A perfect line, until a knob is turned.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            noise: Vec::new(),
            damage_byte: None,
            silent_after: None,
            unplug_after: None,
            stall_at: None,
            pace: 0,
            sent: 0,
            transfers: 0,
            packets: None,
        }
    }

    /// Bits per second, or `None` for no delay.
    #[must_use]
    pub fn pace(&self) -> Option<u32> {
        Some(self.pace).filter(|pace| *pace > 0)
    }

    /// True once the cable has been pulled.
    #[must_use]
    pub fn unplugged(&self) -> bool {
        self.unplug_after.is_some_and(|after| self.sent >= after)
    }

    /// True once the meter says nothing more.
    #[must_use]
    pub fn silent(&self) -> bool {
        self.silent_after.is_some_and(|after| self.sent >= after)
    }

    /// Counts an IN transfer on a raw USB interface that has something to give; true where it stalls
    /// instead. It stalls until the host clears it, and then gives what it had.
    pub fn stall_due(&mut self) -> bool {
        self.transfers += 1;
        self.stall_at == Some(self.transfers)
    }

    /// The line is serial: replies are bytes.
    pub fn carry_bytes(&mut self) {
        self.packets = Some(false);
    }

    /// Each reply is a packet: a report, or a transfer.
    pub fn carry_packets(&mut self) {
        self.packets = Some(true);
    }

    /// The meter on the line.
    #[must_use]
    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn pass(&mut self, byte: u8) -> Option<u8> {
        if self.unplugged() || self.silent() {
            return None;
        }
        self.sent += 1;
        Some(if self.damage_byte == Some(self.sent) { byte ^ 0x04 } else { byte })
    }

    /// One packet over the line, whole: damaged if its turn has come, or nothing where it is lost.
    pub fn pass_packet(&mut self, mut packet: Vec<u8>) -> Option<Vec<u8>> {
        if self.unplugged() || self.silent() {
            return None;
        }
        for byte in &mut packet {
            *byte = self.pass(*byte)?;
        }
        Some(packet)
    }

    /// A serial line breaks where it breaks.
    fn pass_bytes(&mut self, mut replies: Vec<Reply>) -> Vec<Reply> {
        if let Some(first) = replies.first_mut() {
            // Only a meter that answers shows that the noise came first.
            let mut noise = std::mem::take(&mut self.noise);
            noise.append(&mut first.bytes);
            first.bytes = noise;
        }
        for reply in &mut replies {
            let bytes = std::mem::take(&mut reply.bytes);
            reply.bytes = bytes.into_iter().filter_map(|byte| self.pass(byte)).collect();
        }
        replies.retain(|reply| !reply.bytes.is_empty());
        replies
    }

    /// An empty packet is one too. Noise is a packet of its own.
    fn pass_packets(&mut self, replies: Vec<Reply>) -> Vec<Reply> {
        let noise = if replies.is_empty() { Vec::new() } else { std::mem::take(&mut self.noise) };
        let noise = Some(noise).filter(|noise| !noise.is_empty()).map(Reply::now);
        let packet =
            |Reply { pause_ms, bytes }| Some(Reply { pause_ms, bytes: self.pass_packet(bytes)? });
        noise.into_iter().chain(replies).filter_map(packet).collect()
    }

    fn pass_replies(&mut self, replies: Vec<Reply>) -> Vec<Reply> {
        let has_packets = self.packets.unwrap_or_else(|| {
            let function = self.inner.usb().map(|shape| shape.function);
            matches!(function, Some(UsbFunction::Hid { .. } | UsbFunction::Bulk { .. }))
        });
        if has_packets { self.pass_packets(replies) } else { self.pass_bytes(replies) }
    }
}

impl<S: Simulator> Simulator for Noisy<S> {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let replies = self.inner.receive(bytes);
        self.pass_replies(replies)
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), Stalled> {
        if self.silent() || self.unplugged() {
            Err(Stalled)
        } else {
            self.inner.set_feature(report)
        }
    }

    fn feature(&mut self, id: u8) -> Result<Vec<u8>, Stalled> {
        let report = self.inner.feature(id)?;
        self.pass_packet(report).ok_or(Stalled)
    }

    fn woken(&mut self) -> Vec<Reply> {
        let replies = self.inner.woken();
        self.pass_replies(replies)
    }

    fn control_in(&mut self, setup: [u8; 8]) -> Result<Vec<u8>, Stalled> {
        let data = self.inner.control_in(setup)?;
        self.pass_packet(data).ok_or(Stalled)
    }

    fn control_out(&mut self, setup: [u8; 8], data: &[u8]) -> Result<(), Stalled> {
        if self.silent() || self.unplugged() {
            return Err(Stalled);
        }
        self.inner.control_out(setup, data)
    }

    /// A read that stalls is refused before the meter is asked.
    fn read_block(&mut self, address: u64) -> Result<Vec<u8>, Stalled> {
        if self.stall_due() {
            return Err(Stalled);
        }
        let block = self.inner.read_block(address)?;
        self.pass_packet(block).ok_or(Stalled)
    }

    fn write_block(&mut self, address: u64, data: &[u8]) -> Result<(), Stalled> {
        if self.silent() || self.unplugged() {
            return Err(Stalled);
        }
        self.inner.write_block(address, data)
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.inner.files()
    }

    fn usb(&self) -> Option<UsbShape> {
        self.inner.usb()
    }

    fn knobs(&self) -> Vec<Knob> {
        let mut knobs = self.inner.knobs();
        knobs.extend(LINE_KNOBS);
        knobs
    }

    fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        match name {
            "pace" => self.pace = knob::number(name, value)?,
            "noise" => {
                self.noise = hex::decode(value)
                    .map_err(|_| knob::refused(name, value, "it takes bytes in hex"))?;
            }
            "damage-byte" => self.damage_byte = Some(knob::number(name, value)?),
            "silent-after" => self.silent_after = Some(knob::number(name, value)?),
            "unplug-after" => self.unplug_after = Some(knob::number(name, value)?),
            "stall-at" => self.stall_at = Some(knob::number(name, value)?),
            _ => self.inner.turn(name, value)?,
        }
        Ok(())
    }

    fn fill(&mut self, records: u32) {
        self.inner.fill(records);
    }

    fn line(&self) -> &'static str {
        self.inner.line()
    }

    fn violation(&self) -> Option<&str> {
        self.inner.violation()
    }
}
