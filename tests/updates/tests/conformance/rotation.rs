//! Rows 44 and 45: who signs the next keyring, and who signs the feed after it.
//!
//! A key is a number. Each step says the keys and the threshold of the role, who signed, and
//! whether the client must take it. The sequences are those that TUF's conformance suite tells, in
//! our words: a keyring must reach the thresholds of the old and of the new root, everything else
//! only the one in force.

use meterport_tests_updates::{BASE, Clinic, Feed, Key, Ring, UNTIL};

/// Keys, threshold, signers, taken.
type Step = (&'static [u8], usize, &'static [u8], bool);

const ROOT: [(&str, &[Step]); 15] = [
    (
        "one key, rotated, then the new one alone",
        &[(&[1], 1, &[1], true), (&[2], 1, &[2, 1], true), (&[2], 1, &[2], true)],
    ),
    (
        "signatures of strangers beside it",
        &[(&[1], 1, &[3, 1, 4], true), (&[2], 1, &[3, 2, 1, 4], true), (&[2], 1, &[3, 2, 4], true)],
    ),
    ("the old key has not signed", &[(&[1], 1, &[1], true), (&[2], 1, &[2, 3, 4], false)]),
    ("the new key has not signed", &[(&[1], 1, &[1], true), (&[2], 1, &[1, 3, 4], false)]),
    (
        "any three of five",
        &[
            (&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true),
            (&[0, 1, 2, 3, 4], 3, &[0, 4, 1], true),
            (&[0, 1, 2, 3, 4], 3, &[0, 1, 3], true),
            (&[0, 1, 2, 3, 4], 3, &[0, 1, 3], true),
        ],
    ),
    (
        "one of five rotated, signed by three that stay",
        &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true), (&[0, 1, 3, 4, 5], 3, &[0, 4, 1], true)],
    ),
    (
        "one of five rotated, too few of the new",
        &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true), (&[0, 1, 3, 4, 5], 3, &[0, 2, 4], false)],
    ),
    (
        "one of five rotated, too few of the old",
        &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true), (&[0, 1, 3, 4, 5], 3, &[0, 4, 5], false)],
    ),
    (
        "one of five rotated, signed by both, then by the new",
        &[
            (&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true),
            (&[0, 1, 3, 4, 5], 3, &[0, 2, 4, 5], true),
            (&[0, 1, 3, 4, 5], 3, &[0, 4, 5], true),
        ],
    ),
    (
        "all five rotated, signed by both, then by the new",
        &[
            (&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true),
            (&[5, 6, 7, 8, 9], 3, &[0, 2, 4, 5, 6, 7], true),
            (&[5, 6, 7, 8, 9], 3, &[5, 6, 7], true),
        ],
    ),
    (
        "threshold raised from 1 to 2",
        &[(&[1, 2, 3], 1, &[1], true), (&[1, 2, 3], 2, &[1, 2], true)],
    ),
    (
        "threshold raised, the new one not reached",
        &[(&[1, 2, 3], 1, &[1], true), (&[1, 2, 3], 2, &[2], false)],
    ),
    (
        "threshold lowered from 2 to 1",
        &[
            (&[1, 2, 3], 2, &[1, 2], true),
            (&[1, 2, 3], 1, &[1, 2], true),
            (&[1, 2, 3], 1, &[1], true),
        ],
    ),
    (
        "threshold lowered, the old one not reached",
        &[(&[1, 2, 3], 2, &[1, 2], true), (&[1, 2, 3], 1, &[1], false)],
    ),
    ("a second key, and both are needed", &[(&[1], 1, &[1], true), (&[1, 2], 2, &[1, 2], true)]),
];

const OTHER: [(&str, &[Step]); 10] = [
    ("one key, rotated", &[(&[1], 1, &[1], true), (&[2], 1, &[2], true)]),
    (
        "signatures of strangers beside it",
        &[(&[1], 1, &[3, 1, 4], true), (&[2], 1, &[3, 2, 4], true)],
    ),
    ("the new key has not signed", &[(&[1], 1, &[1], true), (&[2], 1, &[1, 3, 4], false)]),
    (
        "one of five rotated, signed by three that stay",
        &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true), (&[0, 1, 3, 4, 5], 3, &[0, 4, 1], true)],
    ),
    (
        "one of five rotated, too few of the new",
        &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true), (&[0, 1, 3, 4, 5], 3, &[0, 2, 4], false)],
    ),
    (
        "all five rotated",
        &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4], true), (&[5, 6, 7, 8, 9], 3, &[5, 6, 7], true)],
    ),
    (
        "threshold raised from 1 to 2",
        &[(&[1, 2, 3], 1, &[1], true), (&[1, 2, 3], 2, &[1, 2], true)],
    ),
    (
        "threshold raised and not reached",
        &[(&[1, 2, 3], 1, &[1], true), (&[1, 2, 3], 2, &[2], false)],
    ),
    (
        "threshold lowered from 2 to 1",
        &[(&[1, 2, 3], 2, &[1, 2], true), (&[1, 2, 3], 1, &[1], true)],
    ),
    ("a second key, and both are needed", &[(&[1], 1, &[1], true), (&[1, 2], 2, &[1, 2], true)]),
];

#[test]
fn keyring_rotation_matrix() {
    for (case, steps) in ROOT {
        let rings: Vec<(Ring, Vec<Key>, bool)> = (1..)
            .zip(steps)
            .map(|(version, (keys, threshold, signers, taken))| {
                let ring = Ring { version, root: (*threshold, named(keys)), ..Ring::first("main") };
                (ring, named(signers), *taken)
            })
            .collect();
        let (first, signers, _) = &rings[0];
        let clinic = Clinic::trusting(first.signed_by(&signers.iter().collect::<Vec<_>>()));
        let mut expected = 1;
        for (ring, signers, taken) in &rings[1..] {
            let file = ring.signed_by(&signers.iter().collect::<Vec<_>>());
            clinic.mirror.put(format!("{BASE}{}.keyring", ring.version), file);
            clinic.try_refresh().ok();
            expected += u32::from(*taken);
            assert_eq!(clinic.trusted().keyring.version, expected, "{case}, {}", ring.version);
        }
    }
}

#[test]
fn role_rotation_matrix() {
    for (case, steps) in OTHER {
        for is_release in [true, false] {
            role_rotates(case, steps, is_release);
        }
    }
}

/// Each step is a keyring of its own and a feed after it.
fn role_rotates(case: &str, steps: &[Step], is_release: bool) {
    let role = if is_release { "release" } else { "fresh" };
    let mut clinic: Option<Clinic> = None;
    let mut expected = 0;
    for (version, (keys, threshold, signers, taken)) in (1..).zip(steps) {
        let mut ring = Ring { version, ..Ring::first("main") };
        *(if is_release { &mut ring.release } else { &mut ring.fresh }) = (*threshold, named(keys));
        let clinic = clinic.get_or_insert_with(|| Clinic::of(&ring));
        clinic.publish_ring(&ring);
        let feed = Feed::new("main", u64::from(version), UNTIL);
        let signers = named(signers);
        let signers: Vec<&Key> = signers.iter().collect();
        let all = |role: &(usize, Vec<Key>)| role.1.clone();
        let (release, fresh) = (all(&ring.release), all(&ring.fresh));
        clinic.put_feed(match is_release {
            true => feed.signed_by(&signers, &fresh.iter().collect::<Vec<_>>()),
            false => feed.signed_by(&release.iter().collect::<Vec<_>>(), &signers),
        });
        clinic.try_refresh().ok();
        if *taken {
            expected = u64::from(version);
        }
        let seq = clinic.seq();
        // A stored feed that the new release keys have not signed is forgotten with its number.
        match *taken || !is_release {
            true => assert_eq!(seq, Some(expected), "{role}: {case}, {version}"),
            false => assert_ne!(seq, Some(u64::from(version)), "{role}: {case}, {version}"),
        }
        assert_eq!(clinic.trusted().keyring.version, version, "{role}: {case}");
    }
}

fn named(keys: &[u8]) -> Vec<Key> {
    keys.iter().map(|key| Key::named(&format!("rotation-{key}"))).collect()
}
