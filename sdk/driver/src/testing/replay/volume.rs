//! The files of a recording as a volume.

use std::cell::RefCell;
use std::rc::Rc;

use meterport_recording::ReplayVolume;

use super::{io_error, size};
use crate::testing::volume::{READ_BYTES, not_root};
use crate::wit::{EntryKind, VolumeEntry};
use crate::{File, IoError, Volume};

/// The recorded volume. A fault that times out takes no time: a read of a disk has no deadline.
pub(super) struct Replayed {
    files: Rc<RefCell<ReplayVolume>>,
}

impl Replayed {
    pub(super) fn new(files: Rc<RefCell<ReplayVolume>>) -> Self {
        Self { files }
    }
}

impl Volume for Replayed {
    fn list(&mut self, path: &str) -> Result<Vec<VolumeEntry>, IoError> {
        if !path.is_empty() {
            return Err(not_root());
        }
        let listed = self.files.borrow_mut().list().map_err(io_error)?;
        let entry = |file: meterport_recording::VolumeEntry| VolumeEntry {
            name: file.path,
            kind: EntryKind::File,
            size: file.size,
        };
        Ok(listed.into_iter().map(entry).collect())
    }

    fn open(&mut self, path: &str) -> Result<Box<dyn File>, IoError> {
        let size = self.files.borrow().size(path).map_err(io_error)?;
        let size = size.ok_or_else(|| IoError::Denied("no such file was listed".to_owned()))?;
        let files = Rc::clone(&self.files);
        Ok(Box::new(ReplayedFile { files, path: path.to_owned(), size }))
    }
}

struct ReplayedFile {
    files: Rc<RefCell<ReplayVolume>>,
    path: String,
    size: u64,
}

impl File for ReplayedFile {
    fn size(&mut self) -> u64 {
        self.size
    }

    fn read_at(&mut self, offset: u64, length: u32) -> Result<Vec<u8>, IoError> {
        if !(1..=READ_BYTES).contains(&length) {
            return Err(IoError::Denied("a read is of 1 to 65536 bytes".to_owned()));
        }
        let read = self.files.borrow_mut().read_at(&self.path, offset, size(length));
        read.map_err(io_error)?.ok_or(IoError::Disconnected)
    }
}
