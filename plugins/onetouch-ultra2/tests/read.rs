//! The driver on the simulated meter: what goes wrong first, then what goes well.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use meterport_sdk::wit::{ConcentrationUnit, Level, Meal, Order, Payload, Sample, Smbg};
use meterport_sdk::{DriverError, IoError};
use onetouch_ultra2::simulator::{Meter, Stored};

use support::{at, cancelled, filled, now, read, read_late, read_stranger, worked_example};

fn code(error: &DriverError) -> &str {
    match error {
        DriverError::Protocol(error) => &error.code,
        other => panic!("not a protocol error: {other}"),
    }
}

fn smbg(payload: &Payload) -> &Smbg {
    match payload {
        Payload::Smbg(smbg) => smbg,
        _ => panic!("not a fingerstick result"),
    }
}

#[test]
fn a_line_that_stays_damaged_is_an_error_never_a_result() {
    for line in ["0", "1", "7", "20"] {
        let outcome = read(filled(20), &[("bad-line-always", line)]);
        assert_eq!(code(outcome.result.as_ref().unwrap_err()), "bad-checksum", "line {line}");
        assert!(!outcome.is_complete());
    }
}

#[test]
fn a_dump_that_ends_early_is_never_complete() {
    let good = read(filled(20), &[]);
    for bytes in [400, 800, 1200] {
        let outcome = read(filled(20), &[("silent-after", &bytes.to_string())]);
        assert_eq!(outcome.result, Err(IoError::Timeout.into()), "{bytes} bytes");
        assert!(outcome.entries.iter().zip(&good.entries).all(|(cut, whole)| cut == whole));
        assert_eq!(outcome.last_step(), "results");
    }
}

#[test]
fn a_header_that_promises_another_number_is_a_wrong_count() {
    for (promised, lines) in [("19", "20"), ("0", "20"), ("21", "20"), ("20", "12")] {
        let knobs = [("count", promised), ("silent-after-line", lines)];
        let outcome = read(filled(20), &knobs);
        let error = outcome.result.as_ref().unwrap_err();
        assert_eq!(code(error), "count-mismatch", "{promised} promised, {lines} sent");
    }
}

#[test]
fn a_silent_meter_ends_after_five_questions_a_second_apart() {
    let outcome = read(filled(3), &[("ignore-first", "5")]);
    assert_eq!(outcome.result, Err(IoError::Timeout.into()));
    assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("clock", 5_000));
    assert!(outcome.info.is_none());
}

#[test]
fn a_cable_without_a_meter_is_a_timeout_whatever_byte_it_sends() {
    let outcome = read(filled(3), &[("absent", "on")]);
    assert_eq!(outcome.result, Err(IoError::Timeout.into()));
    assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("clock", 5_000));
}

#[test]
fn a_meter_that_falls_silent_is_given_up_within_half_a_minute_naming_the_step() {
    for (bytes, step) in [(45, "identify"), (95, "settings"), (110, "count"), (300, "results")] {
        let outcome = read(filled(20), &[("silent-after", &bytes.to_string())]);
        assert!(matches!(outcome.result, Err(DriverError::Io(_) | DriverError::Protocol(_))));
        assert_eq!(outcome.last_step(), step, "{bytes} bytes");
        assert!(outcome.elapsed_ms <= 30_000, "{outcome:?}");
    }
}

#[test]
fn another_make_of_meter_never_gives_a_result() {
    let strangers: [&[u8]; 6] = [
        b"CMD Fail!\r\n",
        b"\r\nCXMR042-P5512\r\n0.31-P\r\nMar  10 2026 08:02:11\r\n000\r\n\r\n0x0000  END\r\n",
        &[0x02, 0x06, 0x0C, 0x03, 0x06, 0xAE],
        &[0xFF; 600],
        b"@ \"KLM2Q7XYY\" 034C\r\n",
        b"F \"TUE\",\"03/10/26\",\"08:01:30   \" 0602\r\n",
    ];
    for bytes in strangers {
        let outcome = read_stranger(bytes.to_vec());
        assert!(matches!(outcome.result, Err(DriverError::Protocol(_))), "{outcome:?}");
        assert!(outcome.entries.is_empty() && outcome.elapsed_ms <= 60_000, "{outcome:?}");
    }
}

#[test]
fn a_pulled_cable_ends_the_reading_at_once() {
    for bytes in [10, 100, 700] {
        let outcome = read(filled(20), &[("unplug-after", &bytes.to_string())]);
        assert_eq!(outcome.result, Err(IoError::Disconnected.into()), "{bytes} bytes");
        assert!(outcome.elapsed_ms < 1_000);
    }
}

#[test]
fn a_cancelled_reading_says_so_and_has_nothing() {
    let outcome = cancelled(filled(20));
    assert_eq!(outcome.result, Err(IoError::Cancelled.into()));
    assert!(outcome.entries.is_empty());
}

#[test]
fn noise_before_the_first_answer_is_survived() {
    for noise in ["00", "000000", "FF", "41420D0A", "112233445566", "0A0A0A", "462022"] {
        let outcome = read(filled(20), &[("noise", noise)]);
        assert!(outcome.is_complete(), "{noise}: {outcome:?}");
        assert_eq!(outcome.entries.len(), 20);
    }
}

#[test]
fn any_one_byte_damaged_on_the_line_is_survived() {
    let good = read(Meter::with_memory(now(), worked_example()), &[]);
    for byte in 1..=330 {
        let meter = Meter::with_memory(now(), worked_example());
        let outcome = read(meter, &[("damage-byte", &byte.to_string())]);
        assert!(outcome.is_complete(), "byte {byte}: {outcome:?}");
        assert!(outcome.entries == good.entries, "byte {byte}");
    }
}

#[test]
fn a_line_damaged_once_is_read_again() {
    let good = read(filled(20), &[]);
    for line in ["0", "1", "13", "20"] {
        let outcome = read(filled(20), &[("bad-line", line)]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "line {line}");
    }
}

#[test]
fn an_unanswered_first_question_is_repeated() {
    for ignored in ["1", "4"] {
        let outcome = read(filled(3), &[("ignore-first", ignored)]);
        assert!(outcome.is_complete(), "{outcome:?}");
        assert_eq!(outcome.entries.len(), 3);
    }
}

#[test]
fn a_slow_meter_is_waited_for() {
    for pause in ["400", "1700", "2500"] {
        let outcome = read(filled(20), &[("answer-ms", pause), ("nul", "2")]);
        assert!(outcome.is_complete(), "{pause} ms: {outcome:?}");
        assert_eq!(outcome.entries.len(), 20);
    }
    let outcome = read(filled(20), &[("gap-ms", "5000")]);
    assert!(outcome.is_complete() && outcome.entries.len() == 20, "{outcome:?}");
}

#[test]
fn an_empty_memory_is_a_complete_reading_of_nothing() {
    let outcome = read(Meter::new(now()), &[]);
    assert!(outcome.is_complete() && outcome.entries.is_empty());
    assert!(outcome.info.is_some());
}

#[test]
fn a_full_memory_takes_no_longer_than_its_bytes_on_the_line() {
    let outcome = read(filled(500), &[("pace", "9600")]);
    assert_eq!(outcome.entries.len(), 500);
    // 500 lines of 58 bytes, ten bits each.
    assert!((30_000..33_000).contains(&outcome.elapsed_ms), "{outcome:?}");
}

#[test]
fn fifty_records_need_no_waiting_at_all() {
    let outcome = read(filled(50), &[]);
    assert!(outcome.is_complete() && outcome.elapsed_ms <= 5, "{outcome:?}");
}

#[test]
fn hi_and_lo_are_no_numbers_and_a_control_test_is_no_reading() {
    let knobs = [("hi", "1"), ("lo", "2"), ("control", "3")];
    let outcome = read(filled(4), &knobs);
    let level = |index: usize| smbg(&outcome.entries[index].payload).level.clone();
    assert!(matches!(level(0), Level::AboveRange(bound) if bound.stored == Some(601_000)));
    assert!(matches!(level(1), Level::BelowRange(bound) if bound.stored == Some(19_000)));
    let samples: Vec<_> = outcome.entries.iter().map(|entry| smbg(&entry.payload).sample).collect();
    assert_eq!(samples[2], Sample::ControlSolution);
    assert!([0, 1, 3].iter().all(|index| samples[*index] == Sample::Blood));
}

#[test]
fn the_display_unit_changes_no_value() {
    let (shown, other) = (read(filled(20), &[("mmol", "on")]), read(filled(20), &[]));
    assert!(shown.entries == other.entries);
    let unit = |outcome: &meterport_sdk::testing::Outcome| {
        outcome.info.as_ref().and_then(|info| info.display_unit)
    };
    assert_eq!(unit(&shown), Some(ConcentrationUnit::MmolPerL));
    assert_eq!(unit(&other), Some(ConcentrationUnit::MgPerDl));
}

#[test]
fn entries_leave_in_the_meters_order_without_a_sequence() {
    let outcome = read(Meter::with_memory(now(), worked_example()), &[]);
    let summary = outcome.result.unwrap();
    assert_eq!(summary.orders, [("results".to_owned(), Order::NewestFirst)]);
    assert!(outcome.entries.iter().all(|entry| entry.origin.sequence.is_none()));
    let meals: Vec<_> = outcome.entries.iter().map(|entry| smbg(&entry.payload).meal).collect();
    assert_eq!(meals, [Meal::Before, Meal::None, Meal::After]);
}

#[test]
fn a_new_record_that_pushes_the_oldest_out_leaves_all_others_as_they_were() {
    let before = read(filled(20), &[]).entries;
    let mut meter_memory: Vec<Stored> = worked_example();
    let older = read(Meter::with_memory(now(), meter_memory.clone()), &[]).entries;
    meter_memory.pop();
    meter_memory.insert(0, Stored::plain(at(7, 59), 99));
    let newer = read(Meter::with_memory(now(), meter_memory), &[]).entries;
    assert!(newer[1..] == older[..2]);
    assert_eq!(before.len(), 20);
}

fn stranger_code(bytes: &[u8]) -> String {
    code(read_stranger(bytes.to_vec()).result.as_ref().unwrap_err()).to_owned()
}

#[test]
fn anything_that_answers_and_is_no_such_meter_is_a_protocol_error_that_says_so() {
    let strangers: [&[u8]; 9] = [
        b"CMD Fail!\r\n",
        b"CMD Fail!",
        b"\r\n",
        b"\x06",
        b"\xFF",
        &[0x02, 0x06, 0x0C, 0x03, 0x06, 0xAE],
        b"\x11\rDMFno",
        b"@ \"KLM2Q7XYY\" 034C\r\n",
        b"F \"TUE\",\"03/10/26\",\"08:01:30   \" 0603\r\n",
    ];
    for bytes in strangers {
        assert_eq!(stranger_code(bytes), "not-this-meter", "{bytes:?}");
    }
}

#[test]
fn a_cable_that_echoes_and_has_no_meter_is_a_timeout() {
    for knobs in [&[("echo", "on"), ("absent", "on")], &[("echo", "on"), ("ignore-first", "9")]] {
        let outcome = read(filled(3), knobs);
        assert_eq!(outcome.result, Err(IoError::Timeout.into()));
        assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("clock", 5_000));
    }
    let outcome = read_stranger(b"\x11\rDM".to_vec());
    assert_eq!(outcome.result, Err(IoError::Timeout.into()), "an echo that is cut short");
}

#[test]
fn a_cable_that_echoes_changes_nothing_and_costs_nothing() {
    let good = read(filled(20), &[]);
    let outcome = read(filled(20), &[("echo", "on")]);
    assert!(outcome.is_complete() && outcome.entries == good.entries, "{outcome:?}");
    assert!(outcome.elapsed_ms <= 5, "{outcome:?}");
    for knob in [
        ("ignore-first", "3"),
        ("nul", "2"),
        ("answer-ms", "1700"),
        ("noise", "00FF80"),
        ("bad-line", "7"),
        ("pace", "9600"),
        ("damage-byte", "9"),
        ("damage-byte", "70"),
    ] {
        let outcome = read(filled(20), &[("echo", "on"), knob]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{knob:?}: {outcome:?}");
    }
}

#[test]
fn late_answers_to_questions_that_were_repeated_are_passed_over() {
    let good = read(Meter::with_memory(now(), worked_example()), &[]);
    for (late, copies) in [(2, 4), (4, 4), (5, 3), (6, 1)] {
        let outcome = read_late(late, copies);
        assert!(outcome.is_complete(), "{late}: {outcome:?}");
        assert!(outcome.entries == good.entries, "{late}");
    }
}

#[test]
fn blanks_around_the_serial_number_are_none_of_it() {
    for serial in ["@ \"KLM2Q7XYY  \"", "@ \" KLM2Q7XYY\"", "@ \"KLM2Q7XYY\"  ", "@  \"KLM2Q7XYY\""]
    {
        assert_eq!(onetouch_ultra2::record::serial(serial).as_deref(), Ok("KLM2Q7XYY"));
    }
    assert!(onetouch_ultra2::record::serial("@ \"  \"").is_err());
}
