//! What a signed feed says about itself: its number, and until when it is true.
//!
//! Blocks that verify are grouped by `seq`. The highest group in which distinct keys reach both
//! thresholds, release and fresh, is what the file says. Everything else counts for nothing and does
//! no harm: unknown keys, other words, a fresh key that signs `feed`, promises beyond 35 days.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::comment::Comment;
use crate::envelope::{self, Envelope};
use crate::hash::Sha256Hex;
use crate::key::PublicKey;
use crate::keyring::Keyring;
use crate::limits::{FRESH_MOST, MAX_FEED_BYTES};
use crate::signature::SplitError;

/// A feed that enough keys signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<'a> {
    /// The signed bytes, which alone may be parsed.
    pub body: &'a [u8],
    /// Its number; a later one is newer.
    pub seq: u64,
    /// Until when it is true. The caller holds this against its clock.
    pub until: Timestamp,
    /// The sum of the signed bytes.
    pub body_sha256: Sha256Hex,
}

/// Why a feed does not count. Whatever it is, the feed before it goes on counting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// Too many bytes.
    #[error("feed of {found} bytes, allowed are {MAX_FEED_BYTES}; nothing was changed")]
    TooLarge {
        /// How many there are.
        found: usize,
    },
    /// It does not end in a block of signatures.
    #[error("feed does not end in a block of signatures; nothing was changed")]
    Split(#[from] SplitError),
    /// No number for which enough release keys signed.
    #[error("feed is signed by {found} release keys, needed are {needed}; nothing was changed")]
    Release {
        /// How many signed for one and the same number, at most.
        found: usize,
        /// How many must.
        needed: usize,
    },
    /// Enough release keys signed, but too few fresh keys.
    #[error("feed {seq} is called fresh by {found} keys, needed are {needed}; nothing was changed")]
    Fresh {
        /// The highest number for which enough release keys signed.
        seq: u64,
        /// How many fresh keys signed for it.
        found: usize,
        /// How many must.
        needed: usize,
        /// How many more promised a time beyond 35 days, which counts for nothing.
        too_far: usize,
    },
}

/// Verifies a feed. `clock` only bounds what a fresh signature may promise; whether `until` has
/// passed is the caller's question.
pub fn verify_feed<'a>(
    bytes: &'a [u8],
    keyring: &Keyring,
    clock: Timestamp,
) -> Result<Verified<'a>, FeedError> {
    let envelope = split(bytes)?;
    let groups = groups(&envelope, keyring, clock);
    let (release, fresh) = (keyring.release.threshold, keyring.fresh.threshold);
    let mut released = groups.iter().rev().filter(|(_, group)| group.release.len() >= release);
    let best = released.clone().find_map(|(seq, group)| Some((*seq, group.until(fresh)?)));
    if let Some((seq, until)) = best {
        let body = envelope.signed;
        return Ok(Verified { body, seq, until, body_sha256: Sha256Hex::of(body) });
    }
    Err(match released.next() {
        Some((seq, group)) => FeedError::Fresh {
            seq: *seq,
            found: group.fresh.len(),
            needed: fresh,
            too_far: group.too_far.difference(&group.fresh.keys().copied().collect()).count(),
        },
        None => FeedError::Release {
            found: groups.values().map(|group| group.release.len()).max().unwrap_or(0),
            needed: release,
        },
    })
}

/// The highest number for which enough release keys of `keyring` signed, whatever fresh keys say:
/// asked of the stored feed after a new keyring. `None` if it must be forgotten.
pub fn release_seq(bytes: &[u8], keyring: &Keyring) -> Option<u64> {
    let envelope = split(bytes).ok()?;
    let groups = groups(&envelope, keyring, Timestamp::MIN);
    let reached = |(seq, group): (&u64, &Group<'_>)| {
        (group.release.len() >= keyring.release.threshold).then_some(*seq)
    };
    groups.iter().rev().find_map(reached)
}

/// Who signed for one number. Keys are counted, never signatures.
#[derive(Default)]
struct Group<'k> {
    release: BTreeSet<&'k PublicKey>,
    /// With the latest time that each key promised.
    fresh: BTreeMap<&'k PublicKey, Timestamp>,
    too_far: BTreeSet<&'k PublicKey>,
}

impl Group<'_> {
    /// The latest time that `threshold` keys promise.
    fn until(&self, threshold: usize) -> Option<Timestamp> {
        let mut times: Vec<Timestamp> = self.fresh.values().copied().collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        times.get(threshold.checked_sub(1)?).copied()
    }
}

fn groups<'k>(
    envelope: &Envelope<'_>,
    keyring: &'k Keyring,
    clock: Timestamp,
) -> BTreeMap<u64, Group<'k>> {
    let latest = clock.checked_add(FRESH_MOST).unwrap_or(Timestamp::MAX);
    let mut groups: BTreeMap<u64, Group<'k>> = BTreeMap::new();
    for signature in &envelope.signatures {
        for key in &keyring.release.keys {
            if let Some(Comment::Feed { feed, seq }) = signature.comment(key, envelope.signed)
                && feed == keyring.feed
            {
                groups.entry(seq).or_default().release.insert(key);
            }
        }
        for key in &keyring.fresh.keys {
            if let Some(Comment::Fresh { feed, seq, until }) =
                signature.comment(key, envelope.signed)
                && feed == keyring.feed
            {
                let group = groups.entry(seq).or_default();
                if until > latest {
                    group.too_far.insert(key);
                    continue;
                }
                let time = group.fresh.entry(key).or_insert(until);
                *time = until.max(*time);
            }
        }
    }
    groups
}

fn split(bytes: &[u8]) -> Result<Envelope<'_>, FeedError> {
    if bytes.len() > MAX_FEED_BYTES {
        return Err(FeedError::TooLarge { found: bytes.len() });
    }
    Ok(envelope::split(bytes)?)
}
