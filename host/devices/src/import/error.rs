//! Why a capture does not become a recording. Errors name packets, addresses and ids, never what
//! was transferred.

use std::fmt;

use crate::UsbAddress;

/// Why a capture does not become a recording. Packets count from 1, as Wireshark counts them.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Not a pcapng file, or a damaged one.
    #[error("not a pcapng capture, or damaged after packet {after}")]
    NotACapture {
        /// How many packets were read.
        after: usize,
    },
    /// More than is taken in at once.
    #[error("the capture is too large: more than {most} {what}")]
    TooLarge {
        /// The limit.
        most: usize,
        /// Of what.
        what: &'static str,
    },
    /// A capture of something else than USB, or in a format that is not known.
    #[error(
        "packet {packet} is of link type {link}; known are 189, 220 (usbmon) and 249 (USBPcap)"
    )]
    LinkType {
        /// Which packet.
        packet: usize,
        /// Number of the link type.
        link: i32,
    },
    /// A packet that is not what its link type says.
    #[error("packet {packet} is damaged")]
    Packet {
        /// Which packet.
        packet: usize,
    },
    /// A transfer of which the capture holds only a part.
    #[error("packet {packet} was cut when it was captured")]
    Truncated {
        /// Which packet.
        packet: usize,
    },
    /// Several devices, and none was chosen.
    #[error("the capture is of several devices: {}", list(.devices))]
    Several {
        /// All with traffic of their own.
        devices: Vec<CapturedDevice>,
    },
    /// The chosen device is not in the capture.
    #[error("device {address} is not in the capture; there are: {}", list(.devices))]
    NoSuchDevice {
        /// As it was chosen.
        address: UsbAddress,
        /// All that are there.
        devices: Vec<CapturedDevice>,
    },
    /// Nobody talked to a device.
    #[error("no conversation with a device is in the capture")]
    NoTalk,
    /// Descriptors that are needed were read before the capture began.
    #[error("the capture does not hold the {what} of device {address}")]
    NoDescriptor {
        /// Which device.
        address: UsbAddress,
        /// Which descriptor.
        what: &'static str,
    },
    /// More than one interface of the device was used.
    #[error("the conversation uses interfaces {numbers:?} of the device; one is expected")]
    Interfaces {
        /// Their numbers.
        numbers: Vec<u8>,
    },
    /// The interface is of a class that no driver speaks to as HID or raw USB.
    #[error("interface {number} is of class 0x{class:02X}, which is not imported")]
    Class {
        /// Number of the interface.
        number: u8,
        /// Its class.
        class: u8,
    },
    /// What was made of the capture is no recording: an error of this crate.
    #[error("the conversation does not fit a recording")]
    Recording(#[from] meterport_recording::RecordingError),
}

/// A device of a capture.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CapturedDevice {
    /// Where it was.
    pub address: UsbAddress,
    /// Vendor and product id, if its descriptor is in the capture.
    pub ids: Option<(u16, u16)>,
}

impl fmt::Display for CapturedDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ids {
            Some((vid, pid)) => write!(f, "{} ({vid:04X}:{pid:04X})", self.address),
            None => write!(f, "{}", self.address),
        }
    }
}

fn list(devices: &[CapturedDevice]) -> String {
    let devices: Vec<String> = devices.iter().map(ToString::to_string).collect();
    devices.join(", ")
}

impl ImportError {
    /// The registered word for this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Several { .. } => "device.several",
            Self::NoSuchDevice { .. } | Self::NoTalk => "device.none",
            _ => "replay.syntax",
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotACapture { .. } => "save the capture as pcapng",
            Self::TooLarge { .. } => "capture one device, and only while it is read",
            Self::Several { .. } | Self::NoSuchDevice { .. } => "choose one with `--usb BUS:ADDR`",
            Self::NoTalk => "capture while the meter is read by its maker's program",
            Self::NoDescriptor { .. } => "begin the capture before the meter is plugged in",
            Self::Truncated { .. } => "capture again without a limit on the length of packets",
            Self::Class { class: 0x02 | 0x0A, .. } => "say the line settings with `--serial`",
            _ => return None,
        })
    }
}
