//! **Attacker:** whoever writes the names in feeds, keyrings and generations.
//! **Aim:** a name that becomes a path, as in `tough`'s path escape (CVE-2026-6968).
//! **What must hold:** every name in the store is a hash, a number or a word of ours; a generation
//! that says otherwise is none.

use std::fs;

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Key, Ring, UNTIL, is_plain_name};
use meterport_update::Sha256Hex;

#[test]
fn nothing_that_is_read_names_a_file_of_the_store() {
    let acme = Key::named("acme");
    let ring = Ring::first("main").vendor("acme", &acme, "2766").line("future ../../x /etc/passwd");
    let clinic = Clinic::of(&ring);
    let mut feed = Feed::new("main", 1, UNTIL);
    for (number, odd) in ["../../x", "/x", "..\\x", "a/b", "p/../../../x"].iter().enumerate() {
        let driver = Driver::new("acme.meter", &format!("1.0.{number}"));
        let mut item = Item::driver(&driver).vendor_signed(&driver.signature(&acme));
        item.title = (*odd).into();
        item = item.enclosure(|e| e.url = (*odd).into());
        item = item.with(&format!("<sparkle:channel>{odd}</sparkle:channel>"));
        clinic.put_package(&driver.package());
        feed.items.push(item);
    }
    feed.refused = vec!["../../x".into(), "..".into()];
    clinic.publish(&ring, &feed);

    clinic.try_refresh().ok();
    clinic.install("acme.meter").ok();

    for path in clinic.paths() {
        assert!(path.split('/').all(is_plain_name), "{path}");
    }
    assert_eq!(clinic.beside(), [""; 0]);
}

#[test]
fn a_generation_that_names_a_path_is_none() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.install("meter-a").unwrap();
    let sum = Sha256Hex::of(b"");
    for (app, plugin) in [
        ("../../evil", format!("meter-a 9.0.0 {sum} release x")),
        ("/evil", format!("meter-a 9.0.0 {sum} release x")),
        ("-", "meter-a 9.0.0 ../../evil release x".to_owned()),
        ("-", format!("../evil 9.0.0 {sum} release x")),
        ("-", format!("meter-a ../9.0.0 {sum} release x")),
    ] {
        let body = format!("number 99\nprevious 1\napp {app}\nplugin {plugin}\n");
        let text = format!("{body}checksum {}\n", Sha256Hex::of(body.as_bytes()));
        fs::write(clinic.path().join("generations/000099.gen"), text).unwrap();

        assert_eq!(clinic.plugins(), [("meter-a".into(), "1.0.0".into())], "{app} {plugin}");
        assert!(clinic.store.begin(meterport_update::StartKind::Desk).is_err());
    }
}

#[test]
fn odd_feed_and_vendor_names_are_no_keyring() {
    for name in ["?", "#", "/x", "../x", "main ", "Main", "a--b", &"a".repeat(33)] {
        let ring = Ring { feed: name.to_owned(), ..Ring::first("main") };
        let clinic = Clinic::trusting(ring.file());
        assert!(clinic.try_refresh().is_err(), "{name}");
        if name.len() > 32 || name.ends_with(' ') {
            continue;
        }
        let key = Key::named("acme").public();
        let ring = Ring::first("main").line(format!("vendor acme {key} {name}. usb=2766"));
        let clinic = Clinic::trusting(ring.file());
        assert!(clinic.try_refresh().is_err(), "{name}");
        assert_eq!(clinic.beside(), [""; 0]);
    }
}
