//! What a driver is.

use crate::wit::Summary;
use crate::{Context, Device, DriverError, Sink};

/// A driver: the conversation with one family of meters.
pub trait Driver {
    /// Reads everything the device remembers and reports it through `sink`.
    ///
    /// Called once, on a fresh instance. `Ok` means: everything that was asked for was read, and
    /// every count, sequence and checksum agreed. Must not change anything on the meter.
    ///
    /// # Errors
    ///
    /// Any error makes the readout incomplete, whatever was emitted before it.
    fn read(
        &self,
        device: Device,
        context: &Context,
        sink: &mut Sink,
    ) -> Result<Summary, DriverError>;
}
