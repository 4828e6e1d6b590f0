//! **Attacker:** whoever answers for a base.
//! **Aim:** a full disk or memory, or a program that never comes to an end.
//! **What must hold:** every answer has a limit and is cut off at the first byte beyond it; no
//! answer is decompressed on the way; an archive says its size before it is written.

use meterport_tests_updates::{
    Answer, AppPackage, BASE, Block, Clinic, Driver, Entry, Feed, Item, Key, Ring, UNTIL,
    compressed, header, signed,
};

#[test]
fn endless_answers_are_cut_off() {
    let ring = Ring::first("main");
    let driver = Driver::new("meter-a", "1.0.0");
    let app = AppPackage::new("2.0.0");
    let feed = Feed::new("main", 1, UNTIL).item(Item::driver(&driver)).item(Item::app(&app));
    let most = |clinic: &Clinic, most: u64| {
        let delivered = clinic.mirror.delivered();
        // One piece of 64 KiB may be on its way.
        assert!(delivered <= most + 2 * 64 * 1024, "{delivered}");
    };

    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &feed);
    clinic.mirror.put(format!("{BASE}2.keyring"), Answer::endless(b"mp-keyring 1\n"));
    clinic.try_refresh().ok();
    assert_eq!(clinic.trusted().keyring.version, 1);
    most(&clinic, 64 * 1024 + feed.file(&ring).len() as u64);

    let clinic = Clinic::of(&ring);
    clinic.mirror.put(format!("{BASE}appcast.xml"), Answer::endless(b"<item/>"));
    clinic.try_refresh().ok();
    assert_eq!(clinic.seq(), None);
    most(&clinic, 2 * 1024 * 1024);

    for id in ["meter-a", "app"] {
        let clinic = Clinic::of(&ring);
        clinic.publish(&ring, &feed);
        clinic.refresh();
        let before = clinic.mirror.delivered();
        let item = feed.items.iter().find(|item| item.id == id).unwrap();
        clinic.mirror.put(format!("{BASE}{}", item.enclosures[0].url), Answer::endless(b"x"));
        assert!(clinic.install(id).is_err());
        let length: u64 = item.enclosures[0].length.parse().unwrap();
        most(&clinic, before + length + 2 * 64 * 1024);
    }
}

#[test]
fn an_encoded_answer_is_refused() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 1, UNTIL).file(&ring);
    let encoded = Answer { encoded: true, ..Answer::file(feed) };
    clinic.mirror.put(format!("{BASE}appcast.xml"), encoded);

    clinic.try_refresh().ok();

    assert_eq!(clinic.seq(), None);
}

#[test]
fn a_feed_that_says_its_length_is_too_long_is_not_read() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let mut answer = Answer::endless(b"x");
    answer.length = Some(2 * 1024 * 1024 + 1);
    clinic.mirror.put(format!("{BASE}appcast.xml"), answer);

    clinic.try_refresh().ok();

    assert_eq!((clinic.seq(), clinic.mirror.delivered()), (None, 0));
}

#[test]
fn a_chain_without_an_end_is_left_after_64_steps() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let mut step = ring.clone();
    for _ in 0..70 {
        step = step.next();
        clinic.publish_ring(&step);
    }

    clinic.try_refresh().ok();

    let steps = clinic.mirror.urls().iter().filter(|url| url.ends_with(".keyring")).count();
    assert!(steps <= 65, "{steps}");
    assert_eq!(clinic.trusted().keyring.version, 65);
}

#[test]
fn more_than_16_signatures_are_no_block() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 1, UNTIL);
    let body = feed.body();
    let stranger = Key::named("stranger");
    let mut blocks: Vec<Block> =
        (0..14).map(|_| stranger.sign(&body, "mp1 feed main seq=1")).collect();
    blocks.extend(feed.release_blocks(&body, &[&ring.release.1[0], &ring.release.1[1]]));
    blocks.extend(feed.fresh_blocks(&body, &[&ring.fresh.1[0]]));
    clinic.put_feed(signed(&body, &blocks));
    clinic.try_refresh().ok();
    assert_eq!(clinic.seq(), None);

    clinic.put_feed(signed(&body, &blocks[1..]));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(1));
}

#[test]
fn a_feed_of_too_many_items_is_refused_with_the_limit_named() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let mut feed = Feed::new("main", 1, UNTIL);
    // Shorter than any real item: 10^5 of them are still below 2 MiB.
    feed.extra = "<item/>".repeat(100_000);
    clinic.publish(&ring, &feed);

    let refreshed = clinic.try_refresh();

    assert!(clinic.trusted().feed.is_none_or(|feed| feed.items.is_empty()));
    let told = format!("{refreshed:?}");
    assert!(told.contains("4096") || told.contains("TooMany"), "{}", &told[..told.len().min(500)]);
}

#[test]
fn an_archive_that_unpacks_to_more_than_a_gibibyte_is_refused_unwritten() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    // A header that promises 2 GiB, and zeros that compress to nearly nothing.
    let app = AppPackage::new("2.0.0");
    let first = Entry::file("app.toml", app.manifest().as_bytes());
    let mut tar = meterport_tests_updates::archive([&first, &app.entries[0]]);
    tar.truncate(tar.len() - 1024);
    tar.extend(header(&Entry::file("big", b""), 2 << 30));
    tar.resize(tar.len() + (8 << 20), 0);
    let package = compressed(&tar);
    let before = clinic.paths();

    assert!(clinic.unpack(&package).is_err());

    assert_eq!(clinic.unpacked_files(), [""; 0]);
    assert!(clinic.paths().len() <= before.len() + 2, "{:?}", clinic.paths());
}
