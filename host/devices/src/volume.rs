//! A mounted volume, or any folder that a person names: read-only, and only what is in its root.
//!
//! The folder is opened once, as a `cap-std` directory: no name and no link leads out of it. What
//! is not an ordinary file is not opened: a pipe would wait for somebody.

mod carrier;
#[cfg(target_os = "linux")]
pub(crate) mod mounts;
mod names;

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, SystemTime};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};

use crate::serial::os::io_error;
use crate::{
    EntryKind, LinkError, OpenError, Timeline, VolumeEntry, VolumeFile, VolumeLink, Watch,
};
use carrier::Carrier;
pub(crate) use names::{is_plain, root_names};

/// Between two looks at a file that may still be growing.
const LOOK_PAUSE: Duration = Duration::from_millis(200);
/// How often that is waited for: five seconds in all.
const MOST_PAUSES: u32 = 25;
/// Names in a root. No meter has so many; a listing has an end.
pub(crate) const MOST_NAMES: usize = 10_000;
/// Bytes of one read.
const LONGEST_READ: usize = 1 << 20;

/// An open folder.
pub struct VolumeDir {
    root: Dir,
    carrier: Carrier,
    timeline: Timeline,
}

impl VolumeDir {
    /// Opens a folder. Nothing in it is opened.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let root = Dir::open_ambient_dir(path, ambient_authority());
        let root = root.map_err(|error| match error.kind() {
            io::ErrorKind::NotADirectory => {
                OpenError::Kind { path: path.to_owned(), wanted: "a folder" }
            }
            _ => OpenError::of_io(path, error),
        })?;
        let carrier = Carrier::of(&root);
        Ok(Self { root, carrier, timeline: Timeline::live() })
    }

    /// A failure that names no cause of its own: the name is wrong, or the whole volume is gone.
    fn failed(&self, error: &io::Error) -> LinkError {
        match error.kind() {
            io::ErrorKind::NotFound if self.carrier.still_there().is_err() => {
                LinkError::Disconnected
            }
            io::ErrorKind::NotFound if self.root.dir_metadata().is_ok_and(still_linked) => {
                LinkError::Denied("there is no such file".to_owned())
            }
            // Links are not followed, so this is the system's own answer to the person.
            io::ErrorKind::PermissionDenied => LinkError::Other {
                code: "permission",
                text: "you may not read this file or folder".to_owned(),
            },
            _ => io_error(error),
        }
    }

    /// The same for a file that was listed a moment ago: a volume whose disk is being pulled knows
    /// its files no more, before the system says that the disk is gone.
    fn lost(&self, error: &io::Error) -> LinkError {
        match error.kind() {
            io::ErrorKind::NotFound => LinkError::Disconnected,
            _ => self.failed(error),
        }
    }

    /// What tells whether a file still grows. A link is not followed, not even to another file of the
    /// volume: its name would stand for a file that nobody allowed.
    fn look(&self, name: &str) -> Result<(u64, Option<SystemTime>), LinkError> {
        let found = self.root.symlink_metadata(name).map_err(|error| self.lost(&error))?;
        if !found.is_file() {
            return Err(not_a_file());
        }
        Ok((found.len(), found.modified().ok().map(cap_std::time::SystemTime::into_std)))
    }

    /// Whether the listing has exactly this name. A FAT volume opens a file in small letters and by
    /// its short name too (`LETTER~1.IBF`), and those are not the name that was allowed.
    fn has(&self, name: &str) -> Result<bool, LinkError> {
        for entry in self.root.entries().map_err(|error| self.failed(&error))?.take(MOST_NAMES) {
            if entry.map_err(|error| self.failed(&error))?.file_name() == name {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn wait_until_whole(&self, name: &str, watch: &dyn Watch) -> Result<(), LinkError> {
        let pause = u64::try_from(LOOK_PAUSE.as_millis()).unwrap_or(u64::MAX);
        settled(|| self.look(name), || self.timeline.sleep(pause, watch))
    }
}

impl VolumeLink for VolumeDir {
    fn list(&mut self) -> Result<Vec<VolumeEntry>, LinkError> {
        let mut entries = Vec::new();
        for entry in self.root.entries().map_err(|error| self.failed(&error))? {
            let entry = entry.map_err(|error| self.failed(&error))?;
            if entries.len() >= MOST_NAMES {
                return Err(LinkError::Overflow);
            }
            // A name that is no text cannot be asked for; it is listed as what nobody opens.
            let Ok(name) = entry.file_name().into_string() else {
                let name = entry.file_name().to_string_lossy().into_owned();
                entries.push(VolumeEntry { name, kind: EntryKind::Other, size: 0 });
                continue;
            };
            let found = match entry.metadata() {
                Ok(found) => found,
                // Removed since.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(self.failed(&error)),
            };
            let kind = match found.file_type() {
                kind if kind.is_file() => EntryKind::File,
                kind if kind.is_dir() => EntryKind::Directory,
                _ => EntryKind::Other,
            };
            let size = if kind == EntryKind::File { found.len() } else { 0 };
            entries.push(VolumeEntry { name, kind, size });
        }
        // Looked at last: what a pulled disk listed is not all.
        self.carrier.still_there()?;
        entries.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(entries)
    }

    fn open(&mut self, name: &str, watch: &dyn Watch) -> Result<Box<dyn VolumeFile>, LinkError> {
        if !is_plain(name) {
            return Err(LinkError::Denied("only files of the root can be opened".to_owned()));
        }
        let listed = self.has(name)?;
        // What a pulled disk lists is not all.
        self.carrier.still_there()?;
        if !listed {
            return Err(self.failed(&io::ErrorKind::NotFound.into()));
        }
        self.wait_until_whole(name, watch)?;
        let mut options = OpenOptions::new();
        options.read(true);
        // What became a pipe meanwhile does not hold the session up, a link is not followed.
        #[cfg(unix)]
        {
            use cap_std::fs::OpenOptionsExt;
            let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
            options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
        }
        let file = self.root.open_with(name, &options).map_err(|error| self.lost(&error))?;
        let found = file.metadata().map_err(|error| io_error(&error))?;
        if !found.is_file() {
            return Err(not_a_file());
        }
        self.carrier.still_there()?;
        Ok(Box::new(OpenFile { file, size: found.len(), carrier: self.carrier.clone() }))
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

impl std::fmt::Debug for VolumeDir {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VolumeDir").finish_non_exhaustive()
    }
}

/// Looks until two looks in a row agree.
fn settled<T: PartialEq>(
    mut look: impl FnMut() -> Result<T, LinkError>,
    mut pause: impl FnMut() -> Result<(), LinkError>,
) -> Result<(), LinkError> {
    let mut before = look()?;
    for _ in 0..MOST_PAUSES {
        pause()?;
        let now = look()?;
        if now == before {
            return Ok(());
        }
        before = now;
    }
    Err(LinkError::Timeout)
}

fn not_a_file() -> LinkError {
    LinkError::Denied("it is not an ordinary file".to_owned())
}

/// A folder that was removed while it is open has no link left.
#[cfg(unix)]
fn still_linked(found: cap_std::fs::Metadata) -> bool {
    cap_std::fs::MetadataExt::nlink(&found) > 0
}

#[cfg(not(unix))]
fn still_linked(_: cap_std::fs::Metadata) -> bool {
    true
}

struct OpenFile {
    file: File,
    size: u64,
    carrier: Carrier,
}

impl VolumeFile for OpenFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, LinkError> {
        if len > LONGEST_READ {
            return Err(LinkError::Denied(format!("a read of {len} bytes")));
        }
        let wanted = u64::try_from(len).unwrap_or(u64::MAX).min(self.size.saturating_sub(offset));
        if wanted == 0 {
            return Ok(Vec::new());
        }
        self.file.seek(SeekFrom::Start(offset)).map_err(|error| io_error(&error))?;
        let mut read = Vec::new();
        let taken = Read::by_ref(&mut self.file).take(wanted).read_to_end(&mut read);
        taken.map_err(|error| io_error(&error))?;
        if u64::try_from(read.len()).is_ok_and(|read| read == wanted) {
            Ok(read)
        } else {
            self.carrier.still_there()?;
            let text = "the file became shorter while it was read".to_owned();
            Err(LinkError::Other { code: "file-changed", text })
        }
    }
}

#[cfg(test)]
mod tests;
