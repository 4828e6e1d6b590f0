//! The keyring chain: who is asked for which step, and who is asked nothing more.

use std::time::Duration;

use super::net::Reply;
use super::publisher::Keys;
use super::{BASE, FEED, UNTIL, World, seq};
use crate::{FeedNotice, Outcome, Standing, Transport as _};

const MIRROR: &str = "https://mirror.example/";
const SECOND: &str = "https://updates.example/2.keyring";

/// A world whose publisher has gone on to keyring 2, with a feed by its keys.
fn stepped(bases: &[&str]) -> (World, Vec<u8>) {
    let world = World::new(bases);
    let keys = Keys::new();
    let second = keys.keyring(2, &[&world.keys]);
    let package = super::driver("test", "1.0.0", 0x1209);
    let items = super::Entry::new("test", "1.0.0", &package).xml();
    world.net.file(FEED, &keys.feed(7, UNTIL, &items));
    (World { keys, ..world }, second)
}

#[test]
fn a_step_that_does_not_follow_is_refused_and_its_place_asked_nothing_more() {
    let (world, second) = stepped(&[BASE, MIRROR]);
    let strangers = Keys::new();
    let third = world.keys.keyring(3, &[&world.keys]);
    let mut altered = second.clone();
    altered[20] ^= 1;
    for bad in [strangers.keyring(2, &[]), world.keys.keyring(2, &[]), third, altered] {
        world.net.file(SECOND, &bad);
        let refreshed = world.refresh();

        assert_eq!(refreshed.trusted.keyring.version, 1);
        assert_eq!(refreshed.asked[0].outcome.code(), Some("update.feed"));
        let asked = world.net.asked();
        assert!(!asked.contains(&FEED.to_owned()), "{asked:?}");
        assert!(asked.contains(&format!("{MIRROR}2.keyring")));
        assert!(asked.contains(&format!("{MIRROR}appcast.xml")));
    }
    world.net.file(SECOND, &second);
    let refreshed = world.refresh();
    assert_eq!(seq(&refreshed.trusted), Some(7));
    assert_eq!(refreshed.notices, [FeedNotice::KeyringReplaced { from: 1, to: 2 }]);
}

#[test]
fn a_page_in_the_place_of_a_keyring_is_no_step() {
    let (world, _) = stepped(&[BASE]);
    world.net.file(SECOND, b"<html>Please sign in</html>");

    let refreshed = world.refresh();

    assert_eq!(refreshed.asked[0].outcome, Outcome::NoSignedFile);
    assert_eq!(world.net.asked(), [SECOND]);
}

#[test]
fn a_place_that_hides_a_keyring_only_costs_time() {
    let (world, second) = stepped(&[MIRROR, BASE]);
    world.net.file(SECOND, &second);
    let old = stepped(&[BASE]).0.keys.feed(9, UNTIL, "");
    world.net.file("https://mirror.example/appcast.xml", &old);

    let refreshed = world.refresh();

    assert_eq!(refreshed.trusted.keyring.version, 2);
    assert_eq!(seq(&refreshed.trusted), Some(7));
    assert_eq!(refreshed.trusted.standing, Standing::Fresh);
}

#[test]
fn places_that_stall_or_drip_leave_time_for_the_others() {
    let bases = ["https://a.example/", "https://b.example/", "https://c.example/", BASE];
    let (world, second) = stepped(&bases);
    for base in ["https://a.example/", "https://b.example/", "https://c.example/"] {
        let reply = Reply::of(&[b'x'; 60_000]).dripping();
        world.net.put(&format!("{base}2.keyring"), reply);
    }
    world.net.file(SECOND, &second);
    let before = world.net.now();

    let refreshed = world.refresh();

    assert_eq!(refreshed.trusted.keyring.version, 2);
    assert_eq!(seq(&refreshed.trusted), Some(7));
    assert!(world.net.now() - before <= Duration::from_secs(60));
    let stalled =
        refreshed.asked.iter().filter(|asked| asked.outcome.code() == Some("network.timeout"));
    assert_eq!(stalled.count(), 3);
    assert!(world.net.asked().iter().filter(|url| url.contains("a.example")).count() == 1);
}

#[test]
fn a_server_that_says_403_for_what_is_not_there_is_still_asked_for_the_feed() {
    let world = World::new(&[BASE]);
    world.publish(7, UNTIL, "1.0.0");
    world.net.put(SECOND, Reply::status(403));

    assert_eq!(seq(&world.refresh().trusted), Some(7));
}

#[test]
fn a_keyring_longer_than_any_is_cut_off() {
    let world = World::new(&[BASE]);
    world.net.put(SECOND, Reply { endless: true, ..Reply::of(b"") });

    let refreshed = world.refresh();

    assert!(matches!(
        refreshed.asked[0].outcome,
        Outcome::Fetch(crate::FetchError::TooLong { most: 65536, .. })
    ));
}

#[test]
fn after_64_steps_the_next_refresh_goes_on() {
    let world = World::new(&[BASE]);
    for version in 2..=70 {
        let keyring = world.keys.keyring(version, &[]);
        world.net.file(&format!("{BASE}{version}.keyring"), &keyring);
    }
    world.publish(7, UNTIL, "1.0.0");

    let first = world.refresh();
    assert_eq!(first.trusted.keyring.version, 65);
    assert!(first.notices.contains(&FeedNotice::KeyringsUnfinished));
    let second = world.refresh();
    assert_eq!(second.trusted.keyring.version, 70);
    assert!(!second.notices.contains(&FeedNotice::KeyringsUnfinished));
}

#[test]
fn each_step_is_kept_even_if_the_next_never_comes() {
    let (world, second) = stepped(&[BASE]);
    world.net.file(SECOND, &second);
    let stopped = std::cell::Cell::new(0);
    let cancelled = || stopped.replace(stopped.get() + 1) > 2;

    let clock = super::clock(super::NOW);
    let error = crate::refresh(&world.store, &world.source, &world.net, clock, &cancelled);

    assert!(matches!(error, Err(crate::RefreshError::Cancelled)), "{error:?}");
    assert_eq!(world.trusted().keyring.version, 2);
}

#[test]
fn a_mirror_of_a_new_keyring_is_asked_from_then_on() {
    let world = World::new(&[BASE]);
    let keys = Keys { more: format!("mirror {MIRROR}\n"), ..Keys::new() };
    world.net.file(SECOND, &keys.keyring(2, &[&world.keys]));
    world.net.file("https://mirror.example/appcast.xml", &keys.feed(7, UNTIL, ""));

    let refreshed = world.refresh();

    assert_eq!(seq(&refreshed.trusted), Some(7));
    let asked = world.net.asked();
    assert!(!asked.contains(&"https://mirror.example/2.keyring".to_owned()));
    assert!(asked.contains(&"https://mirror.example/3.keyring".to_owned()));
}

#[test]
fn a_keyring_that_was_lost_is_fetched_again_before_anything_is_installed() {
    let (world, second) = stepped(&[BASE]);
    world.net.file(SECOND, &second);
    world.refresh();
    let feed = world.source.fingerprint();
    let is_valid = |_: &[u8]| false;
    world.store.add_keyring(&feed, 2, b"damaged", &is_valid).unwrap();

    let trusted = world.trusted();
    assert_eq!(trusted.standing, Standing::KeyringLost { had: 2, has: 1 });
    assert!(trusted.may_install(90).is_err());

    world.net.gone(SECOND);
    let refreshed = world.refresh();
    assert!(refreshed.trusted.may_install(90).is_err());
    assert!(matches!(refreshed.asked[0].outcome, Outcome::NotAsked(_)));
    assert!(refreshed.notices.contains(&FeedNotice::KeyringLost { version: 2 }));

    world.net.file(SECOND, &second);
    assert_eq!(world.refresh().trusted.standing, Standing::Fresh);
}

#[test]
fn time_that_others_used_up_is_held_against_nobody() {
    let world = World::new(&[BASE]);
    for version in 2..=9 {
        let pauses = (Duration::from_secs(9), Duration::ZERO);
        let reply = Reply { pauses, ..Reply::of(&world.keys.keyring(version, &[])) };
        world.net.put(&format!("{BASE}{version}.keyring"), reply);
    }
    world.publish(7, UNTIL, "1.0.0");

    let refreshed = world.refresh();

    assert_eq!(refreshed.trusted.keyring.version, 7);
    assert_eq!(seq(&refreshed.trusted), Some(7));
    assert_eq!(refreshed.notices[0], FeedNotice::KeyringsUnfinished);
}
