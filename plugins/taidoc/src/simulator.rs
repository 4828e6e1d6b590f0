//! A simulated TaiDoc meter, written from the protocol's description (`README.md`, sources 1 and 2)
//! and on purpose not from the driver: it shares nothing with it.
//!
//! It speaks bytes; the CP2110 around it is the carrier's. Setting the clock and clearing the memory
//! are violations, and are not done.

mod knobs;
mod memory;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Knob, KnobError, Reply, Simulator, UsbFunction, UsbShape, plausible};

use knobs::Faults;
pub use memory::{Stored, Type};

/// The meter.
pub struct Meter {
    clock: DeviceTime,
    memory: Vec<Stored>,
    model: [u8; 2],
    /// As its label has it; told in two halves, each backwards.
    serial: [u8; 8],
    faults: Faults,
    /// Bytes of a request that is not yet whole.
    got: Vec<u8>,
    violation: Option<String>,
}

/// Most results the memory holds.
pub const CAPACITY: usize = 1000;

impl Meter {
    /// A TD-4277 with an empty memory.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        Self::with_memory(now, Vec::new())
    }

    /// A TD-4277 with this memory, the newest result first.
    #[must_use]
    pub fn with_memory(now: DeviceTime, mut memory: Vec<Stored>) -> Self {
        memory.truncate(CAPACITY);
        Self {
            clock: now,
            memory,
            model: [0x77, 0x42],
            serial: [0x01, 0x02, 0x03, 0x04, 0x12, 0x34, 0x56, 0x78],
            faults: Faults::default(),
            got: Vec::new(),
            violation: None,
        }
    }

    /// The packets it sends on one request.
    fn react(&mut self, command: u8, [i0, i1, ..]: [u8; 4]) -> Vec<[u8; 8]> {
        if !self.faults.listens() {
            return Vec::new();
        }
        let index = u16::from_le_bytes([i0, i1]);
        if command == 0x25 && self.faults.adds_result_at(index) {
            self.memory.insert(0, Stored::glucose(self.clock, 100));
            self.memory.truncate(CAPACITY);
        }
        let answer = match command {
            0x22 => Some([0; 4]),
            0x23 if self.faults.lost_clock => Some([0; 4]),
            0x23 => Some(self.faults.with_junk(memory::time(&self.clock))),
            0x24 => Some([self.model[0], self.model[1], 0, 0]),
            0x27 => Some(self.half_of_serial(4)),
            0x28 => Some(self.half_of_serial(0)),
            0x2B => Some(self.count()),
            0x25 => self.stored(index).map(|stored| self.faults.with_junk(stored.time())),
            0x26 => self.stored(index).map(|stored| stored.value()),
            0x33 => self.forbidden("set the clock"),
            0x52 => self.forbidden("clear the memory"),
            _ => None,
        };
        // A place behind the last result is empty memory, or not answered at all.
        let behind = matches!(command, 0x25 | 0x26).then_some(self.faults.empty_place).flatten();
        let Some(data) = answer.or(behind.map(|byte| [byte; 4])) else { return Vec::new() };
        self.faults.spoil(command, index, packet(command, data))
    }

    fn stored(&self, index: u16) -> Option<Stored> {
        self.memory.get(usize::from(index)).cloned()
    }

    fn count(&self) -> [u8; 4] {
        let held = i32::try_from(self.memory.len()).unwrap_or(i32::MAX);
        let count = held.saturating_add(self.faults.count_offset);
        let [low, high] = u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
        let unknown = if self.memory.is_empty() { 0xFF } else { 0x00 };
        [low, high, unknown, unknown]
    }

    fn half_of_serial(&self, from: usize) -> [u8; 4] {
        let mut half = [0; 4];
        half.iter_mut().zip(self.serial.iter().skip(from).take(4).rev()).for_each(|(to, byte)| {
            *to = *byte;
        });
        half
    }

    fn forbidden(&mut self, what: &str) -> Option<[u8; 4]> {
        self.violation.get_or_insert_with(|| what.to_owned());
        None
    }

    /// The next whole request. What is none is thrown away.
    fn next_request(&mut self) -> Option<(u8, [u8; 4])> {
        loop {
            let start = self.got.iter().position(|byte| *byte == 0x51);
            self.got.drain(..start.unwrap_or(self.got.len()));
            let bytes = *self.got.first_chunk::<8>()?;
            let [_, command, d0, d1, d2, d3, way, sum] = bytes;
            if way == 0xA3 && sum == low_sum(&bytes) {
                self.got.drain(..8);
                return Some((command, [d0, d1, d2, d3]));
            }
            self.got.drain(..1);
        }
    }
}

impl Simulator for Meter {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let echo = self.faults.echo.then(|| Reply::now(bytes));
        self.got.extend_from_slice(bytes);
        let mut packets = Vec::new();
        while let Some((command, data)) = self.next_request() {
            packets.extend(self.react(command, data));
        }
        echo.into_iter().chain(self.faults.deliver(&packets)).collect()
    }

    /// Behind its own bridge, or on a serial cable with another one of the same maker.
    fn usb(&self) -> Option<UsbShape> {
        let (pid, product, function) = if self.faults.on_serial_line {
            (0xEA60, "CP2102 USB to UART Bridge Controller", UsbFunction::Cp210x)
        } else {
            (0xEA80, "CP2110 HID USB-to-UART Bridge", UsbFunction::Cp2110)
        };
        let manufacturer = "Silicon Laboratories";
        let serial = Some("00A1B2C3".to_owned());
        Some(UsbShape { vid: 0x10C4, pid, manufacturer, product, serial, function })
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
                mark: [0x40, 0x80, 0x00].get(usize::from(result.meal)).copied().unwrap_or_default(),
                ..Stored::glucose(result.at, result.mg_per_dl)
            })
            .collect();
    }

    fn line(&self) -> &'static str {
        "19200 8N1"
    }

    fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }
}

/// A packet of the meter.
fn packet(command: u8, [d0, d1, d2, d3]: [u8; 4]) -> [u8; 8] {
    let mut packet = [0x51, command, d0, d1, d2, d3, 0xA5, 0];
    packet[7] = low_sum(&packet);
    packet
}

/// Low 8 bits of the sum of the first seven bytes.
fn low_sum(packet: &[u8; 8]) -> u8 {
    let sum: u32 = packet.iter().take(7).map(|byte| u32::from(*byte)).sum();
    u8::try_from(sum & 0xFF).unwrap_or_default()
}
