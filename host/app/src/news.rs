//! The look for new versions while something else is done: never waited for, and never the reason
//! why that fails.
//!
//! A thread asks the feeds, unless they were asked within the hour; it ends with the program, at
//! whatever point it is, for what it writes is written whole or not at all. At the end one line says
//! what is known then.

use std::thread;

use jiff::SignedDuration;
use meterport_appcast::ItemId;
use meterport_update::{Clock, Mode, Offer, Source, Store, refresh};

use crate::cancel;
use crate::data::Places;
use crate::fault::Fault;
use crate::policy::{self, Updates};
use crate::transport::Network;
use crate::updating::Look;
use crate::world::World;

/// A feed is not asked again so soon.
const PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// The look for news of one run.
pub(crate) struct News {
    has_feeds: bool,
}

impl News {
    /// Begins to ask, where a feed is known and nobody switched it off. Takes no time of the caller.
    pub(crate) fn begin(world: &World<'_>) -> Self {
        // A mistake in the policy is told by `update`, and not to somebody who reads a meter.
        let Ok(updates) = Updates::of(world) else { return Self { has_feeds: false } };
        if updates.sources.is_empty() || updates.rules.mode == Mode::Off {
            return Self { has_feeds: false };
        }
        let (places, clock) = (world.places.clone(), policy::clock(world));
        let network = updates.network(world);
        // What comes of it stands in the store. Nobody waits for the thread.
        thread::spawn(move || ask(&places, &updates.sources, &network, clock));
        Self { has_feeds: true }
    }

    /// One line, if there is something to tell.
    pub(crate) fn say(&self, world: &World<'_>) {
        if !self.has_feeds || !world.voice.remarks() || cancel::asked() {
            return;
        }
        // What it finds on its way was told already.
        let Ok(look) = Look::from_disk(&world.quiet()) else { return };
        if look.decision.app_withdrawn.is_some() || look.decision.app_refused {
            world.voice.warn(
                "this version of the program was withdrawn; `meterport update check` says why",
            );
        }
        if let Some(line) = line(&look) {
            world.voice.remark(&line);
        }
    }
}

fn ask(places: &Places, sources: &[Source], network: &Network, clock: Clock) -> Result<(), Fault> {
    let store = Store::open(places.open()?)?;
    let state = store.state()?;
    for source in sources {
        let last = state.feeds.get(&source.fingerprint()).and_then(|feed| feed.last_check);
        // A clock that was set back is no reason never to ask again.
        let is_recent = last.is_some_and(|last| {
            let since = clock.now.duration_since(last);
            !since.is_negative() && since < PAUSE
        });
        if !is_recent {
            // One feed that cannot be had hides no other.
            let _ = refresh(&store, source, network, clock, &cancel::asked);
        }
    }
    Ok(())
}

/// "new: the program 1.5.0, 2 drivers; `meterport update apply` installs them".
fn line(look: &Look) -> Option<String> {
    let is_app = |offer: &&Offer| offer.item.id == ItemId::App;
    let offers = look.offers();
    let program = offers.iter().find(is_app).or(look.for_others());
    let drivers = offers.iter().filter(|offer| !is_app(offer)).count();
    let mut new = Vec::new();
    new.extend(program.map(|offer| format!("the program {}", offer.item.version)));
    match drivers {
        0 => {}
        1 => new.push("1 driver".to_owned()),
        count => new.push(format!("{count} drivers")),
    }
    let how = if offers.is_empty() { "check` tells more" } else { "apply` installs it" };
    (!new.is_empty()).then(|| format!("new: {}; `meterport update {how}", new.join(", ")))
}
