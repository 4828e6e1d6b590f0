//! The chains of keyrings as they were accepted, one file for each step. The caller verifies them,
//! when it adds one and whenever it reads them.
//!
//! ```text
//! keyrings/<sha256 of the first keyring>/7.keyring
//! ```

use meterport_appcast::MAX_KEYRING_BYTES;

use crate::error::StoreError;
use crate::hash::Sha256Hex;
use crate::publish::publish;
use crate::store::Store;

const FOLDER: &str = "keyrings";

impl Store {
    /// The stored keyrings of a feed, by version, oldest first. A file that is larger than any
    /// keyring is cut one byte behind that limit, so that it verifies as nothing.
    pub fn keyrings(&self, feed: &Sha256Hex) -> Result<Vec<(u32, Vec<u8>)>, StoreError> {
        let _lock = self.shared()?;
        let folder = format!("{FOLDER}/{feed}");
        let names = self.disk().list(&folder).map_err(StoreError::io(folder.as_str()))?;
        let mut versions: Vec<u32> = names.iter().filter_map(|name| version_of(name)).collect();
        versions.sort_unstable();
        let mut all = Vec::new();
        for version in versions {
            let path = format!("{folder}/{}", file_name(version));
            let bytes = self.disk().read(&path, MAX_KEYRING_BYTES + 1);
            if let Some(bytes) = bytes.map_err(StoreError::io(path))? {
                all.push((version, bytes));
            }
        }
        Ok(all)
    }

    /// Keeps one more keyring, which the caller has verified. Where one of that version is there
    /// and `is_valid`, another program was faster, and that one stays; where it is not, it was
    /// damaged, and goes.
    pub fn add_keyring(
        &self,
        feed: &Sha256Hex,
        version: u32,
        bytes: &[u8],
        is_valid: &dyn Fn(&[u8]) -> bool,
    ) -> Result<(), StoreError> {
        if bytes.len() > MAX_KEYRING_BYTES {
            return Err(StoreError::Larger { most: MAX_KEYRING_BYTES as u64 });
        }
        let _lock = self.exclusive()?;
        let folder = format!("{FOLDER}/{feed}");
        let (name, path) = (file_name(version), format!("{folder}/{}", file_name(version)));
        self.create_folders(&[FOLDER, &folder])?;
        let there = self.disk().read(&path, MAX_KEYRING_BYTES + 1);
        match there.map_err(StoreError::io(path.as_str()))? {
            Some(there) if there.len() <= MAX_KEYRING_BYTES && is_valid(&there) => {
                return self.disk().sync_folder(&folder).map_err(StoreError::io(folder));
            }
            Some(_) => self.disk().remove(&path).map_err(StoreError::io(path))?,
            None => {}
        }
        publish(self.disk(), &folder, &name, bytes)
    }
}

fn file_name(version: u32) -> String {
    format!("{version}.keyring")
}

fn version_of(name: &str) -> Option<u32> {
    let version = name.strip_suffix(".keyring")?.parse().ok()?;
    (file_name(version) == name).then_some(version)
}
