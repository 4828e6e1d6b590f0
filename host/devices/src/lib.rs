//! Finds meters and opens links to them; records and replays links.
//!
//! A *link* is one opened connection to one meter. It blocks the thread that owns it, with a
//! deadline, and looks at a [`Watch`] at least every 50 ms meanwhile, so that a session can be ended
//! while it waits.
//!
//! | module | what |
//! |---|---|
//! | `link` | [`Link`] and [`SerialLink`]: what a session talks to, and how a call fails |
//! | `timeline` | [`Timeline`]: real time for a live link, the recording's own for a replayed one |
//! | `serial` | a live serial port |
//! | `replay`, `record` | a recording in place of a meter; a recording of a meter |
//! | `attached`, `enumerate` | what is attached, without a byte sent to it |
//!
//! What a driver may do with a link is not decided here: that is the runtime's. Nothing here knows
//! a meter; which driver fits what was found is for the manifests to say. HID, USB, block devices
//! and volumes are not there yet; [`Link`] and [`Attached`] leave room for them.

mod attached;
mod block;
mod enumerate;
mod hid;
mod import;
mod link;
mod open;
mod opening;
mod packets;
mod record;
mod replay;
mod serial;
mod settings;
mod timeline;
mod usb;
mod volume;
mod worker;

pub use attached::{Access, AdapterSerial, Attached, DeviceId};
pub use block::BlockPort;
pub use enumerate::{Enumerate, EnumerateError, Fixed, System};
pub use hid::HidPort;
pub use import::{CapturedDevice, ImportError, import};
pub use link::{Link, LinkError, Purge, SerialLink, Unwatched, Watch};
pub use open::{MountedDrive, OpenError};
pub use opening::open;
pub use packets::{
    BlockIdentity, BlockLink, Endpoint, EntryKind, HidLink, Setup, Transfer, USB_TIMEOUT, UsbLink,
    VolumeEntry, VolumeFile, VolumeLink,
};
pub use record::{Recorded, RecordingHandle, record};
pub use replay::{ReplayEnd, ReplayLink, replay};
pub use serial::SerialPort;
pub use settings::{DataBits, Flow, LineSettings, Parity, StopBits};
pub use timeline::{Start, Timeline};
pub use usb::{UsbAddress, UsbPort};
pub use volume::VolumeDir;
