//! The driver on simulated meters that go wrong, and on things that are none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use std::cell::Cell;
use std::rc::Rc;

use ascensia_contour::Contour;
use ascensia_contour::session::{MOST_SILENCES, RESPONSE_MS};
use meterport_sdk::testing::{VirtualTime, run_until_cancelled};
use meterport_sdk::{DriverError, IoError};
use meterport_simulator::Simulator;

use support::{KINDS, code, device, error, meter, read, read_stranger, read_with};

/// All tries for one frame that never comes.
const LADDER_MS: u64 = RESPONSE_MS as u64 * (MOST_SILENCES as u64 + 1);

#[test]
fn a_frame_that_is_damaged_every_time_is_an_error_and_never_a_result() {
    for model in KINDS {
        for frame in 0..8 {
            let frame = frame.to_string();
            let knobs = [("damage-frame", frame.as_str()), ("damage-always", "on")];
            let outcome = read_with(model, 5, &[("greeting", "enq"), knobs[0], knobs[1]]);
            assert_eq!(code(&outcome), "bad-checksum", "{model}, frame {frame}");
            assert!(outcome.entries.is_empty());
        }
    }
}

#[test]
fn a_frame_that_is_damaged_once_is_asked_for_again() {
    for model in KINDS {
        let good = read_with(model, 5, &[]);
        for frame in 0..9 {
            let outcome = read_with(model, 5, &[("damage-frame", &frame.to_string())]);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{frame}");
        }
    }
}

#[test]
fn a_single_damaged_byte_anywhere_leaves_the_same_readout() {
    for model in KINDS {
        let good = read_with(model, 3, &[]);
        for byte in 1..=900 {
            let outcome = read_with(model, 3, &[("damage-byte", &byte.to_string())]);
            assert!(
                outcome.is_complete() && outcome.entries == good.entries,
                "{model}, byte {byte}: {outcome:?}"
            );
        }
    }
}

#[test]
fn a_conversation_cut_anywhere_is_never_complete_before_its_last_record() {
    for model in KINDS {
        let good = read_with(model, 3, &[]);
        for byte in 0..=900 {
            let outcome = read_with(model, 3, &[("silent-after", &byte.to_string())]);
            if outcome.is_complete() {
                assert!(outcome.entries == good.entries, "{model}, byte {byte}");
            } else {
                assert!(outcome.entries.is_empty() && outcome.last_step() != "finish");
                assert!(outcome.elapsed_ms <= 3 * LADDER_MS, "{model}, byte {byte}: {outcome:?}");
            }
        }
    }
}

#[test]
fn a_silent_meter_ends_within_the_protocols_time_and_names_the_step() {
    for model in KINDS {
        let outcome = read_with(model, 5, &[("silent-after", "0")]);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!(outcome.last_step(), "connect");
        assert!((LADDER_MS..LADDER_MS + 2_000).contains(&outcome.elapsed_ms), "{outcome:?}");
    }
}

#[test]
fn a_meter_that_falls_silent_half_way_is_a_timeout_in_its_step() {
    for model in KINDS {
        let outcome = read_with(model, 5, &[("silent-at", "4")]);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!(outcome.last_step(), "results");
        assert!(outcome.entries.is_empty() && outcome.elapsed_ms < LADDER_MS + 2_000);
    }
}

#[test]
fn a_pulled_cable_is_said_at_once() {
    for model in KINDS {
        for byte in [0, 6, 200, 400] {
            let outcome = read_with(model, 5, &[("unplug-after", &byte.to_string())]);
            assert_eq!(*error(&outcome), DriverError::Io(IoError::Disconnected), "{model}, {byte}");
            assert!(outcome.entries.is_empty() && outcome.elapsed_ms < 1_000);
        }
    }
}

#[test]
fn a_cancelled_reading_says_so() {
    for model in KINDS {
        let time = VirtualTime::default();
        let cancelled = Rc::new(Cell::new(true));
        let device = device(&meter(model, 5, &[]), &time);
        let outcome = run_until_cancelled(&Contour, device, &time, &cancelled);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Cancelled));
    }
}

#[test]
fn another_count_than_announced_is_an_error_and_no_result() {
    for model in KINDS {
        for offset in ["-1", "1", "500"] {
            let outcome = read_with(model, 5, &[("count-offset", offset)]);
            assert_eq!(code(&outcome), "count-mismatch");
            assert!(outcome.entries.is_empty());
        }
        assert_eq!(code(&read_with(model, 0, &[("count-offset", "3")])), "count-mismatch");
    }
}

#[test]
fn a_number_that_is_left_out_is_an_error_although_the_count_agrees() {
    for model in KINDS {
        let outcome = read_with(model, 5, &[("gap-at", "2"), ("count-offset", "-1")]);
        assert_eq!(code(&outcome), "bad-sequence");
        assert!(outcome.entries.is_empty());
    }
}

#[test]
fn a_transfer_without_its_last_record_is_never_complete() {
    for model in KINDS {
        let outcome = read_with(model, 5, &[("terminator", "off")]);
        assert_eq!(code(&outcome), "no-terminator");
        assert!(outcome.entries.is_empty());
        let cut = read_with(model, 5, &[("cut-at", "4"), ("cut-always", "on")]);
        assert_eq!(code(&cut), "no-terminator");
    }
}

#[test]
fn a_transfer_that_the_meter_breaks_off_once_is_begun_anew() {
    for model in KINDS {
        let good = read_with(model, 5, &[]);
        let outcome = read_with(model, 5, &[("cut-at", "4")]);
        assert!(outcome.is_complete() && outcome.entries == good.entries);
    }
}

#[test]
fn a_frame_with_a_wrong_number_is_refused_for_ever() {
    for model in KINDS {
        let outcome = read_with(model, 5, &[("wrong-number", "3")]);
        assert_eq!(code(&outcome), "bad-frame-number");
        assert!(outcome.entries.is_empty());
    }
}

#[test]
fn a_frame_that_comes_twice_counts_once() {
    for model in KINDS {
        let good = read_with(model, 12, &[]);
        for frame in 0..15 {
            let outcome = read_with(model, 12, &[("repeat-frame", &frame.to_string())]);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{model}, {frame}");
        }
    }
}

#[test]
fn another_makers_meter_is_not_supported() {
    for model in KINDS {
        let outcome = read_with(model, 5, &[("maker", "other")]);
        assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
    }
}

#[test]
fn a_cable_without_a_meter_is_a_timeout_even_if_it_echoes_or_idles() {
    for answer in [&[][..], &[0x00], &[0x00, 0x06], &[0x04, 0x00]] {
        let outcome = read_stranger(answer);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout), "{answer:?}");
        assert_eq!(outcome.last_step(), "connect");
    }
}

#[test]
fn anything_that_answers_and_is_no_such_meter_is_a_protocol_error_that_says_so() {
    let others: [&[u8]; 6] = [
        b"P \"012\",\"XJZ1234AT\",\"MG/DL \" 04C9\r\n",
        b"\r\nCMD Fail!\r\n",
        &[0xFF],
        &[0x05],
        b"\x023R|1|^^^Glucose|112|mg/dL^P||B/T1||202603140712\r\x17ED\r\n",
        &[0x07; 700],
    ];
    for answer in others {
        let outcome = read_stranger(answer);
        assert_eq!(code(&outcome), "not-this-meter", "{answer:?}");
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
        assert!(outcome.elapsed_ms < 60_000);
    }
    let framed = read_stranger(&[0x02, 0x06, 0x0C, 0x03, 0x06, 0xAE]);
    assert!(matches!(error(&framed), DriverError::Protocol(_)));
}

#[test]
fn noise_before_the_first_answer_is_skipped() {
    for noise in ["00", "ff00", "41", "020202", "0203", "1b5b", "0a0d", "0606", "15", "18", "04"] {
        let good = read_with("7150", 5, &[]);
        let outcome = read_with("7150", 5, &[("noise", noise)]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{noise}: {outcome:?}");
    }
    let good = read_with("7800", 5, &[]);
    for noise in ["00", "0041424305", "004142430105", "0041424301020304", "00414243ff"] {
        let outcome = read_with("7800", 5, &[("noise", noise)]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{noise}: {outcome:?}");
    }
}

#[test]
fn a_cable_that_echoes_changes_nothing() {
    for greeting in ["enq", "header", "all", "all-once"] {
        let good = read_with("7150", 12, &[("greeting", greeting)]);
        for pace in ["0", "9600"] {
            let knobs = [("greeting", greeting), ("echo", "on"), ("pace", pace)];
            let outcome = read_with("7150", 12, &knobs);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{greeting}, {pace}");
            let damaged = read_with("7150", 12, &[&knobs[..], &[("damage-frame", "5")]].concat());
            assert!(damaged.is_complete() && damaged.entries == good.entries);
        }
    }
}

#[test]
fn a_frame_of_an_older_transfer_is_no_result_of_this_one() {
    let good = read_with("7800", 5, &[]);
    for greeting in ["enq", "header", "all", "all-once"] {
        let outcome = read_with("7800", 5, &[("stale-frame", "on"), ("greeting", greeting)]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{greeting}");
    }
}

#[test]
fn a_transfer_that_nobody_finished_is_begun_anew() {
    for model in KINDS {
        let meter = meter(model, 12, &[]);
        let good = read(&meter);
        for cut in [1, 2, 3, 7, 9] {
            let abandoned = |meter: &mut dyn Simulator| {
                // Somebody took so many frames and went away.
                for _ in 0..=cut {
                    let report: &[u8] = if model == "7800" { &[0, 0, 0, 0, 1, 6] } else { &[6] };
                    meter.receive(report);
                }
            };
            abandoned(&mut *meter.borrow_mut());
            let outcome = read(&meter);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{model}, {cut}");
        }
    }
}

#[test]
fn a_meter_in_its_command_mode_is_brought_back() {
    for model in KINDS {
        let meter = meter(model, 3, &[]);
        let negative: &[u8] = if model == "7800" { &[0, 0, 0, 0, 1, 0x15] } else { &[0x15] };
        meter.borrow_mut().receive(negative);
        assert!(read(&meter).is_complete());
    }
}

#[test]
fn bytes_that_arrive_one_by_one_or_all_at_once_make_no_difference() {
    for model in KINDS {
        let good = read_with(model, 5, &[]);
        for pace in ["300", "1200", "9600", "115200"] {
            let outcome = read_with(model, 5, &[("pace", pace)]);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{model}, {pace}");
        }
    }
}
