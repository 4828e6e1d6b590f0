//! What must not be used, from the last verified feeds, however old: pure, and asked at every load
//! of every copy, wherever it comes from.

use meterport_appcast::{ItemId, Kind, Sha256Hex, Withdrawal};
use semver::Version;

use crate::source::Scope;
use crate::trust::Trusted;

/// Why a package is not to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred<'a> {
    /// Its version, or this package of it, is withdrawn.
    Withdrawn(&'a Withdrawal),
    /// The feed refuses this file, also from a person's hand.
    Refused,
}

impl Barred<'_> {
    /// True if it is disabled at once where it is installed; else a step back is offered.
    pub fn disables(&self) -> bool {
        match self {
            Self::Withdrawn(withdrawal) => withdrawal.kind == Kind::Recall,
            Self::Refused => true,
        }
    }

    /// The publisher's reason, for staff. May be empty. Not yet filtered for a terminal.
    pub fn reason(&self) -> &str {
        match self {
            Self::Withdrawn(withdrawal) => &withdrawal.reason,
            Self::Refused => "",
        }
    }
}

/// The feed that alone speaks of an id: the one an administrator gave a prefix of it, else ours.
pub fn owner<'a>(trusted: &'a [Trusted], id: &ItemId) -> Option<&'a Trusted> {
    let holds = |trusted: &&Trusted| trusted.scope.holds(id);
    trusted
        .iter()
        .filter(|trusted| trusted.scope != Scope::Ours)
        .find(holds)
        .or_else(|| trusted.iter().filter(|trusted| trusted.scope == Scope::Ours).find(holds))
}

/// Whether that package of that version is withdrawn or refused. It is not installed or brought
/// back; whether it is disabled says [`Barred::disables`].
pub fn withdrawn<'a>(
    trusted: &'a [Trusted],
    id: &ItemId,
    version: &Version,
    sha256: Option<&Sha256Hex>,
) -> Option<Barred<'a>> {
    let feed = owner(trusted, id)?.feed.as_ref()?;
    if sha256.is_some_and(|sha256| feed.refused.contains(sha256)) {
        return Some(Barred::Refused);
    }
    let covering = feed.withdrawals.iter().filter(|one| one.covers(id, version, sha256));
    covering.max_by_key(|withdrawal| withdrawal.kind).map(Barred::Withdrawn)
}

/// Whether that package of that version must not even be used where it is installed.
pub fn disabled<'a>(
    trusted: &'a [Trusted],
    id: &ItemId,
    version: &Version,
    sha256: Option<&Sha256Hex>,
) -> Option<Barred<'a>> {
    withdrawn(trusted, id, version, sha256).filter(Barred::disables)
}
