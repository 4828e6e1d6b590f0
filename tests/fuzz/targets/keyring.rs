//! What is read as a keyring keeps all its rules, and nothing follows a keyring but what was signed.

#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meterport_appcast::{Keyring, split};

const FIRST: &[u8] = include_bytes!("../seeds/keyring/1.keyring");
const SECOND: &[u8] = include_bytes!("../seeds/keyring/2.keyring");

static TRUSTED: LazyLock<(Keyring, Keyring)> = LazyLock::new(|| {
    let first = Keyring::first(FIRST).expect("the seed is right");
    let second = first.next(SECOND).expect("the seed is right");
    (first, second)
});

fuzz_target!(|bytes: &[u8]| {
    let (first, second) = &*TRUSTED;
    if let Ok(keyring) = Keyring::first(bytes) {
        // Somebody else's keys would have to sign their own keyring.
        assert_eq!(keyring, *first);
    }
    if let Ok(keyring) = first.next(bytes) {
        assert_eq!(keyring, *second);
    }
    let body = split(bytes).map_or(bytes, |envelope| envelope.signed);
    if let Ok(keyring) = Keyring::parse(body) {
        keeps_its_rules(&keyring);
    }
});

fn keeps_its_rules(keyring: &Keyring) {
    let roles = [&keyring.root, &keyring.release, &keyring.fresh];
    for role in roles {
        assert!((1..=role.keys.len()).contains(&role.threshold) && role.keys.len() <= 8);
    }
    let keys = roles.into_iter().flat_map(|role| &role.keys);
    let keys: Vec<_> = keys.chain(keyring.vendors.iter().map(|vendor| &vendor.key)).collect();
    assert_eq!(keys.iter().map(|key| key.bytes()).collect::<BTreeSet<_>>().len(), keys.len());
    for (place, vendor) in keyring.vendors.iter().enumerate() {
        assert!(vendor.prefix.len() > 1 && vendor.prefix.ends_with('.'));
        for other in &keyring.vendors[place + 1..] {
            assert!(!vendor.prefix.starts_with(&other.prefix));
            assert!(!other.prefix.starts_with(&vendor.prefix));
        }
        for scope in &vendor.usb {
            assert!(scope.pid.is_some() || ![0x0403, 0x067B, 0x10C4, 0x1A86].contains(&scope.vid));
        }
    }
    assert!(keyring.mirrors.iter().all(|mirror| mirror.starts_with("https://")));
}
