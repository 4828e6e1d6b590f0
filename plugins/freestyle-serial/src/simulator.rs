//! Simulated meters of the FreeStyle Lite and Precision groups, written from the protocol's
//! description alone: no code is shared with the driver's own reading of it, except the checksum.
//!
//! Commands that set the clock (`$tim`) or switch the meter off (`$coly`) are violations.
//!
//! Spec: `README.md`, "Sources".

mod answer;
mod knobs;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Knob, KnobError, Reply, Simulator, UsbFunction, UsbShape, plausible};

use knobs::Knobs;

/// Which meter it is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Family {
    /// Answers `$mem`.
    #[default]
    Lite,
    /// Answers `$colq` and `$xmem`.
    Precision,
}

/// The three characters a record begins with.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Shown {
    /// 0 to 999: mg/dL, or eighteenths of a mmol/L.
    Number(u16),
    /// `HI`.
    High,
    /// `LO`.
    Low,
}

/// One result in the memory.
#[derive(Clone, PartialEq)]
pub struct Stored {
    /// On the meter's clock; records keep no seconds.
    pub at: DeviceTime,
    /// The result.
    pub shown: Shown,
    /// Ketone; a meter of the Lite group has none.
    pub ketone: bool,
    /// The last byte of the record.
    pub flags: u8,
}

impl Stored {
    /// A plain glucose result.
    #[must_use]
    pub fn glucose(at: DeviceTime, mg_per_dl: u16) -> Self {
        Self { at, shown: Shown::Number(mg_per_dl), ketone: false, flags: 0 }
    }

    /// A plain ketone result.
    #[must_use]
    pub fn ketone(at: DeviceTime, eighteenths: u16) -> Self {
        Self { at, shown: Shown::Number(eighteenths), ketone: true, flags: 0 }
    }
}

/// The meter.
pub struct Meter {
    now: DeviceTime,
    memory: Vec<Stored>,
    /// How many plausible results the memory was filled with, if it was.
    filled: Option<u32>,
    knobs: Knobs,
    heard: Vec<u8>,
    violation: Option<&'static str>,
    /// Commands and dumps so far.
    commands: u32,
    dumps: u32,
}

impl Meter {
    /// A meter of the Lite group with an empty memory whose clock shows `now`.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        Self::with_memory(now, Vec::new())
    }

    /// A meter of the Lite group with this memory, the newest result first.
    #[must_use]
    pub fn with_memory(now: DeviceTime, memory: Vec<Stored>) -> Self {
        Self {
            now,
            memory,
            filled: None,
            knobs: Knobs::default(),
            heard: Vec::new(),
            violation: None,
            commands: 0,
            dumps: 0,
        }
    }

    /// A meter of the Precision group with this memory, the newest result first.
    #[must_use]
    pub fn precision(now: DeviceTime, memory: Vec<Stored>) -> Self {
        let mut meter = Self::with_memory(now, memory);
        meter.knobs.family = Family::Precision;
        meter
    }

    fn obey(&mut self, command: &[u8]) -> Vec<Reply> {
        if command.is_empty() {
            return Vec::new();
        }
        self.commands += 1;
        if self.commands <= self.knobs.ignore_first {
            return Vec::new();
        }
        let echo = [command, b"\r\n"].concat();
        if self.commands <= self.knobs.echo_first {
            return vec![Reply::now(echo)];
        }
        if command.starts_with(b"$tim") {
            self.violation = Some("$tim: sets the clock");
            return Vec::new();
        }
        if command == b"$coly" {
            self.violation = Some("$coly: switches the meter off");
            return Vec::new();
        }
        let lite = self.knobs.family == Family::Lite;
        let mut replies = match command {
            _ if self.knobs.fail => vec![b"CMD Fail!\r\n".to_vec()],
            b"$mem" | b"mem" if lite => self.dump(),
            b"$xmem" if !lite => self.dump(),
            b"$colq" if !lite && self.knobs.colq => {
                vec![answer::colq(&self.now, self.knobs.mmol)]
            }
            _ if self.knobs.reject_unknown || !is_known(command) => vec![b"CMD Fail!\r\n".to_vec()],
            _ => return Vec::new(),
        };
        if self.knobs.echo {
            replies.insert(0, echo);
        }
        let mut pause_ms = self.knobs.answer_ms;
        replies
            .into_iter()
            .map(|bytes| Reply {
                pause_ms: std::mem::replace(&mut pause_ms, self.knobs.gap_ms),
                bytes,
            })
            .collect()
    }

    fn dump(&mut self) -> Vec<Vec<u8>> {
        self.dumps += 1;
        if self.dumps <= self.knobs.log_not_found {
            return vec![b"\r\nLog Not Found\r\n".to_vec()];
        }
        let memory = self.memory.iter().enumerate().map(|(index, stored)| {
            let mut stored = stored.clone();
            let line = Some(index + 1);
            if line == self.knobs.hi || line == self.knobs.ketone_hi {
                stored.shown = Shown::High;
            }
            stored.ketone |= line == self.knobs.ketone_hi;
            if line == self.knobs.lo {
                stored.shown = Shown::Low;
            }
            stored.flags |= u8::from(line == self.knobs.control);
            stored.flags |= if line == self.knobs.lost_time { 2 } else { 0 };
            stored
        });
        let memory: Vec<Stored> = memory.collect();
        let wrong_sum = self.knobs.wrong_sum_always || self.dumps <= self.knobs.wrong_sum;
        let mut lines = answer::dump(&self.knobs, &self.now, &memory, wrong_sum);
        if let Some(last) = self.knobs.silent_after_line {
            lines.truncate(last);
        }
        lines
    }
}

/// A command of either group; anything else is rejected by both.
fn is_known(command: &[u8]) -> bool {
    [&b"$mem"[..], b"mem", b"$xmem", b"$colq", b"$temp", b"$cksm"].contains(&command)
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let mut replies = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => {
                    let command = std::mem::take(&mut self.heard);
                    replies.extend(self.obey(&command));
                }
                byte if self.heard.len() < 64 => self.heard.push(*byte),
                _ => {}
            }
        }
        replies
    }

    fn knobs(&self) -> Vec<Knob> {
        knobs::ALL.to_vec()
    }

    fn turn(&mut self, knob: &str, value: &str) -> Result<(), KnobError> {
        self.knobs.turn(knob, value)?;
        // The other group's memory holds other things.
        match self.filled {
            Some(records) if knob == "group" => self.fill(records),
            _ => {}
        }
        Ok(())
    }

    fn fill(&mut self, records: u32) {
        let precision = self.knobs.family == Family::Precision;
        self.filled = Some(records);
        self.memory = plausible::results(records, &self.now)
            .into_iter()
            .enumerate()
            .map(|(index, result)| match precision && index % 7 == 3 {
                true => Stored::ketone(result.at, result.mg_per_dl / 8),
                false => Stored::glucose(result.at, result.mg_per_dl),
            })
            .collect();
    }

    fn line(&self) -> &'static str {
        "19200 8N1"
    }

    /// On an FTDI cable.
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
