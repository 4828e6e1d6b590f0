//! SHA-256 sums, which are the names of packages.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// A SHA-256 sum. As text, 64 lower-case hexadecimal digits and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Hex([u8; 32]);

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 sum of 64 lower-case hexadecimal digits")]
pub struct HashError;

impl Sha256Hex {
    /// The sum of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl FromStr for Sha256Hex {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(HashError);
        }
        let mut sum = [0; 32];
        hex::decode_to_slice(text, &mut sum).map_err(|_| HashError)?;
        Ok(Self(sum))
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::{HashError, Sha256Hex};

    /// FIPS 180-2, appendix B.1: the sum of `abc`.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn what_is_not_64_lower_case_digits_is_no_sum() {
        let long = format!("{ABC}0");
        for text in
            ["", "ba78", "../lock", &ABC.to_uppercase(), &ABC[1..], &long, &ABC.replace('b', "g")]
        {
            assert_eq!(text.parse::<Sha256Hex>(), Err(HashError), "{text}");
        }
    }

    #[test]
    fn a_sum_prints_as_it_was_read() {
        assert_eq!(Sha256Hex::of(b"abc").to_string(), ABC);
        assert_eq!(ABC.parse(), Ok(Sha256Hex::of(b"abc")));
    }
}
