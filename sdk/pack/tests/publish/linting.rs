//! `feed lint` refuses each single thing, and so does signing.

use std::fs;

use crate::kit::Publisher;

/// The errors of the linter, which has to end with 7.
#[track_caller]
fn errors(publisher: &Publisher, words: &str) -> Vec<String> {
    let said = publisher.go(&format!("feed lint --dir feed --json {words}"));
    assert_eq!(said.code, 7, "{}{}", said.out, said.err);
    let findings = said.json()["findings"].as_array().unwrap().clone();
    let errors = findings.iter().filter(|finding| finding["severity"] == "error");
    errors.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

/// The version element of the second item: `onetouch-ultra2`.
const VERSION: &str = "<sparkle:version>1.0.0</sparkle:version>";

#[test]
fn each_thing_that_a_client_would_refuse_or_that_is_odd_is_an_error_and_stops_the_signing() {
    let publisher = Publisher::published();
    let date = |body: &str, new: &str| {
        let (start, rest) = body.split_once("<pubDate>").unwrap();
        let (_, end) = rest.split_once("</pubDate>").unwrap();
        format!("{start}{new}{end}")
    };
    // The second item once more, with another version.
    let new_item = |version: &'static str| {
        move |body: &str| {
            let (start, items) = body.split_once("    <item>").unwrap();
            let (_, second) = items.split_once("    <item>").unwrap();
            let (second, _) = second.split_once("  </channel>").unwrap();
            format!("{start}    <item>{}    <item>{items}", second.replace("1.0.0", version))
        }
    };
    type Change<'a> = Box<dyn Fn(&str) -> String + 'a>;
    fn swap<'a>(from: &'a str, to: &'a str) -> Change<'a> {
        Box::new(move |body| body.replacen(from, to, 1))
    }
    let withdrawn = format!("{VERSION}<mp:withdrawn kind=\"x\">y</mp:withdrawn>");
    let channel = format!("{VERSION}<sparkle:channel>a b</sparkle:channel>");
    let notes = format!("{VERSION}<description>{}</description>", "x".repeat(16_385));
    let reason =
        format!("{VERSION}<mp:withdrawn kind=\"recall\">{}</mp:withdrawn>", "x".repeat(1025));
    let long = format!("<title>{}</title>", "x".repeat(201));
    let table: Vec<(&str, Change<'_>)> = vec![
        ("mp:id` is missing", swap("<mp:id>onetouch-ultra2</mp:id>", "")),
        ("`mp:id` is no id", swap("<mp:id>onetouch-ultra2</mp:id>", "<mp:id>App</mp:id>")),
        ("no id that this feed", swap("acme.glucolink</mp:id>", "other.glucolink</mp:id>")),
        ("`mp:sha256` is missing", swap("mp:sha256=", "sparkle:sha256=")),
        ("`length` of the enclosure", swap(" length=\"", " length=\"-")),
        ("the item says", swap(" length=\"", " length=\"1")),
        ("`sparkle:version` is missing", swap(VERSION, "")),
        ("no SemVer 2 version", swap(VERSION, "<sparkle:version>1.0</sparkle:version>")),
        (
            "calls itself `onetouch-ultra2 1.0.0`",
            swap(VERSION, "<sparkle:version>1.0.1</sparkle:version>"),
        ),
        ("`mp:api` says `0.1`", swap("0.1 0.1.2</mp:api>", "0.1</mp:api>")),
        ("`mp:match` says other devices", swap("1209:0001</mp:match>", "1209:0002</mp:match>")),
        ("stands there more than once", swap("<mp:api>", "<mp:api>0.1</mp:api><mp:api>")),
        ("`mp:vendorsig` is missing", swap(" mp:vendorsig=", " type2=")),
        ("`sparkle:channel` is no name", swap(VERSION, &channel)),
        ("leads elsewhere", swap("url=\"p/", "url=\"https://other.example/p/")),
        ("leads elsewhere", swap("url=\"p/", "url=\"../p/")),
        ("leads elsewhere", swap("url=\"p/", "url=\"//updates.example/p/")),
        ("neither relative nor", swap("url=\"p/", "url=\"file:///p/")),
        ("no name of a system", swap("type=\"application/wasm\"", "sparkle:os=\"Win 11\"")),
        ("the item says `windows`", swap("type=\"application/wasm\"", "sparkle:os=\"windows\"")),
        (
            "needs a `pubDate`",
            Box::new(|body| {
                date(
                    body,
                    "<pubDate>soon</pubDate><sparkle:phasedRolloutInterval>1</sparkle:phasedRolloutInterval>",
                )
            }),
        ),
        (
            "`pubDate` is not in the form",
            Box::new(|body| date(body, "<pubDate>2026-11-21T09:00:00Z</pubDate>")),
        ),
        ("`pubDate` is missing", Box::new(|body| date(body, ""))),
        ("`title` is longer", swap("<title>Driver onetouch-ultra2 1.0.0</title>", &long)),
        ("`description` is longer", swap(VERSION, &notes)),
        ("`mp:withdrawn` is longer", swap(VERSION, &reason)),
        (
            "holds a control character",
            swap("<title>Driver onetouch", "<title>Dri\u{202e}ver onetouch"),
        ),
        ("has no namespace", swap("<mp:id>", "<version>1</version><mp:id>")),
        ("stands at the enclosure", swap("<enclosure ", "<enclosure sparkle:version=\"1.2.0\" ")),
        ("never trusts", swap("<enclosure ", "<enclosure sparkle:edSignature=\"AAAA\" ")),
        ("unknown", swap("<mp:id>", "<mp:more>1</mp:more><mp:id>")),
        ("kind` of `mp:withdrawn`", swap(VERSION, &withdrawn)),
        ("has no SHA-256 sum", swap("    <item>", "    <mp:refuse sha256=\"AA\"/>\n    <item>")),
        ("CR LF", Box::new(|body| body.replace('\n', "\r\n"))),
        ("comment stands before", swap("<rss ", "<!-- ours --><rss ")),
        ("twice for the same system", Box::new(new_item("1.0.0"))),
        ("calls itself", Box::new(new_item("1.5.0"))),
        ("lower than 1.0.0", Box::new(new_item("0.9.0"))),
        ("DOCTYPE", swap("<rss ", "<!DOCTYPE rss><rss ")),
        ("no XML", swap("</rss>", "")),
    ];
    for (message, change) in table {
        publisher.draft_of(&change);
        let said = publisher.go("feed lint --dir feed --json");
        assert!(said.code == 7 && said.out.contains(message), "`{message}`: {}", said.out);
        let sign = publisher.go("feed sign --dir feed --key keys/release.key --json");
        sign.refused(7, "feed.invalid");
        fs::remove_file(publisher.path("feed/appcast.xml.draft")).unwrap();
        publisher.go("feed lint --dir feed").well();
    }
}

#[test]
fn a_package_that_is_missing_or_another_one_is_an_error() {
    let publisher = Publisher::published();
    let feed = publisher.read("feed/appcast.xml");
    // The second item is ours.
    let sum = feed.rsplit_once("mp:sha256=\"").unwrap().1[..64].to_owned();
    let place = publisher.path("feed/p").join(&sum);
    let minisig = publisher.path("feed/p").join(format!("{sum}.minisig"));
    let package = fs::read(&place).unwrap();
    let signature = fs::read(&minisig).unwrap();
    let mut damaged = package.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let theirs = fs::read(publisher.path("acme.glucolink-1.2.0.wasm.minisig")).unwrap();

    let check = |message: &str| {
        let errors = errors(&publisher, "");
        assert!(errors.iter().any(|error| error.contains(message)), "`{message}`: {errors:?}");
    };
    fs::remove_file(&place).unwrap();
    check("is missing");
    fs::write(&place, damaged).unwrap();
    check("another SHA-256 sum");
    fs::write(&place, package).unwrap();
    fs::remove_file(&minisig).unwrap();
    check(".minisig` is missing");
    fs::write(&minisig, "no signature").unwrap();
    check("is no file of signatures");
    fs::write(&minisig, theirs).unwrap();
    check("signed by 0 release keys");
    fs::write(&minisig, signature).unwrap();
    publisher.go("feed lint --dir feed").well();
}

#[test]
fn a_vendor_that_reaches_for_other_devices_is_an_error() {
    let publisher = Publisher::published();
    // The keyring narrows what the vendor may match, after the driver was published.
    let words = [
        "keyring",
        "rotate",
        "--dir",
        "feed",
        "--key",
        "keys/root.key",
        "--vendor",
        "acme keys/acme.pub acme. usb=1209:0002",
    ];
    publisher.run(&words).well();

    let errors = errors(&publisher, "");

    assert!(errors.iter().any(|error| error.contains("1209:0001")), "{errors:?}");
}

#[test]
fn a_signature_that_is_missing_damaged_or_old_is_an_error() {
    let publisher = Publisher::published();
    let feed = publisher.read("feed/appcast.xml");
    for (from, to, message) in [
        ("<title>main</title>", "<title>Main</title>", "signed by 0 release keys"),
        ("\n-->\n", "\n-->\n\n", "block of signatures"),
        ("trusted comment: mp1 fresh", "trusted comment: mp1 frosh", "called fresh by 0 keys"),
    ] {
        publisher.write("feed/appcast.xml", &feed.replace(from, to));
        let errors = errors(&publisher, "");
        assert!(errors.iter().any(|error| error.contains(message)), "`{message}`: {errors:?}");
    }
    let (body, _) = feed.split_once("<!-- minisign\n").unwrap();
    publisher.write("feed/appcast.xml", body);
    assert!(errors(&publisher, "")[0].contains("block of signatures"));
}

#[test]
fn a_promise_that_is_over_or_nearly_so_is_told() {
    use meterport_pack::feed::{FeedFolder, refresh};
    use meterport_pack::key::SecretKey;
    use meterport_pack::lint::{Severity, lint};
    let publisher = Publisher::published();
    let folder = FeedFolder::open(&publisher.path("feed")).unwrap();
    let key = SecretKey::open(&publisher.read("keys/fresh.key"), || unreachable!()).unwrap();
    let now = jiff::Timestamp::now();
    refresh(&folder, &[key], 14, now).unwrap();
    let later = |days: i64| now + jiff::SignedDuration::from_hours(24 * days);
    let said = |at| lint(&folder, at).unwrap();

    assert_eq!(said(later(10)), []);
    let due = said(later(13));
    assert_eq!((due.len(), due[0].severity), (1, Severity::Warning));
    let over = said(later(15));
    assert_eq!((over.len(), over[0].severity), (1, Severity::Error));
    let expired = said(later(366));
    let keyring = expired.iter().find(|finding| finding.file == "1.keyring").unwrap();
    assert_eq!(keyring.severity, Severity::Error);
    let soon = said(later(330));
    let keyring = soon.iter().find(|finding| finding.file == "1.keyring").unwrap();
    assert_eq!(keyring.severity, Severity::Warning);
}

#[test]
fn a_feed_that_is_gone_is_an_error_as_long_as_there_is_no_draft() {
    let publisher = Publisher::simple();
    assert!(errors(&publisher, "")[0].contains("there is no feed"));
    publisher.add("onetouch-ultra2", "1.0.0", "release");
    publisher.go("feed lint --dir feed").well();
    publisher.publish();
    fs::remove_file(publisher.path("feed/appcast.xml")).unwrap();
    assert!(errors(&publisher, "")[0].contains("there is no feed"));
}

#[test]
fn a_keyring_that_lives_too_long_is_an_error() {
    let publisher = Publisher::published();
    publisher.go("keyring rotate --dir feed --days 401 --key keys/root.key").well();
    assert!(errors(&publisher, "")[0].contains("in more than 400 days"));

    publisher.go("keyring rotate --dir feed --days 399 --key keys/root.key").well();
    publisher.go("feed lint --dir feed").well();
}

#[test]
fn a_keyring_chain_that_does_not_verify_is_refused_by_every_command() {
    let publisher = Publisher::published();
    publisher.write("feed/2.keyring", &publisher.read("feed/1.keyring"));
    for words in
        ["feed lint", "feed sign --key keys/release.key", "feed refresh --key keys/fresh.key"]
    {
        publisher.go(&format!("{words} --dir feed --json")).refused(7, "keyring.invalid");
    }
}

#[test]
fn what_was_published_does_not_change_unseen() {
    let publisher = Publisher::published();
    publisher.go("feed withdraw onetouch-ultra2 1.0.0 --kind recall --reason x --dir feed").well();
    publisher.publish();
    publisher.draft_of(|body| body.replace("<mp:withdrawn kind=\"recall\">x</mp:withdrawn>", ""));
    let messages = errors(&publisher, "");
    assert!(messages.iter().any(|error| error.contains("no longer in this one")), "{messages:?}");
    fs::remove_file(publisher.path("feed/appcast.xml.draft")).unwrap();

    // A version far too high is cured by withdrawing it: the next, lower one is no error then.
    publisher.add("onetouch-ultra2", "999.0.0", "release");
    publisher.publish();
    publisher.add("onetouch-ultra2", "1.1.0", "release");
    let messages = errors(&publisher, "");
    assert!(messages.iter().any(|error| error.contains("lower than 999.0.0")), "{messages:?}");
    publisher
        .go("feed withdraw onetouch-ultra2 999.0.0 --kind defect --reason typo --dir feed")
        .well();
    publisher.publish();
}

#[test]
fn a_package_on_a_base_by_its_whole_address_is_fine_once_the_base_is_named() {
    let publisher = Publisher::published();
    publisher.draft_of(|body| body.replacen("url=\"p/", "url=\"https://cdn.example/feed/p/", 1));
    assert!(errors(&publisher, "")[0].contains("leads elsewhere"));

    publisher.go("feed lint --dir feed --base https://cdn.example/feed/").well();
    publisher.draft_of(|body| body.replacen("url=\"p/", "url=\"https://updates.example/p/", 1));
    publisher.go("feed lint --dir feed").well();
}
