use meterport_appcast::{Comment, FeedId, ItemId, OsWord};

use super::support::at;

#[test]
fn a_comment_that_does_not_fit_exactly_says_nothing() {
    for text in [
        "",
        "mp1",
        "mp1 feed",
        "mp1 feed main",
        "mp1 feed main seq=",
        "mp1 feed main seq=01",
        "mp1 feed main seq=00",
        "mp1 feed main seq=+1",
        "mp1 feed main seq=-1",
        "mp1 feed main seq=0x1",
        "mp1 feed main seq=1 ",
        " mp1 feed main seq=1",
        "mp1  feed main seq=1",
        "mp1 feed  main seq=1",
        "mp1\tfeed main seq=1",
        "mp1 feed main seq=1\n",
        "mp1 feed main seq=1 until=2026-12-05T09:00:00Z",
        "mp1 feed main seq=18446744073709551616",
        "mp1 feed main version=1",
        "mp1 feed Main seq=1",
        "mp1 feed -main seq=1",
        "mp1 feed main- seq=1",
        "mp1 feed ma--in seq=1",
        "mp1 feed ma.in seq=1",
        "mp1 feed ../x seq=1",
        "mp1 feed a23456789012345678901234567890123 seq=1",
        "mp2 feed main seq=1",
        "MP1 feed main seq=1",
        "mp1 Feed main seq=1",
        "mp1 witness main seq=1",
        "mp1 fresh main seq=1",
        "mp1 fresh main until=2026-12-05T09:00:00Z seq=1",
        "mp1 fresh main seq=1 until=2026-12-05",
        "mp1 fresh main seq=1 until=2026-12-05T09:00Z",
        "mp1 fresh main seq=1 until=2026-12-05 09:00:00Z",
        "mp1 fresh main seq=1 until=2026-12-05T09:00:00.0Z",
        "mp1 fresh main seq=1 until=2026-12-05T09:00:00z",
        "mp1 fresh main seq=1 until=2026-12-05t09:00:00Z",
        "mp1 fresh main seq=1 until=2026-12-05T09:00:60Z",
        "mp1 fresh main seq=1 until=2026-12-05T10:00:00+01:00",
        "mp1 fresh main seq=1 until=2026-12-05T09:00:00+00:00",
        "mp1 fresh main seq=1 until=2026-12-05T09:00:00Z[UTC]",
        "mp1 fresh main seq=1 until=-001000-12-05T09:00:00Z",
        "mp1 fresh main seq=1 until=+002026-12-05T09:00:00Z",
        "mp1 fresh main seq=1 until=2026-02-30T09:00:00Z",
        "mp1 package acme.x 1.4.0",
        "mp1 package acme.x 1.4 any",
        "mp1 package acme.x 01.4.0 any",
        "mp1 package acme.x v1.4.0 any",
        "mp1 package acme.x 1.4.0-a--b any",
        "mp1 package acme.x 1.4.0 Any",
        "mp1 package acme.x 1.4.0 any any",
        "mp1 package Acme.x 1.4.0 any",
        "mp1 package acme. 1.4.0 any",
        "mp1 package ../x 1.4.0 any",
        "mp1 package App 1.4.0 any",
        "mp1 keyring main version=4294967296",
        "mp1 keyring main version=01",
        "mp1 keyring main seq=1",
        "timestamp:1633700835\tfile:test\tprehashed",
    ] {
        assert_eq!(Comment::parse(text), None, "{text:?}");
    }
}

#[test]
fn a_comment_that_fits_is_read_and_prints_as_it_was() {
    let feed: FeedId = "main".parse().unwrap();
    let until = at("2026-12-05T09:00:00Z");
    let package = |id: &str, version: &str, os: &str| Comment::Package {
        id: id.parse().unwrap(),
        version: version.parse().unwrap(),
        os: os.parse().unwrap(),
    };
    for (text, comment) in [
        ("mp1 feed main seq=0", Comment::Feed { feed: feed.clone(), seq: 0 }),
        (
            "mp1 feed main seq=18446744073709551615",
            Comment::Feed { feed: feed.clone(), seq: u64::MAX },
        ),
        (
            "mp1 fresh main seq=7 until=2026-12-05T09:00:00Z",
            Comment::Fresh { feed: feed.clone(), seq: 7, until },
        ),
        ("mp1 package acme.meter-x 1.4.0 any", package("acme.meter-x", "1.4.0", "any")),
        (
            "mp1 package app 2.0.0-rc.1+b5 windows-x64",
            package("app", "2.0.0-rc.1+b5", "windows-x64"),
        ),
        ("mp1 keyring main version=3", Comment::Keyring { feed: feed.clone(), version: 3 }),
    ] {
        assert_eq!(Comment::parse(text).as_ref(), Some(&comment), "{text}");
        assert_eq!(comment.to_string(), text);
    }
}

#[test]
fn the_program_is_an_item_and_no_driver() {
    assert_eq!("app".parse(), Ok(ItemId::App));
    assert!(matches!("app.x".parse(), Ok(ItemId::Driver(_))));
    for text in ["", "APP", "a/b", "a..b", "?", "#", "/x", "../x"] {
        assert!(text.parse::<ItemId>().is_err(), "{text}");
    }
}

#[test]
fn a_system_fits_itself_and_what_is_narrower() {
    let os = |text: &str| text.parse::<OsWord>().unwrap();
    for (word, host, closeness) in [
        ("macos", "windows-x64", None),
        ("windows-x86", "windows-x64", None),
        ("windows-x64", "windows-x86", None),
        ("windows-x64-gnu", "windows-x64", None),
        ("win", "windows-x64", None),
        ("any-x64", "windows-x64", None),
        ("any", "windows-x64", Some(0)),
        ("windows", "windows-x64", Some(1)),
        ("windows-x64", "windows-x64", Some(2)),
        ("macos", "macos-arm64", Some(1)),
    ] {
        assert_eq!(os(word).fits(&os(host)), closeness, "{word} on {host}");
    }
    assert_eq!(OsWord::host().to_string().parse(), Ok(OsWord::host()), "is a word itself");
    assert_eq!(OsWord::host().fits(&OsWord::host()), Some(2));
}
