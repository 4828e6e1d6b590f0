//! What one fault does to one call, on every transport.

use meterport_sdk::testing::{Fault, Faulty, VirtualTime, replay};
use meterport_sdk::wit::{Kind, Recipient, Setup};
use meterport_sdk::{Device, IoError};

use crate::replays::recording;

/// The device of a recording with a fault at one call.
fn faulty(transport: &str, body: &str, call: u32, fault: Fault) -> (Device, VirtualTime) {
    let time = VirtualTime::default();
    let device = replay(recording(transport, body), &time);
    (Faulty::new(device, time.clone(), Some((call, fault))).into_device(), time)
}

const HID: &str = "hid 1A79:7410";
const USB: &str = "usb 173A:21D5 0";

#[test]
fn an_unplugged_device_and_a_cancelled_session_stay_so_on_every_transport() {
    for (fault, error) in
        [(Fault::Unplug, IoError::Disconnected), (Fault::Cancel, IoError::Cancelled)]
    {
        let (device, _) = faulty(HID, "< 00 01\n< 00 02\n", 1, fault);
        let mut hid = device.hid().unwrap();
        assert_eq!(hid.read(0), Ok(vec![0, 1]));
        assert_eq!(hid.read(0), Err(error.clone()));
        assert_eq!(hid.write(&[0, 1]), Err(error.clone()));
        let (device, _) = faulty(USB, "81< 01\n", 0, fault);
        let mut usb = device.usb().unwrap();
        assert_eq!(usb.transfer_in(0x81, 1, 0), Err(error.clone()));
        assert_eq!(usb.clear_halt(0x81), Err(error.clone()));
        let (device, _) = faulty("block", "B< 3 01\n", 0, fault);
        let mut disk = device.block().unwrap();
        assert_eq!(disk.read(3, 1, 0), Err(error.clone()));
        assert_eq!(disk.write(3, &[0; 512], 0), Err(error.clone()));
        let (device, _) = faulty("volume", "V a\n< 01\n", 2, fault);
        let mut root = device.volume().unwrap();
        root.list("").unwrap();
        let mut file = root.open("a").unwrap();
        assert_eq!(file.read_at(0, 1), Err(error.clone()));
        assert_eq!(root.list("").err(), Some(error));
    }
}

#[test]
fn a_call_that_times_out_takes_its_time_and_loses_nothing() {
    let (device, time) = faulty(HID, "< 00 01\n", 0, Fault::Timeout);
    let mut hid = device.hid().unwrap();
    assert_eq!(hid.read(300), Err(IoError::Timeout));
    assert_eq!(time.now_ms(), 300);
    assert_eq!(hid.read(300), Ok(vec![0, 1]));
    let (device, time) = faulty(USB, "81< 01\n", 0, Fault::Timeout);
    let mut usb = device.usb().unwrap();
    assert_eq!(usb.transfer_in(0x81, 1, 9000), Err(IoError::Timeout));
    assert_eq!(time.now_ms(), 2000);
    assert_eq!(usb.transfer_in(0x81, 1, 0), Ok(vec![1]));
}

#[test]
fn half_a_report_is_no_report() {
    let (device, _) = faulty(HID, "< 00 01 02\n< 00 03 04\n", 0, Fault::Truncate);
    let mut hid = device.hid().unwrap();
    assert_eq!(hid.read(0), Ok(vec![0, 3, 4]));
    assert_eq!(hid.read(0), Err(IoError::Timeout));
}

#[test]
fn a_bit_is_turned_over_in_the_content_and_neither_in_id_nor_padding() {
    let (device, _) = faulty(HID, "< 3F 10 20 30 00 00 00 00 00\n", 0, Fault::FlipBit);
    assert_eq!(device.hid().unwrap().read(0), Ok(vec![0x3F, 0x10, 0x24, 0x30, 0, 0, 0, 0, 0]));
    let (device, _) = faulty("block", "B< 3 10 20 30\n", 0, Fault::FlipBit);
    assert_eq!(device.block().unwrap().read(3, 1, 0).unwrap()[..4], [0x10, 0x24, 0x30, 0]);
    let (device, _) = faulty(USB, "81< 10 20 30\n", 0, Fault::FlipBit);
    assert_eq!(device.usb().unwrap().transfer_in(0x81, 8, 0), Ok(vec![0x10, 0x24, 0x30]));
}

#[test]
fn a_cut_transfer_is_a_short_one_and_a_cut_block_has_zeros() {
    let (device, _) = faulty(USB, "81< 01 02 03 04\n", 0, Fault::Truncate);
    assert_eq!(device.usb().unwrap().transfer_in(0x81, 8, 0), Ok(vec![1, 2]));
    let (device, _) = faulty("block", "B< 3 01 02 03 04\n", 0, Fault::Truncate);
    let block = device.block().unwrap().read(3, 1, 0).unwrap();
    assert_eq!((block.len(), &block[..4]), (512, &[1, 2, 0, 0][..]));
}

#[test]
fn a_stalled_endpoint_stalls_until_it_is_cleared_and_the_control_endpoint_once() {
    let (device, _) = faulty(USB, "81< 01\n82< 02\n", 0, Fault::Stall);
    let mut usb = device.usb().unwrap();
    assert_eq!(usb.transfer_in(0x81, 8, 0), Err(IoError::Stall));
    assert_eq!(usb.transfer_in(0x81, 8, 0), Err(IoError::Stall));
    assert_eq!(usb.transfer_in(0x82, 8, 0), Ok(vec![2]));
    usb.clear_halt(0x81).unwrap();
    assert_eq!(usb.transfer_in(0x81, 8, 0), Ok(vec![1]));
    let (device, _) = faulty(USB, "C< C0 01 00 00 00 00 01 00 09\n", 0, Fault::Stall);
    let setup =
        Setup { kind: Kind::Vendor, recipient: Recipient::Device, request: 1, value: 0, index: 0 };
    let mut usb = device.usb().unwrap();
    assert_eq!(usb.control_in(setup, 1, 0), Err(IoError::Stall));
    assert_eq!(usb.control_in(setup, 1, 0), Ok(vec![9]));
}

#[test]
fn a_file_that_ends_early_ends_there_for_good_until_it_is_opened_again() {
    let (device, _) = faulty("volume", "V a\n< 01 02 03 04\n", 1, Fault::Truncate);
    let mut root = device.volume().unwrap();
    let mut file = root.open("a").unwrap();
    assert_eq!(file.read_at(0, 4), Ok(vec![1, 2]));
    assert_eq!(file.read_at(2, 4), Ok(vec![]));
    assert_eq!(file.read_at(1, 4), Ok(vec![2]));
    assert_eq!(file.size(), 4);
    assert_eq!(root.open("a").unwrap().read_at(0, 4), Ok(vec![1, 2, 3, 4]));
}

#[test]
fn calls_are_counted_where_they_can_fail() {
    let time = VirtualTime::default();
    let device = replay(recording(USB, "81< 01\n"), &time);
    let faulty = Faulty::new(device, time, None);
    let calls = faulty.calls();
    let mut usb = faulty.into_device().usb().unwrap();
    usb.endpoints();
    usb.transfer_in(0x81, 1, 0).unwrap();
    usb.clear_halt(0x81).unwrap();
    assert_eq!(calls.get(), 2);
}

#[test]
fn only_what_can_stall_is_made_to() {
    let kinds = ["serial 9600 8N1", HID, USB, "block", "volume"];
    let stalls = kinds.map(|transport| {
        let time = VirtualTime::default();
        Fault::on(&replay(recording(transport, ""), &time)).contains(&Fault::Stall)
    });
    assert_eq!(stalls, [false, false, true, true, false]);
}
