//! The rules by which a driver recognises its devices.

use crate::bridge::UsbId;
use crate::line::Line;
use crate::pattern::Pattern;

/// One `[[match]]`. Its place in the list is what a driver is told as `context.rule`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Whether the id is the meter's own.
    pub kind: MatchKind,
    /// The USB product text.
    pub product: Option<Pattern>,
    /// How the device is reached, and what tells it apart there.
    pub transport: Transport,
}

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchKind {
    /// The meter itself, or its maker's own cable.
    Device,
    /// Anyone's adapter. Nothing is ever sent to it unasked.
    Cable,
}

/// How a device is reached, with the keys of that transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A serial port of a USB device.
    Serial {
        /// USB vendor id.
        vid: u16,
        /// USB product id.
        pid: u16,
        /// What the port is opened with.
        line: Line,
    },
    /// A HID device.
    Hid {
        /// USB vendor id.
        vid: u16,
        /// USB product id.
        pid: u16,
        /// USB interface number.
        interface: Option<u8>,
        /// Usage page of a top-level collection.
        usage_page: Option<u16>,
        /// Usage of the same collection.
        usage: Option<u16>,
    },
    /// One USB interface.
    Usb {
        /// USB vendor id.
        vid: u16,
        /// USB product id.
        pid: u16,
        /// Class of the interface.
        class: UsbClass,
        /// USB interface number.
        interface: Option<u8>,
    },
    /// A disk that is a meter.
    Block {
        /// USB vendor id.
        vid: u16,
        /// USB product id.
        pid: u16,
        /// Vendor as INQUIRY says it, without trailing blanks.
        vendor: String,
        /// Model as INQUIRY says it, without trailing blanks; `*` stands for anything.
        model: Pattern,
        /// The block addresses that may be read.
        read: Vec<u64>,
    },
    /// A mounted volume.
    Volume {
        /// Name of the volume.
        label: Pattern,
        /// Names of files in the root.
        files: Vec<Pattern>,
        /// USB vendor id.
        vid: Option<u16>,
        /// USB product id; never without `vid`.
        pid: Option<u16>,
    },
}

/// The USB interface classes a driver may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UsbClass {
    /// 0x0F, personal healthcare.
    PersonalHealthcare,
    /// 0xFF, vendor specific.
    Vendor,
}

impl UsbClass {
    /// The class code, if it is one that a driver may have.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            0x0F => Some(Self::PersonalHealthcare),
            0xFF => Some(Self::Vendor),
            _ => None,
        }
    }

    /// The class code of USB.
    pub fn code(self) -> u8 {
        match self {
            Self::PersonalHealthcare => 0x0F,
            Self::Vendor => 0xFF,
        }
    }
}

impl MatchKind {
    /// The word of the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Cable => "cable",
        }
    }
}

impl Transport {
    /// The word of the manifest.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Serial { .. } => "serial",
            Self::Hid { .. } => "hid",
            Self::Usb { .. } => "usb",
            Self::Block { .. } => "block",
            Self::Volume { .. } => "volume",
        }
    }

    /// The USB id, where the rule states the whole of it.
    pub fn usb_id(&self) -> Option<UsbId> {
        match *self {
            Self::Serial { vid, pid, .. }
            | Self::Hid { vid, pid, .. }
            | Self::Usb { vid, pid, .. }
            | Self::Block { vid, pid, .. } => Some(UsbId { vid, pid }),
            Self::Volume { vid, pid, .. } => Some(UsbId { vid: vid?, pid: pid? }),
        }
    }
}
