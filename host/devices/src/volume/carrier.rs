//! The disk below a folder, and whether it is still there.
//!
//! A file system goes on answering from its caches when its disk is pulled: Linux then lists a FAT
//! volume as empty and opens files it has seen. So every call looks at the disk itself.

use std::path::PathBuf;

use cap_std::fs::Dir;

use crate::LinkError;

/// What a folder's file system is on; nothing where that is not a disk of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Carrier(Option<PathBuf>);

impl Carrier {
    /// Looked up once, while the folder is there.
    #[cfg(target_os = "linux")]
    pub(super) fn of(root: &Dir) -> Self {
        let Ok(found) = root.dir_metadata() else { return Self(None) };
        let device = cap_std::fs::MetadataExt::dev(&found);
        let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
        let folder = PathBuf::from(format!("/sys/dev/block/{major}:{minor}"));
        Self(folder.canonicalize().ok())
    }

    /// Other systems end the volume with its disk.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn of(_: &Dir) -> Self {
        Self(None)
    }

    /// An error once the disk was pulled.
    pub(super) fn still_there(&self) -> Result<(), LinkError> {
        match &self.0 {
            Some(folder) if !folder.exists() => Err(LinkError::Disconnected),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_was_pulled_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let carrier = Carrier(Some(folder.path().to_owned()));
        assert_eq!(carrier.still_there(), Ok(()));
        drop(folder);
        assert_eq!(carrier.still_there(), Err(LinkError::Disconnected));
        assert_eq!(Carrier(None).still_there(), Ok(()));
    }
}
