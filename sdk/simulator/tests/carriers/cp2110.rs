//! The CP2110 between reports and bytes.

use meterport_simulator::cp2110::{Bridge, Cp2110, report_descriptor};
use meterport_simulator::{Reply, Simulator, Stalled, UsbFunction, UsbShape};

use crate::bytes::Echo;
use crate::gauge::{Gauge, Kind};

const NINE_SIX: [u8; 9] = [0x50, 0x00, 0x00, 0x25, 0x80, 0, 0, 3, 0];

/// A bridge that is set up for a meter on `9600 8N1`.
fn ready() -> Cp2110<Gauge> {
    let mut meter = Cp2110::new(Gauge::with(Kind::Serial, &[10]));
    meter.set_feature(&NINE_SIX).unwrap();
    meter.set_feature(&[0x41, 1]).unwrap();
    meter
}

#[test]
fn nothing_reaches_the_meter_while_the_uart_is_off_or_set_to_another_line() {
    let mut meter = ready();
    meter.set_feature(&[0x41, 0]).unwrap();
    assert_eq!(meter.receive(&[2, 0xA5, 0]), []);
    let mut meter = ready();
    meter.set_feature(&[0x50, 0x00, 0x00, 0x4B, 0x00, 0, 0, 3, 0]).unwrap();
    assert_eq!(meter.receive(&[2, 0xA5, 0]), [], "19200 baud");
    meter.set_feature(&[0x50, 0x00, 0x00, 0x25, 0x80, 2, 0, 3, 0]).unwrap();
    assert_eq!(meter.receive(&[2, 0xA5, 0]), [], "even parity");
    let mut meter = ready();
    meter.set_feature(&[0x40, 0]).unwrap();
    assert_eq!(meter.receive(&[2, 0xA5, 0]), [], "it was reset");
    assert_eq!(meter.feature(0x50), Ok(vec![0x50, 0x00, 0x01, 0xC2, 0x00, 0, 0, 3, 0]));
}

#[test]
fn a_report_that_is_shorter_than_its_id_says_or_carries_no_bytes_is_nothing() {
    let mut meter = ready();
    for report in [&[][..], &[0], &[3, 0xA5, 0], &[0x40, 0xA5, 0]] {
        assert_eq!(meter.receive(report), [], "{report:?}");
    }
}

#[test]
fn features_that_the_chip_does_not_have_or_that_would_program_it_are_refused() {
    let mut bridge = Bridge::default();
    for report in [
        &[][..],
        &[0x41],
        &[0x41, 2],
        &[0x42, 0],
        &[0x47, 0, 0],
        &[0x50, 0, 0, 0x25, 0x80, 0, 0, 3],
        &[0x50, 0, 0, 0x25, 0x80, 5, 0, 3, 0],
        &[0x50, 0, 0, 0x25, 0x80, 0, 0, 4, 0],
        &[0x50, 0, 0, 0, 0, 0, 0, 3, 0],
        &[0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
        assert_eq!(bridge.set_feature(report), Err(Stalled), "{report:02X?}");
    }
    assert_eq!(bridge, Bridge::default());
    assert_eq!(bridge.feature(0x60), Err(Stalled));
}

#[test]
fn bytes_go_through_and_padding_does_not() {
    let mut meter = ready();
    let mut padded = [0_u8; 64];
    padded[..3].copy_from_slice(&[2, 0xA5, 0]);
    assert_eq!(meter.receive(&padded), [Reply::now([4, 0x5A, 0, 10, 0x65])]);
    assert_eq!(meter.receive(&[1, 0xA5]), []);
    assert_eq!(meter.receive(&[1, 0x00]), [Reply::now([4, 0x5A, 0, 10, 0x65])]);
}

#[test]
fn a_long_answer_is_cut_into_reports_and_its_pause_stands_before_the_first() {
    let mut meter = Cp2110::new(Echo(vec![Reply { pause_ms: 40, bytes: vec![7; 130] }]));
    meter.set_feature(&[0x41, 1]).unwrap();
    let reports = meter.receive(&[1, 0]);
    let seen: Vec<_> = reports
        .iter()
        .map(|report| (report.pause_ms, report.bytes[0], report.bytes.len()))
        .collect();
    assert_eq!(seen, [(40, 63, 64), (0, 63, 64), (0, 4, 5)]);
}

#[test]
fn it_shows_itself_as_a_hid_device_of_the_meters_ids() {
    let meter = Cp2110::new(Gauge::new(Kind::Hid));
    let Some(UsbShape { function: UsbFunction::Hid { descriptor, .. }, pid: 1, .. }) = meter.usb()
    else {
        panic!("no HID device")
    };
    assert_eq!(descriptor, report_descriptor());
    // 63 pairs of reports, six features, and what stands around them.
    assert_eq!(descriptor.len(), 16 + 63 * 12 + 6 * 8 + 1);
}
