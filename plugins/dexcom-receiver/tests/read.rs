//! The driver on simulated receivers, and on things that are none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use meterport_sdk::testing::{VirtualTime, run_until_cancelled};
use meterport_sdk::{Clock, Context, Device, Driver, DriverError, IoError, Output, Sink};
use meterport_simulator::memory;
use meterport_simulator::{Reply, Simulator};

use dexcom_receiver::DexcomReceiver;
use dexcom_receiver::session::{ANSWER_MS, ATTEMPTS, QUIET_MS};
use dexcom_receiver::simulator::Meter;
use support::*;

/// Every attempt with nothing behind it, and the silence between two.
const LADDER_MS: u64 = ANSWER_MS as u64 * ATTEMPTS as u64 + QUIET_MS as u64 * (ATTEMPTS as u64 - 1);

macro_rules! without_knobs {
    () => {
        fn knobs(&self) -> Vec<meterport_simulator::Knob> {
            Vec::new()
        }
        fn turn(&mut self, _: &str, _: &str) -> Result<(), meterport_simulator::KnobError> {
            Ok(())
        }
        fn fill(&mut self, _: u32) {}
        fn violation(&self) -> Option<&str> {
            None
        }
    };
}

#[test]
fn a_silent_receiver_ends_within_the_protocols_time_and_names_the_step() {
    let meter = filled(20);
    knob(&meter, "silent-after", "0");
    let outcome = read(&meter);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("connect", LADDER_MS));
}

#[test]
fn a_page_that_is_damaged_every_time_is_an_error_and_never_a_result() {
    for (name, expected) in
        [("damage-page", "bad-page-checksum"), ("damage-record", "bad-record-checksum")]
    {
        let meter = filled(100);
        knob(&meter, name, "2");
        knob(&meter, "damage-always", "on");
        let outcome = read(&meter);
        assert_eq!(code(&outcome), expected);
        assert_eq!(outcome.last_step(), "results");
        let good = read(&filled(100));
        assert!(!outcome.entries.is_empty() && good.entries.starts_with(&outcome.entries));
    }
}

#[test]
fn a_page_that_is_damaged_once_is_asked_for_again() {
    let good = read(&filled(100));
    for name in ["damage-page", "damage-record"] {
        for page in ["0", "2", "4"] {
            let meter = filled(100);
            knob(&meter, name, page);
            same_as(&good, &meter);
        }
    }
}

#[test]
fn a_single_damaged_byte_anywhere_leaves_the_same_readout() {
    let good = read(&filled(24));
    for byte in (1..=2_400).step_by(7) {
        let meter = filled(24);
        knob(&meter, "damage-byte", &byte.to_string());
        same_as(&good, &meter);
    }
}

#[test]
fn a_conversation_cut_anywhere_is_never_complete_before_its_last_result() {
    let good = read(&filled(24));
    for byte in (0..=2_400).step_by(7) {
        let meter = filled(24);
        knob(&meter, "silent-after", &byte.to_string());
        let outcome = read(&meter);
        if outcome.is_complete() {
            assert!(outcome.entries == good.entries, "{byte}");
        } else {
            assert_eq!(*error(&outcome), cut_error(&outcome), "{byte}");
            assert!(good.entries.starts_with(&outcome.entries));
            assert!(outcome.elapsed_ms <= 2 * LADDER_MS, "{byte}: {outcome:?}");
        }
    }
}

/// Silence, or an answer that never ended.
fn cut_error(outcome: &meterport_sdk::testing::Outcome) -> DriverError {
    match error(outcome) {
        DriverError::Protocol(error) => {
            assert_eq!(error.code, "truncated");
            DriverError::Protocol(error.clone())
        }
        _ => DriverError::Io(IoError::Timeout),
    }
}

#[test]
fn a_page_that_does_not_join_its_neighbour_is_a_count_mismatch() {
    for page in ["1", "2", "4"] {
        let meter = filled(100);
        knob(&meter, "gap", page);
        let outcome = read(&meter);
        assert_eq!(code(&outcome), "count-mismatch");
        assert!(!outcome.is_complete());
    }
}

#[test]
fn a_receiver_in_another_mode_says_so_and_is_not_asked_again() {
    for (reply, expected) in [
        ("3", "invalid-command"),
        ("4", "invalid-parameter"),
        ("6", "receiver-error"),
        ("7", "invalid-mode"),
    ] {
        let meter = filled(20);
        knob(&meter, "reply-code", reply);
        let outcome = read(&meter);
        assert_eq!(code(&outcome), expected);
        assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("identify", 0));
    }
}

#[test]
fn a_packet_that_was_not_accepted_is_sent_again_but_not_for_ever() {
    let good = read(&filled(20));
    for reply in ["2", "5", "99"] {
        let meter = filled(20);
        knob(&meter, "reply-code", &format!("{reply}x2"));
        same_as(&good, &meter);
        let meter = filled(20);
        knob(&meter, "reply-code", &format!("{reply}x3"));
        let expected = if reply == "99" { "unexpected-answer" } else { "refused" };
        assert_eq!(code(&read(&meter)), expected);
    }
}

#[test]
fn a_receiver_that_misses_the_first_packets_is_asked_again() {
    let good = read(&filled(20));
    for missed in 1..ATTEMPTS {
        let meter = filled(20);
        knob(&meter, "ignore-first", &missed.to_string());
        same_as(&good, &meter);
    }
}

#[test]
fn an_answer_that_comes_too_late_is_never_taken_for_that_of_another_question() {
    let good = read(&filled(300));
    // Two questions for ranges follow each other here, and one of the answers is: none.
    // After the question was given up, and after it was asked again.
    for (late, slow) in [("5100", "0"), ("5400", "100"), ("5400", "250")] {
        for request in 1..=38 {
            let meter = filled(300);
            knob(&meter, "late-at", &request.to_string());
            knob(&meter, "late-ms", late);
            knob(&meter, "slow-ms", slow);
            same_as(&good, &meter);
        }
    }
}

#[test]
fn a_pulled_cable_is_said_at_once() {
    for byte in [0, 6, 40, 700, 1_500, 2_000] {
        let meter = filled(40);
        knob(&meter, "unplug-after", &byte.to_string());
        let outcome = read(&meter);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Disconnected));
        assert_eq!(outcome.elapsed_ms, 0);
    }
}

#[test]
fn a_cancelled_reading_says_so() {
    let time = VirtualTime::default();
    let cancelled = std::rc::Rc::new(std::cell::Cell::new(true));
    let device = memory::serial(&filled(20), &time);
    let outcome = run_until_cancelled(&DexcomReceiver, device, &time, &cancelled);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Cancelled));
}

#[test]
fn a_receiver_of_the_next_generation_is_named_and_gets_not_one_byte() {
    let time = VirtualTime::default();
    let port = memory::serial(&memory::share(Forbidding), &time);
    let mut context = Context::new(Clock::new(time));
    context.rule = 1;
    let result = DexcomReceiver.read(port, &context, &mut Sink::new(Nobody));
    let Err(DriverError::UnsupportedDevice(text)) = result else { panic!("not refused") };
    assert!(text.contains("G7"));
}

#[test]
fn something_else_that_answers_gives_an_error_and_no_result() {
    let other: [&[u8]; 5] = [
        b"CMD Fail!\r\n",
        &[0x01; 300],
        &[0x02, 0x06, 0x0C, 0x03, 0x06, 0xAE],
        // Packets that are whole: one that says nothing, and one that says yes to everything.
        &[0x01, 0x06, 0x00, 0x02, 0x56, 0xE4],
        &[0x01, 0x06, 0x00, 0x01, 0x35, 0xD4],
    ];
    for answer in other {
        let time = VirtualTime::default();
        let meter = memory::share(Constant(answer));
        let outcome =
            meterport_sdk::testing::run(&DexcomReceiver, memory::serial(&meter, &time), &time);
        assert!(outcome.result.is_err(), "{answer:?}");
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
        assert!(outcome.elapsed_ms < 60_000);
    }
}

#[test]
fn a_value_that_is_stored_while_it_is_read_is_left_for_the_next_reading() {
    let good = read(&filled(100));
    // The sixth packet asks for the first page of the sensor, the last one for a page of events.
    for request in 10..=18 {
        let meter = filled(100);
        knob(&meter, "grow-at", &request.to_string());
        let outcome = read(&meter);
        assert!(outcome.is_complete(), "{request}: {outcome:?}");
        assert!(outcome.entries == good.entries, "{request}");
        let newest = outcome.entries.iter().filter_map(|entry| entry.at.tick).max();
        assert!(outcome.info.unwrap().clock.unwrap().tick >= newest);
    }
}

#[test]
fn the_oldest_page_may_go_while_the_others_are_read() {
    let good = read(&filled(100));
    let meter = filled(100);
    knob(&meter, "forget-at", "14");
    same_as(&good, &meter);
}

#[test]
fn an_empty_receiver_is_a_readout_without_results() {
    for revision in ["2", "4", "5"] {
        let meter = memory::share(Meter::new(now()));
        knob(&meter, "revision", revision);
        let outcome = read(&meter);
        assert!(outcome.is_complete() && outcome.entries.is_empty());
        assert!(outcome.info.is_some());
    }
}

#[test]
fn every_type_of_record_may_be_missing() {
    for kind in ["4", "7", "10", "11", "12", "18"] {
        let meter = filled(2_100);
        knob(&meter, "revision", "5");
        knob(&meter, "backfill", "3");
        let all = meter.borrow().inner().memory.stored(kind.parse().unwrap()).len();
        knob(&meter, "empty", kind);
        let outcome = read(&meter);
        assert!(outcome.is_complete());
        assert!(all > 0 && outcome.entries.len() == 2_100 - all, "{kind}");
    }
}

#[test]
fn ninety_days_are_read_whatever_the_revision() {
    for revision in ["2", "4", "5"] {
        let meter = filled(26_300);
        knob(&meter, "revision", revision);
        let outcome = read(&meter);
        assert!(outcome.is_complete(), "{outcome:?}");
        assert_eq!(outcome.entries.len(), 26_300);
        assert!(count(&outcome, "sensor") >= 26_000);
        let bytes: usize = outcome.entries.iter().map(|entry| entry.raw.len()).sum();
        assert!(bytes < 1_000_000);
    }
}

#[test]
fn answers_in_pieces_make_no_difference() {
    let good = read(&filled(30));
    for bytes in ["1", "2", "63", "64", "533"] {
        let meter = filled(30);
        knob(&meter, "pieces", bytes);
        same_as(&good, &meter);
    }
    for pace in ["9600", "115200"] {
        let meter = filled(30);
        knob(&meter, "pace", pace);
        same_as(&good, &meter);
    }
}

#[test]
fn noise_before_the_first_answer_is_skipped() {
    let good = read(&filled(20));
    for noise in ["00", "ff00", "0106", "01060001", "0116020101", "010e0001ffffffffffffffffcd1d"] {
        let meter = filled(20);
        knob(&meter, "noise", noise);
        same_as(&good, &meter);
    }
}

#[test]
fn only_pages_with_something_recent_are_read_if_no_more_is_wanted() {
    let meter = filled(2_000);
    let time = VirtualTime::default();
    let mut context = Context::new(Clock::new(time.clone()));
    context.not_before = meterport_sdk::time::checked(2026, 3, 9, 0, 0, 0);
    let mut sink = Sink::new(Nobody);
    let summary = DexcomReceiver.read(memory::serial(&meter, &time), &context, &mut sink).unwrap();
    // Two days and a quarter, the margin, and what else stands on the last page.
    assert!((650..1_050).contains(&summary.entries), "{}", summary.entries);
}

#[test]
fn another_kind_of_link_is_refused() {
    let time = VirtualTime::default();
    let device: Device = memory::hid(&filled(1), &time);
    let outcome = meterport_sdk::testing::run(&DexcomReceiver, device, &time);
    assert!(matches!(outcome.result, Err(DriverError::UnsupportedDevice(_))));
}

#[test]
fn a_memory_that_is_another_one_after_a_repeat_is_an_error() {
    let changed = |packet| {
        let mut meter = Meter::new(now());
        meter.fill(300);
        meter.turn("damage-page", "2").unwrap();
        let time = VirtualTime::default();
        let meter = memory::share(Erased { meter, packet });
        meterport_sdk::testing::run(&DexcomReceiver, memory::serial(&meter, &time), &time)
    };
    // Behind the last page that is read, and far behind the last packet.
    let outcome = changed(30);
    assert_eq!(code(&outcome), "changed-while-read");
    assert!(!outcome.is_complete() && outcome.entries.len() > 200);
    assert!(changed(1_000).is_complete());
}

#[test]
fn every_command_that_sets_or_erases_is_a_violation() {
    let packets: [&[u8]; 6] = [
        &[0x01, 0x0A, 0x00, 0x1E, 0xB0, 0xB9, 0xFF, 0xFF, 0xDF, 0xF3],
        &[0x01, 0x06, 0x00, 0x1E, 0xEB, 0x37],
        &[0x01, 0x06, 0x00, 0x20, 0x76, 0xE0],
        &[0x01, 0x06, 0x00, 0x24, 0xF2, 0xA0],
        &[0x01, 0x06, 0x00, 0x2D, 0xDB, 0x31],
        &[0x01, 0x06, 0x00, 0x2E, 0xB8, 0x01],
    ];
    for packet in packets {
        let mut meter = Meter::new(now());
        meter.fill(20);
        let before = read(&filled(20));
        assert!(!meter.receive(packet).is_empty());
        assert!(meter.violation().is_some(), "{packet:02x?}");
        let time = VirtualTime::default();
        let meter = memory::share(meter);
        let after =
            meterport_sdk::testing::run(&DexcomReceiver, memory::serial(&meter, &time), &time);
        assert!(after.entries == before.entries);
    }
}

/// A receiver whose events are gone when the Nth packet comes.
struct Erased {
    meter: Meter,
    packet: u32,
}

impl Simulator for Erased {
    fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        self.packet = self.packet.saturating_sub(1);
        if self.packet == 0 {
            self.meter.memory.clear(11);
        }
        self.meter.receive(bytes)
    }
    without_knobs!();
}

/// Something that answers every write with the same bytes.
struct Constant(&'static [u8]);

/// Something that must not be written to.
struct Forbidding;

impl Simulator for Constant {
    fn receive(&mut self, _: &[u8]) -> Vec<Reply> {
        vec![Reply::now(self.0)]
    }
    without_knobs!();
}

impl Simulator for Forbidding {
    fn receive(&mut self, _: &[u8]) -> Vec<Reply> {
        panic!("a byte was sent");
    }
    without_knobs!();
}

/// A host that takes everything and keeps nothing.
struct Nobody;

impl Output for Nobody {
    fn step(&mut self, _: &str) {}
    fn identify(&mut self, _: &meterport_sdk::wit::DeviceInfo) -> Result<(), IoError> {
        Ok(())
    }
    fn emit(&mut self, _: &[meterport_sdk::wit::Entry]) -> Result<(), IoError> {
        Ok(())
    }
    fn progress(&mut self, _: u32, _: Option<u32>) {}
    fn cancelled(&mut self) -> bool {
        false
    }
}
