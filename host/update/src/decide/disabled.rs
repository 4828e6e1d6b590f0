//! Copies that must not be used, or not for long: wherever they lie.

use meterport_appcast::{ItemId, Kind, Sha256Hex};
use meterport_manifest::DriverId;
use semver::Version;

use super::installed::{Copy, Installed};
use super::{Decision, DisabledWhy as Why};
use crate::trust::Trusted;
use crate::withdrawn::{Barred, owner, withdrawn};

/// A copy of a driver that its feed withdrew or refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// Which driver.
    pub id: DriverId,
    /// Which version.
    pub version: Version,
    /// Its package.
    pub sha256: Sha256Hex,
    /// True for a copy beside the program, false for one of the store.
    pub is_shipped: bool,
    /// The feed that says so.
    pub source: Sha256Hex,
    /// What it says.
    pub why: DisabledWhy,
    /// The publisher's words, for staff. May be empty. Not yet filtered for a terminal.
    pub reason: String,
}

/// What a feed says of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledWhy {
    /// Recalled: it must not be used.
    Recall,
    /// The package is refused: it must not be used.
    Refused,
    /// It has a defect: it is used until there is another.
    Defect,
}

/// Fills in what is said of what is here.
pub(super) fn find(trusted: &[Trusted], installed: &Installed, decision: &mut Decision) {
    for copy in installed.copies() {
        if let Some(disabled) = of_copy(trusted, copy) {
            match disabled.why {
                Why::Defect => decision.defective.push(disabled),
                Why::Recall | Why::Refused => decision.disabled.push(disabled),
            }
        }
    }
    let Some(app) = &installed.app else { return };
    match withdrawn(trusted, &ItemId::App, app, installed.app_sha256.as_ref()) {
        Some(Barred::Withdrawn(withdrawal)) => decision.app_withdrawn = Some(withdrawal.clone()),
        Some(Barred::Refused) => decision.app_refused = true,
        None => {}
    }
}

fn of_copy(trusted: &[Trusted], copy: Copy<'_>) -> Option<Disabled> {
    let id = ItemId::Driver(copy.id.clone());
    let barred = withdrawn(trusted, &id, copy.version, Some(copy.sha256))?;
    let why = match barred {
        Barred::Refused => Why::Refused,
        Barred::Withdrawn(withdrawal) => match withdrawal.kind {
            Kind::Recall => Why::Recall,
            Kind::Defect => Why::Defect,
        },
    };
    Some(Disabled {
        id: copy.id.clone(),
        version: copy.version.clone(),
        sha256: *copy.sha256,
        is_shipped: copy.entry.is_none(),
        source: owner(trusted, &id)?.source,
        why,
        reason: barred.reason().to_owned(),
    })
}
