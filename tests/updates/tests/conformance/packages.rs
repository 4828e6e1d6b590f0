//! Rows 20 to 26: the file that was listed, and no other.

use meterport_tests_updates::{Answer, BASE, Clinic, Driver, Feed, Item, Ring, UNTIL};
use meterport_update::{Origin, Sha256Hex};

/// A clinic and a feed that lists this item.
fn listing(item: Item) -> Clinic {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(item));
    clinic
}

#[test]
fn package_is_fetched_and_verified() {
    let driver = Driver::new("meter-a", "1.0.0");
    let clinic = listing(Item::driver(&driver));
    clinic.put_package(&driver.package());

    clinic.install("meter-a").unwrap();

    let sha256 = Sha256Hex::of(&driver.package());
    let installed = clinic.store.plugins().unwrap().plugins;
    assert_eq!((installed.len(), installed[0].sha256), (1, sha256));
    assert_eq!(clinic.store.read_object(&sha256).unwrap(), driver.package());
    let Origin::Feed { feed, .. } = &installed[0].origin else { panic!("unsigned") };
    assert_eq!(*feed, clinic.fingerprint().to_string());
}

#[test]
fn relative_url_in_sub_folder_works() {
    let driver = Driver::new("meter-a", "1.0.0");
    let item = Item::driver(&driver).enclosure(|e| e.url = "files/2026/meter a.wasm".into());
    let clinic = listing(item);
    let url = format!("{BASE}files/2026/meter%20a.wasm");
    clinic.mirror.put(&url, driver.package());

    clinic.install("meter-a").unwrap();

    assert!(clinic.mirror.urls().contains(&url));
}

#[test]
fn swapped_package_is_refused() {
    let driver = Driver::new("meter-a", "1.0.0").built("one");
    let swapped = driver.clone().built("two");
    assert_eq!(driver.package().len(), swapped.package().len());
    let clinic = listing(Item::driver(&driver));
    let url = format!("{BASE}p/{}", Sha256Hex::of(&driver.package()));
    clinic.mirror.put(&url, swapped.package());

    let failure = clinic.install("meter-a").unwrap_err();

    assert!(clinic.plugins().is_empty(), "{}", failure.text);
    assert!(clinic.store.read_object(&Sha256Hex::of(&swapped.package())).is_err());
    // One byte less, one byte more.
    for wrong in [&driver.package()[1..], &[&driver.package()[..], b"\n"].concat()] {
        clinic.mirror.put(&url, wrong.to_vec());
        assert!(clinic.install("meter-a").is_err());
    }
}

#[test]
fn ten_swaps_are_refused() {
    let driver = Driver::new("meter-a", "1.0.0").built("0");
    let clinic = listing(Item::driver(&driver));
    let url = format!("{BASE}p/{}", Sha256Hex::of(&driver.package()));
    for number in 1..=10 {
        clinic.mirror.put(&url, driver.clone().built(&number.to_string()).package());
        assert!(clinic.install("meter-a").is_err(), "{number}");
        assert!(clinic.plugins().is_empty());
    }

    clinic.mirror.put(&url, driver.package());
    clinic.install("meter-a").unwrap();
}

#[test]
fn only_sha256_counts() {
    let driver = Driver::new("meter-a", "1.0.0").built("one");
    let swapped = driver.clone().built("two");
    let url = format!("{BASE}p/{}", Sha256Hex::of(&driver.package()));
    // Whatever stands beside it and however right or wrong that is.
    for beside in [
        "md5=\"d41d8cd98f00b204e9800998ecf8427e\"",
        "mp:sha512=\"cf83e135\" sha256=\"0\"",
        "sparkle:edSignature=\"AAAA\" sparkle:dsaSignature=\"AAAA\"",
    ] {
        let clinic = listing(Item::driver(&driver).enclosure(|e| e.extra = beside.into()));
        clinic.mirror.put(&url, swapped.package());
        assert!(clinic.install("meter-a").is_err(), "{beside}");

        clinic.mirror.put(&url, driver.package());
        clinic.install("meter-a").unwrap();
    }
}

#[test]
fn item_without_sha256_is_refused() {
    let driver = Driver::new("meter-a", "1.0.0");
    let sum = Sha256Hex::of(&driver.package()).to_string();
    for wrong in [String::new(), sum.to_uppercase(), sum[..40].to_owned(), format!("sha256:{sum}")]
    {
        let item = Item::driver(&driver).enclosure(|e| {
            e.extra =
                format!("sha256=\"{sum}\" mp:sha512=\"{sum}{sum}\" mp:md5=\"{}\"", &sum[..32]);
            e.sha256.clone_from(&wrong);
        });
        let clinic = listing(item);
        clinic.put_package(&driver.package());

        clinic.refresh();

        assert!(clinic.offers().is_empty(), "{wrong}");
        let trusted = clinic.trusted();
        assert_eq!(trusted.feed.map(|feed| feed.dropped.len()), Some(1), "{wrong}");
        assert!(clinic.install("meter-a").is_err());
    }
}

#[test]
fn second_install_uses_the_store() {
    let driver = Driver::new("meter-a", "1.0.0");
    let clinic = listing(Item::driver(&driver));
    clinic.put_package(&driver.package());
    let url = format!("{BASE}p/{}", Sha256Hex::of(&driver.package()));
    clinic.install("meter-a").unwrap();
    clinic.store.remove(&"meter-a".parse_id()).unwrap();
    clinic.mirror.asked();

    clinic.install("meter-a").unwrap();
    assert!(!clinic.mirror.urls().contains(&url));

    // It is hashed again: a file that was altered is fetched anew.
    clinic.store.remove(&"meter-a".parse_id()).unwrap();
    clinic.damage_object(&Sha256Hex::of(&driver.package()));
    clinic.mirror.put(&url, Answer::file(driver.package()));
    clinic.install("meter-a").unwrap();
    assert!(clinic.mirror.urls().contains(&url));
    let sha256 = Sha256Hex::of(&driver.package());
    assert_eq!(clinic.store.read_object(&sha256).unwrap(), driver.package());
}

trait ParseId {
    fn parse_id(&self) -> meterport_manifest::DriverId;
}

impl ParseId for str {
    fn parse_id(&self) -> meterport_manifest::DriverId {
        meterport_manifest::DriverId::parse(self).unwrap()
    }
}
