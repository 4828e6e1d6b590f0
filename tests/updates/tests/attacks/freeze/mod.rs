//! **Attacker:** whoever holds the network, and shows the same feed for ever.
//! **Aim:** that a clinic never learns of a withdrawal or a repair.
//! **What must hold:** a feed is promised for days, not for ever; then nothing is installed, and it
//! is said. A keyring expires too. What was withdrawn stays so, however stale the feed.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Ring, UNTIL};
use meterport_update::Standing;

#[test]
fn a_frozen_feed_installs_nothing_and_says_so() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.refresh();
    assert_eq!(clinic.trusted().standing, Standing::Fresh);

    clinic.set_now("2026-12-05T09:00:01Z");
    clinic.try_refresh().ok();

    assert!(matches!(clinic.trusted().standing, Standing::Stale { .. }));
    assert!(clinic.offers().is_empty());
    let failure = clinic.install("meter-a").unwrap_err();
    assert!(clinic.plugins().is_empty());
    assert_eq!(failure.code, "update.stale", "{}", failure.text);
}

#[test]
fn repeating_an_old_promise_does_not_make_a_feed_younger() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL));
    clinic.refresh();
    let first = clinic.trusted().last_verified;
    assert!(first.is_some());

    clinic.set_now("2026-11-30T09:00:00Z");
    clinic.refresh();
    assert_eq!(clinic.trusted().last_verified, first);

    let again = Feed { until: "2026-12-14T09:00:00Z".into(), ..Feed::new("main", 1, UNTIL) };
    clinic.publish(&ring, &again);
    clinic.refresh();
    assert!(clinic.trusted().last_verified > first);
}

#[test]
fn a_fresh_key_promises_at_most_35_days() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    for until in ["2026-12-27T09:00:01Z", "2036-01-01T00:00:00Z", "9999-12-30T22:00:00Z"] {
        clinic.publish(&ring, &Feed::new("main", 1, until));
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq(), None, "{until}");
    }
    clinic.publish(&ring, &Feed::new("main", 1, "2026-12-27T09:00:00Z"));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(1));
}

#[test]
fn what_was_withdrawn_stays_disabled_however_stale_the_feed() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.install("meter-a").unwrap();
    let recall = Feed::new("main", 2, UNTIL).item(Item::driver(&driver).withdrawn("recall"));
    clinic.publish(&ring, &recall);
    clinic.refresh();
    assert_eq!(clinic.disabled(), ["meter-a"]);

    for now in ["2026-12-06T09:00:00Z", "2028-01-01T00:00:00Z"] {
        clinic.set_now(now);
        clinic.try_refresh().ok();
        assert_eq!(clinic.disabled(), ["meter-a"], "{now}");
    }
}

#[test]
fn a_clinic_installs_past_the_promise_only_as_long_as_its_policy_says() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.refresh();
    clinic.rules.max_stale_days = 3;

    clinic.set_now("2026-12-08T09:00:01Z");
    assert!(clinic.install("meter-a").is_err());

    clinic.set_now("2026-12-08T08:59:59Z");
    clinic.install("meter-a").unwrap();
}
