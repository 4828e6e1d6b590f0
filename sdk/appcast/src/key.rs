//! Public keys of minisign.
//!
//! A key is base64 of 42 bytes: `Ed`, 8 bytes of key id, 32 bytes of Ed25519 (minisign's
//! documentation, "Public key format"). The key id is a label that nobody signs, so a key *is* its
//! 32 bytes: two texts with the same 32 bytes are the same key.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::lines::{self, LineError};

/// A public key, equal to another if their 32 bytes are.
#[derive(Clone)]
pub struct PublicKey {
    text: String,
    id: u64,
    bytes: [u8; 32],
    verifier: minisign_verify::PublicKey,
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not canonical base64 of 42 bytes.
    #[error("is no minisign key: not base64 of 42 bytes")]
    Encoding,
    /// Does not begin with `Ed`.
    #[error("is no minisign key: its algorithm is not `Ed`")]
    Algorithm,
    /// A point with which signatures can be made up.
    #[error("is a key that everybody can sign for")]
    Weak,
    /// Not a comment line and a key line.
    #[error("is no minisign key file: not an `untrusted comment: ` line and a key")]
    File,
}

impl PublicKey {
    /// Reads the base64 text of a key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let all = STANDARD.decode(text).map_err(|_| KeyError::Encoding)?;
        let all = <[u8; 42]>::try_from(all).map_err(|_| KeyError::Encoding)?;
        let (head, bytes) = all.split_last_chunk::<32>().ok_or(KeyError::Encoding)?;
        let (algorithm, id) = head.split_last_chunk::<8>().ok_or(KeyError::Encoding)?;
        if algorithm != b"Ed" {
            return Err(KeyError::Algorithm);
        }
        if is_weak(bytes) {
            return Err(KeyError::Weak);
        }
        let verifier =
            minisign_verify::PublicKey::from_base64(text).map_err(|_| KeyError::Encoding)?;
        Ok(Self { text: text.to_owned(), id: u64::from_le_bytes(*id), bytes: *bytes, verifier })
    }

    /// Reads a `.pub` file: a comment line and the key. As with `.minisig` files, CRLF and a missing
    /// last line end are taken.
    pub fn from_file(text: &str) -> Result<Self, KeyError> {
        let lines = lines::of_file(text.as_bytes()).map_err(|_: LineError| KeyError::File)?;
        match lines.as_slice() {
            [comment, key] if comment.starts_with("untrusted comment: ") => Self::parse(key),
            _ => Err(KeyError::File),
        }
    }

    /// The key itself.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The label, as a number. Minisign shows it as 16 upper-case hexadecimal digits.
    pub fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn verifier(&self) -> &minisign_verify::PublicKey {
        &self.verifier
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

/// The base64 text.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.text)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for PublicKey {}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

/// The y coordinates of the points of order 1, 2, 4 and 8 (RFC 8032, 5.1), and the second spellings
/// of 0 and 1; the highest bit is the sign of x. For such a key anybody finds signatures after a few
/// tries, without a secret. The verifying crate refuses some of them only.
const WEAK: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

fn is_weak(bytes: &[u8; 32]) -> bool {
    let mut y = *bytes;
    let [.., last] = &mut y;
    *last &= 0x7F;
    WEAK.contains(&hex::encode(y).as_str())
}
