//! Copying: fetch, verify, write; packages first, the feed last.

use std::path::Path;

use jiff::Timestamp;
use meterport_appcast::{
    Appcast, Item, Keyring, MAX_BLOCK_BYTES, MAX_FEED_BYTES, MAX_KEYRING_BYTES, OsWord, Sha256Hex,
    Signature, verify_feed,
};

use super::base::Base;
use crate::feed::{FEED_FILE, is_in_scope, place};
use crate::keyring::{keyring_path, read};
use crate::package::{Package, minisig_path, signer_of};
use crate::publish_error::PublishError;
use crate::whole_file;

/// What is copied.
#[derive(Clone, Debug, Default)]
pub struct MirrorOptions {
    /// Packages for these systems; none: for all.
    pub systems: Vec<OsWord>,
    /// The first keyring as it was handed over; absent: the one of the copy, else what is served.
    pub first: Option<Vec<u8>>,
}

/// What was copied.
#[derive(Clone, Debug)]
pub struct Mirrored {
    /// The SHA-256 of the first keyring, which is the feed's name on a client.
    pub fingerprint: Sha256Hex,
    /// The newest keyring.
    pub keyring: u32,
    /// The number of the feed.
    pub seq: u64,
    /// Until when it is true.
    pub until: Timestamp,
    /// Packages that were fetched now.
    pub fetched: usize,
    /// Packages that were there.
    pub kept: usize,
    /// Packages without a signature that counts: they are installed from the feed, not by hand.
    pub without_signature: Vec<Sha256Hex>,
}

/// Longest chain that is copied.
const MAX_KEYRINGS: u32 = 10_000;

/// Copies a feed into a folder.
///
/// # Errors
///
/// Whatever a client would refuse. The feed in the folder is then the one it was before.
pub fn mirror(
    from: &dyn Base,
    to: &Path,
    options: &MirrorOptions,
    now: Timestamp,
) -> Result<Mirrored, PublishError> {
    let (files, keyring) = keyrings(from, to, options)?;
    let feed = fetch(from, FEED_FILE, bytes_of(MAX_FEED_BYTES))?;
    let verified = verify_feed(&feed, &keyring, now)
        .map_err(|source| PublishError::Feed { path: FEED_FILE.into(), source })?;
    if verified.until <= now || keyring.is_expired(now) {
        return Err(PublishError::Stale);
    }
    not_older(to, &keyring, verified.seq, verified.body_sha256, now)?;
    let appcast = Appcast::parse(verified.body)
        .map_err(|source| PublishError::Appcast { path: FEED_FILE.into(), source })?;
    let accepted = appcast.accept(&|id| is_in_scope(&keyring, id));
    let mut mirrored = Mirrored {
        fingerprint: Sha256Hex::of(files.first().map(Vec::as_slice).unwrap_or_default()),
        keyring: keyring.version,
        seq: verified.seq,
        until: verified.until,
        fetched: 0,
        kept: 0,
        without_signature: Vec::new(),
    };
    for item in accepted.items.iter().filter(|item| is_wanted(item, &options.systems)) {
        copy_package(from, to, item, &keyring, &mut mirrored)?;
    }
    for (version, bytes) in (1..).zip(&files) {
        write(&keyring_path(to, version), bytes)?;
    }
    write(&to.join(FEED_FILE), &feed)?;
    Ok(mirrored)
}

/// The whole chain, verified from the first keyring on.
fn keyrings(
    from: &dyn Base,
    to: &Path,
    options: &MirrorOptions,
) -> Result<(Vec<Vec<u8>>, Keyring), PublishError> {
    let refused = |version: u32| {
        move |source| PublishError::Keyring { path: format!("{version}.keyring").into(), source }
    };
    if let Some(handed) = &options.first {
        // Before it is compared: it may be no keyring at all.
        Keyring::first(handed).map_err(|source| PublishError::Keyring {
            path: "1.keyring, as handed over".into(),
            source,
        })?;
    }
    let first = fetch(from, "1.keyring", bytes_of(MAX_KEYRING_BYTES))?;
    let present = read(&keyring_path(to, 1))?;
    let mut known = options.first.iter().chain(&present);
    if known.any(|known| *known != first) {
        return Err(PublishError::MirrorForeign);
    }
    let mut newest = Keyring::first(&first).map_err(refused(1))?;
    let mut files = vec![first];
    for version in 2..=MAX_KEYRINGS {
        let name = format!("{version}.keyring");
        let Some(bytes) = fetch_if(from, &name, bytes_of(MAX_KEYRING_BYTES))? else { break };
        newest = newest.next(&bytes).map_err(refused(version))?;
        files.push(bytes);
    }
    Ok((files, newest))
}

/// A client of this copy would refuse a lower number, and the same number for something else.
fn not_older(
    to: &Path,
    keyring: &Keyring,
    found: u64,
    body: Sha256Hex,
    now: Timestamp,
) -> Result<(), PublishError> {
    let Some(bytes) = read(&to.join(FEED_FILE))? else { return Ok(()) };
    // One that no longer verifies, as after a change of the release keys, holds nothing up.
    let Ok(present) = verify_feed(&bytes, keyring, now) else { return Ok(()) };
    if present.seq > found {
        return Err(PublishError::MirrorOlder { found, present: present.seq });
    }
    if present.seq == found && present.body_sha256 != body {
        return Err(PublishError::MirrorOther { seq: found });
    }
    Ok(())
}

/// Withdrawn packages are never offered, so nobody fetches them.
fn is_wanted(item: &Item, systems: &[OsWord]) -> bool {
    let any = OsWord::any();
    let os = item.os.as_ref().unwrap_or(&any);
    let fits = systems.is_empty() || systems.iter().any(|system| os.fits(system).is_some());
    item.withdrawn.is_none() && fits
}

fn copy_package(
    from: &dyn Base,
    to: &Path,
    item: &Item,
    keyring: &Keyring,
    mirrored: &mut Mirrored,
) -> Result<(), PublishError> {
    let name = place(&item.sha256);
    let path = to.join(&name);
    let is_right = |bytes: &[u8]| {
        u64::try_from(bytes.len()) == Ok(item.length) && Sha256Hex::of(bytes) == item.sha256
    };
    let bytes = match read(&path)? {
        Some(bytes) if is_right(&bytes) => {
            mirrored.kept = mirrored.kept.saturating_add(1);
            bytes
        }
        _ => {
            let bytes = fetch(from, &name, item.length)?;
            if !is_right(&bytes) {
                let fault = "is not the file that the feed names";
                return Err(PublishError::MirrorPackage { sha256: item.sha256, fault });
            }
            mirrored.fetched = mirrored.fetched.saturating_add(1);
            write(&path, &bytes)?;
            bytes
        }
    };
    // For installing by hand. The feed itself vouches for the package, so a missing or outdated
    // signature holds nothing up; it is told.
    let signatures = fetch_if(from, &format!("{name}.minisig"), bytes_of(MAX_BLOCK_BYTES))?;
    let counts = |file: &Vec<u8>| {
        let blocks = Signature::file(file).ok()?;
        let package = Package::look(&bytes).ok()?;
        signer_of(&bytes, &package, &blocks, keyring).ok()
    };
    match signatures {
        Some(file) if counts(&file).is_some() => write(&minisig_path(&path), &file),
        _ => {
            mirrored.without_signature.push(item.sha256);
            Ok(())
        }
    }
}

fn fetch(from: &dyn Base, name: &str, most: u64) -> Result<Vec<u8>, PublishError> {
    let found = fetch_if(from, name, most)?;
    found.ok_or_else(|| PublishError::NotThere { name: name.to_owned() })
}

fn fetch_if(from: &dyn Base, name: &str, most: u64) -> Result<Option<Vec<u8>>, PublishError> {
    from.fetch(name, most).map_err(|source| PublishError::Fetch { name: name.to_owned(), source })
}

fn bytes_of(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    whole_file::write(path, bytes)
        .map_err(|source| PublishError::Write { path: path.to_path_buf(), source })
}
