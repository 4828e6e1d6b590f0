use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use meterport_appcast::{MAX_BLOCK_BYTES, Signature, SplitError};

use super::support::{one, pair, with_bytes, with_line};

const COMMENT: &str = "mp1 keyring main version=1";

fn signature() -> Signature {
    pair(0).sign(b"body", COMMENT)
}

fn refused(file: &str) -> SplitError {
    Signature::file(file.as_bytes()).unwrap_err()
}

#[test]
fn what_is_not_four_lines_of_a_signature_is_refused() {
    let right = signature().to_string();
    let lines = |found| SplitError::Lines { found };
    let three: String = right.lines().take(3).map(|line| format!("{line}\n")).collect();
    for (file, error) in [
        (String::new(), lines(1)),
        (three, lines(3)),
        (format!("{right}\n"), lines(5)),
        (format!("{right}x\n"), lines(5)),
        (format!("\n{right}"), lines(5)),
        (right.repeat(17), lines(68)),
        (format!("\u{FEFF}{right}"), SplitError::NotPrintable),
        (right.replace("a key", "a\tkey"), SplitError::NotPrintable),
        (right.replace("a key", "a \u{202E}yek"), SplitError::NotPrintable),
        (right.replace("a key", "a\rkey"), SplitError::NotPrintable),
        (right.replacen('\n', "\r\r\n", 1), SplitError::NotPrintable),
    ] {
        assert_eq!(refused(&file), error, "{file:?}");
    }
    let large = right.replace("a key", &"k".repeat(MAX_BLOCK_BYTES));
    assert_eq!(refused(&large), SplitError::TooLarge { found: large.len() });
}

#[test]
fn a_line_that_is_none_of_a_signature_is_named() {
    let right = signature();
    let text = right.to_string();
    let second = text.lines().nth(1).unwrap();
    let not_canonical = format!("{}B=", &second[..second.len() - 2]);
    for (file, line) in [
        (with_line(&right, 0, "comment: a key"), 1),
        (with_line(&right, 0, " untrusted comment: a key"), 1),
        (with_line(&right, 0, "untrusted comment:"), 1),
        (with_line(&right, 1, ""), 2),
        (with_line(&right, 1, second.trim_end_matches('=')), 2),
        (with_line(&right, 1, &not_canonical), 2),
        (with_line(&right, 1, &format!("{second} ")), 2),
        (with_bytes(&right, 1, |bytes| bytes.push(0)), 2),
        (with_bytes(&right, 1, |bytes| bytes.truncate(bytes.len() - 1)), 2),
        (with_line(&right, 2, "Trusted comment: mp1"), 3),
        (with_line(&right, 2, "trusted comment:"), 3),
        (with_bytes(&right, 3, |bytes| bytes.push(0)), 4),
        (with_bytes(&right, 3, |bytes| bytes.truncate(bytes.len() - 1)), 4),
    ] {
        assert_eq!(refused(&file), SplitError::Line { signature: 1, line }, "{file}");
        let second = format!("{right}{file}");
        assert_eq!(refused(&second), SplitError::Line { signature: 2, line });
    }
}

/// Adds the order of the group to the number S, which stands in the last 32 bytes, low byte first
/// (RFC 8032, 5.1). A verifier that does not look at the range takes both for the same.
fn malleate(bytes: &mut [u8]) {
    let order =
        hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let begin = bytes.len() - 32;
    let mut carry = 0;
    for (byte, add) in bytes[begin..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = u8::try_from(sum & 0xFF).unwrap();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
}

#[test]
fn a_malleated_signature_is_refused() {
    for line in [1, 3] {
        let malleated = one(&with_bytes(&signature(), line, |bytes| malleate(bytes)));
        assert_eq!(malleated.text(&pair(0).public, b"body"), None, "line {line}");
    }
}

#[test]
fn any_other_algorithm_key_comment_or_file_is_refused() {
    let key = &pair(0).public;
    let right = signature();
    for algorithm in [*b"Ed", *b"XX", [0, 0]] {
        let other = with_bytes(&right, 1, |bytes| bytes[..2].copy_from_slice(&algorithm));
        assert_eq!(one(&other).text(key, b"body"), None, "{algorithm:?}");
    }
    for comment in ["mp1 keyring main version=2", "mp1 keyring main version=1 ", ""] {
        let other = with_line(&right, 2, &format!("trusted comment: {comment}"));
        assert_eq!(one(&other).text(key, b"body"), None, "{comment:?}");
    }
    assert_eq!(right.text(&pair(1).public, b"body"), None);
    assert_eq!(right.text(key, b"Body"), None);
    assert_eq!(right.text(key, b""), None);
    let other = pair(0).sign(b"body", "mp1 keyring main version=2").to_string();
    let mixed = with_line(&right, 3, other.lines().nth(3).unwrap());
    assert_eq!(one(&mixed).text(key, b"body"), None, "a global signature of another comment");
}

#[test]
fn what_is_not_signed_means_nothing() {
    let other = one(&with_line(&signature(), 0, "untrusted comment: signed by the Queen"));
    assert_eq!(other.text(&pair(0).public, b"body").as_deref(), Some(COMMENT));
}

#[test]
fn a_file_of_its_own_may_come_from_mail_and_editors() {
    let right = signature().to_string();
    for file in [
        right.clone(),
        right.replace('\n', "\r\n"),
        right.trim_end().to_owned(),
        right.replace('\n', "\r\n").trim_end().to_owned(),
    ] {
        let signatures = Signature::file(file.as_bytes()).unwrap();
        assert_eq!(signatures.len(), 1, "{file:?}");
        let text = signatures[0].text(&pair(0).public, b"body");
        assert_eq!(text.as_deref(), Some(COMMENT), "{file:?}");
    }
    assert_eq!(Signature::file(right.repeat(16).as_bytes()).unwrap().len(), 16);
}

#[test]
fn the_second_line_is_what_minisign_says_it_is() {
    let text = signature().to_string();
    let bytes = STANDARD.decode(text.lines().nth(1).unwrap()).unwrap();
    assert_eq!(&bytes[..2], b"ED");
    assert_eq!(bytes[2..10], pair(0).public.id().to_le_bytes());
}
