//! **Attacker:** whoever can put a file into a person's hand: by mail, on a stick.
//! **Aim:** an old, withdrawn, foreign or unsigned driver, installed with a person's yes.
//! **What must hold:** a file needs the same signatures as the feed asks for; a feed's keyring counts
//! inside its scope alone; the file is held against the stored feed; unsigned never replaces signed.

use meterport_appcast::Signature;
use meterport_tests_updates::{Block, Clinic, Driver, Feed, Item, Key, Ring, UNTIL, hid};
use meterport_update::{
    ByHand, Origin, Refusal, Sha256Hex, StoreError, check_file, check_unsigned,
};

fn check(clinic: &Clinic, driver: &Driver, blocks: &[Block]) -> Result<ByHand, Refusal> {
    let file: String = blocks.iter().map(Block::to_string).collect();
    let signatures = Signature::file(file.as_bytes()).unwrap_or_default();
    let plugins = clinic.store.plugins().unwrap().plugins;
    let manifest = driver.manifest();
    let installed = plugins.iter().find(|entry| entry.id == manifest.id);
    check_file(&driver.package(), &manifest, &signatures, &clinic.all_trusted(), installed)
}

#[test]
fn a_file_by_hand_is_held_against_the_feed() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let release = |driver: &Driver| {
        ring.release.1.iter().map(|key| driver.signature(key)).collect::<Vec<_>>()
    };
    let driver = Driver::new("meter-a", "1.0.0");
    let blocks = release(&driver);
    assert!(check(&clinic, &driver, &blocks).is_ok(), "by hand, before any feed was seen");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.install("meter-a").unwrap();

    // An older one asks, a newer one does not.
    let older = Driver::new("meter-a", "0.9.0");
    let asked = check(&clinic, &older, &release(&older)).unwrap();
    assert_eq!(asked.older_than.map(|version| version.to_string()).as_deref(), Some("1.0.0"));
    let newer = Driver::new("meter-a", "1.1.0");
    assert_eq!(check(&clinic, &newer, &release(&newer)).unwrap().older_than, None);

    // A withdrawn version and a refused file are refused, whoever signed them.
    let feed = Feed::new("main", 2, UNTIL).item(Item::driver(&newer).withdrawn("defect"));
    let refused = Driver::new("meter-b", "1.0.0");
    let sum = Sha256Hex::of(&refused.package()).to_string();
    clinic.publish(&ring, &Feed { refused: vec![sum], ..feed });
    clinic.refresh();
    let error = check(&clinic, &newer, &release(&newer)).unwrap_err();
    assert!(matches!(error, Refusal::Withdrawn { .. }), "{error}");
    let error = check(&clinic, &refused, &release(&refused)).unwrap_err();
    assert!(matches!(error, Refusal::Refused { .. }), "{error}");
    for driver in [&newer, &refused] {
        let trusted = clinic.all_trusted();
        assert!(check_unsigned(&driver.package(), &driver.manifest(), &trusted).is_err());
    }
}

#[test]
fn a_file_needs_the_signatures_that_the_feed_asks_for() {
    let acme = Key::named("acme");
    let ring = Ring::first("main").vendor("acme", &acme, "2766");
    let clinic = Clinic::of(&ring);
    let (one, two) = (&ring.release.1[0], &ring.release.1[1]);
    let ours = Driver::new("meter-a", "1.0.0");
    let theirs = Driver::new("acme.meter", "1.0.0");
    let by = |driver: &Driver, keys: &[&Key]| {
        keys.iter().map(|key| driver.signature(key)).collect::<Vec<_>>()
    };
    let says = |key: &Key, comment: &str| key.sign(&ours.package(), comment);
    let cases: Vec<(&Driver, Vec<Block>, bool)> = vec![
        (&ours, by(&ours, &[one, two]), true),
        (&theirs, by(&theirs, &[&acme]), true),
        (&ours, Vec::new(), false),
        (&ours, by(&ours, &[one]), false),
        (&ours, by(&ours, &[one, one]), false),
        (&ours, by(&ours, &[&one.under_id(*b"12345678"), one]), false),
        (&ours, by(&ours, &[one, &ring.fresh.1[0]]), false),
        (&ours, by(&ours, &[&ring.root.1[0], &ring.root.1[1]]), false),
        (&ours, by(&ours, &[&acme]), false),
        (&theirs, by(&theirs, &[one, two]), false),
        (&theirs, by(&ours, &[&acme]), false),
        // Signed for another version, system or role.
        (&ours, [one, two].map(|key| says(key, "mp1 package meter-a 1.0.1 any")).into(), false),
        (&ours, [one, two].map(|key| says(key, "mp1 package meter-b 1.0.0 any")).into(), false),
        (&ours, [one, two].map(|key| says(key, "mp1 package meter-a 1.0.0 windows")).into(), false),
        (&ours, [one, two].map(|key| says(key, "mp1 package meter-a 1.0.0")).into(), false),
        (&ours, [one, two].map(|key| says(key, "mp1 feed main seq=1")).into(), false),
        (&ours, by(&ours, &[one, two]).iter().map(Block::relabelled).collect(), false),
        (&ours, by(&ours, &[one, two]).iter().map(Block::malleated).collect(), false),
    ];
    for (number, (driver, blocks, taken)) in cases.into_iter().enumerate() {
        assert_eq!(check(&clinic, driver, &blocks).is_ok(), taken, "{number}");
    }
}

#[test]
fn another_feeds_keys_reach_no_further_by_hand() {
    let key = Key::named("acme");
    let theirs = Ring::first("acme").vendor("acme", &key, "2766");
    let mut clinic = Clinic::of(&Ring::first("main"));
    clinic.add_source("Acme", "acme.", "2766", &theirs, "https://acme.example/");
    let all: Vec<&Key> = theirs.release.1.iter().chain([&key]).collect();
    for (id, matches, taken) in [
        ("acme.meter", hid(0x2766, 1), true),
        ("acme.meter", hid(0x04D9, 1), false),
        ("meter-a", hid(0x2766, 1), false),
        ("beta.meter", hid(0x2766, 1), false),
    ] {
        let driver = Driver::new(id, "1.0.0").matching(matches);
        let blocks: Vec<Block> = all.iter().map(|key| driver.signature(key)).collect();
        assert_eq!(check(&clinic, &driver, &blocks).is_ok(), taken, "{id}");
    }
}

#[test]
fn unsigned_never_takes_the_place_of_signed() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.install("meter-a").unwrap();
    let evil = Driver::new("meter-a", "9.0.0");
    let manifest = evil.manifest();

    let error = clinic
        .store
        .install(&evil.package(), &manifest.id, &manifest.version, Origin::Unsigned)
        .unwrap_err();

    assert!(matches!(error, StoreError::UnsignedOverSigned { .. }), "{error}");
    assert_eq!(clinic.plugins(), [("meter-a".into(), "1.0.0".into())]);
}

#[test]
fn a_signature_file_survives_mail_and_nothing_more() {
    let ring = Ring::first("main");
    let driver = Driver::new("meter-a", "1.0.0");
    let text: String = ring.release.1.iter().map(|key| driver.signature(key).to_string()).collect();
    let read = |text: &str| Signature::file(text.as_bytes()).map(|all| all.len()).ok();
    assert_eq!(read(&text), Some(2));
    assert_eq!(read(&text.replace('\n', "\r\n")), Some(2));
    assert_eq!(read(text.trim_end()), Some(2));

    for wrong in [
        String::new(),
        format!("\u{feff}{text}"),
        format!("{text}\n\n"),
        format!("{text}P.S. see you\n"),
        text.replacen('\n', "\n\n", 1),
        text.replacen("=\n", "= \n", 1),
        text.lines().take(7).collect::<Vec<_>>().join("\n"),
        text.repeat(9),
    ] {
        assert_eq!(read(&wrong), None, "{wrong}");
    }
}
