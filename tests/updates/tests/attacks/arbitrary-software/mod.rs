//! **Attacker:** whoever holds the hosting, the network or a mirror.
//! **Aim:** software of their own on the clinic's machine.
//! **What must hold:** nothing is listed without k of n release signatures, nothing is installed but
//! the bytes that were listed, and a vendor's id needs the vendor as well.

use meterport_tests_updates::{BASE, Clinic, Driver, Feed, Item, Key, Ring, UNTIL};

#[test]
fn software_without_enough_signatures_is_refused() {
    let acme = Key::named("acme");
    let ring = Ring::first("main").vendor("acme", &acme, "2766");
    let (mallory, release, fresh) = (Key::named("mallory"), &ring.release.1, &ring.fresh.1);
    let evil = Driver::new("meter-a", "9.0.0").built("evil");
    let feed = Feed::new("main", 9, UNTIL).item(Item::driver(&evil));

    let signers: [(&[&Key], &[&Key]); 7] = [
        (&[], &[]),
        (&[&mallory], &[&mallory]),
        (&[&mallory, &mallory], &[&fresh[0]]),
        (&[&release[0]], &[&fresh[0]]),
        (&[&release[0], &mallory], &[&fresh[0]]),
        (&[&release[0], &fresh[0]], &[&fresh[0]]),
        (&[&release[0], &release[1]], &[&mallory]),
    ];
    for (number, (release, fresh)) in signers.into_iter().enumerate() {
        let clinic = Clinic::of(&ring);
        clinic.put_package(&evil.package());
        clinic.put_feed(feed.signed_by(release, fresh));
        assert!(clinic.install("meter-a").is_err(), "{number}");
        assert!(clinic.plugins().is_empty(), "{number}");
    }

    // A vendor's driver that the vendor did not sign, from the true release keys.
    for by in [&mallory, &release[0]] {
        let evil = Driver::new("acme.meter", "9.0.0");
        let clinic = Clinic::of(&ring);
        clinic.put_package(&evil.package());
        let item = Item::driver(&evil).vendor_signed(&evil.signature(by));
        clinic.publish(&ring, &Feed::new("main", 9, UNTIL).item(item));
        assert!(clinic.install("acme.meter").is_err());
        assert!(clinic.plugins().is_empty());
    }
}

#[test]
fn other_bytes_under_a_listed_name_are_refused() {
    let ring = Ring::first("main");
    let good = Driver::new("meter-a", "1.0.0").built("good");
    let evil = Driver::new("meter-a", "1.0.0").built("evil");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&good)));
    let url = format!("{BASE}{}", Item::driver(&good).enclosures[0].url);
    clinic.mirror.put(url, evil.package());

    assert!(clinic.install("meter-a").is_err());

    assert!(clinic.plugins().is_empty());
    assert!(!clinic.holds(&evil.package()), "nothing that was refused stays in the store");
}
