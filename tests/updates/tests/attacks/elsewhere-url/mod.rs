//! **Attacker:** whoever can put an address into a feed or an answer.
//! **Aim:** that clinics contact a host of the attacker's choice, inside or outside their network.
//! **What must hold:** packages and redirects come from bases and the keyring's mirrors, over https,
//! after at most three redirects. Nothing else is ever opened.

use meterport_tests_updates::{Answer, BASE, Clinic, Driver, Feed, Item, Ring, UNTIL};

const MIRROR: &str = "https://mirror.example/m/";

fn listed(url: &str) -> Item {
    Item::driver(&Driver::new("meter-a", "1.0.0")).enclosure(|e| e.url = url.to_owned())
}

fn only_origins_were_asked(clinic: &Clinic) {
    for url in clinic.mirror.urls() {
        assert!(url.starts_with(BASE) || url.starts_with(MIRROR), "{url}");
    }
}

#[test]
fn only_listed_origins_are_contacted() {
    let ring = Ring::first("main").line(format!("mirror {MIRROR}"));
    let package = Driver::new("meter-a", "1.0.0").package();
    for url in [
        "https://evil.example/p/1",
        "http://updates.example/meterport/p/1",
        "https://updates.example:8443/meterport/p/1",
        "https://updates.example/elsewhere/p/1",
        "https://updates.example.evil.example/meterport/p/1",
        "https://updates.example@evil.example/meterport/p/1",
        "//evil.example/p/1",
        "../../../p/1",
        "file:///etc/passwd",
        "https://169.254.169.254/latest/meta-data",
    ] {
        let clinic = Clinic::of(&ring);
        clinic.mirror.put(url, package.clone());
        clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(listed(url)));
        clinic.install("meter-a").ok();
        only_origins_were_asked(&clinic);
        assert!(clinic.plugins().is_empty(), "{url}");

        // The file itself may be had where it belongs; an item with an address that is no http at
        // all is no item.
        clinic.put_package(&package);
        assert_eq!(clinic.install("meter-a").is_ok(), !url.starts_with("file:"), "{url}");
        only_origins_were_asked(&clinic);
    }

    let clinic = Clinic::of(&ring);
    let url = format!("{MIRROR}meter-a.wasm");
    clinic.mirror.put(&url, package);
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(listed(&url)));
    clinic.install("meter-a").unwrap();
}

#[test]
fn a_redirect_leads_nowhere_else() {
    let ring = Ring::first("main").line(format!("mirror {MIRROR}"));
    let feed = Feed::new("main", 1, UNTIL).file(&ring);
    for to in [
        "https://evil.example/appcast.xml",
        "http://updates.example/meterport/x.xml",
        "http://mirror.example/m/x.xml",
        "https://updates.example/x.xml",
        "//evil.example/meterport/x.xml",
        "file:///tmp/x.xml",
        "",
        "::",
    ] {
        let clinic = Clinic::of(&ring);
        clinic.mirror.put(format!("{BASE}appcast.xml"), Answer::redirect(to));
        clinic.mirror.put(to, feed.clone());
        clinic.try_refresh().ok();
        only_origins_were_asked(&clinic);
        assert_eq!(clinic.seq(), None, "{to}");
    }
}

#[test]
fn a_redirect_never_leads_from_https_to_plain_http() {
    // Not even to a base that the administrator listed as plain.
    let ring = Ring::first("main");
    let feed = Feed::new("main", 1, UNTIL).file(&ring);
    let plain = "http://lan.example/";
    for (from, to, taken) in [(BASE, plain, false), (plain, BASE, true), (plain, plain, true)] {
        let mut clinic = Clinic::of(&ring);
        clinic.add_base(plain);
        let place = format!("{to}moved.xml");
        clinic.mirror.put(format!("{from}appcast.xml"), Answer::redirect(&place));
        clinic.mirror.put(&place, feed.clone());
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq().is_some(), taken, "{from} {to}");
        assert_eq!(clinic.mirror.urls().contains(&place), taken, "{from} {to}");
    }
}

#[test]
fn three_redirects_are_followed_and_a_fourth_is_not() {
    let ring = Ring::first("main").line(format!("mirror {MIRROR}"));
    let feed = Feed::new("main", 1, UNTIL).file(&ring);
    for (hops, taken) in [(3, true), (4, false)] {
        let clinic = Clinic::of(&ring);
        let place = |hop: u32| match hop {
            0 => format!("{BASE}appcast.xml"),
            hop => format!("{}{hop}.xml", if hop % 2 == 0 { BASE } else { MIRROR }),
        };
        for hop in 0..hops {
            clinic.mirror.put(place(hop), Answer::redirect(&place(hop + 1)));
        }
        clinic.mirror.put(place(hops), feed.clone());
        clinic.try_refresh().ok();
        assert_eq!(clinic.seq().is_some(), taken, "{hops}");
    }
}

#[test]
fn a_redirect_that_turns_in_a_circle_ends() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let url = format!("{BASE}appcast.xml");
    clinic.mirror.put(&url, Answer::redirect(&url));

    clinic.try_refresh().ok();

    assert!(clinic.mirror.urls().len() <= 5);
}

#[test]
fn a_mirror_without_https_makes_the_keyring_invalid() {
    for mirror in
        ["http://mirror.example/", "file:///srv/", "mirror.example", "https://u@mirror.example/"]
    {
        let ring = Ring::first("main").line(format!("mirror {mirror}"));
        let clinic = Clinic::trusting(ring.file());
        assert!(clinic.try_refresh().is_err(), "{mirror}");
    }
}
