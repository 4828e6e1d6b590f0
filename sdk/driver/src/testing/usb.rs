//! What every fake USB device has to know about the wire.

use crate::wit::{Kind, Recipient, Setup};

/// The longest that one USB or block call takes, in milliseconds; a longer time is cut to it.
pub const USB_MS: u32 = 2000;

/// The eight bytes of a setup packet (USB 2.0, table 9-2). `input`: the device sends the data.
#[must_use]
pub fn setup_bytes(setup: Setup, input: bool, length: u16) -> [u8; 8] {
    let kind = match setup.kind {
        Kind::Standard => 0x00,
        Kind::Class => 0x20,
        Kind::Vendor => 0x40,
    };
    let recipient = match setup.recipient {
        Recipient::Device => 0,
        Recipient::Interface => 1,
        Recipient::Endpoint => 2,
        Recipient::Other => 3,
    };
    let direction = if input { 0x80 } else { 0x00 };
    let [value_low, value_high] = setup.value.to_le_bytes();
    let [index_low, index_high] = setup.index.to_le_bytes();
    let [low, high] = length.to_le_bytes();
    [
        direction | kind | recipient,
        setup.request,
        value_low,
        value_high,
        index_low,
        index_high,
        low,
        high,
    ]
}
