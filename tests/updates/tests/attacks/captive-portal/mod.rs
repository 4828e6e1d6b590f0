//! **Attacker:** nobody; a hotel, a hospital's guest network, a proxy with a sign-in page.
//! **What goes wrong:** every address answers 200 with a page of HTML.
//! **What must hold:** it is no feed, no keyring, no package and no end of the keyring chain; the
//! earlier trust stands, and what is said names it.

use meterport_tests_updates::{Answer, BASE, Clinic, Driver, Feed, Item, Ring, UNTIL};

#[test]
fn a_sign_in_page_is_neither_feed_nor_keyring_nor_package() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.refresh();
    let kept = (clinic.stored_feed(), clinic.installation());
    for file in ["2.keyring", "appcast.xml", &Item::driver(&driver).enclosures[0].url] {
        clinic.mirror.put(format!("{BASE}{file}"), Answer::captive_portal());
    }

    let refreshed = clinic.try_refresh();
    assert!(clinic.install("meter-a").is_err());

    assert_eq!((clinic.stored_feed(), clinic.installation()), kept);
    assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (1, Some(1)));
    // It is said of this base that what it answers is wrong.
    let refreshed = refreshed.unwrap();
    assert!(refreshed.asked.iter().all(|asked| asked.outcome.code().is_some()), "{refreshed:?}");
}

#[test]
fn the_true_feed_is_taken_once_the_page_is_gone() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    for file in ["2.keyring", "appcast.xml"] {
        clinic.mirror.put(format!("{BASE}{file}"), Answer::captive_portal());
    }
    clinic.try_refresh().ok();
    clinic.mirror.remove(&format!("{BASE}2.keyring"));
    clinic.put_feed(Feed::new("main", 1, UNTIL).file(&ring));

    clinic.refresh();

    assert_eq!(clinic.seq(), Some(1));
}
