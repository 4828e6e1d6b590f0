//! `sink`: takes a driver's results, checks each, and keeps count.

use meterport_model::check::{EntryError, check, check_device};
use meterport_model::entry::Entry;

use super::State;
use crate::bindings::{records, sink, types};
use crate::error::{Limit, ReadError};
use crate::{from_wit, limits};

type Io<T> = wasmtime::Result<Result<T, types::IoError>>;

impl State {
    fn malformed(&mut self, error: EntryError) -> types::IoError {
        let text = error.to_string();
        self.fail(ReadError::Entry(error));
        types::IoError::Denied(text)
    }

    fn broken(&mut self, what: &'static str) -> types::IoError {
        self.fail(ReadError::Contract { what });
        types::IoError::Denied(what.to_owned())
    }
}

impl sink::Host for State {
    fn step(&mut self, name: String) -> wasmtime::Result<()> {
        self.enter()?;
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let step: String = name.chars().filter(|c| is_word(*c)).take(limits::STEP_BYTES).collect();
        self.step = step;
        self.report();
        Ok(())
    }

    fn identify(&mut self, info: records::DeviceInfo) -> Io<()> {
        self.enter()?;
        if self.watcher.reason().is_some() {
            return Ok(Err(types::IoError::Cancelled));
        }
        if self.info.is_some() {
            return Ok(Err(self.broken("it said twice which device this is")));
        }
        let checked = from_wit::device_info(info, self.began_at)
            .and_then(|(info, clock)| check_device(&info).map(|()| (info, clock)));
        match checked {
            Ok((info, clock)) => {
                self.info = Some(info);
                self.clock = clock;
                self.watcher.progress();
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(self.malformed(error))),
        }
    }

    fn emit(&mut self, entries: Vec<records::Entry>) -> Io<()> {
        self.enter()?;
        if self.watcher.reason().is_some() {
            return Ok(Err(types::IoError::Cancelled));
        }
        if self.info.is_none() {
            return Ok(Err(self.broken("it emitted results before it said which device this is")));
        }
        let count = entries.len();
        if count == 0 {
            return Ok(Err(self.broken("it emitted an empty batch")));
        }
        if count > limits::BATCH_ENTRIES {
            let most = limits::BATCH_ENTRIES;
            return Err(wasmtime::Error::new(Limit::Batch { count, most }));
        }
        if self.entries.len() + count > limits::SESSION_ENTRIES {
            let most = limits::SESSION_ENTRIES;
            return Err(wasmtime::Error::new(Limit::Entries { most }));
        }
        let checked: Result<Vec<_>, EntryError> = entries
            .into_iter()
            .map(|entry| {
                let entry = from_wit::entry(entry)?;
                check(&entry).map(|()| entry)
            })
            .collect();
        match checked {
            Ok(mut batch) => {
                let held: usize = batch.iter().map(Entry::held_bytes).sum();
                self.held_bytes = self.held_bytes.saturating_add(held);
                if self.held_bytes > limits::SESSION_BYTES {
                    let most = limits::SESSION_BYTES;
                    return Err(wasmtime::Error::new(Limit::Bytes { most }));
                }
                self.entries.append(&mut batch);
                self.watcher.progress();
                self.report();
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(self.malformed(error))),
        }
    }

    fn progress(&mut self, done: u32, total: Option<u32>) -> wasmtime::Result<()> {
        self.enter()?;
        self.done = Some((done, total));
        self.report();
        Ok(())
    }

    fn cancelled(&mut self) -> wasmtime::Result<bool> {
        self.enter()?;
        Ok(self.watcher.reason().is_some())
    }
}
