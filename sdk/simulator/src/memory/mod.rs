//! A simulated meter in memory, on virtual time: for a driver's own tests.
//!
//! One function for each transport makes the [`Device`] that a driver is given. What a real host
//! refuses is refused here too, as far as it can be known without a manifest.

mod block;
mod coming;
mod hid;
mod serial;
mod usb;
mod volume;

use std::cell::RefCell;
use std::rc::Rc;

use meterport_sdk::Device;
use meterport_sdk::testing::VirtualTime;

pub use serial::Port;

use crate::cp2110::Bridge;
use crate::{Noisy, Simulator};

/// A meter that a test keeps hold of while a driver reads it.
pub type Shared<S> = Rc<RefCell<Noisy<S>>>;

/// Puts a meter on a line in memory.
pub fn share<S: Simulator>(meter: S) -> Shared<S> {
    Rc::new(RefCell::new(Noisy::new(meter)))
}

/// The meter on a serial line.
#[must_use]
pub fn serial<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Device {
    Device::Serial(Box::new(port(meter, time)))
}

/// The meter on a serial line, as [`serial`].
#[must_use]
pub fn device<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Device {
    serial(meter, time)
}

/// The serial port of a meter.
#[must_use]
pub fn port<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Port<S> {
    meter.borrow_mut().carry_bytes();
    Port::new(meter, time)
}

/// The meter as a HID interface.
#[must_use]
pub fn hid<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Device {
    meter.borrow_mut().carry_packets();
    Device::Hid(Box::new(hid::Interface::new(meter, time, None)))
}

/// The meter behind a CP2110, which is a HID interface with a UART behind it.
#[must_use]
pub fn cp2110<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Device {
    meter.borrow_mut().carry_bytes();
    Device::Hid(Box::new(hid::Interface::new(meter, time, Some(Bridge::default()))))
}

/// The meter as a raw USB interface.
#[must_use]
pub fn usb<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Device {
    meter.borrow_mut().carry_packets();
    Device::Usb(Box::new(usb::Interface::new(meter, time)))
}

/// The meter as a disk whose blocks are registers.
#[must_use]
pub fn block<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Device {
    Device::Block(Box::new(block::Medium::new(meter, time)))
}

/// The meter as a mounted volume.
#[must_use]
pub fn volume<S: Simulator + 'static>(meter: &Shared<S>, time: &VirtualTime) -> Device {
    Device::Volume(Box::new(volume::Root::new(meter, time)))
}
