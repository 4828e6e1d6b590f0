//! What a refresh tells people: one outcome for each place that was asked, and what staff should
//! know beside it.

use jiff::Timestamp;
use meterport_appcast::AppcastError;
use meterport_appcast::{FeedError, KeyringError};

use crate::base::Base;
use crate::fetch::FetchError;
use crate::trust::NotNow;

/// What came of asking one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whom.
    pub base: Base,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of asking one place. Whatever it is, what was believed before is kept unless the
/// outcome is [`Newest`](Self::Newest).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Outcome {
    /// It has the feed that is believed now, and it was new.
    #[error("feed {seq} is new")]
    Newest {
        /// Its number.
        seq: u64,
        /// Until when it is promised to be true.
        until: Timestamp,
    },
    /// It has the feed that was already there.
    #[error("the feed is the one already known")]
    Unchanged,
    /// It has a feed that is genuine, and less new than another.
    #[error(
        "the feed is older than the one already trusted ({found} < {trusted}); nothing was changed"
    )]
    Older {
        /// Its number.
        found: u64,
        /// The number of the one that is believed.
        trusted: u64,
    },
    /// It has the feed that is believed, with an earlier promise.
    #[error("the feed is the one already known, signed earlier; nothing was changed")]
    OlderPromise,
    /// It has a feed with a number that another feed already has.
    #[error(
        "feed {seq} has other content than the feed of the same number already trusted; nothing was changed"
    )]
    Contradicts {
        /// The number.
        seq: u64,
    },
    /// Too few signatures.
    #[error(transparent)]
    NotVerified(FeedError),
    /// Genuine, and no appcast.
    #[error("feed {seq} is signed and cannot be read; nothing was changed")]
    NotReadable {
        /// Its number.
        seq: u64,
        /// Why not.
        source: AppcastError,
    },
    /// What it answers is no signed file at all.
    #[error("the answer is no signed file; nothing was changed")]
    NoSignedFile,
    /// It has a keyring that does not follow from the present one. It was not asked further.
    #[error("keyring {version} does not count; nothing was changed")]
    Keyring {
        /// The number that was asked for.
        version: u32,
        /// Why not.
        source: KeyringError,
    },
    /// No answer that counts.
    #[error(transparent)]
    Fetch(FetchError),
    /// It was not asked for the feed, since no keyring is there to judge one by.
    #[error("{0}; the feed was not asked for")]
    NotAsked(NotNow),
}

impl Outcome {
    /// True if the place answered with the feed that is believed now.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Newest { .. } | Self::Unchanged)
    }

    /// The code word of the error object; none if it is good.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Newest { .. } | Self::Unchanged => None,
            Self::Fetch(error) => Some(error.code()),
            Self::NoSignedFile => Some("network.http"),
            Self::Older { .. } | Self::OlderPromise => Some("update.stale"),
            _ => Some("update.feed"),
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Newest { .. } | Self::Unchanged => None,
            Self::Fetch(error) => error.hint(),
            Self::NoSignedFile => {
                Some("a sign-in page, a proxy or another program may answer at this address")
            }
            Self::Older { .. } | Self::OlderPromise => {
                Some("if this is a mirror, copy the feed again")
            }
            Self::NotAsked(_) => Some("ask the publisher for the newest keyring"),
            _ => Some("tell the publisher; what was trusted before goes on counting"),
        }
    }
}

/// What staff should know about a feed, beside what came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeedNotice {
    /// Another keyring counts now.
    #[error("the keyring of the feed is now number {to}, it was {from}")]
    KeyringReplaced {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
    },
    /// There may be more keyrings than one refresh walks.
    #[error("the keyrings of the feed were not followed to their end; the next check goes on")]
    KeyringsUnfinished,
    /// A keyring that was accepted is missing or damaged in the store.
    #[error(
        "keyring {version} of the feed is missing or damaged in the store; it is fetched again"
    )]
    KeyringLost {
        /// The newest that was accepted.
        version: u32,
    },
    /// The stored feed is missing or damaged.
    #[error("the stored feed is missing or damaged; it is fetched again")]
    StoredFeedLost,
    /// The release keys were replaced, and nobody stands behind the stored feed any more.
    #[error(
        "the feed's release keys were replaced; nothing is installed until a newer feed is there"
    )]
    FeedForgotten,
    /// One number, two contents.
    #[error(
        "feed {seq} was found with two different contents; neither replaces what was trusted before"
    )]
    Contradiction {
        /// The number.
        seq: u64,
    },
}

impl FeedNotice {
    /// The code word.
    pub fn code(&self) -> &'static str {
        "update.feed"
    }
}
