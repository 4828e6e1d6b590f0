//! What a signed feed says about itself.

use jiff::Timestamp;
use meterport_appcast::{
    FeedError, Keyring, MAX_FEED_BYTES, Sha256Hex, SplitError, join, release_seq, split,
    verify_feed,
};

use super::support::{Draft, at, pair, signed};

const BODY: &[u8] = b"<rss/>\n";
const NOW: &str = "2026-11-22T09:00:00Z";
const SOON: &str = "2026-12-05T09:00:00Z";

fn keyring() -> Keyring {
    Draft::usual().keyring()
}

fn feed(seq: u64) -> String {
    format!("mp1 feed main seq={seq}")
}

fn fresh(seq: u64, until: &str) -> String {
    format!("mp1 fresh main seq={seq} until={until}")
}

fn file(by: &[(usize, String)]) -> Vec<u8> {
    let by: Vec<(usize, &str)> = by.iter().map(|(key, says)| (*key, says.as_str())).collect();
    signed(BODY, &by)
}

/// Number and end of what the file says.
fn verified(by: &[(usize, String)]) -> Result<(u64, Timestamp), FeedError> {
    verify_feed(&file(by), &keyring(), at(NOW)).map(|verified| (verified.seq, verified.until))
}

fn release_only(found: usize) -> FeedError {
    FeedError::Release { found, needed: 2 }
}

fn not_fresh(seq: u64, found: usize, too_far: usize) -> FeedError {
    FeedError::Fresh { seq, found, needed: 1, too_far }
}

#[test]
fn what_ends_in_no_block_is_no_feed() {
    let clock = at(NOW);
    let error = verify_feed(BODY, &keyring(), clock).unwrap_err();
    assert_eq!(error, FeedError::Split(SplitError::NoMarker));
    let portal = b"<!doctype html><title>Sign in to the network</title>\n";
    assert!(verify_feed(portal, &keyring(), clock).is_err());
    let large = vec![b'x'; MAX_FEED_BYTES + 1];
    let error = verify_feed(&large, &keyring(), clock).unwrap_err();
    assert_eq!(error, FeedError::TooLarge { found: MAX_FEED_BYTES + 1 });
    assert_eq!(release_seq(&large, &keyring()), None);
}

#[test]
fn one_of_two_is_too_few() {
    for keys in [&[10][..], &[11], &[10, 10, 10], &[10, 30], &[10, 0], &[10, 20]] {
        let mut by: Vec<_> = keys.iter().map(|key| (*key, feed(7))).collect();
        by.push((20, fresh(7, SOON)));
        assert_eq!(verified(&by), Err(release_only(1)), "{keys:?}");
        assert_eq!(release_seq(&file(&by), &keyring()), None);
    }
}

#[test]
fn software_without_enough_signatures_is_refused() {
    assert_eq!(verified(&[(20, fresh(7, SOON))]), Err(release_only(0)));
    assert_eq!(verified(&[(10, feed(7)), (11, feed(7))]), Err(not_fresh(7, 0, 0)));
    let strangers = [(30, feed(7)), (31, feed(7)), (32, fresh(7, SOON))];
    assert_eq!(verified(&strangers), Err(release_only(0)));
}

#[test]
fn no_role_plays_another() {
    let right = [(10, feed(7)), (11, feed(7)), (20, fresh(7, SOON))];
    assert!(verified(&right).is_ok());
    for (place, key, says) in [
        (0, 20, feed(7)),
        (0, 0, feed(7)),
        (0, 10, fresh(7, SOON)),
        (0, 10, "mp1 keyring main version=7".into()),
        (0, 10, "mp1 package app 7.0.0 any".into()),
        (0, 10, "mp1 publish main seq=7".into()),
        (0, 10, "mp1 feed other seq=7".into()),
        (0, 10, "mp1 feed main seq=07".into()),
        (0, 10, "timestamp:1633700835".into()),
    ] {
        let mut by = right.clone();
        by[place] = (key, says.clone());
        assert_eq!(verified(&by), Err(release_only(1)), "{key} {says}");
    }
    for (key, says) in [
        (10, fresh(7, SOON)),
        (0, fresh(7, SOON)),
        (20, feed(7)),
        (20, format!("mp1 fresh other seq=7 until={SOON}")),
        (20, "mp1 fresh main seq=7".into()),
    ] {
        let mut by = right.clone();
        by[2] = (key, says.clone());
        assert_eq!(verified(&by), Err(not_fresh(7, 0, 0)), "{key} {says}");
    }
}

#[test]
fn pieces_of_two_feeds_do_not_combine() {
    assert_eq!(
        verified(&[(10, feed(7)), (11, feed(8)), (20, fresh(7, SOON))]),
        Err(release_only(1))
    );
    let by = [(10, feed(7)), (11, feed(7)), (20, fresh(8, SOON))];
    assert_eq!(verified(&by), Err(not_fresh(7, 0, 0)), "a fresh key cannot raise the number");

    // A fresh block of another body, and release blocks of another body.
    let (other, body) = (b"<rss>other</rss>\n", file(&[(10, feed(7)), (11, feed(7))]));
    let elsewhere = pair(20).sign(other, &fresh(7, SOON));
    let mut signatures = split(&body).unwrap().signatures;
    signatures.push(elsewhere);
    let mixed = join(BODY, &signatures).unwrap();
    assert_eq!(verify_feed(&mixed, &keyring(), at(NOW)), Err(not_fresh(7, 0, 0)));
    let mixed = join(other, &signatures).unwrap();
    assert_eq!(verify_feed(&mixed, &keyring(), at(NOW)), Err(release_only(0)));
}

#[test]
fn a_promise_beyond_35_days_counts_for_nothing() {
    let most = "2026-12-27T09:00:00Z";
    let beyond = "2026-12-27T09:00:01Z";
    let by = |until: &[&str]| {
        let mut by = vec![(10, feed(7)), (11, feed(7))];
        by.extend(until.iter().map(|until| (20, fresh(7, until))));
        by
    };
    assert_eq!(verified(&by(&[beyond])), Err(not_fresh(7, 0, 1)));
    assert_eq!(verified(&by(&["9999-12-30T00:00:00Z"])), Err(not_fresh(7, 0, 1)));
    assert_eq!(verified(&by(&[most])), Ok((7, at(most))));
    assert_eq!(verified(&by(&[beyond, SOON])), Ok((7, at(SOON))), "nor does it harm");
    let by = file(&by(&[SOON]));
    let last = verify_feed(&by, &keyring(), Timestamp::MAX).unwrap();
    assert_eq!(last.until, at(SOON), "at the end of all time");
}

#[test]
fn until_that_has_passed_is_said_and_not_judged() {
    let by = [(10, feed(7)), (11, feed(7)), (20, fresh(7, "2001-01-01T00:00:00Z"))];
    assert_eq!(verified(&by), Ok((7, at("2001-01-01T00:00:00Z"))));
}

#[test]
fn of_two_numbers_in_one_block_the_highest_that_reaches_both_counts() {
    let both = |seq| vec![(10, feed(seq)), (11, feed(seq)), (20, fresh(seq, SOON))];
    let two = [both(7), both(8)].concat();
    assert_eq!(verified(&two), Ok((8, at(SOON))));
    for missing in 3..6 {
        let mut by = two.clone();
        by.remove(missing);
        assert_eq!(verified(&by), Ok((7, at(SOON))), "without {missing}");
        by.reverse();
        assert_eq!(verified(&by), Ok((7, at(SOON))), "in any order");
    }
    let mut by = two;
    by.remove(2);
    by.remove(4);
    assert_eq!(verified(&by), Err(not_fresh(8, 0, 0)));
}

#[test]
fn until_is_what_enough_fresh_keys_promise() {
    let mut draft = Draft::usual();
    draft.fresh = (2, vec![20, 21, 22]);
    let keyring = draft.keyring();
    let until = |fresh_keys: &[(usize, &str)]| {
        let mut by = vec![(10, feed(7)), (11, feed(7))];
        by.extend(fresh_keys.iter().map(|(key, until)| (*key, fresh(7, until))));
        verify_feed(&file(&by), &keyring, at(NOW)).map(|verified| verified.until)
    };
    let day = |day: u8| format!("2026-12-{day:02}T00:00:00Z");
    let (one, two, three) = (day(1), day(2), day(3));
    let too_few = FeedError::Fresh { seq: 7, found: 1, needed: 2, too_far: 0 };
    assert_eq!(until(&[(20, &one)]), Err(too_few.clone()));
    assert_eq!(
        until(&[(20, &one), (20, &two), (20, &three)]),
        Err(too_few),
        "one key, three times"
    );
    assert_eq!(until(&[(20, &one), (21, &three)]), Ok(at(&one)));
    assert_eq!(until(&[(20, &one), (21, &three), (22, &two)]), Ok(at(&two)));
    assert_eq!(until(&[(20, &one), (21, &three), (20, &two)]), Ok(at(&two)), "its latest counts");
    assert_eq!(until(&[(20, &two), (21, &three), (20, &one)]), Ok(at(&two)), "in any order");
}

#[test]
fn extra_bad_signature_is_harmless() {
    let by = [
        (10, "mp1 witness main seq=7".to_owned()),
        (33, feed(9)),
        (20, feed(9)),
        (10, feed(9)),
        (10, feed(7)),
        (11, feed(7)),
        (11, feed(7)),
        (20, fresh(9, SOON)),
        (20, fresh(7, SOON)),
        (34, fresh(7, SOON)),
    ];
    assert_eq!(verified(&by), Ok((7, at(SOON))));
}

#[test]
fn the_verified_bytes_are_those_that_were_signed() {
    let file = file(&[(10, feed(u64::MAX)), (11, feed(u64::MAX)), (20, fresh(u64::MAX, SOON))]);
    let verified = verify_feed(&file, &keyring(), at(NOW)).unwrap();
    assert_eq!((verified.body, verified.seq), (BODY, u64::MAX));
    assert_eq!(verified.body_sha256, Sha256Hex::of(BODY));
}

/// The stored feed after a new keyring; the client forgets it, number and all, where there is none.
#[test]
fn release_rotation_resets_seq() {
    let stored = file(&[(10, feed(1 << 63)), (11, feed(1 << 63)), (20, fresh(1 << 63, SOON))]);
    let after = |release: &[usize], threshold, fresh: usize| {
        let mut draft = Draft::usual();
        draft.release = (threshold, release.to_vec());
        draft.fresh = (1, vec![fresh]);
        release_seq(&stored, &draft.keyring())
    };
    assert_eq!(after(&[12, 13], 2, 20), None, "all release keys are new");
    assert_eq!(after(&[10, 13], 2, 20), None, "one of two is new");
    assert_eq!(after(&[10, 11, 13], 3, 20), None, "the threshold is higher");
    assert_eq!(after(&[10, 13], 1, 20), Some(1 << 63), "one is enough");
    assert_eq!(after(&[12, 13], 2, 21), None, "full_rotation_resets_seq");
    assert_eq!(after(&[10, 11], 2, 21), Some(1 << 63), "fresh_rotation_keeps_seq");

    let two = [(10, feed(7)), (11, feed(7)), (10, feed(9)), (11, feed(9)), (10, feed(11))];
    assert_eq!(
        release_seq(&file(&two), &keyring()),
        Some(9),
        "the highest that enough keys signed"
    );
}
