//! Whole answers, and damaged ones.

use meterport_sdk::time::checked;

use super::*;

const LITE: &[u8] = b"\r\nCXMR042-P5512\r\n0.31-P\r\nMar  10 2026 08:02:11\r\n003\r\n\r\n\
    104  Mar  10 2026 07:15 09 0x00\r\nHI   Mar  09 2026 21:40 09 0x00\r\n\
    118  June 08 2025 12:00 09 0x01\r\n0x1DA0  END\r\n";
const PRECISION: &[u8] = b"\r\nXCMX042-P5512\r\n1.04\r\nMar  10 2026 08:02:11\r\n003\r\n\
    104  Mar  10 2026 07:15 G 0x00\r\n011  Mar  10 2026 07:20 K 0x00\r\n\
    HI   Mar  09 2026 21:40 G 0x00\r\n0x1C56  END\r\n";

fn replace(from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(LITE).replacen(from, to, 1).into_bytes()
}

/// As if the meter itself had sent this, checksum and all.
fn summed(text: &str) -> Vec<u8> {
    let sum = sum16(text.as_bytes());
    format!("{text}0x{sum:04X}  END\r\n").into_bytes()
}

fn error(bytes: &[u8]) -> FrameError {
    Dump::parse(bytes).err().unwrap()
}

#[test]
fn every_shortened_answer_is_refused() {
    for answer in [LITE, PRECISION] {
        // Only the line end after `END` may be missing.
        for length in 0..answer.len() - 2 {
            assert!(Dump::parse(&answer[..length]).is_err(), "{length} bytes");
        }
    }
}

#[test]
fn every_changed_byte_is_refused_or_changes_nothing() {
    for answer in [LITE, PRECISION] {
        let good = Dump::parse(answer).unwrap();
        for byte in 0..answer.len() {
            for bit in 0..8 {
                let mut damaged = answer.to_vec();
                damaged[byte] ^= 1 << bit;
                let same = Dump::parse(&damaged).map_or(true, |dump| dump == good);
                assert!(same, "bit {bit} of byte {byte}");
            }
        }
    }
}

#[test]
fn a_wrong_sum_is_told_before_a_wrong_count() {
    let damaged = replace("003", "004");
    assert_eq!(error(&damaged), FrameError::Checksum { received: 0x1DA0, computed: 0x1DA1 });
}

#[test]
fn another_number_of_records_than_promised_is_a_wrong_count() {
    let head = "\r\nCXMR042-P5512\r\n0.31-P\r\nMar  10 2026 08:02:11\r\n";
    let record = "104  Mar  10 2026 07:15 09 0x00\r\n";
    let answer = summed(&format!("{head}002\r\n{record}"));
    assert_eq!(error(&answer), FrameError::Count { promised: 2, sent: 1 });
    let answer = summed(&format!("{head}Log Empty\r\n{record}"));
    assert_eq!(error(&answer), FrameError::Count { promised: 0, sent: 1 });
}

#[test]
fn an_answer_without_a_checksum_is_refused_unless_the_memory_is_empty() {
    assert_eq!(error(&replace("0x1DA0  END", "END")), FrameError::NoChecksum);
    let empty = b"\r\nCXMR042-P5512\r\n0.31-P\r\nMar  10 2026 08:02:11\r\nLog Empty\r\nEND\r\n";
    assert!(Dump::parse(empty).is_ok_and(|dump| dump.lines.is_empty()));
    let empty = b"\r\nCXMR042-P5512\r\n0.31-P\r\nMar  10 2026 08:02:11\r\nLog Empty\r\n";
    let summed = summed(std::str::from_utf8(empty).unwrap());
    assert!(Dump::parse(&summed).is_ok_and(|dump| dump.lines.is_empty()));
}

#[test]
fn noise_an_echo_and_an_older_answer_before_the_header_belong_to_nothing() {
    for before in [&b"$mem\r\n"[..], b"\xFF\x00\x41", b"CMD Fail!\r\n", b"x\tJun  10 2026\tx\r\n"] {
        let answer = [before, LITE].concat();
        assert!(Dump::parse(&answer).is_ok());
    }
}

#[test]
fn the_worked_answers_are_read() {
    let dump = Dump::parse(LITE).unwrap();
    assert_eq!((dump.serial, dump.version), ("CXMR042-P5512", "0.31-P"));
    assert_eq!(dump.clock, checked(2026, 3, 10, 8, 2, 11));
    assert_eq!(dump.lines.len(), 3);
    assert_eq!(Dump::parse(PRECISION).unwrap().lines.len(), 3);
}

#[test]
fn a_lone_line_feed_after_the_count_is_read() {
    let text = String::from_utf8_lossy(LITE).replace("003\r\n\r\n", "003\r\n\n");
    let (text, _) = text.split_once("0x1DA0").unwrap();
    assert!(Dump::parse(&summed(text)).is_ok());
}
