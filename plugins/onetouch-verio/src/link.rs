//! One request, one answer: all that the two kinds of meter have in common below the messages.

use meterport_sdk::{DriverError, IoError, ProtocolError};

use crate::frame::FrameError;

/// What carries packets: the serial line of a VerioIQ, or the blocks of the others.
pub trait Link {
    /// Sends one request and waits for the answer to it.
    ///
    /// # Errors
    ///
    /// No whole answer came. Nothing is repeated here.
    fn exchange(&mut self, register: Register, request: &[u8]) -> Result<Vec<u8>, Failure>;

    /// Gets rid of answers that are still on their way, so that a request sent again is not
    /// answered by what the one before it left.
    ///
    /// # Errors
    ///
    /// Only what ends the session.
    fn settle(&mut self) -> Result<(), IoError>;
}

/// Which block a request is written to. The serial line has no such thing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Register {
    /// Block 3: everything but parameters.
    General,
    /// Block 4: parameters.
    Parameters,
}

/// Why there is no whole answer.
pub enum Failure {
    /// The link's own.
    Io(IoError),
    /// Bytes came that are no packet.
    Frame(FrameError, Vec<u8>),
}

impl From<IoError> for Failure {
    fn from(error: IoError) -> Self {
        Self::Io(error)
    }
}

impl From<Failure> for DriverError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Io(error) => error.into(),
            Failure::Frame(error, bytes) => {
                ProtocolError::new(error.code(), error.to_string()).with_bytes(&bytes).into()
            }
        }
    }
}
