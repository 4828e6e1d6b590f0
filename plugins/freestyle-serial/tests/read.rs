//! The driver on the simulated meters: what goes wrong first, then what goes well.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use freestyle_serial::simulator::Meter;
use meterport_sdk::testing::Outcome;
use meterport_sdk::wit::{ConcentrationUnit, Entry, Level, Order, Payload, Sample};
use meterport_sdk::{DriverError, IoError};

use support::{
    OnPrecisionCable, cancelled, filled, lite, now, precision, read, read_by, read_stranger,
};

fn code(outcome: &Outcome) -> &str {
    match outcome.result.as_ref().unwrap_err() {
        DriverError::Protocol(error) => &error.code,
        other => panic!("not a protocol error: {other}"),
    }
}

fn level(entry: &Entry) -> &Level {
    match &entry.payload {
        Payload::Smbg(smbg) => &smbg.level,
        Payload::Ketone(ketone) => &ketone.level,
        _ => panic!("not a concentration"),
    }
}

fn sample(entry: &Entry) -> Sample {
    match &entry.payload {
        Payload::Smbg(smbg) => smbg.sample,
        Payload::Ketone(ketone) => ketone.sample,
        _ => panic!("not a concentration"),
    }
}

#[test]
fn an_answer_that_stays_damaged_is_an_error_never_a_result() {
    for meter in [lite(), precision(), filled(lite(), 100)] {
        let outcome = read(meter, &[("wrong-sum-always", "on")]);
        assert_eq!(code(&outcome), "bad-checksum");
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
    }
}

#[test]
fn an_answer_that_ends_early_gives_nothing_at_all() {
    for lines in 1..=26 {
        let lines = lines.to_string();
        let outcome = read(filled(lite(), 20), &[("silent-after-line", &lines)]);
        assert!(outcome.result.is_err() && outcome.entries.is_empty(), "{lines} lines");
        assert!(outcome.elapsed_ms < 30_000, "{lines} lines: {outcome:?}");
    }
    let outcome = read(filled(precision(), 20), &[("silent-after-line", "12")]);
    assert_eq!(outcome.result, Err(IoError::Timeout.into()));
    assert_eq!(outcome.last_step(), "results");
}

#[test]
fn another_number_of_records_than_promised_is_a_wrong_count() {
    for promised in ["0", "19", "21"] {
        for meter in [filled(lite(), 20), filled(precision(), 20)] {
            let outcome = read(meter, &[("count", promised)]);
            assert_eq!(code(&outcome), "count-mismatch", "{promised} promised");
            assert!(outcome.entries.is_empty());
        }
    }
}

#[test]
fn a_silent_meter_is_given_up_after_ten_seconds_in_the_first_step() {
    for meter in [lite(), precision()] {
        let outcome = read(meter, &[("ignore-first", "100")]);
        assert_eq!(outcome.result, Err(IoError::Timeout.into()));
        assert_eq!(outcome.last_step(), "connect");
        assert!((9_000..=10_000).contains(&outcome.elapsed_ms), "{outcome:?}");
    }
}

#[test]
fn a_cable_without_a_meter_is_a_timeout_whatever_byte_it_sends() {
    let outcome = read_stranger(vec![0]);
    assert_eq!(outcome.result, Err(IoError::Timeout.into()));
    assert!(outcome.elapsed_ms <= 30_000, "{outcome:?}");
}

#[test]
fn a_meter_that_only_echoes_is_given_up() {
    let outcome = read(lite(), &[("echo-first", "100")]);
    assert_eq!(outcome.result, Err(IoError::Timeout.into()));
    assert!(outcome.elapsed_ms <= 30_000, "{outcome:?}");
    let outcome = read_stranger(b"\0$mem\r\n\0".to_vec());
    assert_eq!(outcome.result, Err(IoError::Timeout.into()), "an echo between NUL bytes");
}

#[test]
fn a_meter_that_rejects_everything_is_an_error_that_says_so() {
    let outcome = read(lite(), &[("fail", "on")]);
    assert_eq!(code(&outcome), "command-rejected");
}

#[test]
fn a_log_that_is_never_found_is_an_error_that_says_so() {
    let outcome = read(precision(), &[("log-not-found", "100")]);
    assert_eq!(code(&outcome), "transfer-error");
    assert!(read(precision(), &[("log-not-found", "1")]).is_complete());
}

#[test]
fn another_make_of_meter_never_gives_a_result() {
    let strangers: [&[u8]; 5] = [
        b"F \"TUE\",\"03/10/26\",\"08:01:30   \" 0602\r\n",
        &[0x02, 0x06, 0x0C, 0x03, 0x06, 0xAE],
        &[0xFF; 600],
        b"CMD OK\r\n",
        b"END\r\n",
    ];
    for bytes in strangers {
        let outcome = read_stranger(bytes.to_vec());
        assert!(outcome.result.is_err() && outcome.entries.is_empty(), "{outcome:?}");
        assert!(outcome.elapsed_ms <= 60_000, "{outcome:?}");
    }
}

#[test]
fn anything_that_answers_and_is_no_such_meter_is_a_protocol_error_that_says_so() {
    let strangers: [&[u8]; 13] = [
        b"\r",
        b"F \"TUE\",\"03/10/26\",\"08:01:30   \" 0602\r\n",
        &[0x02, 0x06, 0x0C, 0x03, 0x06, 0xAE],
        &[0xFF; 600],
        b"CMD OK\r\n",
        b"END\r\n",
        b"\r\n",
        b"\x06",
        b"\xFF",
        b"\x02",
        b"\x05\r",
        b"ERROR\r\n",
        b"$mem?\r\n",
    ];
    for bytes in strangers {
        let outcome = read_stranger(bytes.to_vec());
        assert_eq!(code(&outcome), "not-this-meter", "{bytes:?}");
        assert!(outcome.elapsed_ms <= 60_000, "{bytes:?}: {outcome:?}");
    }
}

#[test]
fn a_command_that_no_meter_of_these_groups_knows_is_rejected_by_the_simulator() {
    use meterport_simulator::Simulator as _;
    for mut meter in [lite(), precision()] {
        let said: Vec<u8> =
            meter.receive(b"\x11\rDMF").into_iter().flat_map(|reply| reply.bytes).collect();
        assert_eq!(said, b"CMD Fail!\r\n");
    }
}

#[test]
fn a_pulled_cable_ends_the_reading_at_once() {
    for bytes in ["1", "60", "700"] {
        let outcome = read(filled(lite(), 40), &[("unplug-after", bytes)]);
        assert_eq!(outcome.result, Err(IoError::Disconnected.into()), "{bytes} bytes");
        assert!(outcome.elapsed_ms < 1_000 && outcome.entries.is_empty());
    }
}

#[test]
fn a_cancelled_reading_says_so_and_has_nothing() {
    let outcome = cancelled(lite());
    assert_eq!(outcome.result, Err(IoError::Cancelled.into()));
    assert!(outcome.entries.is_empty());
}

#[test]
fn noise_before_the_first_answer_is_survived() {
    for noise in ["00", "000000", "FF", "41420D0A", "112233445566", "0A0A0A", "02", "0D0A0D0A"] {
        for meter in [lite(), precision()] {
            let outcome = read(meter, &[("noise", noise)]);
            assert!(outcome.is_complete() && outcome.entries.len() == 3, "{noise}: {outcome:?}");
        }
    }
}

#[test]
fn any_one_byte_damaged_on_the_line_is_survived() {
    let (good_lite, good_precision) = (read(lite(), &[]), read(precision(), &[]));
    for byte in 1..=300 {
        let knob = [("damage-byte", &*byte.to_string())];
        let outcome = read(lite(), &knob);
        assert!(outcome.is_complete(), "byte {byte}: {outcome:?}");
        assert!(outcome.entries == good_lite.entries, "byte {byte}");
        let outcome = read(precision(), &knob);
        assert!(outcome.is_complete(), "byte {byte}: {outcome:?}");
        assert!(outcome.entries == good_precision.entries, "byte {byte}");
    }
}

#[test]
fn an_answer_damaged_once_is_asked_for_again() {
    for meter in [lite as fn() -> Meter, precision] {
        for wrong in ["1", "2"] {
            let outcome = read(meter(), &[("wrong-sum", wrong)]);
            assert!(outcome.is_complete() && outcome.entries == read(meter(), &[]).entries);
        }
    }
}

#[test]
fn a_first_command_that_is_ignored_or_echoed_is_repeated() {
    for knob in ["ignore-first", "echo-first"] {
        for first in ["1", "2", "3"] {
            for meter in [lite(), precision()] {
                let outcome = read(meter, &[(knob, first)]);
                assert!(outcome.is_complete() && outcome.entries.len() == 3, "{knob}={first}");
            }
        }
    }
}

#[test]
fn an_echo_before_the_answer_belongs_to_nothing() {
    for meter in [lite(), precision()] {
        let outcome = read(meter, &[("echo", "on")]);
        assert!(outcome.is_complete() && outcome.entries.len() == 3, "{outcome:?}");
    }
}

#[test]
fn a_slow_meter_is_waited_for() {
    for meter in [lite as fn() -> Meter, precision] {
        for pause in ["150", "250", "700", "1400", "2500"] {
            for others in ["off", "on"] {
                let knobs = [("answer-ms", pause), ("reject-unknown", others)];
                let outcome = read(meter(), &knobs);
                assert!(outcome.is_complete(), "{pause} ms, {others}: {outcome:?}");
                assert_eq!(outcome.entries.len(), 3);
            }
        }
        let outcome = read(meter(), &[("gap-ms", "900")]);
        assert!(outcome.is_complete() && outcome.entries.len() == 3, "{outcome:?}");
    }
}

#[test]
fn the_group_is_found_on_any_cable() {
    for knobs in [&[][..], &[("reject-unknown", "on")], &[("colq", "off")]] {
        for by_rule in [false, true] {
            let read = |meter| match by_rule {
                true => read_by(&OnPrecisionCable, meter, knobs),
                false => read_by(&freestyle_serial::FreeStyle, meter, knobs),
            };
            let model = |outcome: Outcome| outcome.info.map(|info| info.model).unwrap();
            assert_eq!(model(read(lite())), "FreeStyle Lite / Freedom Lite / Mini");
            assert_eq!(model(read(precision())), "Precision Xtra / Optium / Xceed");
            let empty = Meter::precision(now(), Vec::new());
            assert_eq!(model(read(empty)), "Precision Xtra / Optium / Xceed");
        }
    }
}

#[test]
fn the_makers_cable_needs_no_trying() {
    assert_eq!(read_by(&OnPrecisionCable, filled(precision(), 50), &[]).elapsed_ms, 0);
    assert_eq!(read(filled(lite(), 50), &[]).elapsed_ms, 0);
    // On another cable a Precision costs one short silence.
    assert!(read(filled(precision(), 50), &[]).elapsed_ms <= 200);
}

#[test]
fn an_empty_memory_is_a_complete_reading_of_nothing() {
    for knobs in [&[][..], &[("bare-end", "on")], &[("count", "0")], &[("stx", "on")]] {
        for meter in [Meter::new(now()), Meter::precision(now(), Vec::new())] {
            let outcome = read(meter, knobs);
            assert!(outcome.is_complete() && outcome.entries.is_empty(), "{outcome:?}");
            assert!(outcome.info.is_some());
        }
    }
}

#[test]
fn a_full_memory_takes_no_longer_than_its_bytes_on_the_line() {
    let outcome = read(filled(lite(), 500), &[("pace", "19200")]);
    assert_eq!(outcome.entries.len(), 500);
    // 500 lines of 33 bytes, ten bits each.
    assert!((8_500..8_800).contains(&outcome.elapsed_ms), "{outcome:?}");
    assert_eq!(read(filled(precision(), 999), &[]).entries.len(), 999);
}

#[test]
fn stray_characters_a_lone_line_feed_and_framing_change_nothing() {
    let good = read(lite(), &[]);
    for knob in ["stray", "lone-lf", "stx"] {
        let outcome = read(lite(), &[(knob, "on")]);
        assert!(outcome.is_complete(), "{knob}: {outcome:?}");
        let levels = |outcome: &Outcome| -> Vec<Level> {
            outcome.entries.iter().map(|entry| level(entry).clone()).collect()
        };
        assert!(levels(&outcome) == levels(&good), "{knob}");
    }
}

#[test]
fn hi_lo_control_and_lost_time_are_told() {
    let knobs =
        [("hi", "1"), ("lo", "2"), ("control", "3"), ("lost-time", "4"), ("ketone-hi", "5")];
    let outcome = read(filled(precision(), 8), &knobs);
    let entries = &outcome.entries;
    assert!(matches!(level(&entries[0]), Level::AboveRange(b) if b.stored.is_none()));
    assert!(matches!(level(&entries[1]), Level::BelowRange(b) if b.threshold.is_none()));
    assert_eq!(sample(&entries[2]), Sample::ControlSolution);
    assert!(!entries[3].at.reliable && entries[3].marks == ["lost-time"]);
    assert!(matches!(&entries[4].payload, Payload::Ketone(_)));
    assert!(matches!(level(&entries[4]), Level::AboveRange(_)));
    assert!(entries[5].at.reliable);
}

#[test]
fn what_the_meter_shows_is_told_by_the_precision_group_only() {
    let unit = |outcome: Outcome| outcome.info.and_then(|info| info.display_unit);
    assert_eq!(unit(read(lite(), &[])), None);
    assert_eq!(unit(read(precision(), &[])), Some(ConcentrationUnit::MgPerDl));
    assert_eq!(unit(read(precision(), &[("mmol", "on")])), Some(ConcentrationUnit::MmolPerL));
    assert_eq!(unit(read(precision(), &[("colq", "off")])), None);
}

#[test]
fn entries_leave_in_the_meters_order_without_a_sequence() {
    let outcome = read(lite(), &[]);
    assert!(outcome.entries.iter().all(|entry| entry.origin.sequence.is_none()));
    let info = outcome.info.as_ref().unwrap();
    assert_eq!(info.time_resolution_seconds, 60);
    assert_eq!(info.serial_number.as_deref(), Some("CXMR042-P5512"));
    assert_eq!(info.clock.as_ref().and_then(|clock| clock.local), Some(now()));
    let summary = outcome.result.unwrap();
    assert_eq!(summary.orders, [("results".to_owned(), Order::NewestFirst)]);
}
