//! **Attacker:** a vendor who writes a better-known name into title and manifest.
//! **Aim:** a person who says yes to a name that has signed nothing.
//! **What must hold:** the name that is shown is the one in our keyring, or the administrator's.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Key, Ring, UNTIL};

#[test]
fn the_signer_shown_is_the_one_we_registered() {
    let key = Key::named("acme");
    let ring = Ring::first("main").vendor("acme", &key, "2766");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("acme.meter", "1.0.0");
    clinic.put_package(&driver.package());
    let signature = key.sign(&driver.package(), "mp1 package acme.meter 1.0.0 any");
    let mut item = Item::driver(&driver).vendor_signed(&signature);
    item.title = "Driver signed by Lifescan and Meterport".into();
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(item));

    let package = clinic.download("acme.meter").unwrap();

    assert_eq!(clinic.signer_name(&package), "acme");
}

#[test]
fn another_feeds_name_is_the_one_the_administrator_wrote() {
    let ours = Ring::first("main");
    let key = Key::named("acme");
    let theirs = Ring::first("meterport").vendor("acme", &key, "2766");
    let mut clinic = Clinic::of(&ours);
    clinic.publish(&ours, &Feed::new("main", 1, UNTIL));
    let base = "https://acme.example/";
    clinic.add_source("Acme of Anytown", "acme.", "2766", &theirs, base);
    let driver = Driver::new("acme.meter", "1.0.0");
    let url = format!("{base}{}", Item::driver(&driver).enclosures[0].url);
    clinic.mirror.put(url, driver.package());
    let item = Item::driver(&driver).vendor_signed(&driver.signature(&key));
    let feed = Feed::new("meterport", 1, UNTIL).item(item);
    clinic.mirror.put(format!("{base}appcast.xml"), feed.file(&theirs));
    clinic.refresh();

    let trusted = clinic.all_trusted();

    assert_eq!(trusted[1].name, "Acme of Anytown");
}
