//! Making a keyring, and putting it into its place once it has its signatures.

use std::fs;
use std::path::{Path, PathBuf};

use meterport_appcast::{Comment, FeedId, Keyring, KeyringError};

use super::chain::{Chain, draft_path, keyring_path, read};
use super::change::{Changes, first, next};
use crate::key::SecretKey;
use crate::publish_error::PublishError;
use crate::signed::Signed;
use crate::whole_file;

/// Where a keyring stands now.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The file.
    pub path: PathBuf,
    /// What it says.
    pub keyring: Keyring,
    /// Why it waits for further signatures; absent: it stands in its place.
    pub waits: Option<KeyringError>,
}

/// Makes the first keyring of a folder.
///
/// # Errors
///
/// A keyring that no client takes, and one that is there already.
pub fn begin(
    folder: &Path,
    feed: &FeedId,
    changes: &Changes,
    keys: &[SecretKey],
    force: bool,
) -> Result<Placed, PublishError> {
    for path in [keyring_path(folder, 1), draft_path(folder, 1)] {
        if path.exists() && !force {
            return Err(PublishError::Exists { path });
        }
    }
    let mut signed = Signed::unsigned(first(feed, changes)?.into_bytes());
    sign_all(&mut signed, &draft_path(folder, 1), None, keys)?;
    place(folder, None, &signed)
}

/// Makes the keyring that follows the newest one of a folder.
///
/// # Errors
///
/// As [`begin`].
pub fn rotate(
    folder: &Path,
    changes: &Changes,
    keys: &[SecretKey],
    force: bool,
) -> Result<Placed, PublishError> {
    let chain = Chain::read(folder)?;
    let link = chain.newest_link();
    let path = keyring_path(folder, chain.newest().version);
    let present = signed(&path, &link.bytes)?;
    // What was verified is text, or it would be no keyring.
    let body = String::from_utf8_lossy(&present.body);
    let mut new = Signed::unsigned(next(&body, chain.newest(), changes)?.into_bytes());
    let version = chain.newest().version.saturating_add(1);
    let path = draft_path(folder, version);
    if path.exists() && !force {
        return Err(PublishError::Exists { path });
    }
    sign_all(&mut new, &path, Some(chain.newest()), keys)?;
    place(folder, Some(chain.newest()), &new)
}

/// Adds signatures to a keyring. A draft that has enough of them then goes into its place.
///
/// # Errors
///
/// A file that is no keyring, or whose keyring before it is missing.
pub fn sign(path: &Path, keys: &[SecretKey]) -> Result<Placed, PublishError> {
    let bytes = read(path)?.ok_or_else(|| PublishError::Read {
        path: path.to_path_buf(),
        source: std::io::ErrorKind::NotFound.into(),
    })?;
    let mut file = signed(path, &bytes)?;
    let keyring = Keyring::parse(&file.body)
        .map_err(|source| PublishError::Keyring { path: path.to_path_buf(), source })?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let before = match keyring.version {
        1 => None,
        version => Some(Chain::read_before(folder, version)?),
    };
    sign_all(&mut file, path, before.as_ref(), keys)?;
    // By its name: the folder may have been typed in another way.
    if path.file_name() != draft_path(folder, keyring.version).file_name() {
        let bytes = to_bytes(path, &file)?;
        write(path, &bytes)?;
        let waits = verdict(before.as_ref(), &bytes).err();
        return Ok(Placed { path: path.to_path_buf(), keyring, waits });
    }
    place(folder, before.as_ref(), &file)
}

/// Only root keys sign keyrings: those of the keyring itself, and those of the one before it.
fn sign_all(
    file: &mut Signed,
    path: &Path,
    before: Option<&Keyring>,
    keys: &[SecretKey],
) -> Result<(), PublishError> {
    let keyring = Keyring::parse(&file.body)
        .map_err(|source| PublishError::Keyring { path: path.to_path_buf(), source })?;
    let comment = Comment::Keyring { feed: keyring.feed.clone(), version: keyring.version };
    for key in keys {
        let is_root = |keyring: &Keyring| keyring.root.keys.contains(key.public());
        if !is_root(&keyring) && !before.is_some_and(is_root) {
            return Err(PublishError::NotInRole { role: "root" });
        }
        file.sign(key, &comment)
            .map_err(|source| PublishError::Key { path: path.to_path_buf(), source })?;
    }
    Ok(())
}

/// Writes a keyring into its place if a client takes it, and as a draft otherwise.
fn place(folder: &Path, before: Option<&Keyring>, file: &Signed) -> Result<Placed, PublishError> {
    let parsed = Keyring::parse(&file.body);
    let keyring =
        parsed.map_err(|source| PublishError::Keyring { path: folder.to_path_buf(), source })?;
    let draft = draft_path(folder, keyring.version);
    let bytes = to_bytes(&draft, file)?;
    if let Err(waits) = verdict(before, &bytes) {
        write(&draft, &bytes)?;
        return Ok(Placed { path: draft, keyring, waits: Some(waits) });
    }
    let path = keyring_path(folder, keyring.version);
    write(&path, &bytes)?;
    match fs::remove_file(&draft) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(PublishError::Write { path: draft, source })
        }
        _ => Ok(Placed { path, keyring, waits: None }),
    }
}

fn verdict(before: Option<&Keyring>, bytes: &[u8]) -> Result<Keyring, KeyringError> {
    match before {
        None => Keyring::first(bytes),
        Some(before) => before.next(bytes),
    }
}

fn signed(path: &Path, bytes: &[u8]) -> Result<Signed, PublishError> {
    Signed::parse(bytes)
        .map_err(|source| PublishError::Signatures { path: path.to_path_buf(), source })
}

fn to_bytes(path: &Path, file: &Signed) -> Result<Vec<u8>, PublishError> {
    file.to_bytes().map_err(|source| PublishError::Signatures { path: path.to_path_buf(), source })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    whole_file::write(path, bytes)
        .map_err(|source| PublishError::Write { path: path.to_path_buf(), source })
}
