//! **Attacker:** the publisher of another feed, or a clash of names.
//! **Aim:** to be taken for ours.
//! **What must hold:** a feed is known by the SHA-256 of its first keyring, and what it calls itself
//! means nothing to another.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Key, Ring, UNTIL};

/// Two feeds that both call themselves `main`.
fn clinic() -> (Clinic, Ring, Ring, Key) {
    let ours = Ring::first("main");
    let key = Key::named("acme");
    let mut theirs = Ring::first("theirs").vendor("acme", &key, "2766");
    theirs.feed = "main".into();
    let mut clinic = Clinic::of(&ours);
    clinic.add_source("Acme", "acme.", "2766", &theirs, "https://acme.example/");
    (clinic, ours, theirs, key)
}

#[test]
fn two_feeds_called_main_stay_apart() {
    let (clinic, ours, theirs, key) = clinic();
    let a = Driver::new("meter-a", "1.0.0");
    let b = Driver::new("acme.meter", "1.0.0");
    let item = Item::driver(&b).vendor_signed(&b.signature(&key));
    clinic.publish(&ours, &Feed::new("main", 5, UNTIL).item(Item::driver(&a)));
    let second = Feed::new("main", 900, UNTIL).item(item);
    clinic.mirror.put("https://acme.example/appcast.xml", second.file(&theirs));

    clinic.refresh();

    let trusted = clinic.all_trusted();
    let seqs: Vec<_> = trusted.iter().map(|t| t.feed.as_ref().and_then(|f| f.seq)).collect();
    assert_eq!(seqs, [Some(5), Some(900)]);
    assert_eq!(clinic.offers().len(), 2);
    // A step of one keyring is no step of the other.
    clinic.mirror.put("https://acme.example/2.keyring", theirs.next().file());
    clinic.refresh();
    let versions: Vec<_> = clinic.all_trusted().iter().map(|t| t.keyring.version).collect();
    assert_eq!(versions, [1, 2]);
}

#[test]
fn one_feeds_file_in_the_others_place_counts_for_nothing() {
    let (clinic, ours, theirs, _) = clinic();
    clinic.publish(&ours, &Feed::new("main", 1, UNTIL));
    clinic.refresh();

    clinic.put_feed(Feed::new("main", 2, UNTIL).file(&theirs));
    clinic.try_refresh().ok();
    clinic.try_ring(2, theirs.next().file());

    assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (1, Some(1)));
}
