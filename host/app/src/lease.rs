//! The busy lease: as long as a meter is read or results are sent, no new version of the program takes
//! the place of this one.

use meterport_update::Lease;

use crate::running;
use crate::world::World;

/// Says that this program is busy, until the answer is dropped. It is a courtesy: where it cannot be
/// said, the meter is read all the same, since nothing in use is ever replaced. Without a launcher
/// there is nobody to say it to.
pub(crate) fn busy(world: &World<'_>) -> Option<Lease> {
    let store = running::program_store().ok()??;
    store.busy().inspect_err(|error| world.voice.remark(&error.to_string())).ok()
}
