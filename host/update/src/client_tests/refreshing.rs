//! Whom a refresh asks, what it takes for an answer, and what it leaves in the store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::net::{Net, Reply};
use super::publisher::{Entry, driver, enveloped, source};
use super::{BASE, FEED, NOW, UNTIL, World, clock, seq};
use crate::ask::choose;
use crate::load::Loaded;
use crate::walk::Round;
use crate::{FeedNotice, FetchError, Outcome, RefreshError, Standing, TransportError, refresh};

const MIRROR: &str = "https://mirror.example/m/";

fn outcome(world: &World) -> Outcome {
    world.refresh().asked[0].outcome.clone()
}

#[test]
fn a_first_keyring_that_is_none_is_asked_about_nothing() {
    let mut world = World::new(&[BASE]);
    world.source.first_keyring.truncate(40);

    let error = refresh(&world.store, &world.source, &world.net, clock(NOW), &|| false);

    assert!(matches!(error, Err(RefreshError::Trust(_))), "{error:?}");
    assert_eq!(world.net.asked(), [""; 0]);
}

#[test]
fn whatever_goes_wrong_is_one_outcome_and_what_was_trusted_is_kept() {
    let world = World::new(&[BASE]);
    let good = world.publish(7, UNTIL, "1.0.0");
    assert_eq!(outcome(&world).code(), None);
    let altered = String::from_utf8(good.clone()).unwrap().replace("1.0.0", "1.0.1");
    let refused = TransportError::Connect { host: "h".to_owned(), reason: "no".to_owned() };
    let unreadable = "<rss><channel><!DOCTYPE x></channel></rss>\n";
    let released = |seq: u64, fresh: bool| {
        let comment = format!("mp1 feed main seq={seq}");
        let promise = format!("mp1 fresh main seq={seq} until={UNTIL}");
        let mut all: Vec<_> = world
            .keys
            .release
            .iter()
            .map(|key| key.sign(unreadable.as_bytes(), &comment))
            .collect();
        if fresh {
            all.push(world.keys.fresh.sign(unreadable.as_bytes(), &promise));
        }
        enveloped(unreadable, all.into_iter())
    };
    let slow = Reply { pauses: (Duration::from_secs(21), Duration::ZERO), ..Reply::of(&good) };
    let replies = [
        (Reply::of(b"<html>Please sign in</html>"), "network.http"),
        (Reply::of(&world.keys.keyring(1, &[])), "update.feed"),
        (Reply::of(altered.as_bytes()), "update.feed"),
        (Reply::of(&released(8, true)), "update.feed"),
        (Reply::of(&released(8, false)), "update.feed"),
        (Reply::status(404), "network.http"),
        (Reply::status(500), "network.http"),
        (Reply::status(304), "network.http"),
        (Reply::status(206), "network.http"),
        (Reply { fails: Some(refused), ..Reply::of(&good) }, "network.connect"),
        (Reply { encoded: true, ..Reply::of(&good) }, "network.http"),
        (Reply { endless: true, ..Reply::of(b"") }, "network.http"),
        (Reply { cut_after: Some(100), ..Reply::of(&good) }, "network.connect"),
        (slow, "network.timeout"),
        (Reply::of(&good).dripping(), "network.timeout"),
        (Reply::redirect("https://evil.example/appcast.xml"), "network.http"),
        (Reply::redirect("http://updates.example/appcast.xml"), "network.http"),
        (Reply::redirect("file:///etc/passwd"), "network.http"),
        (Reply::redirect(FEED), "network.http"),
        (Reply { location: None, ..Reply::redirect("") }, "network.http"),
    ];
    for (number, (reply, code)) in replies.into_iter().enumerate() {
        world.net.put(FEED, reply);
        let refreshed = world.refresh();

        let outcome = &refreshed.asked[0].outcome;
        assert_eq!(outcome.code(), Some(code), "{number}: {outcome}");
        assert!(outcome.hint().is_some(), "{number}");
        assert_eq!(seq(&refreshed.trusted), Some(7), "{number}");
        assert_eq!(refreshed.trusted.standing, Standing::Fresh, "{number}");
        assert!(world.net.asked().iter().all(|url| url.starts_with(BASE)), "{number}");
    }
    world.net.put(FEED, Reply::of(&good));
    assert_eq!(outcome(&world), Outcome::Unchanged);
}

#[test]
fn an_endless_feed_is_cut_off_and_a_dripping_one_given_up_after_a_minute() {
    use crate::Transport as _;
    let world = World::new(&[BASE]);
    world.net.put(FEED, Reply { endless: true, ..Reply::of(b"") });
    assert!(matches!(outcome(&world), Outcome::Fetch(FetchError::TooLong { .. })));

    world.net.put(FEED, Reply::of(&[b' '; 1000]).dripping());
    let before = world.net.now();
    outcome(&world);
    assert!(world.net.now() - before <= Duration::from_secs(60));
}

#[test]
fn a_redirect_inside_the_bases_is_followed_three_times_and_not_four() {
    let world = World::new(&[BASE, MIRROR]);
    let feed = world.publish(7, UNTIL, "1.0.0");
    world.net.put(FEED, Reply::redirect("https://mirror.example/m/1"));
    world.net.put("https://mirror.example/m/1", Reply::redirect("2"));
    world.net.put("https://mirror.example/m/2", Reply::redirect("/m/3"));
    world.net.file("https://mirror.example/m/3", &feed);
    assert!(matches!(outcome(&world), Outcome::Newest { seq: 7, .. }));

    world.net.put("https://mirror.example/m/3", Reply::redirect("4"));
    world.net.file("https://mirror.example/m/4", &feed);
    assert!(matches!(outcome(&world), Outcome::Fetch(FetchError::Redirects { .. })));
}

#[test]
fn plain_http_is_asked_only_where_a_base_says_so() {
    let plain = "http://lan.example/";
    let world = World::new(&[plain]);
    let feed = world.publish(7, UNTIL, "1.0.0");
    world.net.put("http://lan.example/appcast.xml", Reply::redirect("/feed"));
    world.net.file("http://lan.example/feed", &feed);

    assert!(matches!(outcome(&world), Outcome::Newest { seq: 7, .. }));
    assert!(world.net.asked().iter().all(|url| url.starts_with(plain)));
}

#[test]
fn an_older_feed_and_other_bytes_of_the_same_number_change_nothing() {
    let world = World::new(&[BASE]);
    let old = world.publish(6, UNTIL, "0.9.0");
    world.publish(7, UNTIL, "1.0.0");
    world.refresh();

    world.net.file(FEED, &old);
    let refreshed = world.refresh();
    assert_eq!(refreshed.asked[0].outcome, Outcome::Older { found: 6, trusted: 7 });
    assert_eq!(seq(&refreshed.trusted), Some(7));

    world.publish(7, "2026-12-07T09:00:00Z", "1.0.1");
    let refreshed = world.refresh();
    assert_eq!(refreshed.asked[0].outcome, Outcome::Contradicts { seq: 7 });
    assert_eq!(refreshed.notices, [FeedNotice::Contradiction { seq: 7 }]);
    let feed = refreshed.trusted.feed.unwrap();
    assert_eq!(feed.items[0].version.to_string(), "1.0.0");
    assert_eq!(feed.until, Some(super::at(UNTIL)));
}

#[test]
fn two_contents_of_one_new_number_count_both_for_nothing() {
    let world = World::new(&[BASE, MIRROR, "https://third.example/"]);
    let first = world.publish(9, UNTIL, "2.0.0");
    let second = world.publish(9, UNTIL, "2.0.1");
    let third = world.publish(8, UNTIL, "1.0.0");
    world.net.file(FEED, &first);
    world.net.file("https://mirror.example/m/appcast.xml", &second);
    world.net.file("https://third.example/appcast.xml", &third);

    let refreshed = world.refresh();

    assert_eq!(seq(&refreshed.trusted), Some(8));
    assert_eq!(refreshed.asked[0].outcome, Outcome::Contradicts { seq: 9 });
    assert_eq!(refreshed.asked[1].outcome, Outcome::Contradicts { seq: 9 });
    assert!(matches!(refreshed.asked[2].outcome, Outcome::Newest { seq: 8, .. }));
    assert_eq!(refreshed.notices, [FeedNotice::Contradiction { seq: 9 }]);
}

#[test]
fn of_all_places_the_newest_feed_wins_and_each_is_told_what_it_has() {
    let world = World::new(&[BASE, MIRROR]);
    let new = world.publish(8, UNTIL, "1.0.1");
    world.publish(7, "2026-12-20T09:00:00Z", "1.0.0");
    world.net.file("https://mirror.example/m/appcast.xml", &new);

    let refreshed = world.refresh();

    assert_eq!(seq(&refreshed.trusted), Some(8));
    assert_eq!(refreshed.asked[0].outcome, Outcome::Older { found: 7, trusted: 8 });
    assert!(matches!(refreshed.asked[1].outcome, Outcome::Newest { seq: 8, .. }));
    assert_eq!(
        world.net.asked(),
        [
            "https://updates.example/2.keyring",
            "https://mirror.example/m/2.keyring",
            FEED,
            "https://mirror.example/m/appcast.xml",
        ]
    );
}

#[test]
fn the_same_feed_with_a_later_promise_is_newer_and_with_an_earlier_one_is_not() {
    let world = World::new(&[BASE]);
    world.publish(7, "2026-12-05T09:00:00Z", "1.0.0");
    world.refresh();
    world.publish(7, UNTIL, "1.0.0");
    assert!(matches!(outcome(&world), Outcome::Newest { seq: 7, .. }));

    world.publish(7, "2026-12-04T09:00:00Z", "1.0.0");
    assert_eq!(outcome(&world), Outcome::OlderPromise);
    assert_eq!(world.trusted().feed.unwrap().until, Some(super::at(UNTIL)));
}

#[test]
fn an_unchanged_feed_is_not_sent_twice() {
    let world = World::new(&[BASE]);
    let feed = world.publish(7, UNTIL, "1.0.0");
    world.net.put(FEED, Reply::of(&feed).etag("\"a\""));
    world.refresh();
    assert_eq!(world.net.conditional.lock().unwrap().len(), 0);

    assert_eq!(outcome(&world), Outcome::Unchanged);
    assert_eq!(*world.net.conditional.lock().unwrap(), ["\"a\""]);
    assert_eq!(outcome(&world), Outcome::Unchanged);

    let newer = world.publish(8, UNTIL, "1.0.1");
    world.net.put(FEED, Reply::of(&newer).etag("\"b\""));
    assert!(matches!(outcome(&world), Outcome::Newest { seq: 8, .. }));
    world.refresh();
    assert_eq!(world.net.conditional.lock().unwrap().last().unwrap(), "\"b\"");
}

#[test]
fn an_answer_that_lost_is_never_asked_about_by_its_etag() {
    let world = World::new(&[BASE, MIRROR]);
    let old = world.publish(6, UNTIL, "0.9.0");
    world.net.put("https://mirror.example/m/appcast.xml", Reply::of(&old).etag("\"old\""));
    world.publish(7, UNTIL, "1.0.0");

    world.refresh();
    world.refresh();

    assert_eq!(world.net.conditional.lock().unwrap().len(), 0);
}

#[test]
fn the_stored_feed_is_what_was_served_byte_for_byte() {
    let world = World::new(&[BASE]);
    let feed = world.publish(7, UNTIL, "1.0.0");
    world.refresh();

    let state = world.store.state().unwrap();
    let stored = &state.feeds[&world.source.fingerprint()];
    assert_eq!(world.store.read_object(&stored.feed.unwrap()).unwrap(), feed);
    assert_eq!(stored.newest_until, Some(super::at(UNTIL)));
    assert_eq!(stored.last_check, Some(super::at(NOW)));
}

#[test]
fn another_program_that_found_more_meanwhile_is_not_undone() {
    let world = World::new(&[BASE]);
    let newer = world.publish(9, UNTIL, "2.0.0");
    world.publish(8, UNTIL, "1.0.0");
    let (store, other) = (world.store.clone(), source(&world.keys, &[BASE]));
    let other = crate::Source { first_keyring: world.source.first_keyring.clone(), ..other };
    let once = Arc::new(Mutex::new(Some(newer)));
    *world.net.hook.lock().unwrap() = Some(Box::new(move |url| {
        if url != FEED {
            return;
        }
        if let Some(newer) = once.lock().unwrap().take() {
            let net = Net::new();
            net.file(FEED, &newer);
            refresh(&store, &other, &net, clock(NOW), &|| false).unwrap();
        }
    }));

    let refreshed = world.refresh();

    assert_eq!(seq(&refreshed.trusted), Some(9));
    assert_eq!(refreshed.asked[0].outcome, Outcome::Older { found: 8, trusted: 9 });
}

#[test]
fn what_was_chosen_upon_an_older_state_is_not_written() {
    let world = World::new(&[BASE]);
    world.publish(8, UNTIL, "1.0.0");
    let before = Loaded::read(&world.store, &world.source, clock(NOW)).unwrap();
    let mut round = Round {
        store: &world.store,
        source: &world.source,
        transport: &world.net,
        cancelled: &|| false,
        dropped: BTreeMap::new(),
    };
    let answers = round.feeds(&before).unwrap();
    world.publish(9, UNTIL, "2.0.0");
    world.refresh();

    assert!(!choose(&before, &world.source, &answers).write(&world.store, &before).unwrap());
    assert_eq!(seq(&world.trusted()), Some(9));
    let after = Loaded::read(&world.store, &world.source, clock(NOW)).unwrap();
    assert!(choose(&after, &world.source, &answers).write(&world.store, &after).unwrap());
    assert_eq!(seq(&world.trusted()), Some(9));
}

#[test]
fn a_refresh_that_is_cancelled_changes_nothing() {
    let world = World::new(&[BASE]);
    world.publish(7, UNTIL, "1.0.0");

    let error = refresh(&world.store, &world.source, &world.net, clock(NOW), &|| true);

    assert!(matches!(error, Err(RefreshError::Cancelled)));
    assert_eq!(world.trusted().standing, Standing::NoFeed);
}

#[test]
fn a_bad_item_is_dropped_and_named_and_its_withdrawal_holds() {
    let world = World::new(&[BASE]);
    let package = driver("test", "1.0.0", 0x1209);
    let good = Entry::new("good", "1.0.0", &package).xml();
    let bad = Entry { withdrawn: Some("recall"), ..Entry::new("test", "1.0.0", &package) }.xml();
    let bad = bad.replace("mp:sha256", "mp:other");
    let elsewhere = Entry::new("other.driver", "1.0.0", &package).xml();
    world.net.file(FEED, &world.keys.feed(7, UNTIL, &[good, bad, elsewhere].concat()));

    let feed = world.refresh().trusted.feed.unwrap();

    assert_eq!(feed.items.len(), 1);
    assert_eq!(feed.dropped.len(), 2, "{:?}", feed.dropped);
    assert_eq!(feed.withdrawals.len(), 1);
}
