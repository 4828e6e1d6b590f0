//! Who answers for a package.

use meterport_appcast::{ItemId, Keyring, OsWord, PackageFault, Signature, Signer, signer};
use semver::Version;

use super::support::{Draft, pair};

const PACKAGE: &[u8] = b"\0asm";

fn keyring() -> Keyring {
    let mut draft = Draft::usual();
    draft.more = vec![format!("vendor Acme {} acme. usb=1a79", pair(30).public)];
    draft.keyring()
}

fn signatures(by: &[(usize, &str)]) -> Vec<Signature> {
    by.iter().map(|(key, says)| pair(*key).sign(PACKAGE, says)).collect()
}

/// Who answers for it as `<id> 1.4.0 <os>`.
fn who(id: &str, os: &str, by: &[(usize, &str)]) -> Result<Signer, PackageFault> {
    let (id, os): (ItemId, OsWord) = (id.parse().unwrap(), os.parse().unwrap());
    signer(PACKAGE, &signatures(by), &keyring(), &id, &Version::new(1, 4, 0), &os)
}

fn id(text: &str) -> ItemId {
    text.parse().unwrap()
}

#[test]
fn release_keys_alone_cannot_forge_a_vendors_driver() {
    let says = "mp1 package acme.x 1.4.0 any";
    let missing = || PackageFault::Vendor { id: id("acme.x"), vendor: "Acme".into() };
    for by in [&[][..], &[(10, says), (11, says)], &[(0, says), (1, says)], &[(31, says)]] {
        assert_eq!(who("acme.x", "any", by), Err(missing()));
    }
}

#[test]
fn a_vendor_signs_nothing_outside_its_prefix() {
    let ours = "mp1 package verio 1.4.0 any";
    let error = PackageFault::Release { id: id("verio"), found: 0, needed: 2 };
    assert_eq!(who("verio", "any", &[(30, ours)]), Err(error));
    let other = "mp1 package other.x 1.4.0 any";
    let nobody = PackageFault::NoVendor { id: id("other.x") };
    assert_eq!(who("other.x", "any", &[(30, other)]), Err(nobody.clone()));
    assert_eq!(who("other.x", "any", &[(10, other), (11, other)]), Err(nobody));
    let app = "mp1 package app 1.4.0 linux-x64";
    let error = PackageFault::Release { id: ItemId::App, found: 0, needed: 2 };
    assert_eq!(who("app", "linux-x64", &[(30, app)]), Err(error));
}

#[test]
fn one_stolen_key_is_not_enough() {
    let says = "mp1 package verio 1.4.0 any";
    let too_few = |found| Err(PackageFault::Release { id: id("verio"), found, needed: 2 });
    assert_eq!(who("verio", "any", &[]), too_few(0));
    assert_eq!(who("verio", "any", &[(10, says)]), too_few(1));
    assert_eq!(who("verio", "any", &[(10, says), (10, says), (10, says)]), too_few(1));
    assert_eq!(who("verio", "any", &[(10, says), (20, says), (0, says)]), too_few(1));
}

#[test]
fn a_package_that_is_signed_under_another_name_is_refused() {
    for says in [
        "mp1 package verio 1.4.1 any",
        "mp1 package verio 1.3.0 any",
        "mp1 package verio 1.4.0+1 any",
        "mp1 package verio 1.4.0-rc.1 any",
        "mp1 package verio 1.4.0 linux-x64",
        "mp1 package ultra2 1.4.0 any",
        "mp1 package acme.x 1.4.0 any",
        "mp1 package app 1.4.0 any",
    ] {
        let error = who("verio", "any", &[(10, says), (11, says)]).unwrap_err();
        let message = format!(
            "package is signed as `{says}`, not as `mp1 package verio 1.4.0 any`; nothing was \
             installed"
        );
        assert_eq!(error.to_string(), message);
    }
    for says in ["mp1 package verio 1.4.0", "mp1 feed main seq=1", "timestamp:1"] {
        let error = who("verio", "any", &[(10, says), (11, says)]).unwrap_err();
        assert_eq!(error, PackageFault::Release { id: id("verio"), found: 0, needed: 2 });
    }
    let wider = "mp1 package app 1.4.0 linux";
    let error = who("app", "linux-x64", &[(10, wider), (11, wider)]).unwrap_err();
    assert!(matches!(error, PackageFault::OtherName { .. }), "{error}");
    let vendors = who("acme.x", "any", &[(30, "mp1 package acme.y 1.4.0 any")]).unwrap_err();
    assert!(matches!(vendors, PackageFault::OtherName { .. }), "{vendors}");
}

#[test]
fn other_bytes_under_the_same_name_are_refused() {
    let says = "mp1 package acme.x 1.4.0 any";
    let signatures = signatures(&[(30, says)]);
    let answer = signer(
        b"\0asM",
        &signatures,
        &keyring(),
        &id("acme.x"),
        &Version::new(1, 4, 0),
        &OsWord::any(),
    );
    assert!(matches!(answer, Err(PackageFault::Vendor { .. })));
}

#[test]
fn old_vendor_key_signs_no_new_install() {
    let says = "mp1 package acme.x 1.4.0 any";
    let mut draft = Draft::usual();
    draft.more = vec![format!("vendor Acme {} acme. usb=1a79", pair(31).public)];
    let version = Version::new(1, 4, 0);
    let answer = |key| {
        let signatures = signatures(&[(key, says)]);
        signer(PACKAGE, &signatures, &draft.keyring(), &id("acme.x"), &version, &OsWord::any())
    };
    assert!(answer(30).is_err());
    assert!(answer(31).is_ok());
    draft.more.clear();
    let gone = PackageFault::NoVendor { id: id("acme.x") };
    let signatures = signatures(&[(30, says)]);
    let answer =
        signer(PACKAGE, &signatures, &draft.keyring(), &id("acme.x"), &version, &OsWord::any());
    assert_eq!(answer, Err(gone));
}

#[test]
fn the_signer_is_the_one_that_was_registered() {
    let says = "mp1 package acme.x 1.4.0 any";
    let vendor = Signer::Vendor { name: "Acme".into(), key: pair(30).public.clone() };
    assert_eq!(who("acme.x", "any", &[(10, says), (30, says)]), Ok(vendor));
    let ours = "mp1 package verio 1.4.0 any";
    let with_others = [(33, ours), (10, "mp1 package verio 1.3.0 any"), (11, ours), (10, ours)];
    assert_eq!(who("verio", "any", &with_others), Ok(Signer::Release));
    let app = "mp1 package app 1.4.0 linux-x64";
    assert_eq!(who("app", "linux-x64", &[(10, app), (11, app)]), Ok(Signer::Release));
}
