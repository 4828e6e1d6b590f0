//! What is here now.

use meterport_appcast::{OsWord, Sha256Hex, SystemVersion};
use meterport_manifest::{DriverId, Manifest};
use semver::Version;

use crate::entry::PluginEntry;

/// What is here now: all that a decision needs to know of this computer.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The version of the program. Without one, none is offered.
    pub app: Option<Version>,
    /// The package it came in, if it was one.
    pub app_sha256: Option<Sha256Hex>,
    /// The system it runs on, such as `linux-x64`.
    pub os: OsWord,
    /// The version of that system. Where it is unknown, what demands one is not taken.
    pub system: Option<SystemVersion>,
    /// The contracts the program loads.
    pub host_contracts: Vec<Version>,
    /// The drivers of the newest generation.
    pub drivers: Vec<InstalledDriver>,
    /// The drivers beside the program.
    pub shipped: Vec<ShippedDriver>,
    /// Packages of the program that failed here.
    pub bad: Vec<Sha256Hex>,
}

/// A driver of the store.
#[derive(Clone, Debug)]
pub struct InstalledDriver {
    /// Its line in the generation.
    pub entry: PluginEntry,
    /// What its package says; absent where the package is missing or damaged.
    pub manifest: Option<Manifest>,
}

/// A driver beside the program.
#[derive(Clone, Debug)]
pub struct ShippedDriver {
    /// What it says about itself.
    pub manifest: Manifest,
    /// Its package.
    pub sha256: Sha256Hex,
}

/// One copy of a driver, wherever it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copy<'a> {
    pub id: &'a DriverId,
    pub version: &'a Version,
    pub sha256: &'a Sha256Hex,
    pub manifest: Option<&'a Manifest>,
    /// Its line in the generation; none if it is shipped.
    pub entry: Option<&'a PluginEntry>,
}

impl Installed {
    /// Every copy: those of the store first.
    pub(crate) fn copies(&self) -> impl Iterator<Item = Copy<'_>> {
        let stored = self.drivers.iter().map(|driver| Copy {
            id: &driver.entry.id,
            version: &driver.entry.version,
            sha256: &driver.entry.sha256,
            manifest: driver.manifest.as_ref(),
            entry: Some(&driver.entry),
        });
        let shipped = self.shipped.iter().map(|driver| Copy {
            id: &driver.manifest.id,
            version: &driver.manifest.version,
            sha256: &driver.sha256,
            manifest: Some(&driver.manifest),
            entry: None,
        });
        stored.chain(shipped)
    }
}
