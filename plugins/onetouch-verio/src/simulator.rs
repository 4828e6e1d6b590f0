//! Simulated meters of the OneTouch Verio family, written from the protocol's description
//! (`README.md`, sources 1 to 3) and on purpose not from the driver: it shares nothing with it but
//! the checksum.
//!
//! Erasing or setting anything, a request that nobody has described, and a write to anything but a
//! register are violations.

mod answer;
mod disk;
mod knobs;
mod model;
mod packet;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{
    Knob, KnobError, Reply, Simulator, Stalled, UsbFunction, UsbShape, plausible,
};

use disk::{BLOCKS, Disk};
use knobs::Knobs;
pub use model::Model;

/// One result in the memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// On the meter's clock.
    pub at: DeviceTime,
    /// As stored, in mg/dL.
    pub mg_per_dl: u16,
    /// The byte that marks control solution: 0 or 1, or what nobody has described.
    pub control: u8,
    /// 0 none, 1 before, 2 after a meal, or what nobody has described.
    pub meal: u8,
    /// Comment flags; a VerioIQ has none.
    pub comment: u8,
    /// The number of the result for good; a VerioIQ does not tell it.
    pub lifetime: u16,
}

impl Stored {
    /// A plain result.
    #[must_use]
    pub fn new(at: DeviceTime, mg_per_dl: u16, lifetime: u16) -> Self {
        Self { at, mg_per_dl, control: 0, meal: 0, comment: 0, lifetime }
    }
}

/// The meter.
pub struct Meter {
    now: DeviceTime,
    memory: Vec<Stored>,
    knobs: Knobs,
    heard: Vec<u8>,
    disk: Disk,
    /// Requests so far.
    requests: u32,
    /// Packets that `damage-record` has met so far.
    damaged: u32,
    violation: Option<String>,
}

/// What an answer needs, and how it is sent.
struct Sent {
    /// The packet; nothing where the meter does not answer.
    packet: Vec<u8>,
    pause_ms: u32,
}

impl Meter {
    /// A meter with an empty memory whose clock shows `now`: a Verio Flex, until the knob `model`
    /// makes it another.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        Self::with_memory(now, Vec::new())
    }

    /// A meter with this memory, the newest result first.
    #[must_use]
    pub fn with_memory(now: DeviceTime, memory: Vec<Stored>) -> Self {
        Self {
            now,
            memory,
            knobs: Knobs::default(),
            heard: Vec::new(),
            disk: Disk::default(),
            requests: 0,
            damaged: 0,
            violation: None,
        }
    }

    /// The same meter as another model.
    #[must_use]
    pub fn of(mut self, model: Model) -> Self {
        self.knobs.model = model;
        self
    }

    /// Reacts to one message, which came to the serial line (0) or was written to a block.
    fn react(&mut self, block: u64, message: &[u8]) -> Option<Sent> {
        self.requests = self.requests.saturating_add(1);
        if self.requests <= self.knobs.ignore_first {
            return None;
        }
        let asked = answer::place(self.knobs.model, message);
        if asked.is_some() && asked == self.knobs.silent_at {
            return None;
        }
        if asked.is_some() && asked == self.knobs.new_at {
            self.knobs.new_at = None;
            self.measure();
        }
        let meter = answer::Meter { now: &self.now, memory: &self.memory, knobs: &self.knobs };
        let answer = match meter.answer(block, message) {
            Ok(answer) => answer,
            Err(violation) => {
                self.violation.get_or_insert_with(|| violation.to_owned());
                answer::REFUSAL.to_vec()
            }
        };
        let mut packet = packet::packet(&answer);
        if asked.is_some() && asked == self.knobs.damage_record {
            self.damaged = self.damaged.saturating_add(1);
            if self.knobs.damage_always || self.damaged == 1 {
                // In the checksum, so that nothing of the answer itself changes.
                if let Some(byte) = packet.last_mut() {
                    *byte ^= 0x40;
                }
            }
        }
        let mut pause_ms = self.knobs.answer_ms;
        if asked.is_some() && asked == self.knobs.late_at {
            self.knobs.late_at = None;
            pause_ms = self.knobs.late_ms;
        }
        Some(Sent { packet, pause_ms })
    }

    /// A result is added; a full memory loses its oldest one.
    fn measure(&mut self) {
        let lifetime = self.memory.first().map_or(1, |newest| newest.lifetime.wrapping_add(1));
        self.memory.insert(0, Stored::new(self.now, 100, lifetime));
        if self.knobs.full {
            self.memory.pop();
        }
    }
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        if self.knobs.model != Model::VerioIq {
            return Vec::new();
        }
        self.heard.extend_from_slice(bytes);
        let mut replies = Vec::new();
        while let Some(message) = packet::take(&mut self.heard) {
            if let Some(sent) = self.react(0, &message) {
                replies.push(Reply { pause_ms: sent.pause_ms, bytes: sent.packet });
            }
        }
        replies
    }

    fn read_block(&mut self, address: u64) -> Result<Vec<u8>, Stalled> {
        if self.knobs.model == Model::VerioIq {
            return Err(Stalled);
        }
        self.disk.read(address, self.knobs.stick || self.knobs.blank)
    }

    fn write_block(&mut self, address: u64, data: &[u8]) -> Result<(), Stalled> {
        if self.knobs.model == Model::VerioIq {
            return Err(Stalled);
        }
        if self.knobs.stick || !disk::is_register(address) || data.len() != disk::BLOCK {
            self.violation.get_or_insert_with(|| format!("a write to block {address}"));
            return Ok(());
        }
        let reply = packet::take(&mut data.to_vec())
            .and_then(|message| self.react(address, &message))
            .map(|sent| sent.packet);
        self.disk.write(address, data, reply, self.knobs.stale, self.knobs.not_ready);
        Ok(())
    }

    fn usb(&self) -> Option<UsbShape> {
        let (vid, pid) = self.knobs.model.ids();
        let (manufacturer, product) = match (self.knobs.model, self.knobs.stick) {
            (Model::VerioIq, _) => ("LifeScan, Inc.", "OneTouch VerioIQ"),
            (_, false) => ("LifeScan", "LifeScan MSC"),
            (_, true) => ("ACME", "Memory stick"),
        };
        let function = match self.knobs.model {
            Model::VerioIq => UsbFunction::Cp210x,
            // No source says product and revision.
            _ if self.knobs.stick => {
                UsbFunction::Registers { inquiry: ["ACME", "Stick", "1.00"], blocks: BLOCKS }
            }
            _ => UsbFunction::Registers { inquiry: ["LifeScan", "Meter", "1.00"], blocks: BLOCKS },
        };
        Some(UsbShape { vid, pid, manufacturer, product, serial: None, function })
    }

    fn knobs(&self) -> Vec<Knob> {
        knobs::ALL.to_vec()
    }

    fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        self.knobs.turn(&mut self.memory, name, value)
    }

    /// The newest result has the highest number. No source says how many results a meter holds;
    /// the count has two bytes.
    fn fill(&mut self, records: u32) {
        let records = records.min(MOST);
        let numbers = (0..=u16::MAX).skip(FIRST_NUMBER).take(usize::try_from(records).unwrap_or(0));
        let numbers: Vec<u16> = numbers.collect();
        self.memory = plausible::results(records, &self.now)
            .into_iter()
            .zip(numbers.into_iter().rev())
            .map(|(result, lifetime)| Stored {
                // Neither a meal nor none is what a `plausible` 2 means: no mark.
                meal: if result.meal == 2 { 0 } else { result.meal + 1 },
                ..Stored::new(result.at, result.mg_per_dl, lifetime)
            })
            .collect();
    }

    fn line(&self) -> &'static str {
        if self.knobs.model == Model::VerioIq { "38400 8N1" } else { "" }
    }

    fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }
}

const MOST: u32 = 60_000;
const FIRST_NUMBER: usize = 1000;
