//! Replies, the damaged ones first.

use super::*;

const NEO: &[u8] = b"7,15,3,10,26,7,15,1,104,0,1,0,0,0,0,0,0,0,0\r\n\
    9,16,3,10,26,7,20,1,11,1,0\r\n\
    7,17,3,11,26,6,58,1,HI,0,1,0,0,0,0,0,0,0,0\r\n\
    10,18,3,11,26,8,0,1,1,6,0,0,0\r\n\
    6,19,3,12,26,9,0,1,3,12,26,8,3,0,0,0\r\n\
    5,0000216F\r\nCKSM:00002386\r\nCMD OK\r\n";

#[test]
fn a_reply_is_not_whole_before_its_last_byte() {
    assert!(is_whole(NEO));
    for length in 0..NEO.len() {
        assert!(!is_whole(&NEO[..length]), "{length}");
        assert_eq!(message(&NEO[..length]), Err(TextError::NoEnd));
    }
}

#[test]
fn the_words_of_the_end_inside_a_comment_are_no_end() {
    assert!(!is_whole(b"1,2,\"CMD OK\r\n"));
    assert!(!is_whole(b"1,2,\"CKSM:0000016G\r\nCMD OK\r\n"));
    assert!(!is_whole(b"CMD Fail!\r\n"));
}

#[test]
fn every_changed_bit_of_a_reply_is_noticed() {
    for at in 0..NEO.len() {
        let mut damaged = NEO.to_vec();
        damaged[at] ^= 0x04;
        let read = message(&damaged).and_then(list);
        assert!(read.is_err(), "{at}");
    }
}

#[test]
fn a_refusal_is_none_of_the_other_errors() {
    let refusal = b"CKSM:00000000\r\nCMD Fail!\r\n";
    assert!(is_whole(refusal));
    assert_eq!(message(refusal), Err(TextError::Refused));
}

#[test]
fn a_list_with_another_count_or_sum_is_refused() {
    let one = b"7,1\r\n";
    let sum = sum32(one);
    let with = |end: &str| list(&[one.as_slice(), end.as_bytes()].concat());
    assert_eq!(with(&format!("2,{sum:08X}\r\n")), Err(TextError::Count { said: 2, found: 1 }));
    assert_eq!(with(&format!("0,{sum:08X}\r\n")), Err(TextError::Count { said: 0, found: 1 }));
    let received = sum + 1;
    let wrong = TextError::ListChecksum { received, computed: sum };
    assert_eq!(with(&format!("1,{received:08X}\r\n")), Err(wrong));
    for end in
        ["", "1\r\n", "1,\r\n", ",00000000\r\n", "1,0\r\n", "-1,00000000\r\n", "1,0000000G\r\n"]
    {
        assert!(with(end).is_err(), "{end:?}");
    }
    assert_eq!(with(&format!("40001,{sum:08X}\r\n")), Err(TextError::TooMany { said: 40_001 }));
    assert_eq!(list(b""), Err(TextError::Malformed));
}

#[test]
fn a_line_that_is_not_printable_is_no_text() {
    assert_eq!(line(b"AB\x01C\r\n"), Err(TextError::NotText));
    assert_eq!(line(b"A\r\nB\r\n"), Err(TextError::NotText));
    assert_eq!(line(b"A\xFFB\r\n"), Err(TextError::NotText));
    assert_eq!(line(b"\r\n").as_deref(), Ok(""));
}

#[test]
fn an_empty_memory_is_a_list_without_records() {
    assert_eq!(list(b"Log Empty\r\n"), Ok(Vec::new()));
    assert_eq!(list(b"0,00000000\r\n"), Ok(Vec::new()));
}

#[test]
fn the_worked_replies_agree() {
    let records = list(message(NEO).unwrap()).unwrap();
    assert_eq!(records.len(), 5);
    assert_eq!(records[1], b"9,16,3,10,26,7,20,1,11,1,0");
    let libre = b"41207,12,3,10,26,7,15,30,1,0,0,0,0,104,1425,0\r\n\
        41208,12,3,10,26,7,30,30,1,0,0,0,0,0,1440,32768\r\n\
        2,00001184\r\nCKSM:00001387\r\nCMD OK\r\n";
    assert_eq!(message(libre).and_then(list).map(|records| records.len()), Ok(2));
    let date = b"3,10,26\r\nCKSM:0000016B\r\nCMD OK\r\n";
    assert_eq!(message(date).and_then(line).as_deref(), Ok("3,10,26"));
    let serial = b"LAGV123-K4567\r\nCKSM:00000325\r\nCMD OK\r\n";
    assert_eq!(message(serial).and_then(line).as_deref(), Ok("LAGV123-K4567"));
}
