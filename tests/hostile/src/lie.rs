//! Two acts that behave, and those that say what is not so or call what they may not.

use meterport_sdk::wit::{Order, Summary};
use meterport_sdk::{DriverError, step};

use crate::entries::{entries, info};
use crate::stage::{Stage, all_is_well};

/// Behaves: one device, three results.
pub fn exact(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    stage.sink.step(step::IDENTIFY);
    stage.sink.identify(&info())?;
    stage.sink.step(step::RESULTS);
    for entry in entries(3) {
        stage.sink.emit(entry)?;
    }
    stage.sink.finish(Order::OldestFirst)
}

/// Behaves: reads as many blocks of 64 bytes as the number says, 1000 without one.
pub fn steps(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    stage.sink.step(step::IDENTIFY);
    stage.sink.identify(&info())?;
    stage.sink.step(step::RESULTS);
    for _ in 0..number.unwrap_or(1000) {
        std::hint::black_box(stage.port()?.read_exact(64, 1000)?);
    }
    stage.sink.finish(Order::OldestFirst)
}

/// Emits three results and says four.
pub fn wrong_count(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let summary = exact(stage, None)?;
    Ok(Summary { entries: summary.entries + 1, ..summary })
}

/// Identifies twice and goes on.
pub fn identify_twice(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    stage.identify();
    stage.identify();
    stage.emit_raw(&entries(3));
    Ok(all_is_well(3))
}

/// Emits first, identifies after, and emits again.
pub fn emit_before_identify(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let batch = entries(3);
    stage.emit_raw(&batch);
    stage.identify();
    stage.emit_raw(&batch);
    Ok(all_is_well(batch.len()))
}

/// Asks for a MiB in one read.
pub fn big_read(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    stage.port()?.read(1024 * 1024, 1000)?;
    exact(stage, None)
}
