//! Why a keyring does not count.

use std::fmt;

use crate::key::KeyError;
use crate::limits::{MAX_KEYRING_BYTES, MAX_KEYRINGS};
use crate::signature::SplitError;
use crate::word::{FeedId, WordError};

/// Why a keyring does not count. Whatever it is, the keyring before it goes on counting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// Too many bytes.
    #[error("keyring of {found} bytes, allowed are {MAX_KEYRING_BYTES}")]
    TooLarge {
        /// How many there are.
        found: usize,
    },
    /// It does not end in a block of signatures.
    #[error("keyring does not end in a block of signatures; the keys were not changed")]
    Split(#[from] SplitError),
    /// Not text in lines.
    #[error("keyring is no UTF-8 text in lines, or holds control characters")]
    NotText,
    /// The first line is another.
    #[error("keyring does not begin with the line `mp-keyring 1`")]
    Format,
    /// A line is not what it should be.
    #[error("line {line} of the keyring is not valid; the keys were not changed")]
    Line {
        /// Which line, from 1.
        line: usize,
        /// Why.
        source: LineFault,
    },
    /// A line that must be there is not.
    #[error("keyring has no line `{word}`")]
    Missing {
        /// Which line.
        word: &'static str,
    },
    /// Another place in the chain than expected.
    #[error("keyring is version {found}, expected is {expected}; the keys were not changed")]
    Version {
        /// What it says.
        found: u32,
        /// What it should be.
        expected: u32,
    },
    /// The keyring of another feed.
    #[error("keyring is of the feed `{found}`, not of `{expected}`; the keys were not changed")]
    Feed {
        /// What it says.
        found: FeedId,
        /// What it should be.
        expected: FeedId,
    },
    /// There is no number after 1024.
    #[error("no keyring can follow, {MAX_KEYRINGS} is the last number")]
    Last,
    /// Too few keys signed it.
    #[error(
        "keyring is signed by {found} of the {role}, needed are {needed}; the keys were not changed"
    )]
    TooFew {
        /// Whose keys.
        role: RoleName,
        /// How many of them signed.
        found: usize,
        /// How many must.
        needed: usize,
    },
}

/// Whose signatures a keyring needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleName {
    /// The root keys of the keyring before it.
    OldRoot,
    /// Its own root keys.
    OwnRoot,
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OldRoot => "root keys before it",
            Self::OwnRoot => "root keys in it",
        })
    }
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineFault {
    /// The same kind of line stands further up.
    #[error("a second line of this kind")]
    Repeated,
    /// A word is missing, or there is one too many.
    #[error("not the words that this line has")]
    Words,
    /// Not a number from 1, without leading zeros.
    #[error("not a number from 1 without leading zeros")]
    Number,
    /// Not a time in UTC, to the second.
    #[error("not a time such as `2027-11-01T00:00:00Z`")]
    Time,
    /// Not the name of a feed.
    #[error("not the name of a feed")]
    Feed {
        /// Why.
        source: WordError,
    },
    /// Not a key.
    #[error("key {number} is none")]
    Key {
        /// Which one of the line, from 1.
        number: usize,
        /// Why.
        source: KeyError,
    },
    /// A key that stands further up, in this line or another, under whatever id.
    #[error("key {number} stands in the keyring already")]
    KeyRepeated {
        /// Which one of the line, from 1.
        number: usize,
    },
    /// A threshold that the keys can never reach.
    #[error("a threshold of {threshold} with {keys} keys")]
    Threshold {
        /// How many must sign.
        threshold: usize,
        /// How many keys there are.
        keys: usize,
    },
    /// More of something than allowed.
    #[error("too many, allowed are {most}")]
    TooMany {
        /// How many are allowed.
        most: usize,
    },
    /// A vendor's name that another one has, or that cannot be shown.
    #[error("not a name of at most 64 bytes that no other vendor has")]
    Name,
    /// A prefix that is none of an id.
    #[error("not a prefix of ids such as `acme.`")]
    Prefix,
    /// A prefix within another vendor's.
    #[error("the prefix overlaps another vendor's")]
    PrefixOverlap,
    /// Not a USB id.
    #[error("not a USB id such as `2766` or `2766:0004`, lower case, each once")]
    Usb,
    /// An id that anybody's cables carry.
    #[error("`{vid:04x}` makes bridge chips: only single products that are not anybody's cable")]
    Bridge {
        /// The maker.
        vid: u16,
    },
    /// Not what INQUIRY says.
    #[error("not 1 to 8 characters of vendor and 1 to 16 of model, `_` for a blank")]
    Inquiry,
    /// Not the address of a mirror.
    #[error("not an https address that ends in `/`, each once")]
    Mirror,
}
