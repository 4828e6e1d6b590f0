//! Acts that hand over, or keep, more than they may.

use std::hint::black_box;

use meterport_sdk::wit::{Note, Payload, Summary};
use meterport_sdk::{DriverError, log};

use crate::entries::{entries, entry};
use crate::lie;
use crate::stage::{Stage, all_is_well};

/// Allocates a MiB after the other, and uses it.
pub fn memory(_: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(vec![1_u8; 1024 * 1024]));
        black_box(kept.len());
    }
}

/// One call with a million marks, each an empty text: small here, large once the host lifts it.
pub fn empty_strings(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    stage.identify();
    let mut batch = vec![entry(0)];
    if let Some(entry) = batch.first_mut() {
        entry.marks = vec![String::new(); many(number, 1_000_000)];
    }
    stage.emit_raw(&batch);
    Ok(all_is_well(1))
}

/// The same with pairs of texts.
pub fn empty_pairs(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    stage.identify();
    let mut batch = vec![entry(0)];
    if let Some(entry) = batch.first_mut() {
        entry.extra = vec![(String::new(), String::new()); many(number, 400_000)];
    }
    stage.emit_raw(&batch);
    Ok(all_is_well(1))
}

/// One call with twenty thousand results, their texts empty where they can be.
pub fn huge_batch(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    stage.identify();
    let mut one = entry(0);
    (one.origin.log, one.origin.numbers) = (String::new(), String::new());
    let batch = vec![one; many(number, 20_000)];
    stage.emit_raw(&batch);
    Ok(all_is_well(batch.len()))
}

/// One call with as many results as allowed, 8 MiB of them.
pub fn heavy_batch(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    stage.identify();
    let mut batch = entries(512);
    for entry in &mut batch {
        entry.payload = Payload::Note(Note { text: "x".repeat(16 * 1024) });
    }
    stage.emit_raw(&batch);
    Ok(all_is_well(batch.len()))
}

/// One result more than a call may carry.
pub fn oversized_batch(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    stage.identify();
    let batch = entries(number.unwrap_or(513));
    stage.emit_raw(&batch);
    Ok(all_is_well(batch.len()))
}

/// One result more than a session may have, in calls that are as large as allowed.
pub fn million(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    stage.identify();
    let wanted = many(number, 1_000_001);
    let batch = entries(512);
    let mut done = 0;
    while done < wanted {
        let next = batch.get(..(wanted - done).min(batch.len())).unwrap_or_default();
        stage.emit_raw(next);
        done += next.len();
    }
    Ok(all_is_well(done))
}

/// 80 MiB of log in lines twice as long as allowed, then a good reading.
pub fn log_flood(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    let line = "flood ".repeat(8 * 1024 / 6);
    for _ in 0..many(number, 10_000) {
        log::error(&line);
    }
    lie::exact(stage, None)
}

fn many(number: Option<u32>, otherwise: usize) -> usize {
    number.and_then(|number| usize::try_from(number).ok()).unwrap_or(otherwise)
}
