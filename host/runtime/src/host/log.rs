//! `log`: a driver's technical remarks. They stay in memory, cut and counted.

use super::State;
use crate::bindings::log;
use crate::limits;

/// How much a remark matters.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[allow(missing_docs, reason = "the words explain themselves")]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// One remark of a driver. It may quote what it should not, so it is shown only to a person who
/// asks for it, and never written to disk.
#[derive(Clone)]
pub struct LogLine {
    /// How much it matters.
    pub level: LogLevel,
    /// Cut at 4 KiB, without control characters.
    pub text: String,
}

#[derive(Default)]
pub(crate) struct LogBuffer {
    pub(crate) lines: Vec<LogLine>,
    bytes: usize,
}

impl LogBuffer {
    fn push(&mut self, level: LogLevel, message: &str) {
        let mut end = message.len().min(limits::LOG_LINE_BYTES);
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        let text = meterport_model::text::printable(message.get(..end).unwrap_or_default());
        // An empty line costs something too.
        let cost = text.len() + 64;
        if self.bytes + cost <= limits::LOG_SESSION_BYTES {
            self.bytes += cost;
            self.lines.push(LogLine { level, text: text.into_owned() });
        }
    }

    /// Where the SDK's panic hook says that the driver crashed.
    pub(crate) fn panicked_at(&self) -> Option<&str> {
        self.lines.iter().rev().find_map(|line| line.text.strip_prefix("panicked at "))
    }
}

impl log::Host for State {
    fn log(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        self.enter()?;
        let level = match level {
            log::Level::Trace => LogLevel::Trace,
            log::Level::Debug => LogLevel::Debug,
            log::Level::Info => LogLevel::Info,
            log::Level::Warn => LogLevel::Warn,
            log::Level::Error => LogLevel::Error,
        };
        self.log.push(level, &message);
        Ok(())
    }
}
