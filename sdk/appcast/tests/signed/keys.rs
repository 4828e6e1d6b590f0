use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use meterport_appcast::{KeyError, PublicKey};

use super::support::pair;
use super::vectors::KEY;

fn text(algorithm: &[u8], id: u64, key: &[u8]) -> String {
    STANDARD.encode([algorithm, &id.to_le_bytes(), key].concat())
}

#[test]
fn what_is_no_key_is_refused() {
    let key = pair(0).public.bytes();
    let right = text(b"Ed", 7, key);
    let pieces = [&right[..4], "\n", &right[4..]].concat();
    for (wrong, error) in [
        (String::new(), KeyError::Encoding),
        (right.trim_end_matches(|c| c != 'x').to_owned(), KeyError::Encoding),
        (format!("{right} "), KeyError::Encoding),
        (format!("{right}="), KeyError::Encoding),
        (format!("\u{FEFF}{right}"), KeyError::Encoding),
        (pieces, KeyError::Encoding),
        (text(b"Ed", 7, &key[1..]), KeyError::Encoding),
        (text(b"Ed", 7, &[&key[..], &[0]].concat()), KeyError::Encoding),
        (text(b"ED", 7, key), KeyError::Algorithm),
        (text(b"Xy", 7, key), KeyError::Algorithm),
    ] {
        assert_eq!(PublicKey::parse(&wrong), Err(error), "{wrong:?}");
    }
    assert!(PublicKey::parse(&right).is_ok());
}

/// The y coordinates of the points of small order, and the second spellings of two of them.
const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

#[test]
fn a_key_that_everybody_can_sign_for_is_refused() {
    for y in SMALL_ORDER {
        for sign in [0, 0x80] {
            let mut key = hex::decode(y).unwrap();
            key[31] |= sign;
            assert_eq!(PublicKey::parse(&text(b"Ed", 7, &key)), Err(KeyError::Weak), "{y} {sign}");
        }
    }
}

/// Why the keys above are refused here: for some of them the verifying crate takes a signature that
/// nobody made. R is the identity and S is 0, so that it is right whenever the hash is a multiple of
/// the order.
#[test]
fn signatures_for_keys_of_small_order_can_be_made_up() {
    let mut made_up = vec![0; 64];
    made_up[0] = 1;
    let lines = |comment: u32| {
        let signature = text(b"ED", 7, &made_up);
        let global = STANDARD.encode(&made_up);
        format!("untrusted comment: x\n{signature}\ntrusted comment: {comment}\n{global}\n")
    };
    for y in ["c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", SMALL_ORDER[5]] {
        let key = text(b"Ed", 7, &hex::decode(y).unwrap());
        let key = minisign_verify::PublicKey::from_base64(&key).unwrap();
        let is_taken = |comment: u32| {
            let signature = minisign_verify::Signature::decode(&lines(comment)).unwrap();
            key.verify(&comment.to_le_bytes(), &signature, false).is_ok()
        };
        assert!((0..2000).any(is_taken), "{y}");
    }
}

#[test]
fn a_key_file_is_a_comment_and_a_key() {
    let key = PublicKey::parse(KEY).unwrap();
    for wrong in [
        KEY.to_owned(),
        format!("{KEY}\n{KEY}\n"),
        format!("untrusted comment: x\n{KEY}\n{KEY}\n"),
        format!("untrusted comment: x\n\n{KEY}\n"),
        format!("untrusted comment: ü\n{KEY}\n"),
        format!("\u{FEFF}untrusted comment: x\n{KEY}\n"),
        format!("trusted comment: x\n{KEY}\n"),
    ] {
        assert_eq!(PublicKey::from_file(&wrong), Err(KeyError::File), "{wrong:?}");
    }
    for file in [
        format!("untrusted comment: x\n{KEY}\n"),
        format!("untrusted comment: x\n{KEY}"),
        format!("untrusted comment: x\r\n{KEY}\r\n"),
    ] {
        assert_eq!(PublicKey::from_file(&file), Ok(key.clone()), "{file:?}");
    }
}

#[test]
fn a_key_is_its_32_bytes_and_not_its_id() {
    let bytes = pair(0).public.bytes();
    let (one, two) = (text(b"Ed", 1, bytes), text(b"Ed", 2, bytes));
    let (one, two) = (PublicKey::parse(&one).unwrap(), PublicKey::parse(&two).unwrap());
    assert_eq!(one, two);
    assert_eq!((one.id(), two.id()), (1, 2));
    assert_eq!(BTreeSet::from([one.clone(), two]).len(), 1);
    assert_ne!(one, pair(1).public);
}

#[test]
fn a_key_prints_as_it_was_written() {
    let key = PublicKey::parse(KEY).unwrap();
    assert_eq!(key.to_string(), KEY);
    assert_eq!(format!("{:016X}", key.id()), "1BCAB454E19984A2", "as minisign shows it");
}
