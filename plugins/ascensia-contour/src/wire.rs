//! What carries the stream of bytes: a serial port, or HID reports.

use meterport_sdk::{Hid, IoError, Serial};

use crate::report;

/// A way to the meter. The host's side of the conversation is single bytes.
pub trait Wire {
    /// What arrived next.
    ///
    /// # Errors
    ///
    /// `Timeout` where nothing came, and whatever the link says.
    fn read(&mut self, timeout_ms: u32) -> Result<Piece, IoError>;

    /// Sends one byte.
    ///
    /// # Errors
    ///
    /// Whatever the link says.
    fn write(&mut self, byte: u8) -> Result<(), IoError>;
}

/// Something that arrived.
pub enum Piece {
    /// Bytes of the stream; none in an empty report.
    Bytes(Vec<u8>),
    /// A report that is not one of the meter's: what it held is lost.
    Lost,
}

/// A meter on a serial line.
pub struct SerialWire(pub Box<dyn Serial>);

impl Wire for SerialWire {
    fn read(&mut self, timeout_ms: u32) -> Result<Piece, IoError> {
        Ok(Piece::Bytes(self.0.read(MOST_BYTES, timeout_ms)?))
    }

    fn write(&mut self, byte: u8) -> Result<(), IoError> {
        self.0.write(&[byte], WRITE_MS)
    }
}

/// A meter that speaks HID.
pub struct HidWire(pub Box<dyn Hid>);

impl Wire for HidWire {
    fn read(&mut self, timeout_ms: u32) -> Result<Piece, IoError> {
        let report = self.0.read(timeout_ms)?;
        Ok(report::payload(&report).map_or(Piece::Lost, |bytes| Piece::Bytes(bytes.to_vec())))
    }

    fn write(&mut self, byte: u8) -> Result<(), IoError> {
        self.0.write(&report::with_byte(byte))
    }
}

const MOST_BYTES: u32 = 512;
const WRITE_MS: u32 = 1000;
