//! The driver on simulated meters, and on things that are none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

use meterport_sdk::testing::{Outcome, VirtualTime, run, run_until_cancelled};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{
    Bound, ConcentrationUnit, DeviceTime, Entry, Level, Meal, Payload, Sample, Validity,
};
use meterport_sdk::{DriverError, IoError};
use meterport_simulator::memory::{self, Shared};
use meterport_simulator::{Reply, Simulator};
use onetouch_ultraeasy::UltraEasy;
use onetouch_ultraeasy::session::{PAUSE_BETWEEN_RECORDS_MS, REPEATS, STEP_MS};
use onetouch_ultraeasy::simulator::{Meter, Reading, Stored};

const LADDER_MS: u64 = STEP_MS as u64 * (REPEATS as u64 + 1);

fn now() -> DeviceTime {
    checked(2026, 3, 10, 7, 16, 0).unwrap()
}

fn filled(records: u32) -> Shared<Meter> {
    let meter = memory::share(Meter::new(now()));
    meter.borrow_mut().fill(records);
    meter
}

fn knob(meter: &Shared<Meter>, name: &str, value: &str) {
    meter.borrow_mut().turn(name, value).unwrap();
}

fn read(meter: &Shared<Meter>) -> Outcome {
    let time = VirtualTime::default();
    let outcome = run(&UltraEasy, memory::device(meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

fn error(outcome: &Outcome) -> &DriverError {
    outcome.result.as_ref().unwrap_err()
}

fn code(outcome: &Outcome) -> &str {
    match error(outcome) {
        DriverError::Protocol(error) => &error.code,
        other => panic!("not a protocol error: {other}"),
    }
}

fn level(entry: &Entry) -> &Level {
    let Payload::Smbg(smbg) = &entry.payload else { panic!("not a fingerstick result") };
    &smbg.level
}

#[test]
fn a_frame_that_is_damaged_every_time_is_an_error_and_never_a_result() {
    let meter = filled(5);
    knob(&meter, "damage-record", "2");
    knob(&meter, "damage-always", "on");
    let outcome = read(&meter);
    assert_eq!(code(&outcome), "bad-checksum");
    assert_eq!(outcome.last_step(), "results");
    assert_eq!(outcome.entries.len(), 2);
}

#[test]
fn a_frame_that_is_damaged_once_is_asked_for_again() {
    let good = read(&filled(5));
    let meter = filled(5);
    knob(&meter, "damage-record", "2");
    let outcome = read(&meter);
    assert!(outcome.is_complete(), "{outcome:?}");
    assert!(outcome.entries == good.entries);
}

#[test]
fn a_single_damaged_byte_anywhere_leaves_the_same_readout() {
    let good = read(&filled(3));
    for byte in 1..=230 {
        let meter = filled(3);
        knob(&meter, "damage-byte", &byte.to_string());
        let outcome = read(&meter);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{byte}: {outcome:?}");
    }
}

#[test]
fn a_conversation_cut_anywhere_is_never_complete_before_its_last_result() {
    let good = read(&filled(3));
    for byte in 0..=230 {
        let meter = filled(3);
        knob(&meter, "silent-after", &byte.to_string());
        let outcome = read(&meter);
        if outcome.is_complete() {
            assert_eq!(outcome.last_step(), "finish");
            assert!(outcome.entries == good.entries, "{byte}");
        } else {
            assert_ne!(outcome.last_step(), "finish");
            assert!(good.entries.starts_with(&outcome.entries));
            assert!(outcome.elapsed_ms <= 2 * LADDER_MS + 5 * u64::from(STEP_MS), "{outcome:?}");
        }
    }
}

#[test]
fn a_count_larger_than_the_memory_is_an_error() {
    let meter = filled(5);
    knob(&meter, "count-offset", "1");
    let outcome = read(&meter);
    assert_eq!(code(&outcome), "count-mismatch");
    assert!(!outcome.is_complete());
}

#[test]
fn a_count_larger_than_any_memory_is_an_error() {
    let meter = filled(500);
    knob(&meter, "count-offset", "1");
    assert_eq!(code(&read(&meter)), "too-many-records");
}

#[test]
fn a_silent_meter_ends_within_the_protocols_time_and_names_the_step() {
    let meter = filled(5);
    knob(&meter, "silent-after", "0");
    let outcome = read(&meter);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    assert_eq!(outcome.last_step(), "connect");
    assert_eq!(outcome.elapsed_ms, LADDER_MS);
}

#[test]
fn a_meter_that_falls_silent_half_way_is_a_timeout_in_its_step() {
    let meter = filled(5);
    knob(&meter, "silent-at", "3");
    let outcome = read(&meter);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    assert_eq!(outcome.last_step(), "results");
    assert_eq!(outcome.entries.len(), 3);
    assert!(outcome.elapsed_ms < 3 * LADDER_MS);
}

#[test]
fn a_cable_without_a_meter_is_a_timeout_even_if_it_sends_a_stray_byte() {
    for stray in [&[][..], &[0x00], &[0x02]] {
        let outcome = read_from(Constant(stray));
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!(outcome.last_step(), "connect");
    }
}

#[test]
fn a_meter_of_another_family_gives_an_error_and_no_result() {
    let other: [&[u8]; 4] = [
        b"P \"012\",\"XJZ1234AT\",\"MG/DL \" 04C9\r\n",
        b"\r\nCCCP03101-10000\r\nRevE\r\nMar 10 2026 07:16:00\r\n050\r\nEND\r\n",
        &[0x02, 0x06, 0x06, 0x07, 0x03, 0xFC, 0x72],
        &[0x02; 300],
    ];
    for answer in other {
        let outcome = read_from(Constant(answer));
        assert!(matches!(error(&outcome), DriverError::Protocol(_)), "{outcome:?}");
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
    }
}

#[test]
fn anything_that_answers_and_is_no_such_meter_is_a_protocol_error_that_says_so() {
    let other: [&[u8]; 8] = [
        b"CMD Fail!\r\n",
        b"F \"TUE\",\"03/10/26\",\"08:01:30   \" 0602\r\n",
        &[0x06],
        &[0xFF],
        &[0x02, 0x06, 0x08, 0x03, 0xC2, 0x62, 0x15],
        &[0x02, 0x06, 0x06, 0x03, 0xCD, 0x41],
        &[0x02, 0x06, 0x0C, 0x03, 0x06, 0xAF],
        &[0x02; 300],
    ];
    for answer in other {
        let outcome = read_from(Constant(answer));
        assert_eq!(code(&outcome), "not-this-meter", "{answer:?}");
        assert_eq!(outcome.last_step(), "connect");
        assert!(outcome.elapsed_ms <= LADDER_MS);
    }
}

#[test]
fn a_cable_that_echoes_and_has_no_meter_is_a_timeout() {
    let whole: &[u8] = &[0x02, 0x06, 0x08, 0x03, 0xC2, 0x62];
    for echo in [whole, &[0, 0x02, 0x06, 0x08, 0x03, 0xC2, 0x62], &whole[..4]] {
        let outcome = read_from(Constant(Box::leak(echo.to_vec().into_boxed_slice())));
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("connect", LADDER_MS));
    }
}

#[test]
fn a_number_that_no_meter_measures_is_kept_and_questionable() {
    let stored = |value| Stored { at: now(), reading: Reading::MgPerDl(value) };
    let meter = Meter::with_memory(now(), vec![stored(2_000_000), stored(104)]);
    let outcome = read(&memory::share(meter));
    assert!(outcome.is_complete());
    assert!(*level(&outcome.entries[0]) == Level::Value(2_000_000_000));
    assert_eq!(outcome.entries[0].validity, Validity::Questionable);
    assert_eq!(outcome.entries[0].marks, ["suspect-value"]);
    assert_eq!(outcome.entries[1].validity, Validity::Valid);
}

#[test]
fn a_meter_that_refuses_to_tell_its_version_is_not_supported() {
    let meter = filled(5);
    knob(&meter, "refuse-version", "on");
    let outcome = read(&meter);
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
    assert!(outcome.entries.is_empty());
}

#[test]
fn a_result_that_is_added_while_the_link_is_reset_makes_the_reading_an_error() {
    let meter = filled(5);
    knob(&meter, "damage-record", "2");
    knob(&meter, "new-result-at-reset", "2");
    assert_eq!(code(&read(&meter)), "changed-while-read");
    let full = filled(500);
    knob(&full, "damage-record", "2");
    knob(&full, "new-result-at-reset", "2");
    assert_eq!(code(&read(&full)), "changed-while-read");
}

#[test]
fn a_pulled_cable_is_said_at_once() {
    for byte in [0, 6, 40, 150] {
        let meter = filled(5);
        knob(&meter, "unplug-after", &byte.to_string());
        let outcome = read(&meter);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Disconnected));
        assert!(outcome.elapsed_ms < u64::from(STEP_MS));
    }
}

#[test]
fn a_cancelled_reading_says_so() {
    let time = VirtualTime::default();
    let cancelled = std::rc::Rc::new(std::cell::Cell::new(true));
    let device = memory::device(&filled(5), &time);
    let outcome = run_until_cancelled(&UltraEasy, device, &time, &cancelled);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Cancelled));
}

#[test]
fn noise_before_the_first_answer_is_skipped() {
    let good = read(&filled(5));
    for noise in ["00", "ff00", "0203", "02ff000102", "020606070306ae", "0206080300ff"] {
        let meter = filled(5);
        knob(&meter, "noise", noise);
        let outcome = read(&meter);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{noise}: {outcome:?}");
    }
}

#[test]
fn a_meter_that_misses_the_first_frames_is_asked_again() {
    for missed in 1..=REPEATS {
        let meter = filled(5);
        knob(&meter, "ignore-first", &missed.to_string());
        assert!(read(&meter).is_complete());
    }
}

#[test]
fn a_cable_that_echoes_and_a_meter_that_repeats_itself_change_nothing() {
    let good = read(&filled(5));
    for byte in [20, 50, 120, 150, 170, 190] {
        let meter = filled(5);
        knob(&meter, "echo", "on");
        knob(&meter, "repeat-answers", "on");
        knob(&meter, "damage-byte", &byte.to_string());
        let outcome = read(&meter);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{byte}: {outcome:?}");
    }
}

#[test]
fn bytes_that_arrive_one_by_one_or_all_at_once_make_no_difference() {
    let good = read(&filled(5));
    for pace in ["300", "1200", "9600", "115200"] {
        let meter = filled(5);
        knob(&meter, "pace", pace);
        let outcome = read(&meter);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{pace}");
    }
}

#[test]
fn an_empty_memory_is_a_readout_without_results() {
    let outcome = read(&filled(0));
    assert!(outcome.is_complete());
    assert!(outcome.entries.is_empty());
    assert!(outcome.info.is_some());
}

#[test]
fn a_full_memory_is_read_in_the_prescribed_pauses_and_nothing_more() {
    let outcome = read(&filled(500));
    assert!(outcome.is_complete());
    assert_eq!(outcome.entries.len(), 500);
    assert_eq!(outcome.elapsed_ms, 499 * u64::from(PAUSE_BETWEEN_RECORDS_MS));
}

#[test]
fn hi_and_lo_are_no_numbers() {
    let meter = filled(3);
    knob(&meter, "hi", "0");
    knob(&meter, "lo", "2");
    let outcome = read(&meter);
    let not_sent = Bound { threshold: None, stored: None };
    assert!(*level(&outcome.entries[0]) == Level::AboveRange(not_sent));
    assert!(matches!(level(&outcome.entries[1]), Level::Value(_)));
    assert!(*level(&outcome.entries[2]) == Level::BelowRange(not_sent));
}

#[test]
fn a_control_test_and_a_meal_are_unknown_because_the_meter_cannot_tell() {
    for entry in read(&filled(20)).entries {
        let Payload::Smbg(smbg) = entry.payload else { panic!("not a fingerstick result") };
        assert!(smbg.sample == Sample::Unknown && smbg.meal == Meal::Unknown);
        assert!(entry.origin.sequence.is_none());
    }
}

#[test]
fn what_is_stored_is_mg_per_dl_whatever_is_displayed() {
    let unit = Some(ConcentrationUnit::MmolPerL);
    let meter = filled(3);
    knob(&meter, "unit", "mmol/L");
    let outcome = read(&meter);
    assert!(outcome.info.is_some_and(|info| info.display_unit == unit));
    assert!(outcome.entries == read(&filled(3)).entries);
}

#[test]
fn a_displayed_unit_that_nobody_described_is_kept_as_it_is() {
    let meter = filled(1);
    knob(&meter, "unit", "7");
    let info = read(&meter).info.unwrap();
    assert!(info.display_unit.is_none());
    assert_eq!(info.extra, [("vendor-marker".to_owned(), "display-unit-7".to_owned())]);
}

#[test]
fn the_worked_example_is_what_it_says() {
    let stored = |day, reading| Stored { at: checked(2026, 3, day, 7, 15, 0).unwrap(), reading };
    let memory = vec![stored(10, Reading::MgPerDl(104)), stored(9, Reading::High)];
    let outcome = read(&memory::share(Meter::with_memory(now(), memory)));
    let info = outcome.info.as_ref().unwrap();
    assert_eq!(info.serial_number.as_deref(), Some("KPQ1234ER"));
    assert_eq!(info.firmware.as_deref(), Some("P02.00.00"));
    assert!(info.clock.is_some_and(|clock| clock.local == Some(now())));
    assert!(*level(&outcome.entries[0]) == Level::Value(104_000));
    assert!(outcome.entries[0].at.local == checked(2026, 3, 10, 7, 15, 0));
    assert_eq!(outcome.entries[0].raw, [0xF4, 0xC4, 0xAF, 0x69, 0x68, 0, 0, 0]);
    assert!(matches!(level(&outcome.entries[1]), Level::AboveRange(_)));
}

/// Something that answers every write with the same bytes.
struct Constant(&'static [u8]);

impl Simulator for Constant {
    fn receive(&mut self, _: &[u8]) -> Vec<Reply> {
        vec![Reply::now(self.0)]
    }
    fn knobs(&self) -> Vec<meterport_simulator::Knob> {
        Vec::new()
    }
    fn turn(&mut self, _: &str, _: &str) -> Result<(), meterport_simulator::KnobError> {
        Ok(())
    }
    fn fill(&mut self, _: u32) {}
    fn line(&self) -> &'static str {
        "9600 8N1"
    }
    fn violation(&self) -> Option<&str> {
        None
    }
}

fn read_from(other: impl Simulator + 'static) -> Outcome {
    let time = VirtualTime::default();
    run(&UltraEasy, memory::device(&memory::share(other), &time), &time)
}
