//! `update rollback`: the version of the program and the drivers that were there before.

use meterport_appcast::ItemId;
use meterport_model::codes::Code;
use meterport_update::{PluginEntry, RolledBack, StoreError, Trusted, withdrawn};

use crate::fault::Fault;
use crate::updating::Look;
use crate::waiting::answered;
use crate::world::World;
use crate::{running, terminal};

pub(super) fn run(yes: bool, world: &World<'_>) -> Result<u8, Fault> {
    if !yes && !terminal::can_ask() {
        return Err(Fault::new(
            Code::UpdateQuestion,
            "going back needs a person's yes; nothing was changed",
        )
        .hint("add `--yes`"));
    }
    let question = "go back to the program and the drivers that were there before?";
    if !yes && !answered(|| terminal::confirm(question))? {
        return Err(Fault::cancelled());
    }
    let look = Look::from_disk(world)?;
    let trusted: Vec<Trusted> = look.feeds.iter().map(|feed| feed.trusted.clone()).collect();
    // INVARIANT: no step back revives what was withdrawn or refused.
    let allowed = |entry: &PluginEntry| {
        let id = ItemId::Driver(entry.id.clone());
        withdrawn(&trusted, &id, &entry.version, Some(&entry.sha256)).is_none()
    };
    let back = gone_back(world, &look, &allowed)?;
    world.voice.remark("went back to what was there before");
    for entry in &back.plugins {
        world.voice.remark(&format!("driver `{}` {}", entry.id, entry.version));
    }
    for entry in &back.not_revived {
        world.voice.warn(&format!(
            "driver `{}` {} did not come back: it was withdrawn, or nobody signed it",
            entry.id, entry.version
        ));
    }
    if back.app.is_some() && back.app != look.installed.app_sha256 {
        world.voice.remark("the program of then runs from the next start");
    }
    Ok(0)
}

/// Where the program lies in a store of its own, it goes back first; where there is nothing to go
/// back to, or the folder is an administrator's, the drivers do.
fn gone_back(
    world: &World<'_>,
    look: &Look,
    allowed: &dyn Fn(&PluginEntry) -> bool,
) -> Result<RolledBack, Fault> {
    if look.has_own_program_store()
        && let Some(program) = running::program_store()?
    {
        // Nobody begins to read a meter while the program is about to change.
        let _idle = program.idle()?;
        match program.rollback(allowed) {
            Err(StoreError::NothingToRollBack | StoreError::Io { .. }) => {}
            other => return Ok(other?),
        }
    }
    let store = world.places.store()?.ok_or(StoreError::NothingToRollBack)?;
    Ok(store.rollback(allowed)?)
}
