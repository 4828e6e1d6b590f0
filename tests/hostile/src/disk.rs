//! Acts on a disk whose blocks are registers. A refusal is not believed.

use meterport_sdk::DriverError;
use meterport_sdk::wit::Summary;

use crate::lie;
use crate::stage::Stage;

/// The block that holds the word; it may be read and written.
pub const WORD_BLOCK: u64 = 3;

/// Reads the block at this address.
pub fn read(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let _ = stage.disk()?.read(number.unwrap_or_default().into(), 1, WAIT_MS);
    lie::exact(stage, None)
}

/// Reads so many blocks at once.
pub fn count(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let _ = stage.disk()?.read(WORD_BLOCK, number.unwrap_or_default(), WAIT_MS);
    lie::exact(stage, None)
}

/// Writes the block at this address.
pub fn write(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let _ = stage.disk()?.write(number.unwrap_or_default().into(), &[0; 512], WAIT_MS);
    lie::exact(stage, None)
}

/// Writes so many bytes in one call where one block may be written.
pub fn bytes(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let bytes = vec![0; number.and_then(|number| usize::try_from(number).ok()).unwrap_or_default()];
    let _ = stage.disk()?.write(WORD_BLOCK, &bytes, WAIT_MS);
    lie::exact(stage, None)
}

const WAIT_MS: u32 = 1000;
