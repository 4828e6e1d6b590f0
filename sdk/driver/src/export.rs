//! What [`crate::export_driver!`] expands to: the bridge between the contract and [`Driver`].

pub use crate::bindings::exports::meterport::driver::guest::{
    Context as WitContext, DriverError as WitDriverError, Granted, Guest, Summary,
};

use crate::bindings::meterport::driver::{clock, log, sink};
use crate::wit::{DeviceInfo, Entry};
use crate::{Clock, Context, Driver, IoError, Output, Sink, Time};

/// Runs a driver on what the host granted.
///
/// # Errors
///
/// Whatever the driver says.
pub fn run(
    driver: &impl Driver,
    device: Granted,
    context: WitContext,
) -> Result<Summary, WitDriverError> {
    std::panic::set_hook(Box::new(|panic| {
        // The place alone is shown to everybody; the text may quote what it should not.
        let text = panic.payload_as_str().unwrap_or("no text");
        log::log(log::Level::Error, &format!("panic: {text}"));
        if let Some(place) = panic.location() {
            log::log(log::Level::Error, &format!("panicked at {}:{}", place.file(), place.line()));
        }
    }));
    let context = Context {
        rule: context.rule,
        not_before: context.not_before,
        options: context.options,
        clock: Clock::new(HostTime),
    };
    let mut sink = Sink::new(HostSink);
    driver.read(device.into(), &context, &mut sink).map_err(|error| {
        // What was read before the failure is worth keeping; the failure is what counts.
        let _ = sink.flush();
        error.into()
    })
}

struct HostTime;

impl Time for HostTime {
    fn now_ms(&self) -> u64 {
        clock::monotonic_ms()
    }
    fn sleep_ms(&self, ms: u32) {
        clock::sleep_ms(ms);
    }
}

struct HostSink;

impl Output for HostSink {
    fn step(&mut self, name: &str) {
        sink::step(name);
    }
    fn identify(&mut self, info: &DeviceInfo) -> Result<(), IoError> {
        Ok(sink::identify(info)?)
    }
    fn emit(&mut self, entries: &[Entry]) -> Result<(), IoError> {
        Ok(sink::emit(entries)?)
    }
    fn progress(&mut self, done: u32, total: Option<u32>) {
        sink::progress(done, total);
    }
    fn cancelled(&mut self) -> bool {
        sink::cancelled()
    }
}
