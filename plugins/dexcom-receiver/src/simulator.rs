//! A simulated Dexcom receiver, written from the protocol's description (`README.md`, sources 1
//! and 2) and on purpose not from the driver: it shares nothing with it but the checksum.
//!
//! It keeps what happened at which system second, and how the screen's clock was set over time;
//! records are laid out when a page is asked for, so every knob can be turned at any time. Erasing,
//! setting, resetting and shutting down are violations, and are not done.

mod faults;
mod fill;
mod knobs;
mod layout;
mod line;
mod memory;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Knob, KnobError, Reply, Simulator, UsbFunction, UsbShape};

use faults::Faults;
use line::Line;

pub use layout::Revision;
pub use memory::{Memory, Stored, What};

/// The receiver.
pub struct Meter {
    /// What it remembers.
    pub memory: Memory,
    /// System seconds now.
    pub system: u32,
    /// Which layouts it uses.
    pub revision: Revision,
    line: Line,
    faults: Faults,
    unit: u8,
    software: String,
    violation: Option<String>,
}

impl Meter {
    /// A receiver with an empty memory, whose screen shows `now`, five hours behind its system
    /// clock.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        let shown = meterport_sdk::time::to_seconds(&now) - SECONDS_TO_2009;
        Self {
            memory: Memory::new(OFFSET),
            system: u32::try_from(shown - i64::from(OFFSET)).unwrap_or_default(),
            revision: Revision::Four,
            line: Line::default(),
            faults: Faults::default(),
            unit: 1,
            software: "SW10617".to_owned(),
            violation: None,
        }
    }

    /// Reply code and payload for one command.
    fn answer(&mut self, command: u8, payload: &[u8]) -> (u8, Vec<u8>) {
        match (command, payload) {
            (10, []) => (ACK, Vec::new()),
            (11, []) => (ACK, self.header()),
            (15, []) => (ACK, b"<PartitionInfo SchemaVersion='1' PageDataLength='500'/>".to_vec()),
            (16, [kind]) => (ACK, self.range(*kind)),
            (17, [kind, a, b, c, d, 1]) => self.page(*kind, u32::from_le_bytes([*a, *b, *c, *d])),
            (17, _) => (INVALID_PARAMETER, Vec::new()),
            (29, []) => (ACK, self.memory.offset_at(self.system).to_le_bytes().to_vec()),
            (33, []) => (ACK, vec![87, 0, 0, 0]),
            (34, []) if self.faults.lost_clock => (ACK, vec![0xFF; 4]),
            (34, []) => (ACK, self.system.to_le_bytes().to_vec()),
            (37, []) if self.faults.no_unit => (INVALID_COMMAND, Vec::new()),
            (37, []) => (ACK, vec![self.unit]),
            (30, _) => self.forbidden("set the display offset"),
            (32, _) => self.forbidden("reset"),
            (36, _) => self.forbidden("set the clock"),
            (45, _) => self.forbidden("erase"),
            (46, _) => self.forbidden("shut down"),
            _ => (INVALID_COMMAND, Vec::new()),
        }
    }

    fn header(&self) -> Vec<u8> {
        let (name, id) = match self.revision {
            Revision::Two => ("Dexcom G4 Receiver", "G4Receiver"),
            Revision::Four => ("Dexcom G5 Receiver", "G5Receiver"),
            Revision::Five => ("Dexcom G6 Touchscreen Receiver", "OrionReceiver"),
        };
        format!(
            "<FirmwareHeader SchemaVersion='1' ApiVersion='2.2.0.0' ProductId='{id}' \
             ProductName='{name}' SoftwareNumber='{}' FirmwareVersion='5.0.1.043'/>",
            self.software
        )
        .into_bytes()
    }

    fn range(&self, kind: u8) -> Vec<u8> {
        let (first, last) = match kind {
            0 => (0, 0),
            kind => self.memory.range(kind, self.revision).unwrap_or((u32::MAX, u32::MAX)),
        };
        [first.to_le_bytes(), last.to_le_bytes()].concat()
    }

    fn page(&mut self, kind: u8, number: u32) -> (u8, Vec<u8>) {
        if let Some(code) = self.faults.reply_code() {
            return (code, Vec::new());
        }
        let page = match (kind, number) {
            (0, 0) => Some(layout::manufacturing(&self.faults.manufacturing())),
            (kind, number) => self.memory.page(kind, number, self.revision),
        };
        match page {
            Some(mut page) => {
                self.faults.spoil(kind, number, &mut page);
                (ACK, page)
            }
            None => (INVALID_PARAMETER, Vec::new()),
        }
    }

    fn forbidden(&mut self, what: &str) -> (u8, Vec<u8>) {
        self.violation.get_or_insert_with(|| what.to_owned());
        (INVALID_MODE, Vec::new())
    }

    /// What happens by itself between two requests.
    fn live(&mut self) {
        if self.faults.grows_now() {
            self.system += 300;
            let value = What::Glucose { stored: 111, trend: 0x14, measured: self.system - 2 };
            self.memory.add(Stored { system: self.system, what: value });
        }
        if self.faults.forgets_now() {
            self.memory.forget_page(4, self.revision);
        }
    }
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        self.line.push(bytes);
        let mut replies = Vec::new();
        while let Some((command, payload)) = self.line.take() {
            if self.faults.ignores() {
                continue;
            }
            self.live();
            let (code, payload) = self.answer(command, &payload);
            let packet = line::packet(code, &payload);
            replies.extend(self.faults.pieces(&packet));
        }
        replies
    }

    fn usb(&self) -> Option<UsbShape> {
        Some(UsbShape {
            vid: 0x22A3,
            pid: 0x0047,
            manufacturer: "Dexcom, Inc.",
            product: "Dexcom Receiver",
            serial: None,
            function: UsbFunction::Cdc,
        })
    }

    fn knobs(&self) -> Vec<Knob> {
        knobs::KNOBS.to_vec()
    }

    fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        knobs::turn(self, name, value)
    }

    fn fill(&mut self, records: u32) {
        fill::fill(self, records);
    }

    fn line(&self) -> &'static str {
        "115200 8N1"
    }

    fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }
}

const ACK: u8 = 1;
const INVALID_COMMAND: u8 = 3;
const INVALID_PARAMETER: u8 = 4;
const INVALID_MODE: u8 = 7;
const OFFSET: i32 = -18_000;
const SECONDS_TO_2009: i64 = 1_230_768_000;
