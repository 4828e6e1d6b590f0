//! The store's messages, byte for byte.

use super::*;

/// Absolute time, then a numeric object with its basic value and its status.
const MAP: [u8; 26] = [
    0x80, 0, 0, 1, 0, 0x14, 0, 6, 0, 2, 0x71, 0xB8, 0, 1, 0, 2, 0, 8, 0x0A, 0x4C, 0, 2, 9, 0x47, 0,
    2,
];

fn info(map: &[u8]) -> Vec<u8> {
    let attributes = [&[0x0A, 0x4E, 0, u8::try_from(map.len()).unwrap()], map].concat();
    let attributes = [&[9, 0x7B, 0, 4, 0, 0, 3, 0xE8], attributes.as_slice()].concat();
    let length = u8::try_from(attributes.len()).unwrap();
    let segment = [&[0, 0, 0, 2, 0, length], attributes.as_slice()].concat();
    [&[0, 1, 0, u8::try_from(segment.len()).unwrap()], segment.as_slice()].concat()
}

#[test]
fn segments_cut_anywhere_are_refused() {
    let whole = info(&MAP);
    for length in 0..whole.len() {
        assert!(segments(&whole[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn a_map_of_anything_but_time_and_number_and_status_is_no_map_of_results() {
    for byte in [0, 7, 18, 19, 21, 22, 23, 25] {
        let mut wrong = MAP;
        wrong[byte] ^= 1;
        let segment = segments(&info(&wrong)).unwrap()[0];
        assert!(!segment.holds_results(), "byte {byte}");
    }
}

#[test]
fn a_segment_says_how_many_results_it_holds_and_what_they_are() {
    let segment = segments(&info(&MAP)).unwrap()[0];
    assert_eq!(segment, Segment { number: 0, entries: Some(1000), as_results: true });
    assert!(segment.holds_results());
    assert!(!Segment::unknown(1).holds_results());
    assert_eq!(segments(&[0, 0, 0, 0]), Ok(Vec::new()));
}

#[test]
fn an_answer_about_another_segment_is_refused() {
    assert_eq!(triggered(&[0, 1, 0, 0], 0).unwrap_err().code(), "unexpected-answer");
    assert_eq!(triggered(&[0, 0, 0], 0).unwrap_err().code(), "bad-length");
}

#[test]
fn every_answer_to_a_trigger_is_told_apart() {
    assert_eq!(triggered(&[0, 0, 0, 0], 0), Ok(Triggered::Coming));
    assert_eq!(triggered(&[0, 0, 0, 1], 0), Ok(Triggered::Refused(1)));
    assert_eq!(triggered(&[0, 0, 0, 2], 0), Ok(Triggered::Later));
    assert_eq!(triggered(&[0, 0, 0, 3], 0), Ok(Triggered::Empty));
    assert_eq!(triggered(&[0, 0, 2, 0], 0), Ok(Triggered::Refused(0x0200)));
}

/// Three entries of two bytes, the first and the last of all.
const DATA: [u8; 20] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0xC0, 0, 0, 6, 1, 2, 3, 4, 5, 6];

#[test]
fn data_cut_anywhere_or_too_long_are_refused() {
    for length in 0..DATA.len() {
        assert!(Data::parse(&DATA[..length]).is_err(), "{length} bytes");
    }
    assert!(Data::parse(&[DATA.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn bytes_that_do_not_share_out_evenly_among_the_entries_are_refused() {
    for count in [0_u32, 4, 5, 7, u32::MAX] {
        let mut bytes = DATA;
        bytes[6..10].copy_from_slice(&count.to_be_bytes());
        let data = Data::parse(&bytes).ok().unwrap();
        assert!(data.split().is_err(), "{count} entries");
    }
}

#[test]
fn data_are_shared_out_and_confirmed() {
    let data = Data::parse(&DATA).ok().unwrap();
    let entries: Vec<_> = data.split().unwrap().collect();
    assert_eq!(entries, [[1, 2], [3, 4], [5, 6]]);
    assert!(data.is_last() && !data.is_aborted());
    assert_eq!(data.confirmation(), [0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0x80]);
}
