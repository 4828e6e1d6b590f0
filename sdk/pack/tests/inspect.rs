//! What `inspect` refuses, and what it says about the rest.

#![allow(clippy::unwrap_used, reason = "a test ends by panicking, in its helpers too")]

use meterport_manifest::ManifestError;
use meterport_pack::inspect::{InspectError, LIMITS, inspect};

const MANIFEST: &str = r#"manifest = 1
id = "acme.glucolink"
version = "1.2.0"
contract = "0.1"
title = "Acme GlucoLink"
family = "acme-glucolink"

[[model]]
name = "GlucoLink One"
tested = false

[[match]]
transport = "serial"
kind = "device"
vid = 0x1209
pid = 0x0001
line = "38400 8N1"

[permissions]
set-clock = false
usb-vendor-requests = []
block-write = []
"#;

const GUEST: &str =
    r#"(instance $guest) (export "meterport:driver/guest@0.1.0" (instance $guest))"#;

/// A component of these parts, with this manifest at its top level.
fn component(parts: &str, manifest: &str) -> Vec<u8> {
    bare(&format!("{parts} {}", section(manifest)))
}

fn bare(parts: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {parts})")).unwrap()
}

fn section(manifest: &str) -> String {
    format!("(@custom \"meterport:manifest\" {manifest:?})")
}

fn import(name: &str) -> String {
    format!("(import {name:?} (instance)) {GUEST}")
}

fn refusal(bytes: &[u8]) -> InspectError {
    inspect(bytes).unwrap_err()
}

#[test]
fn what_is_no_webassembly_is_refused() {
    for bytes in [&b""[..], b"\0asm", b"not wasm at all", &[0xFF; 64]] {
        assert_eq!(refusal(bytes).code(), "component.invalid");
    }
}

#[test]
fn every_cut_of_a_component_is_refused() {
    // Without a name for the instance, the manifest is the last section: no cut can spare it.
    let guest = r#"(instance) (export "meterport:driver/guest@0.1.0" (instance 0))"#;
    let whole = component(guest, MANIFEST);
    inspect(&whole).unwrap();
    for length in 0..whole.len() {
        inspect(&whole[..length]).unwrap_err();
    }
}

#[test]
fn a_core_module_is_refused() {
    let module = wat::parse_str(format!("(module {})", section(MANIFEST))).unwrap();

    let error = refusal(&module);

    assert!(matches!(error, InspectError::CoreModule));
    assert_eq!(error.to_string(), "the file is a core module, not a component");
}

#[test]
fn a_component_without_a_manifest_is_refused() {
    assert!(matches!(refusal(&bare(GUEST)), InspectError::NoManifest));
}

#[test]
fn a_manifest_only_inside_the_core_module_is_refused() {
    let bytes = bare(&format!("(core module {}) {GUEST}", section(MANIFEST)));

    assert!(matches!(refusal(&bytes), InspectError::DeepManifest));
}

#[test]
fn two_manifests_are_refused_even_when_they_are_equal() {
    let bytes = component(&format!("{GUEST} {}", section(MANIFEST)), MANIFEST);

    assert!(matches!(refusal(&bytes), InspectError::SeveralManifests { count: 2 }));
}

#[test]
fn a_manifest_with_an_unknown_key_is_refused_and_the_key_named() {
    let bytes = component(GUEST, &MANIFEST.replace("family", "famliy"));

    let error = refusal(&bytes);

    let InspectError::Manifest(ManifestError::Shape { detail, .. }) = &error else {
        panic!("{error:?}");
    };
    assert!(detail.contains("famliy"), "{detail}");
    assert_eq!(error.code(), "manifest.invalid");
}

#[test]
fn an_import_that_is_not_ours_is_refused_and_named() {
    for name in [
        "wasi:filesystem/types@0.2.0",
        "wasi:cli/stdout@0.2.0",
        "meterport:driver/shell@0.1.0",
        "meterport:driver/serial@0.2.0",
        "meterport:driver/serial@1.1.0",
        "meterport:driver/serial@0.1.0-rc.1",
        "meterport:driver/serial",
        "meterport:drivers/serial@0.1.0",
    ] {
        let error = refusal(&component(&import(name), MANIFEST));

        assert_eq!(
            error.to_string(),
            format!("import `{name}` is not part of the driver contract")
        );
        assert_eq!(error.code(), "driver.import");
    }
}

#[test]
fn a_function_under_the_name_of_an_interface_is_refused() {
    let parts = format!(r#"(import "meterport:driver/types@0.1.0" (func)) {GUEST}"#);

    assert!(matches!(refusal(&component(&parts, MANIFEST)), InspectError::ForeignImport { .. }));
}

#[test]
fn the_time_of_day_is_for_drivers_that_set_the_clock() {
    let bytes = component(&import("meterport:driver/wall-clock@0.1.0"), MANIFEST);

    assert!(matches!(refusal(&bytes), InspectError::WallClock { .. }));
}

#[test]
fn set_clock_must_agree_with_the_exports() {
    let setter =
        format!(r#"{GUEST} (export "meterport:driver/clock-setter@0.1.0" (instance $guest))"#);
    let says_so = MANIFEST.replace("set-clock = false", "set-clock = true");

    assert!(matches!(refusal(&component(GUEST, &says_so)), InspectError::NoClockSetter));
    assert!(matches!(refusal(&component(&setter, MANIFEST)), InspectError::UnsaidClockSetter));
    inspect(&component(&setter, &says_so)).unwrap();
}

#[test]
fn an_export_that_is_not_ours_is_refused_and_named() {
    let parts = format!(r#"{GUEST} (export "acme:extra/more@1.0.0" (instance $guest))"#);

    let error = refusal(&component(&parts, MANIFEST));

    assert_eq!(
        error.to_string(),
        "export `acme:extra/more@1.0.0` is not part of the driver contract"
    );
}

#[test]
fn a_component_that_exports_nothing_is_refused() {
    assert!(matches!(refusal(&component("", MANIFEST)), InspectError::NoGuest));
}

#[test]
fn another_contract_than_the_manifest_says_is_refused() {
    let bytes = component(GUEST, &MANIFEST.replace("contract = \"0.1\"", "contract = \"0.2\""));

    assert!(matches!(refusal(&bytes), InspectError::OtherContract { .. }));
}

#[test]
fn too_many_functions_are_refused_even_when_spread_over_modules() {
    let half = "(func)".repeat(10_001);
    let bytes = component(&format!("(core module {half}) (core module {half}) {GUEST}"), MANIFEST);

    assert!(matches!(refusal(&bytes), InspectError::TooManyFunctions { functions: 20_002, .. }));
}

#[test]
fn one_huge_function_is_refused() {
    let body = "nop ".repeat(LIMITS.body_bytes + 1);
    let bytes = component(&format!("(core module (func {body})) {GUEST}"), MANIFEST);

    let error = refusal(&bytes);

    assert!(matches!(error, InspectError::HugeBody { .. }));
    assert_eq!(error.code(), "driver.limit");
}

#[test]
fn a_file_above_four_mebibytes_is_refused_unread() {
    let bytes = vec![0; LIMITS.bytes + 1];

    assert!(matches!(refusal(&bytes), InspectError::TooLarge { .. }));
}

#[test]
fn features_that_the_host_has_off_are_refused() {
    for module in [
        "(memory i64 1)",
        "(memory 1 1 shared)",
        "(func $again return_call $again)",
        "(func (param v128 v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))",
        "(tag)",
        "(type (struct))",
    ] {
        let bytes = component(&format!("(core module {module}) {GUEST}"), MANIFEST);

        assert!(matches!(refusal(&bytes), InspectError::Invalid(_)), "{module}");
    }
}

#[test]
fn a_sound_component_is_described() {
    let module =
        r#"(core module (memory 1) (data (i32.const 0) "1234") (func nop) (@custom "name2" "x"))"#;
    let bytes =
        component(&format!("{module} {}", import("meterport:driver/types@0.1.3")), MANIFEST);

    let inspection = inspect(&bytes).unwrap();

    assert_eq!(inspection.manifest_bytes, MANIFEST.as_bytes());
    assert_eq!(inspection.manifest.id.as_ref(), "acme.glucolink");
    assert_eq!(inspection.imports, ["meterport:driver/types@0.1.3"]);
    assert_eq!(inspection.exports, ["meterport:driver/guest@0.1.0"]);
    assert_eq!(inspection.sizes.bytes, bytes.len());
    assert_eq!(inspection.sizes.functions, 1);
    let custom: Vec<_> =
        inspection.sizes.custom.iter().map(|one| (one.name.as_str(), one.depth)).collect();
    assert_eq!(custom, [("name2", 1), ("meterport:manifest", 0), ("component-name", 0)]);
}
