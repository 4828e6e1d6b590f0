//! New versions at the desk: what is known of them, what waits for its time, and when that has come.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meterport_update::{Mode, Offer};

use super::said::When;
use crate::cli;
use crate::commands::update;
use crate::fault::Fault;
use crate::updating::{self, Look};
use crate::world::World;

/// What waits, as of the last look.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// What is told of it; empty where there is nothing to be told.
    pub(super) text: String,
    /// The earliest time that a person chose.
    at: Option<Timestamp>,
    /// Something is to be installed when the desk is closed.
    at_close: bool,
    /// Something is to be installed by itself.
    by_itself: bool,
}

impl Waiting {
    /// Looks at what is on the disk. What is wrong with the feed or the policy is told, and keeps
    /// nobody from reading a meter.
    pub(super) fn of(world: &World<'_>) -> Self {
        Look::from_disk(world).map_or_else(
            |fault| Self { text: fault.object().message.clone(), ..Self::default() },
            |look| Self::seen(&look, (world.host.now)()),
        )
    }

    fn seen(look: &Look, now: Timestamp) -> Self {
        let decision = &look.decision;
        let has_news = !look.offers().is_empty()
            || look.for_others().is_some()
            || decision.app_withdrawn.is_some()
            || decision.app_refused
            || !decision.disabled.is_empty()
            || !decision.defective.is_empty();
        let mut text = String::new();
        if has_news {
            text = update::news(look);
        }
        if !look.offers().is_empty() {
            text.push_str(CHOICES);
        }
        let is_chosen = |at: Timestamp, is_closing: bool| {
            look.offers().iter().any(|offer| updating::is_due(look, offer, at, is_closing))
        };
        Self {
            text,
            at: earliest(look),
            at_close: is_chosen(now, true),
            by_itself: look.offers().iter().any(|offer| is_by_itself(look, offer, now)),
        }
    }

    /// Whether something is to be installed now, without anybody asking for it.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.by_itself || self.at.is_some_and(|at| at <= now)
    }

    /// Whether something is to be installed when the desk is closed.
    pub(super) fn is_for_closing(&self) -> bool {
        self.at_close
    }
}

const CHOICES: &str = "say `update now`, `update later` (when the desk is closed), `update tonight \
                       HH:MM`, `update in DAYS` or `update skip ID`\n";

/// The earliest time that a person chose for something that is offered.
fn earliest(look: &Look) -> Option<Timestamp> {
    let is_offered = |choice: &&meterport_update::Choice| {
        let is_it =
            |offer: &Offer| (&offer.item.id, &offer.item.version) == (&choice.id, &choice.version);
        look.offers().iter().any(is_it)
    };
    look.state.choices.iter().filter(is_offered).filter_map(|choice| choice.later).min()
}

/// Whether the policy has this installed without being asked, at this time of day. What only a person
/// can decide waits in every mode.
fn is_by_itself(look: &Look, offer: &Offer, now: Timestamp) -> bool {
    let rules = &look.updates.rules;
    let is_overdue =
        || offer.critical && offer.item.date.is_some_and(|since| rules.is_overdue(since, now));
    let is_open = || rules.is_open(now.to_zoned(TimeZone::system()).datetime());
    offer.needs_person.is_empty() && (rules.mode == Mode::Auto && is_open() || is_overdue())
}

/// What is installed now: all that is offered, or only what is due.
pub(super) fn due(look: &Look, now: Timestamp, is_closing: bool) -> Vec<Offer> {
    let is_due = |offer: &&Offer| {
        updating::is_due(look, offer, now, is_closing) || is_by_itself(look, offer, now)
    };
    look.offers().iter().filter(is_due).cloned().collect()
}

/// Keeps what a person decided for another time.
pub(super) fn keep(when: When, world: &World<'_>) -> Result<(), Fault> {
    let none = cli::When { now: false, later: false, tonight: None, days: None, skip: None };
    let when = match when {
        When::Now => cli::When { now: true, ..none },
        When::Later => cli::When { later: true, ..none },
        When::Tonight { at } => cli::When { tonight: Some(at), ..none },
        When::In { days } => cli::When { days: Some(days), ..none },
        When::Skip { id } => cli::When { skip: Some(id), ..none },
    };
    let apply = cli::Apply { when, yes: false };
    update::run(&cli::Update::Apply(apply), world).map(|_| ())
}
