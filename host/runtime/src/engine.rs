//! The engine: one for the whole program, and the ticker that lets it look at budgets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wasmtime::{Config, Engine, OptLevel};

use crate::error::LoadError;
use crate::limits;

/// Compiles and runs drivers. One for the program; cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    pub(crate) engine: Engine,
    _ticker: Arc<Ticker>,
}

impl Runtime {
    /// Starts the engine and its ticker.
    ///
    /// # Errors
    ///
    /// Where this machine cannot run WebAssembly at all.
    pub fn new() -> Result<Self, LoadError> {
        let engine = Engine::new(&config()).map_err(|error| link_error(&error))?;
        let ticker = Ticker::start(&engine).map_err(|error| LoadError::Link {
            text: format!("no thread for the ticker: {error}"),
        })?;
        let ticker = Arc::new(ticker);
        Ok(Self { engine, _ticker: ticker })
    }
}

pub(crate) fn link_error(error: &wasmtime::Error) -> LoadError {
    let text: String =
        meterport_model::text::printable(&format!("{error:#}")).chars().take(512).collect();
    LoadError::Link { text }
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .wasm_memory64(false)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .cranelift_opt_level(OptLevel::Speed)
        .epoch_interruption(true)
        .consume_fuel(false)
        .max_wasm_stack(limits::WASM_STACK_BYTES)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(20));
    if !address_space_is_plenty() {
        // Bounds checks instead of guard pages: slower, and it works.
        config.memory_reservation(64 * 1024 * 1024).memory_guard_size(64 * 1024);
    }
    config
}

/// Each instance reserves 4 GiB of address space where there is room for it.
fn address_space_is_plenty() -> bool {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        getrlimit(Resource::As).current.is_none_or(|bytes| bytes >= 16 * 1024 * 1024 * 1024)
    }
    #[cfg(not(unix))]
    {
        cfg!(target_pointer_width = "64")
    }
}

/// Moves the engine's epoch every few milliseconds, as long as the engine lives.
struct Ticker {
    stop: Arc<AtomicBool>,
}

impl Ticker {
    fn start(engine: &Engine) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (weak, stopped) = (engine.weak(), Arc::clone(&stop));
        // INVARIANT: without a ticker no budget holds, so without one nothing runs.
        std::thread::Builder::new().name("epoch".to_owned()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                std::thread::sleep(limits::TICK);
                let Some(engine) = weak.upgrade() else { return };
                engine.increment_epoch();
            }
        })?;
        Ok(Self { stop })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
