//! Memory, tables and instances of one session. Asking for more ends the session and says what was
//! asked for; a driver that could catch the refusal would hide its cause.

use wasmtime::ResourceLimiter;

use crate::error::Limit;
use crate::limits;

pub(crate) struct Limiter {
    memory_bytes: usize,
}

impl Limiter {
    pub(crate) fn new(memory_bytes: usize) -> Self {
        Self { memory_bytes }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        _: usize,
        wanted: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if wanted > self.memory_bytes {
            return Err(wasmtime::Error::new(Limit::Memory { wanted, most: self.memory_bytes }));
        }
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _: usize,
        wanted: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if wanted > limits::TABLE_ELEMENTS {
            return Err(wasmtime::Error::new(Limit::Table {
                wanted,
                most: limits::TABLE_ELEMENTS,
            }));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        limits::INSTANCES
    }

    fn tables(&self) -> usize {
        limits::TABLES
    }

    fn memories(&self) -> usize {
        limits::MEMORIES
    }
}
