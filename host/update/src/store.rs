//! The store: what is installed, and the changes to it.

use std::time::Duration;

use cap_std::fs::Dir;
use meterport_manifest::DriverId;

use crate::collect::collect;
use crate::current::{Current, FOLDER as GENERATIONS, History};
use crate::disk::{Disk, FolderDisk, ROOT};
use crate::entry::{Origin, PluginEntry};
use crate::error::StoreError;
use crate::generation::{self, Generation, Invalid};
use crate::hash::Sha256Hex;
use crate::lock;
use crate::publish::publish;

/// Largest package of a driver.
pub const MAX_PACKAGE_BYTES: usize = 4 * 1024 * 1024;

pub(crate) const OBJECTS: &str = "objects";

/// The installed drivers of one data folder. Several programs may use it at the same time.
pub struct Store {
    disk: Box<dyn Disk>,
    wait: Duration,
}

/// What [`Store::install`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallOutcome {
    /// The driver was not there before.
    Installed {
        /// The new generation.
        generation: u64,
    },
    /// Another package of the driver was there before.
    Replaced {
        /// The new generation.
        generation: u64,
        /// What was there before.
        before: PluginEntry,
    },
    /// Exactly this was installed already.
    Unchanged,
}

impl Store {
    /// The store in a data folder, which the caller chose and opened. Nothing is written before the
    /// first change.
    pub fn open(dir: Dir) -> Result<Self, StoreError> {
        let store = Self::on(Box::new(FolderDisk(dir)));
        // A folder that cannot be read is better found now than at the meter.
        store.disk.list(GENERATIONS).map_err(StoreError::io(GENERATIONS))?;
        Ok(store)
    }

    pub(crate) fn on(disk: Box<dyn Disk>) -> Self {
        Self { disk, wait: lock::WAIT }
    }

    /// Waits this long for other programs, instead of 10 s.
    #[must_use]
    pub fn wait_at_most(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// What is installed, as the newest valid generation says.
    pub fn plugins(&self) -> Result<Current, StoreError> {
        let _lock = lock::shared(self.disk(), self.wait)?;
        Ok(History::read(self.disk())?.current())
    }

    /// The bytes of a package. They are hashed each time: what is returned is what was installed.
    pub fn read_object(&self, sha256: &Sha256Hex) -> Result<Vec<u8>, StoreError> {
        let _lock = lock::shared(self.disk(), self.wait)?;
        self.verified_object(sha256)?.ok_or(StoreError::Missing { sha256: *sha256 })
    }

    /// Installs a package, or puts it in the place of another one of the same driver.
    ///
    /// The caller has read `id` and `version` from the package itself, and answers for `origin`.
    /// Whether an older version may replace a newer one is the caller's question, too.
    pub fn install(
        &self,
        package: &[u8],
        id: &DriverId,
        version: &semver::Version,
        origin: Origin,
    ) -> Result<InstallOutcome, StoreError> {
        if package.len() > MAX_PACKAGE_BYTES {
            return Err(StoreError::TooLarge);
        }
        if !origin.is_writable() {
            return Err(StoreError::Origin { id: id.clone() });
        }
        let sha256 = Sha256Hex::of(package);
        let entry = PluginEntry::new(id.clone(), version.clone(), sha256, origin);

        let _lock = lock::exclusive(self.disk(), self.wait)?;
        let history = History::read(self.disk())?;
        let mut next = history.newest();
        let before = next.plugins.iter_mut().find(|plugin| plugin.id == *id);
        let before = match before {
            None => {
                next.plugins.push(entry);
                None
            }
            Some(place) => {
                check_may_replace(place, &entry)?;
                let is_same = (&place.version, &place.sha256, &place.origin)
                    == (&entry.version, &entry.sha256, &entry.origin);
                if is_same && matches!(self.verified_object(&sha256), Ok(Some(_))) {
                    return Ok(InstallOutcome::Unchanged);
                }
                Some(std::mem::replace(place, entry))
            }
        };
        self.create_folders()?;
        self.publish_object(&sha256, package)?;
        let generation = self.publish_generation(&history, next)?;
        Ok(match before {
            None => InstallOutcome::Installed { generation },
            Some(before) => InstallOutcome::Replaced { generation, before },
        })
    }

    /// Removes a driver. Its package stays as long as a kept generation names it, so that
    /// [`revert`](Self::revert) can bring it back. Returns the new generation.
    pub fn remove(&self, id: &DriverId) -> Result<u64, StoreError> {
        let _lock = lock::exclusive(self.disk(), self.wait)?;
        let history = History::read(self.disk())?;
        let mut next = history.newest();
        let count = next.plugins.len();
        next.plugins.retain(|plugin| plugin.id != *id);
        if next.plugins.len() == count {
            return Err(StoreError::NotInstalled { id: id.clone() });
        }
        self.publish_generation(&history, next)
    }

    /// Goes back to the package of a driver that was installed before the present one, or before
    /// it was removed, as far as generations are kept. Returns what is installed now.
    pub fn revert(&self, id: &DriverId) -> Result<PluginEntry, StoreError> {
        let _lock = lock::exclusive(self.disk(), self.wait)?;
        let history = History::read(self.disk())?;
        let mut next = history.newest();
        let mut place = next.plugins.iter_mut().find(|plugin| plugin.id == *id);
        let is_other = |plugin: &&PluginEntry| {
            plugin.id == *id && place.as_ref().is_none_or(|now| now.sha256 != plugin.sha256)
        };
        let earlier = history.valid().flat_map(|generation| &generation.plugins).find(is_other);
        let Some(earlier) = earlier.cloned() else {
            return Err(StoreError::NothingToRevert { id: id.clone() });
        };
        let sha256 = earlier.sha256;
        self.verified_object(&sha256)?.ok_or(StoreError::Missing { sha256 })?;
        match &mut place {
            Some(now) => {
                check_may_replace(now, &earlier)?;
                **now = earlier.clone();
            }
            None => next.plugins.push(earlier.clone()),
        }
        self.publish_generation(&history, next)?;
        Ok(earlier)
    }

    fn disk(&self) -> &dyn Disk {
        self.disk.as_ref()
    }

    /// `None` if there is no such package.
    fn verified_object(&self, sha256: &Sha256Hex) -> Result<Option<Vec<u8>>, StoreError> {
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

    fn create_folders(&self) -> Result<(), StoreError> {
        for folder in [OBJECTS, GENERATIONS] {
            self.disk.create_folder(folder).map_err(StoreError::io(folder))?;
        }
        self.disk.sync_folder(ROOT).map_err(StoreError::io(ROOT))
    }

    /// A name that is there with the same content is success; one with other content fails its own
    /// check and goes.
    fn publish_object(&self, sha256: &Sha256Hex, package: &[u8]) -> Result<(), StoreError> {
        let name = sha256.to_string();
        match self.verified_object(sha256) {
            Ok(Some(_)) => {
                // Whoever linked it may have crashed before the name was made to last.
                return self.disk.sync_folder(OBJECTS).map_err(StoreError::io(OBJECTS));
            }
            Ok(None) => {}
            Err(StoreError::Damaged { .. }) => {
                let path = format!("{OBJECTS}/{name}");
                self.disk.remove(&path).map_err(StoreError::io(path))?;
            }
            Err(other) => return Err(other),
        }
        publish(self.disk(), OBJECTS, &name, package)
    }

    /// Writes the next generation; afterwards it counts. Returns its number.
    fn publish_generation(
        &self,
        history: &History,
        content: Generation,
    ) -> Result<u64, StoreError> {
        let number = history.next_number()?;
        let next = Generation { number, previous: content.number, ..content };
        let bytes = next.to_bytes();
        if bytes.len() > generation::MAX_BYTES {
            return Err(StoreError::TooMany);
        }
        let name = generation::file_name(number);
        if history.all.contains(&(number, Err(Invalid::Damaged))) {
            let path = format!("{GENERATIONS}/{name}");
            self.disk.remove(&path).map_err(StoreError::io(path))?;
        }
        publish(self.disk(), GENERATIONS, &name, &bytes)?;
        collect(self.disk());
        Ok(number)
    }
}

/// INVARIANT: an unsigned package never takes the place of a signed one.
fn check_may_replace(now: &PluginEntry, then: &PluginEntry) -> Result<(), StoreError> {
    if now.origin.is_signed() && !then.origin.is_signed() {
        return Err(StoreError::UnsignedOverSigned { id: now.id.clone() });
    }
    Ok(())
}
