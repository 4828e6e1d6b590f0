//! **Attacker:** a mirror, or whoever answers in its place, with files that once were genuine.
//! **Aim:** an old feed or package with a known defect, or the clinic's trust in it.
//! **What must hold:** the number of the feed never falls below that of the stored one, which is
//! verified again and not just remembered; a lower version is installed only where the signed feed
//! withdraws the installed one.

use meterport_tests_updates::{BASE, Clinic, Driver, Feed, Item, Ring, UNTIL};

#[test]
fn a_replayed_feed_or_old_package_is_refused() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let (old, new) = (Driver::new("meter-a", "1.0.0"), Driver::new("meter-a", "1.1.0"));
    let old_feed = Feed::new("main", 41, UNTIL).item(Item::driver(&old));
    let new_feed = Feed::new("main", 42, UNTIL).item(Item::driver(&new));
    clinic.put_drivers([&old, &new]);
    let new_file = new_feed.file(&ring);
    clinic.put_feed(new_file.clone());
    clinic.install("meter-a").unwrap();

    // The old feed, as it was.
    clinic.publish(&ring, &old_feed);
    clinic.try_refresh().ok();
    assert_eq!((clinic.seq(), clinic.stored_feed()), (Some(42), Some(new_file.clone())));

    // The old package under the new one's address.
    clinic.put_feed(new_file);
    clinic.store.remove(&old.manifest().id).unwrap();
    clinic.forget_object(&new.package());
    clinic.mirror.put(format!("{BASE}{}", Item::driver(&new).enclosures[0].url), old.package());
    assert!(clinic.install("meter-a").is_err());

    // The old version in a feed that is newer.
    clinic.put_package(&new.package());
    clinic.install("meter-a").unwrap();
    clinic.publish(&ring, &Feed { seq: 43, ..old_feed.clone() });
    clinic.refresh();
    assert!(clinic.offers().is_empty());
    assert_eq!(clinic.plugins(), [("meter-a".into(), "1.1.0".into())]);
}

#[test]
fn the_stored_feed_is_verified_again_at_every_start() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 42, UNTIL);
    clinic.publish(&ring, &feed);
    clinic.refresh();

    // Somebody puts a feed with another content into its place.
    let evil = Feed::new("main", 99, UNTIL).item(Item::driver(&Driver::new("evil", "1.0.0")));
    clinic.replace_stored_feed(&evil.signed_by(&[], &[]));
    assert!(clinic.reopened().offers().is_empty());
    assert_ne!(clinic.reopened().seq(), Some(99));
}

#[test]
fn a_lower_version_is_offered_only_where_the_installed_one_is_withdrawn() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let (old, bad) = (Driver::new("meter-a", "1.0.0"), Driver::new("meter-a", "1.1.0"));
    clinic.put_drivers([&old, &bad]);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&bad)));
    clinic.install("meter-a").unwrap();
    clinic.publish(&ring, &Feed::new("main", 2, UNTIL).item(Item::driver(&old)));
    clinic.refresh();
    assert!(clinic.offers().is_empty());

    let feed = Feed::new("main", 3, UNTIL)
        .item(Item::driver(&bad).withdrawn("defect"))
        .item(Item::driver(&old));
    clinic.publish(&ring, &feed);
    clinic.refresh();

    assert_eq!(clinic.offers(), [("meter-a".into(), "1.0.0".into())]);
    clinic.install("meter-a").unwrap();
    assert_eq!(clinic.plugins(), [("meter-a".into(), "1.0.0".into())]);
}

#[test]
fn no_step_of_the_keyring_is_skipped() {
    // As `tough` once allowed (CVE-2025-2885): N+2 in the place of N+1.
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let third = ring.next().next();
    clinic.mirror.put(format!("{BASE}2.keyring"), third.file());
    clinic.mirror.put(format!("{BASE}3.keyring"), third.file());

    clinic.try_refresh().ok();

    assert_eq!(clinic.trusted().keyring.version, 1);
    assert!(!clinic.mirror.urls().contains(&format!("{BASE}3.keyring")));
}

#[test]
fn an_old_keyring_never_comes_back() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let (second, third) = (ring.next(), ring.next().next());
    clinic.publish_ring(&second);
    clinic.publish_ring(&third);
    clinic.refresh();
    assert_eq!(clinic.trusted().keyring.version, 3);

    clinic.try_ring(4, second.file());

    assert_eq!(clinic.trusted().keyring.version, 3);
    assert_eq!(clinic.reopened().trusted().keyring.version, 3);
}

#[test]
fn a_feed_older_than_the_one_the_build_carries_is_refused() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    clinic.sources[0].carried.feed = Some(Feed::new("main", 50, UNTIL).file(&ring));
    assert_eq!(clinic.seq(), Some(50), "before anybody was asked");

    for (seq, believed) in [(49, 50), (51, 51), (50, 51)] {
        clinic.publish(&ring, &Feed::new("main", seq, UNTIL));
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq(), Some(believed), "{seq}");
    }
    // A build with a wrong one believes it no more than the network.
    let mut clinic = Clinic::of(&ring);
    clinic.sources[0].carried.feed = Some(Feed::new("main", 99, UNTIL).signed_by(&[], &[]));
    assert_eq!(clinic.seq(), None);
}
