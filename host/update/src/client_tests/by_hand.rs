//! Files that a person brings.

use meterport_appcast::{Sha256Hex, Signature, Signer};
use meterport_manifest::Manifest;

use super::publisher::{Entry, Keys, driver};
use super::{BASE, FEED, UNTIL, World};
use crate::{ByHand, Origin, Refusal, Scope, Source, Trusted, check_file, check_unsigned};

fn check(package: &[u8], signatures: &[Signature], trusted: &[Trusted]) -> Result<ByHand, Refusal> {
    check_file(package, &Manifest::parse(package).unwrap(), signatures, trusted, None)
}

fn released(keys: &Keys, package: &[u8], id: &str, version: &str) -> Vec<Signature> {
    keys.release.iter().flat_map(|key| key.package(package, id, version)).collect()
}

#[test]
fn a_file_that_too_few_signed_or_that_was_signed_as_another_is_refused() {
    let world = World::new(&[BASE]);
    let trusted = [world.trusted()];
    let package = driver("test", "1.0.0", 0x1209);
    let enough = released(&world.keys, &package, "test", "1.0.0");
    let repeated = [enough[0].clone(), enough[0].clone()];
    let vendor = world.keys.vendor.package(&package, "test", "1.0.0");
    let as_other = released(&world.keys, &package, "test", "1.0.1");
    let over_other = released(&world.keys, b"other", "test", "1.0.0");

    for signatures in [&enough[..1], &repeated, &vendor, &as_other, &over_other, &[]] {
        let refusal = check(&package, signatures, &trusted).unwrap_err();
        assert_eq!(refusal.code(), "package.signature", "{refusal}");
        assert!(refusal.hint().is_some());
    }
    assert!(check(&package, &enough, &trusted).is_ok());
}

#[test]
fn a_vendors_file_needs_the_vendor_and_no_one_else() {
    let world = World::new(&[BASE]);
    let trusted = [world.trusted()];
    let package = driver("acme.one", "1.0.0", 0x1209);
    let by_us = released(&world.keys, &package, "acme.one", "1.0.0");
    assert!(matches!(check(&package, &by_us, &trusted), Err(Refusal::Signature(_))));

    let by_vendor = world.keys.vendor.package(&package, "acme.one", "1.0.0");
    let by_hand = check(&package, &by_vendor, &trusted).unwrap();
    assert_eq!(by_hand.signed_by, "Acme Meters");
    assert!(matches!(by_hand.signer, Signer::Vendor { .. }));

    let elsewhere = driver("acme.one", "1.0.0", 0x1A79);
    let signed = world.keys.vendor.package(&elsewhere, "acme.one", "1.0.0");
    let refusal = check(&elsewhere, &signed, &trusted).unwrap_err();
    assert!(matches!(refusal, Refusal::Match { .. }), "{refusal}");
}

#[test]
fn a_withdrawn_or_refused_file_is_refused_whoever_signed_it() {
    let world = World::new(&[BASE]);
    let (withdrawn, refused) = (driver("test", "1.0.0", 0x1209), driver("two", "1.0.0", 0x1209));
    let other = driver("test", "1.0.0", 0x1210);
    let entry = Entry { withdrawn: Some("defect"), ..Entry::new("test", "1.0.0", &withdrawn) };
    let items = format!("<mp:refuse sha256=\"{}\"/>{}", Sha256Hex::of(&refused), entry.xml());
    world.net.file(FEED, &world.keys.feed(7, UNTIL, &items));
    let trusted = [world.refresh().trusted];

    for (package, id) in [(&withdrawn, "test"), (&other, "test"), (&refused, "two")] {
        let signed = released(&world.keys, package, id, "1.0.0");
        let refusal = check(package, &signed, &trusted).unwrap_err();
        assert_eq!(refusal.code(), "package.blocked", "{refusal}");
        let manifest = Manifest::parse(package).unwrap();
        assert!(check_unsigned(package, &manifest, &trusted).is_err());
    }
    let fine = driver("test", "1.0.1", 0x1209);
    assert!(check(&fine, &released(&world.keys, &fine, "test", "1.0.1"), &trusted).is_ok());
}

#[test]
fn keys_of_an_expired_keyring_sign_nothing_by_hand() {
    let world = World::new(&[BASE]);
    let package = driver("test", "1.0.0", 0x1209);
    let signed = released(&world.keys, &package, "test", "1.0.0");

    let refusal = check(&package, &signed, &[world.trusted_at("2028-01-01T00:00:00Z")]);

    assert!(matches!(refusal, Err(Refusal::Keyring { .. })));
}

#[test]
fn a_keyring_counts_only_inside_its_feeds_scope() {
    let ours = World::new(&[BASE]);
    let theirs = World::new(&[BASE]);
    let scope = Scope::ThirdParty {
        prefix: "acme.".to_owned(),
        usb: vec![meterport_appcast::UsbScope { vid: 0x1209, pid: None }],
    };
    let source = Source { name: "Acme, said the administrator".to_owned(), scope, ..theirs.source };
    let theirs = World { source, ..theirs };
    let trusted = [ours.trusted(), theirs.trusted()];

    let package = driver("test", "1.0.0", 0x1209);
    let signed = released(&theirs.keys, &package, "test", "1.0.0");
    assert!(matches!(check(&package, &signed, &trusted), Err(Refusal::Signature(_))));
    assert!(matches!(check(&package, &signed, &trusted[1..]), Err(Refusal::NoFeed { .. })));

    let package = driver("acme.one", "1.0.0", 0x1209);
    let by_our_vendor = ours.keys.vendor.package(&package, "acme.one", "1.0.0");
    assert!(matches!(check(&package, &by_our_vendor, &trusted), Err(Refusal::Signature(_))));
    let by_theirs = theirs.keys.vendor.package(&package, "acme.one", "1.0.0");
    let by_hand = check(&package, &by_theirs, &trusted).unwrap();
    assert_eq!(by_hand.signed_by, "Acme, said the administrator");
}

#[test]
fn an_older_file_asks_and_one_of_another_origin_is_refused() {
    let world = World::new(&[BASE]);
    let trusted = [world.trusted()];
    let package = driver("test", "1.0.0", 0x1209);
    let manifest = Manifest::parse(&package).unwrap();
    let signed = released(&world.keys, &package, "test", "1.0.0");
    let installed = |version: &str, origin: Origin| {
        let newer = driver("test", version, 0x1209);
        let world = World::new(&[BASE]);
        let version = version.parse().unwrap();
        world.store.install(&newer, &manifest.id, &version, origin).unwrap();
        world.store.plugins().unwrap().plugins.remove(0)
    };
    let ours = Origin::Feed { feed: trusted[0].source.to_string(), key: "release".to_owned() };

    let now = installed("1.2.0", ours.clone());
    let by_hand = check_file(&package, &manifest, &signed, &trusted, Some(&now)).unwrap();
    assert_eq!(by_hand.older_than, Some(now.version.clone()));
    assert_eq!(by_hand.origin, ours);

    let other = Origin::Feed { feed: Sha256Hex::of(b"").to_string(), key: "k".to_owned() };
    let now = installed("0.9.0", other);
    let refusal = check_file(&package, &manifest, &signed, &trusted, Some(&now)).unwrap_err();
    assert!(matches!(refusal, Refusal::OtherOrigin { .. }));

    let now = installed("0.9.0", Origin::Unsigned);
    let by_hand = check_file(&package, &manifest, &signed, &trusted, Some(&now)).unwrap();
    assert_eq!(by_hand.older_than, None);
}
