//! Every recording of every driver, through the whole program.
//!
//! Beside a recording stands the readout it must give (`.json`), or the error (`.error`). With
//! `METERPORT_BLESS=1` the readouts are written anew, for a person to look at before they are kept.

use std::fs;
use std::path::{Path, PathBuf};

use meterport_tests::programs;
use serde_json::Value;

use crate::support::{meterport, path};

#[test]
fn every_recording_gives_what_stands_beside_it() {
    let schema: Value =
        serde_json::from_str(&read(&root().join("docs/readout.schema.json"))).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut count = 0;
    for recording in recordings() {
        let driver = recording.ancestors().nth(2).unwrap().file_name().unwrap().to_str().unwrap();
        let file = path(&recording);
        let run = meterport(["read", "--replay", &file, "--driver", driver, "--format", "json"]);
        let expected = recording.with_extension("error");
        if expected.exists() {
            let expected = read(&expected);
            let code = expected.lines().next().unwrap_or_default().trim();
            assert_eq!(run.error()["code"], code, "{file}");
            assert!(run.stdout.is_empty(), "{file}");
        } else {
            assert_eq!(run.exit, 0, "{file}: {}", run.stderr);
            let document = run.document();
            let errors: Vec<String> = schema
                .iter_errors(&document)
                .map(|error| error.instance_path().to_string())
                .collect();
            assert!(errors.is_empty(), "{file}: {errors:?}");
            compare(&recording.with_extension("json"), document);
        }
        count += 1;
    }
    assert!(count >= 15, "only {count} recordings were found");
}

/// The driver's hash changes with every build, and its version with every release.
fn without_build(mut document: Value) -> Value {
    document["driver"]["sha256"] = Value::Null;
    document["driver"]["version"] = Value::Null;
    document
}

fn compare(expected: &Path, document: Value) {
    let document = without_build(document);
    if std::env::var_os("METERPORT_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&document).unwrap();
        fs::write(expected, text + "\n").unwrap();
        return;
    }
    let expected_document: Value = serde_json::from_str(&read(expected)).unwrap();
    assert_eq!(document, without_build(expected_document), "{}", expected.display());
}

#[test]
fn a_driver_that_leaves_the_recording_is_told_where() {
    let recording = root().join("plugins/onetouch-ultra2/recordings/worked-example.rec");
    let file = path(&recording);
    let run = meterport([
        "read",
        "--replay",
        &file,
        "--driver",
        "onetouch-ultraeasy",
        "--format",
        "json",
    ]);
    assert_eq!(run.failed_with(6), "replay.mismatch");
    let message = run.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("line "), "{message}");
}

#[test]
fn a_file_that_is_no_recording_is_a_syntax_error() {
    programs().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.rec");
    for contents in [&b"hello"[..], b"# meterport-recording 2\n", b"\xff\xfe\x00", b""] {
        fs::write(&file, contents).unwrap();
        let run = meterport([
            "read",
            "--replay",
            &path(&file),
            "--driver",
            "onetouch-ultra2",
            "--format",
            "json",
        ]);
        assert_eq!(run.failed_with(6), "replay.syntax");
    }
}

fn recordings() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for plugin in fs::read_dir(root().join("plugins")).unwrap().flatten() {
        let Ok(folder) = fs::read_dir(plugin.path().join("recordings")) else { continue };
        found.extend(folder.flatten().map(|file| file.path()));
    }
    found.retain(|file| file.extension().is_some_and(|end| end == "rec"));
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
