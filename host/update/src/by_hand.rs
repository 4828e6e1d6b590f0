//! A driver's file that a person brings, with its signature: who made it, and what the stored feed
//! says of it. Pure.
//!
//! The signature says who made the file and not that it is current, so the file is held against
//! the feed too. A feed's keyring counts only inside the feed's scope. The program itself never
//! comes by hand.

use meterport_appcast::{ItemId, OsWord, PackageFault, Sha256Hex, Signature, Signer, signer};
use meterport_manifest::{DriverId, Manifest};
use semver::Version;

use crate::apply::{ApplyError, may_match_here, origin};
use crate::entry::{Origin, PluginEntry};
use crate::source::Scope;
use crate::trust::Trusted;
use crate::withdrawn::{Barred, owner, withdrawn};

/// A file that may be installed, once a person has answered what is to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// Who made it.
    pub signer: Signer,
    /// How people are shown who made it: the name in our keyring, or the administrator's.
    pub signed_by: String,
    /// What is written down when it is installed.
    pub origin: Origin,
    /// It is older than what is installed: that is to be asked.
    pub older_than: Option<Version>,
}

/// Why a file is not installed by hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No feed may speak of this id.
    #[error("no feed that is known here may speak of `{id}`; nothing was installed")]
    NoFeed {
        /// The id.
        id: DriverId,
    },
    /// The signature is missing or wrong.
    #[error(transparent)]
    Signature(#[from] PackageFault),
    /// The keys that would count have expired, or are lost.
    #[error("the keyring of the feed `{feed}` counts no more; nothing was installed")]
    Keyring {
        /// How people call the feed.
        feed: String,
    },
    /// Its version is withdrawn.
    #[error("`{id}` {version} is withdrawn by its publisher; nothing was installed")]
    Withdrawn {
        /// The id.
        id: DriverId,
        /// The version.
        version: Version,
        /// The publisher's reason. Not yet filtered for a terminal.
        reason: String,
    },
    /// The feed refuses this file.
    #[error("the publisher refuses this file of `{id}`; nothing was installed")]
    Refused {
        /// The id.
        id: DriverId,
    },
    /// What is installed came from another feed.
    #[error("the installed `{id}` came from another feed; nothing was installed")]
    OtherOrigin {
        /// The id.
        id: DriverId,
    },
    /// It matches devices that its vendor may not match.
    #[error("`{id}` matches devices that its maker may not match; nothing was installed")]
    Match {
        /// The id.
        id: DriverId,
        /// What it may not match.
        source: meterport_appcast::MatchFault,
    },
}

impl Refusal {
    /// The code word of the error object.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoFeed { .. } | Self::Signature(_) | Self::Keyring { .. } => "package.signature",
            _ => "package.blocked",
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Keyring { .. } => Some("check for updates with a working network"),
            Self::OtherOrigin { .. } => Some("remove the installed driver first"),
            Self::Signature(_) | Self::NoFeed { .. } => {
                Some("ask whoever sent the file for its .minisig file, made for this feed")
            }
            _ => None,
        }
    }
}

/// Holds a file that says `manifest` about itself against the stored feeds. `installed` is the line
/// of the same id in the present generation.
pub fn check_file(
    package: &[u8],
    manifest: &Manifest,
    signatures: &[Signature],
    trusted: &[Trusted],
    installed: Option<&PluginEntry>,
) -> Result<ByHand, Refusal> {
    let (driver, version) = (&manifest.id, &manifest.version);
    let id = ItemId::Driver(driver.clone());
    check_barred(trusted, &id, driver, version, &Sha256Hex::of(package))?;
    let feed = owner(trusted, &id).ok_or_else(|| Refusal::NoFeed { id: driver.clone() })?;
    if feed.keyring_counts().is_err() {
        return Err(Refusal::Keyring { feed: feed.name.clone() });
    }
    let signer = signer(package, signatures, &feed.keyring, &id, version, &OsWord::any())?;
    if let Some(Origin::Feed { feed: of, .. }) = installed.map(|entry| &entry.origin)
        && *of != feed.source.to_string()
    {
        return Err(Refusal::OtherOrigin { id: driver.clone() });
    }
    if let Err(ApplyError::Match { id, source }) = may_match_here(feed, manifest) {
        return Err(Refusal::Match { id, source });
    }
    let older_than = installed
        .map(|entry| &entry.version)
        .filter(|now| version.cmp_precedence(now).is_lt())
        .cloned();
    let signed_by = signer_name(feed, &signer).to_owned();
    Ok(ByHand { origin: origin(&feed.source, &signer), signer, signed_by, older_than })
}

/// Whether the stored feeds refuse a file, whoever signed it or nobody.
pub fn check_unsigned(
    package: &[u8],
    manifest: &Manifest,
    trusted: &[Trusted],
) -> Result<(), Refusal> {
    let id = ItemId::Driver(manifest.id.clone());
    check_barred(trusted, &id, &manifest.id, &manifest.version, &Sha256Hex::of(package))
}

/// How people are shown who signed: by what we or the administrator registered, and never by what
/// a feed or a manifest says.
pub fn signer_name<'a>(feed: &'a Trusted, signer: &'a Signer) -> &'a str {
    match (&feed.scope, signer) {
        (Scope::Ours, Signer::Vendor { name, .. }) => name,
        _ => &feed.name,
    }
}

fn check_barred(
    trusted: &[Trusted],
    id: &ItemId,
    driver: &DriverId,
    version: &Version,
    sha256: &Sha256Hex,
) -> Result<(), Refusal> {
    match withdrawn(trusted, id, version, Some(sha256)) {
        None => Ok(()),
        Some(Barred::Refused) => Err(Refusal::Refused { id: driver.clone() }),
        Some(barred @ Barred::Withdrawn(_)) => Err(Refusal::Withdrawn {
            id: driver.clone(),
            version: version.clone(),
            reason: barred.reason().to_owned(),
        }),
    }
}
