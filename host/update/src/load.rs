//! What the store holds of one feed, verified again from the first keyring on.
//!
//! 1. The first keyring is the caller's. Each stored or carried one must follow from the one before.
//! 2. The stored feed is judged by the newest of them. What only an older one stands behind was
//!    replaced: its number counts for nothing, and what it forbids goes on holding until there is
//!    another feed.
//! 3. The feed that the build carries is one more candidate.

use std::collections::BTreeMap;

use jiff::Timestamp;
use meterport_appcast::{Keyring, Sha256Hex, release_seq, split, verify_feed};

use crate::clock::Clock;
use crate::error::StoreError;
use crate::notice::FeedNotice;
use crate::read::{Content, read_feed};
use crate::source::Source;
use crate::state::FeedState;
use crate::store::Store;
use crate::trust::{Standing, TrustError, Trusted, TrustedFeed};

/// How much stands behind the bytes of a feed, from little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Judged {
    /// Only release keys that were replaced since.
    Replaced,
    /// The release keys, and no fresh key.
    Released { seq: u64 },
    /// Release and fresh keys.
    Confirmed { seq: u64, until: Timestamp },
}

/// A feed that counts for something, read as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub bytes: Vec<u8>,
    pub sha256: Sha256Hex,
    pub body_sha256: Sha256Hex,
    pub judged: Judged,
    pub content: Content,
}

/// Everything that is known of one feed.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub fingerprint: Sha256Hex,
    /// From the first on, without a gap.
    pub keyrings: Vec<Keyring>,
    pub newest: Keyring,
    /// As the store has it.
    pub state: FeedState,
    pub clock: Timestamp,
    /// The best feed that is known.
    pub best: Option<Candidate>,
    pub notices: Vec<FeedNotice>,
}

impl Judged {
    /// The number that no later feed may fall below.
    pub fn seq(self) -> Option<u64> {
        match self {
            Self::Replaced => None,
            Self::Released { seq } | Self::Confirmed { seq, .. } => Some(seq),
        }
    }

    /// Until when it is promised to be true.
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Confirmed { until, .. } => Some(until),
            _ => None,
        }
    }

    /// What orders feeds: a number above all, then the promise.
    pub fn rank(self) -> (Option<u64>, Option<Timestamp>) {
        (self.seq(), self.until())
    }
}

impl Loaded {
    pub fn read(store: &Store, source: &Source, clock: Clock) -> Result<Self, TrustError> {
        let fingerprint = source.fingerprint();
        // Before the keyrings: who adds one writes it down before the state that names it.
        let (state, stored) = stored_feed(store, &fingerprint)?;
        // 1
        let first = Keyring::first(&source.first_keyring)
            .map_err(|why| TrustError::FirstKeyring { name: source.name.clone(), source: why })?;
        let mut keyrings = vec![first.clone()];
        let mut newest = first;
        let stored_keyrings: BTreeMap<u32, Vec<u8>> =
            store.keyrings(&fingerprint)?.into_iter().collect();
        // What follows a damaged keyring follows from nothing.
        while let Some(version) = newest.next_version() {
            let mut known =
                stored_keyrings.get(&version).into_iter().chain(&source.carried.keyrings);
            let Some(next) = known.find_map(|bytes| newest.next(bytes).ok()) else { break };
            keyrings.push(next.clone());
            newest = next;
        }
        let mut loaded = Self {
            fingerprint,
            keyrings,
            newest,
            clock: clock.floor(state.newest_until),
            state,
            best: None,
            notices: Vec::new(),
        };
        if loaded.has_lost_keyring() {
            loaded.notices.push(FeedNotice::KeyringLost { version: loaded.state.keyring });
        }
        // 2
        match stored {
            Stored::Whole(bytes) => {
                loaded.best = loaded.judge(bytes, source);
                if loaded.best.is_none() {
                    loaded.notices.push(FeedNotice::StoredFeedLost);
                }
            }
            Stored::Lost => loaded.notices.push(FeedNotice::StoredFeedLost),
            Stored::None => {}
        }
        // 3
        if let Some(carried) =
            source.carried.feed.clone().and_then(|bytes| loaded.judge(bytes, source))
            && matches!(carried.judged, Judged::Confirmed { .. })
            && loaded.best.as_ref().is_none_or(|best| carried.is_newer_than(best))
        {
            loaded.best = Some(carried);
        }
        Ok(loaded)
    }

    /// What stands behind these bytes; `None` if nothing does, or if nobody can read them.
    fn judge(&self, bytes: Vec<u8>, source: &Source) -> Option<Candidate> {
        let judged = match verify_feed(&bytes, &self.newest, self.clock) {
            Ok(verified) => Judged::Confirmed { seq: verified.seq, until: verified.until },
            Err(_) => match release_seq(&bytes, &self.newest) {
                Some(seq) => Judged::Released { seq },
                None if self.is_replaced(&bytes) => Judged::Replaced,
                None => return None,
            },
        };
        let body = split(&bytes).ok()?.signed;
        let content = read_feed(body, source, &self.newest).ok()?;
        let (sha256, body_sha256) = (Sha256Hex::of(&bytes), Sha256Hex::of(body));
        Some(Candidate { sha256, body_sha256, judged, content, bytes })
    }

    /// True if only keys stand behind it that were replaced since, or that are lost: it was
    /// verified when it was stored. What it forbids goes on holding.
    fn is_replaced(&self, bytes: &[u8]) -> bool {
        let is_stored = || self.state.feed == Some(Sha256Hex::of(bytes));
        let mut older = self.keyrings.iter().rev().skip(1);
        older.any(|keyring| release_seq(bytes, keyring).is_some())
            || (self.has_lost_keyring() && is_stored())
    }

    /// True if a keyring was accepted before that is not in the store any more.
    pub fn has_lost_keyring(&self) -> bool {
        self.state.keyring > self.newest.version
    }

    /// What is believed now.
    pub fn trusted(self, source: &Source) -> Trusted {
        let standing = self.standing();
        let feed = self.best.map(|best| {
            let (seq, until) = best.judged.rank();
            let Content { items, dropped, withdrawals, refused } = best.content;
            // A feed that was replaced offers nothing any more.
            let items = if seq.is_some() { items } else { Vec::new() };
            let body_sha256 = best.body_sha256;
            TrustedFeed { seq, until, body_sha256, items, dropped, withdrawals, refused }
        });
        Trusted {
            source: self.fingerprint,
            name: source.name.clone(),
            scope: source.scope.clone(),
            keyring: self.newest,
            feed,
            last_verified: self.state.last_fresh,
            standing,
            clock: self.clock,
        }
    }

    /// The worst that can be said of it.
    pub fn standing(&self) -> Standing {
        if self.has_lost_keyring() {
            return Standing::KeyringLost { had: self.state.keyring, has: self.newest.version };
        }
        if self.newest.is_expired(self.clock) {
            return Standing::KeyringExpired { since: self.newest.expires };
        }
        match self.best.as_ref().map(|best| best.judged) {
            None | Some(Judged::Replaced) => Standing::NoFeed,
            Some(Judged::Released { .. }) => Standing::Unconfirmed,
            Some(Judged::Confirmed { until, .. }) if until < self.clock => {
                Standing::Stale { since: until }
            }
            Some(Judged::Confirmed { .. }) => Standing::Fresh,
        }
    }
}

impl Candidate {
    /// True if this one is to be believed instead of `other`: a higher number, or the same feed
    /// with a later promise. The same number over other bytes is never newer.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        self.judged.rank() > other.judged.rank() && !self.contradicts(other)
    }

    /// True if both claim the same number for different content.
    pub fn contradicts(&self, other: &Self) -> bool {
        self.judged.seq().is_some()
            && self.judged.seq() == other.judged.seq()
            && self.body_sha256 != other.body_sha256
    }
}

enum Stored {
    None,
    Whole(Vec<u8>),
    Lost,
}

/// The state of the feed, and the bytes of the feed that it names.
fn stored_feed(store: &Store, fingerprint: &Sha256Hex) -> Result<(FeedState, Stored), StoreError> {
    let read = || -> Result<FeedState, StoreError> {
        Ok(store.state()?.feeds.get(fingerprint).cloned().unwrap_or_default())
    };
    let mut state = read()?;
    loop {
        let Some(sha256) = state.feed else { return Ok((state, Stored::None)) };
        match store.read_object(&sha256) {
            Ok(bytes) => return Ok((state, Stored::Whole(bytes))),
            Err(StoreError::Missing { .. } | StoreError::Damaged { .. }) => {}
            Err(other) => return Err(other),
        }
        // Another program may have put a newer one in its place between the two reads.
        let again = read()?;
        if again.feed == state.feed {
            return Ok((again, Stored::Lost));
        }
        state = again;
    }
}
