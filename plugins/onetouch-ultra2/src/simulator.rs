//! A simulated OneTouch Ultra 2, written from the protocol's description alone: it shares no code
//! with the driver's own reading of it, except the checksum.
//!
//! Commands that erase (`DMZ`) or set the clock (`DMT…`) are violations and change nothing.
//!
//! Spec: `README.md`, "Sources".

mod answer;
mod knobs;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Knob, KnobError, Reply, Simulator, UsbFunction, UsbShape, plausible};

use knobs::Knobs;

/// One result in the memory.
#[derive(Clone, PartialEq)]
pub struct Stored {
    /// On the meter's clock.
    pub at: DeviceTime,
    /// 0 to 999; under 20 is LO, over 600 is HI.
    pub mg_per_dl: u16,
    /// Measured with control solution.
    pub control: bool,
    /// The stored value failed its parity check.
    pub suspect: bool,
    /// `N`, `B` or `A`.
    pub meal: char,
    /// 0 to 99; 0 to 11 are described.
    pub comment: u8,
}

impl Stored {
    /// A plain result: blood, no meal, no comment.
    #[must_use]
    pub fn plain(at: DeviceTime, mg_per_dl: u16) -> Self {
        Self { at, mg_per_dl, control: false, suspect: false, meal: 'N', comment: 0 }
    }
}

/// The meter.
pub struct Meter {
    now: DeviceTime,
    memory: Vec<Stored>,
    knobs: Knobs,
    heard: Heard,
    violation: Option<&'static str>,
    /// Clock questions so far, dumps so far, answers so far.
    clock_questions: u32,
    dumps: u32,
    answers: u32,
}

/// Where in a command the meter is.
enum Heard {
    Nothing,
    Dc1,
    Command(Vec<u8>),
}

impl Meter {
    /// A meter with an empty memory whose clock shows `now`.
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
            heard: Heard::Nothing,
            violation: None,
            clock_questions: 0,
            dumps: 0,
            answers: 0,
        }
    }

    /// One byte from the host. A command is obeyed as soon as it cannot be another one.
    fn hear(&mut self, byte: u8) -> Vec<Reply> {
        let heard = std::mem::replace(&mut self.heard, Heard::Nothing);
        self.heard = match (heard, byte) {
            (_, 0x11) => Heard::Dc1,
            (Heard::Dc1, b'\r') => Heard::Command(Vec::new()),
            (Heard::Command(mut command), byte) if command.len() < 8 => {
                command.push(byte);
                if let Some(replies) = self.obey(&command) {
                    return replies;
                }
                Heard::Command(command)
            }
            _ => Heard::Nothing,
        };
        Vec::new()
    }

    fn obey(&mut self, command: &[u8]) -> Option<Vec<Reply>> {
        let text = match command {
            b"DM?" => answer::firmware(),
            b"DM@" => answer::serial(),
            b"DMF" => {
                self.clock_questions += 1;
                if self.clock_questions <= self.knobs.ignore_first {
                    return Some(Vec::new());
                }
                answer::clock(&self.now)
            }
            b"DMSU?" => answer::unit(self.knobs.mmol),
            b"DMST?" => "ST?,\"24:00\"".to_owned(),
            b"DMP" => return Some(self.dump()),
            b"DMZ" => {
                self.violation = Some("DMZ: erases the memory");
                return Some(Vec::new());
            }
            b"DMT" => {
                self.violation = Some("DMT: sets the clock");
                return Some(Vec::new());
            }
            _ => return None,
        };
        Some(self.say(vec![answer::line(&text)]))
    }

    fn dump(&mut self) -> Vec<Reply> {
        self.dumps += 1;
        let mut texts =
            vec![answer::header(self.knobs.count.unwrap_or(self.memory.len()), self.knobs.mmol)];
        for (index, stored) in self.memory.iter().enumerate() {
            let line = index + 1;
            let stored = Stored {
                control: stored.control || self.knobs.control == Some(line),
                suspect: stored.suspect || self.knobs.suspect == Some(line),
                mg_per_dl: match line {
                    _ if self.knobs.hi == Some(line) => 601,
                    _ if self.knobs.lo == Some(line) => 19,
                    _ => stored.mg_per_dl,
                },
                ..stored.clone()
            };
            texts.push(answer::record(&stored));
        }
        let mut lines: Vec<Vec<u8>> = texts.iter().map(|text| answer::line(text)).collect();
        let damaged = match (self.knobs.bad_line_always, self.knobs.bad_line) {
            (Some(always), _) => Some(always),
            (None, once) => once.filter(|_| self.dumps == 1),
        };
        if let Some(line) = damaged.and_then(|line| lines.get_mut(line)) {
            answer::spoil_checksum(line);
        }
        if let Some(last) = self.knobs.silent_after_line {
            lines.truncate(last.saturating_add(1));
        }
        self.say(lines)
    }

    /// What is on the line for these lines, with the pauses and additions the knobs ask for.
    fn say(&mut self, lines: Vec<Vec<u8>>) -> Vec<Reply> {
        let mut replies = Vec::new();
        for (index, bytes) in lines.into_iter().enumerate() {
            let pause_ms = if index == 0 { self.knobs.answer_ms } else { self.knobs.gap_ms };
            replies.push(Reply { pause_ms, bytes });
        }
        if let (0, Some(first)) = (self.answers, replies.first_mut()) {
            let mut bytes = vec![0; self.knobs.nul];
            bytes.append(&mut first.bytes);
            first.bytes = bytes;
        }
        self.answers += 1;
        replies
    }
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let mut replies = Vec::new();
        if self.knobs.echo {
            replies.push(Reply::now(bytes));
        }
        if self.knobs.absent {
            self.answers += 1;
            // The cable alone: one NUL byte, then nothing.
            replies.extend((self.answers == 1).then(|| Reply::now([0])));
        } else {
            replies.extend(bytes.iter().flat_map(|byte| self.hear(*byte)));
        }
        replies
    }

    fn knobs(&self) -> Vec<Knob> {
        knobs::ALL.to_vec()
    }

    fn turn(&mut self, knob: &str, value: &str) -> Result<(), KnobError> {
        self.knobs.turn(knob, value)
    }

    fn fill(&mut self, records: u32) {
        let results = plausible::results(records, &self.now);
        self.memory = results
            .into_iter()
            .map(|result| Stored {
                meal: match result.meal {
                    0 => 'B',
                    1 => 'A',
                    _ => 'N',
                },
                ..Stored::plain(result.at, result.mg_per_dl)
            })
            .collect();
    }

    fn line(&self) -> &'static str {
        "9600 8N1"
    }

    /// On the maker's cable.
    fn usb(&self) -> Option<UsbShape> {
        Some(UsbShape {
            vid: 0x0403,
            pid: 0x6001,
            manufacturer: "FTDI",
            product: "FT232R USB UART",
            serial: None,
            function: UsbFunction::Ftdi,
        })
    }

    fn violation(&self) -> Option<&str> {
        self.violation
    }
}
