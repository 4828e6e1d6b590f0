//! A driver's file that a person brings, and what is known of it: whose signature stands beside it, and
//! what the stored feeds say.

use std::path::{Path, PathBuf};

use meterport_appcast::{MAX_BLOCK_BYTES, Signature};
use meterport_manifest::DriverId;
use meterport_model::codes::Code;
use meterport_update::{ByHand, Installed, PluginEntry, Store, check_file, check_unsigned};

use crate::drivers::{self, Available, Source};
use crate::fault::Fault;
use crate::feeds::Feeds;
use crate::installed::installed;
use crate::output;
use crate::world::World;

/// A file, and this computer as it is.
pub(super) struct File {
    pub(super) driver: Available,
    pub(super) feeds: Feeds,
    pub(super) here: Installed,
    path: PathBuf,
}

impl File {
    /// Looks into it. Nothing of it is run.
    pub(super) fn read(path: &Path, world: &World<'_>) -> Result<Self, Fault> {
        let driver = drivers::seen(drivers::read_package(path)?, Source::Installed)?;
        // Without a store yet, the keyring that this build carries counts all the same.
        let store = store(world)?;
        let feeds = Feeds::load(&store, world);
        let here = installed(Some(&store), world)?;
        Ok(Self { driver, feeds, here, path: path.to_owned() })
    }

    /// The line of the same driver in what is installed.
    pub(super) fn entry(&self) -> Option<&PluginEntry> {
        let entries = self.here.drivers.iter().map(|driver| &driver.entry);
        entries.into_iter().find(|entry| entry.id == self.driver.manifest.id)
    }

    /// Who made it, if the file beside it says so and the feeds know them.
    pub(super) fn signed(&self) -> Result<ByHand, Fault> {
        let id = self.driver.id();
        let signatures = self.signatures()?.ok_or_else(|| {
            Fault::new(Code::PackageUnsigned, "nobody has signed this file; nothing was installed")
                .hint(format!(
                    "its signature belongs beside it, as `{}`; if you know where the file is from, \
                     say `--unsigned`",
                    name(&self.minisig())
                ))
                .driver(id)
        })?;
        let Available { package, manifest, .. } = &self.driver;
        if self.feeds.trusted.is_empty() {
            let message = "no feed is known here that could say whose signature counts";
            return Err(Fault::new(Code::UpdateNone, format!("{message}; nothing was installed"))
                .hint(
                    "have the policy name the publisher's feed, or, if you know where the file is \
                     from, say `--unsigned`",
                )
                .driver(id));
        }
        let checked = check_file(package, manifest, &signatures, &self.feeds.trusted, self.entry());
        checked.map_err(|refusal| Fault::from(refusal).driver(id))
    }

    /// Whether the stored feeds refuse it, whoever made it.
    pub(super) fn allowed_unsigned(&self) -> Result<(), Fault> {
        let Available { package, manifest, .. } = &self.driver;
        let allowed = check_unsigned(package, manifest, &self.feeds.trusted);
        allowed.map_err(|refusal| Fault::from(refusal).driver(self.driver.id()))
    }

    /// The blocks of `FILE.minisig`; none where there is no such file.
    fn signatures(&self) -> Result<Option<Vec<Signature>>, Fault> {
        let path = self.minisig();
        if !path.try_exists().unwrap_or(false) {
            return Ok(None);
        }
        let most = u64::try_from(MAX_BLOCK_BYTES).unwrap_or(u64::MAX);
        let text = output::read_file(&path, most)?;
        let wrong = |fault: Fault| {
            fault.hint("ask whoever sent the driver for its .minisig file").driver(self.driver.id())
        };
        if text.len() > MAX_BLOCK_BYTES {
            let message = format!("`{}` is too long for a signature", name(&path));
            return Err(wrong(Fault::new(Code::PackageSignature, message)));
        }
        let signatures = Signature::file(&text)
            .map_err(|error| wrong(Fault::of(Code::PackageSignature, &error)))?;
        Ok(Some(signatures))
    }

    fn minisig(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".minisig");
        name.into()
    }
}

/// The store of this computer, made where there is none.
pub(super) fn store(world: &World<'_>) -> Result<Store, Fault> {
    Ok(Store::open(world.places.open()?)?)
}

/// A driver's id as a person typed it.
pub(super) fn id(text: &str) -> Result<DriverId, Fault> {
    DriverId::parse(text).map_err(|_| {
        let shown = meterport_model::text::printable(text);
        Fault::usage(format!("`{shown}` is neither a file nor the id of a driver"))
            .hint("`meterport plugin list` shows the ids; a file is named by its path")
    })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
