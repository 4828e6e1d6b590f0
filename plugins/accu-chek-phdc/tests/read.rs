//! The driver on simulated meters, and on things that are none.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // in tests, functions beside them too

mod support;

use accu_chek_phdc::session::{LATER, PAUSE_BEFORE_LATER_MS};
use accu_chek_phdc::simulator::Meter;
use meterport_sdk::wit::{Bound, Level, Meal, Order, Payload, Sample, Validity};
use meterport_sdk::{DriverError, IoError};
use support::{
    again, at, cancelled, code, error, filled, io, level, now, read, read_stranger, turned,
    wants_replug, worked_example,
};

#[test]
fn a_cancelled_reading_says_so() {
    assert_eq!(*error(&cancelled(filled(5))), io(IoError::Cancelled));
}

#[test]
fn an_abort_at_any_transfer_is_an_error_and_keeps_what_came_before() {
    for (place, entries) in [("1", 0), ("2", 10), ("3", 20)] {
        let outcome = read(filled(30), &[("per-transfer", "10"), ("abort-at", place)]);
        assert_eq!((code(&outcome), outcome.last_step()), ("aborted", "results"));
        assert_eq!(outcome.entries.len(), entries);
    }
}

#[test]
fn a_transfer_that_is_broken_off_is_an_error_and_gives_nothing() {
    let outcome = read(filled(30), &[("per-transfer", "10"), ("break-off-at", "2")]);
    assert_eq!(code(&outcome), "aborted");
    assert_eq!(outcome.entries.len(), 10);
}

#[test]
fn a_result_that_is_left_out_between_two_transfers_is_an_error() {
    let outcome = read(filled(30), &[("per-transfer", "10"), ("skip-at", "2")]);
    assert_eq!(code(&outcome), "bad-sequence");
}

#[test]
fn another_number_of_results_than_the_meter_said_is_an_error() {
    for offset in ["1", "-1", "-5"] {
        let outcome = read(filled(5), &[("count-offset", offset)]);
        assert_eq!(code(&outcome), "count-mismatch", "{offset}");
    }
    assert_eq!(code(&read(filled(0), &[("count-offset", "1")])), "count-mismatch");
}

#[test]
fn a_meter_that_does_not_give_its_results_is_an_error() {
    let outcome = read(filled(5), &[("trigger-fails", "on")]);
    assert_eq!((code(&outcome), outcome.last_step()), ("refused", "results"));
}

#[test]
fn a_meter_that_puts_its_results_off_for_ever_is_an_error() {
    let outcome = read(filled(5), &[("later", "1000")]);
    assert_eq!(code(&outcome), "meter-busy");
    assert_eq!(outcome.elapsed_ms, u64::from(LATER * PAUSE_BEFORE_LATER_MS));
}

#[test]
fn a_meter_that_puts_its_results_off_is_asked_again() {
    let outcome = read(filled(5), &[("later", "2")]);
    assert!(outcome.is_complete());
    assert_eq!(outcome.elapsed_ms, 2 * u64::from(PAUSE_BEFORE_LATER_MS));
}

#[test]
fn a_meter_whose_conversation_failed_wants_to_be_plugged_in_again() {
    let meter = turned(filled(30), &[("per-transfer", "10"), ("abort-at", "2")]);
    assert_eq!(code(&again(&meter)), "aborted");
    assert!(wants_replug(&again(&meter)));
}

#[test]
fn a_meter_in_the_middle_of_another_conversation_wants_to_be_plugged_in_again() {
    let message: &[u8] = &[0xE7, 0, 0, 0x0E, 0, 0x0C, 0, 2, 1, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    assert!(wants_replug(&read_stranger(&[message])));
}

#[test]
fn a_meter_that_never_shows_a_store_is_not_supported() {
    let outcome = read(filled(5), &[("no-store", "2")]);
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)), "{outcome:?}");
}

#[test]
fn something_that_is_no_such_meter_is_an_error_and_gives_nothing() {
    let other: [(&[u8], &str); 4] = [
        (&[0xE6, 0, 0, 2, 0, 0], "aborted"),
        (&[0xE1, 0, 0, 0], "unexpected-answer"),
        (&[0xE2, 0, 0, 2, 0x80, 0], "bad-length"),
        (b"P \"012\"\r\n", "truncated"),
    ];
    for (bytes, expected) in other {
        let outcome = read_stranger(&[bytes]);
        assert_eq!((code(&outcome), outcome.last_step()), (expected, "connect"));
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
    }
}

#[test]
fn a_meter_that_speaks_something_else_is_not_supported() {
    let none: &[u8] = &[0xE2, 0, 0, 8, 0x80, 0, 0, 0, 0, 0, 0, 0];
    assert!(matches!(error(&read_stranger(&[none])), DriverError::UnsupportedDevice(_)));
}

#[test]
fn a_number_that_does_not_fit_makes_the_reading_an_error() {
    for (value, expected) in [("1:0803", "value-out-of-range"), ("1:8001", "value-too-fine")] {
        let outcome = read(filled(3), &[("value", value)]);
        assert_eq!(code(&outcome), expected);
        assert!(!format!("{outcome:?} {}", error(&outcome)).contains("2045"));
    }
}

#[test]
fn a_meter_that_is_not_ready_at_first_gets_one_more_acceptance() {
    let good = read(filled(5), &[]);
    let outcome = read(filled(5), &[("no-store", "1")]);
    assert!(outcome.is_complete() && outcome.entries == good.entries);
}

#[test]
fn a_meter_that_is_read_twice_gives_the_same() {
    let meter = turned(filled(5), &[]);
    let (first, second) = (again(&meter), again(&meter));
    assert!(first.is_complete() && second.is_complete());
    assert!(first.entries == second.entries);
}

#[test]
fn an_empty_memory_is_a_readout_without_results() {
    for knobs in [&[][..], &[("no-info", "on")]] {
        let outcome = read(filled(0), knobs);
        assert!(outcome.is_complete() && outcome.entries.is_empty());
        assert!(outcome.info.is_some());
    }
}

#[test]
fn a_thousand_results_are_read_at_once_or_in_small_transfers() {
    for size in ["1", "7", "82"] {
        let outcome = read(filled(1_000), &[("per-transfer", size)]);
        assert!(outcome.is_complete());
        assert_eq!((outcome.entries.len(), outcome.elapsed_ms), (1_000, 0));
    }
}

#[test]
fn the_order_of_the_memory_is_found_out() {
    let order = |knobs: &[_]| read(filled(20), knobs).result.unwrap().orders;
    assert!(order(&[]) == [("results".to_owned(), Order::NewestFirst)]);
    assert!(order(&[("oldest-first", "on")]) == [("results".to_owned(), Order::OldestFirst)]);
}

#[test]
fn a_lost_clock_is_told_as_lost() {
    let outcome = read(filled(3), &[("clock-lost", "on"), ("lost-time", "1")]);
    assert!(outcome.is_complete());
    let clock = outcome.info.unwrap().clock.unwrap();
    assert!(clock.local.is_none() && clock.read_at_ms.is_some());
    assert!(outcome.entries[1].at.local.is_none() && !outcome.entries[1].at.reliable);
    assert_eq!(outcome.entries[1].marks, ["lost-time"]);
}

#[test]
fn a_status_that_is_not_ordinary_is_never_a_valid_result() {
    let knobs = [("status", "0:8000"), ("status", "1:4000"), ("status", "2:0800")];
    let entries = read(filled(4), &knobs).entries;
    let validity: Vec<_> = entries.iter().map(|entry| entry.validity).collect();
    use Validity::{Invalid, Questionable, Valid};
    assert_eq!(validity, [Invalid, Questionable, Invalid, Valid]);
}

#[test]
fn entries_that_the_meter_calls_something_else_are_kept_as_bytes() {
    let outcome = read(filled(3), &[("other-map", "on")]);
    assert!(outcome.is_complete());
    for entry in &outcome.entries {
        assert!(matches!(&entry.payload, Payload::Other(other) if other.code == "vendor-record"));
        assert_eq!(entry.raw.len(), 12);
    }
}

#[test]
fn a_segment_that_nobody_described_is_kept_as_bytes() {
    let outcome = read(filled(3), &[("second-segment", "on")]);
    assert!(outcome.is_complete());
    let logs: Vec<_> = outcome.entries.iter().map(|entry| entry.origin.log.as_str()).collect();
    assert_eq!(logs, ["results", "results", "results", "segment-1", "segment-1", "segment-1"]);
    assert_eq!(outcome.entries[5].raw, [3; 14]);
    assert!(outcome.entries.iter().all(|entry| entry.origin.sequence.is_none()));
}

#[test]
fn a_segment_that_is_refused_is_told_and_leaves_the_results() {
    for how in ["refuse-second", "error-second"] {
        let outcome = read(filled(3), &[("second-segment", "on"), (how, "on")]);
        assert!(outcome.is_complete());
        assert_eq!(outcome.entries.len(), 3);
        let extra = outcome.result.unwrap().extra;
        assert_eq!(extra, [("vendor-marker".to_owned(), "segment-1-refused".to_owned())]);
    }
}

#[test]
fn the_serial_number_is_found_wherever_it_stands() {
    let first = read(filled(1), &[]).info.unwrap();
    let last = read(filled(1), &[("serial-last", "on")]).info.unwrap();
    assert_eq!(first.serial_number.as_deref(), Some("923-01234567"));
    assert!((first.serial_number, first.firmware) == (last.serial_number, last.firmware));
}

#[test]
fn what_the_meter_cannot_tell_is_unknown() {
    for entry in read(filled(20), &[]).entries {
        let Payload::Smbg(smbg) = entry.payload else { panic!("not a fingerstick result") };
        assert!(smbg.sample == Sample::Unknown && smbg.meal == Meal::Unknown);
        assert!(entry.origin.sequence.is_none());
    }
}

#[test]
fn the_worked_example_is_what_it_says() {
    let outcome = read(Meter::with_memory(now(), worked_example()), &[]);
    let info = outcome.info.as_ref().unwrap();
    assert_eq!((info.model.as_str(), info.firmware.as_deref()), ("923", Some("v1.2")));
    assert!(info.clock.is_some_and(|clock| clock.local == Some(now())));
    assert_eq!(info.extra, [("system-id".to_owned(), "0060190012345678".to_owned())]);
    let not_sent = Bound { threshold: None, stored: None };
    assert!(*level(&outcome.entries[0]) == Level::Value(104_000));
    assert!(outcome.entries[0].at.local == Some(at(3, 10, 7, 15)));
    assert!(*level(&outcome.entries[1]) == Level::AboveRange(not_sent));
    assert!(*level(&outcome.entries[2]) == Level::BelowRange(not_sent));
    assert_eq!(outcome.steps, ["connect", "identify", "count", "results", "finish"]);
}
