//! Changes to the feed: what is there stays, and what a client would drop does not get in.

use std::fs;

use crate::kit::{Publisher, driver_for, listing};

#[test]
fn what_a_client_would_not_take_does_not_get_in() {
    let publisher = Publisher::published();
    let before = (listing(&publisher.path("feed")), publisher.read("feed/appcast.xml"));
    let refused = |name: &str, key: &str, words: &str, exit: i32, code: &str| {
        publisher.go(&format!("package sign {name}.wasm --key keys/{key}.key")).well();
        let words = format!("feed add {name}.wasm --dir feed --json {words}");
        publisher.go(&words).refused(exit, code)["message"].as_str().unwrap().to_owned()
    };
    publisher.driver("known", "onetouch-ultra2", "1.0.0");
    refused("known", "release", "", 7, "feed.invalid");
    publisher.driver("build", "onetouch-ultra2", "1.0.0+other");
    refused("build", "release", "", 7, "feed.invalid");
    publisher.driver("ours", "caresens", "1.0.0");
    refused("ours", "acme", "", 7, "package.signature");
    refused("ours", "release", "--channel a/b", 7, "feed.invalid");
    refused("ours", "release", "--minimum-system soon", 7, "feed.invalid");
    refused("ours", "release", "--title a\u{202e}b", 7, "feed.invalid");
    publisher.driver("theirs", "acme.other", "1.0.0");
    refused("theirs", "release", "", 7, "package.signature");
    publisher.driver("nobodys", "other.driver", "1.0.0");
    refused("nobodys", "release", "", 7, "package.signature");
    fs::write(publisher.path("foreign.wasm"), driver_for("acme.foreign", "1.0.0", "0x2766"))
        .unwrap();
    refused("foreign", "acme", "", 7, "feed.invalid");
    publisher.write("text.wasm", "no driver");
    publisher.go("feed add text.wasm --dir feed --json").refused(7, "package.invalid");

    assert_eq!((listing(&publisher.path("feed")), publisher.read("feed/appcast.xml")), before);
}

#[test]
fn one_bad_file_of_several_changes_nothing() {
    let publisher = Publisher::published();
    publisher.driver("good", "caresens", "1.0.0");
    publisher.driver("unsigned", "caresens", "1.1.0");
    publisher.go("package sign good.wasm --key keys/release.key").well();
    let before = listing(&publisher.path("feed"));

    publisher
        .go("feed add good.wasm unsigned.wasm --dir feed --json")
        .refused(7, "package.signature");

    assert_eq!(listing(&publisher.path("feed")), before);
}

#[test]
fn everything_said_about_an_item_is_in_it_and_new_ones_come_first() {
    let publisher = Publisher::published();
    publisher.driver("new", "onetouch-ultra2", "1.1.0");
    publisher.go("package sign new.wasm --key keys/release.key").well();
    publisher.write("notes.md", "- reads <90> days\n- & more\n");
    let words = [
        "feed",
        "add",
        "new.wasm",
        "--dir",
        "feed",
        "--title",
        "Ultra & more",
        "--notes-file",
        "notes.md",
        "--markdown",
        "--channel",
        "beta",
        "--critical",
        "--phased",
        "86400",
        "--minimum-system",
        "10.0",
        "--minimum-update",
        "0.9.0",
    ];
    publisher.run(&words).well();

    let draft = publisher.read("feed/appcast.xml.draft");
    let published = publisher.read("feed/appcast.xml");
    let (body, _) = published.split_once("<!-- minisign").unwrap();
    let (head, items) = body.split_once("    <item>").unwrap();
    let inserted = draft.strip_prefix(head).unwrap().strip_suffix(items).unwrap();
    assert!(draft.ends_with(&format!("    <item>{items}")), "what was there is the same bytes");
    for text in [
        "<title>Ultra &amp; more</title>",
        "<description sparkle:format=\"markdown\">- reads &lt;90&gt; days\n- &amp; more\n</description>\n",
        "<sparkle:channel>beta</sparkle:channel>",
        "<sparkle:criticalUpdate/>",
        "<sparkle:phasedRolloutInterval>86400</sparkle:phasedRolloutInterval>",
        "<sparkle:minimumSystemVersion>10.0</sparkle:minimumSystemVersion>",
        "<sparkle:minimumUpdateVersion>0.9.0</sparkle:minimumUpdateVersion>",
        "<mp:api>0.1 0.1.2</mp:api>",
        "<mp:match>serial 1209:0001</mp:match>",
    ] {
        assert!(inserted.contains(text), "{text}: {inserted}");
    }
    publisher.go("feed lint --dir feed").well();
}

#[test]
fn a_withdrawal_stands_in_its_item_and_can_be_made_worse() {
    let publisher = Publisher::published();
    let withdraw = "feed withdraw --dir feed --json --reason wrong-unit --kind";
    publisher.go(&format!("{withdraw} defect onetouch-ultra2 9.9.9")).refused(7, "feed.invalid");
    publisher.go(&format!("{withdraw} defect caresens 1.0.0")).refused(7, "feed.invalid");
    publisher.go(&format!("{withdraw} other onetouch-ultra2 1.0.0")).refused(2, "usage");
    assert!(!publisher.exists("feed/appcast.xml.draft"));

    publisher.go(&format!("{withdraw} defect onetouch-ultra2 1.0.0")).well();
    publisher.go(&format!("{withdraw} recall onetouch-ultra2 1.0.0")).well();

    let draft = publisher.read("feed/appcast.xml.draft");
    assert_eq!(draft.matches("<mp:withdrawn").count(), 1);
    assert!(
        draft
            .contains("      <mp:withdrawn kind=\"recall\">wrong-unit</mp:withdrawn>\n    </item>")
    );
    publisher.publish();
    let said = publisher.go("feed show feed/appcast.xml --json").well().json();
    assert_eq!(said["items"][1]["verdict"], "withdrawn: recall");
    assert_eq!(said["items"][0]["verdict"], "ok");
    publisher.go("feed remove onetouch-ultra2 1.0.0 --dir feed --json").refused(7, "feed.invalid");
}

#[test]
fn a_removed_version_is_gone_and_the_others_are_not() {
    let publisher = Publisher::published();
    let before = publisher.read("feed/appcast.xml");
    publisher.go("feed remove acme.glucolink 1.2.1 --dir feed --json").refused(7, "feed.invalid");

    publisher.go("feed remove acme.glucolink 1.2.0 --dir feed").well();

    let draft = publisher.read("feed/appcast.xml.draft");
    let (start, rest) = before.split_once("    <item>").unwrap();
    let (_, second) = rest.split_once("    <item>").unwrap();
    let (second, _) = second.split_once("<!-- minisign").unwrap();
    assert_eq!(draft, format!("{start}    <item>{second}"));
    publisher.publish();
}

#[test]
fn a_file_is_refused_once() {
    let publisher = Publisher::published();
    let sum = "0".repeat(64);
    publisher.go("feed refuse --dir feed 123 --json").refused(2, "usage");
    for _twice in 0..2 {
        publisher.go(&format!("feed refuse --dir feed {sum}")).well();
    }

    let draft = publisher.read("feed/appcast.xml.draft");
    assert_eq!(draft.matches("<mp:refuse").count(), 1);
    publisher.publish();
    publisher.draft_of(|body| body.replace(&format!("    <mp:refuse sha256=\"{sum}\"/>\n"), ""));
    publisher.go("feed sign --dir feed --key keys/release.key --json").refused(7, "feed.invalid");
}

#[test]
fn a_vendor_with_a_new_key_signs_its_package_anew() {
    let publisher = Publisher::published();
    publisher.key("acme-2");
    let words = [
        "keyring",
        "rotate",
        "--dir",
        "feed",
        "--key",
        "keys/root.key",
        "--vendor",
        "acme keys/acme-2.pub acme. usb=1209",
    ];
    publisher.run(&words).well();
    let sign = "feed sign --dir feed --key keys/release.key --json";
    publisher.go(sign).refused(7, "feed.invalid");

    let name = "acme.glucolink-1.2.0.wasm";
    publisher.go(&format!("package sign {name} --key keys/acme-2.key")).well();
    publisher.go(&format!("feed add {name} --dir feed --json")).refused(7, "feed.invalid");
    publisher.go(&format!("feed add {name} --dir feed --replace")).well();

    publisher.publish();
    publisher.go("feed lint --dir feed").well();
}

#[test]
fn the_drivers_of_a_vendor_that_goes_are_removed_or_withdrawn() {
    let publisher = Publisher::published();
    let rotate = "keyring rotate --dir feed --drop-vendor acme --key keys/root.key";
    publisher.go(rotate).well();
    publisher.go("feed sign --dir feed --key keys/release.key --json").refused(7, "feed.invalid");
    publisher.go("feed remove acme.glucolink 1.2.0 --dir feed").well();
    publisher.go("feed sign --dir feed --key keys/release.key").well();
    fs::remove_file(publisher.path("feed/appcast.xml.draft")).unwrap();

    let withdraw = "feed withdraw acme.glucolink 1.2.0 --kind recall --reason x --dir feed";
    publisher.go(withdraw).well();
    publisher.publish();

    publisher.go("feed lint --dir feed").well();
    publisher.draft_of(|body| body.replace("<mp:withdrawn kind=\"recall\">x</mp:withdrawn>", ""));
    publisher.go("feed lint --dir feed --json").refused(7, "feed.invalid");
}
