//! **Attacker:** a vendor, or a thief of a vendor's key.
//! **Aim:** to read the meters of other makers, or more of the computer than before.
//! **What must hold:** a vendor's driver matches only the USB ids that stand behind `usb=` in the
//! keyring; an overlap with an installed driver names both and asks; an update that matches or may
//! touch more asks again, in every mode.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Key, Ring, UNTIL, hid};

fn acme() -> (Ring, Key) {
    let key = Key::named("acme");
    (Ring::first("main").vendor("acme", &key, "2766,1a79"), key)
}

fn item(driver: &Driver, key: &Key) -> Item {
    Item::driver(driver).vendor_signed(&driver.signature(key))
}

#[test]
fn a_vendor_matches_only_its_own_devices() {
    let (ring, key) = acme();
    let serial = "[[match]]\ntransport = \"serial\"\nkind = \"cable\"\nvid = 0x0403\npid = 0x6001\n\
                  line = \"9600 8N1\"\n";
    let volume = "[[match]]\ntransport = \"volume\"\nkind = \"device\"\nlabel = \"METER*\"\n\
                  files = [\"meter*.dat\"]\n";
    let cases = [
        (hid(0x2766, 0x0001), true),
        (hid(0x1A79, 0x7410), true),
        (hid(0x04D9, 0x0001), false),
        (hid(0x2766, 0x0001) + &hid(0x04D9, 0x0001), false),
        (volume.replace("\nfiles", "\nvid = 0x04D9\npid = 1\nfiles"), false),
        (volume.replace("\nfiles", "\nvid = 0x2766\npid = 1\nfiles"), true),
        // Everybody's bridge, as a cable that nobody gets automatically.
        (serial.to_owned(), true),
    ];
    for (matches, taken) in cases {
        let driver = Driver::new("acme.meter", "1.0.0").matching(matches.clone());
        let clinic = Clinic::of(&ring);
        clinic.put_package(&driver.package());
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(item(&driver, &key)));
        assert_eq!(clinic.install("acme.meter").is_ok(), taken, "{matches}");
        assert_eq!(clinic.plugins().len(), usize::from(taken));
    }

    // Without the word, none.
    let ring = Ring::first("main").vendor("acme", &key, "");
    let driver = Driver::new("acme.meter", "1.0.0").matching(hid(0x2766, 1));
    let clinic = Clinic::of(&ring);
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(item(&driver, &key)));
    assert!(clinic.install("acme.meter").is_err());
}

#[test]
fn a_bridge_makers_whole_range_is_nobodys() {
    let key = Key::named("acme");
    for usb in
        ["0403", "067b", "10c4", "1a86", "0403:6001", "2766,0403", "0x2766", "2766;1a79", "2766:"]
    {
        let ring = Ring::first("main").vendor("acme", &key, usb);
        assert!(Clinic::trusting(ring.file()).try_refresh().is_err(), "{usb}");
    }
    let clinic = Clinic::of(&Ring::first("main").vendor("acme", &key, "0403:f9d0"));
    clinic.publish(&Ring::first("main"), &Feed::new("main", 1, UNTIL));
    clinic.refresh();
}

#[test]
fn an_update_that_widens_asks_again() {
    let (ring, key) = acme();
    let old = Driver::new("acme.meter", "1.0.0").matching(hid(0x2766, 1));
    let same = Driver { version: "1.1.0".into(), ..old.clone() };
    let more = Driver { version: "1.1.0".into(), ..old.clone() }
        .matching(hid(0x2766, 1) + &hid(0x2766, 2));
    let touches = Driver {
        version: "1.1.0".into(),
        permissions: "set-clock = true\nusb-vendor-requests = []\nblock-write = []\n".into(),
        ..old.clone()
    };
    for (next, asks) in [(&same, false), (&more, true), (&touches, true)] {
        let clinic = Clinic::of(&ring);
        clinic.put_drivers([&old, next]);
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(item(&old, &key)));
        clinic.install("acme.meter").unwrap();
        clinic.publish(&ring, &Feed::new("main", 2, UNTIL).item(item(next, &key)));

        let questions = clinic.questions("acme.meter");

        assert_eq!(!questions.is_empty(), asks, "{questions:?}");
    }
}

#[test]
fn an_overlap_names_both_and_asks() {
    let (ring, key) = acme();
    let ours = Driver::new("ours", "1.0.0").matching(hid(0x1A79, 0x7410));
    let theirs = Driver::new("acme.meter", "1.0.0").matching(hid(0x1A79, 0x7410));
    let clinic = Clinic::of(&ring);
    clinic.put_drivers([&ours, &theirs]);
    let feed = Feed::new("main", 1, UNTIL).item(Item::driver(&ours)).item(item(&theirs, &key));
    clinic.publish(&ring, &feed);
    clinic.install("ours").unwrap();

    let questions = format!("{:?}", clinic.questions("acme.meter"));

    assert!(questions.contains("ours"), "{questions}");
}
