//! What happens on any line, whatever meter is on it: noise, damage, silence, a pulled cable.

use crate::{Knob, KnobError, Reply, Simulator, knob};

/// The knobs every meter has, because they belong to the line.
pub const LINE_KNOBS: [Knob; 5] = [
    Knob { name: "pace", help: "bits per second on the line; 0 (the default) is no delay" },
    Knob { name: "noise", help: "bytes in hex that arrive before the first answer" },
    Knob {
        name: "damage-byte",
        help: "turns over one bit of this byte sent by the meter, once, counted from 1",
    },
    Knob { name: "silent-after", help: "the meter says nothing more after this many bytes" },
    Knob { name: "unplug-after", help: "the cable is pulled after this many bytes" },
];

/// A meter on a line that is not perfect.
pub struct Noisy<S> {
    inner: S,
    noise: Vec<u8>,
    damage_byte: Option<u64>,
    silent_after: Option<u64>,
    unplug_after: Option<u64>,
    pace: u32,
    sent: u64,
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
            pace: 0,
            sent: 0,
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

    /// The meter on the line.
    #[must_use]
    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn pass(&mut self, byte: u8) -> Option<u8> {
        if self.unplugged() || self.silent_after.is_some_and(|after| self.sent >= after) {
            return None;
        }
        self.sent += 1;
        Some(if self.damage_byte == Some(self.sent) { byte ^ 0x04 } else { byte })
    }
}

impl<S: Simulator> Simulator for Noisy<S> {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let mut replies = self.inner.receive(bytes);
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
