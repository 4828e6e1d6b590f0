//! The CP2110 as the driver sees it, report by report.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::{Device, DriverError, Hid, IoError};
use meterport_simulator::Simulator;
use meterport_simulator::cp2110::Bridge;
use taidoc::TaiDoc;
use taidoc::simulator::Meter;

use support::{WIRES, error, now, read_with};

/// A bridge that pads its reports to 64 bytes with what stood in them before, as some systems give
/// them, and sends empty ones and others in between.
struct Padding {
    bridge: Bridge,
    meter: Meter,
    reports: Vec<Vec<u8>>,
    sent: Rc<RefCell<Vec<Vec<u8>>>>,
    time: VirtualTime,
    feature_error: Option<IoError>,
}

impl Hid for Padding {
    fn read(&mut self, timeout_ms: u32) -> Result<Vec<u8>, IoError> {
        if self.reports.is_empty() {
            self.time.advance(u64::from(timeout_ms));
            return Err(IoError::Timeout);
        }
        Ok(self.reports.remove(0))
    }

    fn write(&mut self, report: &[u8]) -> Result<(), IoError> {
        self.sent.borrow_mut().push(report.to_vec());
        let stale = [0x51, 0x26, 0x68, 0x00, 0x00, 0x40, 0xA5, 0xC4].repeat(8);
        for reply in self.bridge.output(report, &mut self.meter) {
            let mut padded = reply.bytes;
            let behind = padded.len();
            padded.extend(stale.iter().take(64 - behind));
            self.reports.push(vec![0; 64]);
            self.reports.push(padded);
        }
        Ok(())
    }

    fn get_feature(&mut self, _: u8, _: u32) -> Result<Vec<u8>, IoError> {
        Err(IoError::Stall)
    }

    fn set_feature(&mut self, report: &[u8]) -> Result<(), IoError> {
        if let Some(error) = self.feature_error.clone() {
            return Err(error);
        }
        self.sent.borrow_mut().push(report.to_vec());
        self.bridge.set_feature(report).map_err(|_| IoError::Stall)
    }

    fn report_descriptor(&mut self) -> Result<Vec<u8>, IoError> {
        Ok(Vec::new())
    }
}

fn read_padded(knobs: &[(&str, &str)], feature_error: Option<IoError>) -> (Outcome, Vec<Vec<u8>>) {
    let time = VirtualTime::default();
    let mut meter = Meter::new(now());
    meter.fill(3);
    for (name, value) in knobs {
        meter.turn(name, value).unwrap();
    }
    let sent = Rc::new(RefCell::new(Vec::new()));
    let link = Padding {
        bridge: Bridge::default(),
        meter,
        reports: Vec::new(),
        sent: Rc::clone(&sent),
        time: time.clone(),
        feature_error,
    };
    let outcome = run(&TaiDoc, Device::Hid(Box::new(link)), &time);
    (outcome, sent.take())
}

#[test]
fn a_bridge_that_refuses_its_line_is_an_error_and_nothing_is_sent_over_it() {
    for cause in [IoError::Stall, IoError::Timeout, IoError::Disconnected, IoError::Cancelled] {
        let (outcome, sent) = read_padded(&[], Some(cause.clone()));
        assert_eq!(*error(&outcome), DriverError::Io(cause));
        assert!(sent.is_empty() && outcome.last_step() == "connect");
    }
}

#[test]
fn stale_padding_and_reports_of_nothing_hold_no_answer() {
    let good = read_with(WIRES[0], 3, &[]);
    for bytes in ["off", "on"] {
        let (outcome, _) = read_padded(&[("byte-per-report", bytes)], None);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{outcome:?}");
    }
}

#[test]
fn the_line_is_set_first_then_switched_on_and_then_the_meter_is_asked() {
    let (_, sent) = read_padded(&[], None);
    assert_eq!(sent[0], [0x50, 0x00, 0x00, 0x4B, 0x00, 0x00, 0x00, 0x03, 0x00]);
    assert_eq!(sent[1], [0x41, 0x01]);
    assert_eq!(sent[2], [0x08, 0x51, 0x24, 0x00, 0x00, 0x00, 0x00, 0xA3, 0x18]);
    assert!(sent[3..].iter().all(|report| report.len() == 9 && report[0] == 8));
}
