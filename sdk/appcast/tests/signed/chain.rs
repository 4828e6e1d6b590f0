//! How one keyring follows another.

use meterport_appcast::{Keyring, KeyringError, MAX_KEYRING_BYTES, RoleName, SplitError};

use super::support::{Draft, at, pair, signed};

fn version(version: u32) -> Draft {
    Draft { version, ..Draft::usual() }
}

fn first() -> Keyring {
    Keyring::first(&version(1).signed(&[0, 1])).unwrap()
}

fn too_few(role: RoleName, found: usize, needed: usize) -> KeyringError {
    KeyringError::TooFew { role, found, needed }
}

#[test]
fn an_unsigned_first_keyring_is_refused() {
    let text = version(1).text();
    let error = Keyring::first(text.as_bytes()).unwrap_err();
    assert_eq!(error, KeyringError::Split(SplitError::NoMarker));
    for (keys, found) in [(vec![3], 0), (vec![0], 1), (vec![0, 0, 0], 1), (vec![10, 20], 0)] {
        let error = Keyring::first(&version(1).signed(&keys)).unwrap_err();
        assert_eq!(error, too_few(RoleName::OwnRoot, found, 2), "{keys:?}");
    }
}

#[test]
fn a_first_keyring_is_number_one() {
    let error = Keyring::first(&version(2).signed(&[0, 1])).unwrap_err();
    assert_eq!(error, KeyringError::Version { found: 2, expected: 1 });
    assert!(Keyring::first(&version(1).signed(&[0, 1])).is_ok());
}

#[test]
fn no_number_is_skipped_repeated_or_lowered() {
    let second = first().next(&version(2).signed(&[0, 1])).unwrap();
    for found in [1, 2, 4, u32::MAX] {
        let error = second.next(&version(found).signed(&[0, 1])).unwrap_err();
        assert_eq!(error, KeyringError::Version { found, expected: 3 });
    }
    let last = version(1024).keyring();
    assert_eq!(last.next(&version(1025).signed(&[0, 1])), Err(KeyringError::Last));
}

#[test]
fn name_and_content_must_agree() {
    let text = version(2).text();
    for comment in [
        "mp1 keyring main version=1",
        "mp1 keyring main version=3",
        "mp1 keyring other version=2",
        "mp1 feed main seq=2",
        "mp1 package app 2.0.0 any",
        "mp1 root main version=2",
        "timestamp:1633700835",
    ] {
        let file = signed(text.as_bytes(), &[(0, comment), (1, comment)]);
        let error = first().next(&file).unwrap_err();
        assert_eq!(error, too_few(RoleName::OldRoot, 0, 2), "{comment}");
    }
    let other = Draft { feed: "other", ..version(2) };
    let error = first().next(&other.signed(&[0, 1])).unwrap_err();
    assert!(matches!(error, KeyringError::Feed { .. }), "{error}");
}

#[test]
fn repeated_signature_counts_once() {
    let error = first().next(&version(2).signed(&[1, 1, 1, 1])).unwrap_err();
    assert_eq!(error, too_few(RoleName::OldRoot, 1, 2));
}

#[test]
fn extra_bad_signature_is_harmless() {
    let text = version(2).text();
    let says = "mp1 keyring main version=2";
    let by = [
        (0, "mp1 keyring main version=9"),
        (35, says),
        (10, says),
        (2, "mp1 witness main version=2"),
        (0, says),
        (0, says),
        (1, "mp1 feed main seq=2"),
        (1, says),
    ];
    assert!(first().next(&signed(text.as_bytes(), &by)).is_ok());
    let elsewhere = pair(2).sign(b"other bytes", says).to_string();
    let file = String::from_utf8(version(2).signed(&[0, 1])).unwrap();
    let file = file.replace("-->\n", &format!("{elsewhere}-->\n"));
    assert!(first().next(file.as_bytes()).is_ok());
}

#[test]
fn an_invalid_step_is_refused_whoever_signed_it() {
    let mut draft = version(2);
    draft.more.push(format!("vendor acme {} acme.", pair(10).public));
    let error = first().next(&draft.signed(&[0, 1, 2])).unwrap_err();
    assert!(matches!(error, KeyringError::Line { .. }), "{error}");
    let large = [&[b'#'; MAX_KEYRING_BYTES][..], b"\n", &version(2).signed(&[0, 1])].concat();
    let error = first().next(&large).unwrap_err();
    assert_eq!(error, KeyringError::TooLarge { found: large.len() });
}

#[test]
fn a_step_is_taken_whenever_it_expires() {
    let expired = version(2).text().replace("2027-11-01", "2001-01-01");
    let says = "mp1 keyring main version=2";
    let second = first().next(&signed(expired.as_bytes(), &[(0, says), (2, says)])).unwrap();
    assert!(second.is_expired(at("2026-11-22T00:00:00Z")));
    let third = second.next(&version(3).signed(&[1, 2])).unwrap();
    assert!(third.is_expired(third.expires), "at that second it counts no more");
    assert!(!third.is_expired(at("2027-10-31T23:59:59Z")));
}
