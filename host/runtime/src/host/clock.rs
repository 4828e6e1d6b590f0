//! `clock`: the session's own time. `wall-clock`: refused, a reading session has no time of day.

use wasmtime::component::Linker;

use super::State;
use crate::bindings::clock;

impl clock::Host for State {
    fn monotonic_ms(&mut self) -> wasmtime::Result<u64> {
        self.enter()?;
        Ok(self.watcher.timeline().now_ms())
    }

    fn sleep_ms(&mut self, ms: u32) -> wasmtime::Result<()> {
        self.enter()?;
        // An early end shows at the next call.
        let _ = self.watcher.timeline().sleep(u64::from(ms), self.watcher.as_ref());
        self.enter()
    }
}

/// A driver that can set clocks imports `wall-clock`, which a reading session does not give.
pub(crate) fn refuse_wall_clock(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.instance("meterport:driver/wall-clock@0.1.0")?.func_new("local-now", |_, _, _, _| {
        Err(wasmtime::Error::msg("a reading session has no time of day"))
    })
}
