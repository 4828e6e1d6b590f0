//! One refresh: ask every place for keyrings and for the feed, believe the newest that is genuine,
//! write it down, and read back what is written.
//!
//! The steps:
//!
//! 0. The clock, and what the store holds, all of it verified again ([`Loaded`]).
//! 1. The keyring chain (`walk.rs`).
//! 2. The feed of every place, verified by the newest keyring.
//! 3. Of those and the known one the highest number counts, then the latest promise.
//! 4. It is read as a whole.
//! 5. Only now anything of it is written.
//!
//! What is returned is what the store says afterwards. Nothing is chosen or installed here.

use crate::ask::choose;
use crate::clock::Clock;
use crate::error::StoreError;
use crate::load::{Judged, Loaded};
use crate::notice::{Asked, FeedNotice};
use crate::source::Source;
use crate::store::Store;
use crate::transport::Transport;
use crate::trust::{NotNow, Standing, TrustError, Trusted};
use crate::walk::{Round, Walked};

/// What is believed after a refresh, and what came of it. Only a refresh makes one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refreshed {
    /// What is believed now, whoever answered.
    pub trusted: Trusted,
    /// Whom was asked, bases first, and what came of it.
    pub asked: Vec<Asked>,
    /// What staff should know.
    pub notices: Vec<FeedNotice>,
}

/// Why there was no refresh. What was believed before is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// There is nothing to begin with.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The person does not want it any more.
    #[error("cancelled; what was trusted before is kept")]
    Cancelled,
    /// Other programs refreshed the same feed again and again meanwhile.
    #[error("other programs changed the stored feed all the time; what they stored is kept")]
    Busy,
}

/// Asks all places of a feed, and believes what is to be believed. Takes at most a minute for the
/// keyrings and one for the feed of each place. That nobody answers is no error: see
/// [`Refreshed::asked`].
pub fn refresh(
    store: &Store,
    source: &Source,
    transport: &dyn Transport,
    clock: Clock,
    cancelled: &dyn Fn() -> bool,
) -> Result<Refreshed, RefreshError> {
    // 0
    let before = Loaded::read(store, source, clock)?;
    let mut notices = before.notices.clone();

    // 1
    let mut round = Round { store, source, transport, cancelled, dropped: Default::default() };
    if round.walk(&before)? == Walked::Unfinished {
        notices.push(FeedNotice::KeyringsUnfinished);
    }
    let loaded = Loaded::read(store, source, clock)?;
    notices.extend(after_steps(&before, &loaded));

    // 2
    let answers = match in_the_way(&loaded) {
        None => round.feeds(&loaded)?,
        Some(why) => round.nobody(&loaded, why),
    };

    // 3, 4, 5
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        let loaded = Loaded::read(store, source, clock)?;
        let choice = choose(&loaded, source, &answers);
        if choice.write(store, &loaded)? {
            notices.extend(choice.notices);
            let trusted = Loaded::read(store, source, clock)?.trusted(source);
            return Ok(Refreshed { trusted, asked: choice.asked, notices });
        }
    }
    Err(RefreshError::Busy)
}

/// Why no feed can be judged now. An expired keyring's keys vouch for nothing new, and neither do
/// those of one that was replaced by a keyring which is lost.
fn in_the_way(loaded: &Loaded) -> Option<NotNow> {
    match loaded.standing() {
        Standing::KeyringExpired { since } => Some(NotNow::KeyringExpired { since }),
        Standing::KeyringLost { had, .. } => Some(NotNow::KeyringLost { had }),
        _ => None,
    }
}

/// What steps in the chain changed.
fn after_steps(before: &Loaded, after: &Loaded) -> Vec<FeedNotice> {
    let mut notices = Vec::new();
    let (from, to) = (before.newest.version, after.newest.version);
    if from != to {
        notices.push(FeedNotice::KeyringReplaced { from, to });
    }
    let had_feed = before.best.as_ref().is_some_and(|best| best.judged != Judged::Replaced);
    let has_feed = after.best.as_ref().is_some_and(|best| best.judged != Judged::Replaced);
    if had_feed && !has_feed {
        notices.push(FeedNotice::FeedForgotten);
    }
    notices
}
