//! Minisign signatures, and the one place that reads their trusted comment.
//!
//! A signature is four lines: an untrusted comment, base64 of 74 bytes (algorithm, key id,
//! signature), a trusted comment, base64 of 64 bytes (a signature over signature and trusted
//! comment). Neither algorithm nor key id is signed, so they mean nothing here; signature bytes are
//! never an identity, so two signatures are not compared. The crate below is laxer than minisign
//! itself, so it is only ever handed four lines that were checked here.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::comment::Comment;
use crate::key::PublicKey;
use crate::limits::{MAX_BLOCK_BYTES, MAX_SIGNATURES};
use crate::lines;

/// Four checked lines. Nothing in them is trusted before a key has verified them.
#[derive(Clone, Debug)]
pub struct Signature {
    lines: [String; 4],
}

/// Why bytes are no signatures, or have none at their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// No line `<!-- minisign`.
    #[error("there is no line `<!-- minisign`")]
    NoMarker,
    /// The file does not end with the line `-->`.
    #[error("the last line is not `-->`")]
    NoEnd,
    /// More bytes than allowed.
    #[error("signatures of {found} bytes, allowed are {MAX_BLOCK_BYTES}")]
    TooLarge {
        /// How many bytes there are.
        found: usize,
    },
    /// Not 1 to 16 times four lines.
    #[error("{found} lines of signatures, expected are 1 to {MAX_SIGNATURES} times four")]
    Lines {
        /// How many lines there are.
        found: usize,
    },
    /// Something else than printable ASCII.
    #[error("signatures hold a character that is not printable ASCII")]
    NotPrintable,
    /// Two hyphens, which XML does not allow in a comment.
    #[error("signatures hold `--`")]
    Hyphens,
    /// A line is not what it should be.
    #[error("line {line} of signature {signature} is none of a minisign signature")]
    Line {
        /// Which signature, from 1.
        signature: usize,
        /// Which of its lines, from 1.
        line: usize,
    },
}

impl Signature {
    /// Reads a `.minisig` file: the four lines, 1 to 16 times.
    pub fn file(bytes: &[u8]) -> Result<Vec<Self>, SplitError> {
        if bytes.len() > MAX_BLOCK_BYTES {
            return Err(SplitError::TooLarge { found: bytes.len() });
        }
        let lines = lines::of_file(bytes).map_err(|_| SplitError::NotPrintable)?;
        Self::all(&lines)
    }

    /// Checks lines, four for each signature.
    pub(crate) fn all(lines: &[&str]) -> Result<Vec<Self>, SplitError> {
        let (fours, rest) = lines.as_chunks::<4>();
        if fours.is_empty() || fours.len() > MAX_SIGNATURES || !rest.is_empty() {
            return Err(SplitError::Lines { found: lines.len() });
        }
        (1..).zip(fours).map(|(number, four)| Self::one(number, *four)).collect()
    }

    fn one(number: usize, four: [&str; 4]) -> Result<Self, SplitError> {
        let [untrusted, signature, trusted, global] = four;
        let checks = [
            untrusted.starts_with(UNTRUSTED),
            is_base64_of(signature, 74),
            trusted.starts_with(TRUSTED),
            is_base64_of(global, 64),
        ];
        match (1..).zip(checks).find(|(_, is_right)| !is_right) {
            Some((line, _)) => Err(SplitError::Line { signature: number, line }),
            None => Ok(Self { lines: four.map(str::to_owned) }),
        }
    }

    /// The trusted comment, if `key` made this signature over `signed`.
    ///
    /// SECURITY: nothing else reads a trusted comment. Only signatures over a hash of the bytes are
    /// taken: of the older kind, one over a file of 64 bytes can be relabelled.
    pub fn text(&self, key: &PublicKey, signed: &[u8]) -> Option<String> {
        let signature = minisign_verify::Signature::decode(&self.lines.join("\n")).ok()?;
        key.verifier().verify(signed, &signature, false).ok()?;
        Some(signature.trusted_comment().to_owned())
    }

    /// What the signature says, if `key` made it over `signed` and it fits the grammar.
    pub fn comment(&self, key: &PublicKey, signed: &[u8]) -> Option<Comment> {
        Comment::parse(&self.text(key, signed)?)
    }
}

/// The four lines, each with its end.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

const UNTRUSTED: &str = "untrusted comment: ";
const TRUSTED: &str = "trusted comment: ";

/// Canonical base64 of so many bytes.
fn is_base64_of(text: &str, length: usize) -> bool {
    STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == length)
}
