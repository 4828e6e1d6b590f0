//! What holds for every memory and for any bytes.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests

mod support;

use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::{Entry, Level, Sample};
use meterport_simulator::{Simulator, memory};
use onetouch_verio::frame::{encode, parse};
use onetouch_verio::message::{Dialect, content};
use onetouch_verio::record;
use onetouch_verio::simulator::{Meter, Model, Stored};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{BOTH, now, read, smbg};

fn stored() -> impl Strategy<Value = Stored> {
    (any::<u32>(), any::<u16>(), 0_u8..2, 0_u8..3, any::<u8>()).prop_map(
        |(seconds, mg_per_dl, control, meal, comment)| Stored {
            at: from_seconds(i64::from(seconds) + 946_684_800).unwrap(),
            mg_per_dl,
            control,
            meal,
            comment,
            lifetime: 0,
        },
    )
}

/// The newest result first, and with the highest number.
fn numbered(mut memory: Vec<Stored>, oldest: u16) -> Vec<Stored> {
    for (stored, lifetime) in memory.iter_mut().rev().zip(oldest..) {
        stored.lifetime = lifetime;
    }
    memory
}

fn entries(model: Model, memory: &[Stored]) -> Vec<Entry> {
    let outcome = read(&memory::share(Meter::with_memory(now(), memory.to_vec()).of(model)));
    assert!(outcome.is_complete(), "{outcome:?}");
    outcome.entries
}

/// All but the bytes, in which the meter counts its results anew.
fn without_bytes(entries: &[Entry]) -> Vec<Entry> {
    entries.iter().map(|entry| Entry { raw: Vec::new(), ..entry.clone() }).collect()
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused_without_a_panic(bytes in vec(any::<u8>(), 0..600)) {
        let _ = parse(&bytes);
        let _ = record::from_line(&bytes);
        let _ = record::from_register(&bytes);
        for dialect in [Dialect::Iq, Dialect::Blocks] {
            for question in [dialect.model(), dialect.software(), dialect.serial_number()] {
                let _ = content(&question.request, &bytes);
                let _ = (question.decode)(&bytes);
            }
            let _ = (dialect.unit().decode)(&bytes);
            let _ = (dialect.clock().decode)(&bytes);
            let _ = (dialect.count().decode)(&bytes);
        }
    }

    #[test]
    fn every_message_comes_back_from_its_packet(message in vec(any::<u8>(), 0..=506)) {
        let packet = encode(&message).unwrap();
        prop_assert_eq!(parse(&packet).unwrap(), message.as_slice());
    }

    #[test]
    fn every_record_of_the_right_length_is_decoded(
        line in vec(any::<u8>(), 10),
        register in vec(any::<u8>(), 16),
    ) {
        prop_assert!(record::from_line(&line).is_ok_and(|record| record.bytes == line));
        prop_assert!(record::from_register(&register).is_ok_and(|record| record.bytes == register));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_memory_is_read_as_it_is(memory in vec(stored(), 0..30)) {
        let memory = numbered(memory, 7);
        for model in BOTH {
            let entries = entries(model, &memory);
            prop_assert_eq!(entries.len(), memory.len());
            for (entry, stored) in entries.iter().zip(&memory) {
                let smbg = smbg(entry);
                prop_assert!(entry.at.local == Some(stored.at));
                prop_assert_eq!(smbg.sample == Sample::ControlSolution, stored.control == 1);
                let milli = u32::from(stored.mg_per_dl) * 1000;
                let same = match &smbg.level {
                    Level::Value(value) => *value == milli,
                    Level::BelowRange(bound) => bound.stored == Some(milli) && milli < 20_000,
                    Level::AboveRange(bound) => bound.stored == Some(milli) && milli > 600_000,
                    Level::NoValue(_) => false,
                };
                prop_assert!(same);
            }
        }
    }

    #[test]
    fn a_new_result_that_pushes_the_oldest_out_leaves_all_others_as_they_were(
        memory in vec(stored(), 1..25),
        new in stored(),
    ) {
        let before = numbered(memory, 1000);
        let mut after = before.clone();
        let lifetime = before.first().unwrap().lifetime + 1;
        after.insert(0, Stored { lifetime, ..new });
        after.pop();
        for model in BOTH {
            let (before, after) = (entries(model, &before), entries(model, &after));
            let (before, after) = (without_bytes(&before), without_bytes(&after));
            prop_assert!(after.iter().skip(1).eq(before.iter().take(before.len() - 1)));
        }
    }

    #[test]
    fn a_link_that_damages_any_byte_never_gives_another_readout(
        memory in vec(stored(), 0..6),
        byte in 1_u64..4000,
    ) {
        let memory = numbered(memory, 1);
        for model in BOTH {
            let good = entries(model, &memory);
            let meter = memory::share(Meter::with_memory(now(), memory.clone()).of(model));
            meter.borrow_mut().turn("damage-byte", &byte.to_string()).unwrap();
            let outcome = read(&meter);
            prop_assert!(outcome.is_complete() && outcome.entries == good, "{:?}", outcome);
        }
    }
}
