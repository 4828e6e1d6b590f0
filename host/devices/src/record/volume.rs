//! A recorded volume: each file that a driver opens, whole, since a recording holds a file from its
//! beginning and in one piece. The driver is then served from what was recorded. A file that nobody
//! opens is not recorded, nor is the list of names; one that could not be read to its end is recorded
//! only with the fault that stands there.

use std::collections::BTreeSet;

use meterport_recording::Item;

use super::Tape;
use crate::{LinkError, Timeline, VolumeEntry, VolumeFile, VolumeLink, Watch};

/// The most that is recorded of all files together. As text it is three times as long, and no
/// recording of more than 64 MiB is read.
const MOST: u64 = 16 << 20;
/// Bytes of one read while a file is recorded.
const CHUNK: usize = 64 << 10;

pub(super) struct RecordedVolume {
    link: Box<dyn VolumeLink>,
    tape: Tape,
    known: BTreeSet<String>,
    left: u64,
}

impl RecordedVolume {
    pub(super) fn new(link: Box<dyn VolumeLink>, tape: Tape) -> Self {
        Self { link, tape, known: BTreeSet::new(), left: MOST }
    }

    /// A listing or an opening that failed. A fault after a file stands for one within it, so only
    /// an unplug, which ends everything, is one there.
    fn failed(&self, error: &LinkError) {
        if !self.known.is_empty() && matches!(error, LinkError::Timeout | LinkError::Stall) {
            self.tape.comment(&format!("a call failed: {}", error.code()));
        } else {
            self.tape.fault(error);
        }
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
            self.failed(error);
        }
        answer
    }

    fn open(&mut self, name: &str, watch: &dyn Watch) -> Result<Box<dyn VolumeFile>, LinkError> {
        let opened = self.link.open(name, watch);
        if let Err(error) = &opened {
            self.failed(error);
        }
        let mut file = opened?;
        if self.known.contains(name) {
            return Ok(file);
        }
        if file.size() > self.left || !can_be_written(name) {
            self.tape.comment("a file is left out: too large, or its name cannot stand here");
            return Ok(file);
        }
        let (content, whole) = Self::copied(file.as_mut(), watch);
        if let Err(error) = &whole
            && !matches!(error, LinkError::Timeout | LinkError::Disconnected | LinkError::Stall)
        {
            // No line says so, and without one the part would be replayed as the whole.
            self.tape.comment("a file is left out: it was not read to its end");
            return Err(error.clone());
        }
        self.known.insert(name.to_owned());
        self.left = self.left.saturating_sub(u64::try_from(content.len()).unwrap_or(u64::MAX));
        self.tape.item(Item::File(name.to_owned()));
        if !content.is_empty() {
            self.tape.note(|recorder, ms| recorder.received(ms, &content));
        }
        if let Err(error) = whole {
            self.tape.fault(&error);
            return Err(error);
        }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use meterport_recording::{Header, Transport};

    use super::*;
    use crate::{Link, Unwatched, record};

    /// Files of as many bytes as the size says; a read of any of them may end the session or fail.
    #[derive(Clone, Default)]
    struct Fake {
        size: Arc<AtomicU64>,
        stop: Arc<AtomicBool>,
        fails: Option<LinkError>,
    }

    impl VolumeLink for Fake {
        fn list(&mut self) -> Result<Vec<VolumeEntry>, LinkError> {
            Ok(Vec::new())
        }

        fn open(&mut self, _: &str, _: &dyn Watch) -> Result<Box<dyn VolumeFile>, LinkError> {
            Ok(Box::new(self.clone()))
        }

        fn timeline(&self) -> Timeline {
            Timeline::live()
        }
    }

    impl VolumeFile for Fake {
        fn size(&self) -> u64 {
            self.size.load(Ordering::Relaxed)
        }

        fn read_at(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, LinkError> {
            if offset > 0 {
                self.stop.store(true, Ordering::Relaxed);
                if let Some(error) = &self.fails {
                    return Err(error.clone());
                }
            }
            let left = usize::try_from(self.size().saturating_sub(offset)).unwrap();
            Ok(vec![7; len.min(left)])
        }
    }

    /// What a recording says after a file of this size was opened.
    fn recorded(size: u64, fails: Option<LinkError>, watched: bool) -> (Option<LinkError>, String) {
        let fake = Fake { size: Arc::new(size.into()), fails, ..Fake::default() };
        let stop = Arc::clone(&fake.stop);
        let header = Header::new("a test".to_owned(), Transport::Volume);
        let (link, handle) = record(Link::Volume(Box::new(fake)), header);
        let Link::Volume(mut link) = link else { panic!("a volume") };
        let opened =
            if watched { link.open("a.ibf", &stop) } else { link.open("a.ibf", &Unwatched) };
        (opened.err(), handle.finish().unwrap().unwrap().to_text())
    }

    #[test]
    fn a_file_whose_reading_was_ended_does_not_stand_in_the_recording_as_if_it_were_whole() {
        let (error, text) = recorded(1 << 20, None, true);
        assert_eq!(error, Some(LinkError::Cancelled));
        assert!(!text.contains("V a.ibf") && text.contains("left out"), "{text}");
        let changed = LinkError::Other { code: "file-changed", text: String::new() };
        let (error, text) = recorded(1 << 20, Some(changed.clone()), false);
        assert_eq!(error, Some(changed));
        assert!(!text.contains("V a.ibf") && text.contains("left out"), "{text}");
    }

    #[test]
    fn a_file_that_was_pulled_away_ends_with_that() {
        let (error, text) = recorded(1 << 20, Some(LinkError::Disconnected), false);
        assert_eq!(error, Some(LinkError::Disconnected));
        assert!(text.contains("V a.ibf") && text.trim_end().ends_with("! unplug"));
    }

    #[test]
    fn what_would_make_a_recording_that_nobody_reads_is_left_out() {
        let (error, text) = recorded(MOST + 1, None, false);
        assert_eq!(error, None);
        assert!(!text.contains("V a.ibf") && text.contains("left out"), "{text}");
    }
}
