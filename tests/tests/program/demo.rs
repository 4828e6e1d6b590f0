//! The demonstration, and what it leaves behind: nothing.

use std::fs;
use std::path::Path;

use crate::support::run_command;

#[test]
fn the_demonstration_goes_the_whole_way_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let output = run_command(folder.path())
        .args(["demo", "--records", "25"])
        .env("TMPDIR", &temporary)
        .env("HOME", folder.path().join("home"))
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
    for words in ["25 results, 25 new", "25 had been stored before", "mg/dL"] {
        assert!(stdout.contains(words), "`{words}` is not in: {stdout}");
    }
    assert_eq!(files(folder.path()), Vec::<String>::new(), "something was left behind");
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path().display().to_string());
            }
        }
    }
    found
}
