//! **Attacker:** a publisher's mistake, or a vendor who lists one thing and packs another.
//! **Aim:** genuine, signed software under a name, version or contract that is not its own.
//! **What must hold:** what the item says, the package must repeat; else nothing is installed.

use meterport_tests_updates::{AppPackage, Clinic, Driver, Feed, Item, Ring, UNTIL};

/// What a feed that lists `item` over this package comes to.
fn installs(item: Item, package: &[u8]) -> bool {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.put_package(package);
    let id = item.id.clone();
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(item));
    let ended = clinic.install(&id);
    assert_eq!(clinic.plugins().len(), usize::from(ended.is_ok()));
    ended.is_ok()
}

#[test]
fn a_package_that_names_another_id_is_refused() {
    let driver = Driver::new("meter-a", "1.0.0");
    let package = driver.package();
    let item = Item::driver(&driver);
    assert!(installs(item.clone(), &package));

    assert!(!installs(Item { id: "meter-b".into(), ..item.clone() }, &package));
    assert!(!installs(Item { version: "1.0.1".into(), ..item.clone() }, &package));
    assert!(!installs(Item { version: "1.0.0+build".into(), ..item.clone() }, &package));
    assert!(!installs(Item { api: "0.1 0.1.2".into(), ..item.clone() }, &package));
    let newer = Driver { contract: "0.1 0.1.2".into(), ..driver };
    let listed = Item { api: "0.1".into(), ..Item::driver(&newer) };
    assert!(!installs(listed, &newer.package()));
    // No manifest at all.
    let nothing = b"not a driver".to_vec();
    let enclosures = vec![meterport_tests_updates::Enclosure::of(&nothing)];
    assert!(!installs(Item { enclosures, ..item }, &nothing));
}

#[test]
fn a_driver_for_another_contract_or_system_is_not_offered() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver =
        |id: &str, contract: &str| Driver { contract: contract.into(), ..Driver::new(id, "1.0.0") };
    let host = meterport_appcast::OsWord::host().to_string();
    let other = if host.starts_with("windows") { "linux-x64" } else { "windows-x64" };
    let mut feed = Feed::new("main", 1, UNTIL);
    for (id, contract, os) in [
        ("too-new", "0.2", ""),
        ("too-new-a-patch", "0.1 0.1.10", ""),
        ("elsewhere", "0.1", other),
        ("fits", "0.1 0.1.9", host.as_str()),
    ] {
        feed.items.push(Item::driver(&driver(id, contract)).enclosure(|e| e.os = os.into()));
    }
    clinic.publish(&ring, &feed);

    clinic.refresh();

    assert_eq!(clinic.offers(), [("fits".into(), "1.0.0".into())]);
}

#[test]
fn an_app_package_that_names_another_version_or_system_is_refused() {
    let ring = Ring::first("main");
    for change in [
        |app: &mut AppPackage| app.version = "2.0.1".into(),
        |app: &mut AppPackage| app.os = "other-x64".into(),
        |app: &mut AppPackage| app.contracts = vec!["0.2.0".into()],
        |app: &mut AppPackage| app.entries.clear(),
    ] {
        let clinic = Clinic::of(&ring);
        let listed = AppPackage::new("2.0.0");
        let mut packed = listed.clone();
        change(&mut packed);
        let item = Item { enclosures: Item::app(&packed).enclosures, ..Item::app(&listed) };
        let item = item.enclosure(|e| e.os.clone_from(&listed.os));
        clinic.put_package(&packed.package());
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(item));

        assert!(clinic.install("app").is_err());

        assert_eq!(clinic.app(), None);
    }
}
