//! What hangs on a cable is said once: remembered for the port and the adapter, and for no other.

use std::path::Path;
use std::process::ExitCode;

use meterport::Host;
use meterport_devices::{AdapterSerial, Attached, DeviceId, Fixed};
use meterport_tests::programs;

use crate::support::Meter;

const PORT: &str = "usb-1-1:1.0";

fn cable(port: &str, meter: &Meter, serial: &str) -> Attached {
    Attached::serial(DeviceId::parse(port).unwrap(), &meter.port)
        .with_usb(0x0403, 0x6001, None)
        .with_adapter_serial(AdapterSerial::new(serial))
}

fn run(folder: &Path, attached: Attached, arguments: &[&str]) -> ExitCode {
    let data = folder.join("data").display().to_string();
    let config = folder.join("meterport.toml").display().to_string();
    let host = Host {
        devices: Box::new(Fixed(vec![attached])),
        programs: Some(programs().unwrap().bin_dir.clone()),
        ..Host::system()
    };
    let mut words = vec!["meterport", "--data-dir", &data, "--config", &config];
    words.extend(arguments);
    meterport::run(words.into_iter().map(Into::into), &host)
}

const ASK: [&str; 3] = ["read", "--format", "json"];
const TELL: [&str; 6] = ["read", "--driver", "onetouch-ultra2", "--remember", "--format", "json"];

#[test]
fn a_choice_is_remembered_for_this_adapter_at_this_port_until_it_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let meter = Meter::start("onetouch-ultra2", 3, &[]);
    let here = || cable(PORT, &meter, "A1");
    assert_eq!(run(folder.path(), here(), &ASK), ExitCode::from(4), "nobody has said");
    assert_eq!(run(folder.path(), here(), &TELL), ExitCode::SUCCESS);
    assert_eq!(run(folder.path(), here(), &ASK), ExitCode::SUCCESS, "it was said");
    assert_eq!(run(folder.path(), cable("usb-1-2:1.0", &meter, "A1"), &ASK), ExitCode::from(4));
    assert_eq!(run(folder.path(), cable(PORT, &meter, "B2"), &ASK), ExitCode::from(4));
    assert_eq!(run(folder.path(), here(), &["devices", "--forget", PORT]), ExitCode::SUCCESS);
    assert_eq!(run(folder.path(), here(), &ASK), ExitCode::from(4), "it was forgotten");
    assert_eq!(run(folder.path(), here(), &["devices", "--forget", PORT]), ExitCode::from(3));
}

#[test]
fn a_reading_that_fails_is_not_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let meter = Meter::start("onetouch-ultra2", 3, &["unplug-after=40"]);
    assert_eq!(run(folder.path(), cable(PORT, &meter, "A1"), &TELL), ExitCode::from(5));
    assert_eq!(run(folder.path(), cable(PORT, &meter, "A1"), &ASK), ExitCode::from(4));
}

#[test]
fn a_choice_without_a_driver_or_for_a_port_nobody_lists_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let meter = Meter::start("onetouch-ultra2", 3, &[]);
    let alone = ["read", "--remember"];
    assert_eq!(run(folder.path(), cable(PORT, &meter, "A1"), &alone), ExitCode::from(2));
    let other = Meter::start("onetouch-ultra2", 3, &[]);
    let path = other.port.display().to_string();
    let bare = ["read", "--port", &path, "--driver", "onetouch-ultra2", "--remember"];
    assert_eq!(run(folder.path(), cable(PORT, &meter, "A1"), &bare), ExitCode::from(2));
}

#[test]
fn a_device_that_is_known_and_cannot_be_read_is_no_broken_cable() {
    let folder = tempfile::tempdir().unwrap();
    let one = Attached::serial(DeviceId::parse(PORT).unwrap(), "/dev/ttyACM0");
    let pump = one.with_usb(0x0483, 0x5740, Some("t:slim X2".to_owned()));
    assert_eq!(run(folder.path(), pump.clone(), &ASK), ExitCode::from(4));
    assert_eq!(run(folder.path(), pump, &["devices", "--json"]), ExitCode::SUCCESS);
}
