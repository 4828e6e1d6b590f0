//! The pin of a server: SHA-256 of the SubjectPublicKeyInfo of the practice's root certificate,
//! written `sha256:` and 64 lower-case hex digits.
//!
//! It names the key, not the certificate: a root that is issued again for the same key keeps it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::WireError;
use super::bytes::parse_hex;

/// What a server's root key hashes to.
#[derive(Clone, Copy, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pin([u8; 32]);

impl Pin {
    /// The pin of this key: the whole DER SEQUENCE `SubjectPublicKeyInfo`, tag and length included.
    pub fn of_spki(spki: &[u8]) -> Self {
        Self(sha2::Sha256::digest(spki).into())
    }
}

impl FromStr for Pin {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("sha256:").ok_or(WireError::Pin)?;
        parse_hex(digits, "a pin").map(Self).map_err(|_| WireError::Pin)
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "sha256:{}", hex::encode(self.0))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pin({self})")
    }
}

impl TryFrom<String> for Pin {
    type Error = WireError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Pin> for String {
    fn from(pin: Pin) -> Self {
        pin.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_form_of_a_pin_is_refused() {
        let digits = "ab".repeat(32);
        for text in
            [digits.clone(), format!("sha256:{}", digits.to_uppercase()), "sha256:abcd".into()]
        {
            assert_eq!(text.parse::<Pin>(), Err(WireError::Pin));
        }
    }

    #[test]
    fn a_pin_is_read_as_it_is_written() {
        let pin = Pin::of_spki(b"key");
        assert_eq!(pin.to_string().parse(), Ok(pin));
    }
}
