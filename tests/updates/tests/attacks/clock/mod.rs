//! **Attacker:** whoever can set the clock of the computer, or an empty battery.
//! **Aim:** that an expired feed looks fresh again, or a fresh one expired for ever.
//! **What must hold:** the time is never taken for earlier than the build, nor than the newest
//! promise ever verified less 35 days; a clock that was wrong and is right again does no lasting
//! harm.

use meterport_tests_updates::{BUILD, Clinic, Driver, Feed, Item, Ring, UNTIL};
use meterport_update::Standing;

#[test]
fn a_clock_set_back_stops_at_the_floor() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    // Promised until shortly after the build, and long past for everybody whose clock is right.
    clinic.publish(&ring, &Feed::new("main", 1, "2026-10-31T09:00:00Z"));
    clinic.set_now("2020-01-01T00:00:00Z");
    clinic.try_refresh().ok();
    assert!(!matches!(clinic.trusted().standing, Standing::Fresh));
    assert_eq!(clinic.trusted().clock.to_string(), BUILD);

    // A later promise moves the floor, and it holds at the next start.
    clinic.set_now("2027-03-01T09:00:00Z");
    clinic.publish(&ring, &Feed::new("main", 2, "2027-03-20T09:00:00Z"));
    clinic.refresh();
    clinic.set_now("2020-01-01T00:00:00Z");
    assert_eq!(clinic.reopened().trusted().clock.to_string(), "2027-02-13T09:00:00Z");
}

#[test]
fn a_clock_that_was_set_forward_does_no_lasting_harm() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    let feed = Feed::new("main", 1, UNTIL).item(Item::driver(&driver));
    clinic.publish(&ring, &feed);
    clinic.set_now("2039-01-01T00:00:00Z");
    clinic.try_refresh().ok();
    assert!(clinic.install("meter-a").is_err());

    clinic.set_now("2026-11-22T09:00:00Z");
    clinic.refresh();

    assert_eq!(clinic.trusted().standing, Standing::Fresh);
    clinic.install("meter-a").unwrap();
}

#[test]
fn a_promise_of_more_than_35_days_moves_no_floor() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 1, "2099-01-01T00:00:00Z"));
    clinic.try_refresh().ok();

    clinic.publish(&ring, &Feed::new("main", 1, UNTIL));
    clinic.refresh();

    assert_eq!(clinic.trusted().standing, Standing::Fresh);
}
