//! **Attacker:** a thief of one key.
//! **Aim:** to sign whatever that key lets them.
//! **What must hold:** one key of release (2 of 2) or root (2 of 3) does nothing; the fresh key can
//! only freeze; a vendor's key needs our feed or a person, and then reaches its own ids and devices
//! alone; and every one of them is replaced by the next keyring.

use meterport_tests_updates::{
    BASE, Clinic, Driver, Feed, Item, Key, Ring, UNTIL, comment_feed, signed,
};

#[test]
fn one_stolen_key_is_not_enough() {
    let acme = Key::named("acme");
    let ring = Ring::first("main").vendor("acme", &acme, "2766");
    let roles = [&ring.root.1[0], &ring.release.1[0], &ring.fresh.1[0], &acme];
    let evil = Driver::new("meter-a", "9.0.0");
    let mut loot = ring.next();
    loot.release.1 = vec![Key::named("evil-1"), Key::named("evil-2")];
    for (number, stolen) in roles.into_iter().enumerate() {
        // Everything that one key can sign: all roles, all words.
        let clinic = Clinic::of(&ring);
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL));
        clinic.refresh();
        let feed = Feed::new("main", 2, UNTIL).item(Item::driver(&evil));
        let body = feed.body();
        let blocks = [
            feed.release_blocks(&body, &[stolen]),
            feed.fresh_blocks(&body, &[stolen]),
            vec![stolen.under_id(*b"12345678").sign(&body, &comment_feed("main", 2))],
        ];
        clinic.put_feed(signed(&body, &blocks.concat()));
        clinic.try_ring(2, loot.signed_by(&[stolen]));
        clinic.put_package(&evil.package());

        assert!(clinic.install("meter-a").is_err(), "{number}");
        assert_eq!((clinic.seq(), clinic.trusted().keyring.version), (Some(1), 1), "{number}");
        assert!(clinic.plugins().is_empty(), "{number}");
    }
}

#[test]
fn a_stolen_fresh_key_can_freeze_and_nothing_else() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    let old = Feed::new("main", 1, UNTIL).item(Item::driver(&Driver::new("meter-a", "1.0.0")));
    clinic.publish(&ring, &old);
    clinic.refresh();
    // The old bytes promised anew, again and again: a freeze, until the keyring expires.
    for (now, until) in [
        ("2026-12-20T09:00:00Z", "2027-01-20T09:00:00Z"),
        ("2027-10-31T09:00:00Z", "2027-11-30T09:00:00Z"),
    ] {
        clinic.set_now(now);
        clinic.publish(&ring, &Feed { until: until.into(), ..old.clone() });
        clinic.refresh();
        assert_eq!((clinic.seq(), clinic.offers().len()), (Some(1), 1), "{now}");
    }
    clinic.set_now("2027-11-01T00:00:01Z");
    clinic.publish(&ring, &Feed { until: "2027-11-30T09:00:00Z".into(), ..old });
    clinic.try_refresh().ok();
    assert!(clinic.offers().is_empty());
}

#[test]
fn every_stolen_key_is_replaced_by_the_next_keyring() {
    let acme = Key::named("acme");
    let ring = Ring::first("main").vendor("acme", &acme, "2766");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL));
    clinic.refresh();
    let mut second =
        Ring { lines: Vec::new(), ..ring.next() }.vendor("acme", &Key::named("acme-2"), "2766");
    second.root.1[0] = Key::named("new-root");
    second.release.1[0] = Key::named("new-release");
    second.fresh.1[0] = Key::named("new-fresh");
    let keys = [&ring.root.1[1], &ring.root.1[2], &second.root.1[0]];
    clinic.publish(&second, &Feed::new("main", 2, UNTIL));
    clinic.mirror.put(format!("{BASE}2.keyring"), second.signed_by(&keys));
    clinic.refresh();
    assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (2, Some(2)));

    // The old keys sign a feed and a keyring once more, all of them together.
    clinic.put_feed(Feed::new("main", 3, UNTIL).file(&ring));
    let third = Ring { version: 3, ..ring.clone() };
    clinic.try_refresh().ok();
    clinic.try_ring(3, third.signed_by(&[&ring.root.1[0], &ring.root.1[1]]));

    assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (2, Some(2)));
}

#[test]
fn a_key_stands_in_one_place_only() {
    // So that one theft is one role's theft.
    let mut ring = Ring::first("main");
    ring.fresh.1[0] = ring.release.1[0].under_id(*b"12345678");
    let clinic = Clinic::trusting(ring.file());

    assert!(clinic.try_refresh().is_err());
    assert_eq!(clinic.mirror.urls(), [""; 0]);
}
