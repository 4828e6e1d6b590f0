//! The files of a recording as a volume.

use std::sync::{Arc, Mutex};

use meterport_recording::ReplayVolume;

use super::lock;
use crate::volume::is_plain;
use crate::{EntryKind, LinkError, Timeline, VolumeEntry, VolumeFile, VolumeLink, Watch};

/// A recorded volume. Files in folders are not seen: a live one shows its root alone.
pub(super) struct ReplayedFiles {
    files: Arc<Mutex<ReplayVolume>>,
    timeline: Timeline,
}

impl ReplayedFiles {
    pub(super) fn new(files: Arc<Mutex<ReplayVolume>>, timeline: Timeline) -> Self {
        Self { files, timeline }
    }
}

impl VolumeLink for ReplayedFiles {
    fn list(&mut self) -> Result<Vec<VolumeEntry>, LinkError> {
        let listed = lock(&self.files).list()?;
        let root = listed.into_iter().filter(|file| is_plain(&file.path));
        let entry = |file: meterport_recording::VolumeEntry| VolumeEntry {
            name: file.path,
            kind: EntryKind::File,
            size: file.size,
        };
        let mut entries: Vec<VolumeEntry> = root.map(entry).collect();
        entries.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(entries)
    }

    fn open(&mut self, name: &str, watch: &dyn Watch) -> Result<Box<dyn VolumeFile>, LinkError> {
        if watch.stopped() {
            return Err(LinkError::Cancelled);
        }
        if !is_plain(name) {
            return Err(LinkError::Denied("only files of the root can be opened".to_owned()));
        }
        let size = lock(&self.files).size(name)?;
        let size = size.ok_or_else(|| LinkError::Denied("there is no such file".to_owned()))?;
        Ok(Box::new(ReplayedFile { files: Arc::clone(&self.files), name: name.to_owned(), size }))
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

struct ReplayedFile {
    files: Arc<Mutex<ReplayVolume>>,
    name: String,
    size: u64,
}

impl VolumeFile for ReplayedFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, LinkError> {
        let read = lock(&self.files).read_at(&self.name, offset, len)?;
        read.ok_or(LinkError::Disconnected)
    }
}
