//! What is mounted, from `/proc/self/mountinfo` (proc_pid_mountinfo(5)).

use std::path::{Path, PathBuf};

/// One mounted file system.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Mount {
    /// `major:minor` of what is mounted.
    device: String,
    /// Where.
    pub(crate) point: PathBuf,
    /// What, as `mount` was told: `/dev/sdb1`.
    source: String,
}

/// Everything that is mounted as a whole in this process's view.
pub(crate) fn system() -> Vec<Mount> {
    parse(&std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default())
}

/// Parses the file; lines that are not understood name no mount.
pub(crate) fn parse(text: &str) -> Vec<Mount> {
    text.lines().filter_map(line).collect()
}

/// `36 35 8:17 / /media/METER rw,nosuid shared:1 - vfat /dev/sdb1 rw`
fn line(line: &str) -> Option<Mount> {
    let (left, right) = line.split_once(" - ")?;
    let mut left = left.split(' ').skip(2);
    let (device, root, point) = (left.next()?, left.next()?, left.next()?);
    // A part of a volume that is mounted elsewhere once more.
    if root != "/" {
        return None;
    }
    let source = right.split(' ').nth(1)?;
    Some(Mount {
        device: device.to_owned(),
        point: PathBuf::from(unescape(point, '\\', 8)),
        source: unescape(source, '\\', 8),
    })
}

impl Mount {
    /// The folder in sysfs of the disk or partition; nothing for what is no block device.
    pub(crate) fn folder(&self, sys: &Path) -> Option<PathBuf> {
        let by_number = sys.join("dev/block").join(&self.device);
        // A file system in user space has a number of its own, but names its source.
        by_number.canonicalize().ok().or_else(|| {
            let name = Path::new(self.source.strip_prefix("/dev/")?).file_name()?;
            sys.join("class/block").join(name).canonicalize().ok()
        })
    }

    /// Whether it is this disk or a partition of it; `disk` is its real folder in sysfs.
    pub(crate) fn is_of(&self, sys: &Path, disk: &Path) -> bool {
        self.folder(sys).is_some_and(|folder| folder.starts_with(disk))
    }

    /// The label that udev read, else the last part of the mount point.
    pub(crate) fn label(&self, dev: &Path) -> Option<String> {
        self.label_by_udev(dev).or_else(|| {
            let name = self.point.file_name()?.to_str()?;
            Some(name.to_owned())
        })
    }

    fn label_by_udev(&self, dev: &Path) -> Option<String> {
        let source = Path::new(&self.source).file_name()?;
        let labels = std::fs::read_dir(dev.join("disk/by-label")).ok()?;
        let of_this = labels.filter_map(Result::ok).find(|label| {
            std::fs::read_link(label.path()).is_ok_and(|to| to.file_name() == Some(source))
        })?;
        Some(unescape(of_this.file_name().to_str()?, 'x', 16))
    }
}

/// `\040` (octal, mountinfo) and `\x20` (hexadecimal, udev) back to bytes.
fn unescape(text: &str, kind: char, radix: u32) -> String {
    let (digits, skip) = if kind == 'x' { (2, 1) } else { (3, 0) };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        let code = after.get(skip..digits + skip);
        let byte = code.and_then(|code| u8::from_str_radix(code, radix).ok());
        match byte.filter(|_| kind != 'x' || after.starts_with('x')) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(digits + skip..).unwrap_or_default();
            }
            None => {
                bytes.push(b'\\');
                rest = after;
            }
        }
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_mount_of_a_whole_volume_are_passed_over() {
        for text in ["", "x", "1 2 3", "36 35 8:17 /sub /media/x rw - vfat /dev/sdb1 rw", " - "] {
            assert_eq!(parse(text), [], "{text}");
        }
    }

    #[test]
    fn a_mount_point_with_a_blank_is_read_as_it_is() {
        let text = "36 35 8:17 / /media/MY\\040METER rw,nosuid shared:1 - vfat /dev/sdb1 rw\n";
        let mounts = parse(text);
        assert_eq!(mounts[0].point, Path::new("/media/MY METER"));
        assert_eq!(mounts[0].label(Path::new("/none")).as_deref(), Some("MY METER"));
    }

    #[test]
    fn a_backslash_that_escapes_nothing_stays() {
        assert_eq!(unescape("a\\", '\\', 8), "a\\");
        assert_eq!(unescape("a\\9", '\\', 8), "a\\9");
        assert_eq!(unescape("a\\x2", 'x', 16), "a\\x2");
        assert_eq!(unescape("A\\x20B\\xc3\\xa4", 'x', 16), "A Bä");
        assert_eq!(unescape("\\ä\\040", '\\', 8), "\\ä ");
    }

    #[test]
    fn the_label_is_the_one_that_udev_read() {
        let dev = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dev.path().join("disk/by-label")).unwrap();
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, dev.path().join("disk/by-label").join(name)).unwrap();
        };
        link("../../sda1", "SYSTEM");
        link("../../sdb1", "LIFE\\x20SCAN");
        let mount = &parse("36 35 8:17 / /mnt/x rw - vfat /dev/sdb1 rw")[0];
        assert_eq!(mount.label(dev.path()).as_deref(), Some("LIFE SCAN"));
    }
}
