//! Every recording gives what its name says. All are written from the protocol's description.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests, functions beside them too

use meterport_sdk::testing;
use meterport_sdk::wit::{Entry, Level, Payload};
use meterport_sdk::{DriverError, IoError};
use onetouch_ultraeasy::UltraEasy;

macro_rules! recording {
    ($name:literal) => {
        include_str!(concat!("../recordings/", $name, ".rec"))
    };
}

fn error(recording: &str) -> DriverError {
    testing::read(&UltraEasy, recording).unwrap_err()
}

/// Thousandths of mg/dL, or HI or LO.
fn levels(recording: &str) -> Vec<String> {
    let outcome = testing::read(&UltraEasy, recording).unwrap();
    assert!(outcome.is_complete());
    let text = |entry: &Entry| match &entry.payload {
        Payload::Smbg(smbg) => match &smbg.level {
            Level::Value(milli) => milli.to_string(),
            Level::BelowRange(_) => "LO".to_owned(),
            Level::AboveRange(_) => "HI".to_owned(),
            Level::NoValue(code) => code.clone(),
        },
        _ => "not a fingerstick result".to_owned(),
    };
    outcome.entries.iter().map(text).collect()
}

#[test]
fn a_meter_that_is_silent_from_the_start_or_half_way_is_a_timeout() {
    for recording in [recording!("silent"), recording!("silent-half-way")] {
        assert_eq!(error(recording), DriverError::Io(IoError::Timeout));
    }
}

#[test]
fn a_pulled_cable_is_a_disconnect() {
    assert_eq!(error(recording!("unplug")), DriverError::Io(IoError::Disconnected));
}

#[test]
fn a_count_that_is_too_large_is_a_count_mismatch() {
    let DriverError::Protocol(error) = error(recording!("count-too-large")) else {
        panic!("not a protocol error")
    };
    assert_eq!(error.code, "count-mismatch");
}

#[test]
fn a_damaged_frame_and_noise_leave_every_result() {
    assert_eq!(levels(recording!("damaged-once")), ["104000", "HI"]);
    assert_eq!(levels(recording!("noise")), ["104000"]);
}

#[test]
fn the_others_give_every_result_the_newest_first() {
    assert_eq!(levels(recording!("worked-example")), ["104000", "HI"]);
    assert_eq!(levels(recording!("empty")), [""; 0]);
    let all = ["HI", "LO", "600000", "20000", "107000"];
    assert_eq!(levels(recording!("hi-lo-control")), all);
}
