//! Packages of the program: what is refused, and what lies in the store afterwards.

use std::fs;
use std::io::Cursor;
use std::sync::Arc;

use crate::crash_disk::MemoryDisk;
use crate::testing::{
    Entry, app, app_sum, app_toml, blocks, empty, entries, install_app, names, open, run_well, tar,
    zst,
};
use crate::versions::PROGRAM;
use crate::{
    BadReason, Change, EntryFault, Sha256Hex, StartKind, Store, StoreError, UnpackError, Unpacked,
};

fn unpack(store: &Store, package: &[u8]) -> Result<Unpacked, UnpackError> {
    store.unpack(&mut Cursor::new(package), &Sha256Hex::of(package))
}

/// The error of a package, which must leave nothing behind.
fn refused(package: &[u8]) -> UnpackError {
    let (folder, store) = empty();
    fs::write(folder.path().join("outside"), b"untouched").unwrap();
    let error = unpack(&store, package).unwrap_err();
    assert_eq!(names(&folder, "."), ["outside"], "{error}");
    assert_eq!(fs::read(folder.path().join("outside")).unwrap(), b"untouched");
    error
}

fn fault(entries: &[Entry]) -> EntryFault {
    match refused(&zst(&tar(entries))) {
        UnpackError::Entry { fault, .. } => fault,
        other => panic!("{other}"),
    }
}

/// A right package and one entry more.
fn with(entry: Entry) -> Vec<Entry> {
    let mut entries = entries("1.0.0");
    entries.push(entry);
    entries
}

#[test]
fn an_archive_stays_in_its_folder() {
    for name in [
        "../outside",
        "drivers/../../../outside",
        "/tmp/outside",
        "./outside",
        "a/./b",
        "C:outside",
        "\\outside",
        "drivers//a",
        "NUL",
        "x/aux.txt",
        "a.",
        "b ",
        "a:b",
        "COMPLETE",
        "new",
        ".good",
        ".run",
        ".trial-1",
        "",
    ] {
        assert_eq!(fault(&with(Entry::new(name, 0o644, b"x"))), EntryFault::Name, "{name}");
    }
    let mut entry = Entry::new("x", 0o644, b"x");
    entry.name(b"\xffx");
    assert_eq!(fault(&with(entry)), EntryFault::Name);
}

#[test]
fn only_regular_files_are_unpacked() {
    for kind in *b"1234567gxLKSDMNVX" {
        let mut entry = Entry::new("x", 0o644, b"");
        entry.header.as_old_mut().linkname[..7].copy_from_slice(b"outside");
        entry.header.as_ustar_mut().unwrap().typeflag = [kind];
        assert_eq!(fault(&with(entry)), EntryFault::Kind, "{}", kind as char);
    }
    // The old way to say a regular file is none of ours either.
    let mut entry = Entry::new("x", 0o644, b"");
    entry.header.as_ustar_mut().unwrap().typeflag = [0];
    assert_eq!(fault(&with(entry)), EntryFault::Kind);
}

#[test]
fn a_header_that_is_no_plain_ustar_is_refused() {
    for magic in [b"ustar  \0", b"\0\0\0\0\0\0\0\0"] {
        let mut entry = Entry::new("x", 0o644, b"");
        entry.header.as_mut_bytes()[257..265].copy_from_slice(magic);
        assert_eq!(fault(&with(entry)), EntryFault::Format);
    }

    let mut entry = Entry::new("x", 0o644, b"");
    entry.header.as_old_mut().linkname[..7].copy_from_slice(b"outside");
    assert_eq!(fault(&with(entry)), EntryFault::Format);
}

#[test]
fn a_mode_beyond_reading_and_running_is_refused() {
    for mode in [0o4755, 0o2755, 0o1755, 0o777, 0o666, 0o600, 0o700, 0, 0o100_644] {
        assert_eq!(fault(&with(Entry::new("x", mode, b"x"))), EntryFault::Mode, "{mode:o}");
    }
}

#[test]
fn two_names_that_are_equal_when_case_is_ignored_are_refused() {
    for name in [PROGRAM, "METERPORT", "Drivers/b.wasm", "drivers/A.WASM", "drivers"] {
        let name = if name == "METERPORT" { PROGRAM.to_ascii_uppercase() } else { name.to_owned() };
        assert_eq!(fault(&with(Entry::new(&name, 0o644, b"x"))), EntryFault::Twice, "{name}");
    }
}

#[test]
fn the_description_comes_first_and_once() {
    let mut late = entries("1.0.0");
    late.rotate_left(1);
    assert_eq!(fault(&late), EntryFault::First);
    assert_eq!(fault(&with(app_toml("1.0.0", "linux-x64"))), EntryFault::First);
    let empty = refused(&zst(&tar(&[])));
    assert!(matches!(empty, UnpackError::Archive { .. } | UnpackError::Manifest { .. }), "{empty}");
}

#[test]
fn a_package_that_says_nothing_right_of_itself_is_refused() {
    let mut no_toml = entries("1.0.0");
    no_toml[0] = Entry::new("app.toml", 0o644, b"id = \"onetouch-ultra2\"\n");
    assert!(matches!(refused(&zst(&tar(&no_toml))), UnpackError::Manifest { .. }));

    let mut other = entries("1.0.0");
    other[0] = app_toml("1.0.0", "plan9-mips");
    assert!(matches!(refused(&zst(&tar(&other))), UnpackError::OtherSystem { .. }));
}

#[test]
fn a_package_without_a_program_that_runs_is_refused() {
    let mut none = entries("1.0.0");
    none.remove(1);
    assert!(matches!(refused(&zst(&tar(&none))), UnpackError::NoProgram { .. }));
    let mut idle = entries("1.0.0");
    idle[1] = Entry::new(PROGRAM, 0o644, b"program");
    assert!(matches!(refused(&zst(&tar(&idle))), UnpackError::NoProgram { .. }));
}

#[test]
fn bytes_behind_the_end_are_refused() {
    let whole = tar(&entries("1.0.0"));
    let mut behind_tar = whole.clone();
    behind_tar.resize(behind_tar.len() + 512, b'x');
    assert!(matches!(refused(&zst(&behind_tar)), UnpackError::Trailing));

    let mut second_archive = whole.clone();
    second_archive.extend_from_slice(&whole);
    assert!(matches!(refused(&zst(&second_archive)), UnpackError::Trailing));

    for behind in [&b"x"[..], &zst(b""), &zst(&whole), &[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]] {
        let mut package = zst(&whole);
        package.extend_from_slice(behind);
        assert!(matches!(refused(&package), UnpackError::Trailing), "{behind:?}");
    }
    let mut zeros = whole.clone();
    zeros.resize(zeros.len() + 2 * 1024 * 1024, 0);
    assert!(matches!(refused(&zst(&zeros)), UnpackError::Trailing));
}

#[test]
fn every_truncated_archive_is_refused() {
    let whole = tar(&entries("1.0.0"));
    for length in (0..whole.len()).step_by(256) {
        let error = refused(&zst(&whole[..length]));
        assert!(matches!(error, UnpackError::Archive { .. }), "{length}: {error}");
    }
    let package = zst(&whole);
    for length in 0..package.len() {
        refused(&package[..length]);
    }
    assert!(matches!(refused(&zst(&blocks(&entries("1.0.0")))), UnpackError::Archive { .. }));
}

#[test]
fn more_than_4096_entries_are_refused() {
    let some = |count: usize| {
        let mut entries = entries("1.0.0");
        entries.extend((3..count).map(|n| Entry::new(&format!("x/{n}"), 0o644, b"")));
        entries
    };
    // In memory: each file is synced.
    let store = Store::on(Arc::new(MemoryDisk::default()));
    unpack(&store, &zst(&tar(&some(4096)))).unwrap();
    assert!(matches!(refused(&zst(&tar(&some(4097)))), UnpackError::Entries));
}

#[test]
fn an_archive_that_unpacks_to_more_than_1_gib_is_refused_before_it_does() {
    let mut bomb = Entry::new("bomb", 0o644, b"");
    bomb.header.set_size(1024 * 1024 * 1024);
    assert!(matches!(refused(&zst(&tar(&with(bomb)))), UnpackError::Unpacked));

    let mut huge = Entry::new("huge", 0o644, b"");
    huge.header.set_size(u64::MAX / 2);
    assert!(matches!(refused(&zst(&tar(&with(huge)))), UnpackError::Unpacked));
}

#[test]
fn a_window_that_would_take_too_much_memory_is_refused() {
    // RFC 8878, 3.1.1: magic number; no single segment, no sum, no size; window 2^31; an empty
    // last raw block.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0x00, 0x00];
    let error = refused(&frame);
    assert!(matches!(error, UnpackError::Archive { .. }), "{error}");
    assert!(format!("{error:?}").contains("memory"), "{error:?}");
}

#[test]
fn another_package_than_the_announced_one_is_refused() {
    let (folder, store) = empty();
    let error = store.unpack(&mut Cursor::new(app("1.0.0")), &app_sum("2.0.0")).unwrap_err();
    assert!(matches!(error, UnpackError::Sum { .. }), "{error}");
    assert!(names(&folder, ".").is_empty());
}

#[test]
fn what_is_unpacked_is_what_was_packed() {
    let (folder, store) = empty();
    let unpacked = unpack(&store, &app("1.2.3")).unwrap();
    assert_eq!(unpacked.manifest().version, semver::Version::new(1, 2, 3));
    let version = format!("versions/{}", unpacked.sha256());
    assert_eq!(names(&folder, &version), [".run", "COMPLETE", "app.toml", "drivers", PROGRAM]);
    let read = |name: &str| fs::read(folder.path().join(&version).join(name)).unwrap();
    assert_eq!(read(PROGRAM), b"program 1.2.3");
    assert_eq!(read("drivers/a.wasm"), b"driver 1.2.3");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for (name, mode) in [("", 0o700), ("drivers", 0o700), (PROGRAM, 0o700), ("app.toml", 0o600)]
        {
            let about = fs::metadata(folder.path().join(&version).join(name)).unwrap();
            assert_eq!(about.permissions().mode() & 0o7777, mode, "{name}");
        }
    }
}

#[test]
fn a_damaged_file_under_a_name_that_is_needed_is_replaced() {
    for name in [PROGRAM, "drivers/a.wasm", "COMPLETE"] {
        let (folder, store) = empty();
        install_app(&store, "1.0.0");
        let path = folder.path().join("versions").join(app_sum("1.0.0").to_string()).join(name);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[3] ^= 1;
        fs::write(&path, flipped).unwrap();
        assert!(matches!(store.begin(StartKind::Desk).unwrap_err(), StoreError::NoProgram));

        install_app(&store, "1.0.0");
        assert_eq!(fs::read(&path).unwrap(), whole);
        assert_eq!(store.plugins().unwrap().number, 1, "nothing else changed");
        assert_eq!(run_well(&store), app_sum("1.0.0"));
    }
}

#[test]
fn a_damaged_version_that_runs_is_left_alone() {
    let (folder, store) = empty();
    install_app(&store, "1.0.0");
    let _started = store.begin(StartKind::Command).unwrap();
    let version = folder.path().join("versions").join(app_sum("1.0.0").to_string());
    fs::write(version.join("drivers/a.wasm"), b"half").unwrap();
    let error = unpack(&open(&folder), &app("1.0.0")).unwrap_err();
    assert!(matches!(error, UnpackError::InUse), "{error}");
    assert!(error.hint().is_some());
    assert!(version.join(PROGRAM).exists());
}

#[test]
fn a_version_is_kept_until_it_is_applied_and_readers_do_not_wait() {
    let (folder, store) = empty();
    install_app(&store, "1.0.0");
    let unpacked = unpack(&store, &app("2.0.0")).unwrap();
    let other = open(&folder);
    for number in 0..4 {
        let plugin = crate::testing::plugin("a", number);
        let origin = crate::Origin::Unsigned;
        other.install(&plugin.package, &plugin.id, &plugin.version, origin).unwrap();
    }
    let late = Change { since: 1, app: Some(unpacked), ..Change::default() };
    let error = store.apply(late).unwrap_err();
    assert!(matches!(error, StoreError::Changed { since: 1, now: 5 }), "{error}");
    assert_eq!(names(&folder, "versions").len(), 2);

    // Given up: the next change takes it away.
    other.remove(&crate::testing::id("a")).unwrap();
    assert_eq!(names(&folder, "versions"), [app_sum("1.0.0").to_string()]);
}

#[test]
fn a_bad_version_is_not_installed() {
    let (_folder, store) = empty();
    let unpacked = unpack(&store, &app("1.0.0")).unwrap();
    store.mark_bad(&app_sum("1.0.0"), BadReason::Withdrawn).unwrap();
    let change = Change { app: Some(unpacked), ..Change::default() };
    assert!(matches!(store.apply(change).unwrap_err(), StoreError::Bad { .. }));
    assert_eq!(store.plugins().unwrap().number, 0);
}
