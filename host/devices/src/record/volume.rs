//! A recorded volume: each file that a driver opens, whole, since a recording holds a file from its
//! beginning and in one piece. The driver is then served from what was recorded. A file that nobody
//! opens is not recorded, nor is the list of names.

use std::collections::BTreeSet;

use meterport_recording::Item;

use super::Tape;
use crate::{LinkError, Timeline, VolumeEntry, VolumeFile, VolumeLink, Watch};

/// The most of one file that is recorded: as much as a driver may read in one session.
const LARGEST: u64 = 64 << 20;
/// Bytes of one read while a file is recorded.
const CHUNK: usize = 64 << 10;

pub(super) struct RecordedVolume {
    link: Box<dyn VolumeLink>,
    tape: Tape,
    known: BTreeSet<String>,
}

impl RecordedVolume {
    pub(super) fn new(link: Box<dyn VolumeLink>, tape: Tape) -> Self {
        Self { link, tape, known: BTreeSet::new() }
    }

    /// The whole file, and why it is not whole.
    fn copied(file: &mut dyn VolumeFile, watch: &dyn Watch) -> (Vec<u8>, Result<(), LinkError>) {
        let mut content = Vec::new();
        loop {
            if watch.stopped() {
                return (content, Err(LinkError::Cancelled));
            }
            let offset = u64::try_from(content.len()).unwrap_or(u64::MAX);
            match file.read_at(offset, CHUNK) {
                Ok(more) if more.is_empty() => return (content, Ok(())),
                Ok(more) => content.extend(more),
                Err(error) => return (content, Err(error)),
            }
        }
    }
}

impl VolumeLink for RecordedVolume {
    fn list(&mut self) -> Result<Vec<VolumeEntry>, LinkError> {
        let answer = self.link.list();
        if let Err(error) = &answer {
            self.tape.fault(error);
        }
        answer
    }

    fn open(&mut self, name: &str, watch: &dyn Watch) -> Result<Box<dyn VolumeFile>, LinkError> {
        let opened = self.link.open(name, watch);
        if let Err(error) = &opened {
            self.tape.fault(error);
        }
        let mut file = opened?;
        if self.known.contains(name) {
            return Ok(file);
        }
        if file.size() > LARGEST || !can_be_written(name) {
            self.tape.comment("a file is left out: too large, or its name cannot stand here");
            return Ok(file);
        }
        let (content, whole) = Self::copied(file.as_mut(), watch);
        self.known.insert(name.to_owned());
        self.tape.item(Item::File(name.to_owned()));
        if !content.is_empty() {
            self.tape.note(|recorder, ms| recorder.received(ms, &content));
        }
        if let Err(error) = &whole {
            self.tape.fault(error);
        }
        whole?;
        let size = file.size();
        Ok(Box::new(Copied { content, size }))
    }

    fn timeline(&self) -> Timeline {
        self.link.timeline()
    }
}

/// What a line `V NAME` of a recording can hold.
fn can_be_written(name: &str) -> bool {
    name.trim() == name && !name.contains(|c: char| c.is_control() || matches!(c, '#' | '\\'))
}

/// A file that is in the recording.
struct Copied {
    content: Vec<u8>,
    size: u64,
}

impl VolumeFile for Copied {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, LinkError> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.content.len());
        let end = from.saturating_add(len).min(self.content.len());
        Ok(self.content.get(from..end).unwrap_or_default().to_vec())
    }
}
