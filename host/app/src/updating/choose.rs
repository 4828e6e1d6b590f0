//! When an update is to be installed, as a person said: kept for each id and version.

use jiff::Timestamp;
use meterport_appcast::ItemId;
use meterport_update::{Offer, Store};
use semver::Version;
use serde::Serialize;

use super::Look;
use crate::fault::Fault;
use crate::world::World;

/// What a person chose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Choice {
    /// When the window is closed.
    WhenClosed,
    /// At this time, or at the first start after it.
    At(Timestamp),
    /// Never this version.
    Skip,
    /// As if nothing had been chosen.
    Forget,
}

/// Something that waits.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Pending {
    pub(crate) id: String,
    pub(crate) version: String,
    /// `closed`, or a time in UTC.
    pub(crate) when: String,
}

/// Keeps the choice for each of these.
pub(crate) fn choose(world: &World<'_>, offers: &[Offer], choice: Choice) -> Result<(), Fault> {
    let store = Store::open(world.places.open()?)?;
    store.change_state(&[], |state| {
        for Offer { item, .. } in offers {
            if choice == Choice::Forget {
                state.choices.retain(|kept| (&kept.id, &kept.version) != (&item.id, &item.version));
                continue;
            }
            let kept = state.choice(&item.id, &item.version);
            kept.skip = choice == Choice::Skip;
            kept.when_closed = choice == Choice::WhenClosed;
            kept.later = match choice {
                Choice::At(at) => Some(at),
                _ => None,
            };
        }
        true
    })?;
    Ok(())
}

/// What waits for its time.
pub(crate) fn pending(look: &Look) -> Vec<Pending> {
    let when = |offer: &Offer| {
        let (closed, later) = chosen(look, &offer.item.id, &offer.item.version)?;
        match later {
            Some(at) => Some(at.to_string()),
            None => closed.then(|| "closed".to_owned()),
        }
    };
    let waits = |offer: &Offer| {
        let (id, version) = (offer.item.id.to_string(), offer.item.version.to_string());
        Some(Pending { id, version, when: when(offer)? })
    };
    look.offers().iter().filter_map(waits).collect()
}

/// Whether the time that a person chose for this offer has come. `is_closing`: the window closes.
/// Without a choice nothing is due by itself.
pub(crate) fn is_due(look: &Look, offer: &Offer, now: Timestamp, is_closing: bool) -> bool {
    match chosen(look, &offer.item.id, &offer.item.version) {
        Some((_, Some(at))) => at <= now,
        Some((closed, None)) => closed && is_closing,
        None => false,
    }
}

/// Whether it waits for the window to be closed, and until when it waits.
fn chosen(look: &Look, id: &ItemId, version: &Version) -> Option<(bool, Option<Timestamp>)> {
    let is_it = |choice: &&meterport_update::Choice| &choice.id == id && &choice.version == version;
    let choice = look.state.choices.iter().find(is_it)?;
    Some((choice.when_closed, choice.later))
}
