//! A meter that is a disk: commands wrapped for USB, their data, and a status after each.
//!
//! Source: USB Mass Storage Class, Bulk-Only Transport 1.0, 3.1 (requests), 5 (wrappers), 6.7
//! (the thirteen cases; a device that sends less than was asked for ends with a short packet).

mod registers;
mod scsi;
mod volume;
mod wrapper;

use std::time::Duration;

use crate::{Simulator, Stalled, UsbShape};

use super::UsbError;
use super::descriptors::{Descriptors, Endpoint, Interface, Release};
use super::function::Function;
use super::queues::Queues;
use super::setup::Setup;

use scsi::{Command, Sense};
use wrapper::Wrapper;

pub use registers::Registers;
pub use volume::Volume;

/// Bytes in one block.
pub const BLOCK: usize = 512;

/// What is on a disk.
pub trait Disk: Send {
    /// How many blocks it has.
    fn blocks(&self) -> u32;

    /// Whether the host may write.
    fn is_writable(&self) -> bool;

    /// One block of [`BLOCK`] bytes.
    fn read(&mut self, address: u32, meter: &mut dyn Simulator) -> Result<Vec<u8>, Stalled>;

    /// Takes one block.
    fn write(
        &mut self,
        address: u32,
        data: &[u8],
        meter: &mut dyn Simulator,
    ) -> Result<(), Stalled>;
}

/// The device side of a disk.
pub struct Storage<D> {
    disk: D,
    descriptors: Descriptors,
    identity: Vec<u8>,
    sense: Sense,
    coming: Option<Coming>,
}

/// Data that the host is sending for a command.
struct Coming {
    wrapper: Wrapper,
    data: Vec<u8>,
}

impl<D: Disk> Storage<D> {
    /// A disk that says it is this vendor, product and revision.
    ///
    /// # Errors
    ///
    /// A text that is too long.
    pub fn new(disk: D, shape: &UsbShape, inquiry: [&'static str; 3]) -> Result<Self, UsbError> {
        let interface = Interface {
            class: [8, 6, 0x50],
            extra: Vec::new(),
            endpoints: vec![Endpoint::bulk(INPUT, 512), Endpoint::bulk(OUTPUT, 512)],
        };
        let release = Release { usb: 0x0200, device: 0x0100 };
        Ok(Self {
            disk,
            descriptors: Descriptors::new(shape, 0, release, &[interface]),
            identity: scsi::identity(inquiry)?,
            sense: Sense::NONE,
            coming: None,
        })
    }

    fn begin(&mut self, wrapper: Wrapper, meter: &mut dyn Simulator, queues: &mut Queues) {
        if wrapper.is_in || wrapper.length == 0 {
            let outcome = self.obey(&wrapper.command, &[], meter);
            self.end(&wrapper, outcome, queues);
        } else {
            self.coming = Some(Coming { wrapper, data: Vec::new() });
        }
    }

    fn obey(
        &mut self,
        command: &Command,
        data: &[u8],
        meter: &mut dyn Simulator,
    ) -> Result<Vec<u8>, Sense> {
        let blocks = self.disk.blocks();
        match *command {
            Command::Nothing => Ok(Vec::new()),
            Command::Sense => Ok(std::mem::replace(&mut self.sense, Sense::NONE).bytes()),
            Command::Inquiry => Ok(self.identity.clone()),
            Command::Mode6 => Ok(vec![3, 0, self.protection(), 0]),
            Command::Mode10 => Ok(vec![0, 6, 0, self.protection(), 0, 0, 0, 0]),
            Command::Capacity => Ok(scsi::capacity(blocks)),
            Command::FormatCapacities => Ok(scsi::format_capacities(blocks)),
            Command::Read { address, count } => {
                let mut read = Vec::new();
                for address in scsi::range(address, count, blocks)? {
                    let block =
                        self.disk.read(address, meter).map_err(|Stalled| Sense::UNREADABLE)?;
                    if block.len() != BLOCK {
                        return Err(Sense::UNREADABLE);
                    }
                    read.extend(block);
                }
                Ok(read)
            }
            Command::Write { .. } if !self.disk.is_writable() => Err(Sense::PROTECTED),
            Command::Write { address, count } => {
                let (given, rest) = data.as_chunks::<BLOCK>();
                if given.len() != usize::from(count) || !rest.is_empty() {
                    return Err(Sense::FIELD);
                }
                for (address, block) in scsi::range(address, count, blocks)?.zip(given) {
                    self.disk.write(address, block, meter).map_err(|Stalled| Sense::UNWRITABLE)?;
                }
                Ok(Vec::new())
            }
            Command::Field => Err(Sense::FIELD),
            Command::Unknown => Err(Sense::COMMAND),
        }
    }

    fn protection(&self) -> u8 {
        if self.disk.is_writable() { 0x00 } else { 0x80 }
    }

    /// Queues what a command has to say, and its status.
    fn end(&mut self, wrapper: &Wrapper, outcome: Result<Vec<u8>, Sense>, queues: &mut Queues) {
        let (mut data, passed) = match outcome {
            Ok(data) => (data, true),
            Err(sense) => {
                self.sense = sense;
                (Vec::new(), false)
            }
        };
        let mut done = wrapper.length;
        if wrapper.is_in {
            data.truncate(wrapper.length);
            done = data.len();
            for packet in data.chunks(BLOCK) {
                queues.packet(INPUT, Duration::ZERO, packet.to_vec());
            }
            if done < wrapper.length && done.is_multiple_of(BLOCK) {
                queues.packet(INPUT, Duration::ZERO, Vec::new());
            }
        }
        queues.packet(INPUT, Duration::ZERO, wrapper.status(wrapper.length - done, passed));
    }
}

impl<D: Disk> Function for Storage<D> {
    fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    fn control_in(&mut self, setup: Setup, _: &mut dyn Simulator) -> Result<Vec<u8>, Stalled> {
        match (setup.kind, setup.request) {
            (0xA1, GET_MAX_LUN) => Ok(vec![0]),
            _ => Err(Stalled),
        }
    }

    fn control_out(
        &mut self,
        setup: Setup,
        _: &[u8],
        _: &mut dyn Simulator,
        queues: &mut Queues,
    ) -> Result<(), Stalled> {
        match (setup.kind, setup.request) {
            (0x21, RESET) => {
                self.coming = None;
                queues.clear(INPUT);
                Ok(())
            }
            _ => Err(Stalled),
        }
    }

    fn output(
        &mut self,
        _: u8,
        data: &[u8],
        meter: &mut dyn Simulator,
        queues: &mut Queues,
    ) -> Result<(), Stalled> {
        let Some(mut coming) = self.coming.take() else {
            let Some(wrapper) = Wrapper::parse(data) else {
                // 5.3.1 and 6.6.1: refused both ways until the host resets.
                queues.halt(INPUT);
                return Err(Stalled);
            };
            self.begin(wrapper, meter, queues);
            return Ok(());
        };
        coming.data.extend(data);
        let Coming { wrapper, data } = &coming;
        if data.len() < wrapper.length {
            self.coming = Some(coming);
            return Ok(());
        }
        let outcome = self.obey(&wrapper.command, data, meter);
        self.end(wrapper, outcome, queues);
        Ok(())
    }
}

const INPUT: u8 = 0x81;
const OUTPUT: u8 = 0x02;
const GET_MAX_LUN: u8 = 0xFE;
const RESET: u8 = 0xFF;

#[cfg(test)]
mod tests;
