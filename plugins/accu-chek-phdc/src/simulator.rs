//! A simulated Accu-Chek Guide, written from the protocol's description (`README.md`, sources 1 to
//! 3) and on purpose not from the driver: it shares no code with it.
//!
//! It keeps to the order of the conversation strictly: whatever does not come when it is due makes
//! it abort, and then it says nothing more until it is plugged in again. Setting or clearing
//! anything is a violation, and is not done.

mod agent;
mod bytes;
mod knobs;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Knob, KnobError, Reply, Simulator, UsbFunction, UsbShape, plausible};

use agent::State;
use knobs::Faults;

/// One result in the memory.
#[derive(Clone, Copy, PartialEq)]
pub struct Stored {
    /// On the meter's clock; absent where the clock was lost.
    pub at: Option<DeviceTime>,
    /// Glucose as it is written: `0068` is 104 mg/dL, `07FE` HI, `0802` LO.
    pub glucose: u16,
    /// 0 is an ordinary result.
    pub status: u16,
}

impl Stored {
    /// An ordinary result.
    #[must_use]
    pub fn plain(at: DeviceTime, glucose: u16) -> Self {
        Self { at: Some(at), glucose, status: 0 }
    }
}

/// The meter.
pub struct Meter {
    clock: DeviceTime,
    memory: Vec<Stored>,
    model: String,
    state: State,
    faults: Faults,
    /// Configurations and transfers of entries that were sent, triggers that were put off.
    configurations: u32,
    transfers: u32,
    put_off: u32,
    violation: Option<String>,
}

impl Meter {
    /// A meter with an empty memory.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        Self::with_memory(now, Vec::new())
    }

    /// A meter with this memory, in the order in which it is sent.
    #[must_use]
    pub fn with_memory(now: DeviceTime, memory: Vec<Stored>) -> Self {
        Self {
            clock: now,
            memory,
            model: "923 ".to_owned(),
            state: State::PluggedIn,
            faults: Faults::default(),
            configurations: 0,
            transfers: 0,
            put_off: 0,
            violation: None,
        }
    }

    /// One APDU as the transfers that the knobs make of it.
    fn transfers(&self, apdu: Vec<u8>) -> Vec<Reply> {
        let piece = match self.faults.split {
            0 => apdu.len(),
            split => split,
        };
        let before = (0..self.faults.empty_transfers).map(|_| Reply::now([]));
        // What fills its last packet is ended by an empty one.
        let behind = apdu.len().is_multiple_of(PACKET).then(|| Reply::now([]));
        let pieces = apdu.chunks(piece.max(1)).enumerate().map(|(place, bytes)| Reply {
            pause_ms: if place == 0 { 0 } else { self.faults.pause_ms },
            bytes: bytes.to_vec(),
        });
        before.chain(pieces).chain(behind).collect()
    }
}

impl Simulator for Meter {
    fn woken(&mut self) -> Vec<Reply> {
        if self.faults.silent {
            return Vec::new();
        }
        if self.faults.babble {
            self.state = State::Dead;
            return vec![Reply::now(vec![0xE7; 1536])];
        }
        let apdu = self.wake();
        apdu.into_iter().flat_map(|apdu| self.transfers(apdu)).collect()
    }

    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let apdus = self.react(bytes);
        apdus.into_iter().flat_map(|apdu| self.transfers(apdu)).collect()
    }

    fn usb(&self) -> Option<UsbShape> {
        Some(UsbShape {
            vid: 0x173A,
            pid: 0x21D5,
            manufacturer: "Roche",
            product: "Accu-Chek Guide",
            serial: None,
            function: UsbFunction::Bulk {
                class: [0x0F, 0, 0],
                output: 0x01,
                input: 0x81,
                interrupt: None,
                max_packet: 64,
            },
        })
    }

    fn knobs(&self) -> Vec<Knob> {
        knobs::KNOBS.to_vec()
    }

    fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        self.turn_knob(name, value)
    }

    fn fill(&mut self, records: u32) {
        let results = plausible::results(records, &self.clock);
        self.memory =
            results.into_iter().map(|result| Stored::plain(result.at, result.mg_per_dl)).collect();
    }

    fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }
}

/// Bytes of a packet.
const PACKET: usize = 64;
