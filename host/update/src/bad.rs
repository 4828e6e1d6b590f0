//! Packages of the program that are not to be used here again, by their hash. Such a package is
//! never offered and never gone back to, and nothing takes the mark away.
//!
//! ```text
//! bad/<sha256>     one word and a line end: why
//! ```

use std::io;

use crate::disk::Kind;
use crate::error::StoreError;
use crate::hash::Sha256Hex;
use crate::publish::publish;
use crate::store::Store;

pub(crate) const FOLDER: &str = "bad";

/// A package that is not to be used here again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bad {
    /// The package.
    pub sha256: Sha256Hex,
    /// Why; `None` if a later program had another reason. It is bad all the same.
    pub reason: Option<BadReason>,
}

/// Why a package is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadReason {
    /// Two starts of it failed on this computer.
    Failed,
    /// Its publisher withdrew it.
    Withdrawn,
}

impl BadReason {
    fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed\n",
            Self::Withdrawn => "withdrawn\n",
        }
    }
}

impl Store {
    /// All packages of the program that are bad here, in the order of their hashes.
    pub fn bad(&self) -> Result<Vec<Bad>, StoreError> {
        let _lock = self.shared()?;
        let names = self.disk().list(FOLDER).map_err(StoreError::io(FOLDER))?;
        let mut all = Vec::new();
        // Names that are no hash are none of ours.
        for sha256 in names.iter().filter_map(|name| name.parse::<Sha256Hex>().ok()) {
            let path = format!("{FOLDER}/{sha256}");
            let word = self.disk().read(&path, 32).map_err(StoreError::io(path))?;
            let reasons = [BadReason::Failed, BadReason::Withdrawn];
            let is_it = |reason: &BadReason| word.as_deref() == Some(reason.word().as_bytes());
            all.push(Bad { sha256, reason: reasons.into_iter().find(is_it) });
        }
        all.sort_unstable_by_key(|bad| bad.sha256);
        Ok(all)
    }

    /// Marks a package of the program as bad. One that is marked already keeps its reason.
    pub fn mark_bad(&self, sha256: &Sha256Hex, reason: BadReason) -> Result<(), StoreError> {
        let _lock = self.exclusive()?;
        self.publish_bad(sha256, reason)
    }

    /// The same, under the lock.
    pub(crate) fn publish_bad(
        &self,
        sha256: &Sha256Hex,
        reason: BadReason,
    ) -> Result<(), StoreError> {
        self.create_folders(&[FOLDER])?;
        if self.is_bad(sha256)? {
            return self.disk().sync_folder(FOLDER).map_err(StoreError::io(FOLDER));
        }
        publish(self.disk(), FOLDER, &sha256.to_string(), reason.word().as_bytes())
    }

    /// The name alone counts.
    pub(crate) fn is_bad(&self, sha256: &Sha256Hex) -> Result<bool, StoreError> {
        let path = format!("{FOLDER}/{sha256}");
        match self.disk().kind(&path).map_err(StoreError::io(path.as_str()))? {
            None => Ok(false),
            Some(Kind::File(_)) => Ok(true),
            Some(_) => Err(StoreError::io(path)(io::Error::other("not a regular file"))),
        }
    }
}
