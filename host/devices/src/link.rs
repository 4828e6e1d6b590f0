//! Links: what a session talks to, and how a call fails.
//!
//! The traits mirror the resources of the contract between host and drivers (`wit/serial.wit`), so
//! that the runtime hands a call on and adds only what the driver may not do.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use meterport_recording::ReplayError;

use crate::{BlockLink, HidLink, LineSettings, Timeline, UsbLink, VolumeLink};

/// An opened connection to one meter, closed when dropped: live, recorded or replayed.
#[non_exhaustive]
pub enum Link {
    /// A serial port.
    Serial(Box<dyn SerialLink>),
    /// A HID interface.
    Hid(Box<dyn HidLink>),
    /// A claimed USB interface.
    Usb(Box<dyn UsbLink>),
    /// A disk whose blocks are registers.
    Block(Box<dyn BlockLink>),
    /// A mounted volume.
    Volume(Box<dyn VolumeLink>),
}

impl Link {
    /// The time this link lives in.
    pub fn timeline(&self) -> Timeline {
        match self {
            Self::Serial(link) => link.timeline(),
            Self::Hid(link) => link.timeline(),
            Self::Usb(link) => link.timeline(),
            Self::Block(link) => link.timeline(),
            Self::Volume(link) => link.timeline(),
        }
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Serial(_) => "Link::Serial",
            Self::Hid(_) => "Link::Hid",
            Self::Usb(_) => "Link::Usb",
            Self::Block(_) => "Link::Block",
            Self::Volume(_) => "Link::Volume",
        })
    }
}

/// One open serial port. Every call may say [`LinkError::Disconnected`] or
/// [`LinkError::Cancelled`]; the session is over then.
pub trait SerialLink: Send {
    /// Waits until at least one byte is there. Returns 1..=`max` bytes, or [`LinkError::Timeout`].
    /// A `max` of 0 is [`LinkError::Denied`].
    fn read(
        &mut self,
        max: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError>;

    /// Exactly `len` bytes, or [`LinkError::Timeout`]: what came is kept for the next read then.
    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError>;

    /// All of `data`. After [`LinkError::Timeout`] part of it may have been sent.
    fn write(&mut self, data: &[u8], timeout: Duration, watch: &dyn Watch)
    -> Result<(), LinkError>;

    /// Waits until everything written has left the computer.
    fn flush(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<(), LinkError>;

    /// Throws away bytes that were received but not read, or written but not sent.
    fn purge(&mut self, what: Purge) -> Result<(), LinkError>;

    /// Changes the line settings. Ones that no port has are [`LinkError::Denied`].
    fn set_line(&mut self, settings: LineSettings) -> Result<(), LinkError>;

    /// Sets the modem lines. Some ports have none: a failure here is worth a log line, not an end.
    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), LinkError>;

    /// The time this link lives in.
    fn timeline(&self) -> Timeline;
}

impl<L: SerialLink + ?Sized> SerialLink for Box<L> {
    fn read(
        &mut self,
        max: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        (**self).read(max, timeout, watch)
    }

    fn read_exact(
        &mut self,
        len: usize,
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<Vec<u8>, LinkError> {
        (**self).read_exact(len, timeout, watch)
    }

    fn write(
        &mut self,
        data: &[u8],
        timeout: Duration,
        watch: &dyn Watch,
    ) -> Result<(), LinkError> {
        (**self).write(data, timeout, watch)
    }

    fn flush(&mut self, timeout: Duration, watch: &dyn Watch) -> Result<(), LinkError> {
        (**self).flush(timeout, watch)
    }

    fn purge(&mut self, what: Purge) -> Result<(), LinkError> {
        (**self).purge(what)
    }

    fn set_line(&mut self, settings: LineSettings) -> Result<(), LinkError> {
        (**self).set_line(settings)
    }

    fn set_control(&mut self, dtr: bool, rts: bool) -> Result<(), LinkError> {
        (**self).set_control(dtr, rts)
    }

    fn timeline(&self) -> Timeline {
        (**self).timeline()
    }
}

/// What [`SerialLink::purge`] throws away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purge {
    /// Received, not read.
    Input,
    /// Written, not sent.
    Output,
    /// Both.
    Both,
}

impl Purge {
    pub(crate) fn input(self) -> bool {
        matches!(self, Self::Input | Self::Both)
    }
}

/// Asked while a link waits, at least every 50 ms: is the session to end?
pub trait Watch {
    /// `true` makes the running call return [`LinkError::Cancelled`].
    fn stopped(&self) -> bool;
}

/// Nobody ends the session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn stopped(&self) -> bool {
        false
    }
}

/// A flag: `true` means stopped.
impl Watch for AtomicBool {
    fn stopped(&self) -> bool {
        self.load(Ordering::Relaxed)
    }
}

impl<W: Watch + ?Sized> Watch for std::sync::Arc<W> {
    fn stopped(&self) -> bool {
        (**self).stopped()
    }
}

/// Why one call on a link failed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// No data, or not enough, before the deadline.
    #[error("the meter did not answer in time")]
    Timeout,
    /// A disk gave the request back, instead of the reply, until the deadline.
    #[error("the meter's disk gives an old copy of the request")]
    Stale,
    /// The device was unplugged.
    #[error("the meter was unplugged")]
    Disconnected,
    /// The device refused a transfer.
    #[error("the meter refused a transfer")]
    Stall,
    /// The device sent more than was asked for.
    #[error("the meter sent more than was asked for")]
    Overflow,
    /// The session is to end.
    #[error("cancelled")]
    Cancelled,
    /// The caller asked for what a link does not do.
    #[error("not allowed: {0}")]
    Denied(String),
    /// The host left the recording that is replayed.
    #[error("line {line} of the recording: the driver does something else from byte {offset} on")]
    ReplayMismatch {
        /// Line of the recording's text.
        line: usize,
        /// Byte of that line, the first is 0.
        offset: usize,
    },
    /// The host goes on where the recording that is replayed ends.
    #[error("line {line} of the recording is the last, and the driver goes on")]
    ReplayEnded {
        /// Last line of the recording's text.
        line: usize,
    },
    /// The reading says that it is complete, and the recording that is replayed goes on.
    #[error("line {line} of the recording: the driver has ended, and the recording goes on")]
    ReplaySurplus {
        /// The first line of the recording's text that is left over.
        line: usize,
    },
    /// A serial line was asked for, and the recording was taken over another transport.
    #[error("a recording over `{transport}` is not one of a serial line")]
    ReplayTransport {
        /// First word of the recording's transport.
        transport: &'static str,
    },
    /// Anything else the operating system says.
    #[error("{code}: {text}")]
    Other {
        /// Short and stable.
        code: &'static str,
        /// As the operating system says it.
        text: String,
    },
}

impl LinkError {
    /// The registered word for this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Timeout | Self::Stale => "device.timeout",
            Self::Disconnected => "device.disconnected",
            Self::Stall => "device.stall",
            Self::Overflow => "device.overflow",
            Self::Cancelled => "cancelled",
            Self::Denied(_) => "driver.denied",
            Self::ReplayMismatch { .. }
            | Self::ReplayEnded { .. }
            | Self::ReplaySurplus { .. }
            | Self::ReplayTransport { .. } => "replay.mismatch",
            Self::Other { .. } => "device.io",
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Timeout => Some(
                "check the cable, and whether the meter must be on or off for it, then try again",
            ),
            Self::Stale => Some(
                "close programs that use the meter's drive, unplug the meter, plug it in again and \
                 read once more",
            ),
            Self::Disconnected => {
                Some("plug the meter in again and leave it until the read is done")
            }
            Self::Stall => Some("unplug the meter, plug it in again and try again"),
            Self::ReplayMismatch { .. }
            | Self::ReplayEnded { .. }
            | Self::ReplaySurplus { .. }
            | Self::ReplayTransport { .. } => {
                Some("the recording is of another driver version or another meter")
            }
            _ => None,
        }
    }
}

impl From<ReplayError> for LinkError {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Timeout => Self::Timeout,
            ReplayError::Unplug => Self::Disconnected,
            ReplayError::Stall => Self::Stall,
            ReplayError::Mismatch { line, offset } => Self::ReplayMismatch { line, offset },
            ReplayError::Ended { line } => Self::ReplayEnded { line },
            ReplayError::Surplus { line } => Self::ReplaySurplus { line },
            other => Self::Other { code: "replay", text: other.to_string() },
        }
    }
}
