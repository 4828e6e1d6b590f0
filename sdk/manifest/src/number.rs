//! Decimal texts as whole thousandths. No floats: `8.1` is 8100, exactly.

use std::fmt;
use std::str::FromStr;

/// Thousandths of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Milli(pub u32);

/// Why a text is no decimal number in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MilliError {
    /// Not digits, or digits around one point: no sign, no exponent, no blank, no leading zero.
    #[error("is no decimal number such as `600` or `8.0`")]
    NotDecimal,
    /// More than three digits after the point.
    #[error("has {found} decimals, allowed are 3")]
    TooManyDecimals {
        /// How many there are.
        found: usize,
    },
    /// More than 4294967.295.
    #[error("is too large, the largest is 4294967.295")]
    TooLarge,
}

impl FromStr for Milli {
    type Err = MilliError;

    fn from_str(text: &str) -> Result<Self, MilliError> {
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if !is_digits(whole) || leading_zero || decimals.is_some_and(|d| !is_digits(d)) {
            return Err(MilliError::NotDecimal);
        }
        let decimals = decimals.unwrap_or("");
        if decimals.len() > 3 {
            return Err(MilliError::TooManyDecimals { found: decimals.len() });
        }
        // Padded on the right, the decimals are the thousandths; digits alone cannot fail to parse
        // but by being too many.
        let thousandths = format!("{whole}{decimals:0<3}");
        thousandths.parse().map(Self).map_err(|_| MilliError::TooLarge)
    }
}

impl fmt::Display for Milli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, thousandths) = (self.0 / 1000, self.0 % 1000);
        if thousandths == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{thousandths:03}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Milli, MilliError};

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", " 1", "1 ", "1,5", "01", "1.5.0", "٣"]
        {
            assert_eq!(text.parse::<Milli>(), Err(MilliError::NotDecimal), "{text}");
        }
    }

    #[test]
    fn a_fourth_decimal_is_refused_and_not_rounded() {
        assert_eq!("8.0000".parse::<Milli>(), Err(MilliError::TooManyDecimals { found: 4 }));
    }

    #[test]
    fn a_number_beyond_32_bits_is_refused() {
        assert_eq!("4294967.296".parse::<Milli>(), Err(MilliError::TooLarge));
        assert_eq!("99999999999999999999".parse::<Milli>(), Err(MilliError::TooLarge));
        assert_eq!("4294967.295".parse(), Ok(Milli(u32::MAX)));
    }

    #[test]
    fn decimals_are_exact_thousandths_and_print_without_trailing_zeros() {
        for (text, milli, shown) in [
            ("0", 0, "0"),
            ("0.001", 1, "0.001"),
            ("8.0", 8000, "8"),
            ("33.3", 33_300, "33.3"),
            ("1.05", 1050, "1.05"),
            ("600", 600_000, "600"),
        ] {
            assert_eq!(text.parse(), Ok(Milli(milli)), "{text}");
            assert_eq!(Milli(milli).to_string(), shown);
        }
    }
}
