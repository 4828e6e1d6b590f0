//! What a feed means for this computer. Pure: what is trusted, what is here, what was decided, and
//! the time go in; nothing is asked and nothing is changed.
//!
//! A feed does not hold the manifests of its packages. So a decision says which packages fit, and
//! [`compare`] says what a person has to be asked once a package is here.

mod candidates;
mod disabled;
mod gates;
mod installed;
mod phase;
mod question;
mod reason;
mod set;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use meterport_appcast::{Item, ItemId, Sha256Hex, Withdrawal};
use meterport_manifest::DriverId;
use semver::Version;

pub use disabled::{Disabled, DisabledWhy};
pub use installed::{Installed, InstalledDriver, ShippedDriver};
pub use question::{Question, compare};
pub use reason::Reason;

use crate::rules::Rules;
use crate::trust::Trusted;

/// What the feeds mean for this computer.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What is to be installed, as one set: the program first, if it is among them, and then the
    /// drivers that go with it.
    pub updates: Vec<Offer>,
    /// The same if the program stays as it is. Equal to [`updates`](Self::updates) where no new
    /// program is among those.
    pub without_app: Vec<Offer>,
    /// Drivers that are not here, the newest of each that the present program loads.
    pub available: Vec<Offer>,
    /// Copies of drivers that must not be used: recalled or refused.
    pub disabled: Vec<Disabled>,
    /// Copies of drivers that have a defect: they are used until there is another.
    pub defective: Vec<Disabled>,
    /// What is not offered, and why not.
    pub hidden: Vec<Hidden>,
    /// The program itself is withdrawn. It goes on running, and staff are told at every start.
    pub app_withdrawn: Option<Withdrawal>,
    /// The package of the program is refused, which is told in the same way.
    pub app_refused: bool,
}

/// A version that can be installed.
#[derive(Clone, Debug)]
pub struct Offer {
    /// What the feed says about it.
    pub item: Item,
    /// The feed it comes from.
    pub source: Sha256Hex,
    /// What is here now, whether installed or shipped.
    pub from: Option<Version>,
    /// What only a person can decide, in every mode, as far as the feed can tell.
    pub needs_person: Vec<Question>,
    /// It cannot be skipped and is shown at once.
    pub critical: bool,
    /// Installed drivers that no longer work with this version of the program. A critical one does
    /// not wait for them: they are disabled, and named.
    pub drops: Vec<DriverId>,
}

/// A version that is not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// What it is a version of.
    pub id: ItemId,
    /// The version.
    pub version: Version,
    /// The feed it stands in.
    pub source: Sha256Hex,
    /// Why not.
    pub reason: Reason,
}

/// Decides. `now` is [`Trusted::clock`](crate::Trusted::clock), which cannot be set back.
pub fn decide(
    trusted: &[Trusted],
    installed: &Installed,
    rules: &Rules,
    now: Timestamp,
) -> Decision {
    let mut decision = Decision::default();
    disabled::find(trusted, installed, &mut decision);
    let found = candidates::find(trusted, installed, rules, now, &mut decision.hidden);
    set::choose(&found, installed, &mut decision);
    decision
}
