//! The setup packet of a control request.
//!
//! Source: USB 2.0, 9.3 "USB Device Requests".

/// The eight bytes that begin a control request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Setup {
    /// `bmRequestType`: direction, type, recipient.
    pub kind: u8,
    /// `bRequest`.
    pub request: u8,
    /// `wValue`.
    pub value: u16,
    /// `wIndex`.
    pub index: u16,
    /// `wLength`.
    pub length: u16,
    /// All eight bytes as they were.
    pub bytes: [u8; 8],
}

impl Setup {
    /// Takes the eight bytes apart.
    pub fn parse(bytes: [u8; 8]) -> Self {
        let [kind, request, v0, v1, i0, i1, l0, l1] = bytes;
        Self {
            kind,
            request,
            value: u16::from_le_bytes([v0, v1]),
            index: u16::from_le_bytes([i0, i1]),
            length: u16::from_le_bytes([l0, l1]),
            bytes,
        }
    }

    /// The high byte of `wValue`: the kind of a descriptor or a report.
    pub fn value_high(&self) -> u8 {
        self.value.to_be_bytes()[0]
    }

    /// The low byte of `wValue`: the number of a descriptor or a report.
    pub fn value_low(&self) -> u8 {
        self.value.to_le_bytes()[0]
    }

    /// The low byte of `wIndex`: an endpoint's address or an interface's number.
    pub fn index_low(&self) -> u8 {
        self.index.to_le_bytes()[0]
    }
}
