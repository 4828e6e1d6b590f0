//! One fault at one call, and the matrix of all faults at all calls.
//!
//! What a fault does differs by transport, since transports fail differently:
//!
//! | fault | serial | HID | USB | block | volume |
//! |---|---|---|---|---|---|
//! | timeout | no answer; it stays on the line | the same | the same | the same | the call fails once |
//! | unplug, cancel | this call and all later ones fail | the same | the same | the same | the same |
//! | truncate | half of what a read got is lost | a report keeps its length, so it is lost whole | half of the transfer is lost: a short packet | the second half of what is written in the blocks reads as zeros | the file ends in the middle of the read |
//! | flip-bit | in the middle byte of what a read got | in the middle of the bytes before the padding; never in the report's id | as serial | as HID | as serial |
//! | stall | – | – | until `clear-halt`; on the control endpoint, once | once | – |
//!
//! What is written is never damaged: a driver cannot see it, and a meter that got half a request
//! is one that does not answer. Calls that cannot fail (`endpoints`, `identity`, `size`) are not
//! counted.

mod block;
mod hid;
mod inject;
mod matrix;
mod serial;
mod usb;
mod volume;

use std::cell::Cell;
use std::rc::Rc;

use inject::Injector;
pub use matrix::{FaultReport, fault_matrix, fault_matrix_of};

use super::VirtualTime;
use crate::Device;

/// What goes wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The call gets no answer; what would have come stays on the line.
    Timeout,
    /// The cable is pulled: this and every later call fails.
    Unplug,
    /// Half of what the call would have read is lost.
    Truncate,
    /// One bit of what the call reads is turned over.
    FlipBit,
    /// The person cancels: this and every later call says so.
    Cancel,
    /// The device refuses: USB and blocks only.
    Stall,
}

impl Fault {
    /// Every fault of serial lines, HID interfaces and volumes.
    pub const ALL: [Self; 5] =
        [Self::Timeout, Self::Unplug, Self::Truncate, Self::FlipBit, Self::Cancel];

    /// Every fault of USB interfaces and blocks.
    pub const ALL_USB: [Self; 6] =
        [Self::Timeout, Self::Unplug, Self::Truncate, Self::FlipBit, Self::Cancel, Self::Stall];

    /// Those that can happen on a transport.
    #[must_use]
    pub fn on(device: &Device) -> &'static [Self] {
        match device {
            Device::Usb(_) | Device::Block(_) => &Self::ALL_USB,
            Device::Serial(_) | Device::Hid(_) | Device::Volume(_) => &Self::ALL,
        }
    }
}

/// A device with one fault in it. Counts calls whether it has one or not.
pub struct Faulty {
    device: Device,
    injector: Injector,
}

impl Faulty {
    /// A device that counts its calls and has `fault` at one of them, counted from 0.
    #[must_use]
    pub fn new(device: Device, time: VirtualTime, fault: Option<(u32, Fault)>) -> Self {
        let injector = Injector::new(time, fault);
        let device = match device {
            Device::Serial(port) => Device::Serial(Box::new(serial::Faulty::new(port, &injector))),
            Device::Hid(link) => Device::Hid(Box::new(hid::Faulty::new(link, &injector))),
            Device::Usb(link) => Device::Usb(Box::new(usb::Faulty::new(link, &injector))),
            Device::Block(disk) => Device::Block(Box::new(block::Faulty::new(disk, &injector))),
            Device::Volume(root) => Device::Volume(Box::new(volume::Faulty::new(root, &injector))),
        };
        Self { device, injector }
    }

    /// The counter of calls.
    #[must_use]
    pub fn calls(&self) -> Rc<Cell<u32>> {
        self.injector.calls()
    }

    /// What the host's cancel flag would be.
    #[must_use]
    pub fn cancelled(&self) -> Rc<Cell<bool>> {
        self.injector.cancelled()
    }

    /// What a driver is given.
    #[must_use]
    pub fn into_device(self) -> Device {
        self.device
    }
}
