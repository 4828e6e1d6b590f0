//! Feeds that other readers take as well: we read every one, take what is sound, and the linter
//! hears of the rest.

use meterport_appcast::{Appcast, Critical, ItemFault, Oddity, UrlFault};

use crate::support::{SHA256, bytes, checked, feed, good, item, read};

/// What makes our client refuse the item, and what it is refused for.
#[test]
fn what_is_wrong_is_named() {
    let version = "sparkle:version";
    for (name, fault) in [
        ("length-zero", ItemFault::Length { most: 4 * 1024 * 1024 }),
        ("length-missing", ItemFault::Missing { name: "length" }),
        ("unreadable-date-phased", ItemFault::PhasedWithoutDate),
        ("version-without-namespace", ItemFault::Missing { name: version }),
        ("channel-at-enclosure", ItemFault::ChannelMisplaced),
        ("file-url", ItemFault::Url { source: UrlFault::Scheme }),
        ("two-of-ours", ItemFault::Repeated { name: "mp:api".to_owned() }),
        ("malformed-channel", ItemFault::Channel),
    ] {
        assert_eq!(checked(name).map(|_| ()), Err(fault), "{name}");
        let raw = &read(name).items[0];
        // Whatever is wrong, it can still be shown.
        assert_eq!(raw.title.as_deref(), Some("Ultra 2 driver 1.4.0"), "{name}");
        assert!(raw.enclosures[0].url.is_some(), "{name}");
    }
}

/// What is read as it was meant, and refused by the linter.
#[test]
fn what_is_only_odd_is_read_and_the_linter_hears_of_it() {
    let named = |name: &str| name.to_owned();
    let cases = [
        ("iso-date", vec![Oddity::Date]),
        ("two-blanks-in-date", vec![Oddity::Date]),
        ("unreadable-date", vec![Oddity::Date]),
        (
            "element-without-namespace",
            vec![Oddity::NoNamespace { name: named("minimumSystemVersion") }],
        ),
        (
            "version-at-enclosure",
            vec![
                Oddity::AtEnclosure { name: named("sparkle:version") },
                Oddity::AtEnclosure { name: named("sparkle:shortVersionString") },
            ],
        ),
        ("two-versions", vec![Oddity::AtEnclosure { name: named("sparkle:version") }]),
        (
            "foreign-signature-attribute",
            vec![
                Oddity::ForeignSignature { name: named("sparkle:otherUpdaterSignature") },
                Oddity::ForeignSignature { name: named("sparkle:edSignature") },
            ],
        ),
        ("blank-in-url", vec![Oddity::BlankInUrl]),
        (
            "unknown-words",
            vec![
                Oddity::UnknownMp { name: named("later") },
                Oddity::NotOurs { name: named("sparkle:later") },
                Oddity::UnknownMp { name: named("later") },
                Oddity::NotOurs { name: named("sparkle:later") },
            ],
        ),
        ("languages", Vec::new()),
        ("languages-without-english", Vec::new()),
        ("critical-in-tags", Vec::new()),
        ("default-namespace-elsewhere", Vec::new()),
    ];
    for (name, oddities) in cases {
        let item = item(name);
        assert_eq!(item.version.to_string(), "1.4.0", "{name}");
        assert_eq!(item.sha256.to_string(), SHA256, "{name}");
        assert_eq!(read(name).items[0].oddities, oddities, "{name}");
        assert_eq!(read(name).faults, [], "{name}");
    }
}

#[test]
fn what_is_odd_about_the_whole_feed_is_read_too() {
    for (name, fault) in [
        ("crlf", Oddity::CrLf),
        ("comment-before-root", Oddity::CommentBefore),
        ("odd-prefix", Oddity::Prefix),
        ("unbound-prefix", Oddity::UnboundSparkle),
        ("https-namespace", Oddity::UnboundSparkle),
        ("item-elsewhere", Oddity::ItemElsewhere),
    ] {
        assert_eq!(item(name).version.to_string(), "1.4.0", "{name}");
        let read = read(name);
        assert_eq!(read.faults, [fault], "{name}");
        assert_eq!((read.items.len(), read.items[0].oddities.len()), (1, 0), "{name}");
    }
    // Ours has a comment there, and it is not part of what is parsed.
    assert_eq!(read("comment-after-root").faults, []);
    assert_eq!(item("comment-after-root").title, "Ultra 2 driver 1.4.0");
}

#[test]
fn a_second_channel_hides_nothing() {
    let read = read("two-channels");
    let titles: Vec<_> = read.items.iter().filter_map(|item| item.title.as_deref()).collect();

    assert_eq!(titles, ["Ultra 2 driver 1.4.0", "Second 1.5.0"]);
    assert_eq!(read.faults, [Oddity::Channels]);
}

#[test]
fn one_bad_item_hides_no_other() {
    let accepted = read("one-bad-item").accept(&|_| true);

    let versions: Vec<_> = accepted.items.iter().map(|item| item.version.to_string()).collect();
    assert_eq!(versions, ["1.3.0", "1.4.0"]);
    assert_eq!(accepted.dropped.len(), 1);
    assert_eq!(accepted.dropped[0].place, 2);
    assert_eq!(accepted.dropped[0].title, "Ultra 2 driver one");
    assert!(accepted.dropped[0].why.to_string().starts_with("`sparkle:version` is no SemVer 2"));
}

#[test]
fn what_is_said_twice_is_not_taken_at_all() {
    let accepted = read("said-twice").accept(&|_| true);

    assert_eq!(accepted.items.len(), 1);
    assert_eq!(accepted.items[0].version.to_string(), "1.3.0");
    let places: Vec<_> = accepted.dropped.iter().map(|dropped| dropped.place).collect();
    assert_eq!(places, [2, 3]);
}

#[test]
fn what_is_out_of_scope_is_not_taken() {
    let accepted = read("ours").accept(&|id| id.to_string() == "app");

    assert!(accepted.items.iter().all(|item| item.id.to_string() == "app"));
    assert_eq!(accepted.dropped.len(), 1);
    assert_eq!(
        accepted.dropped[0].why.to_string(),
        "`onetouch-ultra2` is no id that this feed may speak of"
    );
    assert_eq!(accepted.withdrawals, []);
}

#[test]
fn a_version_at_the_enclosure_wins_over_that_of_the_item() {
    assert_eq!(read("two-versions").items[0].version.as_deref(), Some("1.3.0"));
    assert_eq!(item("two-versions").version.to_string(), "1.4.0");
    assert_eq!(item("version-at-enclosure").shown_version, "1.4");
}

#[test]
fn a_blank_in_an_address_becomes_a_code() {
    assert_eq!(item("blank-in-url").url, "drivers/Ultra%202.wasm");
}

#[test]
fn english_is_chosen_among_languages_and_else_the_first() {
    assert_eq!(item("languages").title, "Ultra 2 driver 1.4.0");
    assert_eq!(item("languages").notes, "reads 90 days");
    assert_eq!(item("languages-without-english").title, "Treiber 1.4.0");
}

#[test]
fn dates_are_read_where_they_can_be() {
    let nine = "2026-11-21T09:00:00Z".parse().ok();
    for name in ["iso-date", "two-blanks-in-date"] {
        assert_eq!(item(name).date, nine, "{name}");
    }
    assert_eq!(item("unreadable-date").date, None);
    assert_eq!(read("unreadable-date").items[0].date.as_deref(), Some("21. November 2026"));
}

#[test]
fn critical_is_read_wherever_it_stands() {
    assert_eq!(item("critical-in-tags").critical, Critical::Always);
    let critical = item("critical-below").critical;
    let installed = |text| meterport_manifest::parse_version(text).ok();

    assert!(critical.is_for(installed("1.1.9").as_ref()));
    assert!(!critical.is_for(installed("1.2.0").as_ref()));
    assert!(!critical.is_for(None));
}

#[test]
fn notes_are_shown_as_text() {
    assert_eq!(item("html-notes").notes, "New in 1.4.0\n\n- reads 90 days\n- Mäuse & more]]>");
    assert_eq!(item("markdown-notes").notes, "\n- reads 90 days\n  - all of them");
    assert_eq!(item("xhtml-notes").notes, "reads 90 days");
}

#[test]
fn every_fault_that_an_item_can_have_is_found() {
    let vendor = |item: &str| item.replace("onetouch-ultra2", "acme.meter");
    let program = |item: &str| item.replace("onetouch-ultra2", "app").replace(">0.1<", ">0.1.4<");
    let with = |child: &str| {
        let child = child.to_owned();
        move |item: &str| item.replace("<mp:api>", &format!("{child}<mp:api>"))
    };
    let minisig = "mp:vendorsig=\"bm9uZQ==\" mp:sha256";
    type Change<'a> = Box<dyn Fn(&str) -> String + 'a>;
    let changes: Vec<(&str, Change<'_>)> = vec![
        ("`mp:id` is missing", Box::new(|i| i.replace("mp:id", "id"))),
        ("`mp:id` is no id", Box::new(|i| i.replace("onetouch-ultra2", "../x"))),
        ("`mp:api` is missing", Box::new(|i| i.replace("mp:api", "api"))),
        ("`mp:api` is not a contract", Box::new(|i| i.replace(">0.1<", ">0.1.2<"))),
        ("`mp:api` is not releases", Box::new(|i| i.replace("onetouch-ultra2", "app"))),
        ("`sparkle:version` is no SemVer", Box::new(|i| i.replace("1.4.0", "1.4"))),
        ("`sparkle:version` is no SemVer", Box::new(|i| i.replace("1.4.0", "1.4.0-a--b"))),
        ("`enclosure` is missing", Box::new(|i| i.replace("enclosure", "enclosed"))),
        ("`url` is missing", Box::new(|i| i.replace("url=", "href="))),
        ("`mp:sha256` is missing", Box::new(|i| i.replace("mp:sha256", "sha256"))),
        ("`mp:sha256` is no", Box::new(|i| i.replace("mp:sha256=\"9f", "mp:sha256=\"9F"))),
        ("`length` of the", Box::new(|i| i.replace("412034", "4194305"))),
        ("`length` of the", Box::new(|i| i.replace("412034", "+1"))),
        ("`length` of the", Box::new(|i| i.replace("412034", "99999999999999999999"))),
        ("`sparkle:os` is no name", Box::new(|i| i.replace("url=", "sparkle:os=\"../x\" url="))),
        ("`sparkle:os` is missing", Box::new(program)),
        (
            "`sparkle:os` is missing",
            Box::new(|i| program(i).replace("url=", "sparkle:os=\"any\" url=")),
        ),
        ("`mp:vendorsig` is missing", Box::new(vendor)),
        ("`mp:vendorsig` stands", Box::new(|i| i.replace("mp:sha256", minisig))),
        ("`mp:vendorsig` is no base64", Box::new(|i| vendor(i).replace("mp:sha256", minisig))),
        (
            "`sparkle:minimumSystemVersion` is not",
            Box::new(with("<sparkle:minimumSystemVersion>ten</sparkle:minimumSystemVersion>")),
        ),
        (
            "`sparkle:minimumUpdateVersion` is no",
            Box::new(with("<sparkle:minimumUpdateVersion>1</sparkle:minimumUpdateVersion>")),
        ),
        (
            "`sparkle:version of sparkle:criticalUpdate` is no",
            Box::new(with("<sparkle:criticalUpdate sparkle:version='1'/>")),
        ),
        (
            "`sparkle:phasedRolloutInterval` is no",
            Box::new(with("<sparkle:phasedRolloutInterval>-1</sparkle:phasedRolloutInterval>")),
        ),
        (
            "`sparkle:phasedRolloutInterval` is no",
            Box::new(with("<sparkle:phasedRolloutInterval/>")),
        ),
        ("`sparkle:channel` is no", Box::new(with("<sparkle:channel/>"))),
    ];
    for (says, change) in changes {
        let text = feed(&change(&good("1.4.0")));
        let appcast = Appcast::parse(text.as_bytes()).unwrap();
        let fault = appcast.items[0].check().unwrap_err().to_string();
        assert!(fault.starts_with(says), "{says}: {fault}\n{text}");
    }
    assert!(Appcast::parse(feed(&good("1.4.0")).as_bytes()).unwrap().items[0].check().is_ok());
}

#[test]
fn two_packages_for_one_system_refuse_the_item() {
    let enclosure = |text: &str| {
        text.lines()
            .find_map(|l| Some(l[l.find("<enclosure")?..l.find("</item>")?].to_owned()))
            .unwrap()
    };
    let text = feed(&good("1.4.0"));
    let twice = enclosure(&text).repeat(2);
    let appcast = Appcast::parse(text.replace(&enclosure(&text), &twice).as_bytes()).unwrap();

    assert_eq!(appcast.items[0].check().map(|_| ()), Err(ItemFault::OsTwice));
}

#[test]
fn an_item_of_too_many_pieces_is_refused() {
    let enclosures = |count: usize| -> String {
        let text = good("1.4.0");
        let (before, after) = text.split_once("<enclosure").unwrap();
        let (enclosure, end) = after.split_once("/>").unwrap();
        let one = |n: usize| format!("<enclosure sparkle:os=\"os-{n}\"{enclosure}/>");
        format!("{before}{}{end}", (0..count).map(one).collect::<String>())
    };
    let matches = |count: usize| {
        let lines: String = (0..count).map(|n| format!("hid {n:04x}:0001\n")).collect();
        good("1.4.0").replace("<mp:api>", &format!("<mp:match>{lines}</mp:match><mp:api>"))
    };
    let check = |item: String| {
        let appcast = Appcast::parse(feed(&item).as_bytes()).unwrap();
        appcast.items[0].check().map(|items| items.len()).map_err(|fault| fault.to_string())
    };

    assert_eq!(check(enclosures(33)), Err("more than 32 enclosures".to_owned()));
    assert_eq!(check(matches(257)), Err("more than 256 lines of `mp:match`".to_owned()));
    assert_eq!(check(enclosures(32)), Ok(32));
    assert_eq!(check(matches(256)), Ok(1));
}

#[test]
fn every_feed_here_is_read_and_every_item_keeps_what_people_look_for() {
    let folder = format!("{}/tests/feeds", env!("CARGO_MANIFEST_DIR"));
    let mut feeds = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".xml").unwrap();
        let appcast =
            Appcast::parse(&bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!appcast.items.is_empty(), "{name}");
        for item in &appcast.items {
            assert!(item.title.is_some(), "{name}");
            assert!(item.enclosures.iter().all(|enclosure| enclosure.url.is_some()), "{name}");
        }
        feeds += 1;
    }
    assert!(feeds >= 40, "{feeds}");
}
