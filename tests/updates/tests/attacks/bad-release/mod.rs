//! **Attacker:** nobody; a genuine release with a defect.
//! **What goes wrong:** wrong results, or a program that does not start any more.
//! **What must hold:** a withdrawal is heeded at every load and for every copy, and no step back
//! revives what is withdrawn; a program that fails to start twice is left by itself and never offered
//! here again.

use meterport_tests_updates::{AppPackage, Clinic, Driver, Feed, Item, Ring, UNTIL};
use meterport_update::{PluginEntry, StartKind, withdrawn};

#[test]
fn a_withdrawn_version_is_left() {
    let ring = Ring::first("main");
    for (kind, disables) in [("recall", true), ("defect", false), ("typo", true)] {
        let clinic = Clinic::of(&ring);
        let driver = Driver::new("meter-a", "1.0.0");
        clinic.put_package(&driver.package());
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
        clinic.install("meter-a").unwrap();

        let feed = Feed::new("main", 2, UNTIL).item(Item::driver(&driver).withdrawn(kind));
        clinic.publish(&ring, &feed);
        clinic.refresh();

        let decision = clinic.decide();
        assert_eq!(decision.disabled.len(), usize::from(disables), "{kind}");
        assert_eq!(decision.defective.len(), usize::from(!disables), "{kind}");
        let told = decision.disabled.iter().chain(&decision.defective).next().unwrap();
        assert_eq!(told.reason, "wrong results");
        // Nobody gets it anew.
        clinic.store.remove(&driver.manifest().id).unwrap();
        assert!(clinic.offers().is_empty());
        assert!(clinic.install("meter-a").is_err());
    }
}

#[test]
fn a_refused_file_is_disabled_in_every_copy() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    let manifest = driver.manifest();
    // Installed by hand, signed by nobody.
    clinic
        .store
        .install(
            &driver.package(),
            &manifest.id,
            &manifest.version,
            meterport_update::Origin::Unsigned,
        )
        .unwrap();
    let sum = Item::driver(&driver).enclosures[0].sha256.clone();
    let feed = Feed { refused: vec![sum], ..Feed::new("main", 1, UNTIL) };
    clinic.publish(&ring, &feed);

    clinic.refresh();

    assert_eq!(clinic.disabled(), ["meter-a"]);
}

#[test]
fn a_step_back_revives_nothing_withdrawn() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let versions = ["1.0.0", "1.1.0", "1.2.0"].map(|version| Driver::new("meter-a", version));
    for (seq, driver) in (1..).zip(&versions) {
        clinic.put_package(&driver.package());
        clinic.publish(&ring, &Feed::new("main", seq, UNTIL).item(Item::driver(driver)));
        clinic.install("meter-a").unwrap();
    }
    let [old, recalled, new] = &versions;
    let feed = Feed::new("main", 9, UNTIL)
        .item(Item::driver(recalled).withdrawn("recall"))
        .item(Item::driver(new));
    clinic.publish(&ring, &feed);
    clinic.refresh();
    let trusted = clinic.all_trusted();
    let allowed = |entry: &PluginEntry| {
        let id = entry.id.clone().into();
        withdrawn(&trusted, &id, &entry.version, Some(&entry.sha256)).is_none()
    };

    // The one before is recalled: it is passed over.
    let back = clinic.store.revert(&old.manifest().id, &allowed).unwrap();
    assert_eq!(back.version.to_string(), "1.0.0");

    // And where everything goes back as a whole, it does not come along.
    let clinic = Clinic::of(&ring);
    let recalled_feed = Feed::new("main", 1, UNTIL).item(Item::driver(recalled));
    clinic.put_drivers([recalled, new]);
    clinic.publish(&ring, &recalled_feed);
    clinic.install("meter-a").unwrap();
    clinic.publish(&ring, &Feed::new("main", 2, UNTIL).item(Item::driver(new)));
    clinic.install("meter-a").unwrap();
    let ended = clinic.store.rollback(&allowed);
    assert!(ended.is_err() || !clinic.plugins().contains(&("meter-a".into(), "1.1.0".into())));
    assert_eq!(clinic.plugins(), [("meter-a".into(), "1.2.0".into())]);
}

/// Program 1.0.0 has passed its trial, and 2.0.0 is installed.
fn two_programs() -> (Clinic, Ring, AppPackage, AppPackage) {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let (one, two) = (AppPackage::new("1.0.1"), AppPackage::new("2.0.0"));
    for (seq, app) in [(1, &one), (2, &two)] {
        clinic.put_package(&app.package());
        clinic.publish(&ring, &Feed::new("main", seq, UNTIL).item(Item::app(app)));
        clinic.install("app").unwrap();
        if seq == 1 {
            let started = clinic.store.begin(StartKind::Desk).unwrap();
            let running = clinic.store.running(&started.app, started.trial).unwrap();
            running.good().unwrap();
        }
    }
    assert_eq!(clinic.app(), Some(two.sha256()));
    (clinic, ring, one, two)
}

#[test]
fn a_program_that_fails_twice_is_left_and_never_offered_again() {
    let (clinic, ring, one, two) = two_programs();
    for trial in [1, 2] {
        let started = clinic.store.begin(StartKind::Desk).unwrap();
        assert_eq!((started.app, started.trial), (two.sha256(), Some(trial)));
    }

    let started = clinic.store.begin(StartKind::Desk).unwrap();
    assert_eq!(started.app, one.sha256());
    drop(started);

    assert_eq!(clinic.app(), Some(one.sha256()));
    for again in [&clinic, &clinic.reopened()] {
        again.try_refresh().ok();
        assert!(again.offers().is_empty());
        assert!(again.install("app").is_err());
    }
    // Its repair is another package, and is.
    let repaired = AppPackage::new("2.0.1");
    clinic.put_package(&repaired.package());
    let feed = Feed::new("main", 3, UNTIL).item(Item::app(&two)).item(Item::app(&repaired));
    clinic.publish(&ring, &feed);
    clinic.install("app").unwrap();
    assert_eq!(clinic.app(), Some(repaired.sha256()));
}

#[test]
fn short_runs_condemn_nothing() {
    let (clinic, _, _, two) = two_programs();
    // Commands, however they end, and a new driver on the program.
    for _ in 0..5 {
        let started = clinic.store.begin(StartKind::Command).unwrap();
        assert_eq!((started.app, started.trial), (two.sha256(), None));
    }
    // Windows that were signed off after some seconds: an end of the program's own making.
    for _ in 0..5 {
        let started = clinic.store.begin(StartKind::Desk).unwrap();
        let running = clinic.store.running(&started.app, started.trial).unwrap();
        running.clean().unwrap();
    }
    // Two users at once: the second start is no trial.
    let first = clinic.store.begin(StartKind::Desk).unwrap();
    let second = clinic.store.begin(StartKind::Desk).unwrap();
    assert!(first.trial.is_some());
    assert_eq!((second.app, second.trial), (two.sha256(), None));
    clinic.store.running(&first.app, first.trial).unwrap().clean().unwrap();
    drop((first, second));

    assert_eq!(clinic.store.begin(StartKind::Desk).unwrap().app, two.sha256());
    assert!(clinic.store.bad().unwrap().is_empty());
}

#[test]
fn a_withdrawn_program_runs_on_and_is_told_and_is_not_gone_back_to() {
    let (clinic, ring, one, _) = two_programs();
    let feed = Feed::new("main", 9, UNTIL).item(Item::app(&one).withdrawn("recall"));
    clinic.publish(&ring, &feed);
    clinic.refresh();
    let trusted = clinic.all_trusted();
    let version = "1.0.1".parse().unwrap();
    let app = meterport_appcast::ItemId::App;
    assert!(withdrawn(&trusted, &app, &version, Some(&one.sha256())).is_some());

    // Whoever hears of it marks the package, and no step back leads there.
    clinic.store.mark_bad(&one.sha256(), meterport_update::BadReason::Withdrawn).unwrap();
    assert!(clinic.store.rollback(&|_| true).is_err());
    for _ in 0..4 {
        let started = clinic.store.begin(StartKind::Desk).unwrap();
        assert_ne!(started.app, one.sha256());
    }
}

#[test]
fn a_program_that_drops_a_contract_asks_and_a_critical_one_names_the_driver() {
    let ring = Ring::first("main");
    let driver = Driver::new("meter-a", "1.0.0");
    let mut app = AppPackage::new("2.0.0");
    app.contracts = vec!["0.2.0".into()];
    let critical = Item::app(&app).with("<sparkle:criticalUpdate/>");
    for (item, asks) in [(Item::app(&app), true), (critical, false)] {
        let clinic = Clinic::of(&ring);
        clinic.put_drivers([&driver]);
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
        clinic.install("meter-a").unwrap();
        clinic.publish(&ring, &Feed::new("main", 2, UNTIL).item(item));
        clinic.refresh();

        let decision = clinic.decide();

        let [offer] = &decision.updates[..] else { panic!("{:?}", decision.updates) };
        assert_eq!(!offer.needs_person.is_empty(), asks, "{:?}", offer.needs_person);
        // Known before the download, from what the item says.
        let named = format!("{:?} {:?}", offer.needs_person, offer.drops);
        assert!(named.contains("meter-a"), "{named}");
        assert!(clinic.mirror.urls().iter().all(|url| !url.contains(&app.sha256().to_string())));
    }
}
