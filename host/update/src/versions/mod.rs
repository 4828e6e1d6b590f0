//! Versions of the program: a folder for each, by the hash of its package.
//!
//! ```text
//! versions/<sha256>/…            the files of the package
//! versions/<sha256>/COMPLETE     the list of them, written last: without it the folder is nothing
//! versions/<sha256>/.run         locked by whoever writes or runs this version
//! versions/<sha256>/.trial-1 …   marks of its first starts: see `trial.rs`
//! ```

mod archive;
mod complete;
mod error;
mod name;
mod present;
mod unpack;
#[cfg(test)]
mod unpack_tests;

use std::path::Path;

use crate::disk::{Disk, Kind};
use crate::error::StoreError;
use crate::hash::{Sha256Hex, sum_of};
use crate::lock;

pub(crate) use complete::Complete;
pub use error::{EntryFault, UnpackError};
pub use unpack::Unpacked;

pub(crate) const FOLDER: &str = "versions";

/// The program in its folder.
pub(crate) const PROGRAM: &str = if cfg!(windows) { "meterport.exe" } else { "meterport" };

/// The mark of a version that has passed its trial.
pub(crate) const GOOD: &str = ".good";

/// The folder of a version.
pub(crate) fn folder(app: &Sha256Hex) -> String {
    format!("{FOLDER}/{app}")
}

/// What is locked by whoever writes or runs a version.
pub(crate) fn run(app: &Sha256Hex) -> String {
    format!("{FOLDER}/{app}/.run")
}

/// The version that a program belongs to, by the folder it is in; `None` where that is no folder of
/// a version, as when a package manager put it there.
pub fn app_of(program: &Path) -> Option<Sha256Hex> {
    let folder = program.parent()?;
    let is_ours = folder.parent()?.file_name()?.to_str()? == FOLDER;
    folder.file_name()?.to_str()?.parse().ok().filter(|_| is_ours)
}

/// The list of files, if the version is whole: the list is undamaged, and all of them are there
/// with the length it says.
pub(crate) fn complete(disk: &dyn Disk, app: &Sha256Hex) -> Result<Option<Complete>, StoreError> {
    let folder = folder(app);
    let path = format!("{folder}/{}", complete::FILE);
    let bytes = disk.read(&path, complete::MAX_BYTES).map_err(StoreError::io(path))?;
    let Some(list) = bytes.as_deref().and_then(Complete::parse) else { return Ok(None) };
    for file in &list.files {
        let path = format!("{folder}/{}", file.name);
        if disk.kind(&path).map_err(StoreError::io(path))? != Some(Kind::File(file.length)) {
            return Ok(None);
        }
    }
    Ok(Some(list))
}

/// True if every file of a whole version has the content that the list says.
pub(crate) fn is_undamaged(
    disk: &dyn Disk,
    app: &Sha256Hex,
    list: &Complete,
) -> Result<bool, StoreError> {
    for file in &list.files {
        let path = format!("{}/{}", folder(app), file.name);
        let content = disk.open(&path).map_err(StoreError::io(path.as_str()))?;
        let Some(content) = content else { return Ok(false) };
        if sum_of(content).map_err(StoreError::io(path))? != Some(file.sha256) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// True if a version has passed its trial.
pub(crate) fn is_good(disk: &dyn Disk, app: &Sha256Hex) -> Result<bool, StoreError> {
    let path = format!("{}/{GOOD}", folder(app));
    Ok(disk.kind(&path).map_err(StoreError::io(path))?.is_some())
}

/// Removes a version that nobody needs, unless somebody runs or writes it. Under the exclusive
/// lock, so that nobody begins to.
pub(crate) fn remove(disk: &dyn Disk, app: &Sha256Hex) -> Result<(), StoreError> {
    let Some(guard) = lock::try_exclusive(disk, &run(app))? else { return Ok(()) };
    // Some systems remove no file that is open.
    drop(guard);
    empty(disk, app, None)?;
    let folder = folder(app);
    disk.remove_folder(&folder).map_err(StoreError::io(folder))
}

/// Removes all files of a version but the one that is kept, the list first: what is half removed
/// is half there, and nothing.
fn empty(disk: &dyn Disk, app: &Sha256Hex, kept: Option<&str>) -> Result<(), StoreError> {
    let folder = folder(app);
    let list = format!("{folder}/{}", complete::FILE);
    if disk.kind(&list).map_err(StoreError::io(list.as_str()))?.is_some() {
        disk.remove(&list).map_err(StoreError::io(list))?;
        disk.sync_folder(&folder).map_err(StoreError::io(folder.as_str()))?;
    }
    empty_folder(disk, &folder, kept)
}

fn empty_folder(disk: &dyn Disk, folder: &str, kept: Option<&str>) -> Result<(), StoreError> {
    for name in disk.list(folder).map_err(StoreError::io(folder))? {
        let path = format!("{folder}/{name}");
        if kept == Some(path.as_str()) {
            continue;
        }
        if disk.kind(&path).map_err(StoreError::io(path.as_str()))? == Some(Kind::Folder) {
            empty_folder(disk, &path, None)?;
            disk.remove_folder(&path).map_err(StoreError::io(path))?;
        } else {
            disk.remove(&path).map_err(StoreError::io(path))?;
        }
    }
    Ok(())
}
