//! What holds for every memory and for any bytes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use std::collections::HashSet;

use dexcom_receiver::packet::{Packet, encode};
use dexcom_receiver::page::{self, Page};
use dexcom_receiver::record::{self, Kind};
use dexcom_receiver::scanner::Scanner;
use dexcom_receiver::simulator::{Meter, Revision, Stored, What};
use dexcom_receiver::{answer, header};
use meterport_sdk::check::crc16_xmodem;
use meterport_sdk::wit::Entry;
use meterport_simulator::{Simulator, memory};
use proptest::collection::vec;
use proptest::prelude::*;
use support::*;

const KINDS: [Kind; 7] = [
    Kind::Manufacturing,
    Kind::Glucose,
    Kind::Insertion,
    Kind::Meter,
    Kind::Event,
    Kind::Setting,
    Kind::Backfill,
];

/// Which kind, and numbers for whatever stands in it.
type Seed = (u8, u16, u8, u8, u32);

fn seed() -> impl Strategy<Value = Seed> {
    (0_u8..12, any::<u16>(), any::<u8>(), any::<u8>(), any::<u32>())
}

fn what((kind, short, one, two, long): Seed) -> What {
    match kind {
        0 => What::Meter { mg_per_dl: short },
        1 => What::Event { kind: (one, two), value: long, ago: long % 5_000 },
        2 => What::Insertion { inserted: long, state: one },
        3 => What::Setting { flags: long, high: short, low: u16::from(one) },
        _ => What::Glucose { stored: short, trend: one, measured: 542_000_000 },
    }
}

fn revision() -> impl Strategy<Value = Revision> {
    prop_oneof![Just(Revision::Two), Just(Revision::Four), Just(Revision::Five)]
}

fn receiver(revision: Revision, stored: &[Seed]) -> Meter {
    let mut meter = Meter::new(now());
    meter.revision = revision;
    for (place, seed) in (0_u32..).zip(stored) {
        let system = 542_000_000 + place * 300;
        meter.memory.add(Stored { system, what: what(*seed) });
    }
    meter
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused_without_a_panic(bytes in vec(any::<u8>(), 0..600)) {
        let _ = Packet::parse(&bytes);
        let _ = header::firmware(&bytes);
        let _ = header::serial_number(&bytes);
        let _ = answer::range(&bytes);
        let _ = answer::number(&bytes);
        let _ = page::text(&bytes, 0);
        for kind in KINDS {
            let _ = Page::parse(&bytes, kind, 0);
            for revision in 0..8 {
                let _ = record::decode(kind, revision, &bytes);
            }
        }
        let mut scanner = Scanner::default();
        scanner.push(&bytes);
        while scanner.packet().is_some() {}
        while scanner.packet_behind().is_some() {}
    }

    #[test]
    fn any_page_whose_header_is_whole_is_decoded_or_refused(
        mut header in vec(any::<u8>(), 26),
        data in vec(any::<u8>(), 500),
        count in 0_u8..60,
        kind in 0_usize..7,
        revision in 0_u8..9,
    ) {
        let kind = KINDS[kind];
        header.splice(4..14, [count, 0, 0, 0, kind.code(), revision, 7, 0, 0, 0]);
        header.extend(crc16_xmodem(&header).to_le_bytes());
        let bytes = [header, data].concat();
        prop_assert!(page::text(&bytes, 7).is_ok() == (kind == Kind::Manufacturing));
        if let Ok(page) = Page::parse(&bytes, kind, 7) {
            prop_assert_eq!(page.count(), u64::from(count));
        }
    }

    #[test]
    fn every_payload_comes_back_from_its_packet(
        code in any::<u8>(),
        payload in vec(any::<u8>(), 0..1_584),
    ) {
        let packet = Packet::parse(&encode(code, &payload).unwrap()).unwrap();
        prop_assert!(packet.code == code && packet.payload == payload);
    }

    #[test]
    fn a_packet_behind_any_noise_is_found(
        noise in vec(any::<u8>(), 0..40),
        payload in vec(any::<u8>(), 0..20),
    ) {
        let mut scanner = Scanner::default();
        scanner.push(&noise);
        scanner.push(&encode(1, &payload).unwrap());
        let mut found = Vec::new();
        while let Some(packet) = scanner.packet().or_else(|| scanner.packet_behind()) {
            found.push(packet.payload);
        }
        prop_assert!(found.contains(&payload));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_record_becomes_an_entry_with_its_bytes(
        revision in revision(),
        stored in vec(seed(), 0..120),
    ) {
        let outcome = read(&memory::share(receiver(revision, &stored)));
        prop_assert!(outcome.is_complete());
        prop_assert_eq!(outcome.entries.len(), stored.len());
        for entry in &outcome.entries {
            let (body, crc) = entry.raw.split_last_chunk().unwrap();
            prop_assert_eq!(crc16_xmodem(body).to_le_bytes(), *crc);
        }
        // No number is used twice in a numbering.
        let place = |entry: &Entry| (entry.origin.numbers.clone(), entry.origin.sequence);
        let places: HashSet<_> = outcome.entries.iter().map(place).collect();
        prop_assert_eq!(places.len(), stored.len());
    }

    #[test]
    fn a_new_record_that_pushes_the_oldest_page_out_leaves_all_others_as_they_were(
        revision in revision(),
        stored in vec(seed(), 1..150),
        new in seed(),
        kind in prop_oneof![Just(4_u8), Just(7), Just(10), Just(11), Just(12)],
    ) {
        let mut meter = receiver(revision, &stored);
        let before = read(&memory::share(receiver(revision, &stored)));
        meter.memory.forget_page(kind, revision);
        meter.memory.add(Stored { system: 542_376_000, what: what(new) });
        let after = read(&memory::share(meter));
        prop_assert!(before.is_complete() && after.is_complete());

        let fresh: Vec<_> = after.entries.iter().filter(|entry| !before.entries.contains(entry)).collect();
        prop_assert_eq!(fresh.len(), 1);
    }

    #[test]
    fn a_line_that_damages_any_byte_never_gives_another_readout(
        stored in vec(seed(), 0..40),
        byte in 1_u64..4_000,
    ) {
        let good = read(&memory::share(receiver(Revision::Four, &stored)));
        let meter = memory::share(receiver(Revision::Four, &stored));
        meter.borrow_mut().turn("damage-byte", &byte.to_string()).unwrap();
        let outcome = read(&meter);
        prop_assert!(outcome.is_complete() && outcome.entries == good.entries);
    }
}
