//! New keys: what the stored feed is worth under them.

use super::net::Reply;
use super::publisher::{Entry, Key, Keys, driver};
use super::{BASE, FEED, NOW, UNTIL, World, at, seq};
use crate::{FeedNotice, NotNow, Outcome, Standing, disabled};

const SECOND: &str = "https://updates.example/2.keyring";

/// A world that trusts feed 2^63, which recalls driver `test` 1.0.0, and knows an `ETag` of it.
fn with_huge_seq() -> World {
    let world = World::new(&[BASE]);
    let package = driver("test", "1.0.0", 0x1209);
    let entry = Entry { withdrawn: Some("recall"), ..Entry::new("test", "1.0.0", &package) };
    let feed = world.keys.feed(1 << 63, UNTIL, &entry.xml());
    world.net.put(FEED, Reply::of(&feed).etag("\"huge\""));
    world.refresh();
    world
}

fn is_disabled(world: &World) -> bool {
    let trusted = [world.trusted()];
    disabled(&trusted, &"test".parse().unwrap(), &"1.0.0".parse().unwrap(), None).is_some()
}

#[test]
fn new_release_keys_forget_the_number_and_keep_what_was_disabled() {
    let world = with_huge_seq();
    let keys = Keys { release: vec![Key::new()], fresh: Key::new(), ..Keys::new() };
    world.net.file(SECOND, &keys.keyring(2, &[&world.keys]));

    let refreshed = world.refresh();
    assert_eq!(refreshed.trusted.standing, Standing::NoFeed);
    assert_eq!(refreshed.trusted.may_install(90), Err(NotNow::NoFeed));
    assert!(refreshed.notices.contains(&FeedNotice::FeedForgotten));
    assert_eq!(refreshed.trusted.feed.as_ref().unwrap().items.len(), 0);
    assert!(is_disabled(&world));
    // What was known of the old feed says nothing any more.
    assert_eq!(world.net.conditional.lock().unwrap().len(), 0);

    world.net.file(FEED, &keys.feed(1, UNTIL, ""));
    let refreshed = world.refresh();
    assert_eq!(seq(&refreshed.trusted), Some(1));
    assert_eq!(refreshed.trusted.standing, Standing::Fresh);
    assert!(!is_disabled(&world));
}

#[test]
fn without_a_number_to_compare_only_a_later_promise_makes_a_feed_younger() {
    let (later, world) = ("2026-11-25T09:00:00Z", with_huge_seq());
    let keys = Keys::new();
    world.net.file(SECOND, &keys.keyring(2, &[&world.keys]));
    world.net.file(FEED, &keys.feed(1, UNTIL, ""));
    assert_eq!(world.refresh_at(later).trusted.last_verified, Some(at(NOW)));

    world.net.file(FEED, &keys.feed(2, UNTIL, ""));
    assert_eq!(world.refresh_at(later).trusted.last_verified, Some(at(later)));
}

#[test]
fn what_was_disabled_stays_so_while_a_keyring_is_lost() {
    let world = with_huge_seq();
    let keys = Keys::new();
    world.net.file(SECOND, &keys.keyring(2, &[&world.keys]));
    let package = driver("test", "1.0.0", 0x1209);
    let entry = Entry { withdrawn: Some("recall"), ..Entry::new("test", "1.0.0", &package) };
    world.net.file(FEED, &keys.feed(1, UNTIL, &entry.xml()));
    world.refresh();
    world.store.add_keyring(&world.source.fingerprint(), 2, b"damaged", &|_| false).unwrap();

    assert!(matches!(world.trusted().standing, Standing::KeyringLost { .. }));
    assert!(is_disabled(&world));
    assert_eq!(world.trusted().feed.unwrap().items.len(), 0);
}

#[test]
fn release_keys_that_still_reach_their_threshold_keep_the_number() {
    let world = with_huge_seq();
    let Keys { release, .. } = &world.keys;
    let texts: Vec<String> = release.iter().map(Key::text).collect();
    // The same two release keys and one more, of which two are enough.
    let keys = Keys::new();
    let keyring = String::from_utf8(keys.keyring(2, &[&world.keys])).unwrap();
    let line = keyring.lines().find(|line| line.starts_with("release ")).unwrap();
    let third = keys.release[0].text();
    let fresh = keyring.lines().find(|line| line.starts_with("fresh ")).unwrap();
    let body = keyring
        .split("<!-- minisign")
        .next()
        .unwrap()
        .replace(line, &format!("release 2 {} {} {third}", texts[0], texts[1]))
        .replace(fresh, &format!("fresh 1 {}", world.keys.fresh.text()));
    let sign = |key: &Key| key.sign(body.as_bytes(), "mp1 keyring main version=2");
    let signed = [sign(&world.keys.root), sign(&keys.root)];
    world.net.file(SECOND, &super::publisher::enveloped(&body, signed.into_iter()));

    let refreshed = world.refresh();

    assert_eq!(refreshed.trusted.keyring.version, 2);
    assert_eq!(seq(&refreshed.trusted), Some(1 << 63));
    assert_eq!(refreshed.trusted.standing, Standing::Fresh);
}

#[test]
fn a_new_fresh_key_keeps_the_number_and_asks_for_its_word() {
    let world = with_huge_seq();
    let package = driver("test", "1.0.0", 0x1209);
    let World { keys: old, .. } = &world;
    let same_body = Entry { withdrawn: Some("recall"), ..Entry::new("test", "1.0.0", &package) };
    let fresh = Key::new();
    let release: Vec<String> = old.release.iter().map(Key::text).collect();
    let first = String::from_utf8(old.keyring(1, &[])).unwrap();
    let body = first
        .split("<!-- minisign")
        .next()
        .unwrap()
        .replace("version 1", "version 2")
        .replace(&old.fresh.text(), &fresh.text());
    assert!(release.iter().all(|key| body.contains(key)));
    let signed = old.root.sign(body.as_bytes(), "mp1 keyring main version=2");
    world.net.file(SECOND, &super::publisher::enveloped(&body, [signed].into_iter()));

    let refreshed = world.refresh();
    assert_eq!(refreshed.trusted.standing, Standing::Unconfirmed);
    assert_eq!(refreshed.trusted.may_install(90), Err(NotNow::Unconfirmed));
    assert_eq!(seq(&refreshed.trusted), Some(1 << 63));
    assert!(is_disabled(&world));

    let feed = |seq: u64| {
        let feed = old.feed(seq, UNTIL, &same_body.xml());
        let body = feed.split(|byte| *byte == 0).next().unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let body = text.split("<!-- minisign").next().unwrap().to_owned();
        let released = old
            .release
            .iter()
            .map(|key| key.sign(body.as_bytes(), &format!("mp1 feed main seq={seq}")));
        let promise = format!("mp1 fresh main seq={seq} until={UNTIL}");
        let promised = fresh.sign(body.as_bytes(), &promise);
        super::publisher::enveloped(&body, released.chain([promised]))
    };
    world.net.file(FEED, &feed(5));
    assert!(matches!(world.refresh().asked[0].outcome, Outcome::Older { found: 5, .. }));
    world.net.file(FEED, &feed(1 << 63));
    let refreshed = world.refresh();
    assert_eq!(refreshed.trusted.standing, Standing::Fresh);
    assert_eq!(refreshed.trusted.last_verified, Some(at(NOW)));
}
