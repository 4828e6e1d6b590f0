//! A simulated OneTouch UltraEasy, written from the protocol's description (`README.md`, sources 1
//! to 3) and on purpose not from the driver: it shares nothing with it but the checksum.
//!
//! It keeps to the alternating bits strictly: a request with the wrong bit is acknowledged once
//! more and not answered. Erasing or setting anything is a violation, and is not done.

mod line;

use meterport_sdk::time::to_seconds;
use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{
    Knob, KnobError, Reply, Simulator, UsbFunction, UsbShape, flag, number, plausible,
};

use line::{Got, Line};

/// One result in the memory.
#[derive(Clone, PartialEq)]
pub struct Stored {
    /// On the meter's clock.
    pub at: DeviceTime,
    /// What was measured.
    pub reading: Reading,
}

/// What a test gave. The meter cannot tell a test with control solution from any other.
#[derive(Clone, Copy, PartialEq)]
pub enum Reading {
    /// A number.
    MgPerDl(u32),
    /// Below 20 mg/dL.
    Low,
    /// Above 600 mg/dL.
    High,
}

/// The meter.
pub struct Meter {
    clock: DeviceTime,
    memory: Vec<Stored>,
    serial: [u8; 9],
    display_unit: u32,
    line: Line,
    faults: Faults,
    violation: Option<String>,
}

/// What the knobs are set to.
#[derive(Default)]
struct Faults {
    ignore_first: u32,
    count_offset: i32,
    refuse_version: bool,
    silent_at: Option<u16>,
    damage_record: Option<u16>,
    damage_always: bool,
    new_at_reset: Option<u32>,
    resets: u32,
}

/// Most results the memory holds.
pub const CAPACITY: usize = 500;

impl Meter {
    /// A meter with an empty memory.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        Self::with_memory(now, Vec::new())
    }

    /// A meter with this memory, the newest result first.
    #[must_use]
    pub fn with_memory(now: DeviceTime, mut memory: Vec<Stored>) -> Self {
        memory.truncate(CAPACITY);
        Self {
            clock: now,
            memory,
            serial: *b"KPQ1234ER",
            display_unit: 0,
            line: Line::default(),
            faults: Faults::default(),
            violation: None,
        }
    }

    /// The answer to one message.
    fn answer(&mut self, message: &[u8]) -> Vec<u8> {
        match message {
            [0x05, 0x0D, 0x02] if !self.faults.refuse_version => {
                let mut answer = vec![0x05, 0x06, 0x11];
                answer.extend_from_slice(b"P02.00.00");
                answer.extend_from_slice(b"25/05/07");
                answer
            }
            [0x05, 0x0B, 0x02, _, _, _, _, 0x84, 0x6A, 0xE8, 0x73, 0x00]
            | [0x05, 0x0B, 0x02, _, _, _, _, 0, 0, 0, 0, 0] => ok(&self.serial),
            [0x05, 0x1F, low, high] => self.record(u16::from_le_bytes([*low, *high])),
            [0x05, 0x20, 0x02, ..] => ok(&seconds(&self.clock).to_le_bytes()),
            [0x05, 0x09, 0x02, ..] => ok(&self.display_unit.to_le_bytes()),
            [0x05, 0x08, 0x02, ..] => ok(&[0, 0, 0, 0]),
            [0x05, 0x1A, ..] => self.forbidden("erase"),
            [0x05, 0x20, 0x01, ..] => self.forbidden("set the clock"),
            [0x05, 0x08 | 0x09 | 0x0B, 0x01, ..] => self.forbidden("set"),
            _ => REFUSAL.to_vec(),
        }
    }

    fn record(&self, index: u16) -> Vec<u8> {
        let Some(stored) = self.memory.get(usize::from(index)) else {
            let held = i32::try_from(self.memory.len()).unwrap_or(i32::MAX);
            let count = held.saturating_add(self.faults.count_offset);
            let [low, high] = u16::try_from(count).unwrap_or_default().to_le_bytes();
            return vec![0x05, 0x0F, low, high];
        };
        let value = match stored.reading {
            Reading::MgPerDl(value) => value,
            Reading::Low => 0x0000_FFFE,
            Reading::High => 0x0000_FFFF,
        };
        let mut answer = ok(&seconds(&stored.at).to_le_bytes());
        answer.extend_from_slice(&value.to_le_bytes());
        answer
    }

    fn forbidden(&mut self, what: &str) -> Vec<u8> {
        self.violation.get_or_insert_with(|| what.to_owned());
        REFUSAL.to_vec()
    }

    fn react(&mut self, got: Got) -> Vec<Vec<u8>> {
        if self.faults.ignore_first > 0 && !matches!(got, Got::Acknowledgement) {
            self.faults.ignore_first -= 1;
            return Vec::new();
        }
        let message = match got {
            Got::Acknowledgement => return Vec::new(),
            Got::Disconnect => {
                self.faults.resets += 1;
                if self.faults.new_at_reset == Some(self.faults.resets) {
                    let reading = Reading::MgPerDl(100);
                    self.memory.insert(0, Stored { at: self.clock, reading });
                    self.memory.truncate(CAPACITY);
                }
                return vec![self.line.reset()];
            }
            Got::Repeated => return self.line.again(),
            Got::Message(message) => message,
        };
        let asked = match message.as_slice() {
            [0x05, 0x1F, low, high] => Some(u16::from_le_bytes([*low, *high])),
            _ => None,
        };
        if asked.is_some() && asked == self.faults.silent_at {
            self.line.fall_silent();
            return Vec::new();
        }
        let answer = self.answer(&message);
        let mut frames = vec![self.line.acknowledge(), self.line.send(&answer)];
        if asked.is_some() && asked == self.faults.damage_record {
            if !self.faults.damage_always {
                self.faults.damage_record = None;
            }
            // In the checksum, so that nothing of the answer itself changes.
            if let Some(byte) = frames.last_mut().and_then(|frame| frame.last_mut()) {
                *byte ^= 0x40;
            }
        }
        frames
    }

    fn put(&mut self, name: &str, value: &str, reading: Reading) -> Result<(), KnobError> {
        let index: usize = number(name, value)?;
        match self.memory.get_mut(index) {
            Some(stored) => stored.reading = reading,
            None => return Err(value_error(name, value, "no result has this place")),
        }
        Ok(())
    }
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let mut replies = Vec::new();
        if self.line.echoes() {
            replies.push(Reply::now(bytes));
        }
        self.line.push(bytes);
        while let Some(got) = self.line.take() {
            replies.extend(self.react(got).into_iter().map(Reply::now));
        }
        replies
    }

    fn knobs(&self) -> Vec<Knob> {
        KNOBS.to_vec()
    }

    fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        match name {
            "unit" => {
                self.display_unit = match value {
                    "mg/dL" => 0,
                    "mmol/L" => 1,
                    _ => number(name, value)?,
                };
            }
            "hi" => self.put(name, value, Reading::High)?,
            "lo" => self.put(name, value, Reading::Low)?,
            "ignore-first" => self.faults.ignore_first = number(name, value)?,
            "count-offset" => self.faults.count_offset = number(name, value)?,
            "refuse-version" => self.faults.refuse_version = flag(name, value)?,
            "silent-at" => self.faults.silent_at = Some(number(name, value)?),
            "damage-record" => self.faults.damage_record = Some(number(name, value)?),
            "damage-always" => self.faults.damage_always = flag(name, value)?,
            "new-result-at-reset" => self.faults.new_at_reset = Some(number(name, value)?),
            "repeat-answers" => self.line.repeat_answers(flag(name, value)?),
            "echo" => self.line.echo(flag(name, value)?),
            _ => return Err(KnobError::Unknown { name: name.to_owned() }),
        }
        Ok(())
    }

    fn fill(&mut self, records: u32) {
        self.memory = plausible::results(records, &self.clock)
            .into_iter()
            .take(CAPACITY)
            .map(|result| Stored {
                at: result.at,
                reading: Reading::MgPerDl(u32::from(result.mg_per_dl)),
            })
            .collect();
    }

    fn line(&self) -> &'static str {
        "9600 8N1"
    }

    /// On a cable with a Prolific bridge.
    fn usb(&self) -> Option<UsbShape> {
        Some(UsbShape {
            vid: 0x067B,
            pid: 0x2303,
            manufacturer: "Prolific Technology Inc.",
            product: "USB-Serial Controller",
            serial: None,
            function: UsbFunction::Pl2303,
        })
    }

    fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }
}

const KNOBS: [Knob; 12] = [
    Knob { name: "unit", help: "what it displays: mg/dL (the default), mmol/L or any number" },
    Knob { name: "hi", help: "the result at this place reads HI; 0 is the newest" },
    Knob { name: "lo", help: "the result at this place reads LO" },
    Knob { name: "ignore-first", help: "how many frames it misses at the beginning" },
    Knob { name: "count-offset", help: "it says it holds this many results more than it does" },
    Knob { name: "refuse-version", help: "it does not tell its version" },
    Knob { name: "silent-at", help: "it falls silent when asked for this result" },
    Knob { name: "damage-record", help: "the frame with this result is damaged, once" },
    Knob { name: "damage-always", help: "that frame is damaged every time" },
    Knob {
        name: "new-result-at-reset",
        help: "a result is added when the link is reset the Nth time",
    },
    Knob { name: "repeat-answers", help: "an answer that was not acknowledged is sent again" },
    Knob { name: "echo", help: "the cable sends back what the computer sends" },
];

const REFUSAL: &[u8] = &[0x05, 0x07];

fn ok(content: &[u8]) -> Vec<u8> {
    [&[0x05, 0x06], content].concat()
}

fn seconds(time: &DeviceTime) -> u32 {
    u32::try_from(to_seconds(time)).unwrap_or_default()
}

fn value_error(name: &str, value: &str, wanted: &'static str) -> KnobError {
    KnobError::Value { name: name.to_owned(), value: value.to_owned(), wanted }
}
