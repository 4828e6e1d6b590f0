//! The rotations of TUF's client conformance suite, as a table of key numbers: keys of the role, its
//! threshold, the keys that signed, and whether the step counts. A chain ends with a step that does
//! not.

use meterport_appcast::{FeedError, Keyring, KeyringError, verify_feed};

use super::support::{Draft, at, signed};

type Step = (&'static [usize], usize, &'static [usize], bool);

const FIVE: &[usize] = &[0, 1, 2, 3, 4];
const ROTATED: &[usize] = &[0, 1, 3, 4, 5];

const ROOT: [(&str, &[Step]); 15] = [
    (
        "1-of-1 key rotation",
        &[(&[1], 1, &[1], true), (&[2], 1, &[2, 1], true), (&[2], 1, &[2], true)],
    ),
    (
        "1-of-1 key rotation, unused signatures",
        &[(&[1], 1, &[3, 1, 4], true), (&[2], 1, &[3, 2, 1, 4], true), (&[2], 1, &[3, 2, 4], true)],
    ),
    (
        "1-of-1 key rotation fail: not signed with old key",
        &[(&[1], 1, &[1], true), (&[2], 1, &[2, 3, 4], false)],
    ),
    (
        "1-of-1 key rotation fail: not signed with new key",
        &[(&[1], 1, &[1], true), (&[2], 1, &[1, 3, 4], false)],
    ),
    (
        "3-of-5, sign with different key combinations",
        &[
            (FIVE, 3, &[0, 2, 4], true),
            (FIVE, 3, &[0, 4, 1], true),
            (FIVE, 3, &[0, 1, 3], true),
            (FIVE, 3, &[0, 1, 3], true),
        ],
    ),
    ("3-of-5, one key rotated", &[(FIVE, 3, &[0, 2, 4], true), (ROTATED, 3, &[0, 4, 1], true)]),
    (
        "3-of-5, one key rotated fail: not signed with 3 new keys",
        &[(FIVE, 3, &[0, 2, 4], true), (ROTATED, 3, &[0, 2, 4], false)],
    ),
    (
        "3-of-5, one key rotated fail: not signed with 3 old keys",
        &[(FIVE, 3, &[0, 2, 4], true), (ROTATED, 3, &[0, 4, 5], false)],
    ),
    (
        "3-of-5, one key rotated, with intermediate step",
        &[
            (FIVE, 3, &[0, 2, 4], true),
            (ROTATED, 3, &[0, 2, 4, 5], true),
            (ROTATED, 3, &[0, 4, 5], true),
        ],
    ),
    (
        "3-of-5, all keys rotated, with intermediate step",
        &[
            (FIVE, 3, &[0, 2, 4], true),
            (&[5, 6, 7, 8, 9], 3, &[0, 2, 4, 5, 6, 7], true),
            (&[5, 6, 7, 8, 9], 3, &[5, 6, 7], true),
        ],
    ),
    (
        "1-of-3 threshold increase to 2-of-3",
        &[(&[1, 2, 3], 1, &[1], true), (&[1, 2, 3], 2, &[1, 2], true)],
    ),
    (
        "1-of-3 threshold increase to 2-of-3 fail: new threshold not reached",
        &[(&[1, 2, 3], 1, &[1], true), (&[1, 2, 3], 2, &[2], false)],
    ),
    (
        "2-of-3 threshold decrease to 1-of-3",
        &[
            (&[1, 2, 3], 2, &[1, 2], true),
            (&[1, 2, 3], 1, &[1, 2], true),
            (&[1, 2, 3], 1, &[1], true),
        ],
    ),
    (
        "2-of-3 threshold decrease to 1-of-3 fail: old threshold not reached",
        &[(&[1, 2, 3], 2, &[1, 2], true), (&[1, 2, 3], 1, &[1], false)],
    ),
    ("1-of-2 threshold increase to 2-of-2", &[(&[1], 1, &[1], true), (&[1, 2], 2, &[1, 2], true)]),
];

const OTHERS: [(&str, &[Step]); 10] = [
    ("1-of-1 key rotation", &[(&[1], 1, &[1], true), (&[2], 1, &[2], true)]),
    (
        "1-of-1 key rotation, unused signatures",
        &[(&[1], 1, &[3, 1, 4], true), (&[2], 1, &[3, 2, 4], true)],
    ),
    (
        "1-of-1 key rotation fail: not signed with new key",
        &[(&[1], 1, &[1], true), (&[2], 1, &[1, 3, 4], false)],
    ),
    (
        "3-of-5, one key signature wrong: not signed with 3 expected keys",
        &[(ROTATED, 3, &[0, 2, 4], false)],
    ),
    ("3-of-5, one key signature missing: threshold not reached", &[(ROTATED, 3, &[0, 4], false)]),
    ("3-of-5, sign first combination", &[(FIVE, 3, &[0, 2, 4], true)]),
    ("3-of-5, sign second combination", &[(FIVE, 3, &[0, 4, 1], true)]),
    ("3-of-5, sign third combination", &[(FIVE, 3, &[0, 1, 3], true)]),
    ("3-of-5, sign fourth combination", &[(FIVE, 3, &[1, 2, 3], true)]),
    ("3-of-5, sign fifth combination", &[(FIVE, 3, &[2, 3, 4], true)]),
];

#[test]
fn keyring_rotation_matrix() {
    for (name, steps) in ROOT {
        let mut trusted: Option<Keyring> = None;
        for (version, (keys, threshold, by, counts)) in (1..).zip(steps) {
            let root = (*threshold, keys.to_vec());
            let file = Draft { version, root, ..Draft::usual() }.signed(by);
            let step = match &trusted {
                None => Keyring::first(&file),
                Some(before) => before.next(&file),
            };
            match step {
                Ok(keyring) => {
                    assert!(counts, "{name}: step {version} was taken");
                    trusted = Some(keyring);
                }
                Err(error) => {
                    assert!(!counts, "{name}: step {version}: {error}");
                    assert!(matches!(error, KeyringError::TooFew { .. }), "{name}: {error}");
                }
            }
        }
        let taken = steps.iter().filter(|(_, _, _, counts)| *counts).count();
        assert_eq!(trusted.map(|keyring| keyring.version as usize), Some(taken), "{name}");
    }
}

#[test]
fn role_rotation_matrix() {
    for (name, steps) in OTHERS {
        for (first_key, is_release) in [(10, true), (20, false)] {
            let mut trusted: Option<Keyring> = None;
            for (version, (keys, threshold, by, counts)) in (1..).zip(steps) {
                let role = (*threshold, keys.iter().map(|key| first_key + key).collect());
                let mut draft = Draft { version, ..Draft::usual() };
                *(if is_release { &mut draft.release } else { &mut draft.fresh }) = role;
                let step = match &trusted {
                    None => Keyring::first(&draft.signed(&[0, 1])),
                    Some(before) => before.next(&draft.signed(&[0, 1])),
                };
                let keyring = step.unwrap();

                let (feed, fresh) =
                    ("mp1 feed main seq=1", "mp1 fresh main seq=1 until=2026-12-05T09:00:00Z");
                let (says, other) = if is_release { (feed, fresh) } else { (fresh, feed) };
                let mut all: Vec<_> = by.iter().map(|key| (first_key + key, says)).collect();
                let others = if is_release { &draft.fresh.1 } else { &draft.release.1 };
                all.extend(others.iter().map(|key| (*key, other)));
                let file = signed(b"<rss/>\n", &all);
                match verify_feed(&file, &keyring, at("2026-11-22T00:00:00Z")) {
                    Ok(_) => assert!(counts, "{name}: {version} was taken"),
                    Err(FeedError::Release { .. }) => assert!(is_release && !counts, "{name}"),
                    Err(FeedError::Fresh { .. }) => assert!(!is_release && !counts, "{name}"),
                    Err(error) => panic!("{name}: {error}"),
                }
                trusted = Some(keyring);
            }
        }
    }
}
