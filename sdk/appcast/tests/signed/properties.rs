//! Whatever is done to a signed file, nothing comes out that was not signed.

use std::sync::LazyLock;

use meterport_appcast::{Comment, Keyring, Signature, join, release_seq, split, verify_feed};
use proptest::prelude::*;

use super::support::{Draft, at, signed};

const BODY: &[u8] = b"<?xml version=\"1.0\"?>\n<rss>\n<!-- minisign\n -- \n<channel/>\n</rss>\n";

static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let feed = "mp1 feed main seq=7";
    signed(BODY, &[(10, feed), (11, feed), (20, "mp1 fresh main seq=7 until=2026-12-05T09:00:00Z")])
});

static KEYRING: LazyLock<Keyring> = LazyLock::new(|| Draft::usual().keyring());

static STEP: LazyLock<Vec<u8>> =
    LazyLock::new(|| Draft { version: 2, ..Draft::usual() }.signed(&[0, 1]));

/// Whatever verifies says what was signed.
fn says_only_what_was_signed(file: &[u8]) {
    if let Ok(verified) = verify_feed(file, &KEYRING, at("2026-11-22T00:00:00Z")) {
        assert_eq!(verified.body, BODY);
        assert_eq!((verified.seq, verified.until), (7, at("2026-12-05T09:00:00Z")));
    }
}

#[test]
fn no_altered_byte_is_ever_parsed() {
    says_only_what_was_signed(&FILE);
    assert!(verify_feed(&FILE, &KEYRING, at("2026-11-22T00:00:00Z")).is_ok());
    for place in 0..FILE.len() {
        for mask in [0x01, 0x20, 0x80] {
            let mut altered = FILE.clone();
            altered[place] ^= mask;
            says_only_what_was_signed(&altered);
        }
        let without = [&FILE[..place], &FILE[place + 1..]].concat();
        says_only_what_was_signed(&without);
        says_only_what_was_signed(&FILE[..place]);
    }
}

proptest! {
    #[test]
    fn no_altered_stretch_is_ever_parsed(
        place in any::<prop::sample::Index>(),
        length in 0..200_usize,
        with in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let place = place.index(FILE.len());
        let end = FILE.len().min(place + length);
        says_only_what_was_signed(&[&FILE[..place], &with, &FILE[end..]].concat());
    }

    #[test]
    fn stretches_of_the_file_itself_do_no_better(
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
    ) {
        let (from, to) = (from.index(FILE.len()), to.index(FILE.len()));
        let stretch = &FILE[from.min(to)..from.max(to)];
        let place = place.index(FILE.len());
        says_only_what_was_signed(&[&FILE[..place], stretch, &FILE[place..]].concat());
    }

    #[test]
    fn no_altered_keyring_is_the_next_one(
        place in any::<prop::sample::Index>(),
        length in 0..20_usize,
        with in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let place = place.index(STEP.len());
        let end = STEP.len().min(place + length);
        let altered = [&STEP[..place], &with, &STEP[end..]].concat();
        let right = Draft { version: 2, ..Draft::usual() }.keyring();
        if let Ok(keyring) = KEYRING.next(&altered) {
            prop_assert_eq!(keyring, right);
        }
    }

    #[test]
    fn any_bytes_at_all_end_no_program(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = split(&bytes);
        let _ = Signature::file(&bytes);
        let _ = Keyring::parse(&bytes);
        let _ = Keyring::first(&bytes);
        prop_assert_eq!(release_seq(&bytes, &KEYRING), None);
    }

    #[test]
    fn what_splits_joins_to_the_same_bytes(
        body in prop::collection::vec(any::<u8>(), 0..200),
        count in 1..16_usize,
    ) {
        let body = [&body[..], b"\n"].concat();
        let signatures = vec![split(&FILE).unwrap().signatures[0].clone(); count];
        let file = join(&body, &signatures).unwrap();
        let envelope = split(&file).unwrap();
        prop_assert_eq!(envelope.signed, &body);
        prop_assert_eq!(join(envelope.signed, &envelope.signatures).unwrap(), file);
    }

    #[test]
    fn a_comment_that_is_read_prints_as_it_was(
        text in "mp1 (feed|fresh|package|keyring) [a-z-]{0,6}( (seq|until|version)=[0-9TZ:.+-]{0,20}| [0-9.]{0,8}| any){0,3}",
    ) {
        if let Some(comment) = Comment::parse(&text) {
            prop_assert_eq!(comment.to_string(), text);
        }
    }
}
