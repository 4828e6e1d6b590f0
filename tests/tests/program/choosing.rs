//! Which meter and which driver: what is attached is a list of this test's own.

use std::path::PathBuf;
use std::process::ExitCode;

use meterport::Host;
use meterport_devices::{Access, Attached, DeviceId, Fixed};
use meterport_tests::programs;

use crate::support::Meter;

fn cable(id: &str, path: impl Into<PathBuf>) -> Attached {
    Attached::serial(DeviceId::parse(id).unwrap(), path).with_usb(0x0403, 0x6001, None)
}

fn run(attached: Vec<Attached>, arguments: &[&str]) -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let config = folder.path().join("meterport.toml").display().to_string();
    let host = Host {
        devices: Box::new(Fixed(attached)),
        programs: Some(programs().unwrap().bin_dir.clone()),
        ..Host::system()
    };
    let mut words = vec!["meterport", "--data-dir", &data, "--config", &config];
    words.extend(arguments);
    meterport::run(words.into_iter().map(Into::into), &host)
}

#[test]
fn nothing_attached_is_exit_3() {
    assert_eq!(run(vec![], &["read"]), ExitCode::from(3));
    assert_eq!(run(vec![], &["read", "--device", "usb-1-2:1.0"]), ExitCode::from(3));
}

#[test]
fn two_devices_and_no_choice_is_exit_3() {
    let two = vec![cable("usb-1-1:1.0", "/dev/ttyUSB0"), cable("usb-1-2:1.0", "/dev/ttyUSB1")];
    assert_eq!(run(two, &["read", "--format", "json"]), ExitCode::from(3));
}

#[test]
fn a_cable_is_never_guessed_however_few_drivers_there_are() {
    let one = vec![cable("usb-1-1:1.0", "/dev/ttyUSB0")];
    assert_eq!(run(one, &["read", "--format", "json"]), ExitCode::from(4));
}

#[test]
fn a_device_no_driver_knows_is_exit_4() {
    let one = Attached::serial(DeviceId::parse("usb-1-1:1.0").unwrap(), "/dev/ttyACM0");
    let one = one.with_usb(0x1234, 0x5678, None);
    assert_eq!(run(vec![one], &["read", "--format", "json"]), ExitCode::from(4));
}

#[test]
fn a_device_that_may_not_be_opened_or_is_in_use_is_exit_5() {
    for access in [Access::NoPermission, Access::Busy] {
        let one = cable("usb-1-1:1.0", "/dev/ttyUSB0").with_access(access);
        let arguments = ["read", "--driver", "onetouch-ultra2", "--format", "json"];
        assert_eq!(run(vec![one], &arguments), ExitCode::from(5));
    }
}

#[test]
fn the_makers_own_cable_needs_no_driver_to_be_named() {
    let meter = Meter::start("freestyle-serial", 5, &[]);
    let one = Attached::serial(DeviceId::parse("usb-1-1:1.0").unwrap(), &meter.port);
    let one = one.with_usb(0x1A61, 0x3410, None);
    assert_eq!(run(vec![one], &["read", "--format", "json"]), ExitCode::SUCCESS);
}

#[test]
fn several_meters_are_read_one_by_one_and_a_bad_one_hides_no_other() {
    let meter = Meter::start("freestyle-serial", 5, &[]);
    let good = Attached::serial(DeviceId::parse("usb-1-1:1.0").unwrap(), &meter.port);
    let good = good.with_usb(0x1A61, 0x3410, None);
    let bad = cable("usb-1-2:1.0", "/dev/ttyUSB7");
    assert_eq!(run(vec![good, bad], &["read", "--all", "--format", "json"]), ExitCode::from(4));
}
