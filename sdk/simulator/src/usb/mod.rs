//! A simulated meter as a USB device of this machine: to the operating system it is plugged in.
//!
//! The kernel's virtual controller (`vhci_hcd`) carries it, so that enumeration, kernel drivers,
//! HID, serial ports and disks above it are the real ones. It needs root, and is meant for a virtual
//! machine (`tests/usbvm`): a simulated meter shows itself to every program of the computer.
//!
//! Not there: isochronous transfers, several configurations, alternate settings, speeds above
//! 480 Mbit/s.

mod bulk;
mod carry;
mod descriptors;
mod engine;
mod function;
mod hid;
mod meter;
mod queues;
mod serial;
mod setup;
mod storage;
mod vhci;
mod wire;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::cp2110::{self, Cp2110};
use crate::{Noisy, Simulator, UsbFunction, UsbShape};

use bulk::{Bulk, Endpoints};
use function::Function;
use hid::Hid;
use serial::{Cdc, Chip, Cp210x, Ftdi, Pl2303, Port};
use storage::{Registers, Storage, Volume};

/// Why a meter is not, or no longer, plugged in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UsbError {
    /// The kernel's module is not loaded.
    #[error("there is no virtual USB controller (`{path}`): load it with `modprobe vhci-hcd`")]
    NoController {
        /// The file that is missing.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("no permission for `{path}`: run as root, best in the guest of `tests/usbvm`")]
    Permission {
        /// The file that was refused.
        path: PathBuf,
    },
    /// Every port is taken.
    #[error("all ports of the virtual USB controller are taken: end another simulated meter")]
    Full,
    /// The host sent a command that a reading must never send.
    #[error("forbidden command: {0}")]
    Violation(String),
    /// The meter's line is no line.
    #[error("`{text}` is no setting of a serial line")]
    Line {
        /// The text.
        text: String,
    },
    /// A text of the shape does not fit.
    #[error("`{text}` does not fit into {length} characters of ASCII")]
    Text {
        /// The text.
        text: String,
        /// Room for it.
        length: usize,
    },
    /// The meter's files do not make a volume.
    #[error("the files of the meter do not make a volume")]
    Files(#[source] io::Error),
    /// The controller sent what no controller sends.
    #[error("the virtual USB controller cannot be understood")]
    Wire(#[from] wire::WireError),
    /// The socket to the controller, or the signals, failed.
    #[error("the virtual USB controller failed")]
    Io(#[from] io::Error),
}

/// Plugs a meter in and serves it until its cable is pulled or the program is told to end.
///
/// # Errors
///
/// The controller's, the system's, or a command that a reading must never send.
pub fn serve<S: Simulator + 'static>(mut meter: Noisy<S>, shape: UsbShape) -> Result<(), UsbError> {
    let function: Box<dyn Function> = match shape.function.clone() {
        UsbFunction::Hid { descriptor, report_bytes } => {
            meter.carry_packets();
            Box::new(Hid::new(&shape, descriptor, report_bytes))
        }
        UsbFunction::Bulk { class, output, input, interrupt, max_packet } => {
            meter.carry_packets();
            let endpoints = Endpoints { output, input, interrupt, max_packet };
            Box::new(Bulk::new(&shape, class, &endpoints))
        }
        UsbFunction::Registers { inquiry, blocks } => {
            Box::new(Storage::new(Registers { blocks }, &shape, inquiry)?)
        }
        UsbFunction::Volume { inquiry, label } => {
            Box::new(Storage::new(Volume::new(label, &meter.files())?, &shape, inquiry)?)
        }
        UsbFunction::Ftdi => port(Ftdi::new(), &mut meter, &shape)?,
        UsbFunction::Cp210x => port(Cp210x::new(), &mut meter, &shape)?,
        UsbFunction::Pl2303 => port(Pl2303::new(), &mut meter, &shape)?,
        UsbFunction::Cdc => port(Cdc::new(), &mut meter, &shape)?,
        UsbFunction::Cp2110 => {
            meter.carry_bytes();
            Box::new(Hid::new(&shape, cp2110::report_descriptor(), CP2110_REPORT))
        }
    };
    match shape.function {
        UsbFunction::Cp2110 => carry::carry(function, &mut Cp2110::new(meter)),
        _ => carry::carry(function, &mut meter),
    }
}

fn port<C: Chip + 'static, S: Simulator>(
    chip: C,
    meter: &mut Noisy<S>,
    shape: &UsbShape,
) -> Result<Box<dyn Function>, UsbError> {
    meter.carry_bytes();
    Ok(Box::new(Port::new(chip, shape, meter.line(), meter.pace())?))
}

/// AN434, 4: a report has an id and 63 bytes at most.
const CP2110_REPORT: u16 = 64;
