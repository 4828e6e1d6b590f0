//! Installing and removing drivers by hand.

use std::fs;

use meterport_tests::programs;

use crate::support::{meterport, meterport_in, path};

#[test]
fn a_file_nobody_signed_is_not_installed_unasked() {
    let driver = path(&programs().unwrap().drivers_dir.join("onetouch-ultra2.wasm"));
    let folder = tempfile::tempdir().unwrap();
    let run = meterport_in(folder.path(), ["plugin", "install", &driver]);
    assert_eq!(run.exit, 7, "{}", run.stderr);
    assert!(run.stderr.contains("may touch"), "{}", run.stderr);
    assert!(run.stderr.contains("--unsigned"), "{}", run.stderr);
    // Nobody is there to agree.
    let run = meterport_in(folder.path(), ["plugin", "install", &driver, "--unsigned"]);
    assert_eq!(run.exit, 7, "{}", run.stderr);
    let listed = meterport_in(folder.path(), ["plugin", "list", "--json"]).document();
    assert!(listed["plugins"].as_array().unwrap().iter().all(|one| one["source"] == "shipped"));
}

#[test]
fn an_installed_driver_is_listed_and_removed_again() {
    let driver = path(&programs().unwrap().drivers_dir.join("onetouch-ultra2.wasm"));
    let folder = tempfile::tempdir().unwrap();
    let install = ["plugin", "install", &driver, "--unsigned", "--yes"];
    assert_eq!(meterport_in(folder.path(), install).exit, 0);
    let source = || {
        let info = meterport_in(folder.path(), ["plugin", "info", "onetouch-ultra2", "--json"]);
        assert_eq!(info.exit, 0, "{}", info.stderr);
        assert_eq!(info.document()["schema"], "meterport.plugin/1");
        info.document()["source"].as_str().unwrap().to_owned()
    };
    assert_eq!(source(), "installed");
    assert_eq!(meterport_in(folder.path(), ["plugin", "remove", "onetouch-ultra2"]).exit, 0);
    assert_eq!(source(), "shipped");
    let again = meterport_in(folder.path(), ["plugin", "remove", "onetouch-ultra2"]);
    assert_eq!(again.exit, 4, "{}", again.stderr);
}

#[test]
fn a_component_that_wants_files_is_refused_before_it_is_compiled() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("greedy.wasm");
    let mut component =
        wat::parse_str(r#"(component (import "wasi:filesystem/types@0.2.0" (instance)))"#).unwrap();
    let manifest =
        fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/driver.toml"))
            .unwrap();
    meterport_pack::append_manifest(&mut component, &manifest);
    fs::write(&file, component).unwrap();
    let run = meterport(["plugin", "info", &path(&file), "--json"]);
    assert_eq!(run.failed_with(7), "driver.import");
    assert!(run.error()["message"].as_str().unwrap().contains("wasi:filesystem"));
}

#[test]
fn files_that_are_no_driver_are_refused_each_with_its_word() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.wasm");
    let module = wat::parse_str("(module)").unwrap();
    let bare = wat::parse_str("(component)").unwrap();
    for (contents, code) in [
        (&b"not wasm"[..], "driver.contract"),
        (b"", "driver.contract"),
        (&module, "driver.contract"),
        (&bare, "manifest.invalid"),
    ] {
        fs::write(&file, contents).unwrap();
        let run = meterport(["plugin", "info", &path(&file), "--json"]);
        assert_eq!(run.failed_with(7), code);
    }
}
