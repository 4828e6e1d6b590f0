//! Finds meters and opens links to them; records and replays links.
//!
//! A *link* is one opened connection to one meter. It blocks the thread that owns it, with a
//! deadline, and looks at a [`Watch`] at least every 50 ms meanwhile, so that a session can be ended
//! while it waits.
//!
//! | module | what |
//! |---|---|
//! | `attached`, `enumerate` | what is attached, without a byte sent to it |
//! | `opening` | [`open`]: from something attached to a link; what a person names |
//! | `link`, `packets` | [`Link`] and the traits behind it: what a session talks to, how a call fails |
//! | `timeline` | [`Timeline`]: real time for a live link, the recording's own for a replayed one |
//! | `serial`, `hid`, `usb`, `block`, `volume` | the live links |
//! | `worker` | calls that the system may hold up, on a thread of their own |
//! | `replay`, `record` | a recording in place of a meter; a recording of a meter |
//! | `import` | a capture of USB traffic becomes a recording |
//!
//! What a driver may do with a link is not decided here: that is the runtime's. Nothing here knows
//! a meter; which driver fits what was found is for the manifests to say.
//!
//! # What is there on which system
//!
//! | | Linux | Windows, macOS (their devices are tried by nobody here) |
//! |---|---|---|
//! | serial, HID | listed and opened | listed and opened |
//! | raw USB | listed and opened | listed without product text; Windows needs WinUSB bound |
//! | blocks | listed and opened | not at all: [`OpenError::Unsupported`] |
//! | volumes | listed where mounted from USB; any folder opened | any folder opened |
//!
//! # Tests
//!
//! Here run the pure parts, made-up sysfs trees, folders, fakes and pseudo-terminals. What needs a
//! kernel's devices runs in the QEMU guest: real hidraw nodes, claims and detached drivers, stalls
//! and unplugs of libusb, direct reads of a disk, a mounted disk that refuses to be opened, FAT
//! volumes, and rights of a user who is not root.

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
