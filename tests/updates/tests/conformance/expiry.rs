//! Rows 15 to 19: what has expired installs nothing, and what is new again recovers.

use meterport_tests_updates::{BASE, Clinic, Driver, Feed, Item, Key, Ring, UNTIL};
use meterport_update::Standing;

/// A feed with one driver, and its package in place.
fn feed(clinic: &Clinic, seq: u64, until: &str) -> Feed {
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    Feed::new("main", seq, until).item(Item::driver(&driver))
}

#[test]
fn expired_keyring_installs_nothing() {
    let ring = Ring { expires: "2026-11-22T08:59:59Z".into(), ..Ring::first("main") };
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &feed(&clinic, 1, UNTIL));

    clinic.try_refresh().ok();

    assert!(matches!(clinic.trusted().standing, Standing::KeyringExpired { .. }));
    assert!(clinic.offers().is_empty());
    assert!(clinic.install("meter-a").is_err());
    assert!(clinic.plugins().is_empty());
}

#[test]
fn passed_until_installs_nothing() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &feed(&clinic, 1, "2026-11-22T08:59:59Z"));

    clinic.try_refresh().ok();

    assert!(!matches!(clinic.trusted().standing, Standing::Fresh));
    assert!(clinic.offers().is_empty());
    assert!(clinic.install("meter-a").is_err());
    assert!(clinic.plugins().is_empty());
}

#[test]
fn expired_second_feed_hides_only_its_items() {
    let (ring, acme) = (Ring::first("main"), Key::named("acme"));
    let other = Ring::first("other").vendor("acme", &acme, "2766");
    let mut clinic = Clinic::of(&ring);
    let base = "https://other.example/";
    clinic.add_source("Acme", "acme.", "2766", &other, base);
    clinic.publish(&ring, &feed(&clinic, 1, UNTIL));
    let driver = Driver::new("acme.meter", "1.0.0");
    let item = Item::driver(&driver).vendor_signed(&driver.signature(&acme));
    let second = Feed::new("other", 1, "2026-11-25T09:00:00Z").item(item);
    clinic.mirror.put(format!("{base}appcast.xml"), second.file(&other));
    clinic.refresh();
    assert_eq!(clinic.offers().len(), 2, "{:?}", clinic.offers());

    clinic.set_now("2026-11-26T09:00:00Z");
    clinic.refresh();

    assert_eq!(clinic.offers(), [("meter-a".into(), "1.0.0".into())]);
    assert!(clinic.install("acme.meter").is_err());
    clinic.install("meter-a").unwrap();
}

#[test]
fn expired_stored_keyring_recovers() {
    let ring = Ring { expires: "2026-12-01T00:00:00Z".into(), ..Ring::first("main") };
    let mut clinic = Clinic::of(&ring);
    let file = feed(&clinic, 1, "2026-12-26T09:00:00Z");
    clinic.publish(&ring, &file);
    clinic.refresh();
    clinic.set_now("2026-12-02T09:00:00Z");
    clinic.try_refresh().ok();
    assert!(matches!(clinic.trusted().standing, Standing::KeyringExpired { .. }));
    assert!(clinic.offers().is_empty());

    // Even where the step between is expired too: only the last one's expiry counts.
    let second = ring.next();
    let third = Ring { expires: "2027-11-01T00:00:00Z".into(), ..second.next() };
    clinic.publish_ring(&second);
    clinic.publish_ring(&third);
    clinic.refresh();

    assert_eq!(clinic.trusted().standing, Standing::Fresh);
    clinic.install("meter-a").unwrap();
}

#[test]
fn expired_stored_feed_recovers() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    let first = feed(&clinic, 1, UNTIL);
    clinic.publish(&ring, &first);
    clinic.refresh();
    clinic.set_now("2027-01-15T09:00:00Z");
    clinic.try_refresh().ok();
    assert!(clinic.offers().is_empty());

    // The same body, promised anew: the fresh key alone has signed since.
    let again = Feed { until: "2027-01-29T09:00:00Z".into(), ..first };
    clinic.mirror.put(format!("{BASE}appcast.xml"), again.file(&ring));
    clinic.refresh();

    assert_eq!((clinic.trusted().standing, clinic.seq()), (Standing::Fresh, Some(1)));
    clinic.install("meter-a").unwrap();
}
