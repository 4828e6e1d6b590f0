//! The feeds of all places, and the one of them that is believed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use meterport_appcast::{FeedError, MAX_FEED_BYTES, Sha256Hex, verify_feed};

use crate::base::Base;
use crate::error::StoreError;
use crate::fetch::{Fetch, FetchError, Small};
use crate::load::{Candidate, Judged, Loaded};
use crate::notice::{Asked, FeedNotice, Outcome};
use crate::read::read_feed;
use crate::refresh::RefreshError;
use crate::source::Source;
use crate::store::Store;
use crate::trust::NotNow;
use crate::walk::Round;

/// Most time for the feed of one place.
const FEED_MOST: Duration = Duration::from_secs(60);

/// What one place answered.
pub(crate) struct Answer {
    base: Base,
    said: Said,
}

enum Said {
    /// It has what the store has.
    Same,
    Bytes {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
    Nothing(Outcome),
}

/// Which feed is believed, and what is written of it.
pub(crate) struct Choice {
    pub asked: Vec<Asked>,
    pub notices: Vec<FeedNotice>,
    /// The feed to be stored, unless the stored one is.
    winner: Option<Candidate>,
    /// True if its fresh signature was never seen before.
    is_fresh_news: bool,
    etags: BTreeMap<String, String>,
}

impl Round<'_> {
    /// Asks every place for the feed.
    pub fn feeds(&mut self, loaded: &Loaded) -> Result<Vec<Answer>, RefreshError> {
        let origins = self.origins(&loaded.newest);
        let mut answers = Vec::new();
        for base in origins.all() {
            let said = match self.dropped.remove(base) {
                Some(outcome) => Said::Nothing(outcome),
                None => {
                    let fetch = Fetch {
                        transport: self.transport,
                        origins: &origins,
                        cancelled: self.cancelled,
                    };
                    ask(&fetch, base, loaded)?
                }
            };
            answers.push(Answer { base: base.clone(), said });
        }
        Ok(self.with_dropped(answers))
    }

    /// Asks nobody, and says why.
    pub fn nobody(&mut self, loaded: &Loaded, why: NotNow) -> Vec<Answer> {
        let origins = self.origins(&loaded.newest);
        let answer = |base: &Base| {
            let dropped = self.dropped.remove(base);
            let said = Said::Nothing(dropped.unwrap_or(Outcome::NotAsked(why)));
            Answer { base: base.clone(), said }
        };
        let answers = origins.all().iter().map(answer).collect();
        self.with_dropped(answers)
    }

    /// Adds the places that no keyring names any more.
    fn with_dropped(&mut self, mut answers: Vec<Answer>) -> Vec<Answer> {
        let dropped = std::mem::take(&mut self.dropped);
        let more = dropped.into_iter().map(|(base, why)| Answer { base, said: Said::Nothing(why) });
        answers.extend(more);
        answers
    }
}

fn ask(fetch: &Fetch<'_>, base: &Base, loaded: &Loaded) -> Result<Said, RefreshError> {
    let Ok(url) = base.file("appcast.xml") else {
        return Ok(Said::Nothing(Outcome::NoSignedFile));
    };
    // An answer "unchanged" is worth something only while what it refers to counts.
    let is_known = loaded.best.as_ref().is_some_and(|best| {
        Some(best.sha256) == loaded.state.feed && matches!(best.judged, Judged::Confirmed { .. })
    });
    let etag = loaded.state.etags.get(base.as_str()).filter(|_| is_known);
    let give_up = fetch.transport.now() + FEED_MOST;
    match fetch.small(&url, etag.map(String::as_str), MAX_FEED_BYTES, give_up) {
        Ok(Small::Unchanged) => Ok(Said::Same),
        Ok(Small::Whole { bytes, etag }) => Ok(Said::Bytes { bytes, etag }),
        Err(FetchError::Cancelled) => Err(RefreshError::Cancelled),
        Err(error) => Ok(Said::Nothing(Outcome::Fetch(error))),
    }
}

/// Steps 2 to 4 for what was answered: pure.
pub(crate) fn choose(loaded: &Loaded, source: &Source, answers: &[Answer]) -> Choice {
    let judged: Vec<Result<Option<Candidate>, Outcome>> =
        answers.iter().map(|answer| judge(loaded, source, answer)).collect();
    let genuine: Vec<&Candidate> = judged.iter().flatten().flatten().collect();
    let contradicted = contradicted(loaded, &genuine);
    let may_count = |candidate: &&&Candidate| {
        let seq = candidate.judged.seq();
        let known = loaded.best.as_ref();
        // RULE: equal numbers with other bytes are refused.
        !known.is_some_and(|known| candidate.contradicts(known))
            && (known.is_some_and(|known| known.judged.seq() == seq)
                || seq.is_none_or(|seq| !contradicted.contains(&seq)))
    };
    let newest = genuine
        .iter()
        .filter(may_count)
        .filter(|candidate| loaded.best.as_ref().is_none_or(|known| candidate.is_newer_than(known)))
        .max_by_key(|candidate| candidate.judged.rank());
    let winner = newest.map(|winner| Candidate::clone(winner));
    let believed = winner.as_ref().or(loaded.best.as_ref());

    let mut etags = BTreeMap::new();
    let mut asked = Vec::new();
    for (answer, judged) in answers.iter().zip(&judged) {
        let outcome = match judged {
            Err(outcome) => outcome.clone(),
            Ok(None) => match &winner {
                None => Outcome::Unchanged,
                Some(winner) => older_than(loaded.best.as_ref(), winner),
            },
            Ok(Some(candidate)) if !may_count(&&candidate) => {
                Outcome::Contradicts { seq: candidate.judged.seq().unwrap_or(0) }
            }
            Ok(Some(candidate)) => outcome(candidate, winner.as_ref(), believed),
        };
        if let Some(etag) = answer.etag(believed, loaded) {
            etags.insert(answer.base.to_string(), etag);
        }
        asked.push(Asked { base: answer.base.clone(), outcome });
    }
    let has_answer = asked.iter().any(|asked| asked.outcome.is_good());
    let is_fresh_news = match (&winner, &loaded.best) {
        (Some(winner), known)
            if known.as_ref().is_none_or(|known| known.judged.seq().is_none()) =>
        {
            // Without a number to compare with, only a later promise is surely a new one.
            winner.judged.until() > loaded.state.newest_until
        }
        (Some(_), _) => true,
        (None, _) => has_answer && loaded.state.last_fresh.is_none(),
    };
    let notices = contradicted.into_iter().map(|seq| FeedNotice::Contradiction { seq }).collect();
    // What the build carries is stored too, once it is the best there is.
    let winner = winner
        .or_else(|| loaded.best.clone().filter(|best| Some(best.sha256) != loaded.state.feed));
    Choice { asked, notices, winner, is_fresh_news, etags }
}

/// What one answer is worth; `Ok(None)` for "unchanged".
fn judge(loaded: &Loaded, source: &Source, answer: &Answer) -> Result<Option<Candidate>, Outcome> {
    let bytes = match &answer.said {
        Said::Same => return Ok(None),
        Said::Nothing(outcome) => return Err(outcome.clone()),
        Said::Bytes { bytes, .. } => bytes,
    };
    let verified = verify_feed(bytes, &loaded.newest, loaded.clock).map_err(|why| match why {
        FeedError::Split(_) => Outcome::NoSignedFile,
        why => Outcome::NotVerified(why),
    })?;
    let seq = verified.seq;
    let content = read_feed(verified.body, source, &loaded.newest)
        .map_err(|why| Outcome::NotReadable { seq, source: why })?;
    Ok(Some(Candidate {
        sha256: Sha256Hex::of(bytes),
        body_sha256: verified.body_sha256,
        judged: Judged::Confirmed { seq, until: verified.until },
        content,
        bytes: bytes.clone(),
    }))
}

/// The numbers that stand over more than one content.
fn contradicted(loaded: &Loaded, genuine: &[&Candidate]) -> BTreeSet<u64> {
    let all: Vec<&Candidate> = genuine.iter().copied().chain(loaded.best.as_ref()).collect();
    let has_other = |one: &&&Candidate| all.iter().any(|other| one.contradicts(other));
    all.iter().filter(has_other).filter_map(|one| one.judged.seq()).collect()
}

fn outcome(
    candidate: &Candidate,
    winner: Option<&Candidate>,
    believed: Option<&Candidate>,
) -> Outcome {
    match (believed, candidate.judged) {
        (Some(believed), judged) if judged.rank() == believed.judged.rank() => {
            match (winner, judged) {
                (Some(_), Judged::Confirmed { seq, until }) => Outcome::Newest { seq, until },
                _ => Outcome::Unchanged,
            }
        }
        (Some(believed), _) => older_than(Some(candidate), believed),
        (None, _) => Outcome::Unchanged,
    }
}

fn older_than(older: Option<&Candidate>, believed: &Candidate) -> Outcome {
    let seqs = (older.and_then(|older| older.judged.seq()), believed.judged.seq());
    match seqs {
        (Some(found), Some(trusted)) if found < trusted => Outcome::Older { found, trusted },
        _ => Outcome::OlderPromise,
    }
}

impl Answer {
    /// What may be sent back next time: only for exactly the bytes that are stored then.
    fn etag(&self, believed: Option<&Candidate>, loaded: &Loaded) -> Option<String> {
        let believed = believed?;
        match &self.said {
            Said::Bytes { bytes, etag } if *bytes == believed.bytes => etag.clone(),
            Said::Same if Some(believed.sha256) == loaded.state.feed => {
                loaded.state.etags.get(self.base.as_str()).cloned()
            }
            _ => None,
        }
    }
}

impl Choice {
    /// Step 5. False if another program changed what is stored since it was loaded: then it is to
    /// be chosen again.
    pub fn write(&self, store: &Store, loaded: &Loaded) -> Result<bool, StoreError> {
        let objects: Vec<&[u8]> =
            self.winner.iter().map(|winner| winner.bytes.as_slice()).collect();
        let mut is_as_loaded = true;
        store.change_state(&objects, |state| {
            let feed = state.feeds.entry(loaded.fingerprint).or_default();
            is_as_loaded = feed.feed == loaded.state.feed && feed.keyring == loaded.state.keyring;
            if !is_as_loaded {
                return false;
            }
            feed.keyring = feed.keyring.max(loaded.newest.version);
            feed.last_check = Some(loaded.clock);
            feed.etags = self.etags.clone();
            if let Some(winner) = &self.winner {
                feed.feed = Some(winner.sha256);
                feed.newest_until = feed.newest_until.max(winner.judged.until());
            }
            if self.is_fresh_news {
                feed.last_fresh = Some(loaded.clock);
            }
            true
        })?;
        Ok(is_as_loaded)
    }
}
