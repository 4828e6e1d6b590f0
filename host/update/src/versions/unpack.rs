//! Unpacking a version of the program into its folder.
//!
//! 1. The package is read once, and nothing written: names, modes, sizes and sum are checked.
//! 2. There must be room for all of it.
//! 3. `.run` is taken alone, so that nobody collects the folder or runs what is in it. The store's
//!    lock is let go meanwhile: nobody waits for a large package.
//! 4. The package is read again, and every file written and synced.
//! 5. The list of files, `COMPLETE`, is published. From then on the version is there.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use meterport_appcast::{AppManifest, OsWord};

use super::archive::{self, FIRST, MAX_MANIFEST_BYTES};
use super::complete::{Complete, FILE, Listed};
use super::error::UnpackError;
use super::{FOLDER, PROGRAM, complete, empty, folder, is_undamaged, run};
use crate::disk::Runs;
use crate::error::StoreError;
use crate::hash::{Sha256Hex, Summed};
use crate::lock::{self, Guard};
use crate::publish::publish;
use crate::store::Store;

/// What must stay free on the disk beside the files.
const SPARE: u64 = 16 * 1024 * 1024;

/// A version that lies unpacked in the store. As long as this lives, nobody collects it.
pub struct Unpacked {
    sha256: Sha256Hex,
    manifest: AppManifest,
    _run: Guard,
}

impl Unpacked {
    /// The package.
    pub fn sha256(&self) -> Sha256Hex {
        self.sha256
    }

    /// What the package says of itself. Whether that is what was offered is the caller's question.
    pub fn manifest(&self) -> &AppManifest {
        &self.manifest
    }
}

impl fmt::Debug for Unpacked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpacked").field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

impl Store {
    /// Unpacks a version for this system, of which the caller knows the sum. One that lies there
    /// undamaged stays as it is.
    pub fn unpack(
        &self,
        package: &mut (impl Read + Seek),
        sha256: &Sha256Hex,
    ) -> Result<Unpacked, UnpackError> {
        let (list, manifest) = survey(package, sha256)?;
        let unpacked = |run| Unpacked { sha256: *sha256, manifest, _run: run };

        let writing = {
            let _lock = self.exclusive()?;
            self.create_folders(&[FOLDER, &folder(sha256)])?;
            let there = complete(self.disk(), sha256)?;
            let is_there = match there {
                Some(there) => there == list && is_undamaged(self.disk(), sha256, &list)?,
                None => false,
            };
            if is_there {
                let shared = lock::try_shared(self.disk(), &run(sha256))?;
                return Ok(unpacked(shared.ok_or(UnpackError::InUse)?));
            }
            let alone = lock::try_exclusive(self.disk(), &run(sha256))?;
            let alone = alone.ok_or(UnpackError::InUse)?;
            empty(self.disk(), sha256, Some(&run(sha256)))?;
            alone
        };
        let written = self
            .check_room(&list)
            .and_then(|()| self.write(package, sha256, &list))
            .and_then(|()| self.publish_list(sha256, &list));
        if let Err(error) = written {
            // What stays is nothing without its list, and goes with the next collecting.
            let _ = empty(self.disk(), sha256, Some(&run(sha256)));
            return Err(error);
        }
        // INVARIANT: `.run` is held from before the list is there until a generation names it.
        Ok(unpacked(writing))
    }

    fn check_room(&self, list: &Complete) -> Result<(), UnpackError> {
        let needed = list.length().saturating_add(SPARE);
        match self.disk().free_bytes().map_err(StoreError::io("."))? {
            Some(free) if free < needed => Err(UnpackError::NoRoom { needed, free }),
            _ => Ok(()),
        }
    }

    fn write(
        &self,
        package: &mut (impl Read + Seek),
        sha256: &Sha256Hex,
        list: &Complete,
    ) -> Result<(), UnpackError> {
        let folder = folder(sha256);
        let folders = folders(&list.files);
        for inner in &folders {
            let path = format!("{folder}/{inner}");
            self.disk().create_folder(&path).map_err(StoreError::io(path))?;
        }
        package.seek(SeekFrom::Start(0)).map_err(UnpackError::archive)?;
        let mut expected = list.files.iter();
        archive::walk(package, sha256, |head, content| {
            let path = format!("{folder}/{}", head.name);
            let mut content = Summed::new(content);
            let written = self.disk().write_new(&path, &mut content, head.runs);
            written.map_err(StoreError::io(path))?;
            // The package was read before: if it says something else now, somebody changed it.
            let same = expected.next().is_some_and(|file| {
                file.name == head.name
                    && file.length == content.length()
                    && content.sum() == Some(file.sha256)
            });
            if same { Ok(()) } else { Err(UnpackError::Sum { sha256: *sha256 }) }
        })?;
        for inner in folders.iter().rev() {
            let path = format!("{folder}/{inner}");
            self.disk().sync_folder(&path).map_err(StoreError::io(path))?;
        }
        Ok(self.disk().sync_folder(&folder).map_err(StoreError::io(folder))?)
    }

    fn publish_list(&self, sha256: &Sha256Hex, list: &Complete) -> Result<(), UnpackError> {
        let _lock = self.exclusive()?;
        Ok(publish(self.disk(), &folder(sha256), FILE, &list.to_bytes())?)
    }
}

/// Reads the whole package, writes nothing, and returns its files.
fn survey(
    package: &mut (impl Read + Seek),
    sha256: &Sha256Hex,
) -> Result<(Complete, AppManifest), UnpackError> {
    package.seek(SeekFrom::Start(0)).map_err(UnpackError::archive)?;
    let mut files = Vec::new();
    let mut first = Vec::new();
    archive::walk(package, sha256, |head, content| {
        let mut content = Summed::new(content);
        if head.name == FIRST {
            let mut bounded = Read::take(&mut content, MAX_MANIFEST_BYTES as u64 + 1);
            bounded.read_to_end(&mut first).map_err(UnpackError::archive)?;
        }
        io::copy(&mut content, &mut io::sink()).map_err(UnpackError::archive)?;
        let length = content.length();
        let sum = content.sum().filter(|_| length == head.length);
        let sha256 = sum.ok_or(UnpackError::archive(io::ErrorKind::UnexpectedEof.into()))?;
        files.push(Listed { name: head.name.clone(), length, sha256, runs: head.runs });
        Ok(())
    })?;
    let manifest = AppManifest::parse(&first).map_err(|source| UnpackError::Manifest { source })?;
    let here = OsWord::host();
    if manifest.os.fits(&here).is_none() {
        let (os, here) = (manifest.os.to_string(), here.to_string());
        return Err(UnpackError::OtherSystem { os, here });
    }
    if !files.iter().any(|file| file.name == PROGRAM && file.runs == Runs::Yes) {
        return Err(UnpackError::NoProgram { name: PROGRAM });
    }
    Ok((Complete { files }, manifest))
}

/// The folders around a file, from the outside.
fn outer_folders(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').filter_map(|(at, _)| name.get(..at))
}

/// All folders inside a version, the outer before the inner.
fn folders(files: &[Listed]) -> BTreeSet<&str> {
    files.iter().flat_map(|file| outer_folders(&file.name)).collect()
}
