//! What leaves the program instead of a record's id.
//!
//! The bare hash is guessable (a value, a minute), so on the wire and in URLs there is only
//! HMAC-SHA-256 of it, under the identity key of the practice's server.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::RecordId;
use crate::redact::redacted_debug;

/// The identity key of a practice's server, handed out at sign-in and the same on all its nodes.
#[derive(Clone, ZeroizeOnDrop)]
pub struct IdentityKey([u8; 32]);

redacted_debug!(IdentityKey);

impl IdentityKey {
    /// From the server's 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For sealing and for handing out.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A record's id as it stands on the wire: 64 lower-case hex digits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct BlindId([u8; 32]);

/// A text that is no blind id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a record id is not 64 lower-case hex digits")]
pub struct BlindIdError;

impl RecordId {
    /// The id for the wire.
    pub fn blind(&self, key: &IdentityKey) -> BlindId {
        // HMAC fills a key shorter than the hash's block with zeros (RFC 2104, section 2).
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(key.0).for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(self.as_bytes());
        BlindId(mac.finalize().into_bytes().into())
    }
}

impl BlindId {
    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hex digits, and nothing else.
    pub fn parse(text: &str) -> Result<Self, BlindIdError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| BlindIdError)?;
        let id = Self(bytes);
        if id.to_string() == text { Ok(id) } else { Err(BlindIdError) }
    }
}

impl fmt::Display for BlindId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for BlindId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlindId({self})")
    }
}

impl Serialize for BlindId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlindId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
