//! One installed driver, as a line of a generation.
//!
//! ```text
//! plugin <id> <version> <sha256> <key> <origin>
//! ```
//!
//! A later program may add fields at the end. An older one does not know them, and keeps them when
//! it writes the next generation, because trust never steps back.

use std::fmt;

use meterport_manifest::{DriverId, parse_version};

use crate::Sha256Hex;

/// One installed driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginEntry {
    /// Which driver.
    pub id: DriverId,
    /// Its version.
    pub version: semver::Version,
    /// Its package.
    pub sha256: Sha256Hex,
    /// Who vouches for it.
    pub origin: Origin,
    /// Fields of a later program, unread.
    pub(crate) later: Vec<String>,
}

/// Who vouches for an installed package.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Nobody: installed by hand, after a question.
    Unsigned,
    /// A feed. Anything that is not `unsigned` is read as this, so that what a later program
    /// counts as signed is never taken for unsigned.
    Feed {
        /// The feed, by the SHA-256 of its first keyring. One printable word.
        feed: String,
        /// The key that signed the package. One printable word.
        key: String,
    },
}

impl Origin {
    /// True if somebody's signature stands behind the package.
    pub fn is_signed(&self) -> bool {
        !matches!(self, Self::Unsigned)
    }

    /// True if a generation can say it.
    pub(crate) fn is_writable(&self) -> bool {
        match self {
            Self::Unsigned => true,
            Self::Feed { feed, key } => is_word(feed) && is_word(key) && feed != UNSIGNED,
        }
    }
}

impl PluginEntry {
    pub(crate) fn new(
        id: DriverId,
        version: semver::Version,
        sha256: Sha256Hex,
        origin: Origin,
    ) -> Self {
        Self { id, version, sha256, origin, later: Vec::new() }
    }

    /// True if both are the same package from the same origin.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.id, &self.version, &self.sha256, &self.origin)
            == (&other.id, &other.version, &other.sha256, &other.origin)
    }

    /// Reads the fields behind the word `plugin`.
    pub(crate) fn parse(fields: &[&str]) -> Option<Self> {
        let [id, version, sha256, key, origin, later @ ..] = fields else { return None };
        let origin = match (*origin, *key) {
            (UNSIGNED, NO_KEY) => Origin::Unsigned,
            (UNSIGNED, _) => return None,
            (feed, key) => Origin::Feed { feed: feed.to_owned(), key: key.to_owned() },
        };
        Some(Self {
            id: DriverId::parse(id).ok()?,
            version: parse_version(version).ok()?,
            sha256: sha256.parse().ok()?,
            origin,
            later: later.iter().map(|field| (*field).to_owned()).collect(),
        })
    }
}

/// The line without the word `plugin` and without its end.
impl fmt::Display for PluginEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, origin) = match &self.origin {
            Origin::Unsigned => (NO_KEY, UNSIGNED),
            Origin::Feed { feed, key } => (key.as_str(), feed.as_str()),
        };
        write!(f, "{} {} {} {key} {origin}", self.id, self.version, self.sha256)?;
        self.later.iter().try_for_each(|field| write!(f, " {field}"))
    }
}

const UNSIGNED: &str = "unsigned";
const NO_KEY: &str = "-";

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}
