//! Feeds in the manner of other products: everything people look for is there, and a reason why our
//! client does not take it.

use meterport_appcast::{Appcast, Oddity};

use crate::support::read;

/// Version, address, length and signature of every enclosure, in the order of the feed.
fn shown(appcast: &Appcast) -> Vec<[Option<&str>; 4]> {
    appcast
        .items
        .iter()
        .flat_map(|item| {
            item.enclosures.iter().map(move |enclosure| {
                [
                    item.version_of(enclosure),
                    enclosure.url.as_deref(),
                    enclosure.length.as_deref(),
                    enclosure.signature(),
                ]
            })
        })
        .collect()
}

fn reasons(appcast: &Appcast) -> Vec<String> {
    appcast.items.iter().map(|item| item.check().unwrap_err().to_string()).collect()
}

fn titles(appcast: &Appcast) -> Vec<&str> {
    appcast.items.iter().filter_map(|item| item.title.as_deref()).collect()
}

#[test]
fn the_classic_sparkle_feed_with_its_attributes_and_dsa() {
    let feed = read("manner-sparkle-classic-dsa");

    assert_eq!(feed.title.as_deref(), Some("Teapot changelog"));
    assert_eq!(
        titles(&feed),
        [
            "Version 2.0 (2 bugs fixed; 3 new features)",
            "Version 1.5 (8 bugs fixed; 2 new features)",
            "Version 1.4",
            "Teapot is discontinued on old systems"
        ]
    );
    let url = |name: &str| format!("http://teapot.example/downloads/app/{name}.zip");
    let (two, five, four) = (url("Teapot 2.0"), url("Teapot_1.5"), url("Teapot_1.4"));
    let dsa = "MCwCFBow2p5c0dJvY0k9oQf1nq9ySJfTAhQ7Qz2tX0M4o3m5wGyo8uVqk2nV9w==";
    assert_eq!(
        shown(&feed),
        [
            [Some("2.0"), Some(two.as_str()), Some("1623481"), Some(dsa)],
            [Some("153"), Some(five.as_str()), Some("0"), None],
            // Sparkle would guess a version from the address; we do not.
            [None, Some(four.as_str()), None, None],
        ]
    );
    assert_eq!(feed.items[0].notes_link.as_deref(), Some("http://teapot.example/app/2.0.html"));
    assert!(feed.items[3].enclosures.is_empty());
    assert_eq!(reasons(&feed), ["`mp:id` is missing"; 4]);
}

#[test]
fn a_signed_feed_of_sparkle_2_9_with_deltas_and_a_channel() {
    let feed = read("manner-sparkle-2.9-signed");

    assert_eq!(titles(&feed), ["3.1", "3.2 beta 1"]);
    assert_eq!(feed.faults, [Oddity::SparkleTrailer]);
    let ed =
        "T0wn0Signature0For0Kettle0Three0One0Which0Nobody0Checks0Here00000000000000000000000000==";
    assert_eq!(
        shown(&feed),
        [
            [
                Some("3100"),
                Some("https://kettle.example/Kettle-3.1.dmg"),
                Some("20148773"),
                Some(ed)
            ],
            [
                Some("3190"),
                Some("https://kettle.example/Kettle-3.2b1.dmg"),
                Some("20150001"),
                Some("YmV0YQ==")
            ],
        ]
    );
    // A delta is never an enclosure of its own.
    let from: Vec<_> = feed.items[0].deltas.iter().map(|d| d.delta_from.as_deref()).collect();
    assert_eq!(from, [Some("3000"), Some("2900")]);
    assert_eq!(feed.items[1].channel.as_deref(), Some("beta"));
    assert_eq!(feed.items[1].phased_interval.as_deref(), Some("43200"));
    assert_eq!(reasons(&feed), ["`mp:id` is missing"; 2]);
}

#[test]
fn a_winsparkle_feed_with_several_systems() {
    let feed = read("manner-winsparkle");

    let systems: Vec<_> = feed.items[0].enclosures.iter().map(|e| e.os.as_deref()).collect();
    assert_eq!(
        systems,
        [Some("windows"), Some("windows-arm64"), Some("windows-x64"), Some("macos")]
    );
    assert_eq!(
        shown(&feed)[2][1..],
        [Some("https://spoon.example/setup-x64.exe"), Some("1628480"), Some("eDY0")]
    );
    assert_eq!(feed.items[0].minimum_system.as_deref(), Some("6.1.1"));
    assert_eq!(reasons(&feed), ["`mp:id` is missing"]);
}

#[test]
fn a_feed_that_knows_no_namespaces() {
    let feed = read("manner-literal-names");

    assert_eq!(
        shown(&feed),
        [[Some("0.9.1"), Some("downloads/ladle-0.9.1.zip"), Some("77123"), Some("bGFkbGU=")]]
    );
    assert_eq!(feed.faults, [Oddity::UnboundSparkle, Oddity::CommentBefore]);
    assert_eq!(reasons(&feed), ["`mp:id` is missing"]);
}

#[test]
fn huge_notes_are_cut_and_the_cut_is_marked() {
    let mut feed = read("manner-huge-notes");
    let raw = &mut feed.items[0];
    assert!(raw.notes.as_ref().is_some_and(|notes| notes.text.len() > 50_000));

    // As if it were ours.
    raw.id = Some("whisk".to_owned());
    raw.api = Some("0.1".to_owned());
    raw.enclosures[0].sha256 = Some(crate::support::SHA256.to_owned());
    let notes = raw.check().unwrap().remove(0).notes;

    assert!(
        notes.starts_with("Change 1: the whisk turns – as ever – a little faster.\n\nChange 2:")
    );
    assert!(notes.ends_with('…') && notes.len() <= 16 * 1024, "{}", notes.len());
}
