//! Checksums that meters use. The check value of each is its result over ASCII `123456789`.

/// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF. LifeScan binary, i-SENS. Check 0x29B1.
#[must_use]
pub fn crc16_ccitt(bytes: &[u8]) -> u16 {
    crc16(bytes, 0xFFFF)
}

/// CRC-16/XMODEM: polynomial 0x1021, start 0. Dexcom receivers. Check 0x31C3.
#[must_use]
pub fn crc16_xmodem(bytes: &[u8]) -> u16 {
    crc16(bytes, 0)
}

/// The CRC-16 of Abbott's binary records: reflected 0x1021, start 0xFFFF, and the result's bits
/// reversed. Check 0x89F6.
#[must_use]
pub fn crc16_abbott(bytes: &[u8]) -> u16 {
    let register = bytes.iter().fold(0xFFFF_u16, |register, byte| {
        (0..8).fold(register ^ u16::from(*byte), |register, _| {
            if register & 1 == 1 { (register >> 1) ^ 0x8408 } else { register >> 1 }
        })
    });
    register.reverse_bits()
}

/// The CRC-32 of Abbott's binary frames: 0x04C11DB7, most significant bit first over each
/// little-endian word, the last one padded with zeros. Check 0xAFF19057.
#[must_use]
pub fn crc32_abbott(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0xFFFF_FFFF_u32, |register, chunk| {
        let word = chunk.iter().rev().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
        (0..32).fold(register ^ word, |register, _| {
            if register >> 31 == 1 { (register << 1) ^ 0x04C1_1DB7 } else { register << 1 }
        })
    })
}

/// CRC-8/MAXIM: reflected 0x31, start 0. GlucoMen areo. Check 0xA1.
#[must_use]
pub fn crc8_maxim(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0_u8, |register, byte| {
        (0..8).fold(register ^ byte, |register, _| {
            if register & 1 == 1 { (register >> 1) ^ 0x8C } else { register >> 1 }
        })
    })
}

/// 8-bit sum. ASTM frames, TaiDoc, TRUE METRIX. Check 0xDD.
#[must_use]
pub fn sum8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

/// 16-bit sum. OneTouch Ultra 2, FreeStyle serial, Omnipod. Check 0x01DD.
#[must_use]
pub fn sum16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(u16::from(*byte)))
}

/// 32-bit sum. FreeStyle HID text. Check 0x000001DD.
#[must_use]
pub fn sum32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(u32::from(*byte)))
}

fn crc16(bytes: &[u8], start: u16) -> u16 {
    bytes.iter().fold(start, |register, byte| {
        (0..8).fold(register ^ (u16::from(*byte) << 8), |register, _| {
            if register >> 15 == 1 { (register << 1) ^ 0x1021 } else { register << 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECK: &[u8] = b"123456789";

    #[test]
    fn every_checksum_gives_its_published_check_value() {
        assert_eq!(crc16_ccitt(CHECK), 0x29B1);
        assert_eq!(crc16_xmodem(CHECK), 0x31C3);
        assert_eq!(crc16_abbott(CHECK), 0x89F6);
        assert_eq!(crc32_abbott(CHECK), 0xAFF1_9057);
        assert_eq!(crc8_maxim(CHECK), 0xA1);
        assert_eq!(sum8(CHECK), 0xDD);
        assert_eq!(sum16(CHECK), 0x01DD);
        assert_eq!(sum32(CHECK), 0x01DD);
    }

    #[test]
    fn the_worked_frame_of_the_life_scan_protocol_agrees() {
        assert_eq!(crc16_ccitt(&[0x02, 0x06, 0x08, 0x03]), 0x62C2);
    }
}
