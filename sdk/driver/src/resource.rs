//! The host's resources as transports. One line a method: nothing is decided here.

use crate::bindings::meterport::driver::{block, hid, serial, session, types, usb, volume};
use crate::link::{Block, Device, File, Hid, Serial, Usb, Volume};
use crate::wit::{Endpoint, Identity, Line, Purge, Setup, VolumeEntry};
use crate::{IoError, ProtocolError};

impl From<types::IoError> for IoError {
    fn from(error: types::IoError) -> Self {
        match error {
            types::IoError::Timeout => Self::Timeout,
            types::IoError::Disconnected => Self::Disconnected,
            types::IoError::Stall => Self::Stall,
            types::IoError::Overflow => Self::Overflow,
            types::IoError::Cancelled => Self::Cancelled,
            types::IoError::Denied(what) => Self::Denied(what),
            types::IoError::Other(what) => Self::Other(what),
        }
    }
}

impl From<IoError> for types::IoError {
    fn from(error: IoError) -> Self {
        match error {
            IoError::Timeout => Self::Timeout,
            IoError::Disconnected => Self::Disconnected,
            IoError::Stall => Self::Stall,
            IoError::Overflow => Self::Overflow,
            IoError::Cancelled => Self::Cancelled,
            IoError::Denied(what) => Self::Denied(what),
            IoError::Other(what) => Self::Other(what),
        }
    }
}

impl From<ProtocolError> for types::ProtocolError {
    fn from(error: ProtocolError) -> Self {
        let ProtocolError { code, detail, bytes, offset } = error;
        Self { code, detail, bytes, offset }
    }
}

impl From<crate::DriverError> for types::DriverError {
    fn from(error: crate::DriverError) -> Self {
        match error {
            crate::DriverError::Io(error) => Self::Io(error.into()),
            crate::DriverError::Protocol(error) => Self::Protocol(error.into()),
            crate::DriverError::UnsupportedDevice(what) => Self::UnsupportedDevice(what),
            crate::DriverError::UserAction(code) => Self::UserAction(code),
            crate::DriverError::Other { code, text } => Self::Other((code, text)),
        }
    }
}

impl From<session::Granted> for Device {
    fn from(granted: session::Granted) -> Self {
        match granted {
            session::Granted::Serial(port) => Self::Serial(Box::new(port)),
            session::Granted::Hid(device) => Self::Hid(Box::new(device)),
            session::Granted::Usb(claimed) => Self::Usb(Box::new(claimed)),
            session::Granted::Block(medium) => Self::Block(Box::new(medium)),
            session::Granted::Volume(directory) => Self::Volume(Box::new(directory)),
        }
    }
}

impl Serial for serial::Port {
    fn read(&mut self, max: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        Ok(serial::Port::read(self, max, timeout_ms)?)
    }
    fn read_exact(&mut self, length: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        Ok(serial::Port::read_exact(self, length, timeout_ms)?)
    }
    fn write(&mut self, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        Ok(serial::Port::write(self, data, timeout_ms)?)
    }
    fn flush(&mut self) -> Result<(), IoError> {
        Ok(serial::Port::flush(self)?)
    }
    fn purge(&mut self, what: Purge) -> Result<(), IoError> {
        Ok(serial::Port::purge(self, what)?)
    }
    fn set_line(&mut self, line: Line) -> Result<(), IoError> {
        Ok(serial::Port::set_line(self, line)?)
    }
    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), IoError> {
        Ok(serial::Port::set_control(self, dtr, rts)?)
    }
}

impl Hid for hid::Device {
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        Ok(hid::Device::read(self, timeout_ms)?)
    }
    fn write(&mut self, report: &[u8]) -> Result<(), IoError> {
        Ok(hid::Device::write(self, report)?)
    }
    fn get_feature(&mut self, id: u8, max: u32) -> Result<Vec<u8>, IoError> {
        Ok(hid::Device::get_feature(self, id, max)?)
    }
    fn set_feature(&mut self, report: &[u8]) -> Result<(), IoError> {
        Ok(hid::Device::set_feature(self, report)?)
    }
    fn report_descriptor(&mut self) -> Result<Vec<u8>, IoError> {
        Ok(hid::Device::report_descriptor(self)?)
    }
}

impl Usb for usb::Claimed {
    fn endpoints(&mut self) -> Vec<Endpoint> {
        usb::Claimed::endpoints(self)
    }
    fn control_in(
        &mut self,
        setup: Setup,
        length: u16,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError> {
        Ok(usb::Claimed::control_in(self, setup, length, timeout_ms)?)
    }
    fn control_out(&mut self, setup: Setup, data: &[u8], timeout_ms: u32) -> Result<u32, IoError> {
        Ok(usb::Claimed::control_out(self, setup, data, timeout_ms)?)
    }
    fn transfer_in(
        &mut self,
        endpoint: u8,
        length: u32,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError> {
        Ok(usb::Claimed::transfer_in(self, endpoint, length, timeout_ms)?)
    }
    fn transfer_out(&mut self, endpoint: u8, data: &[u8], timeout_ms: u32) -> Result<u32, IoError> {
        Ok(usb::Claimed::transfer_out(self, endpoint, data, timeout_ms)?)
    }
    fn clear_halt(&mut self, endpoint: u8) -> Result<(), IoError> {
        Ok(usb::Claimed::clear_halt(self, endpoint)?)
    }
    fn set_alt(&mut self, alt: u8) -> Result<(), IoError> {
        Ok(usb::Claimed::set_alt(self, alt)?)
    }
}

impl Block for block::Medium {
    fn identity(&mut self) -> Identity {
        block::Medium::identity(self)
    }
    fn block_size(&mut self) -> u32 {
        block::Medium::block_size(self)
    }
    fn read(&mut self, address: u64, count: u32, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        Ok(block::Medium::read(self, address, count, timeout_ms)?)
    }
    fn write(&mut self, address: u64, data: &[u8], timeout_ms: u32) -> Result<(), IoError> {
        Ok(block::Medium::write(self, address, data, timeout_ms)?)
    }
}

impl Volume for volume::Directory {
    fn list(&mut self, path: &str) -> Result<Vec<VolumeEntry>, IoError> {
        Ok(volume::Directory::list(self, path)?)
    }
    fn open(&mut self, path: &str) -> Result<Box<dyn File>, IoError> {
        Ok(Box::new(volume::Directory::open(self, path)?))
    }
}

impl File for volume::File {
    fn size(&mut self) -> u64 {
        volume::File::size(self)
    }
    fn read_at(&mut self, offset: u64, length: u32) -> Result<Vec<u8>, IoError> {
        Ok(volume::File::read_at(self, offset, length)?)
    }
}
