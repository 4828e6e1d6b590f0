//! What carries the stream of bytes: a serial port, or a CP2110.

use meterport_sdk::wit::{DataBits, Flow, Line, Parity, StopBits};
use meterport_sdk::{IoError, Serial};

use crate::cp2110::Cp2110;

/// A way to the meter. How it cuts the stream into pieces means nothing.
pub trait Wire {
    /// What arrived next; may be no bytes.
    ///
    /// # Errors
    ///
    /// `Timeout` where nothing came, and what the link says.
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError>;

    /// Sends bytes.
    ///
    /// # Errors
    ///
    /// What the link says.
    fn write(&mut self, bytes: &[u8]) -> Result<(), IoError>;
}

/// A meter on a serial line, which the host opens as `driver.toml` says.
pub struct SerialWire(pub Box<dyn Serial>);

impl Wire for SerialWire {
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        self.0.read(MOST_BYTES, timeout_ms)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), IoError> {
        self.0.write(bytes, WRITE_MS)
    }
}

impl Wire for Cp2110 {
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        Cp2110::read(self, timeout_ms)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), IoError> {
        Cp2110::write(self, bytes)
    }
}

/// What the meters speak: `19200 8N1`, no flow control (`README.md`, sources 1 and 2).
pub const LINE: Line = Line {
    baud: 19_200,
    data: DataBits::Eight,
    parity: Parity::None,
    stop: StopBits::One,
    flow: Flow::None,
};

const MOST_BYTES: u32 = 512;
const WRITE_MS: u32 = 1000;
