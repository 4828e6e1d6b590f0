//! What is refused before anything is compiled, each with its own word.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that meets something else has to fail"
)]

use meterport_runtime::{LoadError, MANIFEST_SECTION, inspect, limits};

const MANIFEST: &str = r#"
manifest = 1
id = "example"
version = "1.0.0"
contract = "0.1"
title = "Example"
family = "example"

[[model]]
name = "Example"
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

const GUEST: &str =
    r#"(instance $guest) (export "meterport:driver/guest@0.1.0" (instance $guest))"#;

/// A component of this text with one manifest at its top level.
fn package(text: &str) -> Vec<u8> {
    component(&format!("{text} {}", section(MANIFEST.trim_start())))
}

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {text})")).unwrap()
}

/// The section of a manifest, as text.
fn section(manifest: &str) -> String {
    let bytes: String = manifest.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    format!(r#"(@custom "{MANIFEST_SECTION}" "{bytes}")"#)
}

fn refused(package: &[u8]) -> LoadError {
    match inspect(package) {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error,
    }
}

#[test]
fn a_file_over_the_cap_is_refused_unread() {
    let error = refused(&vec![0; limits::COMPONENT_BYTES + 1]);
    assert!(matches!(error, LoadError::TooLarge { .. }), "{error}");
}

#[test]
fn what_is_no_component_is_refused() {
    assert!(matches!(
        refused(&wat::parse_str("(module)").unwrap()),
        LoadError::NotAComponent { .. }
    ));
    assert!(matches!(refused(b""), LoadError::NotAComponent { .. } | LoadError::Invalid { .. }));
    assert!(matches!(refused(b"\0asm"), LoadError::Invalid { .. }));
}

#[test]
fn no_cut_of_a_package_says_anything_else_than_the_whole() {
    let whole = package(GUEST);
    let manifest = inspect(&whole).unwrap().manifest;
    let accepted = |length| inspect(whole.get(..length).unwrap()).ok();
    let accepted: Vec<_> = (0..whole.len()).filter_map(accepted).collect();
    // What stands behind the manifest may be missing; the manifest itself may not.
    assert!(accepted.len() <= 2 && accepted.iter().all(|cut| cut.manifest == manifest));
}

#[test]
fn the_manifest_stands_once_and_at_the_top() {
    let none = refused(&component(GUEST));
    assert!(matches!(none, LoadError::ManifestCount { count: 0 }), "{none}");
    let two = refused(&package(&format!("{GUEST} {}", section(MANIFEST.trim_start()))));
    assert!(matches!(two, LoadError::ManifestCount { count: 2 }), "{two}");
    let deeper = component(&format!(r#"(core module (@custom "{MANIFEST_SECTION}" "x")) {GUEST}"#));
    assert!(matches!(refused(&deeper), LoadError::ManifestCount { count: 0 }));
}

#[test]
fn an_import_that_is_not_ours_is_named() {
    for import in [
        "wasi:filesystem/types@0.2.0",
        "wasi:clocks/wall-clock@0.2.0",
        "meterport:driver/secrets@0.1.0",
        "meterport:driver/serial@0.2.0",
        "meterport:driver/wall-clock@0.1.0",
        "other:driver/serial@0.1.0",
    ] {
        let error = refused(&package(&format!(r#"(import "{import}" (instance)) {GUEST}"#)));
        let LoadError::Import { import: named } = error else { panic!("{error}") };
        assert_eq!(named, import);
    }
}

#[test]
fn exports_and_manifest_must_agree() {
    assert_eq!(refused(&package("")).code(), "driver.contract");
    let setter = format!(
        r#"{GUEST} (instance $c) (export "meterport:driver/clock-setter@0.1.0" (instance $c))"#
    );
    assert!(matches!(refused(&package(&setter)), LoadError::Export { .. }));
    let says_so = MANIFEST.trim_start().replace("set-clock = false", "set-clock = true");
    assert!(inspect(&component(&format!("{setter} {}", section(&says_so)))).is_ok());
    assert!(matches!(
        refused(&component(&format!("{GUEST} {}", section(&says_so)))),
        LoadError::Export { .. }
    ));
}

#[test]
fn a_driver_for_a_later_contract_says_what_it_needs() {
    for (from, to) in [
        ("contract = \"0.1\"", "contract = \"0.2\""),
        ("contract = \"0.1\"", "contract = \"0.1\"\ncontract-min = \"0.1.7\""),
    ] {
        let later = MANIFEST.trim_start().replace(from, to);
        let error = refused(&component(&format!("{GUEST} {}", section(&later))));
        assert!(matches!(error, LoadError::Contract { .. }), "{error}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn more_code_than_is_compiled_here_is_refused() {
    let many = "(func)".repeat(usize::try_from(limits::FUNCTIONS).unwrap() / 2 + 1);
    let spread = format!("(core module {many}) (core module {many}) {GUEST}");
    let huge = "nop ".repeat(limits::FUNCTION_BODY_BYTES + 1);
    let huge = format!("(core module (func {huge})) {GUEST}");
    let modules = "(core module)".repeat(usize::try_from(limits::MODULES).unwrap() + 1);
    let nested = "(component ".repeat(limits::NESTING + 1) + &")".repeat(limits::NESTING + 1);
    // Instances of instances of instances would be expanded while compiling.
    let bomb = "(instance (instantiate 0))".repeat(65);
    let bomb = format!("(component) {bomb}");
    let modules = format!("{modules} {GUEST}");
    for text in [spread, huge, modules, format!("{nested} {GUEST}"), format!("{bomb} {GUEST}")] {
        let error = refused(&package(&text));
        assert!(matches!(error, LoadError::TooMuchCode { .. }), "{error}");
        assert_eq!(error.code(), "driver.limit");
    }
}
