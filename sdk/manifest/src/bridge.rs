//! USB ids that makers of bridge chips give to everyone.
//!
//! Such an id says which chip is in the cable and nothing about what hangs on it: in a clinic
//! perhaps an infusion pump. Source: `README.md`, and the cable tables of the
//! protocol sheets (FTDI FT232R and FT230X, Prolific PL2303, WCH CH340, Silicon Labs CP2102 and
//! CP2110).

/// A USB vendor and product id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsbId {
    /// Vendor id.
    pub vid: u16,
    /// Product id.
    pub pid: u16,
}

/// The ids that a manifest may name as `cable` only.
pub const BRIDGE_IDS: &[UsbId] = &[
    UsbId { vid: 0x0403, pid: 0x6001 },
    UsbId { vid: 0x0403, pid: 0x6015 },
    UsbId { vid: 0x067B, pid: 0x2303 },
    UsbId { vid: 0x1A86, pid: 0x7523 },
    UsbId { vid: 0x10C4, pid: 0xEA60 },
    UsbId { vid: 0x10C4, pid: 0xEA80 },
];

/// True for an id that stands in [`BRIDGE_IDS`].
pub fn is_bridge(vid: u16, pid: u16) -> bool {
    BRIDGE_IDS.contains(&UsbId { vid, pid })
}
