//! Mounting what is a volume, as a desktop would.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::kernel;
use crate::patience::until;

/// A mounted volume. Dropping it takes it away.
pub struct Mounted {
    /// Where it is.
    pub folder: PathBuf,
}

impl Mounted {
    /// Mounts the disk that is plugged in here, for reading.
    pub fn at(place: &str) -> Result<Self, String> {
        let disk = until("a disk", || kernel::disk(place))?;
        let folder = PathBuf::from(format!("/mnt/{place}"));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        until("the volume to mount", || {
            let mounted = Command::new("/bin/busybox")
                .args(["mount", "-t", "vfat", "-o", "ro"])
                .args([&disk, &folder])
                .output();
            mounted.is_ok_and(|output| output.status.success()).then_some(())
        })?;
        Ok(Self { folder })
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("/bin/busybox").args(["umount", "-l"]).arg(&self.folder).output();
    }
}
