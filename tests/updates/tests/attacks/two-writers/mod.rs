//! **Attacker:** nobody; two windows, two users, a command beside the desk.
//! **What goes wrong:** both change the same store at the same moment.
//! **What must hold:** one after the other under the lock, nothing is lost, and whoever decided upon
//! what is no longer true decides again.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Ring, UNTIL};

#[test]
fn eight_desks_install_eight_drivers_and_none_is_lost() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let ids: Vec<String> = (0..8).map(|number| format!("meter-{number}")).collect();
    let mut feed = Feed::new("main", 1, UNTIL);
    for id in &ids {
        let driver = Driver::new(id, "1.0.0");
        clinic.put_package(&driver.package());
        feed = feed.item(Item::driver(&driver));
    }
    clinic.publish(&ring, &feed);

    std::thread::scope(|scope| {
        for id in &ids {
            let desk = clinic.reopened();
            scope.spawn(move || {
                // "Changed meanwhile" is the one failure there may be; then decide again.
                while let Err(failure) = desk.install(id) {
                    assert!(failure.text.contains("Changed"), "{}", failure.text);
                }
            });
        }
    });

    let mut plugins: Vec<String> = clinic.plugins().into_iter().map(|(id, _)| id).collect();
    plugins.sort();
    assert_eq!(plugins, ids);
    assert_eq!(clinic.seq(), Some(1));
}

#[test]
fn two_desks_that_refresh_at_once_end_with_the_newest_feed() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let rings = [ring.next(), ring.next().next()];
    rings.iter().for_each(|ring| clinic.publish_ring(ring));
    // Each desk sees another feed.
    std::thread::scope(|scope| {
        for seq in 1..=8 {
            let mut desk = clinic.reopened();
            let base = format!("https://desk-{seq}.example/");
            desk.sources[0].bases = vec![base.parse().unwrap()];
            for ring in &rings {
                clinic.mirror.put(format!("{base}{}.keyring", ring.version), ring.file());
            }
            let feed = Feed::new("main", seq, UNTIL).file(&rings[1]);
            clinic.mirror.put(format!("{base}appcast.xml"), feed);
            scope.spawn(move || desk.refresh());
        }
    });

    assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (3, Some(8)));
}

#[test]
fn what_was_decided_upon_an_older_generation_is_not_done() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let drivers = ["meter-a", "meter-b"].map(|id| Driver::new(id, "1.0.0"));
    let mut feed = Feed::new("main", 1, UNTIL);
    for driver in &drivers {
        clinic.put_package(&driver.package());
        feed = feed.item(Item::driver(driver));
    }
    clinic.publish(&ring, &feed);
    // While the first waits for its package, the second installs.
    let second = clinic.reopened();
    let has_run = std::sync::Mutex::new(false);
    clinic.mirror.watch(move || {
        let Ok(mut has_run) = has_run.try_lock() else { return };
        if !*has_run && second.seq() == Some(1) {
            *has_run = true;
            second.install("meter-b").unwrap();
        }
    });

    let failure = clinic.install("meter-a").unwrap_err();

    assert!(failure.text.contains("Changed"), "{}", failure.text);
    assert_eq!(clinic.plugins(), [("meter-b".into(), "1.0.0".into())]);
    clinic.install("meter-a").unwrap();
    assert_eq!(clinic.plugins().len(), 2);
}
