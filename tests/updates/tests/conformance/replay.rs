//! Rows 34 to 36 and 38 to 40: numbers that never go back, and the way out of a number too high.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Key, Ring, UNTIL};

const HUGE: u64 = 1 << 63;

fn replaced(role: &str) -> Vec<Key> {
    [1, 2].map(|number| Key::named(&format!("replaced-{role}-{number}"))).into()
}

#[test]
fn lower_seq_is_refused() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 42, UNTIL));
    clinic.refresh();
    let kept = clinic.stored_feed();

    // Signed by everybody, and promised for longer than the newer one.
    for seq in [41, 1, 0] {
        clinic.publish(&ring, &Feed::new("main", seq, "2026-12-26T08:00:00Z"));
        clinic.try_refresh().ok();
        assert_eq!((clinic.seq(), clinic.stored_feed()), (Some(42), kept.clone()), "{seq}");
    }
}

#[test]
fn older_cached_feed_is_refused() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let old = Feed::new("main", 4, UNTIL).item(Item::driver(&Driver::new("meter-a", "1.0.0")));
    let new = Feed::new("main", 5, UNTIL).item(Item::driver(&Driver::new("meter-a", "1.1.0")));
    let (old, new) = (old.file(&ring), new.file(&ring));
    for feed in [&old, &new] {
        clinic.put_feed(feed.clone());
        clinic.refresh();
    }

    // Exactly the bytes that this client trusted the day before.
    clinic.put_feed(old);
    clinic.try_refresh().ok();

    assert_eq!(clinic.seq(), Some(5));
    assert_eq!(clinic.stored_feed(), Some(new));
    assert_eq!(clinic.offers(), [("meter-a".into(), "1.1.0".into())]);
}

#[test]
fn lower_item_version_is_not_offered() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let newer = Driver::new("meter-a", "2.0.0");
    clinic.put_package(&newer.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&newer)));
    clinic.install("meter-a").unwrap();

    for version in ["1.9.9", "2.0.0-rc.1", "2.0.0"] {
        let older = Driver::new("meter-a", version).built("another");
        clinic.put_package(&older.package());
        let seq = clinic.seq().unwrap() + 1;
        clinic.publish(&ring, &Feed::new("main", seq, UNTIL).item(Item::driver(&older)));
        clinic.refresh();
        assert!(clinic.offers().is_empty(), "{version}");
    }
    assert_eq!(clinic.plugins(), [("meter-a".into(), "2.0.0".into())]);
}

#[test]
fn release_rotation_resets_seq() {
    let ring = Ring::first("main");
    // One of the two release keys is replaced and the threshold stays: the feed of before does not
    // reach it any more.
    let mut second = ring.next();
    second.release.1[0] = replaced("release").remove(0);
    let clinic = huge(&ring);
    clinic.publish_ring(&second);
    clinic.publish(&second, &Feed::new("main", 43, UNTIL));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(43));

    // A key is added, and both of before stay: it still does, and its number stands.
    let mut second = ring.next();
    second.release.1.push(replaced("release").remove(0));
    let clinic = huge(&ring);
    clinic.publish_ring(&second);
    clinic.publish(&second, &Feed::new("main", 43, UNTIL));
    clinic.try_refresh().ok();
    assert_eq!(clinic.seq(), Some(HUGE));
}

#[test]
fn full_rotation_resets_seq() {
    let ring = Ring::first("main");
    let mut second = ring.next();
    second.release.1 = replaced("release");
    second.fresh.1 = replaced("fresh");
    let clinic = huge(&ring);
    clinic.publish_ring(&second);
    // Until the new feed is there, nothing is installed from the old one.
    clinic.mirror.remove(&format!("{}appcast.xml", meterport_tests_updates::BASE));
    clinic.try_refresh().ok();
    assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (2, None));
    assert!(clinic.offers().is_empty());

    clinic.publish(&second, &Feed::new("main", 43, UNTIL));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(43));
    // And the old feed, still well signed by the old keys, has no way back.
    clinic.put_feed(Feed::new("main", HUGE, UNTIL).file(&ring));
    clinic.try_refresh().ok();
    assert_eq!(clinic.seq(), Some(43));
}

#[test]
fn fresh_rotation_keeps_seq() {
    let ring = Ring::first("main");
    let mut second = ring.next();
    second.fresh.1 = replaced("fresh");
    let clinic = huge(&ring);
    clinic.publish_ring(&second);
    clinic.publish(&second, &Feed::new("main", 43, UNTIL));

    clinic.try_refresh().ok();

    assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (2, Some(HUGE)));
}

/// A clinic that trusts a feed of number 2^63.
fn huge(ring: &Ring) -> Clinic {
    let clinic = Clinic::of(ring);
    clinic.publish(ring, &Feed::new("main", HUGE, UNTIL));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(HUGE));
    clinic
}
