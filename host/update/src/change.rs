//! Changes to what is installed. Each of them is one generation, written under the lock.

use std::sync::Arc;

use meterport_manifest::DriverId;
use semver::Version;

use crate::current::History;
use crate::entry::{Origin, PluginEntry};
use crate::error::StoreError;
use crate::generation::{FILES, Generation};
use crate::hash::Sha256Hex;
use crate::store::{MAX_PACKAGE_BYTES, OBJECTS, Store};
use crate::versions::{self, Unpacked};

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

/// Program and drivers, changed together or not at all.
#[derive(Debug, Default)]
pub struct Change {
    /// The generation that the decision was made upon, as [`Current::number`](crate::Current) says.
    pub since: u64,
    /// The program, where it changes.
    pub app: Option<Unpacked>,
    /// Drivers that are installed, or take the place of another package of the same driver.
    pub put: Vec<NewPlugin>,
    /// Drivers that go.
    pub remove: Vec<DriverId>,
}

/// A driver that is to be installed. The caller has read `id` and `version` from the package
/// itself, and answers for `origin`.
#[derive(Clone, Debug)]
pub struct NewPlugin {
    /// Which driver.
    pub id: DriverId,
    /// Its version.
    pub version: Version,
    /// The package.
    pub package: Arc<[u8]>,
    /// Who vouches for it.
    pub origin: Origin,
}

impl Store {
    /// Installs a package, or puts it in the place of another one of the same driver.
    ///
    /// The caller has read `id` and `version` from the package itself, and answers for `origin`.
    /// Whether an older version may replace a newer one is the caller's question, too.
    pub fn install(
        &self,
        package: &[u8],
        id: &DriverId,
        version: &Version,
        origin: Origin,
    ) -> Result<InstallOutcome, StoreError> {
        let plugin =
            NewPlugin { id: id.clone(), version: version.clone(), package: package.into(), origin };
        let entry = plugin.check()?;

        let _lock = self.exclusive()?;
        let history = History::read(self.disk())?;
        let mut next = history.newest();
        let before = put(&mut next, entry.clone())?;
        let is_same = before.as_ref().is_some_and(|before| before.is_same(&entry));
        if is_same && matches!(self.verified_object(&entry.sha256), Ok(Some(_))) {
            return Ok(InstallOutcome::Unchanged);
        }
        self.create_folders(&[OBJECTS, FILES.folder])?;
        self.publish_object(package)?;
        let generation = self.publish_generation(&history, next)?;
        Ok(match before {
            None => InstallOutcome::Installed { generation },
            Some(before) => InstallOutcome::Replaced { generation, before },
        })
    }

    /// Changes program and drivers as one generation, and returns its number. What was decided upon
    /// an older generation than the present one is not done: [`StoreError::Changed`].
    pub fn apply(&self, change: Change) -> Result<u64, StoreError> {
        let entries: Vec<_> = change.put.iter().map(NewPlugin::check).collect::<Result<_, _>>()?;

        let _lock = self.exclusive()?;
        let history = History::read(self.disk())?;
        let now = history.newest();
        if now.number != change.since {
            return Err(StoreError::Changed { since: change.since, now: now.number });
        }
        let mut next = now.clone();
        if let Some(app) = change.app.as_ref().map(Unpacked::sha256) {
            if self.is_bad(&app)? {
                return Err(StoreError::Bad { sha256: app });
            }
            if versions::complete(self.disk(), &app)?.is_none() {
                return Err(StoreError::Damaged { sha256: app });
            }
            if next.app != Some(app) {
                next.app = Some(app);
                next.app_later.clear();
            }
        }
        for id in &change.remove {
            take(&mut next, id)?;
        }
        for entry in entries {
            put(&mut next, entry)?;
        }
        self.create_folders(&[OBJECTS, FILES.folder])?;
        for plugin in &change.put {
            self.publish_object(&plugin.package)?;
        }
        if next == now {
            return Ok(now.number);
        }
        self.publish_generation(&history, next)
    }

    /// Removes a driver. Its package stays as long as a kept generation names it, so that
    /// [`revert`](Self::revert) can bring it back. Returns the new generation.
    pub fn remove(&self, id: &DriverId) -> Result<u64, StoreError> {
        let _lock = self.exclusive()?;
        let history = History::read(self.disk())?;
        let mut next = history.newest();
        take(&mut next, id)?;
        self.publish_generation(&history, next)
    }
}

impl NewPlugin {
    fn check(&self) -> Result<PluginEntry, StoreError> {
        if self.package.len() > MAX_PACKAGE_BYTES {
            return Err(StoreError::TooLarge);
        }
        if !self.origin.is_writable() {
            return Err(StoreError::Origin { id: self.id.clone() });
        }
        let sha256 = Sha256Hex::of(&self.package);
        Ok(PluginEntry::new(self.id.clone(), self.version.clone(), sha256, self.origin.clone()))
    }
}

/// Puts a driver in its place. Returns what was there before.
pub(crate) fn put(
    next: &mut Generation,
    entry: PluginEntry,
) -> Result<Option<PluginEntry>, StoreError> {
    match next.plugins.iter_mut().find(|plugin| plugin.id == entry.id) {
        None => {
            next.plugins.push(entry);
            Ok(None)
        }
        Some(place) => {
            check_may_replace(place, &entry)?;
            // What a later program said of exactly this stays.
            let later = if place.is_same(&entry) { place.later.clone() } else { entry.later };
            Ok(Some(std::mem::replace(place, PluginEntry { later, ..entry })))
        }
    }
}

fn take(next: &mut Generation, id: &DriverId) -> Result<(), StoreError> {
    let count = next.plugins.len();
    next.plugins.retain(|plugin| plugin.id != *id);
    match next.plugins.len() == count {
        true => Err(StoreError::NotInstalled { id: id.clone() }),
        false => Ok(()),
    }
}

/// INVARIANT: an unsigned package never takes the place of a signed one.
pub(crate) fn check_may_replace(now: &PluginEntry, then: &PluginEntry) -> Result<(), StoreError> {
    if now.origin.is_signed() && !then.origin.is_signed() {
        return Err(StoreError::UnsignedOverSigned { id: now.id.clone() });
    }
    Ok(())
}
