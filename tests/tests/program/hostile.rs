//! Drivers that misbehave, through the whole program: refused or stopped, and the program lives on.

use std::fs;
use std::path::Path;

use meterport_tests::hostile_driver;

use crate::support::{Run, meterport_in, path};

fn read(folder: &Path, word: &str) -> Run {
    let hex: Vec<String> = word.bytes().map(|byte| format!("{byte:02X}")).collect();
    let recording = folder.join("hostile.rec");
    let text = format!(
        "# meterport-recording 1\n# source: written for this test\n# transport: serial 9600 8N1\n< {} 0A\n",
        hex.join(" ")
    );
    fs::write(&recording, text).unwrap();
    let file = path(&recording);
    meterport_in(folder, ["read", "--replay", &file, "--driver", "hostile", "--format", "json"])
}

#[test]
fn every_kind_of_misbehaviour_ends_the_read_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(hostile_driver().unwrap());
    let install = meterport_in(folder.path(), ["plugin", "install", &file, "--unsigned", "--yes"]);
    assert_eq!(install.exit, 0, "{}", install.stderr);
    for (word, exit, code) in [
        ("spin", 7, "driver.budget"),
        ("spin-calls", 7, "driver.budget"),
        ("memory", 7, "driver.limit"),
        ("empty-strings", 7, "driver.limit"),
        ("recursion", 7, "driver.limit"),
        ("panic", 6, "driver.panic"),
        ("wait", 7, "driver.budget"),
        ("drip", 7, "driver.budget"),
        ("bad-date", 6, "protocol.entry"),
        ("long-text", 6, "protocol.entry"),
        ("wrong-count", 6, "protocol.count"),
        ("identify-twice", 6, "protocol.entry"),
        ("emit-before-identify", 6, "protocol.entry"),
        ("oversized-batch", 7, "driver.limit"),
        ("big-read", 7, "driver.denied"),
        ("nonsense", 4, "meter.unsupported"),
    ] {
        let run = read(folder.path(), word);
        assert_eq!(run.failed_with(exit), code, "{word}");
        assert_eq!(run.error()["driver"], "hostile", "{word}");
        assert!(run.stdout.is_empty(), "{word}");
    }
    // The same driver, well-behaved, is read after all that.
    assert_eq!(read(folder.path(), "exact").exit, 0);
}
