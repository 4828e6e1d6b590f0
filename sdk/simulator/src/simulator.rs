//! What a simulated meter is.

use crate::{Knob, KnobError};

/// Something the meter sends, and how long it thinks first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// Pause before the first byte, in milliseconds.
    pub pause_ms: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// An answer without a pause.
    #[must_use]
    pub fn now(bytes: impl Into<Vec<u8>>) -> Self {
        Self { pause_ms: 0, bytes: bytes.into() }
    }
}

/// The meter refuses a request: a stall on USB, a failed command on a disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stalled;

/// A simulated meter of one family: its memory, clock, protocol and knobs.
///
/// A family implements the methods of the transports it has; every carrier names those it calls.
/// What is not implemented says nothing, or stalls.
pub trait Simulator: Send {
    /// Something arrived from the host; what the meter sends back, in order. Serial: bytes, cut
    /// anywhere, both ways. HID: one output report, its id first (0 where reports have none), and
    /// each reply one input report, its id first. USB: one OUT transfer, and each reply one IN
    /// transfer.
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let _ = bytes;
        Vec::new()
    }

    /// HID: a feature report is set, its id first.
    ///
    /// # Errors
    ///
    /// The meter has no such report.
    fn set_feature(&mut self, report: &[u8]) -> Result<(), Stalled> {
        let _ = report;
        Err(Stalled)
    }

    /// HID: a feature report is asked for; its id first in the answer too.
    ///
    /// # Errors
    ///
    /// The meter has no such report.
    fn feature(&mut self, id: u8) -> Result<Vec<u8>, Stalled> {
        let _ = id;
        Err(Stalled)
    }

    /// USB: GET_STATUS was asked of the whole device, which carriers answer. It wakes some meters:
    /// what they then send unasked, each reply one IN transfer.
    fn woken(&mut self) -> Vec<Reply> {
        Vec::new()
    }

    /// USB: a control request that reads, class or vendor; carriers answer the standard ones.
    ///
    /// # Errors
    ///
    /// The meter has no such request.
    fn control_in(&mut self, setup: [u8; 8]) -> Result<Vec<u8>, Stalled> {
        let _ = setup;
        Err(Stalled)
    }

    /// USB: a control request that writes, class or vendor.
    ///
    /// # Errors
    ///
    /// The meter has no such request.
    fn control_out(&mut self, setup: [u8; 8], data: &[u8]) -> Result<(), Stalled> {
        let _ = (setup, data);
        Err(Stalled)
    }

    /// Block registers: one block of 512 bytes is read.
    ///
    /// # Errors
    ///
    /// The disk has no such block.
    fn read_block(&mut self, address: u64) -> Result<Vec<u8>, Stalled> {
        let _ = address;
        Err(Stalled)
    }

    /// Block registers: one block of 512 bytes is written.
    ///
    /// # Errors
    ///
    /// The disk has no such block, or it is read-only.
    fn write_block(&mut self, address: u64, data: &[u8]) -> Result<(), Stalled> {
        let _ = (address, data);
        Err(Stalled)
    }

    /// Volume: the files in the root, name and content.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        Vec::new()
    }

    /// How the meter shows itself on USB; `None` where it has only a plain serial line.
    fn usb(&self) -> Option<UsbShape> {
        None
    }

    /// The family's knobs.
    fn knobs(&self) -> Vec<Knob>;

    /// Turns a knob.
    ///
    /// # Errors
    ///
    /// An unknown knob, or a value it cannot take.
    fn turn(&mut self, knob: &str, value: &str) -> Result<(), KnobError>;

    /// Fills the memory with this many plausible results.
    fn fill(&mut self, records: u32);

    /// The line the meter speaks on, such as `9600 8N1`; empty where it has none.
    fn line(&self) -> &'static str {
        ""
    }

    /// A command that a reading must never send, if one came: erase, or set.
    fn violation(&self) -> Option<&str>;
}

/// How a meter shows itself on USB.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UsbShape {
    /// USB vendor id.
    pub vid: u16,
    /// USB product id.
    pub pid: u16,
    /// The manufacturer text.
    pub manufacturer: &'static str,
    /// The product text.
    pub product: &'static str,
    /// The serial number text, if the device has one. Invented.
    pub serial: Option<String>,
    /// What it is to the operating system.
    pub function: UsbFunction,
}

/// What a simulated meter is to the operating system.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum UsbFunction {
    /// A HID interface with an interrupt endpoint each way.
    Hid {
        /// The report descriptor.
        descriptor: Vec<u8>,
        /// Bytes of the longest report, its id counted where it has one.
        report_bytes: u16,
    },
    /// The bytes of [`Simulator::receive`], wrapped in the reports of a CP2110 bridge.
    Cp2110,
    /// A serial port of the class CDC-ACM.
    Cdc,
    /// A serial port behind an FTDI FT232R.
    Ftdi,
    /// A serial port behind a Silicon Labs CP210x.
    Cp210x,
    /// A serial port behind a Prolific PL2303.
    Pl2303,
    /// A raw interface with a bulk endpoint each way.
    Bulk {
        /// Class, subclass and protocol of the interface.
        class: [u8; 3],
        /// Address of the OUT endpoint.
        output: u8,
        /// Address of the IN endpoint.
        input: u8,
        /// Address of an interrupt IN endpoint on which nothing is sent.
        interrupt: Option<u8>,
        /// Bytes in one packet.
        max_packet: u16,
    },
    /// A small disk whose blocks are registers.
    Registers {
        /// Vendor, product and revision as INQUIRY says them.
        inquiry: [&'static str; 3],
        /// Blocks of 512 bytes.
        blocks: u32,
    },
    /// A memory stick with one FAT volume, which holds [`Simulator::files`].
    Volume {
        /// Vendor, product and revision as INQUIRY says them.
        inquiry: [&'static str; 3],
        /// Name of the volume.
        label: &'static str,
    },
}

impl<S: Simulator + ?Sized> Simulator for Box<S> {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        (**self).receive(bytes)
    }
    fn set_feature(&mut self, report: &[u8]) -> Result<(), Stalled> {
        (**self).set_feature(report)
    }
    fn feature(&mut self, id: u8) -> Result<Vec<u8>, Stalled> {
        (**self).feature(id)
    }
    fn woken(&mut self) -> Vec<Reply> {
        (**self).woken()
    }
    fn control_in(&mut self, setup: [u8; 8]) -> Result<Vec<u8>, Stalled> {
        (**self).control_in(setup)
    }
    fn control_out(&mut self, setup: [u8; 8], data: &[u8]) -> Result<(), Stalled> {
        (**self).control_out(setup, data)
    }
    fn read_block(&mut self, address: u64) -> Result<Vec<u8>, Stalled> {
        (**self).read_block(address)
    }
    fn write_block(&mut self, address: u64, data: &[u8]) -> Result<(), Stalled> {
        (**self).write_block(address, data)
    }
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        (**self).files()
    }
    fn usb(&self) -> Option<UsbShape> {
        (**self).usb()
    }
    fn knobs(&self) -> Vec<Knob> {
        (**self).knobs()
    }
    fn turn(&mut self, knob: &str, value: &str) -> Result<(), KnobError> {
        (**self).turn(knob, value)
    }
    fn fill(&mut self, records: u32) {
        (**self).fill(records);
    }
    fn line(&self) -> &'static str {
        (**self).line()
    }
    fn violation(&self) -> Option<&str> {
        (**self).violation()
    }
}
