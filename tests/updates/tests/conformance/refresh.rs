//! Rows 1 to 5, 10, 12 and 13: what is asked, what is kept, and what is never begun.

use meterport_tests_updates::{BASE, Clinic, Driver, Feed, Item, OTHER_BASE, Ring, UNTIL};

#[test]
fn refresh_asks_for_keyring_and_feed_only() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    clinic.add_base(OTHER_BASE);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));

    clinic.refresh();

    let mut asked = clinic.mirror.urls();
    asked.sort();
    let mut expected = [BASE, OTHER_BASE]
        .map(|base| [format!("{base}2.keyring"), format!("{base}appcast.xml")])
        .concat();
    expected.sort();
    assert_eq!(asked, expected);
}

#[test]
fn refresh_leaves_the_trusted_state() {
    let first = Ring::first("main");
    let clinic = Clinic::of(&first);
    let second = first.next();
    let keyring = second.file();
    clinic.mirror.put(format!("{BASE}2.keyring"), keyring.clone());
    let feed = Feed::new("main", 7, UNTIL).file(&second);
    clinic.put_feed(feed.clone());

    clinic.refresh();

    let keyrings = clinic.store.keyrings(&clinic.fingerprint()).unwrap();
    assert!(keyrings.contains(&(2, keyring)));
    assert_eq!(clinic.stored_feed(), Some(feed));
    clinic.mirror.asked();
    // The next start reads and verifies all of it again, and asks nobody.
    let again = clinic.reopened();
    let trusted = again.trusted();
    assert_eq!((trusted.keyring.version, again.seq()), (2, Some(7)));
    assert_eq!(clinic.mirror.urls(), [""; 0]);
    // The state holds bytes and no conclusions: without the feed there is no number.
    again.remove_stored_feed();
    assert_eq!(again.seq(), None);
}

#[test]
fn install_refreshes_first() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));

    // Nothing can be named before a feed has been verified, and so nothing can be fetched.
    assert!(clinic.offers().is_empty());
    assert_eq!(clinic.mirror.urls(), [""; 0]);

    clinic.install("meter-a").unwrap();

    let package = format!("{BASE}p/{}", Item::driver(&driver).enclosures[0].sha256);
    let asked = clinic.mirror.urls();
    let place = |url: &str| asked.iter().position(|asked| asked == url).unwrap();
    assert!(place(&format!("{BASE}2.keyring")) < place(&package));
    assert!(place(&format!("{BASE}appcast.xml")) < place(&package));
}

#[test]
fn broken_first_keyring_fetches_nothing() {
    let ring = Ring::first("main");
    let file = ring.file();
    let broken: [&[u8]; 4] = [b"", b"mp-keyring 1\n", &file[..file.len() - 1], b"\xFF\xFE"];
    for bytes in broken {
        let clinic = Clinic::trusting(bytes.to_vec());
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL));

        assert!(clinic.try_refresh().is_err());
        assert_eq!(clinic.mirror.urls(), [""; 0]);
    }
}

#[test]
fn unsigned_first_keyring_fetches_nothing() {
    let ring = Ring::first("main");
    let [root_1, ..] = &ring.root.1[..] else { panic!() };
    for bytes in [ring.body(), ring.signed_by(&[root_1]), ring.signed_by(&[&ring.fresh.1[0]])] {
        let clinic = Clinic::trusting(bytes);
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL));

        assert!(clinic.try_refresh().is_err());
        assert_eq!(clinic.mirror.urls(), [""; 0]);
    }
}

#[test]
fn stored_feed_is_byte_identical() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    // What the eye does not see: two blanks, CRLF inside the body, a comment, no line end missing.
    let feed = Feed {
        extra: "<!-- a  comment -->\r\n\t<link>x</link>\r\n".into(),
        ..Feed::new("main", 1, UNTIL)
    };
    let feed = feed.file(&ring);
    clinic.put_feed(feed.clone());

    clinic.refresh();

    assert_eq!(clinic.stored_feed(), Some(feed));
}

#[test]
fn missing_package_changes_nothing() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.refresh();
    let before = clinic.installation();

    let failure = clinic.install("meter-a").unwrap_err();

    assert_eq!(clinic.installation(), before);
    assert_eq!(clinic.seq(), Some(1));
    assert!(failure.text.contains("404"), "{}", failure.text);
}

#[test]
fn missing_feed_changes_nothing() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 3, UNTIL));
    clinic.refresh();
    let before = (clinic.installation(), clinic.stored_feed());
    clinic.mirror.remove(&format!("{BASE}appcast.xml"));

    clinic.try_refresh().ok();

    assert_eq!((clinic.installation(), clinic.stored_feed()), before);
    assert_eq!(clinic.seq(), Some(3));
}
