//! Packages of the program on their way in: files that nobody trusts. They may be half there, and
//! outlive a program, so that a download goes on where it ended; whoever uses one hashes it.
//!
//! ```text
//! staging/<sha256>     locked while somebody writes it
//! ```

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write as _};

use meterport_appcast::MAX_APP_BYTES;

use crate::error::StoreError;
use crate::hash::{Sha256Hex, sum_of};
use crate::store::Store;

pub(crate) const FOLDER: &str = "staging";

/// A package on its way in, for this program alone. Reading and seeking are those of the file.
pub struct Staged {
    store: Store,
    path: String,
    file: File,
}

impl Store {
    /// The staged file of a package, as far as it is there. Other packages that nobody stages any
    /// more are thrown away.
    pub fn stage(&self, sha256: &Sha256Hex) -> Result<Staged, StoreError> {
        let _lock = self.exclusive()?;
        self.create_folders(&[FOLDER])?;
        let path = format!("{FOLDER}/{sha256}");
        for name in self.disk().list(FOLDER).map_err(StoreError::io(FOLDER))? {
            if name.parse::<Sha256Hex>().is_ok_and(|other| other != *sha256) {
                // One that somebody writes, or that cannot be removed, stays until the next time.
                let _ = self.discard(&format!("{FOLDER}/{name}"));
            }
        }
        let file = self.open_staged(&path)?.ok_or(StoreError::Staging)?;
        Ok(Staged { store: self.clone(), path, file })
    }

    /// `None` if another program has it.
    fn open_staged(&self, path: &str) -> Result<Option<File>, StoreError> {
        let file = self.disk().open_lock(path, true).map_err(StoreError::io(path))?;
        let missing = || StoreError::io(path)(io::ErrorKind::NotFound.into());
        let file = file.ok_or_else(missing)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StoreError::io(path)(source)),
        }
    }

    fn discard(&self, path: &str) -> Result<(), StoreError> {
        let Some(file) = self.open_staged(path)? else { return Ok(()) };
        // Some systems remove no file that is open. The store's lock keeps others from opening it.
        drop(file);
        self.disk().remove(path).map_err(StoreError::io(path))
    }
}

impl Staged {
    /// How many bytes are there.
    pub fn length(&self) -> Result<u64, StoreError> {
        self.file.metadata().map(|about| about.len()).map_err(StoreError::io(self.path.as_str()))
    }

    /// Adds bytes at the end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        if self.length()?.saturating_add(bytes.len() as u64) > MAX_APP_BYTES {
            return Err(StoreError::Larger { most: MAX_APP_BYTES });
        }
        let add = |file: &mut File| {
            file.seek(SeekFrom::End(0))?;
            file.write_all(bytes)
        };
        add(&mut self.file).map_err(StoreError::io(self.path.as_str()))
    }

    /// Throws away what is there, and begins again.
    pub fn restart(&mut self) -> Result<(), StoreError> {
        self.file.set_len(0).map_err(StoreError::io(self.path.as_str()))
    }

    /// The sum of what is there.
    pub fn sha256(&mut self) -> Result<Sha256Hex, StoreError> {
        let sum = |file: &mut File| {
            file.rewind()?;
            sum_of(file)?.ok_or_else(|| io::Error::other("no sum"))
        };
        sum(&mut self.file).map_err(StoreError::io(self.path.as_str()))
    }

    /// Throws the file away, after it was used or because it is of no use.
    pub fn discard(self) -> Result<(), StoreError> {
        let Self { store, path, file } = self;
        let _lock = store.exclusive()?;
        drop(file);
        store.discard(&path)
    }
}

impl fmt::Debug for Staged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Staged").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Read for Staged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for Staged {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
