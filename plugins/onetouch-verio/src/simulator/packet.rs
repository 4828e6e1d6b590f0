//! Packets, as the meter makes and reads them.

use meterport_sdk::check::crc16_ccitt;

/// One message in its packet.
pub(super) fn packet(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len() + 6).unwrap_or(u16::MAX);
    let mut bytes = [&[0x02], &length.to_le_bytes()[..], message, &[0x03]].concat();
    let sum = crc16_ccitt(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

/// The message of the next whole packet; anything else is thrown away.
pub(super) fn take(arrived: &mut Vec<u8>) -> Option<Vec<u8>> {
    loop {
        let junk = arrived.iter().take_while(|byte| **byte != 0x02).count();
        arrived.drain(..junk);
        let length = u16::from_le_bytes([*arrived.get(1)?, *arrived.get(2)?]);
        let length = usize::from(length);
        if (6..=512).contains(&length) {
            let (body, sum) = arrived.get(..length)?.split_at_checked(length - 2)?;
            let [_, _, _, message @ .., end] = body else { return None };
            if *end == 0x03 && sum == crc16_ccitt(body).to_le_bytes() {
                let message = message.to_vec();
                arrived.drain(..length);
                return Some(message);
            }
        }
        arrived.drain(..1);
    }
}
