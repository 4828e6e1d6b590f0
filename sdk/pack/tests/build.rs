//! A driver of its own, outside this workspace, is built, refused and described.
//!
//! The driver is written into a temporary folder and compiled against the SDK of this checkout.

#![allow(clippy::unwrap_used, reason = "a test ends by panicking, in its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use meterport_pack::{BuildOptions, PackError, build, encode, inspect, simulator};

const MANIFEST: &str = r#"manifest = 1
id = "acme.fixture"
version = "0.3.0"
contract = "0.1"
title = "A driver that reads nothing"
family = "acme-fixture"

[[model]]
name = "Nothing"
tested = false

[[match]]
transport = "serial"
kind = "device"
vid = 0x1209
pid = 0x0001
line = "9600 8N1"

[permissions]
set-clock = false
usb-vendor-requests = []
block-write = []
"#;

const LIBRARY: &str = r#"
#![cfg(target_arch = "wasm32")]
use meterport_sdk::wit::{Order, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, Sink};

pub struct Nothing;

impl Driver for Nothing {
    fn read(&self, _: Device, _: &Context, sink: &mut Sink) -> Result<Summary, DriverError> {
        sink.step("identify");
        sink.finish(Order::OldestFirst)
    }
}

meterport_sdk::export_driver!(Nothing, "driver.toml");
"#;

const SIMULATOR: &str = r#"
fn main() {
    println!("{}", std::env::args().skip(1).collect::<Vec<_>>().join(" "));
    std::process::exit(7);
}
"#;

/// The fixture's folder, and where cargo puts its files. The latter is this workspace's own, so that
/// what the SDK needs is compiled once for the fixture and for our drivers.
struct Fixture {
    folder: tempfile::TempDir,
    target: PathBuf,
}

impl Fixture {
    fn new(crate_type: &str) -> Self {
        let fixture = Self {
            folder: tempfile::tempdir().unwrap(),
            target: Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_path_buf(),
        };
        let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../driver").canonicalize().unwrap();
        let cargo_toml = format!(
            "[package]\nname = \"fixture\"\nversion = \"0.3.0\"\nedition = \"2024\"\n\
             [lib]\ncrate-type = [{crate_type:?}]\n\
             [[example]]\nname = \"simulate-fixture\"\npath = \"examples/simulator.rs\"\n\
             [target.'cfg(target_arch = \"wasm32\")'.dependencies]\nmeterport-sdk = {{ path = {sdk:?} }}\n[workspace]\n"
        );
        fixture.write("Cargo.toml", &cargo_toml);
        fixture.write("driver.toml", MANIFEST);
        fixture.write("src/lib.rs", LIBRARY);
        fixture.write("examples/simulator.rs", SIMULATOR);
        // The same versions as everywhere in this workspace, so that nothing is asked of a registry.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        fs::copy(lock, fixture.path().join("Cargo.lock")).unwrap();
        fixture
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn build(&self, output: &str) -> Result<meterport_pack::Built, PackError> {
        build(
            self.path(),
            &BuildOptions {
                output: Some(self.path().join(output)),
                target_folder: Some(self.target.clone()),
                quiet: true,
            },
        )
    }
}

fn tool(arguments: &[&str], target: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_meterport-pack"))
        .args(arguments)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_folder_without_a_driver_is_wrong_usage_and_names_what_is_missing() {
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().to_str().unwrap();

    let output = tool(&["build", folder], empty.path());

    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        format!(
            "error: `{folder}` is no driver: there is no `driver.toml`\n\n\
             hint: name a folder that has `Cargo.toml`, `driver.toml` and `src/lib.rs`\n"
        )
    );
}

#[test]
fn a_driver_toml_that_breaks_the_grammar_is_refused_before_anything_is_compiled() {
    let fixture = Fixture::new("cdylib");
    fixture.write("driver.toml", &MANIFEST.replace("family", "famliy"));

    let error = fixture.build("out.wasm").unwrap_err();

    assert_eq!((error.code(), error.exit_code()), ("manifest.invalid", 7));
}

#[test]
fn a_crate_that_is_no_cdylib_is_told_what_to_write() {
    let error = Fixture::new("rlib").build("out.wasm").unwrap_err();

    assert_eq!(error.code(), "build.not-cdylib");
    assert_eq!(
        error.hint(),
        Some("write `crate-type = [\"cdylib\", \"rlib\"]` under `[lib]` in Cargo.toml")
    );
}

#[test]
fn a_missing_simulator_is_named() {
    let fixture = Fixture::new("cdylib");
    fs::remove_file(fixture.path().join("examples/simulator.rs")).unwrap();

    let error = simulator(fixture.path(), &Default::default()).unwrap_err();

    assert_eq!((error.code(), error.exit_code()), ("simulator.none", 2));
}

#[test]
fn with_json_an_error_is_one_line_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.wasm");

    for (arguments, code, exit) in [
        (vec!["inspect", missing.to_str().unwrap(), "--json"], "file.io", 5),
        (vec!["inspect", "--json"], "usage", 2),
    ] {
        let output = tool(&arguments, folder.path());

        assert_eq!(output.status.code(), Some(exit));
        assert!(output.stdout.is_empty());
        assert_eq!(text(&output.stderr).lines().count(), 1);
        let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error["error"]["code"], code);
    }
}

#[test]
fn every_command_shows_two_examples() {
    for command in ["build", "inspect", "simulate"] {
        let output = tool(&[command, "--help"], Path::new("."));

        let (_, examples) = text(&output.stdout).split_once("Examples:\n").unwrap();
        assert!(examples.trim_end().lines().count() >= 2, "{command}");
    }
}

/// One test, since each build of the fixture waits for the one before it.
#[test]
fn a_driver_becomes_a_package_and_a_stranger_inside_is_refused() {
    let fixture = Fixture::new("cdylib");

    // A compiler error is told, and nothing is written.
    fixture.write("src/lib.rs", "compile_error!(\"not today\");");
    let error = fixture.build("out.wasm").unwrap_err();
    assert_eq!(error.code(), "build.failed");
    assert!(matches!(&error, PackError::Cargo { output } if output.contains("not today")));

    // Without the macro there is no manifest.
    fixture.write("src/lib.rs", "");
    let error = fixture.build("out.wasm").unwrap_err();
    assert_eq!(error.to_string(), "the compiled driver holds no manifest");

    // A manifest that is not `driver.toml` is stale.
    fixture.write("other.toml", &MANIFEST.replace("Nothing", "Something"));
    fixture.write("src/lib.rs", &LIBRARY.replace("\"driver.toml\"", "\"other.toml\""));
    let error = fixture.build("out.wasm").unwrap_err();
    assert!(matches!(error, PackError::Encode(encode_error) if encode_error.hint().is_some()));

    // An import of its own is no part of the contract, and the encoder names it.
    let stranger = "#[link(wasm_import_module = \"env\")]\n\
                    unsafe extern \"C\" { fn open_door(); }\n#[unsafe(no_mangle)]\n\
                    pub extern \"C\" fn knock() { unsafe { open_door() } }\n";
    fixture.write("src/lib.rs", &format!("{LIBRARY}{stranger}"));
    let error = fixture.build("out.wasm").unwrap_err();
    assert_eq!(error.exit_code(), 7);
    let causes = format!("{error:?}");
    assert!(causes.contains("env"), "{causes}");
    assert!(!fixture.path().join("out.wasm").exists());

    // The sound driver is a package with its manifest at the top, once.
    fixture.write("src/lib.rs", LIBRARY);
    let built = fixture.build("packages/out.wasm").unwrap();
    let bytes = fs::read(&built.path).unwrap();
    let inspection = inspect::inspect(&bytes).unwrap();
    assert_eq!(inspection.manifest_bytes, MANIFEST.as_bytes());
    assert_eq!(built.manifest.id.as_ref(), "acme.fixture");
    let manifests =
        inspection.sizes.custom.iter().filter(|one| one.name == "meterport:manifest").count();
    assert_eq!(manifests, 1);
    assert!(bytes.len() < 200_000, "a small driver weighs {} bytes", bytes.len());
    assert!(encode(&bytes, MANIFEST.as_bytes()).is_err(), "a component is no core module");

    // The tool says the same, for people and for programs.
    let path = built.path.to_str().unwrap();
    let output = tool(&["inspect", path, "--json"], &fixture.target);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "meterport.inspect/1");
    assert_eq!(report["id"], "acme.fixture");
    assert_eq!(report["sizes"]["bytes"], bytes.len());
    assert_eq!(report["sha256"].as_str().map(str::len), Some(64));
    let output = tool(&["inspect", path], &fixture.target);
    assert!(text(&output.stdout).starts_with("acme.fixture 0.3.0: A driver that reads nothing\n"));

    // By default the package goes to cargo's target folder, named by id.
    let output = tool(&["build", fixture.path().to_str().unwrap()], &fixture.target);
    let default = fixture.target.join("drivers/acme.fixture.wasm");
    assert_eq!(text(&output.stdout).trim_end(), default.to_str().unwrap());
    assert_eq!(fs::read(&default).unwrap(), bytes);
    fs::remove_file(default).unwrap();

    // The simulator gets the options, and its exit code is the tool's.
    let folder = fixture.path().to_str().unwrap();
    let options = ["--link", "/tmp/meter", "--records", "5", "--knob", "a=1", "--knob", "b=2"];
    let output = tool(&[&["simulate", folder], &options[..]].concat(), &fixture.target);
    assert_eq!(
        text(&output.stdout),
        "--link /tmp/meter --records 5 --knob a=1 --knob b=2\n",
        "{}",
        text(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(7));
}
