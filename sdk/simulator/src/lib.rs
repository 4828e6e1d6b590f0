//! Simulated meters, and what carries them.
//!
//! A family's simulator is pure: bytes in, bytes and pauses out, written from the protocol's
//! description and living in the driver's own folder. This crate knows no meter; it carries one in
//! memory (for tests), on a pseudo-terminal, as a USB device or as a folder of files (for the whole
//! program, for training, and for checking against other programs).
//!
//! A simulator watches: a command that erases or sets anything is a [`Simulator::violation`], and
//! fails whatever test sent it.

pub mod cp2110;
pub mod folder;
mod knob;
pub mod memory;
mod noise;
pub mod plausible;
#[cfg(unix)]
pub mod pty;
mod serve;
mod simulator;
#[cfg(target_os = "linux")]
pub mod usb;

pub use knob::{Knob, KnobError, flag, number};
pub use noise::{LINE_KNOBS, Noisy};
pub use serve::serve;
pub use simulator::{Reply, Simulator, Stalled, UsbFunction, UsbShape};
