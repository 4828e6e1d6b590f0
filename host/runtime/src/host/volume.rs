//! `volume`: shows a driver the files its manifest names, read-only, 64 MiB in all.

use meterport_devices::{EntryKind, LinkError, VolumeFile, VolumeLink};
use wasmtime::component::Resource;

use super::{Io, State};
use crate::bindings::volume;
use crate::grant::Grant;
use crate::grant::volume::{file, folder, is_listed};
use crate::limits;

/// The root of the one volume of a session.
pub struct Directory {
    link: Box<dyn VolumeLink>,
    grant: Grant,
}

/// One open file of it.
pub struct File(Box<dyn VolumeFile>);

impl Directory {
    pub(crate) fn new(link: Box<dyn VolumeLink>, grant: Grant) -> Self {
        Self { link, grant }
    }
}

impl State {
    fn directory<T>(
        &mut self,
        handle: &Resource<Directory>,
        allowed: impl FnOnce(&Grant) -> Result<(), &'static str>,
        call: impl FnOnce(&mut Directory, &crate::watch::Watcher) -> Result<T, LinkError>,
    ) -> Io<T> {
        self.enter()?;
        let watcher = std::sync::Arc::clone(&self.watcher);
        let directory = self.table.get_mut(handle)?;
        if let Err(what) = allowed(&directory.grant) {
            return Ok(Err(self.denied(what)));
        }
        if watcher.reason().is_some() {
            return Ok(Err(self.failed(LinkError::Cancelled)));
        }
        let result = call(directory, watcher.as_ref());
        Ok(result.map_err(|error| self.failed(error)))
    }
}

impl volume::Host for State {}

impl volume::HostDirectory for State {
    fn list(&mut self, directory: Resource<Directory>, path: String) -> Io<Vec<volume::Entry>> {
        self.directory(
            &directory,
            |_| folder(&path),
            |Directory { link, grant }, _| {
                let entries = link.list()?;
                let shown = entries
                    .into_iter()
                    .filter(|entry| entry.kind == EntryKind::File && is_listed(grant, &entry.name));
                let entry = |entry: meterport_devices::VolumeEntry| volume::Entry {
                    name: entry.name,
                    kind: volume::EntryKind::File,
                    size: entry.size,
                };
                Ok(shown.map(entry).collect())
            },
        )
    }

    fn open(&mut self, directory: Resource<Directory>, path: String) -> Io<Resource<File>> {
        let opened = self.directory(
            &directory,
            |grant| file(grant, &path),
            |directory, watcher| directory.link.open(&path, watcher),
        )?;
        Ok(match opened {
            Ok(file) => Ok(self.table.push(File(file))?),
            Err(error) => Err(error),
        })
    }

    fn drop(&mut self, directory: Resource<Directory>) -> wasmtime::Result<()> {
        self.table.delete(directory)?;
        Ok(())
    }
}

impl volume::HostFile for State {
    fn size(&mut self, file: Resource<File>) -> wasmtime::Result<u64> {
        self.enter()?;
        Ok(self.table.get(&file)?.0.size())
    }

    fn read_at(&mut self, file: Resource<File>, offset: u64, len: u32) -> Io<Vec<u8>> {
        self.enter()?;
        if len == 0 || len > limits::READ_BYTES {
            return Ok(Err(self.denied("a read of no bytes, or of more than 65536")));
        }
        if self.watcher.reason().is_some() {
            return Ok(Err(self.failed(LinkError::Cancelled)));
        }
        let len = usize::try_from(len)?;
        let result = self.table.get_mut(&file)?.0.read_at(offset, len);
        let result = result.map_err(|error| self.failed(error));
        if let Ok(bytes) = &result {
            self.volume_bytes = self.volume_bytes.saturating_add(bytes.len());
            if self.volume_bytes > limits::VOLUME_BYTES {
                return Ok(Err(self.denied("more than 64 MiB of a volume in one session")));
            }
        }
        Ok(self.advanced(result))
    }

    fn drop(&mut self, file: Resource<File>) -> wasmtime::Result<()> {
        self.table.delete(file)?;
        Ok(())
    }
}
