//! The one lock of the store: exclusive for every write and for collecting, shared while something
//! is read.

use std::fs::{File, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use crate::disk::Disk;
use crate::error::StoreError;

/// How long the store is waited for.
pub(crate) const WAIT: Duration = Duration::from_secs(10);

/// Holds the lock until it is dropped.
pub(crate) struct Guard {
    _file: Option<File>,
}

/// Nobody else reads or writes.
pub(crate) fn exclusive(disk: &dyn Disk, wait: Duration) -> Result<Guard, StoreError> {
    let file = disk.open_lock(true).map_err(StoreError::io("lock"))?;
    held(file, wait, File::try_lock)
}

/// Nobody writes. A store that nobody ever wrote to has no lock and needs none.
pub(crate) fn shared(disk: &dyn Disk, wait: Duration) -> Result<Guard, StoreError> {
    let file = disk.open_lock(false).map_err(StoreError::io("lock"))?;
    held(file, wait, File::try_lock_shared)
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
            Err(TryLockError::Error(source)) => return Err(StoreError::io("lock")(source)),
            Err(TryLockError::WouldBlock) if begin.elapsed() >= wait => {
                return Err(StoreError::Locked { seconds: wait.as_secs() });
            }
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
        }
    }
}
