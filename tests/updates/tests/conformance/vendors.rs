//! Rows 37 and 41 to 43: whose key serves which id, and which feed may say what.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Key, Ring, UNTIL};

fn signed_item(driver: &Driver, key: &Key) -> Item {
    Item::driver(driver).vendor_signed(&driver.signature(key))
}

#[test]
fn vendor_leaves_only_by_keyring() {
    let acme = Key::named("acme");
    let ring = Ring::first("main").vendor("acme", &acme, "2766");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("acme.meter", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(signed_item(&driver, &acme)));
    clinic.install("acme.meter").unwrap();

    // A feed without its items takes nothing from the vendor.
    clinic.publish(&ring, &Feed::new("main", 2, UNTIL));
    clinic.refresh();
    assert_eq!(clinic.trusted().keyring.vendors.len(), 1);
    assert_eq!(clinic.plugins().len(), 1);

    // Without its line nothing new is installed; what is there stays.
    let second = Ring { lines: Vec::new(), ..ring.next() };
    clinic.publish_ring(&second);
    let newer = Driver::new("acme.meter", "1.1.0");
    clinic.put_package(&newer.package());
    clinic.publish(&second, &Feed::new("main", 3, UNTIL).item(signed_item(&newer, &acme)));
    clinic.refresh();
    assert!(clinic.install("acme.meter").is_err());
    assert_eq!(clinic.plugins(), [("acme.meter".into(), "1.0.0".into())]);
}

#[test]
fn id_finds_its_key_by_prefix() {
    let (acme, beta) = (Key::named("acme"), Key::named("beta"));
    let ring = Ring::first("main").vendor("acme", &acme, "2766").vendor("beta", &beta, "2766");
    let release = &ring.release.1;
    let cases: [(&str, &Key, bool); 7] = [
        ("acme.meter", &acme, true),
        ("beta.meter", &beta, true),
        ("acme.meter", &beta, false),
        ("acme.meter", &release[0], false),
        ("acme.deep.meter", &acme, true),
        // No vendor has this prefix, and none has the name without a dot.
        ("acmex.meter", &acme, false),
        ("gamma.meter", &acme, false),
    ];
    for (id, key, taken) in cases {
        let driver = Driver::new(id, "1.0.0");
        let clinic = Clinic::of(&ring);
        clinic.put_package(&driver.package());
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(signed_item(&driver, key)));
        assert_eq!(clinic.install(id).is_ok(), taken, "{id}");
        assert_eq!(clinic.plugins().len(), usize::from(taken), "{id}");
    }
}

#[test]
fn old_vendor_key_signs_no_new_install() {
    let (old, new) = (Key::named("acme-old"), Key::named("acme-new"));
    let ring = Ring::first("main").vendor("acme", &old, "2766");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("acme.meter", "1.0.0");
    clinic.put_package(&driver.package());
    let feed = Feed::new("main", 1, UNTIL).item(signed_item(&driver, &old));
    clinic.publish(&ring, &feed);
    clinic.refresh();
    assert_eq!(clinic.offers().len(), 1);

    // The release keys stay, so the stored feed stands, and the vendor's key is another.
    let second = Ring { lines: Vec::new(), ..ring.next() }.vendor("acme", &new, "2766");
    clinic.publish_ring(&second);
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(1));
    assert!(clinic.install("acme.meter").is_err());
    assert!(clinic.plugins().is_empty());

    let feed = Feed::new("main", 2, UNTIL).item(signed_item(&driver, &new));
    clinic.publish(&second, &feed);
    clinic.install("acme.meter").unwrap();
}

#[test]
fn unlisted_source_is_refused() {
    let (ring, other) = (Ring::first("main"), Ring::first("other"));
    let base = "https://other.example/";
    let ours = Driver::new("ours", "1.0.0");
    let beta = Driver::new("beta.meter", "1.0.0");

    // A feed that nobody configured is never asked, wherever it stands.
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&ours)));
    clinic.mirror.put(format!("{base}appcast.xml"), Feed::new("other", 1, UNTIL).file(&other));
    clinic.refresh();
    assert!(!clinic.mirror.urls().iter().any(|url| url.starts_with(base)));

    // One that is configured says nothing outside its scope: no item, no withdrawal, no refusal.
    let mut clinic = Clinic::of(&ring);
    clinic.add_source("Acme", "acme.", "2766", &other, base);
    clinic.put_package(&ours.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&ours)));
    clinic.install("ours").unwrap();
    let outside = Feed::new("other", 1, UNTIL)
        .item(Item::driver(&Driver::new("ours", "2.0.0")))
        .item(Item::driver(&ours).withdrawn("recall"))
        .item(signed_item(&beta, &Key::named("beta")));
    let outside =
        Feed { refused: vec![Item::driver(&ours).enclosures[0].sha256.clone()], ..outside };
    clinic.mirror.put(format!("{base}appcast.xml"), outside.file(&other));
    clinic.refresh();

    assert!(clinic.offers().is_empty(), "{:?}", clinic.offers());
    assert_eq!(clinic.disabled(), [""; 0]);
}
