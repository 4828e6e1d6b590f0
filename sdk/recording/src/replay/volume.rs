//! The files of a recorded volume.
//!
//! Files are read in any order, so lines are not matched one by one here. A fault stands at a place
//! of a file: the next read that would go beyond the place gets it, whole, since fewer bytes than were
//! asked for mean the end of a file. A fault before the first file is what the next listing gets.

use super::ReplayError;
use crate::Recording;
use crate::item::{Fault, Item};

/// The volume of a recording.
pub struct ReplayVolume {
    files: Vec<File>,
    before: Vec<(usize, Fault)>,
    unplugged: bool,
}

/// One file of a recorded volume, as a listing shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VolumeEntry {
    /// Relative path, parts divided by `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
}

struct File {
    path: String,
    content: Vec<u8>,
    /// Where it is met, the line of the recording's text, and what it is.
    faults: Vec<(usize, usize, Fault)>,
}

impl ReplayVolume {
    /// The files of a recording; none, if it is not one of a volume.
    pub fn new(recording: &Recording) -> Self {
        let mut volume = Self { files: Vec::new(), before: Vec::new(), unplugged: false };
        for line in recording.lines() {
            match (&line.item, volume.files.last_mut()) {
                (Item::File(path), _) => volume.files.push(File {
                    path: path.clone(),
                    content: Vec::new(),
                    faults: Vec::new(),
                }),
                (Item::In(data), Some(file)) => file.content.extend_from_slice(data),
                (Item::Fault(fault), Some(file)) => {
                    file.faults.push((file.content.len(), line.number(), *fault));
                }
                (Item::Fault(fault), None) => volume.before.push((line.number(), *fault)),
                _ => {}
            }
        }
        volume
    }

    /// All files, in the order of the recording.
    pub fn list(&mut self) -> Result<Vec<VolumeEntry>, ReplayError> {
        self.still_there()?;
        if !self.before.is_empty() {
            let (_, fault) = self.before.remove(0);
            return Err(self.met(fault));
        }
        let entry = |file: &File| VolumeEntry {
            path: file.path.clone(),
            size: u64::try_from(file.content.len()).unwrap_or(u64::MAX),
        };
        Ok(self.files.iter().map(entry).collect())
    }

    /// Bytes of a file; `None`: the recording has no such file.
    pub fn size(&self, path: &str) -> Result<Option<u64>, ReplayError> {
        self.still_there()?;
        let file = self.files.iter().find(|file| file.path == path);
        Ok(file.map(|file| u64::try_from(file.content.len()).unwrap_or(u64::MAX)))
    }

    /// Whether every fault was met. A file that nobody read is no surplus: a volume holds files of
    /// others too.
    ///
    /// # Errors
    ///
    /// [`ReplayError::Surplus`] with the first fault that is left over.
    pub fn check_end(&self) -> Result<(), ReplayError> {
        let in_files = self.files.iter().flat_map(|file| &file.faults).map(|(_, line, _)| *line);
        let left = self.before.iter().map(|(line, _)| *line).chain(in_files).min();
        match left {
            Some(line) if !self.unplugged => Err(ReplayError::Surplus { line }),
            _ => Ok(()),
        }
    }

    /// Up to `len` bytes of a file; fewer only at its end. `None`: the recording has no such file.
    pub fn read_at(
        &mut self,
        path: &str,
        offset: u64,
        len: usize,
    ) -> Result<Option<Vec<u8>>, ReplayError> {
        self.still_there()?;
        let Some(file) = self.files.iter_mut().find(|file| file.path == path) else {
            return Ok(None);
        };
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = from.saturating_add(len);
        if let Some(index) = file.faults.iter().position(|(at, ..)| end > *at) {
            let (_, _, fault) = file.faults.remove(index);
            return Err(self.met(fault));
        }
        let size = file.content.len();
        Ok(Some(file.content.get(from.min(size)..end.min(size)).unwrap_or_default().to_vec()))
    }

    fn still_there(&self) -> Result<(), ReplayError> {
        if self.unplugged { Err(ReplayError::Unplug) } else { Ok(()) }
    }

    fn met(&mut self, fault: Fault) -> ReplayError {
        self.unplugged |= fault == Fault::Unplug;
        fault.into()
    }
}
