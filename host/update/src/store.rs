//! The store: one data folder, opened once, and what every change to it needs.

use std::sync::Arc;
use std::time::Duration;

use cap_std::fs::Dir;

use crate::collect::collect;
use crate::current::{Current, History};
use crate::disk::{Disk, FolderDisk, ROOT};
use crate::error::StoreError;
use crate::generation::{FILES, Generation};
use crate::hash::Sha256Hex;
use crate::lock::{self, Guard};
use crate::publish::publish;

/// Largest package of a driver, and largest feed.
pub const MAX_PACKAGE_BYTES: usize = 4 * 1024 * 1024;

pub(crate) const OBJECTS: &str = "objects";

/// What is installed in one data folder. Several programs may use it at the same time.
#[derive(Clone)]
pub struct Store {
    pub(crate) disk: Arc<dyn Disk>,
    wait: Duration,
}

impl Store {
    /// The store in a data folder, which the caller chose and opened. Nothing is written before the
    /// first change.
    pub fn open(dir: Dir) -> Result<Self, StoreError> {
        let store = Self::on(Arc::new(FolderDisk(dir)));
        // A folder that cannot be read is better found now than at the meter.
        store.disk.list(FILES.folder).map_err(StoreError::io(FILES.folder))?;
        Ok(store)
    }

    pub(crate) fn on(disk: Arc<dyn Disk>) -> Self {
        Self { disk, wait: lock::WAIT }
    }

    /// Waits this long for other programs, instead of 10 s.
    #[must_use]
    pub fn wait_at_most(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// What is installed, as the newest valid generation says.
    pub fn plugins(&self) -> Result<Current, StoreError> {
        let _lock = self.shared()?;
        Ok(History::read(self.disk())?.current())
    }

    /// The bytes of a package, or of a feed. They are hashed each time: what is returned is what
    /// was stored.
    pub fn read_object(&self, sha256: &Sha256Hex) -> Result<Vec<u8>, StoreError> {
        let _lock = self.shared()?;
        self.verified_object(sha256)?.ok_or(StoreError::Missing { sha256: *sha256 })
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        self.disk.as_ref()
    }

    /// The lock for every write.
    pub(crate) fn exclusive(&self) -> Result<Guard, StoreError> {
        lock::exclusive(self.disk(), self.wait)
    }

    /// The lock for reading.
    pub(crate) fn shared(&self) -> Result<Guard, StoreError> {
        lock::shared(self.disk(), self.wait)
    }

    /// `None` if there is no such package.
    pub(crate) fn verified_object(
        &self,
        sha256: &Sha256Hex,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let path = format!("{OBJECTS}/{sha256}");
        // One byte more than allowed, so that a longer file has another hash.
        let bytes = self.disk.read(&path, MAX_PACKAGE_BYTES + 1).map_err(StoreError::io(path))?;
        match bytes {
            Some(bytes) if bytes.len() > MAX_PACKAGE_BYTES || Sha256Hex::of(&bytes) != *sha256 => {
                Err(StoreError::Damaged { sha256: *sha256 })
            }
            other => Ok(other),
        }
    }

    /// Makes folders, the outer before the inner, and makes their names last.
    pub(crate) fn create_folders(&self, folders: &[&str]) -> Result<(), StoreError> {
        for folder in folders {
            self.disk.create_folder(folder).map_err(StoreError::io(*folder))?;
            let outer = folder.rsplit_once('/').map_or(ROOT, |(outer, _)| outer);
            self.disk.sync_folder(outer).map_err(StoreError::io(outer))?;
        }
        Ok(())
    }

    /// A name that is there with the same content is success; one with other content fails its own
    /// check and goes.
    pub(crate) fn publish_object(&self, bytes: &[u8]) -> Result<Sha256Hex, StoreError> {
        if bytes.len() > MAX_PACKAGE_BYTES {
            return Err(StoreError::TooLarge);
        }
        let sha256 = Sha256Hex::of(bytes);
        let name = sha256.to_string();
        match self.verified_object(&sha256) {
            Ok(Some(_)) => {
                // Whoever linked it may have crashed before the name was made to last.
                self.disk.sync_folder(OBJECTS).map_err(StoreError::io(OBJECTS))?;
                return Ok(sha256);
            }
            Ok(None) => {}
            Err(StoreError::Damaged { .. }) => {
                let path = format!("{OBJECTS}/{name}");
                self.disk.remove(&path).map_err(StoreError::io(path))?;
            }
            Err(other) => return Err(other),
        }
        publish(self.disk(), OBJECTS, &name, bytes)?;
        Ok(sha256)
    }

    /// Writes the next generation; afterwards it counts. Returns its number.
    pub(crate) fn publish_generation(
        &self,
        history: &History,
        content: Generation,
    ) -> Result<u64, StoreError> {
        let number = FILES.next_number(&history.all)?;
        let next = Generation { number, previous: history.newest().number, ..content };
        FILES.publish(self.disk(), &history.all, number, &next.to_bytes())?;
        collect(self.disk());
        Ok(number)
    }
}
