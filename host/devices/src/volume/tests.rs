//! Folders in place of volumes. FAT volumes and their unplugging are tested in the QEMU guest.

use std::fs;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::Unwatched;

fn volume() -> (tempfile::TempDir, VolumeDir) {
    let folder = tempfile::tempdir().unwrap();
    let volume = VolumeDir::open(folder.path()).unwrap();
    (folder, volume)
}

fn denied(volume: &mut VolumeDir, name: &str) -> bool {
    matches!(volume.open(name, &Unwatched), Err(LinkError::Denied(_)))
}

#[test]
fn nothing_but_a_folder_is_a_volume() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"x").unwrap();
    let open = |path: &Path| VolumeDir::open(path).unwrap_err();
    assert!(matches!(open(&file), OpenError::Kind { .. }));
    assert!(matches!(open(&folder.path().join("none")), OpenError::Gone { .. }));
}

#[test]
fn names_that_lead_elsewhere_are_denied() {
    let (folder, mut volume) = volume();
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("sub/file"), b"x").unwrap();
    for name in ["sub/file", "../x", "/etc/passwd", "..", ".", "", "none", "sub"] {
        assert!(denied(&mut volume, name), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_the_volume_is_not_followed() {
    let (folder, mut volume) = volume();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), b"x").unwrap();
    let link = |to: &Path, name: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    };
    link(&outside.path().join("secret"), "absolute");
    link(Path::new("../../../../../../etc/hostname"), "relative");
    assert!(denied(&mut volume, "absolute"));
    assert!(denied(&mut volume, "relative"));
    let kinds: Vec<EntryKind> = volume.list().unwrap().iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Other, EntryKind::Other]);
}

#[cfg(unix)]
#[test]
fn a_link_to_another_file_of_the_volume_is_not_followed_either() {
    let (folder, mut volume) = volume();
    fs::write(folder.path().join("letter.txt"), b"x").unwrap();
    std::os::unix::fs::symlink("letter.txt", folder.path().join("a.ibf")).unwrap();
    assert!(denied(&mut volume, "a.ibf"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_not_opened_and_does_not_hold_the_session_up() {
    let (folder, mut volume) = volume();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let pipe = folder.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    assert!(denied(&mut volume, "pipe"));
    assert_eq!(volume.list().unwrap()[0].kind, EntryKind::Other);
}

#[test]
fn a_file_that_grows_without_end_is_given_up_after_five_seconds() {
    let (mut length, mut pauses) = (0, 0);
    let grows = || {
        length += 1;
        Ok(length)
    };
    let pause = || {
        pauses += 1;
        Ok(())
    };
    assert_eq!(settled(grows, pause), Err(LinkError::Timeout));
    assert_eq!(LOOK_PAUSE * pauses, Duration::from_secs(5));
    assert_eq!(settled(|| Ok(1), || Err(LinkError::Cancelled)), Err(LinkError::Cancelled));
}

#[test]
fn a_file_is_whole_when_two_looks_agree() {
    let mut lengths = [1, 2, 3, 3, 4].into_iter();
    let mut pauses = 0;
    let pause = || {
        pauses += 1;
        Ok(())
    };
    assert_eq!(settled(|| lengths.next().ok_or(LinkError::Disconnected), pause), Ok(()));
    assert_eq!((pauses, lengths.next()), (3, Some(4)));
}

#[test]
fn a_session_that_is_to_end_opens_no_file() {
    let (folder, mut volume) = volume();
    fs::write(folder.path().join("a"), b"x").unwrap();
    let opened = volume.open("a", &AtomicBool::new(true)).err();
    assert_eq!(opened, Some(LinkError::Cancelled));
}

#[test]
fn a_file_that_becomes_shorter_is_an_error_and_not_its_end() {
    let (folder, mut volume) = volume();
    let path = folder.path().join("DATA.IBF");
    fs::write(&path, [7; 100]).unwrap();
    let mut file = volume.open("DATA.IBF", &Unwatched).unwrap();
    fs::write(&path, [7; 10]).unwrap();
    assert!(matches!(file.read_at(0, 50), Err(LinkError::Other { code: "file-changed", .. })));
}

#[test]
fn a_removed_volume_is_gone() {
    let (folder, mut volume) = volume();
    fs::write(folder.path().join("a"), b"x").unwrap();
    drop(folder);
    let opened = volume.open("a", &Unwatched).err();
    #[cfg(unix)]
    assert_eq!(opened, Some(LinkError::Disconnected));
    #[cfg(not(unix))]
    assert!(opened.is_some());
}

#[test]
fn a_file_is_read_from_any_place_and_nothing_lies_behind_its_end() {
    let (folder, mut volume) = volume();
    fs::write(folder.path().join("b.ibf"), b"0123456789").unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    let listed = volume.list().unwrap();
    let entry = |name: &str, kind, size| VolumeEntry { name: name.to_owned(), kind, size };
    assert_eq!(listed, [entry("a", EntryKind::Directory, 0), entry("b.ibf", EntryKind::File, 10)]);
    let mut file = volume.open("b.ibf", &Unwatched).unwrap();
    assert_eq!(file.size(), 10);
    assert_eq!(file.read_at(8, 100).unwrap(), b"89");
    assert_eq!(file.read_at(2, 3).unwrap(), b"234");
    assert_eq!(file.read_at(10, 1).unwrap(), b"");
    assert_eq!(file.read_at(u64::MAX, 1).unwrap(), b"");
    assert!(matches!(file.read_at(0, LONGEST_READ + 1), Err(LinkError::Denied(_))));
}
