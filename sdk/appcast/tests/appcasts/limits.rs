//! Feeds that are made to cost: refused with the bound that they break, or read.

use meterport_appcast::{Appcast, AppcastError, MAX_FEED_BYTES, MAX_ITEMS};

use crate::support::{SHA256, feed, good};

fn refused(text: &str) -> AppcastError {
    Appcast::parse(text.as_bytes()).expect_err("refused")
}

#[test]
fn a_doctype_is_refused_and_no_entity_is_ever_expanded() {
    let bomb = format!(
        "<!DOCTYPE rss [<!ENTITY a \"ha\">{}]>{}",
        ('b'..='k')
            .zip('a'..='j')
            .map(|(name, of)| format!("<!ENTITY {name} \"{}\">", format!("&{of};").repeat(10)))
            .collect::<String>(),
        feed("<item><title>&k;</title></item>")
    );
    let external = "<!DOCTYPE rss SYSTEM \"file:///etc/passwd\">";
    for text in [
        bomb,
        format!("{external}{}", feed("")),
        format!("<!-- x -->\n{external}{}", feed("")),
        feed("<!DOCTYPE rss><item/>"),
        format!("<?xml version='1.0'?><!DOCTYPE rss []>{}", feed("")),
    ] {
        assert_eq!(refused(&text), AppcastError::Doctype, "{text}");
    }
    let unknown = refused(&feed("<item><title>&a;</title></item>"));
    assert!(matches!(unknown, AppcastError::Xml { .. }), "{unknown}");
}

#[test]
fn one_byte_too_many_is_refused_unread() {
    let text = " ".repeat(MAX_FEED_BYTES + 1);

    assert_eq!(refused(&text), AppcastError::TooLarge { bytes: MAX_FEED_BYTES + 1 });
}

#[test]
fn a_hundred_thousand_items_are_refused_and_the_limit_is_named() {
    let error = refused(&feed(&"<item></item>".repeat(100_000)));

    assert_eq!(error, AppcastError::TooManyItems { found: 100_000 });
    assert_eq!(error.to_string(), "appcast has 100000 items, allowed are 4096");
}

#[test]
fn as_many_items_as_are_allowed_are_read() {
    let items: String = (0..MAX_ITEMS).map(|n| good(&format!("1.0.{n}"))).collect();
    let appcast = Appcast::parse(feed(&items).as_bytes()).unwrap();
    let accepted = appcast.accept(&|_| true);

    assert_eq!(accepted.items.len(), MAX_ITEMS);
    assert_eq!(accepted.items[4095].version.to_string(), "1.0.4095");
    assert_eq!(accepted.dropped, []);
    assert!(matches!(
        refused(&feed(&format!("{items}{}", good("2.0.0")))),
        AppcastError::TooManyItems { .. }
    ));
}

#[test]
fn a_hundred_thousand_levels_are_refused() {
    let text = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));

    assert_eq!(refused(&feed(&text)), AppcastError::TooDeep { limit: 64 });
    // Also where they are never closed.
    assert_eq!(refused(&"<a>".repeat(100_000)), AppcastError::TooDeep { limit: 64 });
}

#[test]
fn what_would_cost_the_parser_hours_is_refused() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=''")).collect();
    let namespaces: String = (0..50_000).map(|n| format!("<a xmlns:n{n}='{n}'/>")).collect();
    for text in [format!("<item{attributes}/>"), namespaces] {
        assert!(matches!(refused(&feed(&text)), AppcastError::TooMany { .. }));
    }
}

/// Whoever goes over the same text again for each piece of it never comes to the end of this test:
/// every feed here is as large as it may be, and of very small pieces.
#[test]
fn feeds_of_very_many_pieces_come_to_an_end() {
    let most = MAX_FEED_BYTES - 1000;
    let fill = |piece: &str| piece.repeat(most / piece.len());
    let in_item = |pieces: String| feed(&format!("<item>{pieces}</item>"));
    let notes = |piece: &str| in_item(format!("<description>{}</description>", fill(piece)));
    let item = "1 items, dropped: `mp:id` is missing";
    let no_xml = "appcast is no XML that can be read";
    for (text, ends) in [
        (in_item(fill("<mp:id/>")), "1 items, dropped: `mp:id` stands there more than once"),
        (in_item(fill("<enclosure/>")), item),
        (in_item(format!("<title>{}</title>", fill("&lt;"))), item),
        (in_item(format!("<title>{}</title>", fill("x<!---->"))), item),
        (notes("&lt;a"), item),
        (notes("&lt;b>"), item),
        (notes("&lt;!--"), item),
        (feed(&fill("<mp:refuse/>")), "0 items"),
        (feed(&fill("<!--x-->")), "0 items"),
        (feed(&fill("<?x y?>")), "0 items"),
        (feed(&fill("<channel><item/></channel>")), "0 items"),
        (fill("<"), no_xml),
        (fill("<a \""), no_xml),
        (fill("<!--"), no_xml),
        (fill("</"), no_xml),
    ] {
        let end = match Appcast::parse(text.as_bytes()) {
            Ok(appcast) => {
                let accepted = appcast.accept(&|_| true);
                let dropped = accepted.dropped.first().map(|one| format!(", dropped: {}", one.why));
                format!("{} items{}", appcast.items.len(), dropped.unwrap_or_default())
            }
            Err(error) => error.to_string(),
        };
        assert!(end.starts_with(ends), "{end}: {}", &text[..200]);
    }
}

/// Every package of an item holds the item's texts: without a bound these feeds take gigabytes.
#[test]
fn an_item_of_very_many_packages_is_dropped_and_its_withdrawal_holds() {
    let package = |n: usize| {
        format!("<enclosure url='p/x' length='1' sparkle:os='x{n}' mp:sha256='{SHA256}'/>")
    };
    let item = |more: &str, packages: usize| {
        let packages: String = (0..packages).map(package).collect();
        let good = good("1.0.0");
        let (before, _) = good.split_once("<enclosure").expect("an enclosure");
        feed(&format!("{before}{more}{packages}</item>"))
    };
    let hints: String = (0..257).map(|n| format!("usb 1209:{n:04x}\n")).collect();
    for (more, packages, says) in [
        ("<mp:withdrawn/>".to_owned(), 12_000, "more than 32 enclosures"),
        ("<mp:withdrawn/>".to_owned(), 33, "more than 32 enclosures"),
        (format!("<mp:withdrawn/><mp:match>{hints}</mp:match>"), 1, "more than 256 lines"),
    ] {
        let accepted = Appcast::parse(item(&more, packages).as_bytes()).unwrap().accept(&|_| true);

        assert_eq!(accepted.items.len(), 0);
        assert!(accepted.dropped[0].why.to_string().starts_with(says), "{:?}", accepted.dropped);
        assert_eq!(accepted.withdrawals.len(), 1);
    }
    let (hints, _) = hints.rsplit_once("usb").expect("a line");
    let most = item(&format!("<mp:match>{hints}</mp:match>"), 32);
    let accepted = Appcast::parse(most.as_bytes()).unwrap().accept(&|_| true);
    assert_eq!((accepted.items.len(), accepted.items[31].matches.len()), (32, 256));
}

#[test]
fn what_is_no_feed_is_refused() {
    for (text, error) in [
        ("", "appcast is no XML that can be read"),
        ("<html><body>please sign in</body></html>", "appcast has no `rss` element"),
        ("<rss/>", "appcast has no `rss` element"),
        ("<rss xmlns='urn:x'><channel/></rss>", "appcast has no `rss` element"),
        ("<rss><channel><item></channel></rss>", "appcast is no XML that can be read"),
        ("<rss><channel><dc:x/></channel></rss>", "appcast is no XML that can be read"),
        ("<rss><channel sparkle:x='1' sparkle:x='2'/></rss>", "appcast is no XML that can be read"),
        ("{\"items\": []}", "appcast is no XML that can be read"),
    ] {
        let refused = refused(text).to_string();
        assert!(refused.starts_with(error), "{text}: {refused}");
    }
    assert_eq!(Appcast::parse(b"\xFF\xFE<\0r\0"), Err(AppcastError::NotUtf8));
}

#[test]
fn an_error_quotes_no_more_than_a_line() {
    let name = "x".repeat(100_000);
    let error = refused(&feed(&format!("<{name}></y>"))).to_string();

    assert!(error.len() < 400 && !error.contains('\n'), "{}", error.len());
}
