//! Time: promises that pass, keyrings that expire, clocks that go wrong, and the age of a feed.

use super::publisher::{Key, Keys};
use super::{BASE, FEED, NOW, UNTIL, World, at, clock, seq};
use crate::{Clock, FeedNotice, NotNow, Outcome, Standing, refresh, trusted};

#[test]
fn a_passed_promise_installs_nothing_unless_the_policy_adds_days() {
    let world = World::new(&[BASE]);
    world.publish(7, UNTIL, "1.0.0");
    world.refresh();

    let trusted = world.trusted_at("2026-12-07T09:00:00Z");
    assert_eq!(trusted.standing, Standing::Stale { since: at(UNTIL) });
    assert_eq!(trusted.may_install(0), Err(NotNow::Stale { since: at(UNTIL) }));
    assert_eq!(trusted.may_install(1), Ok(()));
    let later = world.trusted_at("2026-12-07T09:00:01Z");
    assert!(later.may_install(1).is_err());
    assert!(later.may_install(2).is_ok());
    assert!(later.may_install(91).is_err(), "no policy has more than 90 days");
    assert_eq!(world.trusted_at(UNTIL).standing, Standing::Fresh);
}

#[test]
fn a_feed_whose_promise_has_passed_is_known_and_not_acted_upon() {
    let world = World::new(&[BASE]);
    world.publish(7, "2026-11-21T09:00:00Z", "1.0.0");

    let refreshed = world.refresh();
    assert!(matches!(refreshed.asked[0].outcome, Outcome::Newest { seq: 7, .. }));
    assert!(matches!(refreshed.trusted.standing, Standing::Stale { .. }));

    world.publish(7, UNTIL, "1.0.0");
    assert_eq!(world.refresh().trusted.standing, Standing::Fresh);
}

#[test]
fn a_promise_beyond_35_days_counts_for_nothing_until_it_is_near() {
    let world = World::new(&[BASE]);
    world.publish(7, "2027-01-15T09:00:00Z", "1.0.0");

    let refreshed = world.refresh();
    assert_eq!(refreshed.asked[0].outcome.code(), Some("update.feed"));
    assert_eq!(refreshed.trusted.standing, Standing::NoFeed);
    let refreshed = world.refresh_at("2026-12-12T09:00:00Z");
    assert_eq!(refreshed.trusted.standing, Standing::Fresh);
}

#[test]
fn an_expired_keyring_asks_for_no_feed_and_a_later_one_heals_it() {
    let world = World::with(Keys { expires: "2026-11-30T00:00:00Z", ..Keys::new() }, &[BASE]);
    world.publish(7, UNTIL, "1.0.0");
    assert_eq!(world.refresh().trusted.standing, Standing::Fresh);
    world.net.asked();

    let refreshed = world.refresh_at("2026-12-01T00:00:00Z");
    let since = at("2026-11-30T00:00:00Z");
    assert_eq!(refreshed.trusted.standing, Standing::KeyringExpired { since });
    assert_eq!(refreshed.trusted.may_install(90), Err(NotNow::KeyringExpired { since }));
    assert_eq!(refreshed.asked[0].outcome, Outcome::NotAsked(NotNow::KeyringExpired { since }));
    assert!(!world.net.asked().contains(&FEED.to_owned()));
    assert_eq!(seq(&refreshed.trusted), Some(7), "what it forbids still holds");

    let keys = Keys::new();
    world.net.file("https://updates.example/2.keyring", &keys.keyring(2, &[&world.keys]));
    world.net.file(FEED, &keys.feed(8, UNTIL, ""));
    let refreshed = world.refresh_at("2026-12-01T00:00:00Z");
    assert_eq!(refreshed.trusted.standing, Standing::Fresh);
}

#[test]
fn a_clock_that_is_set_back_revives_nothing() {
    let world = World::new(&[BASE]);
    world.publish(7, UNTIL, "1.0.0");
    world.refresh();
    world.publish(8, "2027-02-01T09:00:00Z", "1.0.0");
    world.refresh_at("2027-01-20T09:00:00Z");

    // 35 days before the newest promise, whatever the clock says.
    let trusted = world.trusted_at("2020-01-01T00:00:00Z");
    assert_eq!(trusted.clock, at("2026-12-28T09:00:00Z"));
    world.publish(9, "2027-01-25T09:00:00Z", "1.0.0");
    assert_eq!(seq(&world.refresh_at("2027-01-21T09:00:00Z").trusted), Some(9));
    let trusted = world.trusted_at("2020-01-01T00:00:00Z");
    assert_eq!(trusted.clock, at("2026-12-28T09:00:00Z"), "a shorter promise lowers nothing");
    let world = World::new(&[BASE]);
    world.publish(7, "2026-10-20T09:00:00Z", "1.0.0");
    let back = Clock { now: at("2026-10-10T00:00:00Z"), build: at("2026-11-01T00:00:00Z") };
    let refreshed = refresh(&world.store, &world.source, &world.net, back, &|| false).unwrap();
    assert!(matches!(refreshed.trusted.standing, Standing::Stale { .. }));
}

#[test]
fn a_repeated_promise_makes_a_feed_no_younger() {
    let world = World::new(&[BASE]);
    world.publish(7, UNTIL, "1.0.0");
    assert_eq!(world.refresh().trusted.last_verified, Some(at(NOW)));

    let later = "2026-11-25T09:00:00Z";
    assert_eq!(world.refresh_at(later).trusted.last_verified, Some(at(NOW)));
    world.publish(7, "2026-12-09T09:00:00Z", "1.0.0");
    assert_eq!(world.refresh_at(later).trusted.last_verified, Some(at(later)));
}

#[test]
fn the_feed_of_the_build_counts_until_there_is_a_newer_one() {
    let mut world = World::new(&[BASE]);
    let carried = world.keys.feed(5, UNTIL, "");
    world.source.carried.feed = Some(carried.clone());
    let start = world.trusted();
    assert_eq!((seq(&start), start.standing), (Some(5), Standing::Fresh));
    assert_eq!(start.last_verified, None);

    world.net.file(FEED, &world.keys.feed(4, UNTIL, ""));
    assert_eq!(seq(&world.refresh().trusted), Some(5));
    world.publish(7, UNTIL, "1.0.0");
    assert_eq!(seq(&world.refresh().trusted), Some(7));
    world.source.carried.feed = Some(world.keys.feed(9, UNTIL, ""));
    assert_eq!(seq(&world.trusted()), Some(9), "a newer build knows more than the store");
}

#[test]
fn a_build_carries_the_keyrings_that_its_feed_needs() {
    let mut world = World::new(&[BASE]);
    let keys = Keys { release: vec![Key::new()], fresh: Key::new(), ..Keys::new() };
    world.source.carried.feed = Some(keys.feed(5, UNTIL, ""));
    assert_eq!(world.trusted().standing, Standing::NoFeed);

    world.source.carried.keyrings = vec![keys.keyring(2, &[&Keys::new()])];
    assert_eq!(world.trusted().standing, Standing::NoFeed, "it follows from other keys");
    world.source.carried.keyrings = vec![keys.keyring(2, &[&world.keys])];
    assert_eq!((seq(&world.trusted()), world.trusted().standing), (Some(5), Standing::Fresh));
}

#[test]
fn a_damaged_carried_feed_is_no_feed() {
    let mut world = World::new(&[BASE]);
    let mut carried = world.keys.feed(5, UNTIL, "");
    carried[30] ^= 1;
    world.source.carried.feed = Some(carried);

    assert_eq!(world.trusted().standing, Standing::NoFeed);
}

#[test]
fn a_stored_feed_that_is_damaged_is_told_and_fetched_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let open = || {
        let dir = cap_std::fs::Dir::open_ambient_dir(&folder, cap_std::ambient_authority());
        crate::Store::open(dir.unwrap()).unwrap()
    };
    let world = World { store: open(), ..World::new(&[BASE]) };
    world.publish(7, UNTIL, "1.0.0");
    world.refresh();
    let sha256 = world.store.state().unwrap().feeds[&world.source.fingerprint()].feed.unwrap();
    let path = folder.path().join("objects").join(sha256.to_string());
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, b"something else").unwrap();

    let trusted = trusted(&world.store, &world.source, clock(NOW)).unwrap();
    assert_eq!(trusted.standing, Standing::NoFeed);
    let refreshed = world.refresh();
    assert!(refreshed.notices.contains(&FeedNotice::StoredFeedLost));
    assert_eq!(refreshed.trusted.standing, Standing::Fresh);
}
