//! A feed as our publisher writes it: everything is taken, and nothing is odd.

use meterport_appcast::{Api, Critical, Kind, MatchHint, SystemVersion};

use crate::support::read;

#[test]
fn a_feed_of_ours_is_wholly_taken() {
    let feed = read("ours");
    assert_eq!(feed.faults, []);
    assert!(feed.items.iter().all(|item| item.oddities.is_empty()));
    assert_eq!(feed.refused.len(), 1);

    let accepted = feed.accept(&|_| true);
    assert_eq!(accepted.dropped, []);
    let names: Vec<_> = accepted.items.iter().map(|i| (i.id.to_string(), i.os.clone())).collect();
    let os = |text: &str| text.parse().ok();
    assert_eq!(
        names,
        [
            ("app".to_owned(), os("windows-x64")),
            ("app".to_owned(), os("linux-x64")),
            ("onetouch-ultra2".to_owned(), None)
        ]
    );
}

#[test]
fn every_word_of_a_program_is_read() {
    let item = &read("ours").items[0].check().unwrap()[1];
    let version = |text: &str| meterport_manifest::parse_version(text).unwrap();

    assert_eq!(item.version, version("1.2.0"));
    assert_eq!(item.shown_version, "1.2");
    assert_eq!(item.title, "Meterport 1.2.0");
    assert_eq!(item.notes, "reads more meters");
    assert_eq!(item.channel.as_deref(), Some("beta"));
    assert_eq!(item.length, 39_203_400);
    assert_eq!(item.url, format!("p/{}", item.sha256));
    assert_eq!(item.api, Api::App { contracts: vec![version("0.1.4"), version("0.2.0")] });
    assert_eq!(item.critical, Critical::Below(version("1.1.0")));
    assert_eq!(item.minimum_system, Some(SystemVersion::new(10, 0, 17763)));
    assert_eq!(item.minimum_update, Some(version("1.0.0")));
    assert_eq!(item.phased.map(|phased| phased.seconds), Some(86_400));
    assert_eq!(item.phased.map(|phased| phased.from), item.date);
    assert_eq!(item.date, "2026-11-21T09:00:00Z".parse().ok());
    assert!(item.withdrawn.is_none() && item.vendor_signature.is_none());
}

#[test]
fn every_word_of_a_driver_is_read() {
    let item = &read("ours").items[1].check().unwrap()[0];

    assert!(
        matches!(&item.api, Api::Driver { contract, minimum: Some(_) } if contract.to_string() == "0.1")
    );
    assert_eq!(item.withdrawn.as_ref().map(|withdrawn| withdrawn.kind), Some(Kind::Defect));
    assert_eq!(MatchHint::text(&item.matches), "hid 1a79:6002\nserial 0403:6001 cable");
    assert_eq!(item.critical, Critical::No);
}
