//! What every act is given, and the ways round the SDK.

use meterport_sdk::bindings::meterport::driver::sink as raw;
use meterport_sdk::wit::{Entry, Order, Summary};
use meterport_sdk::{
    Block, Clock, Device, DriverError, Hid, IoError, Serial, Sink, Usb, Volume, step,
};

use crate::entries;

/// One session.
pub struct Stage<'a> {
    /// The open device, behind its first line.
    pub device: Device,
    /// What stood behind the word.
    pub text: String,
    /// The host's clock.
    pub clock: Clock,
    /// The SDK's sink, for those who behave.
    pub sink: &'a mut Sink,
}

impl Stage<'_> {
    /// Says a plausible device, and does not care whether the host minds.
    pub fn identify(&mut self) {
        self.sink.step(step::RESULTS);
        let _ = self.sink.identify(&entries::info());
    }

    /// The serial port.
    pub fn port(&mut self) -> Result<&mut dyn Serial, DriverError> {
        if let Device::Serial(port) = &mut self.device { Ok(port.as_mut()) } else { Err(other()) }
    }

    /// The HID interface.
    pub fn hid(&mut self) -> Result<&mut dyn Hid, DriverError> {
        if let Device::Hid(hid) = &mut self.device { Ok(hid.as_mut()) } else { Err(other()) }
    }

    /// The USB interface.
    pub fn usb(&mut self) -> Result<&mut dyn Usb, DriverError> {
        if let Device::Usb(usb) = &mut self.device { Ok(usb.as_mut()) } else { Err(other()) }
    }

    /// The disk.
    pub fn disk(&mut self) -> Result<&mut dyn Block, DriverError> {
        if let Device::Block(disk) = &mut self.device { Ok(disk.as_mut()) } else { Err(other()) }
    }

    /// The volume.
    pub fn volume(&mut self) -> Result<&mut dyn Volume, DriverError> {
        if let Device::Volume(root) = &mut self.device { Ok(root.as_mut()) } else { Err(other()) }
    }

    /// Waits for whatever the device says next. Disks and volumes say nothing unasked.
    pub fn listen(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        match &mut self.device {
            Device::Serial(port) => port.read(64, timeout_ms),
            Device::Hid(hid) => hid.read(timeout_ms),
            Device::Usb(usb) => {
                let endpoint = first_in(usb.as_mut());
                usb.transfer_in(endpoint, 64, timeout_ms)
            }
            _ => Err(IoError::Other("nothing to listen to".to_owned())),
        }
    }

    /// One call to the host, whatever the batch is; a refusal is not believed.
    pub fn emit_raw(&mut self, batch: &[Entry]) {
        let _ = raw::emit(batch);
    }
}

/// The endpoint to listen on; 0 where there is none.
pub fn first_in(usb: &mut dyn Usb) -> u8 {
    let addresses = usb.endpoints().into_iter().map(|endpoint| endpoint.address);
    addresses.into_iter().find(|address| address & 0x80 != 0).unwrap_or_default()
}

fn other() -> DriverError {
    DriverError::UnsupportedDevice("this word is for another kind of device".to_owned())
}

/// What a driver says that thinks all is well.
pub fn all_is_well(entries: usize) -> Summary {
    Summary {
        entries: u32::try_from(entries).unwrap_or(u32::MAX),
        orders: vec![(entries::LOG.to_owned(), Order::OldestFirst)],
        skipped: 0,
        extra: Vec::new(),
    }
}
