//! What every fake volume has to know about the contract.

use crate::IoError;

/// The most that one read of a file gives.
pub const READ_BYTES: u32 = 65_536;

/// What a driver gets that looks into anything but the root.
#[must_use]
pub fn not_root() -> IoError {
    IoError::Denied("only the root of a volume is granted".to_owned())
}
