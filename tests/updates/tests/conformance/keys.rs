//! Rows 27 to 31: thresholds, keys and kinds of signatures.

use meterport_tests_updates::{
    Clinic, Feed, Key, Ring, UNTIL, comment_feed, comment_fresh, signed,
};

#[test]
fn one_of_two_is_too_few() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 1, UNTIL);
    for release in &ring.release.1 {
        clinic.put_feed(feed.signed_by(&[release], &[&ring.fresh.1[0]]));
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq(), None);
    }
    for root in &ring.root.1 {
        let second = ring.next();
        clinic.try_ring(2, second.signed_by(&[root]));
        assert_eq!(clinic.trusted().keyring.version, 1);
    }
    // Two of them are enough.
    clinic.put_feed(feed.file(&ring));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(1));
}

#[test]
fn threshold_above_key_count_is_refused() {
    for change in [
        |ring: &mut Ring| ring.root.0 = 4,
        |ring: &mut Ring| ring.release.0 = 3,
        |ring: &mut Ring| ring.fresh.0 = 2,
        |ring: &mut Ring| ring.fresh.0 = 0,
        |ring: &mut Ring| ring.release.0 = 0,
        |ring: &mut Ring| ring.fresh.1.clear(),
    ] {
        refused(change);
    }
}

#[test]
fn repeated_key_is_refused() {
    let other_id = *b"12345678";
    refused(|ring| ring.release.1[1] = ring.release.1[0].clone());
    refused(|ring| ring.release.1[1] = ring.release.1[0].under_id(other_id));
    refused(|ring| ring.root.1[2] = ring.root.1[0].under_id(other_id));
    refused(|ring| ring.fresh.1[0] = ring.release.1[0].clone());
    refused(|ring| ring.fresh.1[0] = ring.root.1[0].under_id(other_id));
    refused(|ring| {
        let key = ring.release.1[0].under_id(other_id);
        *ring = ring.clone().vendor("acme", &key, "2766");
    });
    refused(|ring| {
        let key = Key::named("acme");
        *ring =
            ring.clone().vendor("acme", &key, "2766").vendor("beta", &key.under_id(other_id), "");
    });
}

#[test]
fn repeated_signature_counts_once() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 1, UNTIL);
    let body = feed.body();
    let (one, fresh) = (&ring.release.1[0], feed.fresh_blocks(&body, &[&ring.fresh.1[0]]));
    // Signatures of one key differ each time; whatever differs, it is one key.
    let first = feed.release_blocks(&body, &[one]);
    let again = feed.release_blocks(&body, &[one]);
    assert_ne!(first, again);
    for second in [
        first.clone(),
        again.clone(),
        feed.release_blocks(&body, &[&one.under_id(*b"12345678")]),
        vec![again[0].malleated()],
        vec![again[0].globally_malleated()],
    ] {
        clinic.put_feed(signed(&body, &[first.clone(), second, fresh.clone()].concat()));
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq(), None);
    }

    let second = ring.next();
    let root = second.blocks(&[&ring.root.1[0], &ring.root.1[0], &ring.root.1[0]]);
    clinic.try_ring(2, signed(&second.body(), &root));
    assert_eq!(clinic.trusted().keyring.version, 1);
}

#[test]
fn only_prehashed_is_accepted() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 1, UNTIL);
    let body = feed.body();
    let comment = comment_feed("main", 1);
    let keys = [&ring.release.1[0], &ring.release.1[1]];
    let fresh = feed.fresh_blocks(&body, &[&ring.fresh.1[0]]);
    let legacy = keys.map(|key| key.sign_legacy(&body, &comment));
    let unknown = keys.map(|key| {
        let mut block = key.sign(&body, &comment);
        block.algorithm = *b"EX";
        block
    });
    let relabelled = legacy.clone().map(|block| block.relabelled());
    for release in [&legacy, &unknown, &relabelled] {
        clinic.put_feed(signed(&body, &[&release[..], &fresh].concat()));
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq(), None);
    }
    let legacy_fresh = ring.fresh.1[0].sign_legacy(&body, &comment_fresh("main", 1, UNTIL));
    let release = feed.release_blocks(&body, &keys);
    clinic.put_feed(signed(&body, &[&release[..], &[legacy_fresh]].concat()));
    clinic.try_refresh().ok();
    assert_eq!(clinic.seq(), None);

    clinic.put_feed(signed(&body, &[release, fresh].concat()));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(1));
}

/// A keyring with this change is no first keyring, and no step either.
fn refused(change: impl Fn(&mut Ring)) {
    let mut wrong = Ring::first("main");
    change(&mut wrong);
    let clinic = Clinic::trusting(wrong.file());
    clinic.publish(&wrong, &Feed::new("main", 1, UNTIL));
    assert!(clinic.try_refresh().is_err());
    assert_eq!(clinic.mirror.urls(), [""; 0]);

    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let mut wrong = ring.next();
    change(&mut wrong);
    // Signed by every root key of both.
    let keys: Vec<&Key> = ring.root.1.iter().chain(&wrong.root.1).collect();
    clinic.try_ring(2, wrong.signed_by(&keys));
    assert_eq!(clinic.trusted().keyring.version, 1);
    clinic.try_ring(2, ring.next().file());
    assert_eq!(clinic.trusted().keyring.version, 2);
}
