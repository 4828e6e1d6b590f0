//! The drivers this run can use: installed ones, and those that came with the program. Of one id
//! the higher version counts. Nothing is compiled before a driver is chosen.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use meterport_manifest::Manifest;
use meterport_model::codes::Code;
use meterport_runtime::{Inspected, LoadError, inspect};
use meterport_update::{Origin, Store};

use crate::data::Places;
use crate::fault::Fault;
use crate::host::Host;
use crate::output::{self, Voice};

/// A driver that could be used.
#[derive(Clone)]
pub(crate) struct Available {
    pub(crate) manifest: Manifest,
    pub(crate) package: Arc<[u8]>,
    pub(crate) source: Source,
    /// Who vouches for it; nobody for an unsigned one and for those under the program's signature.
    pub(crate) signed_by: Option<String>,
    /// Its place in the order of installation; shipped ones come last.
    pub(crate) place: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    Installed,
    Shipped,
}

impl Source {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Shipped => "shipped",
        }
    }
}

impl Available {
    pub(crate) fn id(&self) -> &str {
        self.manifest.id.as_ref()
    }
}

/// Everything available, ours and others', sorted by id. One that cannot be read is warned about
/// and hides none of the others.
pub(crate) fn available(
    places: &Places,
    host: &Host,
    voice: Voice,
) -> Result<Vec<Available>, Fault> {
    let mut all = Vec::new();
    if let Some(store) = places.store()? {
        installed(&store, voice, &mut all)?;
    }
    if let Some(folder) = &host.programs {
        shipped(&folder.join("drivers"), voice, &mut all);
    }
    all.sort_by(|left: &Available, right| {
        let by_id = left.id().cmp(right.id());
        by_id.then_with(|| right.manifest.version.cmp(&left.manifest.version))
    });
    all.dedup_by(|later, first| later.id() == first.id());
    Ok(all)
}

/// The one with this id.
pub(crate) fn named(id: &str, mut all: Vec<Available>) -> Result<Available, Fault> {
    match all.iter().position(|driver| driver.id() == id) {
        Some(place) => Ok(all.swap_remove(place)),
        None => Err(Fault::new(Code::DriverNone, format!("there is no driver `{id}`"))
            .hint("`meterport plugin list` shows the drivers that are there")
            .candidates(all.iter().map(|driver| driver.id().to_owned()).collect())),
    }
}

fn installed(store: &Store, voice: Voice, all: &mut Vec<Available>) -> Result<(), Fault> {
    let current = store.plugins()?;
    if !current.skipped.is_empty() {
        voice.warn("a damaged list of installed drivers was left out; an older one is used");
    }
    for (place, entry) in current.plugins.iter().enumerate() {
        let read = store.read_object(&entry.sha256).map_err(Fault::from);
        let signed_by = match &entry.origin {
            Origin::Feed { key, .. } => Some(key.clone()),
            _ => None,
        };
        let place = u64::try_from(place).unwrap_or(u64::MAX);
        match read.and_then(|package| seen(package, Source::Installed, signed_by, place)) {
            Ok(driver) => all.push(driver),
            Err(fault) => {
                voice.warn(&format!(
                    "driver `{}` is left out: {}",
                    entry.id,
                    fault.object().message
                ));
            }
        }
    }
    Ok(())
}

fn shipped(folder: &Path, voice: Voice, all: &mut Vec<Available>) {
    let Ok(files) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> = files.flatten().map(|file| file.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "wasm"));
    files.sort();
    for path in files {
        let result =
            read_package(&path).and_then(|package| seen(package, Source::Shipped, None, u64::MAX));
        match result {
            Ok(driver) => all.push(driver),
            Err(fault) => voice.warn(&format!(
                "`{}` is left out: {}",
                path.file_name().unwrap_or_default().to_string_lossy(),
                fault.object().message
            )),
        }
    }
}

/// A driver's file, if it is no larger than a driver may be.
pub(crate) fn read_package(path: &Path) -> Result<Vec<u8>, Fault> {
    let most = meterport_runtime::limits::COMPONENT_BYTES;
    let package = output::read_file(path, u64::try_from(most).unwrap_or(u64::MAX))?;
    let bytes = package.len();
    if bytes > most { Err(LoadError::TooLarge { bytes, most }.into()) } else { Ok(package) }
}

/// Looks at a package without running any of it.
pub(crate) fn seen(
    package: Vec<u8>,
    source: Source,
    signed_by: Option<String>,
    place: u64,
) -> Result<Available, Fault> {
    let Inspected { manifest, .. } = inspect(&package)?;
    Ok(Available { manifest, package: package.into(), source, signed_by, place })
}
