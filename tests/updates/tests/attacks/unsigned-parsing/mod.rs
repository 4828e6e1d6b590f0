//! **Attacker:** whoever can alter one byte on the way.
//! **Aim:** a parser that works on bytes nobody signed.
//! **What must hold:** only verified bytes reach the parser; what it made is handed on, and nothing
//! is read a second time.

use std::sync::LazyLock;

use meterport_appcast::{Keyring, verify_feed};
use meterport_tests_updates::{Clinic, Driver, Feed, Item, NOW, Ring, UNTIL};
use proptest::prelude::*;

static RING: LazyLock<Ring> = LazyLock::new(|| Ring::first("main"));
static KEYRING: LazyLock<Keyring> = LazyLock::new(|| Keyring::first(&RING.file()).unwrap());
static BODY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let driver = Driver::new("meter-a", "1.0.0");
    Feed::new("main", 7, UNTIL).item(Item::driver(&driver)).body()
});
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let driver = Driver::new("meter-a", "1.0.0");
    Feed::new("main", 7, UNTIL).item(Item::driver(&driver)).file(&RING)
});

/// What a file says, if it says anything.
fn said(file: &[u8]) -> Option<(u64, String, Vec<u8>)> {
    let verified = verify_feed(file, &KEYRING, NOW.parse().unwrap()).ok()?;
    Some((verified.seq, verified.until.to_string(), verified.body.to_vec()))
}

fn as_signed() -> Option<(u64, String, Vec<u8>)> {
    Some((7, UNTIL.to_owned(), BODY.clone()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is altered, a file says what was signed, or nothing.
    #[test]
    fn no_altered_byte_is_ever_parsed(
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        kind in 0..3_u8,
    ) {
        let mut file = FILE.clone();
        let place = place.index(file.len());
        match kind {
            0 => file[place] = byte,
            1 => file.insert(place, byte),
            _ => { file.remove(place); }
        }
        let said = said(&file);
        prop_assert!(said.is_none() || said == as_signed());
        // In the body no byte may be another at all.
        if file[..BODY.len().min(file.len())] != BODY[..] {
            prop_assert_eq!(said, None);
        }
    }

    /// The same for whole pieces, moved about.
    #[test]
    fn no_rearranged_file_is_ever_parsed(
        from in any::<prop::sample::Index>(),
        length in 0..400_usize,
        to in any::<prop::sample::Index>(),
    ) {
        let mut file = FILE.clone();
        let from = from.index(file.len());
        let piece: Vec<u8> = file.drain(from..(from + length).min(FILE.len())).collect();
        let to = to.index(file.len() + 1);
        file.splice(to..to, piece);
        let said = said(&file);
        prop_assert!(said.is_none() || said == as_signed());
    }
}

#[test]
fn the_file_as_it_was_signed_is_taken() {
    assert_eq!(said(&FILE), as_signed());
}

#[test]
fn an_altered_feed_leaves_no_trace_in_the_store() {
    let clinic = Clinic::of(&RING);
    let mut altered = FILE.clone();
    altered[BODY.len() / 2] ^= 1;
    clinic.put_feed(altered.clone());

    clinic.try_refresh().ok();

    assert_eq!(clinic.seq(), None);
    assert!(!clinic.holds(&altered), "what was not verified is stored nowhere");
}
