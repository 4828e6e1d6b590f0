//! Installing and removing drivers by hand.

use std::fs;
use std::path::Path;

use meterport_tests::{driver_with_manifest, programs};

use crate::support::{meterport, meterport_in, path};

/// A driver that nobody signed, as an author has it.
fn own_driver(folder: &Path, id: &str, version: &str) -> String {
    let manifest = format!(
        "manifest = 1\nid = \"{id}\"\nversion = \"{version}\"\ncontract = \"0.1\"\ntitle = \"Own\"\n\
         family = \"own\"\n[[model]]\nname = \"Own\"\ntested = false\n[[match]]\nkind = \"device\"\n\
         transport = \"serial\"\nline = \"9600 8N1\"\nvid = 0x1209\npid = 0x0009\n\
         [permissions]\nset-clock = false\nusb-vendor-requests = []\nblock-write = []\n"
    );
    let file = folder.join(format!("{id}-{version}.wasm"));
    fs::write(&file, driver_with_manifest(&manifest).unwrap()).unwrap();
    path(&file)
}

#[test]
fn a_file_nobody_signed_is_not_installed_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let driver = own_driver(folder.path(), "own", "1.0.0");
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
fn an_unsigned_driver_never_takes_the_place_of_one_that_came_with_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = path(&programs().unwrap().drivers_dir.join("onetouch-ultra2.wasm"));
    let newer = own_driver(folder.path(), "onetouch-ultra2", "99.0.0");
    for file in [shipped, newer] {
        let install = ["plugin", "install", &file, "--unsigned", "--yes"];
        let run = meterport_in(folder.path(), install);
        assert_eq!(run.exit, 7, "{}", run.stderr);
        assert!(run.stderr.contains("an id of its own"), "{}", run.stderr);
    }
    let info = meterport_in(folder.path(), ["plugin", "info", "onetouch-ultra2", "--json"]);
    assert_eq!(info.document()["source"], "shipped");
}

#[test]
fn an_installed_driver_is_listed_and_removed_again() {
    let folder = tempfile::tempdir().unwrap();
    let driver = own_driver(folder.path(), "own", "1.0.0");
    let install = ["plugin", "install", &driver, "--unsigned", "--yes"];
    let installed = meterport_in(folder.path(), install);
    assert_eq!(installed.exit, 0, "{}", installed.stderr);
    let info = || meterport_in(folder.path(), ["plugin", "info", "own", "--json"]);
    let own = info().document();
    assert_eq!(own["schema"], "meterport.plugin/1");
    assert_eq!((&own["source"], &own["enabled"]), (&"installed".into(), &true.into()));
    assert!(own["signed_by"].is_null() && own["reason"].is_null());
    assert_eq!(meterport_in(folder.path(), ["plugin", "remove", "own"]).exit, 0);
    assert_eq!(info().failed_with(4), "driver.none");
    let again = meterport_in(folder.path(), ["plugin", "remove", "own"]);
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
