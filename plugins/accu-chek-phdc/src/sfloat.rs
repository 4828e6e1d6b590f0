//! The 16-bit decimal number of IEEE 11073: a signed exponent of 4 bits and a signed mantissa of 12.
//!
//! | code          | meaning                                                                  |
//! |---------------|--------------------------------------------------------------------------|
//! | `07FE` `0802` | above, below what can be measured: HI, LO                                |
//! | `07FF`        | not a number                                                             |
//! | `0800`        | not at this resolution                                                   |
//! | `0801`        | reserved                                                                 |
//! | any other     | mantissa times ten to the exponent                                       |
//!
//! Spec: IEEE 11073-20601 (SFLOAT-Type). Pure.

use crate::error::FormatError;

/// What a number says. It is a result, so it has no `Debug`.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Value {
    /// Thousandths.
    Milli(u32),
    /// A number whose mantissa has, without an exponent, one of the meanings of the table. The
    /// standard leaves open whether it may be a number beside one.
    Doubtful(u32),
    /// Above what can be measured.
    High,
    /// Below what can be measured.
    Low,
    /// Not a number.
    NotANumber,
    /// There is a number that this format cannot hold.
    NotAtThisResolution,
    /// A code without a meaning yet.
    Reserved,
}

/// What the two bytes say. No number is rounded or cut.
///
/// # Errors
///
/// A number that is negative, has more than three decimals, or is too large for thousandths.
pub fn decode(code: u16) -> Result<Value, FormatError> {
    let milli = match code {
        0x07FE => return Ok(Value::High),
        0x0802 => return Ok(Value::Low),
        0x07FF => return Ok(Value::NotANumber),
        0x0800 => return Ok(Value::NotAtThisResolution),
        0x0801 => return Ok(Value::Reserved),
        code => milli(code)?,
    };
    let doubtful = matches!(code & 0x0FFF, 0x07FE | 0x07FF);
    Ok(if doubtful { Value::Doubtful(milli) } else { Value::Milli(milli) })
}

fn milli(code: u16) -> Result<u32, FormatError> {
    let mantissa = u64::from(code & 0x0FFF);
    if mantissa & 0x0800 != 0 {
        return Err(FormatError::ValueOutOfRange);
    }
    // The exponent's own sign is bit 3: 0 to 7, then -8 to -1. Thousandths are 3 more.
    let exponent = u32::from(code >> 12);
    let milli = match exponent {
        0..=7 => mantissa.saturating_mul(10_u64.pow(exponent + 3)),
        13..=15 => mantissa.saturating_mul(10_u64.pow(exponent - 13)),
        _ => {
            let divisor = 10_u64.pow(13_u32.saturating_sub(exponent));
            if !mantissa.is_multiple_of(divisor) {
                return Err(FormatError::ValueTooFine);
            }
            mantissa / divisor
        }
    };
    u32::try_from(milli).map_err(|_| FormatError::ValueOutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milli_of(code: u16) -> Result<u32, FormatError> {
        decode(code).map(|value| match value {
            Value::Milli(milli) => milli,
            _ => panic!("{code:#06x} is no plain number"),
        })
    }

    #[test]
    fn a_negative_number_does_not_fit() {
        for code in [0x0803, 0x0FFF, 0xF800, 0xF802, 0x8FFF, 0x7FFF] {
            assert_eq!(milli_of(code), Err(FormatError::ValueOutOfRange), "{code:#06x}");
        }
    }

    #[test]
    fn a_number_above_the_largest_of_the_contract_does_not_fit() {
        for code in [0x6005, 0x67FD, 0x7001, 0x77FD, 0x41AE] {
            assert_eq!(milli_of(code), Err(FormatError::ValueOutOfRange), "{code:#06x}");
        }
        assert_eq!(milli_of(0x6004), Ok(4_000_000_000));
        assert_eq!(milli_of(0x41AD), Ok(4_290_000_000));
        assert_eq!(milli_of(0x7000), Ok(0));
    }

    #[test]
    fn a_number_with_more_than_three_decimals_does_not_fit() {
        for code in [0xC001, 0xC00B, 0xC7FD, 0x8001, 0x87FD, 0xB063] {
            assert_eq!(milli_of(code), Err(FormatError::ValueTooFine), "{code:#06x}");
        }
        assert_eq!(milli_of(0xC00A), Ok(1));
        assert_eq!(milli_of(0xB064), Ok(1));
        assert_eq!(milli_of(0x8000), Ok(0));
    }

    #[test]
    fn the_five_codes_are_no_numbers() {
        assert!(decode(0x07FE) == Ok(Value::High));
        assert!(decode(0x0802) == Ok(Value::Low));
        assert!(decode(0x07FF) == Ok(Value::NotANumber));
        assert!(decode(0x0800) == Ok(Value::NotAtThisResolution));
        assert!(decode(0x0801) == Ok(Value::Reserved));
    }

    #[test]
    fn the_mantissa_of_a_code_beside_an_exponent_is_doubted() {
        assert!(decode(0xF7FE) == Ok(Value::Doubtful(204_600)));
        assert!(decode(0xF7FF) == Ok(Value::Doubtful(204_700)));
        assert!(decode(0xF7FD) == Ok(Value::Milli(204_500)));
    }

    #[test]
    fn every_number_between_the_bounds_is_exact() {
        assert_eq!(milli_of(0x0000), Ok(0));
        assert_eq!(milli_of(0x0068), Ok(104_000));
        assert_eq!(milli_of(0xF418), Ok(104_800));
        assert_eq!(milli_of(0x07FD), Ok(2_045_000));
        assert_eq!(milli_of(0xD7FD), Ok(2_045));
        assert_eq!(milli_of(0xE7FD), Ok(20_450));
        assert_eq!(milli_of(0x1006), Ok(60_000));
    }

    #[test]
    fn every_code_is_a_value_or_refused() {
        let refused = (0..=u16::MAX).filter(|code| decode(*code).is_err()).count();
        // All 16 * 2048 negative ones but the three codes, and some of the others.
        assert!((16 * 2048 - 3..0x10000 - 3 * 2048).contains(&refused), "{refused}");
    }
}
