//! For any bytes and any memory.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::{Level, Meal, Payload, Sample, Validity};
use onetouch_ultra2::frame;
use onetouch_ultra2::record::{self, Header, Record};
use onetouch_ultra2::simulator::{Meter, Stored};
use proptest::collection::vec;
use proptest::prelude::*;

use support::{now, read, read_stranger};

type Raw = (i64, u16, bool, bool, u8, u8);

/// Any result of the years 2000 to 2099.
fn raw() -> impl Strategy<Value = Raw> {
    let seconds = 946_684_800_i64..4_102_444_800;
    (seconds, 0_u16..1000, any::<bool>(), any::<bool>(), 0_u8..3, 0_u8..100)
}

fn stored(raw: &Raw) -> Stored {
    let &(seconds, mg_per_dl, control, suspect, meal, comment) = raw;
    let meal = ['N', 'B', 'A'][usize::from(meal)];
    Stored { at: from_seconds(seconds).unwrap(), mg_per_dl, control, suspect, meal, comment }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_memory_comes_back_as_it_is(raws in vec(raw(), 0..40)) {
        let memory: Vec<Stored> = raws.iter().map(stored).collect();
        let outcome = read(Meter::with_memory(now(), memory.clone()), &[]);
        prop_assert!(outcome.is_complete());
        prop_assert_eq!(outcome.entries.len(), memory.len());
        for (entry, stored) in outcome.entries.iter().zip(&memory) {
            let Payload::Smbg(smbg) = &entry.payload else { panic!("not a fingerstick result") };
            let number = match &smbg.level {
                Level::Value(milli) => Some(*milli),
                Level::BelowRange(bound) | Level::AboveRange(bound) => bound.stored,
                Level::NoValue(_) => None,
            };
            prop_assert_eq!(number, Some(u32::from(stored.mg_per_dl) * 1000));
            let plain = (20..=600).contains(&stored.mg_per_dl);
            prop_assert_eq!(matches!(smbg.level, Level::Value(_)), plain);
            prop_assert!(entry.at.local == Some(stored.at) && entry.at.reliable);
            prop_assert_eq!(smbg.sample == Sample::ControlSolution, stored.control);
            prop_assert_eq!(entry.validity == Validity::Questionable, stored.suspect);
            let meal = match smbg.meal {
                Meal::None => 'N',
                Meal::Before => 'B',
                Meal::After => 'A',
                _ => 'X',
            };
            prop_assert_eq!(meal, stored.meal);
        }
    }

    #[test]
    fn a_new_record_and_the_oldest_gone_keep_all_others(raws in vec(raw(), 1..20), new in raw()) {
        let mut memory: Vec<Stored> = raws.iter().map(stored).collect();
        let before = read(Meter::with_memory(now(), memory.clone()), &[]).entries;
        memory.pop();
        memory.insert(0, stored(&new));
        let after = read(Meter::with_memory(now(), memory), &[]).entries;
        prop_assert!(after[1..] == before[..before.len() - 1]);
    }

    #[test]
    fn any_damage_to_any_byte_gives_the_same_readout_or_an_error(
        raws in vec(raw(), 1..6), byte in 1_u32..500,
    ) {
        let memory: Vec<Stored> = raws.iter().map(stored).collect();
        let good = read(Meter::with_memory(now(), memory.clone()), &[]);
        let outcome = read(Meter::with_memory(now(), memory), &[("damage-byte", &byte.to_string())]);
        prop_assert!(outcome.result.is_err() || outcome.entries == good.entries);
    }

    #[test]
    fn no_bytes_make_the_driver_panic_or_give_a_result(bytes in vec(any::<u8>(), 0..300)) {
        let outcome = read_stranger(bytes);
        prop_assert!(outcome.result.is_err() && outcome.entries.is_empty());
    }

    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in vec(any::<u8>(), 0..120), text in ".{0,80}") {
        let _ = frame::parse(&bytes);
        for text in [text.clone(), format!("P \"{text}"), format!("P {text}"), format!("F {text}")] {
            let _ = Record::parse(&text);
            let _ = Header::parse(&text);
            let _ = record::clock(&text);
            let _ = record::serial(&text);
            let _ = record::unit(&text);
            let _ = record::firmware(&text);
        }
    }
}
