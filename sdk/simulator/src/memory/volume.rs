//! A mounted volume with the files of a simulated meter.

use std::rc::Rc;

use meterport_sdk::testing::VirtualTime;
use meterport_sdk::testing::volume::{READ_BYTES, not_root};
use meterport_sdk::wit::{EntryKind, VolumeEntry};
use meterport_sdk::{File, IoError, Volume};

use super::Shared;
use super::coming::nothing;
use crate::Simulator;

pub(super) struct Root<S> {
    meter: Shared<S>,
    time: VirtualTime,
}

impl<S: Simulator> Root<S> {
    pub(super) fn new(meter: &Shared<S>, time: &VirtualTime) -> Self {
        Self { meter: Rc::clone(meter), time: time.clone() }
    }

    fn files(&self) -> Result<Vec<(String, Vec<u8>)>, IoError> {
        let meter = self.meter.borrow();
        if meter.unplugged() { Err(IoError::Disconnected) } else { Ok(meter.files()) }
    }
}

impl<S: Simulator + 'static> Volume for Root<S> {
    fn list(&mut self, path: &str) -> Result<Vec<VolumeEntry>, IoError> {
        if !path.is_empty() {
            return Err(not_root());
        }
        let entry = |(name, content): (String, Vec<u8>)| VolumeEntry {
            name,
            kind: EntryKind::File,
            size: length(&content),
        };
        Ok(self.files()?.into_iter().map(entry).collect())
    }

    fn open(&mut self, path: &str) -> Result<Box<dyn File>, IoError> {
        let found = self.files()?.into_iter().find(|(name, _)| name == path);
        let (_, content) =
            found.ok_or_else(|| IoError::Denied("no such file was listed".to_owned()))?;
        let (meter, time) = (Rc::clone(&self.meter), self.time.clone());
        Ok(Box::new(Opened { meter, time, content }))
    }
}

struct Opened<S> {
    meter: Shared<S>,
    time: VirtualTime,
    content: Vec<u8>,
}

impl<S: Simulator> File for Opened<S> {
    fn size(&mut self) -> u64 {
        length(&self.content)
    }

    fn read_at(&mut self, offset: u64, length: u32) -> Result<Vec<u8>, IoError> {
        if !(1..=READ_BYTES).contains(&length) {
            return Err(IoError::Denied("a read is of 1 to 65536 bytes".to_owned()));
        }
        let size = self.content.len();
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(size);
        let end = from.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)).min(size);
        let bytes = self.content.get(from..end).unwrap_or_default().to_vec();
        let mut meter = self.meter.borrow_mut();
        let passed = meter.pass_packet(bytes);
        passed.ok_or_else(|| nothing(meter.unplugged(), &self.time, 0))
    }
}

fn length(content: &[u8]) -> u64 {
    u64::try_from(content.len()).unwrap_or(u64::MAX)
}
