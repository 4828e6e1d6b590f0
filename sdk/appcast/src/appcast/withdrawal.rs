//! `mp:withdrawn`: versions that nobody should use any more.

use meterport_manifest::parse_version;
use semver::Version;

use super::item::MAX_REASON_BYTES;
use super::notes::cut_to_bytes;
use super::raw::{RawItem, RawWithdrawn};
use crate::hash::Sha256Hex;
use crate::word::ItemId;

/// A withdrawn version, or package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// What is withdrawn.
    pub id: ItemId,
    /// Which version. Absent where the item does not say one that can be read: then its packages
    /// are meant, and where it names none of those either, every version.
    pub version: Option<Version>,
    /// The packages of the item.
    pub sha256: Vec<Sha256Hex>,
    /// What is done about it.
    pub kind: Kind,
    /// For staff; cut to [`MAX_REASON_BYTES`]. May be empty.
    pub reason: String,
}

/// What is done about a withdrawn version that is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A step back is offered.
    Defect,
    /// It is disabled at once.
    Recall,
}

impl Withdrawal {
    /// True if that package of that version is withdrawn. Versions are compared as SemVer orders
    /// them, so that what differs only in build metadata is withdrawn too.
    pub fn covers(&self, id: &ItemId, version: &Version, sha256: Option<&Sha256Hex>) -> bool {
        let is_listed = sha256.is_some_and(|sha256| self.sha256.contains(sha256));
        self.id == *id
            && match &self.version {
                Some(withdrawn) => withdrawn.cmp_precedence(version).is_eq() || is_listed,
                None => self.sha256.is_empty() || is_listed,
            }
    }
}

impl Kind {
    /// The word of the feed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Defect => "defect",
            Self::Recall => "recall",
        }
    }
}

impl RawWithdrawn {
    /// The kind, if it is one that is known.
    pub(crate) fn known_kind(&self) -> Option<Kind> {
        match self.kind.as_deref() {
            Some("recall") => Some(Kind::Recall),
            Some("defect") => Some(Kind::Defect),
            _ => None,
        }
    }
}

impl RawItem {
    /// What the item withdraws, however much else is wrong with it. `None` where it withdraws
    /// nothing, and where its id cannot be read: then nobody knows what is meant.
    ///
    /// What is malformed counts as a recall.
    pub fn withdrawal(&self) -> Option<Withdrawal> {
        let withdrawn = self.withdrawn.as_ref()?;
        let id: ItemId = self.id.as_deref()?.parse().ok()?;
        Some(Withdrawal {
            id,
            version: self.one_version(),
            sha256: self
                .enclosures
                .iter()
                .filter_map(|enclosure| enclosure.sha256.as_deref()?.parse().ok())
                .collect(),
            kind: withdrawn.known_kind().unwrap_or(Kind::Recall),
            reason: cut_to_bytes(&withdrawn.reason, MAX_REASON_BYTES),
        })
    }

    /// The version, if the item and all its enclosures say the same.
    fn one_version(&self) -> Option<Version> {
        let of_enclosures = self.enclosures.iter().map(|enclosure| self.version_of(enclosure));
        let mut all =
            of_enclosures.chain(self.enclosures.is_empty().then_some(self.version.as_deref()));
        let first = all.next()??;
        all.all(|version| version == Some(first)).then(|| parse_version(first).ok()).flatten()
    }
}
