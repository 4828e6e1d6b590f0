//! `feed show`, on our feeds and on foreign ones.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::kit::Publisher;

/// The feeds that the client's own reading is tested with.
fn foreign_feeds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../appcast/tests/feeds");
    let mut feeds: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|found| found.unwrap().path()).collect();
    feeds.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    feeds.sort();
    feeds
}

#[test]
fn what_is_no_appcast_is_refused() {
    let publisher = Publisher::with_keys(&[]);
    for text in ["", "no xml", "<html/>", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel/></rss>"] {
        publisher.write("feed.xml", text);
        publisher.go("feed show feed.xml --json").refused(7, "feed.invalid");
    }
    publisher.go("feed show none.xml --json").refused(5, "file.io");
}

#[test]
fn every_document_begins_with_its_kind() {
    let publisher = Publisher::published();
    for command in [
        "keygen keys/new --no-password",
        "keyring rotate --dir feed --days 300",
        "package sign onetouch-ultra2-1.0.0.wasm --key keys/release.key",
        "feed lint --dir feed",
        "feed refresh --dir feed --key keys/fresh.key",
        "feed show feed/appcast.xml",
        "mirror feed copy",
    ] {
        let said = publisher.go(&format!("{command} --json")).well().out;
        assert!(said.starts_with("{\n  \"schema\": \"meterport."), "{command}: {said}");
    }
}

#[test]
fn a_title_steers_no_terminal() {
    let publisher = Publisher::with_keys(&[]);
    let feed = "<rss version=\"2.0\"><channel><item><title>a\u{202e}b\u{9b}31m</title></item></channel></rss>";
    publisher.write("feed.xml", feed);

    let said = publisher.go("feed show feed.xml").well();

    assert!(said.out.contains("ab31m"), "{}", said.out);
    assert!(!said.out.chars().any(|c| c.is_control() && c != '\n'));
    assert_eq!(
        publisher.go("feed show feed.xml --json").json()["items"][0]["title"],
        "a\u{202e}b\u{9b}31m"
    );
}

#[test]
fn every_foreign_feed_is_shown_item_for_item_with_a_reason() {
    let publisher = Publisher::with_keys(&[]);
    let feeds = foreign_feeds();
    assert!(feeds.len() >= 10, "{feeds:?}");
    let mut shown = 0;
    for path in feeds {
        let text = fs::read(&path).unwrap();
        let Ok(appcast) = meterport_appcast::Appcast::parse(&text) else {
            let words = ["feed", "show", path.to_str().unwrap(), "--json"];
            publisher.run(&words).refused(7, "feed.invalid");
            continue;
        };
        let said = publisher.run(&["feed", "show", path.to_str().unwrap(), "--json"]).well().json();
        let items = said["items"].as_array().unwrap();
        assert_eq!(items.len(), appcast.items.len(), "{}", path.display());
        for (item, raw) in items.iter().zip(&appcast.items) {
            assert_eq!(item["title"].as_str(), raw.title.as_deref());
            let enclosures = item["enclosures"].as_array().unwrap();
            assert_eq!(enclosures.len(), raw.enclosures.len());
            assert_eq!(item["enclosure"], enclosures.first().cloned().unwrap_or(Value::Null));
            if let Some(first) = raw.enclosures.first() {
                assert_eq!(item["enclosure"]["url"].as_str(), first.url.as_deref());
                assert_eq!(item["version"].as_str(), raw.version_of(first));
            }
            // A foreign item does not say whose it is, so there is a reason.
            if raw.id.is_none() {
                assert_ne!(item["verdict"], "ok", "{}", path.display());
                shown += 1;
            }
        }
        let table = publisher.run(&["feed", "show", path.to_str().unwrap()]).well();
        assert!(table.out.lines().count() >= items.len() + 2);
    }
    assert!(shown > 5, "{shown}");
}

#[test]
fn our_own_feed_is_shown_as_a_client_takes_it() {
    let publisher = Publisher::published();
    let said = publisher.go("feed show feed/appcast.xml --json").well().json();

    assert_eq!(said["schema"], "meterport.feed/1");
    assert_eq!(said["signatures"], 2);
    let item = &said["items"][0];
    assert_eq!((&item["id"], &item["version"]), (&"acme.glucolink".into(), &"1.2.0".into()));
    assert_eq!(item["verdict"], "ok");
    let length = fs::metadata(publisher.path("acme.glucolink-1.2.0.wasm")).unwrap().len();
    assert_eq!(item["enclosure"]["length"], length);
    assert!(item["enclosure"]["signature"].is_string());
    assert_eq!(said["items"][1]["enclosure"]["signature"], Value::Null);
}
