//! Drivers of a signed feed, as people install, check and lose them.

use std::fs;
use std::path::Path;

use meterport_tests_updates::Key;
use serde_json::Value;

use crate::support::{Meter, Package, Publisher, Run};

const INSTALL: [&str; 4] = ["plugin", "install", "acme.meter-x", "--yes"];

fn info(publisher: &Publisher, folder: &Path) -> Run {
    publisher.run(folder, &["plugin", "info", "acme.meter-x", "--json"])
}

/// The copies that are listed: version, whether used, why not.
fn copies(publisher: &Publisher, folder: &Path) -> Vec<(Value, Value, Value)> {
    let listed = publisher.run(folder, &["plugin", "list", "--json"]).document();
    let copies = listed["plugins"].as_array().unwrap().iter();
    copies
        .map(|one| (one["version"].clone(), one["enabled"].clone(), one["reason"].clone()))
        .collect()
}

#[test]
fn a_driver_of_the_feed_is_not_installed_where_nobody_can_answer() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    let run = publisher.run(folder.path(), &["plugin", "install", "acme.meter-x"]);
    assert_eq!(run.exit, 7, "{}", run.stderr);
    assert!(run.stderr.contains("signed by acme"), "{}", run.stderr);
    assert!(run.stderr.contains("may touch"), "{}", run.stderr);
    assert!(copies(&publisher, folder.path()).is_empty());
}

#[test]
fn a_driver_the_feed_does_not_have_is_exit_4_and_an_untrue_package_exit_7() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    assert_eq!(publisher.run(folder.path(), &INSTALL).exit, 4);
    // The item calls the driver by another version than the package itself.
    let package = Package { version: "2.0.0".to_owned(), ..Package::meter_x("1.0.0") };
    publisher.add(&package);
    let run = publisher.run(folder.path(), &INSTALL);
    assert_eq!(run.exit, 7, "{}", run.stderr);
    assert!(copies(&publisher, folder.path()).is_empty());
}

#[test]
fn a_vendors_driver_for_anothers_meter_is_refused() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::of_ultra2("acme.meter-x", "1.0.0", "device", (0x1A79, 0x7410)));
    let run = publisher.run(folder.path(), &INSTALL);
    assert_eq!(run.exit, 7, "{}", run.stderr);
    assert!(copies(&publisher, folder.path()).is_empty());
}

#[test]
fn the_signer_shown_is_the_one_that_is_registered() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    let run = publisher.run(folder.path(), &INSTALL);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let document = info(&publisher, folder.path()).document();
    assert_eq!(document["signed_by"], "acme");
    assert_eq!(document["source"], "installed");
    // Asking for it again changes nothing.
    let again = publisher.run(folder.path(), &INSTALL);
    assert_eq!(again.exit, 0, "{}", again.stderr);
    assert!(again.stderr.contains("here already"), "{}", again.stderr);
}

#[test]
fn a_recalled_driver_is_disabled_at_the_next_check_and_no_step_back_revives_it() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    assert_eq!(publisher.run(folder.path(), &INSTALL).exit, 0);
    publisher.withdraw_last("recall");
    assert_eq!(publisher.run(folder.path(), &["update", "check"]).exit, 0);

    let copies = copies(&publisher, folder.path());
    let (version, enabled, reason) = &copies[0];
    assert_eq!((version, enabled), (&"1.0.0".into(), &false.into()));
    assert!(reason.as_str().unwrap().contains("wrong results"), "{reason}");
    let port = "usb-1-1:1.0 1209:000a /nowhere Meter X\n";
    let named = ["read", "--device", "usb-1-1:1.0", "--driver", "acme.meter-x", "--format", "json"];
    assert_eq!(publisher.run_with(folder.path(), port, &named).failed_with(7), "package.blocked");

    // A newer version comes, and the way back from it does not lead to the recalled one.
    publisher.add(&Package::meter_x("1.1.0"));
    let run = publisher.run(folder.path(), &INSTALL);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let revert = publisher.run(folder.path(), &["plugin", "revert", "acme.meter-x"]);
    assert_eq!(revert.exit, 4, "{}", revert.stderr);
    assert_eq!(info(&publisher, folder.path()).document()["version"], "1.1.0");
}

#[test]
fn a_step_back_leads_to_the_version_before() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    for version in ["1.0.0", "1.1.0"] {
        publisher.add(&Package::meter_x(version));
        assert_eq!(publisher.run(folder.path(), &INSTALL).exit, 0);
    }
    let revert = publisher.run(folder.path(), &["plugin", "revert", "acme.meter-x"]);
    assert_eq!(revert.exit, 0, "{}", revert.stderr);
    assert_eq!(info(&publisher, folder.path()).document()["version"], "1.0.0");
}

#[test]
fn a_file_by_hand_is_held_against_its_signature_and_the_stored_feed() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    let package = Package::meter_x("1.0.0");
    publisher.add(&package);
    assert_eq!(publisher.run(folder.path(), &["update", "check"]).exit, 0);
    let stranger = Key::named("somebody");
    let run = |file: &str, command: &str| {
        publisher.run(
            folder.path(),
            &["plugin", command, file, "--json"][..if command == "verify" { 4 } else { 3 }],
        )
    };

    let file = publisher.by_hand(&package, folder.path(), Some(&stranger));
    assert_eq!(run(&file, "verify").failed_with(7), "package.signature");
    assert_eq!(run(&file, "install").exit, 7);
    fs::remove_file(format!("{file}.minisig")).unwrap();
    assert_eq!(run(&file, "verify").failed_with(7), "package.unsigned");

    let file = publisher.by_hand(&package, folder.path(), None);
    let verified = run(&file, "verify");
    assert_eq!(verified.exit, 0, "{}", verified.stderr);
    assert_eq!(verified.document()["signed_by"], "acme");
    let install = publisher.run(folder.path(), &["plugin", "install", &file, "--yes"]);
    assert_eq!(install.exit, 0, "{}", install.stderr);
    assert_eq!(info(&publisher, folder.path()).document()["signed_by"], "acme");

    // An older one needs an answer.
    let older = publisher.by_hand(&Package::meter_x("0.9.0"), folder.path(), None);
    let run = publisher.run(folder.path(), &["plugin", "install", &older]);
    assert_eq!(run.exit, 7, "{}", run.stderr);
    assert!(run.stderr.contains("older than the installed version 1.0.0"), "{}", run.stderr);
}

#[test]
fn a_withdrawn_or_refused_file_is_refused_from_a_hand_too() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    let (withdrawn, refused) = (Package::meter_x("1.0.0"), Package::meter_x("1.1.0"));
    publisher.add(&withdrawn);
    publisher.withdraw_last("defect");
    publisher.refuse(&refused);
    assert_eq!(publisher.run(folder.path(), &["update", "check"]).exit, 0);
    for package in [&withdrawn, &refused] {
        let file = publisher.by_hand(package, folder.path(), None);
        for how in [
            &["plugin", "install", &file, "--yes"][..],
            &["plugin", "install", &file, "--unsigned", "--yes"],
        ] {
            let run = publisher.run(folder.path(), how);
            assert_eq!(run.exit, 7, "{}", run.stderr);
        }
        let verify = publisher.run(folder.path(), &["plugin", "verify", &file, "--json"]);
        assert_eq!(verify.failed_with(7), "package.blocked");
    }
}

#[test]
fn an_unsigned_file_never_replaces_a_signed_driver_and_not_at_all_where_the_policy_forbids_it() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    assert_eq!(publisher.run(folder.path(), &INSTALL).exit, 0);
    let newer = publisher.by_hand(&Package::meter_x("9.0.0"), folder.path(), None);
    let run = publisher.run(folder.path(), &["plugin", "install", &newer, "--unsigned", "--yes"]);
    assert_eq!(run.exit, 7, "{}", run.stderr);
    assert_eq!(info(&publisher, folder.path()).document()["version"], "1.0.0");

    fs::write(folder.path().join("policy.toml"), "[update]\nunsigned = false\n").unwrap();
    let own = Package::of_ultra2("own", "1.0.0", "device", (0x1209, 0x000B));
    let own = publisher.by_hand(&own, folder.path(), None);
    let run = publisher.run(folder.path(), &["plugin", "install", &own, "--unsigned", "--yes"]);
    assert_eq!(run.exit, 7, "{}", run.stderr);
    assert!(run.stderr.contains("policy"), "{}", run.stderr);
}

#[test]
fn an_unknown_meter_is_shown_with_the_driver_that_could_be_installed() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    let port = "usb-1-1:1.0 1209:000a /nowhere Meter X\nusb-1-2:1.0 1209:000b /nowhere\n";
    let devices = || publisher.run_with(folder.path(), port, &["devices", "--json"]).document();
    assert_eq!(devices()["devices"][0]["drivers"], Value::Array(vec![]), "nothing was asked yet");

    assert_eq!(publisher.run(folder.path(), &["update", "check"]).exit, 0);
    let listed = devices();
    let driver = &listed["devices"][0]["drivers"][0];
    assert_eq!((&driver["id"], &driver["source"]), (&"acme.meter-x".into(), &"feed".into()));
    assert_eq!((&driver["version"], &driver["match"]), (&"1.0.0".into(), &"device".into()));
    assert_eq!(listed["devices"][0]["state"], "no-driver");
    assert_eq!(listed["devices"][1]["drivers"], Value::Array(vec![]), "another meter");

    let read = ["read", "--device", "usb-1-1:1.0", "--format", "json"];
    let run = publisher.run_with(folder.path(), port, &read);
    assert_eq!(run.failed_with(4), "driver.none");
    assert_eq!(run.error()["candidates"], serde_json::json!(["acme.meter-x"]));
}

#[test]
fn a_meter_is_read_with_the_driver_that_was_just_installed() {
    let meter = Meter::start("onetouch-ultra2", 5, &[]);
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    assert_eq!(publisher.run(folder.path(), &INSTALL).exit, 0);
    let port = format!("usb-1-1:1.0 1209:000a {} Meter X\n", meter.port.display());
    let run = publisher.run_with(folder.path(), &port, &["read", "--format", "json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert_eq!(run.document()["driver"]["id"], "acme.meter-x");
    assert_eq!(run.document()["results"].as_array().unwrap().len(), 5);
}

#[cfg(unix)]
#[test]
fn on_a_terminal_an_unknown_meter_is_named_its_driver_offered_and_the_meter_read() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use std::io::{Read, Write};

    let meter = Meter::start("onetouch-ultra2", 5, &[]);
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    // The feed is known, and the driver is not here.
    publisher.run(folder.path(), &["update", "check"]);
    let port = format!("usb-1-1:1.0 1209:000a {} Meter X\n", meter.port.display());

    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let path = ptsname(&person, Vec::new()).unwrap().to_string_lossy().into_owned();
    let terminal = || fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let mut command = publisher.command(folder.path(), &port);
    command.args(["read", "--device", "usb-1-1:1.0"]).stdin(terminal()).stderr(terminal());
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    // The terminal ends with the program.
    drop(command);
    let mut person = fs::File::from(person);
    let mut shown = String::new();
    let mut hears = |what: &str, answer: &str| {
        let mut bytes = [0; 1024];
        while !shown.contains(what) {
            let count = person.read(&mut bytes).unwrap_or(0);
            assert!(count > 0, "no `{what}` in {shown}");
            shown += &String::from_utf8_lossy(&bytes[..count]);
        }
        person.write_all(answer.as_bytes()).unwrap();
    };
    hears("signed by acme", "");
    hears("Fetch which?", "1\n");
    hears("may touch", "");
    hears("Install it and read the meter?", "y\n");
    hears("installed `acme.meter-x` 1.0.0", "");
    drop(person);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{shown}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("5 results"), "{shown}");
}
