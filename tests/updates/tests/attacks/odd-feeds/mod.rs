//! **Attacker:** nobody; other tools that write appcasts, and people.
//! **What goes wrong:** real feeds hold oddities that no specification allows.
//! **What must hold:** each of them spoils its own item at most, never its neighbours, and an item
//! that is taken says exactly what we think it says. One oddity per line of the table.

use meterport_tests_updates::{Clinic, Driver, Feed, Item, Ring, UNTIL};

/// Which drivers are offered from a feed with this item beside a good one.
fn offered(item: Item) -> Vec<String> {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let good = Driver::new("good", "1.0.0");
    let feed = Feed::new("main", 1, UNTIL).item(item).item(Item::driver(&good));
    clinic.publish(&ring, &feed);
    clinic.refresh();
    clinic.offers().into_iter().map(|(id, _)| id).filter(|id| id != "good").collect()
}

#[test]
fn an_oddity_spoils_its_own_item_at_most() {
    let item = || Item::driver(&Driver::new("odd", "1.0.0"));
    let sum = item().enclosures[0].sha256.clone();
    // Named for what is odd; whether the item is taken.
    let cases: Vec<(&str, Item, bool)> = vec![
        ("nothing", item(), true),
        ("an ISO date", Item { date: "2026-11-21T09:00:00Z".into(), ..item() }, true),
        (
            "two blanks in the date",
            Item { date: "Sat,  21 Nov 2026 09:00:00 +0000".into(), ..item() },
            true,
        ),
        ("a date that is none", Item { date: "soon".into(), ..item() }, true),
        (
            "a phased item with a date that is none",
            Item {
                date: "soon".into(),
                ..item()
                    .with("<sparkle:phasedRolloutInterval>86400</sparkle:phasedRolloutInterval>")
            },
            false,
        ),
        ("length 0", item().enclosure(|e| e.length = "0".into()), false),
        ("no length", item().enclosure(|e| e.length = String::new()), false),
        ("a length with a sign", item().enclosure(|e| e.length = format!("+{}", e.length)), false),
        (
            "a length that fits no number",
            item().enclosure(|e| e.length = "99999999999999999999".into()),
            false,
        ),
        ("no hash", item().enclosure(|e| e.sha256 = String::new()), false),
        ("a hash in capitals", item().enclosure(|e| e.sha256 = e.sha256.to_uppercase()), false),
        (
            "a hash without its namespace",
            item().enclosure(|e| {
                e.extra = format!("sha256=\"{sum}\"");
                e.sha256 = String::new();
            }),
            false,
        ),
        (
            "signatures of other tools",
            item().enclosure(|e| {
                e.extra = "sparkle:edSignature=\"x\" sparkle:dsaSignature=\"y\"".into()
            }),
            true,
        ),
        (
            "the version as attribute of the enclosure",
            item().enclosure(|e| e.extra = "sparkle:version=\"1.0.0\"".into()),
            true,
        ),
        ("no version", Item { version: String::new(), ..item() }, false),
        ("a version of two numbers", Item { version: "1.0".into(), ..item() }, false),
        ("a version with two hyphens", Item { version: "1.0.0--1".into(), ..item() }, false),
        (
            "a version of 65 characters",
            Item { version: format!("1.0.0-{}", "a".repeat(60)), ..item() },
            false,
        ),
        ("a blank around the id", Item { id: " odd ".into(), ..item() }, true),
        ("the id twice", item().with("<mp:id>odd</mp:id>"), false),
        ("the contract twice", item().with("<mp:api>0.1</mp:api>"), false),
        ("a contract that is none", Item { api: "any".into(), ..item() }, false),
        ("no contract", Item { api: String::new(), ..item() }, false),
        ("a channel that is none", item().with("<sparkle:channel>be ta</sparkle:channel>"), false),
        ("a channel nobody follows", item().with("<sparkle:channel>beta</sparkle:channel>"), false),
        ("no enclosure", Item { enclosures: Vec::new(), ..item() }, false),
        (
            "an address of another kind",
            item().enclosure(|e| e.url = "file:///etc/passwd".into()),
            false,
        ),
        ("a blank in the address", item().enclosure(|e| e.url = "a b".into()), true),
        (
            "a script in the notes",
            item().with("<description><![CDATA[<script>x</script>]]></description>"),
            true,
        ),
        ("an unknown element", item().with("<guid isPermaLink=\"false\">x</guid>"), true),
        (
            "our word in another namespace",
            item().with("<x:id xmlns:x=\"urn:x\">other</x:id>"),
            true,
        ),
        (
            "a step that no version here can take",
            item().with("<sparkle:minimumUpdateVersion>99</sparkle:minimumUpdateVersion>"),
            false,
        ),
    ];
    for (name, item, taken) in cases {
        assert_eq!(offered(item), if taken { vec!["odd"] } else { vec![] }, "{name}");
    }
}

#[test]
fn an_item_that_is_said_twice_is_taken_neither_time() {
    let one = Driver::new("odd", "1.0.0").built("one");
    let two = Driver::new("odd", "1.0.0").built("two");
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 1, UNTIL)
        .item(Item::driver(&one))
        .item(Item::driver(&Driver::new("good", "1.0.0")))
        .item(Item::driver(&two));
    clinic.publish(&ring, &feed);

    clinic.refresh();

    assert_eq!(clinic.offers(), [("good".into(), "1.0.0".into())]);
}

#[test]
fn a_withdrawal_counts_though_its_item_does_not() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    clinic.put_package(&driver.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(Item::driver(&driver)));
    clinic.install("meter-a").unwrap();
    // Neither a length nor a hash nor a contract, and a kind that nobody knows.
    let mut item = Item::driver(&driver).enclosure(|e| {
        e.length = String::new();
        e.sha256 = String::new();
    });
    item.api = String::new();
    item.withdrawn = Some(("later".into(), "wrong results".into()));
    clinic.publish(&ring, &Feed::new("main", 2, UNTIL).item(item));

    clinic.refresh();

    assert_eq!(clinic.disabled(), ["meter-a"]);
}

#[test]
fn the_trailing_comment_of_another_tool_changes_nothing() {
    // Sparkle 2.9 signs feeds with a last comment of its own; ours stands behind it.
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let feed = Feed::new("main", 1, UNTIL).item(Item::driver(&Driver::new("good", "1.0.0")));
    let body =
        [&feed.body()[..], b"<!-- sparkle-signatures:\nedSignature: AAAA\nlength: 900\n-->\n"]
            .concat();
    let release: Vec<_> = ring.release.1.iter().collect();
    let blocks =
        [feed.release_blocks(&body, &release), feed.fresh_blocks(&body, &[&ring.fresh.1[0]])];
    clinic.put_feed(meterport_tests_updates::signed(&body, &blocks.concat()));

    clinic.refresh();

    assert_eq!(clinic.offers().len(), 1);
}
