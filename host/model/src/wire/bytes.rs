//! Byte strings of a fixed length that travel as lower-case hex: ids, hashes, keys, signatures.
//!
//! Reading is strict (exact length, lower case), so that one value has one text.

/// Why a text is not one of the values of this module.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// Not the expected number of lower-case hex digits.
    #[error("{what} is {digits} lower-case hex digits")]
    Hex {
        /// What was being read.
        what: &'static str,
        /// How many digits it has.
        digits: usize,
    },
    /// A pin without `sha256:` in front.
    #[error("a pin is `sha256:` and 64 lower-case hex digits")]
    Pin,
    /// A patient's reference that is empty, too long, or holds control characters.
    #[error(
        "a patient's reference is 1 to {longest} printable characters without blanks around it"
    )]
    Patient {
        /// The longest one accepted, in bytes.
        longest: usize,
    },
    /// A `Content-Digest` without a SHA-256.
    #[error("content digest names no sha-256")]
    Digest,
}

/// Reads exactly `N` bytes of lower-case hex.
pub(super) fn parse_hex<const N: usize>(
    text: &str,
    what: &'static str,
) -> Result<[u8; N], WireError> {
    let error = WireError::Hex { what, digits: N * 2 };
    if text.len() != N * 2 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(error);
    }
    let mut bytes = [0_u8; N];
    match hex::decode_to_slice(text, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(error),
    }
}

/// A newtype over `[u8; N]` whose text, in JSON and elsewhere, is lower-case hex.
macro_rules! hex_bytes {
    ($(#[$doc:meta])* $name:ident, $length:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name([u8; $length]);

        impl $name {
            /// From the bytes themselves.
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes themselves.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(&hex::encode(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wire::WireError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                super::bytes::parse_hex(text, $what).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::wire::WireError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(super) use hex_bytes;
