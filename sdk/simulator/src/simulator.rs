//! What a simulated meter is.

use crate::{Knob, KnobError};

/// Something the meter sends, and how long it thinks first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// Pause before the first byte, in milliseconds.
    pub pause_ms: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// An answer without a pause.
    #[must_use]
    pub fn now(bytes: impl Into<Vec<u8>>) -> Self {
        Self { pause_ms: 0, bytes: bytes.into() }
    }
}

/// A simulated meter of one family: its memory, clock, protocol and knobs.
pub trait Simulator: Send {
    /// Bytes arrived from the host, cut anywhere; what the meter sends back, in order.
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply>;

    /// The family's knobs.
    fn knobs(&self) -> Vec<Knob>;

    /// Turns a knob.
    ///
    /// # Errors
    ///
    /// An unknown knob, or a value it cannot take.
    fn turn(&mut self, knob: &str, value: &str) -> Result<(), KnobError>;

    /// Fills the memory with this many plausible results.
    fn fill(&mut self, records: u32);

    /// The line the meter speaks on, such as `9600 8N1`.
    fn line(&self) -> &'static str;

    /// A command that a reading must never send, if one came: erase, or set.
    fn violation(&self) -> Option<&str>;
}

impl<S: Simulator + ?Sized> Simulator for Box<S> {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        (**self).receive(bytes)
    }
    fn knobs(&self) -> Vec<Knob> {
        (**self).knobs()
    }
    fn turn(&mut self, knob: &str, value: &str) -> Result<(), KnobError> {
        (**self).turn(knob, value)
    }
    fn fill(&mut self, records: u32) {
        (**self).fill(records);
    }
    fn line(&self) -> &'static str {
        (**self).line()
    }
    fn violation(&self) -> Option<&str> {
        (**self).violation()
    }
}
