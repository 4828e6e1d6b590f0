//! The keyrings of a publishing folder, verified one by one as a client walks them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use meterport_appcast::Keyring;

use crate::publish_error::PublishError;

/// Where keyring N of a folder stands.
pub fn keyring_path(folder: &Path, version: u32) -> PathBuf {
    folder.join(format!("{version}.keyring"))
}

/// Where it stands while it has too few signatures.
pub fn draft_path(folder: &Path, version: u32) -> PathBuf {
    folder.join(format!("{version}.keyring.draft"))
}

/// All keyrings of a folder, from the first to the newest. Never empty.
#[derive(Clone, Debug)]
pub struct Chain {
    first: Link,
    rest: Vec<Link>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Link {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// What it says.
    pub keyring: Keyring,
}

impl Chain {
    /// Reads and verifies the chain of a folder.
    ///
    /// # Errors
    ///
    /// No first keyring, and a step that no client takes.
    pub fn read(folder: &Path) -> Result<Self, PublishError> {
        let Some(bytes) = read(&keyring_path(folder, 1))? else {
            return Err(PublishError::NoKeyring { folder: folder.to_path_buf() });
        };
        let keyring = Keyring::first(&bytes)
            .map_err(|source| PublishError::Keyring { path: keyring_path(folder, 1), source })?;
        let mut chain = Self { first: Link { bytes, keyring }, rest: Vec::new() };
        while let Some(version) = chain.newest().version.checked_add(1) {
            let path = keyring_path(folder, version);
            let Some(bytes) = read(&path)? else { break };
            let keyring = chain
                .newest()
                .next(&bytes)
                .map_err(|source| PublishError::Keyring { path, source })?;
            chain.rest.push(Link { bytes, keyring });
        }
        Ok(chain)
    }

    /// The keyring before `version`, verified along its chain.
    ///
    /// # Errors
    ///
    /// As [`Chain::read`], and a chain that ends earlier.
    pub(super) fn read_before(folder: &Path, version: u32) -> Result<Keyring, PublishError> {
        let chain = Self::read(folder)?;
        let before =
            chain.links().find(|link| link.keyring.version.checked_add(1) == Some(version));
        before.map(|link| link.keyring.clone()).ok_or_else(|| PublishError::Read {
            path: keyring_path(folder, version.saturating_sub(1)),
            source: ErrorKind::NotFound.into(),
        })
    }

    /// The newest keyring: the one that says what counts.
    pub fn newest(&self) -> &Keyring {
        &self.rest.last().unwrap_or(&self.first).keyring
    }

    /// The file of the newest keyring.
    pub(super) fn newest_link(&self) -> &Link {
        self.rest.last().unwrap_or(&self.first)
    }

    /// Every keyring, from the first to the newest.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

/// A file, or none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, PublishError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(PublishError::Read { path: path.to_path_buf(), source }),
    }
}
