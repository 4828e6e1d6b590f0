//! **Attacker:** a thief of a key, for a while.
//! **Aim:** a number so high that no genuine feed or version can ever follow it.
//! **What must hold:** a fresh key cannot raise the number at all; after the release keys are
//! replaced the stored feed is forgotten with its number; a version too high is cured by withdrawal.

use meterport_tests_updates::{
    Clinic, Driver, Feed, Item, Key, Ring, UNTIL, comment_feed, comment_fresh, signed,
};

#[test]
fn release_rotation_cures_a_huge_seq() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", u64::MAX, UNTIL));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(u64::MAX));

    let mut second = ring.next();
    second.release.1 = vec![Key::named("new-1"), Key::named("new-2")];
    clinic.publish_ring(&second);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&second, &Feed::new("main", 2, UNTIL).item(Item::driver(&driver)));

    clinic.install("meter-a").unwrap();
    assert_eq!(clinic.seq(), Some(2));
}

#[test]
fn a_fresh_key_raises_nothing() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 1, UNTIL);
    let body = feed.body();
    let fresh = &ring.fresh.1[0];
    let release = feed.release_blocks(&body, &[&ring.release.1[0], &ring.release.1[1]]);
    let stolen = [
        fresh.sign(&body, &comment_feed("main", 999)),
        fresh.sign(&body, &comment_fresh("main", 999, UNTIL)),
        fresh.sign(&body, &comment_fresh("main", 1, UNTIL)),
    ];
    clinic.put_feed(signed(&body, &[&release[..], &stolen].concat()));

    clinic.refresh();

    assert_eq!(clinic.seq(), Some(1));
    clinic.publish(&ring, &Feed::new("main", 2, UNTIL));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(2));
}

#[test]
fn version_999_is_cured_by_withdrawal() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let (good, bad) = (Driver::new("meter-a", "1.2.0"), Driver::new("meter-a", "999.0.0"));
    clinic.put_drivers([&good, &bad]);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&bad)));
    clinic.install("meter-a").unwrap();

    let cure = Feed::new("main", 2, UNTIL)
        .item(Item::driver(&bad).withdrawn("recall"))
        .item(Item::driver(&good));
    clinic.publish(&ring, &cure);
    clinic.refresh();
    assert_eq!(clinic.disabled(), ["meter-a"]);
    clinic.install("meter-a").unwrap();

    assert_eq!(clinic.plugins(), [("meter-a".into(), "1.2.0".into())]);
    assert_eq!(clinic.disabled(), [""; 0]);
}
