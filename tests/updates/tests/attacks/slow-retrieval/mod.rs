//! **Attacker:** whoever answers for a base, and takes their time.
//! **Aim:** a client that waits for ever, and so learns nothing of a withdrawal.
//! **What must hold:** 10 s for a connection, 20 s for the next byte, 60 s for a feed in all; a
//! package below 2 KiB/s is given up after 60 s and resumed later. Time here is the mirror's own:
//! nobody really waits.

use std::time::Duration;

use meterport_tests_updates::{
    Answer, BASE, Clinic, Driver, Feed, Item, OTHER_BASE, Part, Ring, UNTIL,
};

#[test]
fn a_dripping_server_is_given_up() {
    let ring = Ring::first("main");
    let feed = Feed::new("main", 1, UNTIL).file(&ring);
    let second = Duration::from_secs(1);
    for (name, answer) in [
        ("silent", Answer::silent()),
        ("stalled body", Answer::stalls(&feed, 100)),
        ("drip", Answer::drip(b"<", second)),
        ("drip just below the idle limit", Answer::drip(b"<", 19 * second)),
    ] {
        let clinic = Clinic::of(&ring);
        clinic.mirror.put(format!("{BASE}appcast.xml"), answer);
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq(), None, "{name}");
        assert!(clinic.mirror.passed() <= 61 * second, "{name}: {:?}", clinic.mirror.passed());
    }
    // The same for a step of the keyring.
    let clinic = Clinic::of(&ring);
    clinic.mirror.put(format!("{BASE}2.keyring"), Answer::drip(b"m", second));
    clinic.put_feed(feed);
    clinic.try_refresh().ok();
    assert!(clinic.mirror.passed() <= 121 * second, "{:?}", clinic.mirror.passed());
}

#[test]
fn a_dripping_base_does_not_keep_the_others_from_answering() {
    let ring = Ring::first("main");
    for slow in [Answer::silent(), Answer::drip(b"<", Duration::from_secs(1))] {
        let mut clinic = Clinic::of(&ring);
        clinic.add_base(OTHER_BASE);
        for file in ["2.keyring", "appcast.xml"] {
            clinic.mirror.put(format!("{BASE}{file}"), slow.clone());
        }
        let second = ring.next();
        clinic.mirror.put(format!("{OTHER_BASE}2.keyring"), second.file());
        let feed = Feed::new("main", 1, UNTIL).file(&second);
        clinic.mirror.put(format!("{OTHER_BASE}appcast.xml"), feed);

        clinic.refresh();

        assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (2, Some(1)));
    }
}

#[test]
fn a_package_that_drips_is_given_up_and_resumed() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0").built(&"x".repeat(100_000));
    let package = driver.package();
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    let url = format!("{BASE}{}", Item::driver(&driver).enclosures[0].url);
    clinic.refresh();
    let before = clinic.mirror.passed();
    clinic.mirror.put(&url, Answer::drip(b"m", Duration::from_secs(1)));

    assert!(clinic.install("meter-a").is_err());

    let waited = clinic.mirror.passed() - before;
    assert!(waited <= Duration::from_secs(200), "{waited:?}");
    assert!(clinic.plugins().is_empty());
    // Slow and honest is not slow and hostile: 3 KiB each second arrive.
    let parts = package
        .chunks(3 * 1024)
        .flat_map(|bytes| [Part::Wait(Duration::from_secs(1)), Part::Bytes(bytes.to_vec())]);
    let honest = Answer { length: Some(package.len() as u64), ..Answer::parts(parts) };
    clinic.mirror.put(&url, honest);
    clinic.install("meter-a").unwrap();
}

#[test]
fn a_download_that_was_cut_goes_on_where_it_was_and_is_hashed_as_a_whole() {
    let ring = Ring::first("main");
    let driver = Driver::new("meter-a", "1.0.0").built(&"x".repeat(300_000));
    let package = driver.package();
    let swapped = driver.clone().built(&"y".repeat(300_000)).package();
    let feed = Feed::new("main", 1, UNTIL).item(Item::driver(&driver));
    let url = format!("{BASE}{}", Item::driver(&driver).enclosures[0].url);
    let tagged = |file: &[u8], etag: &str| Answer { etag: Some(etag.into()), ..Answer::file(file) };

    // The rest of the same file.
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &feed);
    clinic
        .mirror
        .script(&url, [Answer::cut(&package, 200_000, "\"a\""), tagged(&package, "\"a\"")]);
    clinic.install("meter-a").unwrap();
    let from: Vec<_> = clinic.mirror.asked().into_iter().filter_map(|asked| asked.from).collect();
    assert_eq!(from, [200_000]);

    // The file has changed meanwhile: it comes from its first byte.
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &feed);
    clinic
        .mirror
        .script(&url, [Answer::cut(&swapped, 200_000, "\"a\""), tagged(&package, "\"b\"")]);
    clinic.install("meter-a").unwrap();

    // The tag is the same and the first half was another's.
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &feed);
    clinic
        .mirror
        .script(&url, [Answer::cut(&swapped, 200_000, "\"a\""), tagged(&package, "\"a\"")]);
    let ended = clinic.install("meter-a");
    assert!(ended.is_err() || clinic.holds(&package));
    assert!(!clinic.holds(&[&swapped[..200_000], &package[200_000..]].concat()));
}
