//! From packages to one generation: what is inside a package must be what its item says, before
//! any generation names it.
//!
//! Reading a component belongs to another room, so the caller hands in how. What only a person can
//! answer ([`compare`](crate::compare)) was answered before [`install`] is called.

use std::error::Error;

use meterport_appcast::{
    Api, Item, ItemId, MatchFault, OsWord, Sha256Hex, Signer, Vendor, may_match,
};
use meterport_manifest::{DriverId, Manifest};
use semver::Version;

use crate::change::{Change, NewPlugin};
use crate::download::{AppPackage, DriverPackage};
use crate::entry::Origin;
use crate::error::StoreError;
use crate::source::Scope;
use crate::store::Store;
use crate::trust::Trusted;
use crate::versions::{UnpackError, Unpacked};

/// Reads the manifest in a package, and runs nothing of it.
pub type ReadManifest<'a> = &'a dyn Fn(&[u8]) -> Result<Manifest, Box<dyn Error + Send + Sync>>;

/// A driver whose package says what its item says, and matches only what it may.
#[derive(Clone, Debug)]
pub struct CheckedDriver {
    manifest: Manifest,
    signer: Signer,
    plugin: NewPlugin,
}

/// A version of the program, unpacked and as its item says.
#[derive(Debug)]
pub struct CheckedApp {
    unpacked: Unpacked,
}

/// Why a package is not installed. What was installed before still is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// There is no manifest in it that can be read.
    #[error("package of `{id}` holds no driver that can be read; nothing was installed")]
    Manifest {
        /// What it should be.
        id: ItemId,
        /// Why not.
        source: Box<dyn Error + Send + Sync>,
    },
    /// It is something else than the feed says.
    #[error(
        "package calls its {what} `{found}`, the feed says `{expected}`; nothing was installed"
    )]
    OtherContent {
        /// Which of the things that must agree.
        what: &'static str,
        /// What stands in the package.
        found: String,
        /// What stands in the feed.
        expected: String,
    },
    /// It matches devices that its vendor may not match.
    #[error("a driver of `{id}` may not match this; nothing was installed")]
    Match {
        /// Which driver.
        id: DriverId,
        /// What it may not match.
        source: MatchFault,
    },
    /// The feed that the package came from is not this one.
    #[error("package came from another feed; nothing was installed")]
    OtherFeed,
    /// What is installed came from another feed, and stays with it until somebody removes it.
    #[error("the installed `{id}` came from another feed; nothing was installed")]
    OtherOrigin {
        /// Which driver.
        id: DriverId,
    },
    /// The archive of the program does not count.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The store cannot be used, or was changed meanwhile.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApplyError {
    /// The code word of the error object; of the store's and the archive's errors their caller
    /// knows it.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Manifest { .. } => Some("manifest.invalid"),
            Self::OtherContent { .. } | Self::OtherFeed => Some("package.signature"),
            Self::Match { .. } | Self::OtherOrigin { .. } => Some("package.blocked"),
            Self::Unpack(_) | Self::Store(_) => None,
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Unpack(error) => error.hint(),
            Self::OtherOrigin { .. } => Some("remove the installed driver first"),
            _ => Some("tell the publisher"),
        }
    }
}

impl DriverPackage {
    /// Looks into the package: id, version and contract must be the item's, and it may match only
    /// what its vendor may.
    pub fn check(
        self,
        trusted: &Trusted,
        read: ReadManifest<'_>,
    ) -> Result<CheckedDriver, ApplyError> {
        let Self { item, bytes, signer, source } = self;
        if trusted.source != source {
            return Err(ApplyError::OtherFeed);
        }
        let manifest = read(&bytes)
            .map_err(|why| ApplyError::Manifest { id: item.id.clone(), source: why })?;
        is_the_item(&manifest, &item)?;
        may_match_here(trusted, &manifest)?;
        let plugin = NewPlugin {
            id: manifest.id.clone(),
            version: manifest.version.clone(),
            package: bytes,
            origin: origin(&source, &signer),
        };
        Ok(CheckedDriver { manifest, signer, plugin })
    }
}

impl CheckedDriver {
    /// What it says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Who answers for it.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }
}

impl AppPackage {
    /// Unpacks the program beside the versions that are there, and looks whether it is what its
    /// item says. The archive is thrown away in the end.
    pub fn check(mut self, store: &Store) -> Result<CheckedApp, ApplyError> {
        let unpacked = store.unpack(&mut self.staged, &self.item.sha256)?;
        let manifest = unpacked.manifest();
        let item = &self.item;
        agree("version", &manifest.version, &item.version)?;
        let os = item.os.clone().unwrap_or_else(OsWord::any);
        agree("system", &manifest.os, &os)?;
        if let Api::App { contracts } = &item.api {
            agree("contracts", &words(&manifest.contracts), &words(contracts))?;
        }
        // One that stays is thrown away with the next download.
        let _ = self.staged.discard();
        Ok(CheckedApp { unpacked })
    }
}

impl CheckedApp {
    /// The package it came in.
    pub fn sha256(&self) -> Sha256Hex {
        self.unpacked.sha256()
    }
}

/// Writes program and drivers as one generation upon generation `since`, and returns its number.
/// Where another generation came in between it is to be decided again: [`StoreError::Changed`].
pub fn install(
    store: &Store,
    since: u64,
    app: Option<CheckedApp>,
    drivers: Vec<CheckedDriver>,
) -> Result<u64, ApplyError> {
    // Whatever changes from here on makes another generation.
    let installed = store.plugins()?.plugins;
    for CheckedDriver { plugin, .. } in &drivers {
        let now = installed.iter().find(|entry| entry.id == plugin.id);
        if now.is_some_and(|now| comes_from_elsewhere(&now.origin, &plugin.origin)) {
            return Err(ApplyError::OtherOrigin { id: plugin.id.clone() });
        }
    }
    let change = Change {
        since,
        app: app.map(|app| app.unpacked),
        put: drivers.into_iter().map(|driver| driver.plugin).collect(),
        remove: Vec::new(),
    };
    Ok(store.apply(change)?)
}

/// RULE: an installed id stays with its origin. What nobody signed
/// has none.
fn comes_from_elsewhere(now: &Origin, then: &Origin) -> bool {
    match (now, then) {
        (Origin::Feed { feed: now, .. }, Origin::Feed { feed: then, .. }) => now != then,
        _ => false,
    }
}

/// RULE: the manifest repeats id, version and contract.
fn is_the_item(manifest: &Manifest, item: &Item) -> Result<(), ApplyError> {
    agree("id", &ItemId::Driver(manifest.id.clone()), &item.id)?;
    agree("version", &manifest.version, &item.version)?;
    let Api::Driver { contract, minimum } = &item.api else {
        return Err(ApplyError::OtherContent {
            what: "contract",
            found: manifest.contract.to_string(),
            expected: "a program".to_owned(),
        });
    };
    agree("contract", &manifest.contract, contract)?;
    let least = |minimum: &Option<Version>| minimum.as_ref().map(Version::to_string);
    let none = || "none".to_owned();
    agree(
        "least contract",
        &least(&manifest.contract_min).unwrap_or_else(none),
        &least(minimum).unwrap_or_else(none),
    )
}

/// RULE: a vendor's driver matches only the vendor's devices, and in the feed of
/// somebody else only those that the administrator allowed.
pub(crate) fn may_match_here(trusted: &Trusted, manifest: &Manifest) -> Result<(), ApplyError> {
    let vendor = trusted.keyring.vendor_for(&ItemId::Driver(manifest.id.clone()));
    let fault = |source| ApplyError::Match { id: manifest.id.clone(), source };
    if let Some(Vendor { usb, .. }) = vendor {
        may_match(usb, manifest).map_err(fault)?;
    }
    if let Scope::ThirdParty { usb, .. } = &trusted.scope {
        may_match(usb, manifest).map_err(fault)?;
    }
    Ok(())
}

/// How a generation says who vouches for a package.
pub(crate) fn origin(source: &Sha256Hex, signer: &Signer) -> Origin {
    let key = match signer {
        Signer::Vendor { key, .. } => key.to_string(),
        _ => RELEASE.to_owned(),
    };
    Origin::Feed { feed: source.to_string(), key }
}

/// The word for the release keys, of which there may be several.
const RELEASE: &str = "release";

fn agree<T: PartialEq + ToString>(
    what: &'static str,
    found: &T,
    expected: &T,
) -> Result<(), ApplyError> {
    match found == expected {
        true => Ok(()),
        false => Err(ApplyError::OtherContent {
            what,
            found: found.to_string(),
            expected: expected.to_string(),
        }),
    }
}

fn words(versions: &[Version]) -> String {
    let mut words: Vec<String> = versions.iter().map(Version::to_string).collect();
    words.sort_unstable();
    words.join(" ")
}
