//! The files of a recorded volume.
//!
//! Files are read in any order, so lines are not matched one by one here. A fault stands at a place
//! of a file: reading from there gets it, and a read that begins before it ends at it. A fault
//! before the first file is what the next listing gets.

use super::ReplayError;
use crate::Recording;
use crate::item::{Fault, Item};

/// The volume of a recording.
pub struct ReplayVolume {
    files: Vec<File>,
    before: Vec<Fault>,
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
    /// Where it is met, and the line that tells how.
    faults: Vec<(usize, Fault)>,
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
                (Item::Fault(fault), Some(file)) => file.faults.push((file.content.len(), *fault)),
                (Item::Fault(fault), None) => volume.before.push(*fault),
                _ => {}
            }
        }
        volume
    }

    /// All files, in the order of the recording.
    pub fn list(&mut self) -> Result<Vec<VolumeEntry>, ReplayError> {
        self.still_there()?;
        if !self.before.is_empty() {
            let fault = self.before.remove(0);
            return Err(self.met(fault));
        }
        let entry = |file: &File| VolumeEntry {
            path: file.path.clone(),
            size: u64::try_from(file.content.len()).unwrap_or(u64::MAX),
        };
        Ok(self.files.iter().map(entry).collect())
    }

    /// Up to `len` bytes of a file; fewer at its end or before a fault, none behind it. `None`: the
    /// recording has no such file.
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
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(file.content.len());
        let mut end = from.saturating_add(len).min(file.content.len());
        if let Some(&(at, fault)) = file.faults.first() {
            if from >= at {
                file.faults.remove(0);
                return Err(self.met(fault));
            }
            end = end.min(at);
        }
        Ok(Some(file.content.get(from..end).unwrap_or_default().to_vec()))
    }

    fn still_there(&self) -> Result<(), ReplayError> {
        if self.unplugged { Err(ReplayError::Unplug) } else { Ok(()) }
    }

    fn met(&mut self, fault: Fault) -> ReplayError {
        self.unplugged |= fault == Fault::Unplug;
        fault.into()
    }
}
