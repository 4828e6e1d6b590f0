//! What is remembered of feeds and of people's choices. It holds bytes and times, not conclusions:
//! whoever reads it verifies the keyrings and feeds that it names again.
//!
//! ```text
//! state/000017.json    {"checksum":"<sha256 of the object behind \"state\">",
//!                      "state":{"number":17,…}}
//! ```
//!
//! The newest valid file counts; each change adds one. Files only ever gain fields, and fields of a
//! later program are kept. The checksum finds damage, not malice.

use std::collections::BTreeMap;

use jiff::Timestamp;
use meterport_appcast::ItemId;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::as_text;
use crate::collect::collect;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::hash::Sha256Hex;
use crate::numbered::{All, Invalid, Numbered, valid};
use crate::store::{OBJECTS, Store};

/// The files of states.
pub(crate) const FILES: Numbered = Numbered { folder: "state", ending: ".json", most: 1024 * 1024 };

/// How many notices are kept: the newest.
const MAX_NOTICES: usize = 64;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct State {
    /// 0 only where nothing was ever remembered.
    pub(crate) number: u64,
    /// For each feed, by the SHA-256 of its first keyring.
    #[serde(default, with = "as_text::keys")]
    pub feeds: BTreeMap<Sha256Hex, FeedState>,
    /// What people chose about versions that were offered.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// What staff are to be told, oldest first. See [`note`](Self::note).
    #[serde(default)]
    pub notices: Vec<Notice>,
    #[serde(flatten)]
    later: Map<String, Value>,
}

/// What is remembered of one feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FeedState {
    /// The version of the newest keyring that was accepted; 0 where there was none yet.
    pub keyring: u32,
    /// The feed as it was accepted, an object of the store.
    #[serde(with = "as_text::option")]
    pub feed: Option<Sha256Hex>,
    /// When the feed was last asked for, whatever the answer.
    pub last_check: Option<Timestamp>,
    /// The newest promise that was ever verified. It never falls.
    pub newest_until: Option<Timestamp>,
    /// When a fresh signature was last verified that had not been seen before.
    pub last_fresh: Option<Timestamp>,
    /// What each base called its present feed.
    pub etags: BTreeMap<String, String>,
    #[serde(flatten)]
    later: Map<String, Value>,
}

/// What a person chose about one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Choice {
    /// Which driver, or the program.
    #[serde(with = "as_text")]
    pub id: ItemId,
    /// Which version.
    #[serde(with = "as_text")]
    pub version: Version,
    /// Skip it.
    #[serde(default)]
    pub skip: bool,
    /// Not before then.
    #[serde(default)]
    pub later: Option<Timestamp>,
    /// When the window is closed.
    #[serde(default)]
    pub when_closed: bool,
    #[serde(flatten)]
    fields_of_later: Map<String, Value>,
}

/// Something that staff are to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Notice {
    /// What happened, as a word.
    pub code: String,
    /// When.
    pub at: Timestamp,
    /// The particulars: ids, versions, hashes, addresses.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    #[serde(flatten)]
    later: Map<String, Value>,
}

impl Choice {
    /// No choice yet.
    pub fn new(id: ItemId, version: Version) -> Self {
        let (skip, later, when_closed) = (false, None, false);
        Self { id, version, skip, later, when_closed, fields_of_later: Map::new() }
    }
}

impl Notice {
    /// A notice without particulars.
    pub fn new(code: impl Into<String>, at: Timestamp) -> Self {
        let code = code.into();
        Self { code, at, facts: BTreeMap::new(), later: Map::new() }
    }

    /// With one more particular.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.insert(name.into(), value.into());
        self
    }
}

impl State {
    /// Adds a notice, unless the same is there already: then only its time changes. Of more than
    /// 64 the oldest go.
    pub fn note(&mut self, notice: Notice) {
        self.notices.retain(|there| (&there.code, &there.facts) != (&notice.code, &notice.facts));
        self.notices.push(notice);
        let too_many = self.notices.len().saturating_sub(MAX_NOTICES);
        self.notices.drain(..too_many);
    }

    /// The choice about one version, a new one where nobody chose yet.
    pub fn choice(&mut self, id: &ItemId, version: &Version) -> &mut Choice {
        let is_it = |choice: &Choice| (&choice.id, &choice.version) == (id, version);
        let there = self.choices.iter().position(is_it);
        let choice = match there {
            Some(place) => self.choices.remove(place),
            None => Choice::new(id.clone(), version.clone()),
        };
        self.choices.push_mut(choice)
    }

    /// True if a later program wrote fields that this one does not know.
    pub(crate) fn has_later(&self) -> bool {
        !self.later.is_empty() || self.feeds.values().any(|feed| !feed.later.is_empty())
    }

    fn parse(number: u64, bytes: &[u8]) -> Result<Self, Invalid> {
        let body = checked_body(bytes).ok_or(Invalid::Damaged)?;
        let state: Self = serde_json::from_slice(body).map_err(|_| Invalid::Unreadable)?;
        // A copy under another number fails its own check as well.
        if state.number == number { Ok(state) } else { Err(Invalid::Damaged) }
    }

    fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        let body = serde_json::to_vec(self);
        let body = body.map_err(|error| StoreError::io(FILES.folder)(error.into()))?;
        let mut bytes = format!("{START}{}{MIDDLE}", Sha256Hex::of(&body)).into_bytes();
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(END);
        Ok(bytes)
    }
}

const START: &str = "{\"checksum\":\"";
const MIDDLE: &str = "\",\n\"state\":";
const END: &[u8] = b"}\n";

/// The object behind `"state"`, if the checksum before it is right.
fn checked_body(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(START.as_bytes())?.strip_suffix(END)?;
    let (checksum, rest) = rest.split_at_checked(64)?;
    let body = rest.strip_prefix(MIDDLE.as_bytes())?;
    let checksum = std::str::from_utf8(checksum).ok()?;
    (checksum.parse() == Ok(Sha256Hex::of(body))).then_some(body)
}

/// All states of the store, newest first.
pub(crate) fn read(disk: &dyn Disk) -> Result<All<State>, StoreError> {
    FILES.read(disk, State::parse)
}

impl Store {
    /// What is remembered, as the newest valid state says.
    pub fn state(&self) -> Result<State, StoreError> {
        let _lock = self.shared()?;
        Ok(valid(&read(self.disk())?).next().cloned().unwrap_or_default())
    }

    /// Changes what is remembered. `change` gets the newest state under the lock, so it must look
    /// whether another program was faster; if it says false, nothing is written. `objects` are the
    /// feeds that the new state names; they are written first. Returns what `change` said.
    pub fn change_state(
        &self,
        objects: &[&[u8]],
        change: impl FnOnce(&mut State) -> bool,
    ) -> Result<bool, StoreError> {
        let _lock = self.exclusive()?;
        let all = read(self.disk())?;
        let before = valid(&all).next().cloned().unwrap_or_default();
        let mut next = before.clone();
        if !change(&mut next) {
            return Ok(false);
        }
        for (feed, before) in &before.feeds {
            // INVARIANT: trust never steps back, and no feed is forgotten.
            let next = next.feeds.entry(*feed).or_insert_with(|| before.clone());
            next.newest_until = next.newest_until.max(before.newest_until);
            next.keyring = next.keyring.max(before.keyring);
        }
        self.create_folders(&[OBJECTS, FILES.folder])?;
        for object in objects {
            self.publish_object(object)?;
        }
        if next == before {
            return Ok(true);
        }
        next.number = FILES.next_number(&all)?;
        FILES.publish(self.disk(), &all, next.number, &next.to_bytes()?)?;
        collect(self.disk());
        Ok(true)
    }
}
