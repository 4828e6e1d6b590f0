//! The drivers this run can use: installed ones, and those that came with the program. Nothing is
//! compiled before a driver is chosen.
//!
//! Which copy of a driver counts is decided in `drivers/rank.rs`, what lies where is found in
//! `drivers/gather.rs`.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use meterport_manifest::Manifest;
use meterport_model::codes::Code;
use meterport_runtime::{Disks, Inspected, LoadError, inspect};
use meterport_update::{Origin, Sha256Hex};

use crate::fault::Fault;
use crate::feeds::Feeds;
use crate::offer::Offers;
use crate::output;
use crate::world::World;

mod gather;
#[cfg(test)]
pub(crate) mod made_up;
mod rank;

pub(crate) use gather::{available, copies};

/// A copy of a driver.
#[derive(Clone)]
pub(crate) struct Available {
    pub(crate) manifest: Manifest,
    pub(crate) package: Arc<[u8]>,
    pub(crate) sha256: Sha256Hex,
    pub(crate) source: Source,
    /// Where it was installed from; a shipped one stands under the program's own signature.
    pub(crate) origin: Option<Origin>,
    /// Who vouches for it, by the name that the keyring or the administrator gave them; nobody for
    /// an unsigned one and for those under the program's signature.
    pub(crate) signed_by: Option<String>,
    /// Why it is not used, although it is there.
    pub(crate) reason: Option<String>,
    /// Its place in the order of installation; shipped ones come last.
    pub(crate) place: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    Installed,
    Shipped,
    /// A file that is looked at and not installed.
    File,
}

impl Source {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Shipped => "shipped",
            Self::File => "file",
        }
    }
}

impl Available {
    pub(crate) fn id(&self) -> &str {
        self.manifest.id.as_ref()
    }

    /// Whether anybody vouches for it, the program's own signature included.
    pub(crate) fn is_signed(&self) -> bool {
        match &self.origin {
            Some(origin) => origin.is_signed(),
            None => self.source == Source::Shipped,
        }
    }
}

/// Every driver of this computer.
#[derive(Clone, Default)]
pub(crate) struct Drivers {
    /// One for each id, sorted by it.
    usable: Vec<Available>,
    /// Copies that are there and not used, with a reason each.
    disabled: Vec<Available>,
    /// The disks that are known to be meters.
    disks: Disks,
    /// What the last verified feeds say.
    feeds: Arc<Feeds>,
    /// What the feeds offer; found when it is first asked for.
    offers: Arc<OnceLock<Offers>>,
}

impl Drivers {
    pub(crate) fn new(all: Vec<Available>, feeds: Feeds) -> Self {
        let (usable, disabled) = rank::rank(all);
        Self {
            usable,
            disabled,
            disks: feeds.disks(),
            feeds: Arc::new(feeds),
            offers: Arc::default(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Available> {
        self.usable.iter()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Available> {
        self.usable.iter().find(|driver| driver.id() == id)
    }

    /// Copies that are there and not used.
    pub(crate) fn disabled(&self) -> &[Available] {
        &self.disabled
    }

    /// A copy with this id that somebody vouches for, used or not.
    pub(crate) fn signed(&self, id: &str) -> Option<&Available> {
        let mut all = self.usable.iter().chain(&self.disabled);
        all.find(|driver| driver.id() == id && driver.is_signed())
    }

    /// What the feeds offer and could be installed now.
    pub(crate) fn offers(&self, world: &World<'_>) -> &Offers {
        self.offers.get_or_init(|| Offers::of(&self.feeds, world))
    }

    pub(crate) fn disks(&self) -> &Disks {
        &self.disks
    }

    /// The one with this id.
    pub(crate) fn named(mut self, id: &str) -> Result<Available, Fault> {
        if let Some(place) = self.usable.iter().position(|driver| driver.id() == id) {
            return Ok(self.usable.swap_remove(place));
        }
        if let Some(driver) = self.disabled.iter().find(|driver| driver.id() == id) {
            return Err(driver.blocked());
        }
        Err(Fault::new(Code::DriverNone, format!("there is no driver `{id}`"))
            .hint("`meterport plugin list` shows the drivers that are there")
            .candidates(self.usable.iter().map(|driver| driver.id().to_owned()).collect()))
    }
}

impl Available {
    /// Why it reads nothing.
    fn blocked(&self) -> Fault {
        let reason = self.reason.as_deref().unwrap_or("another copy is used");
        let (id, version) = (self.id(), &self.manifest.version);
        Fault::new(Code::PackageBlocked, format!("driver `{id}` {version} is not used: {reason}"))
            .hint(format!(
                "`meterport update check` asks for a newer one; `meterport plugin revert {id}` goes \
                 back to an older one that is kept"
            ))
            .driver(id)
    }
}

/// A driver's file, if it is no larger than a driver may be.
pub(crate) fn read_package(path: &Path) -> Result<Vec<u8>, Fault> {
    let most = meterport_runtime::limits::COMPONENT_BYTES;
    let package = output::read_file(path, u64::try_from(most).unwrap_or(u64::MAX))?;
    let bytes = package.len();
    if bytes > most { Err(LoadError::TooLarge { bytes, most }.into()) } else { Ok(package) }
}

/// How every WebAssembly file begins.
const WASM: &[u8] = b"\0asm";

/// Looks at a package without running any of it. Nobody vouches for it yet.
pub(crate) fn seen(package: Vec<u8>, source: Source) -> Result<Available, Fault> {
    if !package.starts_with(WASM) {
        return Err(Fault::new(Code::DriverContract, "this file is no driver")
            .hint("a driver's file ends in `.wasm`; get it again from where it was published"));
    }
    let Inspected { manifest, .. } = inspect(&package)?;
    Ok(Available {
        manifest,
        sha256: Sha256Hex::of(&package),
        package: package.into(),
        source,
        origin: None,
        signed_by: None,
        reason: None,
        place: u64::MAX,
    })
}
