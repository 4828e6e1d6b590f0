//! **Attacker:** a mirror that holds several genuine feeds.
//! **Aim:** a combination that nobody ever published.
//! **What must hold:** the feed is one file, all counted signatures cover the same bytes and name
//! the same number, and a generation is applied as a whole.

use meterport_tests_updates::{BASE, Clinic, Driver, Feed, Item, OTHER_BASE, Ring, UNTIL, signed};

#[test]
fn pieces_of_two_feeds_do_not_combine() {
    let ring = Ring::first("main");
    let (one, two) = (&ring.release.1[0], &ring.release.1[1]);
    let fresh = &ring.fresh.1[0];
    let a = Feed::new("main", 1, UNTIL).item(Item::driver(&Driver::new("meter-a", "1.0.0")));
    let b = Feed::new("main", 2, UNTIL).item(Item::driver(&Driver::new("meter-b", "1.0.0")));
    let (body_a, body_b) = (a.body(), b.body());
    let pieces = [
        // The items of one and all signatures of the other.
        signed(
            &body_a,
            &[b.release_blocks(&body_b, &[one, two]), b.fresh_blocks(&body_b, &[fresh])].concat(),
        ),
        // A release signature of each.
        signed(
            &body_a,
            &[
                a.release_blocks(&body_a, &[one]),
                b.release_blocks(&body_b, &[two]),
                a.fresh_blocks(&body_a, &[fresh]),
            ]
            .concat(),
        ),
        // Both release keys over the same bytes, under different numbers.
        signed(
            &body_a,
            &[
                a.release_blocks(&body_a, &[one]),
                b.release_blocks(&body_a, &[two]),
                a.fresh_blocks(&body_a, &[fresh]),
                b.fresh_blocks(&body_a, &[fresh]),
            ]
            .concat(),
        ),
        // The number of one, the promise of the other.
        signed(
            &body_a,
            &[a.release_blocks(&body_a, &[one, two]), b.fresh_blocks(&body_a, &[fresh])].concat(),
        ),
    ];
    for (number, piece) in pieces.into_iter().enumerate() {
        let clinic = Clinic::of(&ring);
        clinic.put_feed(piece);
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq(), None, "{number}");
    }
}

#[test]
fn of_two_numbers_in_one_block_the_highest_that_reaches_both_thresholds_counts() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let [one, two] = [&ring.release.1[0], &ring.release.1[1]];
    let fresh = &ring.fresh.1[0];
    let at = |seq| Feed::new("main", seq, UNTIL);
    let body = at(1).body();
    let blocks = [
        at(5).release_blocks(&body, &[one, two]),
        at(5).fresh_blocks(&body, &[fresh]),
        at(7).release_blocks(&body, &[one, two]),
        at(7).fresh_blocks(&body, &[fresh]),
        // Nine has one release key, eleven has no promise.
        at(9).release_blocks(&body, &[one]),
        at(9).fresh_blocks(&body, &[fresh]),
        at(11).release_blocks(&body, &[one, two]),
    ];
    clinic.put_feed(signed(&body, &blocks.concat()));

    clinic.refresh();

    assert_eq!(clinic.seq(), Some(7));
}

#[test]
fn two_bases_with_two_feeds_give_one_of_them_whole() {
    let ring = Ring::first("main");
    let mut clinic = Clinic::of(&ring);
    clinic.add_base(OTHER_BASE);
    let a = Feed::new("main", 1, UNTIL).item(Item::driver(&Driver::new("meter-a", "1.0.0")));
    let b = Feed::new("main", 2, UNTIL).item(Item::driver(&Driver::new("meter-b", "1.0.0")));
    clinic.mirror.put(format!("{BASE}appcast.xml"), a.file(&ring));
    let b = b.file(&ring);
    clinic.mirror.put(format!("{OTHER_BASE}appcast.xml"), b.clone());

    clinic.refresh();

    assert_eq!(clinic.offers(), [("meter-b".into(), "1.0.0".into())]);
    assert_eq!(clinic.stored_feed(), Some(b));
}
