//! Disks on Linux: what sysfs tells of them, and how one is opened.
//!
//! `/sys/block/sdX/device/{vendor,model,rev}` are the texts of the INQUIRY reply, `size` counts
//! sectors of 512 bytes whatever the disk has (Documentation/ABI/stable/sysfs-block).

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::OFlags;

use super::{BlockPort, Medium, Shape};
use crate::open::MountedDrive;
use crate::volume::mounts;
use crate::{BlockIdentity, OpenError};

/// What a disk said about itself, from its folder in `/sys/block`.
pub(crate) fn identity(folder: &Path) -> Option<BlockIdentity> {
    let text = |name: &str| {
        let text = std::fs::read_to_string(folder.join("device").join(name)).ok()?;
        Some(text.trim_end().to_owned())
    };
    Some(BlockIdentity { vendor: text("vendor")?, product: text("model")?, revision: text("rev")? })
}

fn shape(folder: &Path) -> Option<Shape> {
    let number = |name: &str| -> Option<u64> {
        std::fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok()
    };
    let block_size = u32::try_from(number("queue/logical_block_size")?).ok()?;
    let bytes = number("size")?.checked_mul(512)?;
    let blocks = bytes.checked_div(u64::from(block_size))?;
    Some(Shape { identity: identity(folder)?, block_size, blocks })
}

/// Opens a disk such as `/dev/sdb`. `vendor` and `model` are what enumeration saw: a name is given
/// to the next disk once it is free. Nothing is read or written.
pub(crate) fn open(path: &Path, vendor: &str, model: &str) -> Result<BlockPort, OpenError> {
    let not_a_disk = || OpenError::Kind { path: path.to_owned(), wanted: "a disk" };
    let found = std::fs::metadata(path).map_err(|error| OpenError::of_io(path, error))?;
    if !found.file_type().is_block_device() {
        return Err(not_a_disk());
    }
    let name = path.file_name().ok_or_else(not_a_disk)?;
    let folder = Path::new("/sys/block").join(name);
    let direct = (OFlags::DIRECT | OFlags::EXCL | OFlags::CLOEXEC).bits();
    let flags = i32::try_from(direct).map_err(|_| not_a_disk())?;
    let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path);
    let file = file.map_err(|error| match error.kind() {
        io::ErrorKind::ResourceBusy => busy(path, &folder),
        // A disk that cannot be written cannot be asked.
        _ => OpenError::of_io(path, error),
    })?;
    // Looked at after opening: from here on it is the same disk.
    let shape = shape(&folder).ok_or_else(|| OpenError::Gone { path: path.to_owned() })?;
    if (shape.identity.vendor.as_str(), shape.identity.product.as_str()) != (vendor, model) {
        return Err(OpenError::Gone { path: path.to_owned() });
    }
    BlockPort::over(Box::new(Disk { file, folder }), shape)
        .map_err(|error| OpenError::of_io(path, error))
}

/// Mounted, or held by another program.
fn busy(path: &Path, folder: &Path) -> OpenError {
    let path = path.to_owned();
    let Ok(disk) = folder.canonicalize() else { return OpenError::Busy { path } };
    let mounted = mounts::system().into_iter().find(|mount| mount.is_of(Path::new("/sys"), &disk));
    match mounted {
        None => OpenError::Busy { path },
        Some(mount) => {
            let label = mount.label(Path::new("/dev"));
            OpenError::Mounted { path, drive: MountedDrive::new(label.as_deref()) }
        }
    }
}

/// How long the system may take to notice an unplug that broke a read.
const NOTICE: Duration = Duration::from_millis(900);

struct Disk {
    file: File,
    folder: PathBuf,
}

impl Medium for Disk {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(into, offset)
    }

    fn write_at(&mut self, offset: u64, from: &[u8]) -> io::Result<usize> {
        self.file.write_at(from, offset)
    }

    fn is_gone(&mut self) -> bool {
        let began = Instant::now();
        while self.folder.exists() {
            if began.elapsed() >= NOTICE {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_disk_is_not_opened() {
        let open = |path: &str| open(Path::new(path), "", "").unwrap_err();
        assert!(matches!(open("/dev/null"), OpenError::Kind { .. }));
        assert!(matches!(open("/proc/self/status"), OpenError::Kind { .. }));
        assert!(matches!(open("/dev/sd-none"), OpenError::Gone { .. }));
    }

    #[test]
    fn a_disk_is_what_sysfs_says_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        assert!(shape(folder.path()).is_none());
        write("size", "2048\n");
        write("queue/logical_block_size", "0\n");
        write("device/vendor", "LifeScan\n");
        write("device/model", "OneTouch Verio   \n");
        write("device/rev", "1.00\n");
        assert!(shape(folder.path()).is_none(), "a block of no bytes");
        write("queue/logical_block_size", "4096\n");
        let shape = shape(folder.path()).unwrap();
        assert_eq!((shape.block_size, shape.blocks), (4096, 256));
        assert_eq!(shape.identity.vendor, "LifeScan");
        assert_eq!(shape.identity.product, "OneTouch Verio");
    }
}
