//! Rows 6 to 9, 11, 14 and 32: every file and every signature in its own place.

use meterport_tests_updates::{
    BASE, Clinic, Driver, Feed, Item, Key, Ring, UNTIL, comment_feed, signed,
};

/// A clinic that trusts feed 1 with driver `acme.meter` 1.0.0.
fn clinic() -> (Clinic, Ring, Key) {
    let acme = Key::named("acme");
    let ring = Ring::first("main").vendor("acme", &acme, "2766");
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &feed(1, &acme));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(1));
    (clinic, ring, acme)
}

fn feed(seq: u64, acme: &Key) -> Feed {
    let driver = Driver::new("acme.meter", &format!("1.0.{seq}"));
    let item = Item::driver(&driver).vendor_signed(&driver.signature(acme));
    Feed::new("main", seq, UNTIL).item(item)
}

#[test]
fn unsigned_role_is_refused_old_trust_kept() {
    let (clinic, ring, acme) = clinic();
    let (release, fresh) = (&ring.release.1, &ring.fresh.1);
    let next = feed(2, &acme);

    clinic.try_ring(2, ring.next().body());
    assert_eq!(clinic.trusted().keyring.version, 1);
    for file in [
        next.body(),
        next.signed_by(&[&release[0], &release[1]], &[]),
        next.signed_by(&[], &[&fresh[0]]),
    ] {
        clinic.put_feed(file);
        clinic.try_refresh().ok();
        assert_eq!((clinic.seq(), clinic.trusted().keyring.version), (Some(1), 1));
    }

    // The vendor's signature is the vendor's item's alone: the rest of the feed counts.
    let driver = Driver::new("acme.meter", "1.0.2");
    let ours = Driver::new("ours", "1.0.0");
    let next = Feed::new("main", 2, UNTIL).item(Item::driver(&driver)).item(Item::driver(&ours));
    clinic.publish(&ring, &next);
    clinic.refresh();
    assert_eq!(clinic.offers(), [("ours".into(), "1.0.0".into())]);
    clinic.put_package(&driver.package());
    assert!(clinic.install("acme.meter").is_err());
}

#[test]
fn name_and_content_must_agree() {
    let (clinic, ring, acme) = clinic();

    // 2.keyring says version 3, signed as it should be.
    let third = ring.next().next();
    clinic.try_ring(2, third.file());
    assert_eq!(clinic.trusted().keyring.version, 1);

    // 2.keyring is of another feed, signed by the same keys.
    let other = Ring { feed: "other".into(), ..ring.next() };
    clinic.try_ring(2, other.file());
    assert_eq!(clinic.trusted().keyring.version, 1);

    // The comment of a keyring's signature says another version than the keyring.
    let second = ring.next();
    let roots = &ring.root.1;
    let wrong =
        [&roots[0], &roots[1]].map(|key| key.sign(&second.body(), "mp1 keyring main version=3"));
    clinic.try_ring(2, signed(&second.body(), &wrong));
    assert_eq!(clinic.trusted().keyring.version, 1);

    // A feed of another name, signed by the same keys.
    let other = Feed { name: "other".into(), ..feed(2, &acme) };
    clinic.put_feed(other.file(&ring));
    clinic.try_refresh().ok();
    assert_eq!(clinic.seq(), Some(1));

    clinic.publish(&ring, &feed(2, &acme));
    clinic.try_ring(2, ring.next().file());
    assert_eq!((clinic.seq(), clinic.trusted().keyring.version), (Some(2), 2));
}

#[test]
fn same_seq_other_bytes_is_refused() {
    let (clinic, ring, acme) = clinic();
    let kept = clinic.stored_feed();
    let other = feed(1, &acme).item(Item::driver(&Driver::new("ours", "1.0.0")));

    clinic.put_feed(other.file(&ring));
    let refreshed = clinic.try_refresh();

    assert_eq!(clinic.stored_feed(), kept);
    assert!(!clinic.offers().iter().any(|(id, _)| id == "ours"));
    // Somebody signed two feeds of one number: staff are told.
    assert!(!refreshed.unwrap().notices.is_empty());
}

#[test]
fn fresh_block_of_another_body_is_refused() {
    let (clinic, ring, acme) = clinic();
    let (a, b) = (feed(2, &acme), feed(3, &acme));
    let (release, fresh) = (&ring.release.1, &ring.fresh.1);

    for number in [2, 3] {
        let promise = Feed { seq: number, ..b.clone() };
        let blocks = [
            a.release_blocks(&a.body(), &[&release[0], &release[1]]),
            promise.fresh_blocks(&b.body(), &[&fresh[0]]),
        ]
        .concat();
        clinic.put_feed(signed(&a.body(), &blocks));
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq(), Some(1), "{number}");
    }

    // Release and fresh keys agree on the bytes and not on the number.
    let promise = Feed { seq: 3, ..a.clone() };
    let blocks = [
        a.release_blocks(&a.body(), &[&release[0], &release[1]]),
        promise.fresh_blocks(&a.body(), &[&fresh[0]]),
    ]
    .concat();
    clinic.put_feed(signed(&a.body(), &blocks));
    clinic.try_refresh().ok();
    assert_eq!(clinic.seq(), Some(1));
}

#[test]
fn unknown_words_are_tolerated() {
    let (clinic, ring, acme) = clinic();
    let second = ring.next().line("audit 1 https://log.example/").line("# a remark");
    let keyring = second.file();
    clinic.mirror.put(format!("{BASE}2.keyring"), keyring.clone());
    let driver = Driver::new("ours", "1.0.0");
    let item = Item::driver(&driver).with(
        "<x:later xmlns:x=\"urn:later\" a=\"1\">text</x:later><mp:later>1</mp:later><guid>g</guid>",
    );
    let next = Feed {
        extra: "<x:word xmlns:x=\"urn:later\"/><mp:word/><ttl>60</ttl>\n".into(),
        ..feed(2, &acme).item(item)
    };
    let body = next.body();
    let auditor = Key::named("auditor");
    let mut blocks = vec![auditor.sign(&body, "mp1 audit main seq=2")];
    blocks.extend(next.release_blocks(&body, &[&ring.release.1[0], &ring.release.1[1]]));
    blocks.extend(next.fresh_blocks(&body, &[&ring.fresh.1[0]]));
    clinic.put_feed(signed(&body, &blocks));

    clinic.refresh();

    assert_eq!((clinic.trusted().keyring.version, clinic.seq()), (2, Some(2)));
    assert!(clinic.offers().contains(&("ours".into(), "1.0.0".into())));
    // Kept, too: what is stored is what was signed.
    let keyrings = clinic.store.keyrings(&clinic.fingerprint()).unwrap();
    assert!(keyrings.contains(&(2, keyring)));
}

#[test]
fn no_role_plays_another() {
    let (clinic, ring, acme) = clinic();
    let (root, release, fresh) = (&ring.root.1, &ring.release.1, &ring.fresh.1);
    let next = feed(2, &acme);
    let body = next.body();
    let by = |keys: &[&Key], comment: &str| {
        keys.iter().map(|key| key.sign(&body, comment)).collect::<Vec<_>>()
    };
    let good_release = next.release_blocks(&body, &[&release[0], &release[1]]);
    let good_fresh = next.fresh_blocks(&body, &[&fresh[0]]);
    let package = "mp1 package acme.meter 1.0.2 any";

    let wrong = vec![
        // A keyring in the feed's place.
        ring.next().file(),
        // Package, keyring and fresh words where `feed` belongs.
        signed(&body, &[by(&[&release[0], &release[1]], package), good_fresh.clone()].concat()),
        signed(
            &body,
            &[by(&[&release[0], &release[1]], "mp1 keyring main version=2"), good_fresh.clone()]
                .concat(),
        ),
        signed(
            &body,
            &[next.fresh_blocks(&body, &[&release[0], &release[1]]), good_fresh.clone()].concat(),
        ),
        // The fresh key, the root keys and the vendor sign `feed`.
        signed(&body, &[by(&[&fresh[0]], &comment_feed("main", 2)), good_fresh.clone()].concat()),
        signed(
            &body,
            &[by(&[&root[0], &root[1], &root[2]], &comment_feed("main", 2)), good_fresh.clone()]
                .concat(),
        ),
        signed(
            &body,
            &[by(&[&acme, &release[0]], &comment_feed("main", 2)), good_fresh.clone()].concat(),
        ),
        // A release key promises freshness.
        signed(&body, &[good_release.clone(), next.fresh_blocks(&body, &[&release[0]])].concat()),
        // One release key says `feed`, the other a role of a later year.
        signed(
            &body,
            &[
                by(&[&release[0]], &comment_feed("main", 2)),
                by(&[&release[1]], "mp1 target main seq=2"),
                good_fresh.clone(),
            ]
            .concat(),
        ),
        // The other grammar of a later version.
        signed(
            &body,
            &[by(&[&release[0], &release[1]], "mp2 feed main seq=2"), good_fresh].concat(),
        ),
    ];
    for (number, file) in wrong.into_iter().enumerate() {
        clinic.put_feed(file);
        clinic.try_refresh().ok();
        assert_eq!((clinic.seq(), clinic.trusted().keyring.version), (Some(1), 1), "{number}");
    }

    // The feed in the keyring's place, signed by root keys with the keyring's words.
    let as_keyring = by(&[&root[0], &root[1]], "mp1 keyring main version=2");
    clinic.try_ring(2, signed(&body, &as_keyring));
    assert_eq!(clinic.trusted().keyring.version, 1);
    // A keyring signed with the feed's words, by root keys.
    let second = ring.next();
    let words = [&root[0], &root[1]].map(|key| key.sign(&second.body(), &comment_feed("main", 2)));
    clinic.try_ring(2, signed(&second.body(), &words));
    assert_eq!(clinic.trusted().keyring.version, 1);

    clinic.publish(&ring, &next);
    clinic.try_ring(2, second.file());
    assert_eq!((clinic.seq(), clinic.trusted().keyring.version), (Some(2), 2));
}

#[test]
fn extra_bad_signature_is_harmless() {
    let (clinic, ring, acme) = clinic();
    let next = feed(2, &acme);
    let body = next.body();
    let good = [
        next.release_blocks(&body, &[&ring.release.1[0], &ring.release.1[1]]),
        next.fresh_blocks(&body, &[&ring.fresh.1[0]]),
    ]
    .concat();
    let stranger = Key::named("stranger");
    let bad = [
        stranger.sign(&body, &comment_feed("main", 2)),
        good[0].damaged(),
        good[0].claiming("mp1 feed main seq=9"),
        ring.release.1[0].sign(&body, "signed on a Sunday"),
        ring.release.1[0].sign(&body, "mp1 feed main seq=02"),
        ring.release.1[0].sign(b"another body", &comment_feed("main", 2)),
    ];

    clinic.put_feed(signed(&body, &[&bad[..], &good].concat()));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(2));

    // The same with a keyring.
    let second = ring.next();
    let good = second.blocks(&[&ring.root.1[0], &ring.root.1[1]]);
    let bad = [
        stranger.sign(&second.body(), &second.comment()),
        good[0].damaged(),
        good[0].claiming("mp1 keyring main version=9"),
    ];
    clinic
        .mirror
        .put(format!("{BASE}2.keyring"), signed(&second.body(), &[&bad[..], &good].concat()));
    clinic.refresh();
    assert_eq!(clinic.trusted().keyring.version, 2);
}
