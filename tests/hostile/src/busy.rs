//! Acts that take time, stack or patience, and end only when the host ends them.

use std::hint::black_box;

use meterport_sdk::wit::Summary;
use meterport_sdk::{DriverError, IoError};

use crate::entries;
use crate::lie;
use crate::stage::Stage;

/// Computes for ever, without a call.
pub fn spin(_: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    let mut count = 0_u64;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

/// Computes for ever, with a cheap call every few milliseconds.
pub fn spin_calls(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    loop {
        for turn in 0..1_000_000_u32 {
            black_box(turn);
        }
        black_box(stage.clock.now_ms());
        black_box(stage.sink.cancelled());
    }
}

/// Calls itself for ever.
pub fn recursion(_: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    Ok(crate::stage::all_is_well(deeper(1)))
}

/// The addition after the call keeps it from becoming a loop; `black_box` hides that it has no end.
#[inline(never)]
fn deeper(depth: usize) -> usize {
    if black_box(depth) == 0 { 0 } else { black_box(deeper(depth.wrapping_add(1))) + depth }
}

/// Panics.
#[allow(clippy::panic)] // it is what the word says
pub fn panic(_: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    panic!("this driver panics on purpose");
}

/// Listens for ever, whatever it is told.
pub fn ignore_cancel(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    loop {
        let _ = black_box(stage.listen(100));
    }
}

/// Listens for ever with the longest timeout, but ends when it is told to.
pub fn wait(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    loop {
        match stage.listen(60_000) {
            Ok(_) | Err(IoError::Timeout) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Sleeps for seven weeks in one call, then reads well.
pub fn sleep(stage: &mut Stage<'_>, number: Option<u32>) -> Result<Summary, DriverError> {
    stage.clock.sleep_ms(u32::MAX);
    lie::exact(stage, number)
}

/// One result a second, for ever.
pub fn drip(stage: &mut Stage<'_>, _: Option<u32>) -> Result<Summary, DriverError> {
    stage.identify();
    for number in 0.. {
        stage.sink.emit(entries::entry(number))?;
        stage.sink.flush()?;
        stage.clock.sleep_ms(1000);
    }
    Ok(crate::stage::all_is_well(0))
}
