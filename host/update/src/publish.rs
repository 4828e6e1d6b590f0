//! The one kind of write there is: a new name with its whole content, or nothing.
//!
//! 1. A temporary file in the same folder is written and synced.
//! 2. It gets its final name by a link, which fails if the name is taken.
//! 3. The folder is synced, so that the name lasts.
//! 4. The temporary name goes.
//!
//! Only the holder of the exclusive lock writes, so one temporary name per folder is enough, and
//! one that is there was left by a crash.

use std::io;

use crate::disk::{Disk, Runs};
use crate::error::StoreError;

/// The temporary name of a folder. No hash and no number, so nobody takes it for content.
pub(crate) const TEMPORARY: &str = "new";

/// Gives `bytes` the name `folder/name`, for good. That the name is free was checked before, under
/// the lock.
pub(crate) fn publish(
    disk: &dyn Disk,
    folder: &str,
    name: &str,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let (temporary, path) = (format!("{folder}/{TEMPORARY}"), format!("{folder}/{name}"));
    remove_leftover(disk, folder)?;
    disk.write_new(&temporary, &mut &*bytes, Runs::No)
        .map_err(StoreError::io(temporary.as_str()))?;
    disk.link(&temporary, &path).map_err(StoreError::io(path))?;
    disk.sync_folder(folder).map_err(StoreError::io(folder))?;
    // The content is safe; a temporary name that stays is removed by the next write.
    let _ = disk.remove(&temporary);
    Ok(())
}

fn remove_leftover(disk: &dyn Disk, folder: &str) -> Result<(), StoreError> {
    let temporary = format!("{folder}/{TEMPORARY}");
    match disk.remove(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io(temporary)(error))
        }
        _ => Ok(()),
    }
}
