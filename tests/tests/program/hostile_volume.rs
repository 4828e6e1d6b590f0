//! A driver that misbehaves on a volume, through the whole program: a recording for the names, a real
//! folder for what only a file system has (sparse files, links, pipes).

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::Run;
use crate::support::hostile::{Hostile, hex};

const MOST: u64 = 64 * 1024 * 1024;

/// A volume of three files: the word, one that no pattern names, and one in a folder.
fn replay(hostile: &Hostile, word: &str) -> Run {
    let word = hex(format!("{word}\n").as_bytes());
    hostile
        .replay("volume", &format!("V act.hst\n< {word}\nV letter.txt\n< 01\nV sub/a.hst\n< 01\n"))
}

/// The same word for a real folder.
fn read(hostile: &Hostile, folder: &Path, word: &str) -> Run {
    fs::write(folder.join("act.hst"), format!("{word}\n")).unwrap();
    hostile.read_volume(folder)
}

#[test]
fn a_file_that_no_pattern_names_and_every_path_is_denied() {
    let hostile = Hostile::installed();
    let long = format!("{}.hst", "a".repeat(1021));
    for name in [
        "letter.txt",
        "../act.hst",
        "..",
        ".",
        "",
        "/etc/passwd",
        "/act.hst",
        "./act.hst",
        "sub/a.hst",
        "sub\\a.hst",
        "C:act.hst",
        "none.hst",
        &long,
    ] {
        replay(&hostile, &format!("volume-open {name}")).ended_the_driver("driver.denied", name);
    }
    replay(&hostile, "volume-open act.hst").is_complete("act.hst");
}

#[test]
fn only_the_root_is_listed_and_only_what_a_pattern_names() {
    let hostile = Hostile::installed();
    for name in ["sub", "/", "..", "."] {
        replay(&hostile, &format!("volume-list {name}")).ended_the_driver("driver.denied", name);
    }
    replay(&hostile, "volume-list ").is_complete("the root");
    replay(&hostile, "volume-shows act.hst").is_complete("the root's names");
}

#[test]
fn a_read_of_no_bytes_or_of_more_than_64_kib_of_a_file_is_denied() {
    let hostile = Hostile::installed();
    for length in [0, 65_537] {
        let word = format!("volume-length {length}");
        replay(&hostile, &word).ended_the_driver("driver.denied", &word);
    }
    replay(&hostile, "volume-length 65536").is_complete("volume-length 65536");
}

#[test]
fn a_flood_of_open_files_ends_the_session() {
    let run = replay(&Hostile::installed(), "volume-flood");
    run.ended_the_driver("driver.limit", "volume-flood");
}

#[test]
fn reading_behind_the_end_of_a_file_for_ever_is_no_progress() {
    let run = replay(&Hostile::installed(), "volume-end");
    run.ended_the_driver("driver.budget", "volume-end");
    assert_eq!(run.error()["message"], "nothing happened for too long");
}

#[test]
fn one_byte_more_than_64_mib_of_a_volume_is_denied() {
    let (hostile, folder) = (Hostile::installed(), tempfile::tempdir().unwrap());
    File::create(folder.path().join("much.hst")).unwrap().set_len(2 * MOST).unwrap();
    // The word's own file counts, too.
    let word = |bytes: u64| format!("volume-much {bytes}");
    let most = MOST - u64::try_from(word(MOST - 100).len() + 1).unwrap();
    read(&hostile, folder.path(), &word(most)).is_complete("64 MiB");
    let run = read(&hostile, folder.path(), &word(most + 1));
    run.ended_the_driver("driver.denied", "64 MiB and a byte");
}

#[test]
fn a_link_leads_nowhere_and_a_pipe_holds_nothing_up() {
    let hostile = Hostile::installed();
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("a.hst"), "secret").unwrap();
    let root = folder.path();
    fs::write(root.join("letter.txt"), "dear").unwrap();
    fs::write(root.join("b.hst"), "good").unwrap();
    fs::create_dir(root.join("folder.hst")).unwrap();
    symlink("/etc/passwd", root.join("absolute.hst")).unwrap();
    symlink("../../../../../../../../etc/passwd", root.join("relative.hst")).unwrap();
    symlink(outside.path().join("a.hst"), root.join("file-outside.hst")).unwrap();
    symlink(outside.path(), root.join("folder-outside.hst")).unwrap();
    symlink("letter.txt", root.join("not-named.hst")).unwrap();
    symlink("self.hst", root.join("self.hst")).unwrap();
    // By the program: the call is not the same on every Unix.
    let made = Command::new("mkfifo").arg(root.join("pipe.hst")).status().unwrap();
    assert!(made.success());

    for name in [
        "absolute.hst",
        "relative.hst",
        "file-outside.hst",
        "folder-outside.hst",
        "folder-outside.hst/a.hst",
        "not-named.hst",
        "self.hst",
        "folder.hst",
        "pipe.hst",
    ] {
        let run = read(&hostile, root, &format!("volume-open {name}"));
        run.ended_the_driver("driver.denied", name);
    }
    read(&hostile, root, "volume-open b.hst").is_complete("b.hst");
    read(&hostile, root, "volume-shows act.hst b.hst").is_complete("what is listed");
}

#[test]
fn a_driver_of_another_transport_gets_no_folder() {
    let (hostile, folder) = (Hostile::installed(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("act.hst"), "exact\n").unwrap();
    let run = hostile.read_volume_as("onetouch-ultra2", folder.path());
    assert_eq!(run.failed_with(4), "driver.none");
    assert!(run.stdout.is_empty());
}
