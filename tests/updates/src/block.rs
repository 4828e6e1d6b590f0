//! One minisign signature with its parts in reach, for those who alter them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One minisign signature. Displays as its four lines, each with its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The first line, whole.
    pub untrusted: String,
    /// `ED` is prehashed, `Ed` is legacy. Nothing signs these two bytes.
    pub algorithm: [u8; 2],
    /// The key id. Nothing signs it.
    pub key_id: [u8; 8],
    /// The signature over the file, or over its BLAKE2b sum.
    pub signature: [u8; 64],
    /// The third line, whole.
    pub trusted: String,
    /// The signature over the signature and the trusted comment.
    pub global: [u8; 64],
}

impl Block {
    /// Takes the four lines apart.
    pub fn parse(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let first = STANDARD.decode(lines[1]).unwrap();
        Self {
            untrusted: lines[0].to_owned(),
            algorithm: first[..2].try_into().unwrap(),
            key_id: first[2..10].try_into().unwrap(),
            signature: first[10..].try_into().unwrap(),
            trusted: lines[2].to_owned(),
            global: STANDARD.decode(lines[3]).unwrap().try_into().unwrap(),
        }
    }

    /// The same signature with the other algorithm in its label.
    #[must_use]
    pub fn relabelled(&self) -> Self {
        let algorithm = if self.algorithm == *b"ED" { *b"Ed" } else { *b"ED" };
        Self { algorithm, ..self.clone() }
    }

    /// The same signature under another trusted comment.
    #[must_use]
    pub fn claiming(&self, comment: &str) -> Self {
        Self { trusted: format!("trusted comment: {comment}"), ..self.clone() }
    }

    /// The signature with its scalar S made S + L: the same equation holds, RFC 8032 5.1.7 forbids
    /// it.
    #[must_use]
    pub fn malleated(&self) -> Self {
        Self { signature: plus_group_order(self.signature), ..self.clone() }
    }

    /// The same with the global signature.
    #[must_use]
    pub fn globally_malleated(&self) -> Self {
        Self { global: plus_group_order(self.global), ..self.clone() }
    }

    /// One bit of the signature is another.
    #[must_use]
    pub fn damaged(&self) -> Self {
        let mut block = self.clone();
        block.signature[3] ^= 0x10;
        block
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = [&self.algorithm[..], &self.key_id, &self.signature].concat();
        writeln!(f, "{}\n{}", self.untrusted, STANDARD.encode(first))?;
        writeln!(f, "{}\n{}", self.trusted, STANDARD.encode(self.global))
    }
}

/// Adds the order of the group, 2^252 + 27742317777372353535851937790883648493, to the second half
/// of a signature (RFC 8032 5.1; little-endian).
fn plus_group_order(mut signature: [u8; 64]) -> [u8; 64] {
    const L: [u8; 32] = [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (byte, add) in signature[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = (sum & 0xFF) as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "S + L does not fit");
    signature
}
