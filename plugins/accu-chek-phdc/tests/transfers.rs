//! APDUs over transfers: stalls, empty transfers, pieces, deadlines, too much at once.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // in tests, functions beside them too

mod support;

use accu_chek_phdc::wire::ANSWER_MS;
use meterport_sdk::IoError;
use support::{code, error, filled, io, read, read_stranger, wants_replug};

#[test]
fn a_meter_that_says_nothing_was_plugged_in_too_long() {
    let outcome = read(filled(5), &[("silent", "on")]);
    assert!(wants_replug(&outcome));
    assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("connect", u64::from(ANSWER_MS)));
}

#[test]
fn a_meter_that_says_too_much_at_once_was_plugged_in_too_long() {
    let outcome = read(filled(5), &[("babble", "on")]);
    assert!(wants_replug(&outcome));
    assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("connect", 0));
}

#[test]
fn an_answer_of_which_the_rest_never_comes_is_an_error_after_its_time() {
    let outcome = read_stranger(&[&[0xE2, 0x00, 0x00, 0x32, 0x80]]);
    assert_eq!(code(&outcome), "truncated");
    assert_eq!(outcome.elapsed_ms, u64::from(ANSWER_MS));
}

#[test]
fn bytes_behind_an_answer_are_an_error() {
    let outcome = read_stranger(&[&[0xE6, 0x00, 0x00, 0x02, 0x00, 0x00, 0xE6]]);
    assert_eq!(code(&outcome), "trailing-bytes");
}

#[test]
fn a_line_of_nothing_but_empty_transfers_ends() {
    let empty: [&[u8]; 40] = [&[]; 40];
    let outcome = read_stranger(&empty);
    assert_eq!(code(&outcome), "truncated");
}

#[test]
fn a_meter_that_falls_silent_between_two_transfers_is_a_timeout() {
    let outcome = read(filled(30), &[("per-transfer", "10"), ("silent-at", "3")]);
    assert_eq!(*error(&outcome), io(IoError::Timeout));
    assert_eq!((outcome.last_step(), outcome.elapsed_ms), ("results", u64::from(ANSWER_MS)));
    assert_eq!(outcome.entries.len(), 20);
}

#[test]
fn a_conversation_cut_anywhere_is_never_complete_before_its_last_result() {
    let good = read(filled(30), &[("per-transfer", "10")]);
    for byte in (0..1_000).step_by(7) {
        let byte = byte.to_string();
        let outcome = read(filled(30), &[("per-transfer", "10"), ("silent-after", &byte)]);
        if outcome.is_complete() {
            assert_eq!(outcome.last_step(), "finish");
            assert!(outcome.entries == good.entries, "{byte}");
        } else {
            assert!(good.entries.starts_with(&outcome.entries), "{byte}");
            assert!(outcome.elapsed_ms <= 2 * u64::from(ANSWER_MS));
        }
    }
}

#[test]
fn a_pulled_cable_is_said_at_once() {
    for byte in ["0", "60", "200", "400"] {
        let outcome = read(filled(30), &[("per-transfer", "10"), ("unplug-after", byte)]);
        assert_eq!(*error(&outcome), io(IoError::Disconnected), "{byte}");
        assert_eq!(outcome.elapsed_ms, 0);
    }
}

#[test]
fn an_endpoint_that_stalls_once_is_cleared_and_nothing_is_lost() {
    let good = read(filled(30), &[("per-transfer", "10")]);
    assert!(good.is_complete());
    for transfer in 1..=9 {
        let transfer = transfer.to_string();
        let outcome = read(filled(30), &[("per-transfer", "10"), ("stall-at", &transfer)]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{transfer}");
    }
}

#[test]
fn empty_transfers_before_every_answer_change_nothing() {
    let good = read(filled(30), &[]);
    let outcome = read(filled(30), &[("split", "0:0:2")]);
    assert!(outcome.is_complete() && outcome.entries == good.entries);
    assert_eq!(outcome.elapsed_ms, 0);
}

#[test]
fn answers_cut_into_pieces_of_any_size_change_nothing() {
    let good = read(filled(30), &[]);
    for piece in ["1", "2", "3", "5", "63", "64", "65", "128", "395", "396", "397"] {
        let outcome = read(filled(30), &[("split", piece)]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{piece}: {outcome:?}");
    }
}

#[test]
fn a_transfer_that_ends_at_its_deadline_is_continued() {
    let good = read(filled(30), &[]);
    for pause in ["1", "1999", "2001", "4900"] {
        let outcome = read(filled(30), &[("split", &format!("256:{pause}"))]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{pause}: {outcome:?}");
    }
}

#[test]
fn a_rest_that_comes_after_its_time_is_too_late() {
    let outcome = read(filled(30), &[("split", "256:5100")]);
    assert_eq!(code(&outcome), "truncated");
    assert!(outcome.entries.is_empty());
}

#[test]
fn an_answer_that_fills_whole_packets_is_no_shorter() {
    // 36 bytes and 12 for each result: 13 of them make 192, three packets of 64.
    for results in [13, 29, 45, 61, 77] {
        let good = read(filled(results), &[]);
        assert!(good.is_complete(), "{results}");
        let outcome = read(filled(results), &[("split", "64:0:1")]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{results}");
    }
}

#[test]
fn more_results_in_one_answer_than_one_transfer_holds_are_read() {
    let outcome = read(filled(1_000), &[("per-transfer", "1000"), ("split", "1024")]);
    assert!(outcome.is_complete());
    assert_eq!(outcome.entries.len(), 1_000);
}
