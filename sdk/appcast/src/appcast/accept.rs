//! What our client takes of a whole feed.

use std::collections::HashMap;

use semver::{Prerelease, Version};

use super::fault::ItemFault;
use super::item::{Item, MAX_TITLE_CHARS};
use super::notes::cut_to_chars;
use super::raw::{Appcast, RawItem};
use super::withdrawal::Withdrawal;
use crate::hash::Sha256Hex;
use crate::word::{ItemId, OsWord};

/// What our client takes of a feed, and what it does not.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    /// The packages, in the order of the feed; withdrawn ones too, which are never offered.
    pub items: Vec<Item>,
    /// The items that are not taken. They are reported, and harm no other.
    pub dropped: Vec<Dropped>,
    /// Everything withdrawn, also in items that are not taken, but only of ids in scope.
    pub withdrawals: Vec<Withdrawal>,
    /// Packages that are refused. Who asks may do so only for ids in the feed's scope: a hash says
    /// nothing of whose it is.
    pub refused: Vec<Sha256Hex>,
}

/// An item that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Which item of the feed, from 1.
    pub place: usize,
    /// What people read as its name; cut to [`MAX_TITLE_CHARS`].
    pub title: String,
    /// Why.
    pub why: DroppedWhy,
}

/// Why an item is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DroppedWhy {
    /// It is malformed.
    #[error(transparent)]
    Fault(#[from] ItemFault),
    /// Its id is none that this feed may speak of.
    #[error("`{id}` is no id that this feed may speak of")]
    OutOfScope {
        /// The id.
        id: ItemId,
    },
    /// Another item says the same id, version and system: neither is taken.
    #[error("`{id}` {version} stands in the feed twice for the same system")]
    Twice {
        /// The id.
        id: ItemId,
        /// The version.
        version: Version,
    },
}

/// What may stand in a feed once. Versions that differ only in build metadata are the same.
type Key<'a> = (&'a ItemId, [u64; 3], &'a Prerelease, Option<&'a OsWord>);

impl Appcast {
    /// Checks every item. `in_scope` says which ids this feed may speak of: with any other, neither
    /// an item counts nor what it withdraws.
    pub fn accept(&self, in_scope: &dyn Fn(&ItemId) -> bool) -> Accepted {
        let checked: Vec<_> = self.items.iter().map(|raw| raw_check(raw, in_scope)).collect();
        let again = said_again(&checked);
        let mut accepted = Accepted {
            withdrawals: self
                .items
                .iter()
                .filter_map(|raw| raw.withdrawal())
                .filter(|withdrawal| in_scope(&withdrawal.id))
                .collect(),
            refused: self.refused.clone(),
            ..Accepted::default()
        };
        for ((raw, checked), again) in self.items.iter().zip(checked).zip(again) {
            match again.map_or(checked, Err) {
                Ok(items) => accepted.items.extend(items),
                Err(why) => accepted.dropped.push(Dropped {
                    place: raw.place,
                    title: cut_to_chars(&raw.name(), MAX_TITLE_CHARS),
                    why,
                }),
            }
        }
        accepted
    }
}

fn raw_check(raw: &RawItem, in_scope: &dyn Fn(&ItemId) -> bool) -> Result<Vec<Item>, DroppedWhy> {
    let items = raw.check()?;
    match items.first() {
        Some(item) if !in_scope(&item.id) => Err(DroppedWhy::OutOfScope { id: item.id.clone() }),
        _ => Ok(items),
    }
}

/// For each item, whether another one says the same of one of its packages.
fn said_again(checked: &[Result<Vec<Item>, DroppedWhy>]) -> Vec<Option<DroppedWhy>> {
    let mut times: HashMap<Key<'_>, usize> = HashMap::new();
    for item in checked.iter().flatten().flatten() {
        let count = times.entry(key(item)).or_default();
        *count = count.saturating_add(1);
    }
    let is_again = |item: &&Item| times.get(&key(item)).is_some_and(|count| *count > 1);
    let of_item = |items: &Vec<Item>| {
        let Item { id, version, .. } = items.iter().find(is_again)?;
        Some(DroppedWhy::Twice { id: id.clone(), version: version.clone() })
    };
    checked.iter().map(|checked| checked.as_ref().ok().and_then(of_item)).collect()
}

fn key(item: &Item) -> Key<'_> {
    let Version { major, minor, patch, pre, build: _ } = &item.version;
    (&item.id, [*major, *minor, *patch], pre, item.os.as_ref())
}
