//! A volume with a fault in it.

use super::Fault;
use super::inject::{Injector, flip};
use crate::wit::VolumeEntry;
use crate::{File, IoError, Volume};

pub(super) struct Faulty {
    inner: Box<dyn Volume>,
    injector: Injector,
}

impl Faulty {
    pub(super) fn new(inner: Box<dyn Volume>, injector: &Injector) -> Self {
        Self { inner, injector: injector.clone() }
    }
}

impl Volume for Faulty {
    fn list(&mut self, path: &str) -> Result<Vec<VolumeEntry>, IoError> {
        self.injector.doing()?;
        self.inner.list(path)
    }

    fn open(&mut self, path: &str) -> Result<Box<dyn File>, IoError> {
        self.injector.doing()?;
        let inner = self.inner.open(path)?;
        Ok(Box::new(FaultyFile { inner, injector: self.injector.clone(), end: None }))
    }
}

struct FaultyFile {
    inner: Box<dyn File>,
    injector: Injector,
    /// Where the file ends, though its size says otherwise.
    end: Option<u64>,
}

impl File for FaultyFile {
    fn size(&mut self) -> u64 {
        self.inner.size()
    }

    fn read_at(&mut self, offset: u64, length: u32) -> Result<Vec<u8>, IoError> {
        let due = self.injector.due_within(0)?;
        let mut bytes = self.inner.read_at(offset, length)?;
        match due {
            Some(Fault::Truncate) => {
                let half = u64::try_from(bytes.len() / 2).unwrap_or(u64::MAX);
                self.end = Some(offset.saturating_add(half));
            }
            Some(Fault::FlipBit) => flip(&mut bytes),
            _ => {}
        }
        if let Some(end) = self.end {
            let left = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
            bytes.truncate(left);
        }
        Ok(bytes)
    }
}
