//! Drivers that ask for what no driver gets: a keyboard, a memory stick, a card reader, a webcam, a
//! home folder. Whatever a manifest says, nothing is opened.

use std::path::Path;
use std::process::ExitCode;

use meterport::Host;
use meterport_devices::{Attached, BlockIdentity, DeviceId, Fixed, UsbAddress};
use meterport_manifest::HidUsage;
use meterport_tests::{driver_with_manifest, programs};

const ID: &str = "greedy";

/// The first driver of this project with another manifest: what it does never comes to matter.
fn install(folder: &Path, rule: &str, writes: &str) -> Option<ExitCode> {
    let manifest = format!(
        "manifest = 1\nid = \"{ID}\"\nversion = \"9.0.0\"\ncontract = \"0.1\"\ntitle = \"Greedy\"\n\
         family = \"greedy\"\n[[model]]\nname = \"G\"\ntested = false\n[[match]]\nkind = \"device\"\n\
         {rule}\n[permissions]\nset-clock = false\nusb-vendor-requests = []\nblock-write = [{writes}]\n"
    );
    let file = folder.join("greedy.wasm");
    std::fs::write(&file, driver_with_manifest(&manifest).unwrap()).unwrap();
    let file = file.display().to_string();
    let installed = run(folder, vec![], &["plugin", "install", &file, "--unsigned", "--yes"]);
    (installed == ExitCode::SUCCESS).then_some(installed)
}

fn run(folder: &Path, attached: Vec<Attached>, arguments: &[&str]) -> ExitCode {
    let data = folder.join("data").display().to_string();
    let config = folder.join("meterport.toml").display().to_string();
    let host = Host {
        devices: Box::new(Fixed(attached)),
        programs: Some(programs().unwrap().bin_dir.clone()),
        ..Host::system()
    };
    let mut words = vec!["meterport", "--data-dir", &data, "--config", &config];
    words.extend(arguments);
    meterport::run(words.into_iter().map(Into::into), &host)
}

/// It does not count as a match, and naming it helps as little. The path leads nowhere: had it been
/// opened, the exit code would be another.
fn gets_nothing(rule: &str, attached: Attached) {
    let folder = tempfile::tempdir().unwrap();
    assert!(install(folder.path(), rule, "3").is_some(), "{rule}");
    let one = || vec![attached.clone()];
    let unasked = run(folder.path(), one(), &["read", "--device", "x-1", "--format", "json"]);
    assert_eq!(unasked, ExitCode::from(4), "{rule}");
    let named = ["read", "--device", "x-1", "--driver", ID, "--format", "json"];
    assert_eq!(run(folder.path(), one(), &named), ExitCode::from(7), "{rule}");
}

fn id() -> DeviceId {
    DeviceId::parse("x-1").unwrap()
}

#[test]
fn a_keyboard_is_not_given_to_a_driver_that_names_it() {
    let usages = vec![HidUsage { page: 0xFF00, usage: 1 }, HidUsage { page: 1, usage: 6 }];
    let keyboard = Attached::hid(id(), "/nowhere/hidraw0", Some(0), usages);
    gets_nothing(
        "transport = \"hid\"\nvid = 0x046D\npid = 0xC31C\n",
        keyboard.with_usb(0x046D, 0xC31C, None),
    );
}

#[test]
fn a_memory_stick_is_not_given_to_a_driver_that_names_it() {
    let identity = BlockIdentity {
        vendor: "SanDisk".to_owned(),
        product: "Ultra".to_owned(),
        revision: "1.00".to_owned(),
    };
    let stick = Attached::block(id(), "/nowhere/sdb", identity);
    gets_nothing(
        "transport = \"block\"\nvid = 0x0781\npid = 0x5581\nvendor = \"SanDisk\"\nmodel = \"*\"\n\
         read = [0, 3]\n",
        stick.with_usb(0x0781, 0x5581, None),
    );
}

#[test]
fn a_card_reader_and_a_webcam_are_not_given_to_a_driver_that_names_them() {
    for class in [0x0B, 0x0E, 0x08, 0x03, 0xE0] {
        let address = UsbAddress { bus: 1, address: 99 };
        let device = Attached::usb(id(), address, 0, class).with_usb(0x1209, 0x0001, None);
        gets_nothing("transport = \"usb\"\nvid = 0x1209\npid = 0x0001\nclass = 0xFF\n", device);
    }
}

#[test]
fn a_driver_that_wants_every_file_of_a_home_folder_is_not_even_installed() {
    let folder = tempfile::tempdir().unwrap();
    for files in ["*", "*.*"] {
        let rule = format!("transport = \"volume\"\nlabel = \"HOME*\"\nfiles = [\"{files}\"]\n");
        assert!(install(folder.path(), &rule, "").is_none(), "{files}");
    }
}

#[test]
fn a_folder_shows_a_driver_the_files_its_manifest_names_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    std::fs::write(home.join("letter.txt"), "dear").unwrap();
    let home = home.display().to_string();
    let unasked = ["read", "--volume", &home, "--format", "json"];
    assert_eq!(run(folder.path(), vec![], &unasked), ExitCode::from(4));
}
