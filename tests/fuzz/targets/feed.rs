//! Nothing verifies but what was signed, and no bytes end whoever parses them: not even those that
//! somebody with all the keys would sign.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meterport_appcast::{AppManifest, Appcast, Keyring, release_seq, split, verify_feed};

const FEED: &[u8] = include_bytes!("../seeds/feed/signed.xml");
const FIRST: &[u8] = include_bytes!("../seeds/keyring/1.keyring");

static KEYRING: LazyLock<Keyring> =
    LazyLock::new(|| Keyring::first(FIRST).expect("the seed is right"));

fuzz_target!(|bytes: &[u8]| {
    let clock = "2026-11-22T00:00:00Z".parse().expect("a time");
    if let Ok(verified) = verify_feed(bytes, &KEYRING, clock) {
        let seed = split(FEED).expect("the seed is right");
        assert_eq!((verified.body, verified.seq), (seed.signed, 1042));
        assert_eq!(release_seq(bytes, &KEYRING), Some(1042));
    }
    let body = split(bytes).map_or(bytes, |envelope| envelope.signed);
    if let Ok(appcast) = Appcast::parse(body) {
        let _ = appcast.accept(&|_| true);
        for item in &appcast.items {
            let _ = item.withdrawal();
            if let Ok(items) = item.check() {
                assert!(!items.is_empty());
            }
        }
    }
    let _ = AppManifest::parse(body);
});
