//! Simulated FreeStyle meters, written from the protocol's description (`README.md`, sources 1 to
//! 4) and on purpose not from the driver: they share nothing with it but the 32-bit sum.
//!
//! The memory is kept as the lines of text that the meter sends, so that a test can say them as the
//! description does. Setting, resetting and restarting are violations, and are not done.

mod memory;
mod wire;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Knob, KnobError, Reply, Simulator, UsbFunction, UsbShape, flag, number};

use memory::Memory;
pub use memory::Place;
use wire::Wire;

/// Which meter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Precision Neo, Optium Neo.
    PrecisionNeo,
    /// Libre.
    Libre,
    /// InsuLinx.
    InsuLinx,
    /// Libre Pro: has no lists in text.
    LibrePro,
    /// Libre 2: answers nothing before a handshake.
    Libre2,
}

/// The meter.
pub struct Meter {
    kind: Kind,
    clock: DeviceTime,
    memory: Memory,
    /// What it was filled with, for a change of the kind.
    filled: u32,
    wire: Wire,
    faults: Faults,
    received: u32,
    violation: Option<String>,
}

/// What the knobs are set to.
#[derive(Default)]
struct Faults {
    lost_clock: bool,
    display_unit: Option<String>,
    refuse: Option<String>,
    unknown: Option<String>,
    silent_at: Option<String>,
    not_begun: u32,
    wrong_sum: u32,
    wrong_inner_sum: u32,
    count_offset: i32,
    before_midnight: u32,
}

impl Meter {
    /// A Precision Neo with an empty memory.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        Self::of_kind(Kind::PrecisionNeo, now)
    }

    /// A meter with an empty memory.
    #[must_use]
    pub fn of_kind(kind: Kind, now: DeviceTime) -> Self {
        Self {
            kind,
            clock: now,
            memory: Memory::default(),
            filled: 0,
            wire: Wire::default(),
            faults: Faults::default(),
            received: 0,
            violation: None,
        }
    }

    /// With this record at the end of a list, in the words of the description.
    #[must_use]
    pub fn with(mut self, place: Place, line: impl Into<Vec<u8>>) -> Self {
        self.memory.push(place, line.into());
        self
    }

    /// How many reports came from the computer.
    #[must_use]
    pub fn received(&self) -> u32 {
        self.received
    }

    /// The reply to one command in text; `None` where the meter stays silent.
    fn text(&mut self, command: &str) -> Option<Vec<Reply>> {
        let is = |named: &Option<String>| named.as_deref() == Some(command);
        if is(&self.faults.silent_at) {
            return None;
        }
        if is(&self.faults.unknown) {
            return Some(self.wire.report(0x30, &[0x85]));
        }
        let libre = matches!(self.kind, Kind::Libre | Kind::LibrePro);
        let message = match command {
            _ if is(&self.faults.refuse) => None,
            "$serlnum?" if !libre => Some(b"LAGV123-K4567\r\n".to_vec()),
            "$sn?" if libre => Some(b"JCMV234-T5678\r\n".to_vec()),
            "$swver?" => Some(b"2.1.2\r\n".to_vec()),
            "$date?" => Some(self.date()),
            "$time?" if self.faults.lost_clock => Some(b"255,255\r\n".to_vec()),
            "$time?" => Some(format!("{},{}\r\n", self.clock.hour, self.clock.minute).into()),
            "$gunits?" if self.kind == Kind::PrecisionNeo => Some(self.unit()),
            "$uom?" if libre => Some(self.unit()),
            "$result?" if matches!(self.kind, Kind::PrecisionNeo | Kind::InsuLinx) => {
                Some(self.list(Place::Results))
            }
            "$history?" if self.kind == Kind::Libre => Some(self.list(Place::History)),
            "$arresult?" if self.kind == Kind::Libre => Some(self.list(Place::Results)),
            _ => {
                self.watch(command);
                None
            }
        };
        let is_list = matches!(command, "$result?" | "$history?" | "$arresult?");
        let wrong_sum = is_list && wire::use_up(&mut self.faults.wrong_sum);
        Some(match message {
            Some(message) => self.wire.done(&message, wrong_sum),
            None => self.wire.refused(),
        })
    }

    fn date(&mut self) -> Vec<u8> {
        if self.faults.lost_clock {
            return b"255,255,255\r\n".to_vec();
        }
        let mut day = meterport_sdk::time::to_seconds(&self.clock);
        if wire::use_up(&mut self.faults.before_midnight) {
            day -= 86_400;
        }
        let shown = meterport_sdk::time::from_seconds(day).unwrap_or(self.clock);
        format!("{},{},{}\r\n", shown.month, shown.day, shown.year % 100).into()
    }

    fn unit(&self) -> Vec<u8> {
        let unit = self.faults.display_unit.as_deref().unwrap_or("1");
        format!("{unit}\r\n").into()
    }

    fn list(&mut self, place: Place) -> Vec<u8> {
        let wrong_sum = wire::use_up(&mut self.faults.wrong_inner_sum);
        wire::list(self.memory.lines(place), self.faults.count_offset, wrong_sum)
    }

    /// Whatever sets, resets or restarts.
    fn watch(&mut self, command: &str) {
        let sets = command.contains(',') && command.starts_with('$');
        if sets || command.starts_with("$reset") || command.starts_with("$swreset") {
            let name = command.split(',').next().unwrap_or(command).to_owned();
            self.violation.get_or_insert(name);
        }
    }

    /// The binary database is not simulated; setting the clock through it is a violation.
    fn watch_binary(&mut self, data: &[u8]) {
        let op = data.get(6..).and_then(|frame| frame.iter().find(|byte| **byte < 0x80));
        if op == Some(&0x42) {
            self.violation.get_or_insert_with(|| "set the clock".to_owned());
        }
    }

    fn begin(&mut self) -> Vec<Reply> {
        let begun = u8::from(!wire::use_up(&mut self.faults.not_begun));
        self.wire.report(0x71, &[begun])
    }
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        self.received += 1;
        let &[0, kind, length, ref rest @ ..] = bytes else { return Vec::new() };
        let data = rest.get(..usize::from(length)).unwrap_or_default().to_vec();
        if self.kind == Kind::Libre2 {
            // The first step of its handshake: a nonce and what follows it.
            let handshake = kind == 0x14 && data == [0x11];
            return if handshake { self.wire.report(0x33, &[0x16; 16]) } else { Vec::new() };
        }
        match kind {
            0x01 => self.begin(),
            0x21 | 0x60 => {
                let command = String::from_utf8_lossy(&data).into_owned();
                self.text(&command).unwrap_or_default()
            }
            0x0A => {
                self.watch_binary(&data);
                Vec::new()
            }
            _ => self.wire.report(0x30, &[0x85]),
        }
    }

    fn usb(&self) -> Option<UsbShape> {
        let (pid, product) = match self.kind {
            Kind::PrecisionNeo => (0x3850, "FreeStyle Precision Neo"),
            Kind::Libre => (0x3650, "FreeStyle Libre"),
            Kind::InsuLinx => (0x3460, "FreeStyle InsuLinx"),
            Kind::LibrePro => (0x3670, "FreeStyle Libre Pro"),
            Kind::Libre2 => (0x3950, "FreeStyle Libre 2"),
        };
        Some(UsbShape {
            vid: 0x1A61,
            pid,
            manufacturer: "Abbott",
            product,
            serial: None,
            function: UsbFunction::Hid { descriptor: DESCRIPTOR.to_vec(), report_bytes: 64 },
        })
    }

    fn knobs(&self) -> Vec<Knob> {
        KNOBS.to_vec()
    }

    fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        let command = || Some(value.to_owned());
        match name {
            "model" => {
                self.kind = kind(value)?;
                if self.filled > 0 {
                    self.fill(self.filled);
                }
            }
            "lost-clock" => self.faults.lost_clock = flag(name, value)?,
            "unit" => self.faults.display_unit = command(),
            "refuse" => self.faults.refuse = command(),
            "unknown-request" => self.faults.unknown = command(),
            "silent-at" => self.faults.silent_at = command(),
            "not-begun" => self.faults.not_begun = number(name, value)?,
            "wrong-sum" => self.faults.wrong_sum = number(name, value)?,
            "wrong-inner-sum" => self.faults.wrong_inner_sum = number(name, value)?,
            "count-offset" => self.faults.count_offset = number(name, value)?,
            "midnight" => self.faults.before_midnight = number(name, value)?,
            "hi" | "lo" | "control" | "error" => {
                let place: usize = number(name, value)?;
                if !self.memory.alter(self.kind, name, place) {
                    let wanted = "no record of this meter has this place";
                    let (name, value) = (name.to_owned(), value.to_owned());
                    return Err(KnobError::Value { name, value, wanted });
                }
            }
            "scan-fields" => self.memory.cut_scans(number(name, value)?),
            _ => return self.wire.turn(name, value),
        }
        Ok(())
    }

    fn fill(&mut self, records: u32) {
        self.filled = records;
        self.memory.fill(self.kind, records, &self.clock);
    }

    fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }
}

fn kind(value: &str) -> Result<Kind, KnobError> {
    Ok(match value {
        "neo" => Kind::PrecisionNeo,
        "libre" => Kind::Libre,
        "insulinx" => Kind::InsuLinx,
        "libre-pro" => Kind::LibrePro,
        "libre-2" => Kind::Libre2,
        _ => {
            return Err(KnobError::Value {
                name: "model".to_owned(),
                value: value.to_owned(),
                wanted: "it is neo, libre, insulinx, libre-pro or libre-2",
            });
        }
    })
}

const KNOBS: [Knob; 19] = [
    Knob { name: "model", help: "neo (the default), libre, insulinx, libre-pro or libre-2" },
    Knob { name: "lost-clock", help: "date and time read 255 in every field" },
    Knob { name: "unit", help: "what it says about the displayed unit; 1 is mg/dL" },
    Knob { name: "hi", help: "the result at this place reads HI; 0 is the newest" },
    Knob { name: "lo", help: "the result at this place reads LO" },
    Knob { name: "control", help: "the result at this place is control solution (neo)" },
    Knob { name: "error", help: "the sensor value at this place has error bits (libre)" },
    Knob { name: "scan-fields", help: "scans have this many fields, 29 to 44 (libre)" },
    Knob { name: "refuse", help: "it fails this command, such as $swver?" },
    Knob { name: "unknown-request", help: "it does not know the report with this command" },
    Knob { name: "silent-at", help: "it says nothing to this command" },
    Knob { name: "not-begun", help: "how often it does not begin the conversation" },
    Knob { name: "wrong-sum", help: "how many lists have a wrong checksum" },
    Knob { name: "wrong-inner-sum", help: "how many lists have a wrong sum over the records" },
    Knob { name: "count-offset", help: "it says it holds this many records more than it does" },
    Knob { name: "midnight", help: "how often it shows the day before" },
    Knob { name: "keep-alive", help: "keep-alive reports between the parts of a reply" },
    Knob { name: "stale-padding", help: "reports are padded with what was sent before" },
    Knob { name: "slow", help: "milliseconds before each report" },
];

/// One report of 64 bytes each way, without an id, on a page of the vendor's own.
const DESCRIPTOR: [u8; 25] = [
    0x06, 0x00, 0xFF, // usage page: vendor
    0x09, 0x01, // usage 1
    0xA1, 0x01, // collection: application
    0x15, 0x00, // least value 0
    0x26, 0xFF, 0x00, // most 255
    0x75, 0x08, // 8 bits
    0x95, 0x40, // 64 times
    0x09, 0x01, // usage 1
    0x81, 0x02, // input
    0x09, 0x01, // usage 1
    0x91, 0x02, // output
    0xC0, // end of the collection
];
