//! From the newest keyring that is known to the newest that there is.
//!
//! `(N+1).keyring` is asked of every place until one has a valid one, which is the step; it is
//! written down before the next is asked for. Where nobody has one, the chain ends. A place that
//! serves an invalid step, or stalls, is asked nothing more in this refresh. When keyrings expire
//! is looked at by the caller, and only of the last: a client that slept for years can still follow.
//!
//! Whoever can hide a step at every place is stopped only by that expiry.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use meterport_appcast::{Keyring, KeyringError, MAX_KEYRING_BYTES};

use crate::base::{Base, Origins};
use crate::fetch::{Fetch, FetchError, Small};
use crate::load::Loaded;
use crate::notice::Outcome;
use crate::refresh::RefreshError;
use crate::source::Source;
use crate::store::Store;
use crate::transport::Transport;

/// Most steps of one refresh.
const STEPS_MOST: usize = 64;

/// Most time for all of them.
const WALK_MOST: Duration = Duration::from_secs(60);

/// Most time for one answer, however many places there are.
const ANSWER_MOST: Duration = Duration::from_secs(20);

/// Who asks whom in one refresh.
pub(crate) struct Round<'a> {
    pub store: &'a Store,
    pub source: &'a Source,
    pub transport: &'a dyn Transport,
    pub cancelled: &'a dyn Fn() -> bool,
    /// Who is asked nothing more, and why.
    pub dropped: BTreeMap<Base, Outcome>,
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walked {
    /// Nobody has another keyring.
    ToTheEnd,
    /// There were too many, or it took too long.
    Unfinished,
}

impl Round<'_> {
    /// Where everything is asked, as of one keyring.
    pub fn origins(&self, keyring: &Keyring) -> Origins {
        Origins::new(&self.source.bases, &keyring.mirrors)
    }

    /// The places that are still asked.
    pub fn places<'o>(&self, origins: &'o Origins) -> Vec<&'o Base> {
        origins.all().iter().filter(|base| !self.dropped.contains_key(base)).collect()
    }

    /// Walks the chain on from what is loaded. Every step is in the store when this returns, also
    /// with an error.
    pub fn walk(&mut self, loaded: &Loaded) -> Result<Walked, RefreshError> {
        let give_up = self.transport.now() + WALK_MOST;
        let mut newest = loaded.newest.clone();
        for _ in 0..STEPS_MOST {
            let Some((next, bytes)) = self.step(&newest, give_up)? else {
                let is_in_time = self.transport.now() < give_up;
                return Ok(if is_in_time { Walked::ToTheEnd } else { Walked::Unfinished });
            };
            let follows = |bytes: &[u8]| newest.next(bytes).is_ok();
            self.store.add_keyring(&loaded.fingerprint, next.version, &bytes, &follows)?;
            self.store.change_state(&[], |state| {
                let feed = state.feeds.entry(loaded.fingerprint).or_default();
                let is_news = feed.keyring < next.version;
                feed.keyring = feed.keyring.max(next.version);
                is_news
            })?;
            newest = next;
        }
        Ok(Walked::Unfinished)
    }

    /// The keyring behind `newest`, from the first place that has it.
    fn step(
        &mut self,
        newest: &Keyring,
        give_up: Instant,
    ) -> Result<Option<(Keyring, Vec<u8>)>, RefreshError> {
        let Some(version) = newest.next_version() else { return Ok(None) };
        let origins = self.origins(newest);
        let places: Vec<Base> = self.places(&origins).into_iter().cloned().collect();
        let mut left = places.len();
        for base in places {
            let latest = self.share(give_up, left);
            left = left.saturating_sub(1);
            let answer = match base.file(&format!("{version}.keyring")) {
                Ok(url) => {
                    let fetch = Fetch {
                        transport: self.transport,
                        origins: &origins,
                        cancelled: self.cancelled,
                    };
                    fetch.small(&url, None, MAX_KEYRING_BYTES, latest)
                }
                Err(_) => continue,
            };
            let outcome = match answer {
                Ok(Small::Whole { bytes, .. }) => match newest.next(&bytes) {
                    Ok(next) => return Ok(Some((next, bytes))),
                    // A page that somebody else put there.
                    Err(KeyringError::Split(_)) => Outcome::NoSignedFile,
                    Err(source) => Outcome::Keyring { version, source },
                },
                Err(FetchError::Cancelled) => return Err(RefreshError::Cancelled),
                // No place is to blame for what was used up before it was asked.
                Err(_) if self.transport.now() >= give_up => return Ok(None),
                Err(error) if error.is_stall() => Outcome::Fetch(error),
                Err(error @ FetchError::TooLong { .. }) => Outcome::Fetch(error),
                // 404 above all; some servers say 403 for what is not there.
                Err(_) | Ok(Small::Unchanged) => continue,
            };
            self.dropped.insert(base, outcome);
        }
        Ok(None)
    }

    /// Until when the next of `left` places may take, so that none can use up everybody's time.
    fn share(&self, give_up: Instant, left: usize) -> Instant {
        let now = self.transport.now();
        let remaining = give_up.saturating_duration_since(now);
        let parts = u32::try_from(left.max(1)).unwrap_or(u32::MAX);
        now + (remaining / parts).min(ANSWER_MOST)
    }
}
