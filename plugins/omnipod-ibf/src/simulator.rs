//! A simulated Omnipod PDM, written from the description of its export (`README.md`, sources 1 and 2)
//! and on purpose not from the driver: it shares nothing with it but the checksum.
//!
//! It keeps what happened, the oldest first, and writes its file whenever somebody looks. A volume is
//! read-only, so there is nothing that a driver could do wrong here.

mod fill;
mod knobs;
mod layout;
mod memory;

use std::cell::Cell;

use meterport_sdk::wit::DeviceTime;
use meterport_simulator::{Knob, KnobError, Simulator, UsbFunction, UsbShape};

pub use layout::Settings;
pub use memory::{Memory, Stored, What};

/// The PDM.
pub struct Meter {
    /// What happened.
    pub memory: Memory,
    /// What is set.
    pub settings: Settings,
    /// What its clock shows.
    pub now: DeviceTime,
    faults: Faults,
    looks: Cell<u32>,
}

/// What goes wrong, by the knobs.
#[derive(Default)]
struct Faults {
    growing: u32,
    cut: usize,
    cut_records: usize,
    damage: Option<usize>,
    files: Option<u32>,
    zeros: usize,
    beside: Option<String>,
}

impl Meter {
    /// A PDM with an empty memory.
    #[must_use]
    pub fn new(now: DeviceTime) -> Self {
        Self {
            memory: Memory::default(),
            settings: Settings::default(),
            now,
            faults: Faults::default(),
            looks: Cell::new(0),
        }
    }

    /// The file as the PDM writes it.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        let logs: Vec<_> = self.memory.records();
        let kept = logs.len().saturating_sub(self.faults.cut_records);
        let records = layout::head(&self.settings, self.now, &self.memory)
            .into_iter()
            .chain(logs.into_iter().take(kept));
        let mut file: Vec<u8> = records.flat_map(|payload| layout::framed(&payload)).collect();
        file.truncate(file.len().saturating_sub(self.faults.cut));
        if let Some(byte) = self.faults.damage.and_then(|place| file.get_mut(place)) {
            *byte ^= 0x10;
        }
        file.extend(vec![0; self.faults.zeros]);
        file
    }
}

impl Simulator for Meter {
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.looks.set(self.looks.get().saturating_add(1));
        let mut file = self.file();
        if self.looks.get() <= self.faults.growing {
            file.truncate(file.len() / 2);
        }
        let copies = self.faults.files.unwrap_or(1);
        let name = |copy: u32| match copy {
            0 => "190100042.ibf".to_owned(),
            copy => format!("190100042-{copy}.IBF"),
        };
        let beside = self.faults.beside.iter().map(|name| (name.clone(), b"text".to_vec()));
        (0..copies).map(|copy| (name(copy), file.clone())).chain(beside).collect()
    }

    fn usb(&self) -> Option<UsbShape> {
        Some(UsbShape {
            vid: 0x1E36,
            pid: 0x0002,
            manufacturer: "Insulet",
            product: "OmniPod PDM",
            serial: None,
            function: UsbFunction::Volume {
                inquiry: ["Insulet", "OmniPod", "0100"],
                label: "OMNIPOD",
            },
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

    fn violation(&self) -> Option<&str> {
        None // a volume takes no commands
    }
}
