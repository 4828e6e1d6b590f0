//! **Attacker:** the publisher of another feed, which an administrator added.
//! **Aim:** to replace, withdraw or refuse what is not theirs.
//! **What must hold:** the administrator sets the scope, and it holds for items, withdrawals and
//! refusals alike; what the feed's own keyring says can only narrow it. The program is ours alone.

use meterport_tests_updates::{AppPackage, Clinic, Driver, Feed, Item, Key, Ring, UNTIL, hid};

const BASE_B: &str = "https://acme.example/";

/// A clinic with our feed and with one of Acme's, which is for `acme.` and 2766.
fn clinic() -> (Clinic, Ring, Ring, Key) {
    let ours = Ring::first("main");
    let key = Key::named("acme");
    let theirs = Ring::first("acme").vendor("acme", &key, "2766");
    let mut clinic = Clinic::of(&ours);
    clinic.add_source("Acme", "acme.", "2766", &theirs, BASE_B);
    clinic.publish(&ours, &Feed::new("main", 1, UNTIL));
    (clinic, ours, theirs, key)
}

fn serve(clinic: &Clinic, theirs: &Ring, feed: &Feed) {
    clinic.mirror.put(format!("{BASE_B}appcast.xml"), feed.file(theirs));
}

fn signed(driver: &Driver, key: &Key) -> Item {
    Item::driver(driver).vendor_signed(&driver.signature(key))
}

#[test]
fn a_feed_acts_only_inside_its_scope() {
    let (clinic, ours, theirs, key) = clinic();
    let driver = Driver::new("meter-a", "1.0.0");
    let app = AppPackage::new("9.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ours, &Feed::new("main", 2, UNTIL).item(Item::driver(&driver)));
    clinic.install("meter-a").unwrap();

    let inside = Driver::new("acme.meter", "1.0.0");
    let beta = Driver::new("beta.meter", "1.0.0");
    let feed = Feed::new("acme", 1, UNTIL)
        .item(signed(&inside, &key))
        .item(Item::app(&app))
        .item(Item::driver(&Driver::new("meter-a", "9.0.0")))
        .item(signed(&beta, &key))
        .item(Item::driver(&driver).withdrawn("recall"));
    let refused = vec![Item::driver(&driver).enclosures[0].sha256.clone()];
    serve(&clinic, &theirs, &Feed { refused, ..feed });
    clinic.refresh();

    assert_eq!(clinic.offers(), [("acme.meter".into(), "1.0.0".into())]);
    assert_eq!(clinic.disabled(), [""; 0]);
    assert_eq!(clinic.plugins(), [("meter-a".into(), "1.0.0".into())]);
}

#[test]
fn a_keyring_of_another_feed_gives_itself_no_more_devices() {
    let (clinic, _, _, key) = clinic();
    // Its keyring claims 2766 and 04d9; the administrator said 2766.
    let theirs = Ring::first("wide").vendor("acme", &key, "2766,04d9");
    let mut clinic = clinic;
    clinic.sources.pop();
    clinic.add_source("Acme", "acme.", "2766", &theirs, BASE_B);
    for (vid, taken) in [(0x2766, true), (0x04D9, false)] {
        let driver =
            Driver::new("acme.meter", "1.0.0").matching(hid(vid, 1)).built(&vid.to_string());
        clinic
            .mirror
            .put(format!("{BASE_B}{}", Item::driver(&driver).enclosures[0].url), driver.package());
        serve(
            &clinic,
            &theirs,
            &Feed::new("wide", u64::from(vid), UNTIL).item(signed(&driver, &key)),
        );
        // The higher number is served first, so forget between the two.
        let fresh = clinic.forgotten();
        assert_eq!(fresh.install("acme.meter").is_ok(), taken, "{vid:04x}");
    }
}

#[test]
fn an_installed_driver_stays_with_its_origin() {
    let (clinic, ours, theirs, key) = clinic();
    let driver = Driver::new("acme.meter", "1.0.0");
    clinic
        .mirror
        .put(format!("{BASE_B}{}", Item::driver(&driver).enclosures[0].url), driver.package());
    serve(&clinic, &theirs, &Feed::new("acme", 1, UNTIL).item(signed(&driver, &key)));
    clinic.install("acme.meter").unwrap();

    // Our own feed lists a newer one under the same id, with a vendor line of its own.
    let ours = ours.next().vendor("acme", &Key::named("acme-at-ours"), "2766");
    let newer = Driver::new("acme.meter", "2.0.0");
    clinic.put_package(&newer.package());
    clinic.publish_ring(&ours);
    let item = signed(&newer, &Key::named("acme-at-ours"));
    clinic.publish(&ours, &Feed::new("main", 3, UNTIL).item(item));
    clinic.refresh();

    assert!(clinic.offers().is_empty(), "{:?}", clinic.offers());
    assert_eq!(clinic.plugins(), [("acme.meter".into(), "1.0.0".into())]);
}

#[test]
fn where_two_feeds_claim_one_id_the_administrators_entry_stands() {
    let (clinic, ours, theirs, key) = clinic();
    let ours = ours.next().vendor("acme", &Key::named("acme-at-ours"), "2766");
    let claimed = Driver::new("acme.meter", "2.0.0");
    clinic.publish_ring(&ours);
    let item = signed(&claimed, &Key::named("acme-at-ours"));
    clinic.publish(&ours, &Feed::new("main", 2, UNTIL).item(item));
    let theirs_driver = Driver::new("acme.meter", "1.0.0");
    serve(&clinic, &theirs, &Feed::new("acme", 1, UNTIL).item(signed(&theirs_driver, &key)));

    clinic.refresh();

    assert_eq!(clinic.offers(), [("acme.meter".into(), "1.0.0".into())]);
}
