//! **Attacker:** a thief of the release keys, or a mistake of the publisher: what is signed is still
//! read with care.
//! **Aim:** a parser that eats all memory, reads files, or does not come back.
//! **What must hold:** a DOCTYPE is refused, entities are never expanded, depth and number of nodes
//! are bounded; the client goes on with what it had.

use meterport_tests_updates::{Clinic, Feed, Ring, UNTIL, signed};

fn bomb(dtd: &str, text: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?>\n{dtd}<rss version=\"2.0\"><channel>{text}</channel></rss>\n")
        .into_bytes()
}

#[test]
fn no_signed_bomb_goes_off() {
    let ring = Ring::first("main");
    let mut entities = String::from("<!DOCTYPE rss [<!ENTITY a0 \"aaaaaaaaaa\">");
    for level in 1..12 {
        let below = format!("&a{};", level - 1).repeat(10);
        entities += &format!("<!ENTITY a{level} \"{below}\">");
    }
    entities += "]>\n";
    let depth = 100_000;
    let bodies = [
        bomb(&entities, "<title>&a11;</title>"),
        bomb("<!DOCTYPE rss>\n", "<title>x</title>"),
        bomb("<!DOCTYPE r SYSTEM \"file:///etc/passwd\">\n", ""),
        bomb("<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n", "<title>&x;</title>"),
        bomb("", &format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth))),
        bomb("", &"<a/>".repeat(100_000)),
        bomb(
            "",
            &format!("<a {}/>", (0..20_000).map(|n| format!("b{n}=\"\" ")).collect::<String>()),
        ),
        bomb("", "<title>&undefined;</title>"),
        b"\xFF\xFE<\0r\0s\0s\0/\0>\0\n".to_vec(),
        b"\n".to_vec(),
    ];
    let clinic = Clinic::of(&ring);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL));
    clinic.refresh();
    for (number, body) in bodies.into_iter().enumerate() {
        let feed = Feed::new("main", 2, UNTIL);
        let release: Vec<_> = ring.release.1.iter().collect();
        let blocks =
            [feed.release_blocks(&body, &release), feed.fresh_blocks(&body, &[&ring.fresh.1[0]])];
        clinic.put_feed(signed(&body, &blocks.concat()));
        clinic.try_refresh().ok();
        let items = clinic.trusted().feed.map_or(0, |feed| feed.items.len());
        assert_eq!((items, clinic.offers().len()), (0, 0), "{number}");
    }
    // And the next good feed is taken.
    clinic.publish(&ring, &Feed::new("main", 3, UNTIL));
    clinic.refresh();
    assert_eq!(clinic.seq(), Some(3));
}
