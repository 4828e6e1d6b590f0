//! Locks between programs that use one store.
//!
//! ```text
//! lock                  the one lock: exclusive for every write and for collecting, shared while
//!                       something is read
//! busy                  shared while a meter is read or an upload runs
//! versions/<sha>/.run   shared by every running program, exclusive while the folder is written
//! ```
//!
//! The system lets go of all of them when a program ends, however it ends.

use std::fs::{File, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use crate::disk::Disk;
use crate::error::StoreError;

/// How long the store is waited for.
pub(crate) const WAIT: Duration = Duration::from_secs(10);

/// The file of the one lock.
pub(crate) const STORE: &str = "lock";

/// Holds a lock until it is dropped.
#[derive(Debug)]
pub(crate) struct Guard {
    _file: Option<File>,
}

/// Nobody else reads or writes.
pub(crate) fn exclusive(disk: &dyn Disk, wait: Duration) -> Result<Guard, StoreError> {
    let file = disk.open_lock(STORE, true).map_err(StoreError::io(STORE))?;
    held(file, wait, File::try_lock)
}

/// Nobody writes. A store that nobody ever wrote to has no lock and needs none.
pub(crate) fn shared(disk: &dyn Disk, wait: Duration) -> Result<Guard, StoreError> {
    let file = disk.open_lock(STORE, false).map_err(StoreError::io(STORE))?;
    held(file, wait, File::try_lock_shared)
}

/// One of the other locks, without waiting; `None` if it is taken.
pub(crate) fn try_exclusive(disk: &dyn Disk, path: &str) -> Result<Option<Guard>, StoreError> {
    one(disk, path, File::try_lock)
}

/// One of the other locks together with others, without waiting; `None` if it is taken.
pub(crate) fn try_shared(disk: &dyn Disk, path: &str) -> Result<Option<Guard>, StoreError> {
    one(disk, path, File::try_lock_shared)
}

fn one(
    disk: &dyn Disk,
    path: &str,
    try_lock: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<Option<Guard>, StoreError> {
    let file = disk.open_lock(path, true).map_err(StoreError::io(path))?;
    let Some(file) = file else { return Ok(Some(Guard { _file: None })) };
    match try_lock(&file) {
        Ok(()) => Ok(Some(Guard { _file: Some(file) })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(StoreError::io(path)(source)),
    }
}

fn held(
    file: Option<File>,
    wait: Duration,
    try_lock: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<Guard, StoreError> {
    const PAUSE: Duration = Duration::from_millis(20);
    let Some(file) = file else { return Ok(Guard { _file: None }) };
    let begin = Instant::now();
    loop {
        match try_lock(&file) {
            Ok(()) => return Ok(Guard { _file: Some(file) }),
            Err(TryLockError::Error(source)) => return Err(StoreError::io(STORE)(source)),
            Err(TryLockError::WouldBlock) if begin.elapsed() >= wait => {
                return Err(StoreError::Locked { seconds: wait.as_secs() });
            }
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
        }
    }
}
