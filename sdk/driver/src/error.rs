//! Why a call, or a whole reading, failed.

use std::fmt;

use thiserror::Error;

/// Why one I/O call on the device failed. What each lets a driver do is said in `wit/types.wit`.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum IoError {
    /// No data, or not enough, before the deadline. Reading again is safe.
    #[error("no answer in time")]
    Timeout,
    /// The device is gone. The session is over.
    #[error("the device was disconnected")]
    Disconnected,
    /// The USB endpoint stalled.
    #[error("the device refused the transfer")]
    Stall,
    /// The device sent more than was asked for.
    #[error("the device sent more than was asked for")]
    Overflow,
    /// The session was cancelled: return at once.
    #[error("cancelled")]
    Cancelled,
    /// The driver used something it was not granted: a mistake in the driver.
    #[error("not granted: {0}")]
    Denied(String),
    /// Anything else, for the log.
    #[error("{0}")]
    Other(String),
}

/// Bytes that arrived whole and did not decode.
#[derive(Clone, Eq, Error, PartialEq)]
#[error("{detail}")]
pub struct ProtocolError {
    /// Short and stable, such as `bad-crc`.
    pub code: String,
    /// Names the field. Never quotes a result, a serial number or a name.
    pub detail: String,
    /// The bytes in question: health data, which reach no log.
    pub bytes: Vec<u8>,
    /// Into `bytes`.
    pub offset: u32,
}

impl ProtocolError {
    /// An error without bytes.
    pub fn new(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code: code.into(), detail: detail.into(), bytes: Vec::new(), offset: 0 }
    }

    /// Adds the bytes in question, for whoever looks after the driver.
    #[must_use]
    pub fn with_bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes = bytes.to_vec();
        self
    }
}

impl fmt::Debug for ProtocolError {
    /// Leaves the bytes out: they may be a person's results.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ProtocolError")
            .field("code", &self.code)
            .field("detail", &self.detail)
            .finish_non_exhaustive()
    }
}

/// Why there is no complete readout.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum DriverError {
    /// An I/O call failed and the driver could not recover.
    #[error(transparent)]
    Io(#[from] IoError),
    /// Something stayed wrong after every retry.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// The device answered, and it is not one this driver handles.
    #[error("this is not a meter the driver reads: {0}")]
    UnsupportedDevice(String),
    /// The person has to do something first. Registered code, such as `wake-meter`.
    #[error("the meter waits for `{0}`")]
    UserAction(String),
    /// Registered code and text.
    #[error("{text}")]
    Other {
        /// Registered code.
        code: String,
        /// For people.
        text: String,
    },
}

impl DriverError {
    /// Bytes that did not decode, without showing them.
    pub fn protocol(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Protocol(ProtocolError::new(code, detail))
    }
}
