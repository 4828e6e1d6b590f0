//! A simulated Contour, written from the protocol's description (`README.md`, sources 1 to 5) and on
//! purpose not from the driver: it shares nothing with it.
//!
//! With a model of the HID kind it takes and gives reports, with one of the serial kind bytes. It
//! knows the command mode, in which its clock could be set: whatever sets anything is a violation,
//! and is not done.

mod faults;
mod knobs;
mod line;
mod memory;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Knob, KnobError, Reply, Simulator, UsbFunction, UsbShape, plausible};

use faults::Faults;
use line::{Line, State, frame};

pub use memory::{Model, Sample, Stored, Unit};

/// The meter.
pub struct Meter {
    clock: DeviceTime,
    memory: Vec<Stored>,
    model: Model,
    settings: memory::Settings,
    line: Line,
    /// The records of the transfer that is going on, the header first.
    transfer: Vec<String>,
    faults: Faults,
    violation: Option<String>,
}

/// Most results the memory holds: that of the largest model.
pub const CAPACITY: usize = 2000;

impl Meter {
    /// A Contour Next One with an empty memory.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        Self::with_memory(now, Vec::new())
    }

    /// A Contour Next One with this memory, the newest result first.
    #[must_use]
    pub fn with_memory(now: DeviceTime, mut memory: Vec<Stored>) -> Self {
        memory.truncate(CAPACITY);
        Self {
            clock: now,
            memory,
            model: Model::NEXT_ONE,
            settings: memory::Settings::default(),
            line: Line::default(),
            transfer: Vec::new(),
            faults: Faults::default(),
            violation: None,
        }
    }

    /// What it sends on one byte, in messages that are cut into reports by themselves.
    fn react(&mut self, byte: u8) -> Vec<Vec<u8>> {
        if self.faults.is_silent() {
            return Vec::new();
        }
        match (byte, self.line.state) {
            (0x06, State::Idle) => self.greet(false),
            (0x06, State::Offered) => self.begin(),
            (0x06, State::Sending(at)) => self.send(at + 1),
            (0x06, State::Command) => Vec::new(),
            (0x15, State::Sending(at)) => self.send(at),
            // Towards the command mode.
            (0x15, _) => {
                self.line.state = State::Command;
                vec![vec![0x04]]
            }
            (0x05, State::Command) => vec![vec![0x06]],
            (0x04, _) => self.greet(true),
            (b'W', _) => {
                self.violation.get_or_insert_with(|| "set the clock".to_owned());
                vec![vec![0x15]]
            }
            (_, State::Command) => vec![vec![0x06]],
            _ => Vec::new(),
        }
    }

    /// Offers its data, in one of the ways that are known.
    fn greet(&mut self, interrupted: bool) -> Vec<Vec<u8>> {
        self.transfer = memory::texts(self.model, &self.settings, &self.clock, &self.memory);
        self.line.state = State::Offered;
        self.line.header_is_out = false;
        match self.faults.greeting {
            faults::Greeting::Header if !interrupted => self.begin(),
            faults::Greeting::Offer | faults::Greeting::Header => vec![vec![0x05]],
            faults::Greeting::All | faults::Greeting::AllOnce => {
                self.line.header_is_out = self.faults.greeting == faults::Greeting::AllOnce;
                let header = self.transfer.first().map(|text| frame(1, text, false));
                vec![[&[0x04], header.unwrap_or_default().as_slice(), &[0x05]].concat()]
            }
        }
    }

    fn begin(&mut self) -> Vec<Vec<u8>> {
        self.faults.transfers += 1;
        self.send(usize::from(self.line.header_is_out))
    }

    /// The frame at this place of the transfer, or the end.
    fn send(&mut self, at: usize) -> Vec<Vec<u8>> {
        self.line.state = State::Sending(at);
        let Some(text) = self.transfer.get(at).filter(|_| !self.faults.is_cut(at)) else {
            self.line.state = State::Idle;
            return vec![vec![0x04]];
        };
        let number = u8::try_from((at + 1) % 8).unwrap_or_default();
        let whole = frame(number, text, at + 1 == self.transfer.len());
        self.faults.spoil(at, number, whole)
    }

    fn take(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        bytes.iter().flat_map(|byte| self.react(*byte)).collect()
    }
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        if !self.model.is_hid {
            let echo = self.faults.echo.then(|| bytes.to_vec());
            let messages = self.take(bytes);
            return echo.into_iter().chain(messages).map(Reply::now).collect();
        }
        // Id, three bytes that may be `ABC` or zero, how many follow.
        let [0, _, _, _, length, payload @ ..] = bytes else { return Vec::new() };
        let payload = payload.get(..usize::from(*length)).unwrap_or_default().to_vec();
        let messages = self.take(&payload);
        let stale = self.faults.take_stale_frame();
        let reports = |message: Vec<u8>| self.line.reports(&message, &self.faults);
        stale.into_iter().chain(messages).flat_map(reports).map(Reply::now).collect()
    }

    fn usb(&self) -> Option<UsbShape> {
        let function = if self.model.is_hid {
            UsbFunction::Hid { descriptor: DESCRIPTOR.to_vec(), report_bytes: 64 }
        } else {
            UsbFunction::Ftdi
        };
        let (vid, pid) =
            if self.model.is_hid { (0x1A79, self.model.pid) } else { (0x0403, 0x6001) };
        Some(UsbShape {
            vid,
            pid,
            manufacturer: if self.model.is_hid { "Ascensia" } else { "FTDI" },
            product: if self.model.is_hid { self.model.name } else { "FT232R USB UART" },
            serial: None,
            function,
        })
    }

    fn knobs(&self) -> Vec<Knob> {
        knobs::KNOBS.to_vec()
    }

    fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        knobs::turn(self, name, value)
    }

    fn fill(&mut self, records: u32) {
        self.memory = plausible::results(records, &self.clock)
            .into_iter()
            .take(CAPACITY)
            .map(|result| Stored {
                at: result.at,
                mg_per_dl: result.mg_per_dl,
                side: None,
                sample: Sample::Blood,
                marks: ["B", "A", ""]
                    .get(usize::from(result.meal))
                    .copied()
                    .unwrap_or_default()
                    .to_owned(),
            })
            .collect();
    }

    fn line(&self) -> &'static str {
        if self.model.is_hid { "" } else { "9600 8N1" }
    }

    fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }
}

/// One input and one output report of 64 bytes without numbers, for the vendor's own use.
const DESCRIPTOR: [u8; 27] = [
    0x06, 0x00, 0xFF, // usage page: vendor
    0x09, 0x01, // usage 1
    0xA1, 0x01, // collection: application
    0x15, 0x00, // logical minimum 0
    0x26, 0xFF, 0x00, // logical maximum 255
    0x75, 0x08, // 8 bits
    0x95, 0x40, // 64 times
    0x09, 0x01, // usage 1
    0x81, 0x02, // input
    0x95, 0x40, // 64 times
    0x09, 0x01, // usage 1
    0x91, 0x02, // output
    0xC0, // end
];
