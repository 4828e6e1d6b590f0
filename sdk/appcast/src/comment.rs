//! What a signature says: the grammar of its trusted comment.
//!
//! ```text
//! mp1 feed <feed-id> seq=<u64>
//! mp1 fresh <feed-id> seq=<u64> until=<RFC 3339, to the second, Z>
//! mp1 package <id> <version> <os or any>
//! mp1 keyring <feed-id> version=<u32>
//! ```
//!
//! Single blanks, no `--`, numbers without leading zeros. A comment fits exactly or says nothing,
//! so a role of a later year harms nobody today. The word for the role is demanded everywhere: it is
//! what keeps a signature made for one purpose from serving another.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use meterport_manifest::parse_version;

use crate::time;
use crate::word::{FeedId, ItemId, OsWord};

/// What one signature says about the bytes that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comment {
    /// These bytes are what the feed publishes.
    Feed {
        /// Which feed.
        feed: FeedId,
        /// Its number; a later one is newer.
        seq: u64,
    },
    /// The feed of this number is still true.
    Fresh {
        /// Which feed.
        feed: FeedId,
        /// Its number.
        seq: u64,
        /// Until when, to the second.
        until: Timestamp,
    },
    /// These bytes are a package.
    Package {
        /// Of what.
        id: ItemId,
        /// Its version.
        version: semver::Version,
        /// For which system.
        os: OsWord,
    },
    /// These bytes are a keyring.
    Keyring {
        /// Which feed it is for.
        feed: FeedId,
        /// Its place in the chain, from 1.
        version: u32,
    },
}

impl Comment {
    /// Reads a comment. `None` if it does not fit the grammar exactly.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let comment = match words.as_slice() {
            ["mp1", "feed", feed, seq] => {
                Self::Feed { feed: feed.parse().ok()?, seq: field(seq, "seq=")? }
            }
            ["mp1", "fresh", feed, seq, until] => Self::Fresh {
                feed: feed.parse().ok()?,
                seq: field(seq, "seq=")?,
                until: time::read(until.strip_prefix("until=")?)?,
            },
            ["mp1", "package", id, version, os] => Self::Package {
                id: id.parse().ok()?,
                version: parse_version(version).ok()?,
                os: os.parse().ok()?,
            },
            ["mp1", "keyring", feed, version] => {
                Self::Keyring { feed: feed.parse().ok()?, version: field(version, "version=")? }
            }
            _ => return None,
        };
        // A number has many spellings; one of them is ours.
        (comment.to_string() == text).then_some(comment)
    }
}

/// The grammar, exactly.
impl fmt::Display for Comment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Feed { feed, seq } => write!(f, "mp1 feed {feed} seq={seq}"),
            Self::Fresh { feed, seq, until } => {
                write!(f, "mp1 fresh {feed} seq={seq} until={}", time::write(*until))
            }
            Self::Package { id, version, os } => write!(f, "mp1 package {id} {version} {os}"),
            Self::Keyring { feed, version } => write!(f, "mp1 keyring {feed} version={version}"),
        }
    }
}

fn field<T: FromStr>(word: &str, name: &str) -> Option<T> {
    word.strip_prefix(name)?.parse().ok()
}
