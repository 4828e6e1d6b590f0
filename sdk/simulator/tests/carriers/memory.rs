//! A meter in memory refuses, waits and answers as one behind the host does.

use meterport_sdk::testing::{VirtualTime, run};
use meterport_sdk::wit::{Kind as Request, Recipient, Setup, Transfer};
use meterport_sdk::{Device, IoError};
use meterport_simulator::Simulator;
use meterport_simulator::memory::{self, Shared};

use crate::driver::{CAREFUL, entry};
use crate::gauge::{DESCRIPTOR, Gauge, Kind};

fn gauge(kind: Kind) -> (Shared<Gauge>, VirtualTime) {
    (memory::share(Gauge::with(kind, &[101, 240])), VirtualTime::default())
}

fn turned(kind: Kind, knob: &str, value: &str) -> (Shared<Gauge>, VirtualTime) {
    let (meter, time) = gauge(kind);
    meter.borrow_mut().turn(knob, value).unwrap();
    (meter, time)
}

const VENDOR: Setup = Setup {
    kind: Request::Vendor,
    recipient: Recipient::Device,
    request: 0x42,
    value: 0,
    index: 0,
};
const STATUS: Setup =
    Setup { kind: Request::Standard, recipient: Recipient::Device, request: 0, value: 0, index: 0 };

#[test]
fn a_report_without_an_id_or_a_feature_that_is_not_there_is_refused() {
    let (meter, time) = gauge(Kind::Hid);
    let mut hid = memory::hid(&meter, &time).hid().unwrap();
    assert!(matches!(hid.write(&[]), Err(IoError::Denied(_))));
    assert!(matches!(hid.write(&[0; 4097]), Err(IoError::Denied(_))));
    assert_eq!(hid.get_feature(8, 64), Err(IoError::Stall));
    assert_eq!(hid.set_feature(&[8, 0]), Err(IoError::Stall));
    assert_eq!(hid.get_feature(7, 2), Err(IoError::Overflow));
    assert_eq!(hid.get_feature(7, 3), Ok(vec![7, 1, 2]));
    assert_eq!(hid.set_feature(&[7, 0]), Ok(()));
    assert_eq!(hid.report_descriptor(), Ok(DESCRIPTOR.to_vec()));
}

#[test]
fn a_report_comes_when_its_pause_is_over_and_not_before() {
    let (mut slow, time) = (Gauge::with(Kind::Hid, &[7]), VirtualTime::default());
    slow.pause_ms = 150;
    let mut hid = memory::hid(&memory::share(slow), &time).hid().unwrap();
    hid.write(&[0, 0xA5, 0]).unwrap();
    assert_eq!(hid.read(100), Err(IoError::Timeout));
    assert_eq!(time.now_ms(), 100);
    assert_eq!(hid.read(100).unwrap()[..4], [0, 0x5A, 0, 7]);
    assert_eq!(time.now_ms(), 150);
}

#[test]
fn a_pulled_cable_is_said_by_every_call_once_what_had_come_is_read() {
    let (meter, time) = turned(Kind::Hid, "unplug-after", "9");
    let mut hid = memory::hid(&meter, &time).hid().unwrap();
    hid.write(&[0, 0xA5, 0]).unwrap();
    assert_eq!(hid.read(0).unwrap().len(), 9);
    assert_eq!(hid.read(0), Err(IoError::Disconnected));
    assert_eq!(hid.write(&[0, 0xA5, 0]), Err(IoError::Disconnected));
    assert_eq!(hid.get_feature(7, 3), Err(IoError::Disconnected));
    let (meter, time) = turned(Kind::Usb, "unplug-after", "3");
    let mut usb = memory::usb(&meter, &time).usb().unwrap();
    usb.transfer_out(1, &[0xA5, 0], 0).unwrap();
    assert_eq!(usb.transfer_in(0x81, 64, 100), Err(IoError::Disconnected), "it was cut in two");
    assert_eq!(usb.clear_halt(0x81), Err(IoError::Disconnected));
    let (meter, time) = turned(Kind::Block, "unplug-after", "0");
    let mut disk = memory::block(&meter, &time).block().unwrap();
    assert_eq!(disk.write(3, &[0; 512], 0), Err(IoError::Disconnected));
    assert_eq!(disk.read(3, 1, 100), Err(IoError::Disconnected));
    let (meter, time) = turned(Kind::Volume, "unplug-after", "2");
    let mut root = memory::volume(&meter, &time).volume().unwrap();
    let mut file = root.open("gauge.bin").unwrap();
    assert_eq!(file.read_at(0, 2).unwrap().len(), 2);
    assert_eq!(file.read_at(2, 2), Err(IoError::Disconnected));
    assert_eq!(root.list("").err(), Some(IoError::Disconnected));
    assert_eq!(time.now_ms(), 0);
}

#[test]
fn a_silent_meter_is_a_timeout_whatever_is_asked() {
    let (meter, time) = turned(Kind::Usb, "silent-after", "0");
    let mut usb = memory::usb(&meter, &time).usb().unwrap();
    assert_eq!(usb.control_in(VENDOR, 4, 100), Err(IoError::Timeout));
    usb.transfer_out(1, &[0xA5, 0], 0).unwrap();
    assert_eq!(usb.transfer_in(0x81, 64, 100), Err(IoError::Timeout));
    let (meter, _) = turned(Kind::Block, "silent-after", "0");
    let mut disk = memory::block(&meter, &time).block().unwrap();
    assert_eq!(disk.read(3, 1, 100), Err(IoError::Timeout));
    assert_eq!(time.now_ms(), 300);
}

#[test]
fn an_endpoint_that_is_not_there_is_denied_and_the_interrupt_endpoint_says_nothing() {
    let (meter, time) = gauge(Kind::Usb);
    let mut usb = memory::usb(&meter, &time).usb().unwrap();
    assert!(matches!(usb.transfer_in(0x83, 64, 0), Err(IoError::Denied(_))));
    assert!(matches!(usb.transfer_in(0x01, 64, 0), Err(IoError::Denied(_))));
    assert!(matches!(usb.transfer_out(0x02, &[1], 0), Err(IoError::Denied(_))));
    assert_eq!(usb.transfer_in(0x82, 64, 9000), Err(IoError::Timeout));
    assert_eq!(time.now_ms(), 2000);
    let endpoints = usb.endpoints();
    let seen: Vec<_> = endpoints.iter().map(|one| (one.address, one.transfer)).collect();
    let (bulk, asking) = (Transfer::Bulk, Transfer::Interrupt);
    assert_eq!(seen, [(0x81, bulk), (0x01, bulk), (0x82, asking)]);
}

#[test]
fn a_transfer_longer_than_asked_for_is_an_overflow_and_is_lost() {
    let (meter, time) = gauge(Kind::Usb);
    let mut usb = memory::usb(&meter, &time).usb().unwrap();
    usb.transfer_out(1, &[0xA5, 0], 0).unwrap();
    assert_eq!(usb.transfer_in(0x81, 3, 0), Err(IoError::Overflow));
    assert_eq!(usb.transfer_in(0x81, 64, 0), Err(IoError::Timeout));
}

#[test]
fn an_empty_packet_is_a_transfer_of_its_own() {
    let (meter, time) = turned(Kind::Usb, "empty-packets", "on");
    let mut usb = memory::usb(&meter, &time).usb().unwrap();
    usb.transfer_out(1, &[0xA5, 0], 0).unwrap();
    assert_eq!(usb.transfer_in(0x81, 64, 0).unwrap().len(), 4);
    assert_eq!(usb.transfer_in(0x81, 64, 0), Ok(vec![]));
    assert_eq!(usb.transfer_in(0x81, 64, 0), Err(IoError::Timeout));
}

#[test]
fn the_stalled_transfer_comes_when_the_endpoint_is_cleared() {
    let (meter, time) = turned(Kind::Usb, "stall-at", "2");
    let mut usb = memory::usb(&meter, &time).usb().unwrap();
    for index in [0, 1] {
        usb.transfer_out(1, &[0xA5, index], 0).unwrap();
    }
    assert_eq!(usb.transfer_in(0x81, 64, 0).unwrap()[1], 0);
    assert_eq!(usb.transfer_in(0x81, 64, 0), Err(IoError::Stall));
    assert_eq!(usb.transfer_in(0x81, 64, 0), Err(IoError::Stall));
    usb.clear_halt(0x81).unwrap();
    assert_eq!(usb.transfer_in(0x81, 64, 0).unwrap()[1], 1);
}

#[test]
fn a_status_request_wakes_the_meter_and_other_requests_reach_it() {
    let (meter, time) = gauge(Kind::Usb);
    let mut usb = memory::usb(&meter, &time).usb().unwrap();
    assert_eq!(usb.transfer_in(0x81, 64, 0), Err(IoError::Timeout));
    assert_eq!(usb.control_in(STATUS, 2, 0), Ok(vec![0, 0]));
    assert_eq!(usb.transfer_in(0x81, 64, 0), Ok(vec![0xE2, 0x00]));
    assert_eq!(usb.control_in(VENDOR, 3, 0), Ok(vec![1, 2, 3]), "no more than asked for");
    assert_eq!(usb.control_out(VENDOR, &[9], 0), Ok(1));
    let other = Setup { request: 0x43, ..VENDOR };
    assert_eq!(usb.control_in(other, 3, 0), Err(IoError::Stall));
    assert_eq!(usb.control_out(other, &[], 0), Err(IoError::Stall));
}

#[test]
fn a_disk_refuses_what_is_no_block_of_it() {
    let (meter, time) = gauge(Kind::Block);
    let mut disk = memory::block(&meter, &time).block().unwrap();
    assert!(matches!(disk.read(3, 0, 0), Err(IoError::Denied(_))));
    assert!(matches!(disk.read(0, 129, 0), Err(IoError::Denied(_))));
    assert!(matches!(disk.read(8, 1, 0), Err(IoError::Denied(_))));
    assert!(matches!(disk.read(u64::MAX, 2, 0), Err(IoError::Denied(_))));
    assert!(matches!(disk.write(3, &[0; 511], 0), Err(IoError::Denied(_))));
    assert_eq!(disk.read(4, 1, 0), Err(IoError::Stall));
    assert_eq!(disk.read(3, 1, 0), Ok(vec![0; 512]));
    assert_eq!(disk.identity().vendor, "GAUGE");
    let (meter, time) = turned(Kind::Block, "stall-at", "1");
    let mut disk = memory::block(&meter, &time).block().unwrap();
    assert_eq!(disk.read(3, 1, 0), Err(IoError::Stall));
    assert_eq!(disk.read(3, 1, 0), Ok(vec![0; 512]));
}

#[test]
fn a_file_that_was_not_listed_and_a_folder_are_denied() {
    let (meter, time) = gauge(Kind::Volume);
    let mut root = memory::volume(&meter, &time).volume().unwrap();
    assert!(matches!(root.list("logs"), Err(IoError::Denied(_))));
    assert!(matches!(root.open("../gauge.bin"), Err(IoError::Denied(_))));
    let mut file = root.open("gauge.bin").unwrap();
    assert!(matches!(file.read_at(0, 0), Err(IoError::Denied(_))));
    assert_eq!((file.size(), file.read_at(3, 9)), (3, Ok(vec![])));
}

#[test]
fn the_same_meter_is_read_on_every_transport() {
    type Carried = fn(&Shared<Gauge>, &VirtualTime) -> Device;
    let carried: [(Kind, Carried); 6] = [
        (Kind::Serial, memory::serial),
        (Kind::Serial, memory::cp2110),
        (Kind::Hid, memory::hid),
        (Kind::Usb, memory::usb),
        (Kind::Block, memory::block),
        (Kind::Volume, memory::volume),
    ];
    for (kind, carried) in carried {
        let (meter, time) = gauge(kind);
        let outcome = run(&CAREFUL, carried(&meter, &time), &time);
        assert!(outcome.is_complete(), "{kind:?} {outcome:?}");
        assert!(outcome.entries == [entry(101), entry(240)]);
    }
}
