//! What the tool makes is ordinary: stock `minisign` checks every signature, a general RSS reader
//! reads the feed, and an XML parser takes the whole file.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::kit::Publisher;

/// Stock minisign. A test that could not run it would prove nothing, so it fails.
fn minisign(folder: &Path, words: &[&str]) -> Output {
    Command::new("minisign").args(words).current_dir(folder).output().unwrap_or_else(|error| {
        panic!("`minisign` does not start ({error}): apt-get install minisign")
    })
}

/// Body and signatures, split by the documented rule and by nothing of ours.
fn split(file: &str) -> (String, Vec<String>) {
    let (body, block) = file.rsplit_once("\n<!-- minisign\n").unwrap();
    let lines: Vec<&str> = block.strip_suffix("\n-->\n").unwrap().split('\n').collect();
    let signatures = lines.chunks(4).map(|four| format!("{}\n", four.join("\n")));
    (format!("{body}\n"), signatures.collect())
}

#[track_caller]
fn every_block_verifies(publisher: &Publisher, file: &str, keys: &[&str]) {
    let (body, signatures) = split(&publisher.read(file));
    assert_eq!(signatures.len(), keys.len());
    publisher.write("body", &body);
    for (signature, key) in signatures.iter().zip(keys) {
        publisher.write("body.minisig", signature);
        let key = format!("keys/{key}.pub");
        let output = minisign(&publisher.path(""), &["-V", "-H", "-p", &key, "-m", "body"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // The same with another byte is refused, or the test would prove nothing.
    publisher.write("body", &body.replacen('1', "2", 1));
    let key = format!("keys/{}.pub", keys.last().unwrap());
    let output = minisign(&publisher.path(""), &["-V", "-H", "-p", &key, "-m", "body"]);
    assert!(!output.status.success());
}

#[test]
fn stock_minisign_verifies_every_block_of_feed_and_keyring() {
    let publisher = Publisher::published();

    every_block_verifies(&publisher, "feed/appcast.xml", &["release", "fresh"]);
    every_block_verifies(&publisher, "feed/1.keyring", &["root"]);
}

#[test]
fn stock_minisign_verifies_a_package() {
    let publisher = Publisher::with_keys(&["release"]);
    publisher.driver("driver", "onetouch-ultra2", "1.0.0");
    publisher.go("package sign driver.wasm --key keys/release.key").well();

    let words = ["-V", "-H", "-p", "keys/release.pub", "-m", "driver.wasm"];
    let output = minisign(&publisher.path(""), &words);

    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Trusted comment: mp1 package onetouch-ultra2 1.0.0 any"), "{text}");
}

#[test]
fn a_key_of_ours_signs_with_stock_minisign_and_the_other_way_round() {
    let publisher = Publisher::with_keys(&["ours"]);
    publisher.driver("driver", "onetouch-ultra2", "1.0.0");
    let folder = publisher.path("");
    let made = minisign(&folder, &["-G", "-W", "-p", "stock.pub", "-s", "stock.key"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

    publisher.go("package sign driver.wasm --key stock.key").well();
    assert!(minisign(&folder, &["-V", "-p", "stock.pub", "-m", "driver.wasm"]).status.success());
    fs::remove_file(publisher.path("driver.wasm.minisig")).unwrap();

    let comment = "mp1 package onetouch-ultra2 1.0.0 any";
    let signed =
        minisign(&folder, &["-S", "-W", "-s", "keys/ours.key", "-m", "driver.wasm", "-t", comment]);
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    let said = publisher.go("verify driver.wasm --public-key keys/ours.pub --json").well();
    assert_eq!(said.json()["comment"], comment);
}

#[test]
fn a_general_rss_reader_reads_the_feed() {
    let publisher = Publisher::published();
    let feed = publisher.read("feed/appcast.xml");

    let channel = rss::Channel::read_from(feed.as_bytes()).unwrap();

    assert_eq!(channel.title(), "main");
    assert_eq!(channel.link(), "https://updates.example/");
    let titles: Vec<&str> = channel.items().iter().map(|item| item.title().unwrap()).collect();
    assert_eq!(titles, ["Driver acme.glucolink 1.2.0", "Driver onetouch-ultra2 1.0.0"]);
    let enclosure = channel.items()[0].enclosure().unwrap();
    assert_eq!(enclosure.mime_type(), "application/wasm");
    let file = publisher.path("feed").join(enclosure.url());
    assert_eq!(fs::metadata(file).unwrap().len().to_string(), enclosure.length());
    let sparkle = &channel.items()[1].extensions()["sparkle"];
    assert_eq!(sparkle["version"][0].value(), Some("1.0.0"));
}

#[test]
fn the_whole_file_is_well_formed_xml() {
    let publisher = Publisher::published();
    let feed = publisher.read("feed/appcast.xml");

    let document = roxmltree::Document::parse(&feed).unwrap();

    let trailer = document.root().last_child().unwrap();
    assert!(trailer.is_comment());
    assert!(trailer.text().unwrap().starts_with(" minisign\n"));
}
