//! Row 33: what comes from outside never becomes a path.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Ring, UNTIL, is_plain_name};

#[test]
fn odd_names_never_become_paths() {
    let odd =
        ["?", "#", "/x", "../x", "..", ".", "a/../../x", "C:x", "nul", "a\\b", "%2e%2e", "a b"];
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let good = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&good.package());
    let mut feed = Feed::new("main", 1, UNTIL).item(Item::driver(&good));
    for (number, name) in odd.iter().enumerate() {
        let driver = Driver::new("meter-b", "1.0.0").built(&number.to_string());
        clinic.put_package(&driver.package());
        let item = Item::driver(&driver);
        feed.items.push(Item { id: (*name).into(), ..item.clone() });
        feed.items.push(Item { version: (*name).into(), ..item.clone() });
        feed.items.push(item.clone().enclosure(|e| e.os = (*name).into()));
        feed.items.push(item.enclosure(|e| e.sha256 = (*name).into()));
    }
    clinic.publish(&ring, &feed);

    clinic.refresh();
    for (id, _) in clinic.offers() {
        clinic.install(&id).ok();
    }

    // One good item is no worse for its neighbours.
    assert_eq!(clinic.plugins(), [("meter-a".into(), "1.0.0".into())]);
    for path in clinic.paths() {
        assert!(path.split('/').all(is_plain_name), "{path}");
    }
    // Nothing beside the store, where `..` would lead.
    assert_eq!(clinic.beside(), [""; 0]);
}
