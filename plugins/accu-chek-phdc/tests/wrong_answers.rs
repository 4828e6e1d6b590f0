//! Answers that are whole, and not what was asked for.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // in tests, functions beside them too

mod support;

use support::{code, read_altered};

/// The code of the error where these bytes stand at this place of one transfer.
fn code_with(transfer: usize, at: usize, bytes: &'static [u8]) -> String {
    let outcome = read_altered(&[], transfer, move |sent| {
        sent[at..at + bytes.len()].copy_from_slice(bytes);
    });
    assert!(outcome.entries.len() < 3, "{outcome:?}");
    code(&outcome).to_owned()
}

/// The code of the error where one transfer is another altogether.
fn code_instead(transfer: usize, bytes: &'static [u8]) -> String {
    code(&read_altered(&[], transfer, move |sent| *sent = bytes.to_vec())).to_owned()
}

#[test]
fn an_answer_to_another_request_is_refused() {
    for transfer in [3, 4, 5] {
        assert_eq!(code_with(transfer, 6, &[0x99, 0x99]), "unexpected-answer");
    }
}

#[test]
fn an_answer_of_another_kind_is_refused() {
    for (transfer, kind) in [(3, &[0x02, 0x07]), (4, &[0x02, 0x03]), (5, &[0x02, 0x01])] {
        assert_eq!(code_with(transfer, 8, kind), "unexpected-answer");
    }
}

#[test]
fn an_event_of_another_kind_is_refused() {
    assert_eq!(code_with(2, 18, &[0x0D, 0x1D]), "unexpected-answer");
    assert_eq!(code_with(6, 18, &[0x0D, 0x1F]), "unexpected-answer");
}

#[test]
fn results_of_another_object_or_segment_are_refused() {
    assert_eq!(code_with(6, 12, &[0, 3]), "unexpected-answer");
    assert_eq!(code_with(6, 22, &[0, 1]), "bad-sequence");
}

#[test]
fn results_that_do_not_begin_at_the_first_are_refused() {
    assert_eq!(code_with(6, 24, &[0, 0, 0, 1, 0, 0, 0, 1, 0, 0]), "bad-sequence");
}

#[test]
fn results_that_say_again_that_they_are_the_first_are_refused() {
    assert_eq!(code_with(7, 32, &[0x80, 0]), "bad-sequence");
}

#[test]
fn results_that_come_twice_are_refused() {
    assert_eq!(code_with(7, 24, &[0, 0, 0, 0]), "bad-sequence");
}

#[test]
fn a_transfer_without_results_that_is_not_the_last_is_refused() {
    let empty = &[
        0xE7, 0, 0, 0x20, 0, 0x1E, 1, 5, 1, 1, 0, 0x18, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0D, 0x21,
        0, 0x0E, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0,
    ];
    assert_eq!(code_instead(6, empty), "bad-sequence");
}

#[test]
fn another_number_of_results_than_bytes_is_refused() {
    assert_eq!(code_with(6, 28, &[0, 0, 0, 5]), "bad-length");
    assert_eq!(code_with(6, 28, &[0, 0, 0, 2]), "bad-length");
}

#[test]
fn a_last_transfer_before_the_last_result_is_a_wrong_count() {
    assert_eq!(code_with(7, 32, &[0x40, 0]), "count-mismatch");
}

#[test]
fn a_meter_that_releases_or_answers_a_release_that_was_not_sent_is_refused() {
    assert_eq!(code_instead(3, &[0xE4, 0, 0, 2, 0, 0]), "aborted");
    assert_eq!(code_instead(3, &[0xE5, 0, 0, 2, 0, 0]), "unexpected-answer");
}

#[test]
fn a_request_that_is_rejected_is_an_error() {
    let rejected = |choice| [0xE7, 0, 0, 0x0A, 0, 8, 0, 2, choice, 0, 0, 2, 0, 1];
    for choice in [0x03, 0x04] {
        let outcome = read_altered(&[], 3, move |sent| *sent = rejected(choice).to_vec());
        assert_eq!((code(&outcome), outcome.last_step()), ("refused", "identify"));
    }
}

#[test]
fn a_segment_that_is_listed_twice_is_refused() {
    let twice = &[
        0xE7, 0, 0, 0x1E, 0, 0x1C, 0, 3, 2, 7, 0, 0x16, 0, 2, 0x0C, 0x0D, 0, 0x10, 0, 2, 0, 0x0C,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    assert_eq!(code_instead(4, twice), "bad-segments");
}

#[test]
fn more_segments_than_are_believed_are_refused() {
    // The number of segments stands behind the two objects' heads.
    assert_eq!(code_with(2, 54, &[0xFF, 0xFF]), "bad-segments");
    assert_eq!(code_with(2, 54, &[0, 65]), "bad-segments");
}

#[test]
fn a_segment_that_only_the_configuration_tells_of_is_asked_for_too() {
    let outcome = read_altered(&[], 2, |sent| sent[55] = 2);
    assert!(outcome.is_complete());
    let extra = outcome.result.unwrap().extra;
    assert_eq!(extra, [("vendor-marker".to_owned(), "segment-1-refused".to_owned())]);
}

#[test]
fn a_release_that_is_answered_strangely_takes_no_result_away() {
    let outcome = read_altered(&[], 9, |sent| *sent = vec![0xE6, 0, 0, 2, 0, 0]);
    assert!(outcome.is_complete());
    assert_eq!(outcome.entries.len(), 3);
}
