//! What holds for every memory and for any bytes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use meterport_sdk::check::sum16;
use meterport_sdk::time::{from_seconds, to_seconds};
use meterport_sdk::wit::{Entry, Payload};
use meterport_simulator::memory;
use omnipod_ibf::container::payloads;
use omnipod_ibf::contents::Contents;
use omnipod_ibf::record;
use omnipod_ibf::simulator::{Meter, Stored, What};
use proptest::collection::vec;
use proptest::prelude::*;
use support::*;

const KINDS: [u32; 17] = [
    0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40, 0x80, 0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x8000,
    0x1_0000, 0x2_0000, 0x99,
];

/// Which kind, bytes for its detail, flags, error, deleted.
type Seed = (usize, Vec<u8>, u16, u16, bool);

fn seed() -> impl Strategy<Value = Seed> {
    let detail = vec(prop_oneof![Just(0), 0_u8..40, any::<u8>()], 0..60);
    (
        0..18_usize,
        detail,
        0_u16..0x400,
        prop_oneof![9 => Just(0), 1 => 0_u16..10],
        prop::bool::weighted(0.1),
    )
}

/// Amounts stay below the largest: another test has those.
fn stored(place: u32, (kind, detail, flags, error, deleted): &Seed) -> Stored {
    let mut detail = detail.clone();
    detail.iter_mut().skip(3).step_by(4).for_each(|byte| *byte = 0);
    let at = from_seconds(to_seconds(&now()) - 90_000 + i64::from(place) * 700).unwrap();
    let what = match KINDS.get(*kind) {
        Some(kind) => What::History(*kind, detail),
        None => What::PumpAlarm(14),
    };
    Stored {
        flags: *flags,
        error: *error,
        deleted: *deleted,
        ..Stored::new(at, 5_000 + place * 700, what)
    }
}

fn pdm(seeds: &[Seed], most: usize) -> Meter {
    let mut meter = Meter::new(now());
    meter.memory.most = most;
    for (place, seed) in (0_u32..).zip(seeds) {
        meter.memory.add(stored(place, seed));
    }
    meter
}

/// Numbers of the records that an entry holds, from its bytes.
fn numbers(entry: &Entry, all: &Meter) -> Vec<i32> {
    let mut rest = entry.raw.as_slice();
    let mut found = Vec::new();
    while rest.len() >= 7 {
        let index = i32::from_be_bytes([rest[1], rest[2], rest[3], rest[4]]);
        found.push(index);
        let size = usize::from(u16::from_be_bytes([rest[5], rest[6]]));
        rest = rest.get(size..).unwrap_or_default();
    }
    assert!(found.iter().all(|index| all.memory.stored().iter().any(|it| it.index == *index)));
    found
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused_without_a_panic(bytes in vec(any::<u8>(), 0..600)) {
        let _ = payloads(&bytes);
        let _ = Contents::parse(&bytes);
        let _ = record::decode(&bytes);
    }

    #[test]
    fn any_records_with_right_checksums_are_read_or_refused_without_a_panic(
        place in 0..30_usize,
        bytes in vec(any::<u8>(), 0..300),
    ) {
        let mut meter = Meter::new(now());
        meterport_simulator::Simulator::fill(&mut meter, 10);
        let file = meter.file();
        let mut all: Vec<_> = payloads(&file).unwrap().into_iter().map(<[u8]>::to_vec).collect();
        let place = place.min(all.len() - 1);
        all[place] = bytes;
        let framed = |payload: &Vec<u8>| {
            let size = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
            [&size[..], payload, &sum16(payload).to_be_bytes()].concat()
        };
        let file: Vec<u8> = all.iter().flat_map(framed).collect();
        let _ = Contents::parse(&file);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_record_is_in_exactly_one_entry_with_its_bytes(seeds in vec(seed(), 0..60)) {
        let meter = pdm(&seeds, 1_000);
        let outcome = whole(&memory::share(pdm(&seeds, 1_000)));
        let mut found: Vec<i32> = outcome
            .entries
            .iter()
            .filter(|entry| entry.origin.log != "settings")
            .flat_map(|entry| numbers(entry, &meter))
            .collect();
        found.sort_unstable();
        let expected: Vec<i32> = meter.memory.stored().iter().map(|it| it.index).collect();
        prop_assert_eq!(found, expected);
        for entry in &outcome.entries {
            prop_assert!(entry.marks.len() <= 32 && entry.extra.len() <= 32 && entry.raw.len() <= 4096);
            prop_assert!(entry.origin.part == 0 || entry.raw.is_empty());
        }
    }

    #[test]
    fn a_new_record_with_the_oldest_one_gone_leaves_the_others_as_they_were(
        seeds in vec(seed(), 2..40),
    ) {
        let most = seeds.len() - 1;
        let (before, after) = (pdm(&seeds[..most], most), pdm(&seeds, most));
        let old = whole(&memory::share(pdm(&seeds[..most], most))).entries;
        let fresh = whole(&memory::share(pdm(&seeds, most))).entries;
        let new = i32::try_from(seeds.len()).unwrap();
        for entry in old.iter().filter(|entry| entry.origin.log != "settings") {
            let Some(same) = fresh.iter().find(|it| it.origin == entry.origin) else {
                // It began with the record that went. Halves of changes may find another half.
                let clock = matches!(entry.payload, Payload::TimeChange(_));
                prop_assert!(clock || entry.origin.sequence == Some(1));
                continue;
            };
            let mut same = same.clone();
            if let (Payload::Bolus(old), Payload::Bolus(same)) = (&entry.payload, &mut same.payload)
                && old.wizard.as_ref().is_some_and(|it| it.sequence == Some(1))
            {
                same.wizard.clone_from(&old.wizard); // the calculation went
            }
            let clock = matches!(entry.payload, Payload::TimeChange(_));
            prop_assert!(same == *entry || clock || numbers(&same, &after).contains(&new));
            prop_assert!(numbers(entry, &before).iter().all(|index| *index < new));
        }
    }

    #[test]
    fn a_byte_read_wrong_once_never_gives_another_readout(
        seeds in vec(seed(), 0..30),
        byte in 1_u64..4_000,
    ) {
        let good = whole(&memory::share(pdm(&seeds, 100)));
        let meter = memory::share(pdm(&seeds, 100));
        let knob = byte.to_string();
        meterport_simulator::Simulator::turn(&mut *meter.borrow_mut(), "damage-byte", &knob).unwrap();
        prop_assert!(whole(&meter).entries == good.entries);
    }
}
