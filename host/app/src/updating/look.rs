//! What is trusted, what is here, and what follows from both.

use meterport_appcast::{ItemId, Sha256Hex};
use meterport_model::codes::Code;
use meterport_update::{
    BadReason, Decision, Installed, Mode, Offer, Refreshed, Source, State, Store, Trusted, decide,
    refresh, trusted, withdrawn,
};

use crate::cancel;
use crate::fault::Fault;
use crate::installed::installed;
use crate::policy::{self, Updates};
use crate::running;
use crate::transport::Network;
use crate::world::World;

/// What is trusted, what is here, and what follows.
pub(crate) struct Look {
    pub(crate) updates: Updates,
    pub(crate) feeds: Vec<Feed>,
    pub(crate) installed: Installed,
    pub(crate) state: State,
    pub(crate) decision: Decision,
    /// The generation that the decision was made upon, in the data folder; and in the folder of the
    /// program, where that is another one.
    pub(super) since: u64,
    pub(super) program_since: Option<u64>,
    pub(super) network: Option<Network>,
}

/// One feed, and what is believed of it.
pub(crate) struct Feed {
    pub(crate) source: Source,
    pub(crate) trusted: Trusted,
    /// What came of asking, if it was asked in this run.
    pub(crate) refreshed: Option<Refreshed>,
}

impl Look {
    /// What was known before, all of it verified again. Nobody is asked.
    pub(crate) fn from_disk(world: &World<'_>) -> Result<Self, Fault> {
        let updates = Updates::of(world)?;
        let store = world.places.store()?;
        let mut feeds = Vec::new();
        if let Some(store) = &store {
            for source in &updates.sources {
                let trusted = trusted(store, source, policy::clock(world))?;
                feeds.push(Feed { source: source.clone(), trusted, refreshed: None });
            }
        }
        Self::of(world, updates, feeds, store.as_ref(), None)
    }

    /// Asks every feed first.
    pub(crate) fn asking(world: &World<'_>) -> Result<Self, Fault> {
        let updates = Updates::of(world)?;
        updates.need_feed()?;
        if updates.rules.mode == Mode::Off {
            return Err(Fault::new(
                Code::Policy,
                "updates are switched off here, so no feed is asked",
            )
            .hint("`meterport update status` shows who decided `mode`"));
        }
        let network = updates.network(world);
        let store = Store::open(world.places.open()?)?;
        let mut feeds = Vec::new();
        for source in &updates.sources {
            let asked = refresh(&store, source, &network, policy::clock(world), &cancel::asked)?;
            let trusted = asked.trusted.clone();
            feeds.push(Feed { source: source.clone(), trusted, refreshed: Some(asked) });
        }
        Self::of(world, updates, feeds, Some(&store), Some(network))
    }

    fn of(
        world: &World<'_>,
        mut updates: Updates,
        feeds: Vec<Feed>,
        store: Option<&Store>,
        network: Option<Network>,
    ) -> Result<Self, Fault> {
        let state = store.map(Store::state).transpose()?.unwrap_or_default();
        let since = store.map(Store::plugins).transpose()?.map_or(0, |current| current.number);
        let program = if is_one_store(world) { None } else { running::program_store()? };
        let program_since = program.map(|store| store.plugins()).transpose()?;
        let skipped = state.choices.iter().filter(|choice| choice.skip);
        updates.rules.skipped =
            skipped.map(|choice| (choice.id.clone(), choice.version.clone())).collect();
        updates.rules.manual = network.is_some();
        let installed = installed(store, world)?;
        let trusted: Vec<Trusted> = feeds.iter().map(|feed| feed.trusted.clone()).collect();
        let now = trusted.iter().map(|trusted| trusted.clock).max();
        let now = now.unwrap_or_else(|| policy::clock(world).floor(None));
        let decision = decide(&trusted, &installed, &updates.rules, now);
        let program_since = program_since.map(|current| current.number);
        let look =
            Self { updates, feeds, installed, state, decision, since, program_since, network };
        look.keep_from_going_back()?;
        Ok(look)
    }

    /// A version of the program that was withdrawn goes on running, for a clinic is not left without
    /// one; but no step back leads to it, or to another one that was.
    fn keep_from_going_back(&self) -> Result<(), Fault> {
        let Some(store) = running::program_store()? else { return Ok(()) };
        let trusted: Vec<Trusted> = self.feeds.iter().map(|feed| feed.trusted.clone()).collect();
        for (sha256, version) in store.versions()? {
            let is_barred = withdrawn(&trusted, &ItemId::App, &version, Some(&sha256)).is_some();
            if is_barred && !self.installed.bad.contains(&sha256) {
                // Where administrators own the folder of the program, it is theirs to do.
                let _ = store.mark_bad(&sha256, BadReason::Withdrawn);
            }
        }
        Ok(())
    }

    /// The feed with this fingerprint.
    pub(crate) fn feed(&self, fingerprint: &Sha256Hex) -> Option<&Feed> {
        self.feeds.iter().find(|feed| feed.trusted.source == *fingerprint)
    }

    /// What would be installed here, as one set: without the program, where something else than its
    /// launcher started it or the policy leaves it to a package manager.
    pub(crate) fn offers(&self) -> &[Offer] {
        if self.may_replace_program() { &self.decision.updates } else { &self.decision.without_app }
    }

    /// Whether this program replaces itself; else it only says that there is a new version.
    pub(crate) fn may_replace_program(&self) -> bool {
        self.installed.app_sha256.is_some() && self.updates.rules.mode != Mode::Managed
    }

    /// Whether the program lies in another store than the drivers.
    pub(crate) fn has_own_program_store(&self) -> bool {
        self.program_since.is_some()
    }

    /// A new version of the program that somebody else has to install.
    pub(crate) fn for_others(&self) -> Option<&Offer> {
        let is_app = |offer: &&Offer| offer.item.id == ItemId::App;
        self.decision.updates.iter().find(is_app).filter(|_| !self.may_replace_program())
    }

    /// Why nothing may come from a feed, if so: nobody answers, or what is known is too old.
    pub(crate) fn trouble(&self) -> Option<Fault> {
        self.feeds.iter().find_map(|feed| {
            let trusted = &feed.trusted;
            let not_now = trusted.may_install(self.updates.rules.max_stale_days).err();
            feed.unanswered().or_else(|| not_now.map(Fault::from))
        })
    }
}

impl Feed {
    /// No address answered with a feed that counts.
    fn unanswered(&self) -> Option<Fault> {
        let asked = &self.refreshed.as_ref()?.asked;
        if asked.iter().any(|asked| asked.outcome.is_good()) {
            return None;
        }
        let code = asked.iter().find_map(|asked| asked.outcome.code());
        let code = code.and_then(Code::from_word).unwrap_or(Code::UpdateFeed);
        let hint = asked.iter().find_map(|asked| asked.outcome.hint());
        let message = format!(
            "no address of the feed `{}` gave one that counts; what was known before is kept",
            self.source.name
        );
        let lines = asked.iter().map(|asked| format!("{}: {}", asked.base, asked.outcome));
        let fault = Fault::new(code, message).causes(lines.collect());
        Some(match hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        })
    }
}

/// Whether the program and its drivers lie in one store, and so change together.
pub(super) fn is_one_store(world: &World<'_>) -> bool {
    let real = |path: &std::path::Path| std::fs::canonicalize(path).ok();
    let program = running::program_folder().and_then(|folder| real(&folder));
    program.is_some() && program == real(&world.places.data)
}
