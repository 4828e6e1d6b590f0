//! Going back: always by a new generation, never by removing one.
//!
//! INVARIANT: going back revives nothing that is withdrawn, and puts nothing unsigned in the place
//! of something signed. What is withdrawn the caller knows, and says by `allowed`; that it stays
//! disabled at every load is the caller's, too.

use meterport_manifest::DriverId;

use crate::bad::BadReason;
use crate::change::check_may_replace;
use crate::current::History;
use crate::entry::PluginEntry;
use crate::error::StoreError;
use crate::generation::Generation;
use crate::hash::Sha256Hex;
use crate::store::Store;
use crate::versions;

/// What [`Store::rollback`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RolledBack {
    /// The new generation.
    pub generation: u64,
    /// The program of it; `None` where the store holds drivers alone. It runs from the next start.
    pub app: Option<Sha256Hex>,
    /// The drivers of it.
    pub plugins: Vec<PluginEntry>,
    /// Drivers of the older generation that did not come back. Of the same id, what was installed
    /// last still is.
    pub not_revived: Vec<PluginEntry>,
}

impl Store {
    /// Goes back to the package of a driver that was installed before the present one, or before
    /// it was removed, as far as generations are kept. Packages that are not `allowed` are passed
    /// over. Returns what is installed now.
    pub fn revert(
        &self,
        id: &DriverId,
        allowed: &dyn Fn(&PluginEntry) -> bool,
    ) -> Result<PluginEntry, StoreError> {
        let _lock = self.exclusive()?;
        let history = History::read(self.disk())?;
        let mut next = history.newest();
        let mut place = next.plugins.iter_mut().find(|plugin| plugin.id == *id);
        let is_other = |plugin: &&PluginEntry| {
            plugin.id == *id
                && place.as_ref().is_none_or(|now| now.sha256 != plugin.sha256)
                && allowed(plugin)
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

    /// Goes back to what was installed before, as a whole: to the newest kept generation with other
    /// content whose program is the present one, or is good here and was not found bad. Drivers
    /// that are not `allowed` do not come back.
    ///
    /// Done twice, it leads where it began. Nothing keeps the version that was left from being
    /// offered again.
    pub fn rollback(
        &self,
        allowed: &dyn Fn(&PluginEntry) -> bool,
    ) -> Result<RolledBack, StoreError> {
        let _lock = self.exclusive()?;
        let history = History::read(self.disk())?;
        let now = history.newest();
        for then in history.valid().skip(1) {
            if then.app != now.app && !self.may_go_back_to(then.app.as_ref())? {
                continue;
            }
            let (next, not_revived) = back_to(then, &now, allowed);
            if next.app == now.app && next.plugins == now.plugins {
                continue;
            }
            for plugin in &next.plugins {
                let sha256 = plugin.sha256;
                if !now.plugins.iter().any(|now| now.sha256 == sha256) {
                    self.verified_object(&sha256)?.ok_or(StoreError::Missing { sha256 })?;
                }
            }
            let (app, plugins) = (next.app, next.plugins.clone());
            let generation = self.publish_generation(&history, next)?;
            return Ok(RolledBack { generation, app, plugins, not_revived });
        }
        Err(StoreError::NothingToRollBack)
    }

    /// Goes back from a version of the program that failed here, under the lock: marks it bad, and
    /// writes the content of the newest generation with another, good program. `None` if there is
    /// none; then nothing is marked.
    pub(crate) fn step_back_from(
        &self,
        history: &History,
        failed: &Sha256Hex,
    ) -> Result<Option<(u64, Sha256Hex)>, StoreError> {
        let Some((then, app)) = self.way_back(history, failed)? else { return Ok(None) };
        // First the mark: a crash before the generation leads here again.
        self.publish_bad(failed, BadReason::Failed)?;
        // What is withdrawn stays disabled when it is loaded; nobody knows of it here.
        let (next, _) = back_to(then, &history.newest(), &|_| true);
        Ok(Some((self.publish_generation(history, next)?, app)))
    }

    /// The newest generation with another, good program than one that failed here.
    pub(crate) fn way_back<'h>(
        &self,
        history: &'h History,
        failed: &Sha256Hex,
    ) -> Result<Option<(&'h Generation, Sha256Hex)>, StoreError> {
        for then in history.valid() {
            let Some(app) = then.app.filter(|app| app != failed) else { continue };
            if self.may_go_back_to(Some(&app))? {
                return Ok(Some((then, app)));
            }
        }
        Ok(None)
    }

    /// True for a program that is whole, passed its trial here and was not found bad; and where
    /// there is no program to be judged.
    fn may_go_back_to(&self, app: Option<&Sha256Hex>) -> Result<bool, StoreError> {
        let Some(app) = app else { return Ok(false) };
        Ok(versions::is_good(self.disk(), app)?
            && versions::complete(self.disk(), app)?.is_some()
            && !self.is_bad(app)?)
    }
}

/// The content of an older generation as the next one, and the drivers that do not come back.
fn back_to(
    then: &Generation,
    now: &Generation,
    allowed: &dyn Fn(&PluginEntry) -> bool,
) -> (Generation, Vec<PluginEntry>) {
    let mut not_revived = Vec::new();
    let mut plugins = Vec::new();
    for plugin in &then.plugins {
        let present = now.plugins.iter().find(|now| now.id == plugin.id);
        let stays = present.is_some_and(|now| now.is_same(plugin));
        let may_come =
            allowed(plugin) && present.is_none_or(|now| check_may_replace(now, plugin).is_ok());
        if stays || may_come {
            plugins.push(plugin.clone());
        } else {
            plugins.extend(present.cloned());
            not_revived.push(plugin.clone());
        }
    }
    let next = Generation {
        app: then.app,
        app_later: then.app_later.clone(),
        plugins,
        // Lines of a later program are about the store, and trust never steps back.
        later: now.later.clone(),
        ..Generation::default()
    };
    (next, not_revived)
}
