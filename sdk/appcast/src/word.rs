//! The words of comments and items: which feed, which item, for which system.

use std::fmt;
use std::str::FromStr;

use meterport_manifest::{DriverId, IdError};

/// Longest name of a feed or a system, in bytes.
const MAX_WORD_BYTES: usize = 32;

/// Why a text is no such word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WordError {
    /// Not `[a-z0-9]+(-[a-z0-9]+)*`, or longer than 32 bytes.
    #[error("is no name of lower-case words joined by `-`, at most 32 bytes")]
    Name,
    /// Neither `app` nor a driver's id.
    #[error(transparent)]
    Item(#[from] IdError),
}

/// What a feed calls itself. Two publishers may choose the same name; what tells them apart is the
/// first keyring.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedId(String);

impl FeedId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FeedId {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        name(text).map(Self)
    }
}

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A system that a package is for: `any`, or words from wide to narrow such as `windows`,
/// `windows-x64`, `linux-arm64`. Which systems there are is nobody's business here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OsWord(String);

impl OsWord {
    /// Every system.
    pub fn any() -> Self {
        Self(ANY.to_owned())
    }

    /// The system this was built for, such as `linux-x64`.
    pub fn host() -> Self {
        let machine = match std::env::consts::ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => other,
        };
        Self(format!("{}-{machine}", std::env::consts::OS))
    }

    /// True for `any`.
    pub fn is_any(&self) -> bool {
        self.0 == ANY
    }

    /// How closely this names `host`: 0 for `any`, 1 for `windows` on `windows-x64`, 2 for
    /// `windows-x64`. `None` if it is another system.
    pub fn fits(&self, host: &Self) -> Option<u8> {
        if self.is_any() {
            return Some(0);
        }
        let rest = host.0.strip_prefix(&self.0)?;
        let is_whole_words = rest.is_empty() || rest.starts_with('-');
        is_whole_words.then(|| u8::try_from(self.0.split('-').count()).ok()).flatten()
    }

    /// The word as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OsWord {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        name(text).map(Self)
    }
}

impl fmt::Display for OsWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an item of a feed is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemId {
    /// The program itself: `app`.
    App,
    /// A driver.
    Driver(DriverId),
}

impl FromStr for ItemId {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        if text == APP {
            return Ok(Self::App);
        }
        Ok(Self::Driver(DriverId::parse(text)?))
    }
}

impl From<DriverId> for ItemId {
    fn from(id: DriverId) -> Self {
        Self::Driver(id)
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App => f.write_str(APP),
            Self::Driver(id) => id.fmt(f),
        }
    }
}

const ANY: &str = "any";
const APP: &str = "app";

fn name(text: &str) -> Result<String, WordError> {
    // A driver's id without a dot is the same grammar, only longer.
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if text.len() > MAX_WORD_BYTES || !text.split('-').all(word) {
        return Err(WordError::Name);
    }
    Ok(text.to_owned())
}
