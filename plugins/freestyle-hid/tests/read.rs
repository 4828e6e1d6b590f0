//! What goes wrong: the driver on damaged meters, and on things that are none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use freestyle_hid::simulator::{Kind, Meter, Place};
use meterport_sdk::testing::{VirtualTime, run, run_until_cancelled};
use meterport_sdk::{DriverError, IoError};
use meterport_simulator::{Simulator, memory};
use support::fake::{Constant, Cut, Endless, OnlyAlive, read_from, report};
use support::{OnRule, code, error, filled, knob, now, read};

const NEO: Kind = Kind::PrecisionNeo;
const ALL: [Kind; 3] = [Kind::PrecisionNeo, Kind::Libre, Kind::InsuLinx];

#[test]
fn a_reader_that_encrypts_and_a_binary_one_are_not_supported_and_nothing_is_sent_to_them() {
    for (kind, word) in [(Kind::Libre2, "encrypts"), (Kind::LibrePro, "binary database")] {
        let meter = filled(kind, 5);
        let outcome = read(&meter);
        let DriverError::UnsupportedDevice(text) = error(&outcome) else {
            panic!("{kind:?}: {outcome:?}")
        };
        assert!(text.contains(word), "{text}");
        assert_eq!(meter.borrow().inner().received(), 0);
        assert_eq!(outcome.last_step(), "connect");
        assert!(outcome.info.is_none());
    }
}

#[test]
fn a_reader_that_asks_for_a_handshake_under_another_id_is_not_supported() {
    let outcome = read_from(Constant(vec![report(0x33, &[0x16])]));
    assert!(
        matches!(error(&outcome), DriverError::UnsupportedDevice(text) if text.contains("encrypts"))
    );
}

#[test]
fn a_device_that_does_not_know_the_first_request_is_not_supported() {
    let outcome = read_from(Constant(vec![report(0x30, &[0x85])]));
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
}

#[test]
fn a_list_that_is_damaged_every_time_is_an_error_and_never_a_result() {
    for kind in ALL {
        for sum in ["wrong-sum", "wrong-inner-sum"] {
            let meter = filled(kind, 20);
            knob(&meter, sum, "3");
            let outcome = read(&meter);
            assert_eq!(code(&outcome), "bad-checksum");
            assert_eq!(outcome.last_step(), "results");
            assert!(outcome.entries.is_empty());
        }
    }
}

#[test]
fn a_list_that_is_damaged_once_or_twice_is_asked_for_again() {
    for kind in ALL {
        let good = read(&filled(kind, 20));
        for (sum, times) in [("wrong-sum", "1"), ("wrong-inner-sum", "2")] {
            let meter = filled(kind, 20);
            knob(&meter, sum, times);
            let outcome = read(&meter);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{outcome:?}");
        }
    }
}

#[test]
fn another_number_of_records_than_the_meter_says_is_an_error() {
    for (kind, offset) in [(NEO, "1"), (NEO, "-1"), (Kind::Libre, "3"), (Kind::InsuLinx, "-20")] {
        let meter = filled(kind, 20);
        knob(&meter, "count-offset", offset);
        assert_eq!(code(&read(&meter)), "count-mismatch");
    }
    let meter = filled(NEO, 0);
    knob(&meter, "count-offset", "1");
    assert_eq!(code(&read(&meter)), "count-mismatch");
}

#[test]
fn two_records_with_one_id_are_an_error() {
    let line = "7,15,3,10,26,7,15,1,104,0,1,0,0,0,0,0,0,0,0";
    let other = "7,15,3,10,26,7,16,1,105,0,1,0,0,0,0,0,0,0,0";
    let meter = Meter::new(now()).with(Place::Results, line).with(Place::Results, other);
    let outcome = read(&memory::share(meter));
    assert_eq!(code(&outcome), "duplicate-id");
    assert!(outcome.entries.is_empty());
    // The lists of a Libre share one numbering.
    let meter = Meter::of_kind(Kind::Libre, now())
        .with(Place::History, "41207,12,3,10,26,7,15,30,1,0,0,0,0,104,1425,0")
        .with(Place::Results, "41207,5,3,10,26,9,0,0,1,3,10,26,8,3,0,1");
    assert_eq!(code(&read(&memory::share(meter))), "duplicate-id");
}

#[test]
fn a_record_that_is_not_what_its_type_says_is_an_error_and_never_a_result() {
    let good = "7,14,3,10,26,7,15,1,104,0,1,0,0,0,0,0,0,0,0";
    for (line, expected) in [
        ("7,15,3,10,26,7,15,1", "bad-record"),
        ("7,15,3,10,26,7,15,1,ERR,0,1", "bad-record"),
        ("7,x,3,10,26,7,15,1,104,0,1", "bad-record"),
        ("", "bad-record"),
        ("7,15,3,10,26,7,15,1,4294968,0,1", "value-too-large"),
    ] {
        let meter = Meter::new(now()).with(Place::Results, good).with(Place::Results, line);
        let outcome = read(&memory::share(meter));
        assert_eq!(code(&outcome), expected, "{line}");
        assert!(outcome.entries.is_empty());
    }
    let long = format!("11,16,{}", "1".repeat(4096));
    let meter = Meter::new(now()).with(Place::Results, long);
    assert_eq!(code(&read(&memory::share(meter))), "record-too-long");
}

#[test]
fn a_silent_meter_ends_within_three_times_the_patience_and_names_the_step() {
    let meter = filled(NEO, 5);
    knob(&meter, "silent-after", "0");
    let outcome = read(&meter);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    assert_eq!(outcome.last_step(), "connect");
    assert_eq!(outcome.elapsed_ms, 100 + 5_000 + 2 * (1_000 + 5_000));
    for (command, step) in [
        ("$serlnum?", "identify"),
        ("$gunits?", "settings"),
        ("$time?", "clock"),
        ("$result?", "results"),
    ] {
        let meter = filled(NEO, 5);
        knob(&meter, "silent-at", command);
        let outcome = read(&meter);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!(outcome.last_step(), step);
    }
}

#[test]
fn a_conversation_cut_anywhere_is_never_complete_before_its_last_report() {
    let good = read(&filled(NEO, 4));
    for report in 0..20 {
        let meter = filled(NEO, 4);
        knob(&meter, "silent-after", &(report * 65).to_string());
        let outcome = read(&meter);
        if outcome.is_complete() {
            assert!(outcome.entries == good.entries);
        } else {
            assert!(outcome.entries.is_empty(), "{report}");
            assert!(outcome.elapsed_ms < 20_000, "{outcome:?}");
        }
    }
}

#[test]
fn a_reply_that_breaks_off_is_truncated() {
    assert_eq!(code(&read_from(Cut)), "truncated");
}

#[test]
fn keep_alives_alone_are_no_answer() {
    let outcome = read_from(OnlyAlive);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    assert!(outcome.elapsed_ms < 200_000, "{outcome:?}");
}

#[test]
fn a_reply_that_never_ends_is_an_error() {
    let outcome = read_from(Endless);
    assert_eq!(code(&outcome), "reply-too-long");
}

#[test]
fn a_meter_that_does_not_begin_is_asked_again_and_then_an_error() {
    let meter = filled(NEO, 5);
    knob(&meter, "not-begun", "2");
    assert!(read(&meter).is_complete());
    let meter = filled(NEO, 5);
    knob(&meter, "not-begun", "3");
    assert_eq!(code(&read(&meter)), "not-begun");
}

#[test]
fn a_list_or_serial_number_that_is_refused_is_an_error() {
    for knob_name in ["refuse", "unknown-request"] {
        for (kind, command) in [
            (NEO, "$serlnum?"),
            (NEO, "$result?"),
            (NEO, "$date?"),
            (Kind::Libre, "$sn?"),
            (Kind::Libre, "$history?"),
            (Kind::Libre, "$arresult?"),
        ] {
            let meter = filled(kind, 20);
            knob(&meter, knob_name, command);
            let outcome = read(&meter);
            assert_eq!(code(&outcome), "refused", "{command}");
            assert!(!outcome.is_complete());
        }
    }
}

#[test]
fn something_else_on_the_same_id_gives_an_error_and_no_result() {
    let other: [Vec<Vec<u8>>; 4] = [
        vec![vec![1, 2, 3]],
        vec![report(0x60, b"CKSM:00000000\r\nCMD OK\r\n")],
        vec![vec![0; 65]],
        vec![Vec::new()],
    ];
    for answer in other {
        let outcome = read_from(Constant(answer));
        assert!(outcome.result.is_err() && outcome.info.is_none());
    }
}

#[test]
fn a_serial_port_is_not_supported() {
    let time = VirtualTime::default();
    let meter = filled(NEO, 1);
    let outcome = run(&OnRule(0), memory::serial(&meter, &time), &time);
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
}

#[test]
fn a_pulled_cable_is_said_at_once() {
    for reports in [0, 1, 5, 9, 12] {
        let meter = filled(NEO, 40);
        knob(&meter, "unplug-after", &(reports * 65).to_string());
        let outcome = read(&meter);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Disconnected));
        assert!(outcome.elapsed_ms < 1_000 && outcome.entries.is_empty());
    }
}

#[test]
fn a_cancelled_reading_says_so() {
    let time = VirtualTime::default();
    let cancelled = std::rc::Rc::new(std::cell::Cell::new(true));
    let device = memory::hid(&filled(NEO, 5), &time);
    let outcome = run_until_cancelled(&OnRule(0), device, &time, &cancelled);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Cancelled));
}

#[test]
fn the_simulated_meter_notices_what_a_reading_never_sends() {
    let forbidden: [(u8, &[u8]); 6] = [
        (0x60, b"$date,3,10,26"),
        (0x21, b"$time,7,15"),
        (0x60, b"$ptname,X"),
        (0x21, b"$resetpatient"),
        (0x60, b"$swreset"),
        (0x0A, &[3, 5, 0x91, 0xF9, 0xAC, 0x4B, 0x88, 0x42, 0x1E, 0x0F, 7, 0x0A, 3, 0xEA, 7, 1]),
    ];
    for (kind, data) in forbidden {
        let mut meter = Meter::new(now());
        let _ = meter.receive(&report(kind, data));
        assert!(meter.violation().is_some());
    }
    let mut meter = Meter::new(now());
    let _ = meter.receive(&report(0x60, b"$result?"));
    assert_eq!(meter.violation(), None);
}
