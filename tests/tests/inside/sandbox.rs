//! A driver that misbehaves in every way: each limit has a word that tries to break it.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use meterport_devices::{Link, Timeline};
use meterport_manifest::DEFAULT_LIMITS;
use meterport_runtime::{Budgets, Driver, ReadFailure};
use meterport_tests::hostile_driver;

use crate::support::line::{Line, Silent};
use crate::support::{request, runtime};

fn hostile() -> &'static Driver {
    static DRIVER: OnceLock<Driver> = OnceLock::new();
    DRIVER
        .get_or_init(|| runtime().load(&std::fs::read(hostile_driver().unwrap()).unwrap()).unwrap())
}

/// Says one word, then nothing for ever; in real time.
fn word(text: &str) -> Link {
    slow_word(text, Duration::ZERO)
}

/// The same, but the word takes its time.
fn slow_word(text: &str, silence: Duration) -> Link {
    Line::new(Silent, Timeline::live()).thinking(silence).saying(&format!("{text}\n")).link()
}

fn budgets() -> Budgets {
    Budgets::from(DEFAULT_LIMITS)
}

fn fails(text: &str, budgets: Budgets) -> ReadFailure {
    let session = hostile().start_within(budgets, word(text), request(hostile()), |_| {}).unwrap();
    match session.wait() {
        Ok(_) => panic!("`{text}` was read"),
        Err(failure) => failure,
    }
}

#[test]
fn what_is_malformed_is_refused_and_nothing_is_complete() {
    for text in [
        "bad-date",
        "long-text",
        "many-marks",
        "many-extra",
        "long-note",
        "many-segments",
        "long-raw",
        "unregistered-log-name",
        "identify-twice",
        "emit-before-identify",
    ] {
        let failure = fails(text, budgets());
        assert_eq!(failure.error.code(), "protocol.entry", "{text}: {failure:?}");
        assert!(failure.partial.is_none_or(|partial| !partial.complete), "{text}");
    }
}

#[test]
fn too_much_at_once_or_in_all_ends_the_session() {
    for text in [
        "memory",
        "empty-strings",
        "empty-pairs",
        "huge-batch",
        "heavy-batch",
        "oversized-batch",
        "recursion",
    ] {
        let failure = fails(text, budgets());
        assert_eq!(failure.error.code(), "driver.limit", "{text}: {failure:?}");
    }
    // A million results are many: with processor time enough it is the count that ends them.
    let failure = fails("million", Budgets { cpu: Duration::from_secs(60), ..budgets() });
    assert_eq!(failure.error.code(), "driver.limit", "{failure:?}");
}

#[test]
fn spinning_is_stopped_by_the_processor_time_it_uses_cheap_calls_or_not() {
    for text in ["spin", "spin-calls"] {
        let failure = fails(text, Budgets { cpu: Duration::from_millis(300), ..budgets() });
        assert_eq!(failure.error.code(), "driver.budget", "{text}: {failure:?}");
    }
}

#[test]
fn waiting_for_a_slow_meter_costs_no_processor_time() {
    let budgets = Budgets { cpu: Duration::from_millis(700), ..budgets() };
    let link = slow_word("exact", Duration::from_millis(1_500));
    let finished =
        hostile().start_within(budgets, link, request(hostile()), |_| {}).unwrap().wait();
    assert!(finished.is_ok(), "{:?}", finished.err());
}

#[test]
fn nothing_happening_ends_the_session() {
    for text in ["wait", "sleep", "ignore-cancel"] {
        let failure = fails(text, Budgets { idle: Duration::from_millis(300), ..budgets() });
        assert_eq!(failure.error.code(), "driver.budget", "{text}: {failure:?}");
    }
}

#[test]
fn an_endless_drip_ends_with_the_wall_budget() {
    let failure = fails("drip", Budgets { wall: Duration::from_millis(1_500), ..budgets() });
    assert_eq!(failure.error.code(), "driver.budget", "{failure:?}");
}

#[test]
fn a_cancelled_driver_is_gone_within_two_seconds_whether_it_listens_or_not() {
    for text in ["wait", "sleep", "spin", "spin-calls", "ignore-cancel", "drip"] {
        let session = hostile().start(word(text), request(hostile()), |_| {}).unwrap();
        std::thread::sleep(Duration::from_millis(150));
        let asked = Instant::now();
        session.cancel().cancel();
        let failure = session.wait().err().unwrap();
        assert_eq!(failure.error.code(), "cancelled", "{text}: {failure:?}");
        assert!(asked.elapsed() < Duration::from_secs(2), "{text}");
    }
}

#[test]
fn a_driver_that_crashes_or_counts_wrong_is_an_error_with_its_own_word() {
    let failure = fails("panic", budgets());
    assert_eq!(failure.error.code(), "driver.panic");
    let text = failure.error.to_string();
    assert!(text.contains("busy.rs:") && !text.contains("on purpose"), "{text}");
    assert!(failure.log.iter().any(|line| line.text.contains("on purpose")));
    assert_eq!(fails("wrong-count", budgets()).error.code(), "protocol.count");
    assert_eq!(fails("big-read", budgets()).error.code(), "driver.denied");
}

#[test]
fn a_loud_driver_is_cut_short_and_heard_no_further() {
    let finished =
        hostile().start(word("log-flood"), request(hostile()), |_| {}).unwrap().wait().unwrap();
    let bytes: usize = finished.log.iter().map(|line| line.text.len()).sum();
    assert!(bytes <= 1024 * 1024, "{bytes}");
    assert!(finished.log.iter().all(|line| line.text.len() <= 4096));
    let failure = fails("loud-error", budgets());
    assert!(
        failure.error.to_string().len() <= 4 * 512,
        "an error of {} bytes",
        failure.error.to_string().len()
    );
}

#[test]
fn the_same_driver_behaves_after_all_that() {
    for _ in 0..3 {
        let finished =
            hostile().start(word("exact"), request(hostile()), |_| {}).unwrap().wait().unwrap();
        assert!(finished.readout.complete);
        assert_eq!(finished.readout.entries.len(), 3);
    }
}
