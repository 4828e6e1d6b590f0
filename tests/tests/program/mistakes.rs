//! What people do wrong: each mistake has its exit code, its word and its next step.

use std::fs;

use crate::support::{Meter, meterport, meterport_in, path};

#[test]
fn wrong_words_are_exit_2_in_the_form_that_was_asked_for() {
    let run = meterport(["read", "--fromat", "json"]);
    assert_eq!(run.exit, 2);
    let run = meterport(["devices", "--json", "--nonsense"]);
    assert_eq!(run.failed_with(2), "usage");
    let run = meterport([
        "read",
        "--format",
        "json",
        "--zone",
        "Mars/Olympus",
        "--port",
        "/dev/null",
        "--driver",
        "onetouch-ultra2",
    ]);
    assert_eq!(run.failed_with(2), "usage");
}

#[test]
fn a_port_that_is_not_there_is_said_so() {
    let run = meterport([
        "read",
        "--format",
        "json",
        "--port",
        "/dev/ttyNOPE",
        "--driver",
        "onetouch-ultra2",
    ]);
    assert!(matches!(run.exit, 3 | 5), "{}", run.stderr);
    assert!(run.error()["message"].as_str().unwrap().contains("/dev/ttyNOPE"));
    assert!(run.error()["hint"].is_string());
}

#[test]
fn a_driver_that_is_not_there_lists_those_that_are() {
    let run =
        meterport(["read", "--format", "json", "--port", "/dev/ttyNOPE", "--driver", "onetouch"]);
    assert_eq!(run.failed_with(4), "driver.none");
    assert!(run.error()["candidates"].as_array().unwrap().len() >= 3);
}

#[test]
fn an_existing_file_is_kept_unless_somebody_says_otherwise() {
    let meter = Meter::start("onetouch-ultra2", 3, &[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.json");
    fs::write(&file, "precious").unwrap();
    let read = |more: &[&str]| {
        let mut arguments = vec!["read".to_owned(), "--format".into(), "json".into()];
        arguments.extend(meter.arguments());
        arguments.extend(["--output".to_owned(), path(&file)]);
        arguments.extend(more.iter().map(|word| (*word).to_owned()));
        meterport_in(folder.path(), arguments)
    };
    assert_eq!(read(&[]).failed_with(7), "output.exists");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    assert_eq!(read(&["--force"]).exit, 0);
    assert!(fs::read_to_string(&file).unwrap().contains("meterport.readout/1"));
}

#[test]
fn a_broken_configuration_is_named_and_version_still_works() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("meterport.toml"), "zone = 5").unwrap();
    let run = meterport_in(folder.path(), ["devices", "--json"]);
    assert_eq!(run.failed_with(2), "config.invalid");
    assert_eq!(meterport_in(folder.path(), ["version", "--json"]).exit, 0);
    assert_eq!(meterport_in(folder.path(), ["config", "path"]).exit, 0);
}

#[test]
fn a_name_that_was_typed_in_the_wrong_place_is_not_repeated() {
    for more in [&["--json"][..], &[]] {
        let mut arguments = vec!["upload", "--patient", "Erika", "Mustermann"];
        arguments.extend(more);
        let run = meterport(arguments);
        assert_eq!(run.exit, 2);
        assert!(!run.stderr.contains("Mustermann"), "{}", run.stderr);
    }
}

#[test]
fn a_place_that_cannot_be_written_is_found_before_the_meter_is_read() {
    let meter = Meter::start("onetouch-ultra2", 500, &["pace=9600"]);
    let started = std::time::Instant::now();
    for (file, exit) in [("/no-such-folder/x.json", 5), ("/dev/null", 2), ("/tmp", 2)] {
        let mut arguments = vec!["read".to_owned(), "--format".into(), "json".into()];
        arguments.extend(meter.arguments());
        arguments.extend(["--output".to_owned(), file.to_owned(), "--force".to_owned()]);
        let run = meterport(arguments);
        assert_eq!(run.exit, exit, "{}", run.stderr);
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "the meter was read first");
    let run = meterport([
        "read",
        "--replay",
        "/dev/zero",
        "--driver",
        "onetouch-ultra2",
        "--format",
        "json",
    ]);
    assert_eq!(run.failed_with(2), "usage");
}

#[test]
fn recording_asks_first_and_what_it_writes_can_be_replayed() {
    let meter = Meter::start("onetouch-ultraeasy", 4, &[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meter.rec");
    let record = |more: &[&str]| {
        let mut arguments = vec!["record".to_owned()];
        arguments.extend(meter.arguments());
        arguments.extend(["--output".to_owned(), path(&file)]);
        arguments.extend(more.iter().map(|word| (*word).to_owned()));
        meterport_in(folder.path(), arguments)
    };
    assert_eq!(record(&[]).exit, 2, "nobody agreed");
    assert!(!file.exists());
    let run = record(&["--yes"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let replay = meterport([
        "read",
        "--replay",
        &path(&file),
        "--driver",
        "onetouch-ultraeasy",
        "--format",
        "json",
    ]);
    assert_eq!(replay.exit, 0, "{}", replay.stderr);
    assert_eq!(replay.document()["results"].as_array().unwrap().len(), 4);
}

#[test]
fn what_is_no_capture_is_not_imported_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let (capture, file) = (folder.path().join("a.pcapng"), folder.path().join("a.rec"));
    fs::write(&capture, "not a capture").unwrap();
    let import = |more: &[&str]| {
        let mut arguments = vec!["record".to_owned(), "--import".to_owned(), path(&capture)];
        arguments.extend(["--output".to_owned(), path(&file)]);
        arguments.extend(more.iter().map(|word| (*word).to_owned()));
        meterport_in(folder.path(), arguments)
    };
    assert_eq!(import(&[]).exit, 2, "nobody agreed");
    let run = import(&["--yes"]);
    assert_eq!(run.exit, 6, "{}", run.stderr);
    assert!(run.stderr.contains("pcapng"), "{}", run.stderr);
    assert_eq!(import(&["--yes", "--serial", "9600 8X1"]).exit, 2);
    assert_eq!(import(&["--yes", "--usb", "seven"]).exit, 2);
    assert_eq!(import(&["--yes", "--driver", "onetouch-ultra2"]).exit, 2);
    assert!(!file.exists());
}

#[test]
fn a_place_where_no_device_is_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = path(&folder.path().join("nowhere"));
    for (option, place) in [("--hid", nowhere.as_str()), ("--usb", "9:99"), ("--port", &nowhere)] {
        let run = meterport(["read", option, place, "--driver", "ascensia-contour"]);
        assert!(matches!(run.exit, 3 | 5), "{option}: {} {}", run.exit, run.stderr);
        assert!(run.stderr.contains("hint"), "{option}: {}", run.stderr);
        assert!(!run.stderr.contains("any more"), "{option}: {}", run.stderr);
    }
    let nobody = meterport(["read", "--format", "json", "--port", &nowhere]);
    assert_eq!(nobody.failed_with(3), "device.none", "before anybody is asked for a driver");
    assert_eq!(meterport(["read", "--usb", "1-9"]).exit, 2);
    let large = meterport(["read", "--usb", "999:1"]);
    assert!(large.exit == 2 && large.stderr.contains("at most 255"), "{}", large.stderr);
    assert_eq!(meterport(["read", "--volume", &nowhere]).exit, 3);
    let file = folder.path().join("file.ibf");
    fs::write(&file, "").unwrap();
    assert_eq!(meterport(["read", "--volume", &path(&file)]).exit, 5);
}

#[test]
fn what_is_always_refused_is_not_offered() {
    assert!(meterport(["read", "--help"]).stdout.contains("--replay <FILE>"));
    assert!(!meterport(["record", "--help"]).stdout.contains("--replay <FILE>"));
}

#[test]
fn every_command_has_help_with_examples() {
    for command in [
        "demo",
        "devices",
        "read",
        "upload",
        "record",
        "plugin",
        "login",
        "logout",
        "whoami",
        "config",
        "selftest",
        "completions",
        "version",
    ] {
        let run = meterport([command, "--help"]);
        assert_eq!(run.exit, 0, "{command}");
        assert!(
            command == "plugin" || command == "config" || run.stdout.contains("Examples:"),
            "{command}"
        );
    }
}

#[test]
fn configuration_is_set_shown_and_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(meterport_in(folder.path(), ["config", "set", "zone", "Europe/Berlin"]).exit, 0);
    let run = meterport_in(folder.path(), ["config", "get", "zone", "--source"]);
    assert_eq!(run.stdout, "Europe/Berlin\tuser\n");
    assert_eq!(meterport_in(folder.path(), ["config", "set", "zone", "Nowhere"]).exit, 2);
    assert_eq!(meterport_in(folder.path(), ["config", "set", "colour", "red"]).exit, 2);
    let rules = meterport_in(folder.path(), ["config", "udev"]);
    assert!(rules.stdout.contains("ATTRS{idVendor}==\"1a61\""), "{}", rules.stdout);
}
