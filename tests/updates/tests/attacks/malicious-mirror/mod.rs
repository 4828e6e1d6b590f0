//! **Attacker:** one of several bases or mirrors.
//! **Aim:** to hold a clinic back at an old keyring, an old feed, or none.
//! **What must hold:** every base is asked for every step of the keyring and for the feed; the
//! newest valid answer wins, so one bad base costs time and nothing else.

use meterport_tests_updates::{Answer, BASE, Clinic, Driver, Feed, Item, OTHER_BASE, Ring, UNTIL};

fn two_bases(ring: &Ring) -> Clinic {
    let mut clinic = Clinic::of(ring);
    clinic.add_base(OTHER_BASE);
    clinic
}

#[test]
fn the_newest_valid_feed_among_mirrors_wins() {
    let ring = Ring::first("main");
    let new = Feed::new("main", 9, UNTIL);
    let stale = [
        Feed::new("main", 8, "2026-12-26T09:00:00Z").file(&ring),
        // A higher number that nobody signed.
        Feed::new("main", 10, UNTIL).signed_by(&[&ring.release.1[0]], &[&ring.fresh.1[0]]),
        b"<rss/>".to_vec(),
        Vec::new(),
    ];
    for bad in stale {
        // Whichever of them is asked first.
        for (good, evil) in [(BASE, OTHER_BASE), (OTHER_BASE, BASE)] {
            let clinic = two_bases(&ring);
            clinic.mirror.put(format!("{good}appcast.xml"), new.file(&ring));
            clinic.mirror.put(format!("{evil}appcast.xml"), bad.clone());

            clinic.refresh();

            assert_eq!(clinic.seq(), Some(9));
        }
    }
}

#[test]
fn a_mirror_that_hides_a_keyring_only_costs_time() {
    let ring = Ring::first("main");
    let (second, third) = (ring.next(), ring.next().next());
    for (good, evil) in [(BASE, OTHER_BASE), (OTHER_BASE, BASE)] {
        for hides in [Answer::status(404), Answer::status(500), Answer::silent()] {
            let clinic = two_bases(&ring);
            clinic.mirror.put(format!("{good}2.keyring"), second.file());
            clinic.mirror.put(format!("{good}3.keyring"), third.file());
            clinic.mirror.put(format!("{evil}2.keyring"), hides.clone());
            clinic.mirror.put(format!("{evil}3.keyring"), hides);
            clinic
                .mirror
                .put(format!("{good}appcast.xml"), Feed::new("main", 1, UNTIL).file(&third));

            clinic.refresh();

            assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (3, Some(1)));
        }
    }
}

#[test]
fn a_base_that_serves_an_invalid_step_is_dropped_and_the_others_go_on() {
    let ring = Ring::first("main");
    let second = ring.next();
    for (good, evil) in [(BASE, OTHER_BASE), (OTHER_BASE, BASE)] {
        let clinic = two_bases(&ring);
        clinic.mirror.put(format!("{good}2.keyring"), second.file());
        clinic.mirror.put(format!("{evil}2.keyring"), second.signed_by(&[&ring.root.1[0]]));
        clinic.mirror.put(format!("{good}appcast.xml"), Feed::new("main", 1, UNTIL).file(&second));

        clinic.refresh();

        assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (2, Some(1)));
    }
}

#[test]
fn one_base_brings_one_step_and_the_other_the_next() {
    let ring = Ring::first("main");
    let (second, third) = (ring.next(), ring.next().next());
    let clinic = two_bases(&ring);
    clinic.mirror.put(format!("{BASE}2.keyring"), second.file());
    clinic.mirror.put(format!("{OTHER_BASE}3.keyring"), third.file());

    clinic.try_refresh().ok();

    assert_eq!(clinic.trusted().keyring.version, 3);
}

#[test]
fn a_package_that_one_base_spoils_comes_from_the_other() {
    let ring = Ring::first("main");
    let driver = Driver::new("meter-a", "1.0.0").built("good");
    let evil = driver.clone().built("evil");
    let path = Item::driver(&driver).enclosures[0].url.clone();
    for spoiled in [
        Answer::status(404),
        Answer::file(evil.package()),
        Answer::stalls(&driver.package(), 10),
        Answer::endless(b"x"),
        Answer::captive_portal(),
    ] {
        let clinic = two_bases(&ring);
        let feed = Feed::new("main", 1, UNTIL).item(Item::driver(&driver)).file(&ring);
        clinic.mirror.put(format!("{OTHER_BASE}appcast.xml"), feed);
        clinic.mirror.put(format!("{BASE}{path}"), spoiled);
        clinic.mirror.put(format!("{OTHER_BASE}{path}"), driver.package());

        clinic.install("meter-a").unwrap();

        assert!(clinic.holds(&driver.package()));
        assert!(!clinic.holds(&evil.package()));
    }
}

#[test]
fn a_stale_lan_mirror_beside_a_fresh_origin_does_not_hold_the_clinic_back() {
    let ring = Ring::first("main");
    let mut clinic = two_bases(&ring);
    let old = Feed::new("main", 1, UNTIL);
    clinic.mirror.put(format!("{BASE}appcast.xml"), old.file(&ring));
    clinic.refresh();

    clinic.set_now("2026-12-10T09:00:00Z");
    let new = Feed::new("main", 2, "2026-12-20T09:00:00Z");
    clinic.mirror.put(format!("{OTHER_BASE}appcast.xml"), new.file(&ring));
    clinic.refresh();

    assert_eq!(clinic.seq(), Some(2));
    assert_eq!(clinic.trusted().standing, meterport_update::Standing::Fresh);
}
