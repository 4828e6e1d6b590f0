//! Date and time as the meter writes them: eight bytes of two decimal digits each.
//!
//! `CC YY MM DD hh mm ss ff`: century, year, month, day, hour, minute, second, hundredth. It is the
//! meter's local time. Spec: IEEE 11073-20601 (AbsoluteTime). Pure.

use meterport_sdk::time::checked;
use meterport_sdk::wit::DeviceTime;

/// The date and time, if it is one. The contract has no hundredths: they are left to the raw bytes.
#[must_use]
pub fn decode(bytes: [u8; 8]) -> Option<DeviceTime> {
    let [century, year, month, day, hour, minute, second, _] = bytes;
    let year = u16::from(digits(century)?) * 100 + u16::from(digits(year)?);
    checked(year, digits(month)?, digits(day)?, digits(hour)?, digits(minute)?, digits(second)?)
        .filter(|time| time.second < 60)
}

/// Whether this is what stands where there never was a time: zeros, or ones.
#[must_use]
pub fn is_unset(bytes: [u8; 8]) -> bool {
    bytes == [0; 8] || bytes == [0xFF; 8]
}

/// Two decimal digits.
fn digits(byte: u8) -> Option<u8> {
    let (tens, ones) = (byte >> 4, byte & 0x0F);
    (tens < 10 && ones < 10).then_some(tens * 10 + ones)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_date_or_no_time_is_none() {
        let good = [0x20, 0x26, 0x03, 0x10, 0x07, 0x15, 0x59, 0x00];
        assert!(decode(good).is_some());
        for (byte, wrong) in [
            (0, 0x18),
            (0, 0x22),
            (1, 0x2A),
            (2, 0x00),
            (2, 0x13),
            (3, 0x00),
            (3, 0x32),
            (4, 0x24),
            (5, 0x60),
            (6, 0x60),
            (6, 0x0F),
        ] {
            let mut bytes = good;
            bytes[byte] = wrong;
            assert_eq!(decode(bytes), None, "byte {byte} is {wrong:#04x}");
        }
        assert!(!is_unset(good));
        for unset in [[0; 8], [0xFF; 8]] {
            assert!(decode(unset).is_none() && is_unset(unset));
        }
    }

    #[test]
    fn the_worked_clock_is_two_minutes_past_eight() {
        let bytes = [0x20, 0x26, 0x03, 0x10, 0x08, 0x02, 0x11, 0x00];
        assert_eq!(decode(bytes), checked(2026, 3, 10, 8, 2, 11));
    }
}
