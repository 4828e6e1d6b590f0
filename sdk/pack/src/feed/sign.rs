//! The signatures of the feed: `release` says what is published, `fresh` that it is still true.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use meterport_appcast::{Comment, FeedError, Keyring, release_seq, verify_feed};

use super::folder::FeedFolder;
use crate::key::SecretKey;
use crate::lint::{Severity, lint_body};
use crate::publish_error::PublishError;
use crate::signed::Signed;

/// Longest promise of a fresh signature in days. A client ignores more than 35 days by its own
/// clock, which may be a little slow.
pub const MAX_DAYS: u32 = 34;

/// What became of the feed.
#[derive(Clone, Debug)]
pub struct SignedFeed {
    /// Where it stands.
    pub path: PathBuf,
    /// Its number.
    pub seq: u64,
    /// Until when it is true; absent while it waits.
    pub until: Option<Timestamp>,
    /// Why it waits for further signatures; absent: it is published.
    pub waits: Option<FeedError>,
}

/// Signs the draft with release keys; without a draft, the published body anew. All release keys
/// name one number: that of the signatures which the draft has, else the next one.
///
/// # Errors
///
/// A draft that the linter refuses, a key that is no release key.
pub fn sign(
    folder: &FeedFolder,
    keys: &[SecretKey],
    seq: Option<u64>,
    now: Timestamp,
) -> Result<SignedFeed, PublishError> {
    let keyring = folder.keyring();
    all_in(keys, &keyring.release.keys, "release")?;
    let present = folder.draft()?;
    let is_draft = present.is_some();
    let mut signed = match (present, folder.published()?) {
        (Some(bytes), _) => folder.split(&folder.draft_path(), &bytes)?,
        (None, Some(bytes)) => Signed::unsigned(folder.split(&folder.feed_path(), &bytes)?.body),
        (None, None) => return Err(no_feed(folder)),
    };
    lint(folder, &signed.body, now)?;
    let last = folder.last_seq()?;
    let seq = match (begun(&signed, keyring), seq) {
        (Some(begun), None) => begun,
        (Some(begun), Some(asked)) if begun == asked => begun,
        (None, Some(asked)) if asked > last => asked,
        (None, None) => last.checked_add(1).ok_or_else(|| PublishError::Usage {
            message: "there is no number after the last one; replace the release keys".to_owned(),
        })?,
        (begun, Some(asked)) => {
            let least = begun.unwrap_or_else(|| last.saturating_add(1));
            return Err(PublishError::Usage {
                message: format!("`--seq {asked}` does not go: the draft is number {least}"),
            });
        }
    };
    let comment = Comment::Feed { feed: keyring.feed.clone(), seq };
    for key in keys {
        add(&mut signed, key, &comment, folder)?;
    }
    settle(folder, &Released { signed, seq, is_draft }, now)
}

/// Says for `days` more that the feed is still true. A draft that has its release signatures is
/// published by that; else the published body is signed again, unchanged.
///
/// # Errors
///
/// A feed without enough release signatures, a key that is no fresh key.
pub fn refresh(
    folder: &FeedFolder,
    keys: &[SecretKey],
    days: u32,
    now: Timestamp,
) -> Result<SignedFeed, PublishError> {
    let keyring = folder.keyring();
    all_in(keys, &keyring.fresh.keys, "fresh")?;
    let until = until(days, now)?;
    let Released { mut signed, seq, is_draft } = released(folder, now)?;
    signed.signatures.retain(|block| {
        let says = |keys: &[meterport_appcast::PublicKey]| {
            keys.iter().find_map(|key| block.comment(key, &signed.body))
        };
        match (says(&keyring.release.keys), says(&keyring.fresh.keys)) {
            (Some(Comment::Feed { seq: found, .. }), _) => found == seq,
            // That of the same key makes room; another fresh key's stays.
            (_, Some(Comment::Fresh { seq: found, .. })) => {
                found == seq
                    && !keys.iter().any(|key| block.comment(key.public(), &signed.body).is_some())
            }
            _ => false,
        }
    });
    let comment = Comment::Fresh { feed: keyring.feed.clone(), seq, until };
    for key in keys {
        add(&mut signed, key, &comment, folder)?;
    }
    settle(folder, &Released { signed, seq, is_draft }, now)
}

/// A feed that release keys signed.
struct Released {
    signed: Signed,
    seq: u64,
    /// True for the draft, false for what is published already.
    is_draft: bool,
}

/// The draft if it has its release signatures, else the feed.
fn released(folder: &FeedFolder, now: Timestamp) -> Result<Released, PublishError> {
    if let Some(bytes) = folder.draft()?
        && let Some(seq) = release_seq(&bytes, folder.keyring())
    {
        let signed = folder.split(&folder.draft_path(), &bytes)?;
        lint(folder, &signed.body, now)?;
        return Ok(Released { signed, seq, is_draft: true });
    }
    let (bytes, path) = match (folder.published()?, folder.draft()?) {
        (Some(bytes), _) => (bytes, folder.feed_path()),
        // The first feed, before its release keys have signed it.
        (None, Some(draft)) => (draft, folder.draft_path()),
        (None, None) => return Err(no_feed(folder)),
    };
    match release_seq(&bytes, folder.keyring()) {
        Some(seq) => Ok(Released { signed: folder.split(&path, &bytes)?, seq, is_draft: false }),
        None => {
            let needed = folder.keyring().release.threshold;
            let source = match verify_feed(&bytes, folder.keyring(), now) {
                Err(source) => source,
                Ok(_) => FeedError::Release { found: 0, needed },
            };
            Err(PublishError::Feed { path, source })
        }
    }
}

/// Publishes what verifies; what does not yet stays, or becomes, the draft.
fn settle(
    folder: &FeedFolder,
    feed: &Released,
    now: Timestamp,
) -> Result<SignedFeed, PublishError> {
    let Released { signed, seq, is_draft } = feed;
    let bytes = folder.bytes(signed)?;
    match verify_feed(&bytes, folder.keyring(), now) {
        Ok(verified) if verified.seq == *seq => {
            let path = folder.publish(&bytes)?;
            if *is_draft {
                folder.remove_draft()?;
            }
            Ok(SignedFeed { path, seq: *seq, until: Some(verified.until), waits: None })
        }
        Ok(verified) => Err(PublishError::Usage {
            message: format!("the feed has enough signatures for number {}", verified.seq),
        }),
        Err(FeedError::Release { .. } | FeedError::Fresh { .. })
            if !is_draft && folder.draft_path().exists() =>
        {
            let message = "the feed needs further signatures, and a draft of the next one is in the \
                           way: give all fresh keys at once";
            Err(PublishError::Usage { message: message.to_owned() })
        }
        Err(waits @ (FeedError::Release { .. } | FeedError::Fresh { .. })) => {
            let path = folder.write_draft(signed)?;
            Ok(SignedFeed { path, seq: *seq, until: None, waits: Some(waits) })
        }
        Err(source) => Err(PublishError::Feed { path: folder.draft_path(), source }),
    }
}

/// The number that release keys of the keyring put under the draft already.
fn begun(signed: &Signed, keyring: &Keyring) -> Option<u64> {
    let comments = signed.signatures.iter().flat_map(|block| {
        keyring.release.keys.iter().filter_map(|key| block.comment(key, &signed.body))
    });
    comments
        .filter_map(|comment| match comment {
            Comment::Feed { seq, .. } => Some(seq),
            _ => None,
        })
        .max()
}

fn add(
    signed: &mut Signed,
    key: &SecretKey,
    comment: &Comment,
    folder: &FeedFolder,
) -> Result<(), PublishError> {
    let added = signed.sign(key, comment);
    added.map(drop).map_err(|source| PublishError::Key { path: folder.draft_path(), source })
}

fn until(days: u32, now: Timestamp) -> Result<Timestamp, PublishError> {
    if !(1..=MAX_DAYS).contains(&days) {
        let message = format!("`--days` is from 1 to {MAX_DAYS}");
        return Err(PublishError::Usage { message });
    }
    let too_late = |_| PublishError::Usage { message: "the clock is beyond its end".to_owned() };
    let until = now.checked_add(SignedDuration::from_hours(24 * i64::from(days)));
    // Comments say seconds, so a part of one is left out.
    Timestamp::from_second(until.map_err(too_late)?.as_second()).map_err(too_late)
}

fn all_in(
    keys: &[SecretKey],
    role_keys: &[meterport_appcast::PublicKey],
    role: &'static str,
) -> Result<(), PublishError> {
    match keys.iter().all(|key| role_keys.contains(key.public())) {
        true => Ok(()),
        false => Err(PublishError::NotInRole { role }),
    }
}

fn lint(folder: &FeedFolder, body: &[u8], now: Timestamp) -> Result<(), PublishError> {
    let findings: Vec<String> = lint_body(folder, body, now)?
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.to_string())
        .collect();
    match findings.len() {
        0 => Ok(()),
        errors => Err(PublishError::Lint { errors, findings }),
    }
}

fn no_feed(folder: &FeedFolder) -> PublishError {
    PublishError::NoFeed { folder: folder.path().to_path_buf() }
}
