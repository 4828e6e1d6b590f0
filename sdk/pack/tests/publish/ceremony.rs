//! From no key at all to a feed that a client takes, and every kind of key replaced once. Nothing
//! here needs a network.

use std::fs;

use jiff::Timestamp;
use meterport_appcast::{Appcast, Keyring, Sha256Hex, verify_feed};

use crate::kit::{Publisher, listing};

const KEYS: [&str; 9] = [
    "root-1",
    "root-2",
    "root-3",
    "root-4",
    "release-1",
    "release-2",
    "release-3",
    "fresh-1",
    "fresh-2",
];

const INIT: &str = "keyring init --dir feed --feed main --days 365 \
    --root keys/root-1.pub --root keys/root-2.pub --root keys/root-3.pub --root-threshold 2 \
    --release keys/release-1.pub --release keys/release-2.pub --release-threshold 2 \
    --fresh keys/fresh-1.pub";

/// The chain as a client walks it.
fn walked(publisher: &Publisher) -> Keyring {
    let read = |version: u32| fs::read(publisher.path(&format!("feed/{version}.keyring")));
    let mut keyring = Keyring::first(&read(1).unwrap()).unwrap();
    while let Ok(bytes) = read(keyring.version + 1) {
        keyring = keyring.next(&bytes).unwrap();
    }
    keyring
}

/// The number of the feed, if a client takes it.
fn seq(publisher: &Publisher) -> Option<u64> {
    let feed = fs::read(publisher.path("feed/appcast.xml")).unwrap();
    let verified = verify_feed(&feed, &walked(publisher), Timestamp::now()).ok()?;
    assert!(verified.until > Timestamp::now());
    Some(verified.seq)
}

#[test]
fn from_keygen_to_a_feed_that_a_client_takes_and_all_keys_replaced() {
    let publisher = Publisher::with_keys(&KEYS);

    // The first keyring: two of three root keys, each at its own time.
    let said = publisher.go(&format!("{INIT} --json")).well().json();
    assert!(said["waits"].is_string(), "{said}");
    assert_eq!(listing(&publisher.path("feed")), ["1.keyring.draft"]);
    publisher.go("feed sign --dir feed --key keys/release-1.key --json").refused(2, "usage");
    let sign = "keyring sign feed/1.keyring.draft --json --key";
    publisher.go(&format!("{sign} keys/release-1.key")).refused(7, "key.invalid");
    for _twice in 0..2 {
        publisher.go(&format!("{sign} keys/root-1.key")).well();
        assert_eq!(listing(&publisher.path("feed")), ["1.keyring.draft"]);
    }
    publisher.go(&format!("{sign} keys/root-3.key")).well();
    assert_eq!(listing(&publisher.path("feed")), ["1.keyring"]);
    publisher.go(&format!("{INIT} --json")).refused(7, "output.exists");

    // A package and the feed: two of two release keys, then the fresh key.
    publisher.driver("driver", "onetouch-ultra2", "1.0.0");
    let add = "feed add driver.wasm --dir feed --json";
    publisher.go(add).refused(7, "package.signature");
    publisher.go("package sign driver.wasm --key keys/release-1.key").well();
    publisher.go(add).refused(7, "package.signature");
    assert_eq!(listing(&publisher.path("feed")), ["1.keyring"]);
    publisher.go("package sign driver.wasm --key keys/release-2.key").well();
    publisher.go(add).well();
    publisher
        .go("feed refresh --dir feed --key keys/fresh-1.key --json")
        .refused(7, "feed.invalid");
    let sign = "feed sign --dir feed --json --key";
    publisher.go(&format!("{sign} keys/fresh-1.key")).refused(7, "key.invalid");
    publisher.go(&format!("{sign} keys/release-1.key")).well();
    publisher
        .go("feed refresh --dir feed --key keys/fresh-1.key --json")
        .refused(7, "feed.invalid");
    let said = publisher.go(&format!("{sign} keys/release-2.key")).well().json();
    assert!(said["waits"].as_str().unwrap().contains("fresh"), "{said}");
    assert!(!publisher.exists("feed/appcast.xml"));
    publisher
        .go("feed refresh --dir feed --key keys/release-1.key --json")
        .refused(7, "key.invalid");
    publisher.go("feed refresh --dir feed --key keys/fresh-1.key").well();
    assert_eq!(seq(&publisher), Some(1));
    assert!(!publisher.exists("feed/appcast.xml.draft"));
    publisher.go("feed lint --dir feed").well();

    // What a client reads is what was added.
    let feed = fs::read(publisher.path("feed/appcast.xml")).unwrap();
    let verified = verify_feed(&feed, &walked(&publisher), Timestamp::now()).unwrap();
    let accepted = Appcast::parse(verified.body).unwrap().accept(&|_| true);
    assert!(accepted.dropped.is_empty(), "{:?}", accepted.dropped);
    let item = &accepted.items[0];
    let package = fs::read(publisher.path("driver.wasm")).unwrap();
    assert_eq!(
        (item.id.to_string(), item.version.to_string()),
        ("onetouch-ultra2".into(), "1.0.0".into())
    );
    assert_eq!(item.sha256, Sha256Hex::of(&package));
    assert_eq!(fs::read(publisher.path("feed").join(&item.url)).unwrap(), package);
    assert_eq!(item.matches.len(), 1);

    // Root: one key for another. The old and the new root have to agree.
    let roots = "--root keys/root-1.pub --root keys/root-2.pub --root keys/root-4.pub";
    publisher.go(&format!("keyring rotate --dir feed {roots} --key keys/root-4.key")).well();
    let sign = "keyring sign feed/2.keyring.draft --key";
    publisher.go(&format!("{sign} keys/root-3.key")).well();
    assert!(!publisher.exists("feed/2.keyring"), "one old root key is too few");
    publisher.go(&format!("{sign} keys/root-1.key")).well();
    assert_eq!(walked(&publisher).version, 2);
    assert_eq!(seq(&publisher), Some(1));

    // Fresh: the feed waits for the new key, and only for that.
    let by_roots = "--key keys/root-1.key --key keys/root-4.key";
    publisher.go(&format!("keyring rotate --dir feed --fresh keys/fresh-2.pub {by_roots}")).well();
    assert_eq!(seq(&publisher), None);
    publisher.go("feed refresh --dir feed --key keys/fresh-1.key --json").refused(7, "key.invalid");
    publisher.go("feed refresh --dir feed --key keys/fresh-2.key").well();
    assert_eq!(seq(&publisher), Some(1));

    // Release: everything is signed anew, and the number goes on.
    let keys = "--release keys/release-3.pub --release-threshold 1";
    publisher.go(&format!("keyring rotate --dir feed {keys} {by_roots}")).well();
    publisher
        .go("feed refresh --dir feed --key keys/fresh-2.key --json")
        .refused(7, "feed.invalid");
    publisher.go("feed sign --dir feed --key keys/release-3.key --json").refused(7, "feed.invalid");
    let place = format!("feed/p/{}", item.sha256);
    publisher.go(&format!("package sign {place} --key keys/release-3.key")).well();
    publisher.go("feed sign --dir feed --key keys/release-3.key").well();
    publisher.go("feed refresh --dir feed --key keys/fresh-2.key").well();
    assert_eq!(seq(&publisher), Some(2));
    publisher.go("feed lint --dir feed").well();
    assert_eq!(walked(&publisher).version, 4);
}

#[test]
fn the_daily_refresh_changes_the_fresh_signature_alone() {
    let publisher = Publisher::published();
    let before = publisher.read("feed/appcast.xml");

    for days in ["0", "35", "400"] {
        let words = format!("feed refresh --dir feed --key keys/fresh.key --days {days} --json");
        publisher.go(&words).refused(2, "usage");
    }
    let said =
        publisher.go("feed refresh --dir feed --key keys/fresh.key --days 3 --json").well().json();
    let after = publisher.read("feed/appcast.xml");

    let until: Timestamp = said["until"].as_str().unwrap().parse().unwrap();
    let days = until.duration_since(Timestamp::now()).as_hours();
    assert!((71..=72).contains(&days), "{until}");
    // The body, the marker and the release signature are the same bytes; four lines are new.
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(&before), lines(&after));
    assert_eq!(before.len(), after.len());
    let changed: Vec<usize> =
        (0..before.len()).filter(|line| before[*line] != after[*line]).collect();
    let end = before.len();
    assert_eq!(changed, [end - 4, end - 3, end - 2]);
}

#[test]
fn a_draft_without_its_release_signatures_does_not_hold_up_the_daily_refresh() {
    let publisher = Publisher::published();
    publisher.add("onetouch-ultra2", "1.1.0", "release");
    let draft = publisher.read("feed/appcast.xml.draft");

    publisher.go("feed refresh --dir feed --key keys/fresh.key").well();

    assert_eq!(seq(&publisher), Some(1));
    assert_eq!(publisher.read("feed/appcast.xml.draft"), draft);
    publisher.publish();
    assert_eq!(seq(&publisher), Some(2));
}

#[test]
fn two_fresh_keys_sign_one_after_the_other() {
    let publisher = Publisher::published();
    publisher.key("fresh-2");
    let keys = "--fresh keys/fresh.pub --fresh keys/fresh-2.pub --fresh-threshold 2";
    publisher.go(&format!("keyring rotate --dir feed {keys} --key keys/root.key")).well();
    let refresh = "feed refresh --dir feed --json --key";

    let said = publisher.go(&format!("{refresh} keys/fresh-2.key --days 3")).well().json();
    assert_eq!(
        said["waits"],
        serde_json::Value::Null,
        "the signature of the day before still counts"
    );
    publisher.write("feed/appcast.xml.draft", "<rss/>");
    let said = publisher.go(&format!("{refresh} keys/fresh.key --days 2")).well().json();

    assert_eq!(said["waits"], serde_json::Value::Null);
    assert_eq!(seq(&publisher), Some(1));
    assert_eq!(publisher.read("feed/appcast.xml.draft"), "<rss/>");
    let until: Timestamp = said["until"].as_str().unwrap().parse().unwrap();
    let hours = until.duration_since(Timestamp::now()).as_hours();
    assert!((47..=48).contains(&hours), "as far as both promise: {until}");
}

#[test]
fn numbers_only_rise_and_all_release_keys_name_the_same() {
    let publisher = Publisher::published();
    let sign = "feed sign --dir feed --key keys/release.key --json";
    for low in ["0", "1"] {
        publisher.go(&format!("{sign} --seq {low}")).refused(2, "usage");
    }
    publisher.go(&format!("{sign} --seq 1000")).well();
    publisher.go(&format!("{sign} --seq 1001")).refused(2, "usage");
    publisher.go(sign).well();
    publisher.go("feed refresh --dir feed --key keys/fresh.key").well();
    assert_eq!(seq(&publisher), Some(1000));
    publisher.go(sign).well();
    publisher.go("feed refresh --dir feed --key keys/fresh.key").well();
    assert_eq!(seq(&publisher), Some(1001));
}

#[test]
fn a_changed_draft_loses_its_signatures() {
    let publisher = Publisher::published();
    publisher.add("onetouch-ultra2", "1.1.0", "release");
    publisher.go("feed sign --dir feed --key keys/release.key").well();
    publisher.add("onetouch-ultra2", "1.2.0", "release");

    publisher.go("feed refresh --dir feed --key keys/fresh.key").well();

    assert_eq!(seq(&publisher), Some(1), "what is published is the old feed");
    assert!(!publisher.read("feed/appcast.xml.draft").contains("<!-- minisign"));
}

#[test]
fn a_draft_is_signed_in_its_own_folder_too() {
    let publisher = Publisher::with_keys(&["a", "b", "c"]);
    let keys = "--root keys/a.pub --release keys/b.pub --fresh keys/c.pub";
    publisher.go(&format!("keyring init --feed main {keys}")).well();
    assert!(publisher.exists("1.keyring.draft"));

    publisher.go("keyring sign 1.keyring.draft --key keys/a.key").well();

    assert!(publisher.exists("1.keyring") && !publisher.exists("1.keyring.draft"));
    let placed = publisher.read("1.keyring");
    publisher.go("keyring sign 1.keyring --key keys/a.key").well();
    assert_eq!(publisher.read("1.keyring"), placed);
}

#[test]
fn a_keyring_that_no_client_takes_is_not_made() {
    let publisher = Publisher::with_keys(&["a", "b", "c"]);
    let good = "--root keys/a.pub --release keys/b.pub --fresh keys/c.pub";
    for (bad, exit, code) in [
        (good.replace("c.pub", "b.pub"), 7, "keyring.invalid"),
        (format!("{good} --root-threshold 2"), 7, "keyring.invalid"),
        (format!("{good} --mirror http://plain.example/"), 7, "keyring.invalid"),
        (good.replace("--fresh keys/c.pub", ""), 7, "keyring.invalid"),
        (good.replace("c.pub", "none.pub"), 5, "file.io"),
        (good.replace("c.pub", "c.key"), 7, "key.invalid"),
    ] {
        publisher
            .go(&format!("keyring init --dir feed --feed main {bad} --json"))
            .refused(exit, code);
        assert!(!publisher.exists("feed"), "{bad}");
    }
    publisher.go(&format!("keyring init --dir feed --feed MAIN {good} --json")).refused(2, "usage");
    publisher.go(&format!("keyring init --dir feed --feed main {good}")).well();
}
