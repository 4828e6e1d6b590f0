//! What is believed of a feed, from the store alone: every byte is verified again each time, and
//! nothing is remembered as a conclusion.

use jiff::{SignedDuration, Timestamp};
use meterport_appcast::{Dropped, Item, Withdrawal};
use meterport_appcast::{Keyring, KeyringError, Sha256Hex};

use crate::clock::Clock;
use crate::error::StoreError;
use crate::load::Loaded;
use crate::source::{Scope, Source};
use crate::store::Store;

/// Most days after `until` in which a policy may still have things installed.
pub const MAX_STALE_DAYS: u32 = 90;

/// What is believed of one feed.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// The feed: the SHA-256 of its first keyring.
    pub source: Sha256Hex,
    /// How people call it, as the build or the administrator named it.
    pub name: String,
    /// What it may say.
    pub scope: Scope,
    /// The newest keyring that follows from the first.
    pub keyring: Keyring,
    /// What it says; absent where nothing was ever verified.
    pub feed: Option<TrustedFeed>,
    /// When this client last verified a fresh signature that it had not seen: the age of the feed.
    pub last_verified: Option<Timestamp>,
    /// Whether it may be acted upon.
    pub standing: Standing,
    /// The time by which it was judged; see [`Clock::floor`].
    pub clock: Timestamp,
}

/// What a verified feed says. Everything in it is inside the feed's scope.
#[derive(Clone, Debug)]
pub struct TrustedFeed {
    /// Its number. Absent where the release keys were replaced since: then the number counts for
    /// nothing, and only what the feed forbids still does.
    pub seq: Option<u64>,
    /// Until when the publisher promised it to be true; absent where no fresh key of the present
    /// keyring says so.
    pub until: Option<Timestamp>,
    /// The sum of its signed bytes.
    pub body_sha256: Sha256Hex,
    /// What it offers.
    pub items: Vec<Item>,
    /// What stands in it and is not offered, with the reason.
    pub dropped: Vec<Dropped>,
    /// What it withdraws.
    pub withdrawals: Vec<Withdrawal>,
    /// Packages that it refuses, of whatever id in its scope.
    pub refused: Vec<Sha256Hex>,
}

/// Whether a feed may be acted upon. Whatever it is, what the feed withdraws and refuses holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It is promised to be true now.
    Fresh,
    /// The promise has passed.
    Stale {
        /// When.
        since: Timestamp,
    },
    /// The release keys stand behind it, and no fresh key of the present keyring does.
    Unconfirmed,
    /// The newest keyring that is known has expired.
    KeyringExpired {
        /// When.
        since: Timestamp,
    },
    /// A keyring that was accepted before is missing or damaged in the store.
    KeyringLost {
        /// The newest that was accepted.
        had: u32,
        /// The newest that is there.
        has: u32,
    },
    /// There is no feed, or only one that the present release keys do not stand behind.
    NoFeed,
}

/// Why nothing may be installed from a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotNow {
    /// The promise has passed, and the days that the policy adds to it too.
    #[error("the feed is too old: it was promised until {since}; nothing is installed")]
    Stale {
        /// Until when it was promised to be true.
        since: Timestamp,
    },
    /// See [`Standing::Unconfirmed`].
    #[error(
        "no fresh key stands behind the stored feed any more; nothing is installed until a newer one is there"
    )]
    Unconfirmed,
    /// See [`Standing::KeyringExpired`].
    #[error(
        "the keyring of the feed expired {since}; nothing is installed until a newer one is there"
    )]
    KeyringExpired {
        /// When.
        since: Timestamp,
    },
    /// See [`Standing::KeyringLost`].
    #[error(
        "keyring {had} of the feed is missing or damaged in the store; nothing is installed until it is fetched again"
    )]
    KeyringLost {
        /// The newest that was accepted.
        had: u32,
    },
    /// See [`Standing::NoFeed`].
    #[error("no feed was verified yet; nothing is installed")]
    NoFeed,
}

impl NotNow {
    /// The code word of the error object.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stale { .. } | Self::Unconfirmed => "update.stale",
            _ => "update.feed",
        }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Stale { .. } | Self::Unconfirmed => {
                "check for updates with a working network; whoever keeps a mirror copies it again"
            }
            _ => "check for updates with a working network",
        }
    }
}

impl Trusted {
    /// Whether something may be installed from this feed where the policy adds so many days to its
    /// promise. A number above [`MAX_STALE_DAYS`] fits no policy and adds nothing.
    pub fn may_install(&self, max_stale_days: u32) -> Result<(), NotNow> {
        match self.standing {
            Standing::Fresh => Ok(()),
            Standing::Stale { since } => {
                let days = Some(max_stale_days).filter(|days| *days <= MAX_STALE_DAYS).unwrap_or(0);
                let more = SignedDuration::from_hours(24 * i64::from(days));
                match since.checked_add(more) {
                    Ok(last) if self.clock <= last => Ok(()),
                    _ => Err(NotNow::Stale { since }),
                }
            }
            Standing::Unconfirmed => Err(NotNow::Unconfirmed),
            Standing::KeyringExpired { since } => Err(NotNow::KeyringExpired { since }),
            Standing::KeyringLost { had, .. } => Err(NotNow::KeyringLost { had }),
            Standing::NoFeed => Err(NotNow::NoFeed),
        }
    }
}

impl Trusted {
    /// Whether the keys of the newest known keyring count, whatever the feed says: for files that
    /// come by hand.
    pub fn keyring_counts(&self) -> Result<(), NotNow> {
        match self.standing {
            Standing::KeyringExpired { since } => Err(NotNow::KeyringExpired { since }),
            Standing::KeyringLost { had, .. } => Err(NotNow::KeyringLost { had }),
            _ => Ok(()),
        }
    }
}

/// Why nothing can be said of a feed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The keyring that the build or the administrator gave is none. Nothing is fetched.
    #[error("the first keyring of the feed `{name}` does not count; nothing was fetched")]
    FirstKeyring {
        /// How people call the feed.
        name: String,
        /// Why not.
        source: KeyringError,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is believed of a feed, without asking anybody.
pub fn trusted(store: &Store, source: &Source, clock: Clock) -> Result<Trusted, TrustError> {
    Ok(Loaded::read(store, source, clock)?.trusted(source))
}
