//! A recording stands in for the device it was made of.

use meterport_sdk::recording::Recording;
use meterport_sdk::testing::{VirtualTime, read, replay, replay_to_end, run};
use meterport_sdk::wit::{EntryKind, Kind, Order, Recipient, Setup, Summary};
use meterport_sdk::{Context, Device, Driver, DriverError, IoError, Sink};

pub fn recording(transport: &str, body: &str) -> Recording {
    let header = "# meterport-recording 1\n# source: written for this test\n";
    Recording::parse(&format!("{header}# transport: {transport}\n{body}")).unwrap()
}

fn device(transport: &str, body: &str) -> (Device, VirtualTime) {
    let time = VirtualTime::default();
    (replay(recording(transport, body), &time), time)
}

fn said<T: std::fmt::Debug>(result: Result<T, IoError>) -> String {
    match result.unwrap_err() {
        IoError::Other(text) => text,
        other => panic!("another error: {other:?}"),
    }
}

const GET_DEVICE_STATUS: Setup =
    Setup { kind: Kind::Standard, recipient: Recipient::Device, request: 0, value: 0, index: 0 };

#[test]
fn another_report_than_the_recorded_one_is_a_mismatch_with_its_line() {
    let (device, _) = device("hid 1A79:7410", "> 00 01\n< 00 02\n");
    let mut hid = device.hid().unwrap();
    assert_eq!(said(hid.write(&[0, 9])), "line 4: the driver left the recording at byte 1");
}

#[test]
fn a_report_that_nobody_sent_is_a_timeout_that_takes_its_time() {
    let (device, time) = device("hid 1A79:7410", "> 00 01\n< 00 02\n! unplug\n");
    let mut hid = device.hid().unwrap();
    assert_eq!(hid.read(700), Err(IoError::Timeout));
    assert_eq!(time.now_ms(), 700);
    hid.write(&[0, 1]).unwrap();
    assert_eq!(hid.read(700), Ok(vec![0, 2]));
    assert_eq!(hid.read(700), Err(IoError::Disconnected));
}

#[test]
fn a_feature_report_longer_than_asked_for_is_an_overflow() {
    let (device, _) = device("hid 1A79:7410", "F> 05 01\nF< 05 02 03\n");
    let mut hid = device.hid().unwrap();
    hid.set_feature(&[5, 1]).unwrap();
    assert_eq!(hid.get_feature(5, 2), Err(IoError::Overflow));
    assert_eq!(said(hid.report_descriptor()), "a recording holds no report descriptor");
}

#[test]
fn a_transfer_longer_than_asked_for_is_an_overflow_and_an_empty_one_is_a_transfer() {
    let body = "1> 01\n81< 02 03\n81<\n! stall\n81< 04\n";
    let (device, time) = device("usb 173A:21D5 0", body);
    let mut usb = device.usb().unwrap();
    assert_eq!(usb.transfer_in(0x81, 64, 60_000), Err(IoError::Timeout));
    assert_eq!(time.now_ms(), 2000, "one call takes two seconds at most");
    assert_eq!(usb.transfer_out(1, &[1], 0), Ok(1));
    assert_eq!(usb.transfer_in(0x81, 1, 0), Err(IoError::Overflow));
    assert_eq!(usb.transfer_in(0x81, 64, 0), Ok(vec![]));
    assert_eq!(usb.transfer_in(0x81, 64, 0), Err(IoError::Stall));
    assert_eq!(usb.clear_halt(0x81), Ok(()));
    assert_eq!(usb.transfer_in(0x81, 64, 0), Ok(vec![4]));
}

#[test]
fn control_requests_match_by_all_bytes_of_their_setup() {
    let body = "C< 80 00 00 00 00 00 02 00 00 00\nC> 21 09 00 03 01 00 01 00 AA\n";
    let (device, _) = device("usb 173A:21D5 1", body);
    let mut usb = device.usb().unwrap();
    assert_eq!(
        said(usb.control_in(GET_DEVICE_STATUS, 1, 0)),
        "line 4: the driver left the recording at byte 6"
    );
    assert_eq!(usb.control_in(GET_DEVICE_STATUS, 2, 0), Ok(vec![0, 0]));
    let setup = Setup {
        kind: Kind::Class,
        recipient: Recipient::Interface,
        request: 9,
        value: 0x0300,
        index: 1,
    };
    assert_eq!(usb.control_out(setup, &[0xAA], 0), Ok(1));
}

#[test]
fn the_endpoints_of_a_recording_are_those_that_occur_in_it() {
    let (device, _) = device("usb 173A:21D5 0", "82< 01\n1> 01\n82<\n");
    let addresses: Vec<u8> =
        device.usb().unwrap().endpoints().iter().map(|endpoint| endpoint.address).collect();
    assert_eq!(addresses, [0x01, 0x82]);
}

#[test]
fn a_block_of_another_length_or_another_number_of_blocks_is_refused() {
    let (device, _) = device("block", "B> 3 01\nB< 3 02\n");
    let mut disk = device.block().unwrap();
    assert!(matches!(disk.write(3, &[1], 0), Err(IoError::Denied(_))));
    let mut block = vec![0; 512];
    block[0] = 1;
    disk.write(3, &block, 0).unwrap();
    let (again, _) = self::device("block", "B< 3 02\n");
    assert!(matches!(again.block().unwrap().read(3, 2, 0), Err(IoError::Other(_))));
    block[0] = 2;
    assert_eq!(disk.read(3, 1, 0), Ok(block));
    assert_eq!(disk.identity().vendor, "");
}

#[test]
fn a_volume_has_the_files_of_the_recording_and_nothing_else() {
    let (device, _) = device("volume", "V a.ibf\n< 01 02\n< 03\nV b.ibf\n! unplug\n");
    let mut root = device.volume().unwrap();
    assert!(matches!(root.list("logs"), Err(IoError::Denied(_))));
    assert!(matches!(root.open("c.ibf"), Err(IoError::Denied(_))));
    let listed = root.list("").unwrap();
    let names: Vec<_> = listed.iter().map(|entry| (entry.name.as_str(), entry.size)).collect();
    assert_eq!(names, [("a.ibf", 3), ("b.ibf", 0)]);
    assert!(listed.iter().all(|entry| entry.kind == EntryKind::File));
    let mut file = root.open("a.ibf").unwrap();
    assert!(matches!(file.read_at(0, 65_537), Err(IoError::Denied(_))));
    assert_eq!(file.size(), 3);
    assert_eq!(file.read_at(1, 9), Ok(vec![2, 3]));
    assert_eq!(file.read_at(9, 9), Ok(vec![]));
    assert_eq!(root.open("b.ibf").unwrap().read_at(0, 1), Err(IoError::Disconnected));
    assert_eq!(file.read_at(0, 1), Err(IoError::Disconnected));
}

/// Reads nothing, and says that this is all.
struct Hasty;

impl Driver for Hasty {
    fn read(&self, _: Device, _: &Context, sink: &mut Sink) -> Result<Summary, DriverError> {
        sink.finish(Order::NewestFirst)
    }
}

#[test]
fn a_driver_that_ends_before_its_recording_has_not_read_it() {
    let surplus = |transport, body| {
        read(&Hasty, &recording(transport, body).to_text()).err().map(|error| error.to_string())
    };
    let left = |line: u32| Some(format!("line {line}: the driver ended, the recording goes on"));
    assert_eq!(surplus("hid 1A79:7410", "< 00 01\n"), left(4));
    assert_eq!(surplus("usb 173A:21D5 0", "82<\n"), left(4));
    assert_eq!(surplus("block", "! timeout\n"), left(4));
    assert_eq!(surplus("volume", "V a.ibf\n! timeout\n"), left(5));
    assert_eq!(surplus("volume", "V a.ibf\n< 01\n"), None);
    assert_eq!(surplus("serial 9600 8N1", ""), None);
}

#[test]
fn what_is_left_over_can_be_asked_for_apart() {
    let time = VirtualTime::default();
    let (device, end) = replay_to_end(recording("hid 1A79:7410", "> 00 01\n"), &time);
    assert!(run(&Hasty, device, &time).is_complete());
    assert!(end.check().is_err());
}
