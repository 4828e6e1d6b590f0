//! The transports as traits, so that one driver runs on the host's resources and on fakes. Units,
//! ranges and what each error allows are said in the `wit` folder; the methods are the same.

use crate::wit::{Endpoint, Identity, Line, Purge, Setup, VolumeEntry};
use crate::{DriverError, IoError};

/// An open serial port. See `wit/serial.wit`.
pub trait Serial {
    /// At least one byte, at most `max`, or `Timeout`.
    fn read(&mut self, max: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError>;
    /// Exactly `length` bytes, or `Timeout` with nothing lost.
    fn read_exact(&mut self, length: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError>;
    /// All of `data`.
    fn write(&mut self, data: &[u8], timeout_ms: u32) -> Result<(), IoError>;
    /// Waits until everything has left the computer.
    fn flush(&mut self) -> Result<(), IoError>;
    /// Throws away what waits.
    fn purge(&mut self, what: Purge) -> Result<(), IoError>;
    /// Changes the line settings.
    fn set_line(&mut self, line: Line) -> Result<(), IoError>;
    /// Modem lines; some ports have none.
    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), IoError>;
}

/// An open HID interface. See `wit/hid.wit`.
pub trait Hid {
    /// One input report, id first.
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError>;
    /// One output report, id first.
    fn write(&mut self, report: &[u8]) -> Result<(), IoError>;
    /// A feature report, id first.
    fn get_feature(&mut self, id: u8, max: u32) -> Result<Vec<u8>, IoError>;
    /// A feature report, id first.
    fn set_feature(&mut self, report: &[u8]) -> Result<(), IoError>;
    /// As the device sent it.
    fn report_descriptor(&mut self) -> Result<Vec<u8>, IoError>;
}

/// A claimed USB interface. See `wit/usb.wit`.
pub trait Usb {
    /// The endpoints of the interface.
    fn endpoints(&mut self) -> Vec<Endpoint>;
    /// A control request that reads.
    fn control_in(
        &mut self,
        setup: Setup,
        length: u16,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError>;
    /// A control request that writes; how many bytes the device took.
    fn control_out(&mut self, setup: Setup, data: &[u8], timeout_ms: u32) -> Result<u32, IoError>;
    /// One transfer from the device.
    fn transfer_in(
        &mut self,
        endpoint: u8,
        length: u32,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError>;
    /// One transfer to the device; never repeated.
    fn transfer_out(&mut self, endpoint: u8, data: &[u8], timeout_ms: u32) -> Result<u32, IoError>;
    /// Clears a stall.
    fn clear_halt(&mut self, endpoint: u8) -> Result<(), IoError>;
    /// Chooses an alternate setting.
    fn set_alt(&mut self, alt: u8) -> Result<(), IoError>;
}

/// A disk whose blocks are registers. See `wit/block.wit`.
pub trait Block {
    /// What the disk said about itself.
    fn identity(&mut self) -> Identity;
    /// Bytes in one block.
    fn block_size(&mut self) -> u32;
    /// Blocks at an address the manifest lists.
    fn read(&mut self, address: u64, count: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError>;
    /// One block at an address the manifest lists.
    fn write(&mut self, address: u64, data: &[u8], timeout_ms: u32) -> Result<(), IoError>;
}

/// A mounted volume, read-only. See `wit/volume.wit`.
pub trait Volume {
    /// The files that a pattern of the manifest names.
    fn list(&mut self, path: &str) -> Result<Vec<VolumeEntry>, IoError>;
    /// Opens one of them.
    fn open(&mut self, path: &str) -> Result<Box<dyn File>, IoError>;
}

/// One open file of a volume.
pub trait File {
    /// Bytes, when it was opened.
    fn size(&mut self) -> u64;
    /// Fewer than `length` bytes only at the end.
    fn read_at(&mut self, offset: u64, length: u32) -> Result<Vec<u8>, IoError>;
}

/// The one open device a session is given.
#[non_exhaustive]
pub enum Device {
    /// A serial port.
    Serial(Box<dyn Serial>),
    /// A HID interface.
    Hid(Box<dyn Hid>),
    /// A raw USB interface.
    Usb(Box<dyn Usb>),
    /// A disk whose blocks are registers.
    Block(Box<dyn Block>),
    /// A mounted volume.
    Volume(Box<dyn Volume>),
}

macro_rules! only {
    ($(#[$doc:meta])* $name:ident, $case:ident, $link:ident) => {
        $(#[$doc])*
        pub fn $name(self) -> Result<Box<dyn $link>, DriverError> {
            match self {
                Self::$case(link) => Ok(link),
                other => Err(other.mismatch(stringify!($name))),
            }
        }
    };
}

impl Device {
    only! {
        /// The serial port, for a driver whose matches are all `serial`.
        serial, Serial, Serial
    }
    only! {
        /// The HID interface, for a driver whose matches are all `hid`.
        hid, Hid, Hid
    }
    only! {
        /// The USB interface, for a driver whose matches are all `usb`.
        usb, Usb, Usb
    }
    only! {
        /// The medium, for a driver whose matches are all `block`.
        block, Block, Block
    }
    only! {
        /// The volume, for a driver whose matches are all `volume`.
        volume, Volume, Volume
    }

    fn mismatch(&self, wanted: &str) -> DriverError {
        let given = match self {
            Self::Serial(_) => "serial",
            Self::Hid(_) => "hid",
            Self::Usb(_) => "usb",
            Self::Block(_) => "block",
            Self::Volume(_) => "volume",
        };
        DriverError::UnsupportedDevice(format!("the driver wants `{wanted}`, this is `{given}`"))
    }
}
