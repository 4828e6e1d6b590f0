//! For any bytes and any memory.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use freestyle_serial::frame::Dump;
use freestyle_serial::record::{self, Record};
use freestyle_serial::simulator::{Meter, Shown, Stored};
use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::{Bound, Level, Payload, Sample};
use proptest::collection::vec;
use proptest::prelude::*;

use support::{now, read, read_stranger};

type Raw = (i64, u16, bool, u8);

/// Any result of the years 2000 to 2099; 1000 is HI, 1001 is LO.
fn raw() -> impl Strategy<Value = Raw> {
    (946_684_800_i64 / 60..4_102_444_800 / 60, 0_u16..1002, any::<bool>(), 0_u8..4)
}

fn stored(raw: &Raw, precision: bool) -> Stored {
    let &(minutes, number, ketone, flags) = raw;
    let shown = match number {
        1000 => Shown::High,
        1001 => Shown::Low,
        number => Shown::Number(number),
    };
    let at = from_seconds(minutes * 60).unwrap();
    let flags = if precision { flags } else { flags & 1 };
    Stored { at, shown, ketone: ketone && precision, flags }
}

fn memory(raws: &[Raw], precision: bool) -> Vec<Stored> {
    raws.iter().map(|raw| stored(raw, precision)).collect()
}

fn meter(memory: Vec<Stored>, precision: bool) -> Meter {
    if precision { Meter::precision(now(), memory) } else { Meter::with_memory(now(), memory) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_memory_comes_back_as_it_is(raws in vec(raw(), 0..40), precision: bool) {
        let memory = memory(&raws, precision);
        let outcome = read(meter(memory.clone(), precision), &[]);
        prop_assert!(outcome.is_complete());
        prop_assert_eq!(outcome.entries.len(), memory.len());
        for (entry, stored) in outcome.entries.iter().zip(&memory) {
            let (level, sample, ketone) = match &entry.payload {
                Payload::Smbg(smbg) => (&smbg.level, smbg.sample, false),
                Payload::Ketone(ketone) => (&ketone.level, ketone.sample, true),
                _ => panic!("not a concentration"),
            };
            let bound = Bound { threshold: None, stored: None };
            let expected = match stored.shown {
                Shown::Number(number) => Level::Value(u32::from(number) * 1000),
                Shown::High => Level::AboveRange(bound),
                Shown::Low => Level::BelowRange(bound),
            };
            prop_assert!(*level == expected);
            prop_assert_eq!(ketone, stored.ketone);
            prop_assert_eq!(sample == Sample::ControlSolution, stored.flags & 1 != 0);
            prop_assert_eq!(entry.at.reliable, stored.flags & 2 == 0);
            prop_assert!(entry.at.local == Some(stored.at));
        }
    }

    #[test]
    fn a_new_record_and_the_oldest_gone_keep_all_others(
        raws in vec(raw(), 1..20), new in raw(), precision: bool,
    ) {
        let mut memory = memory(&raws, precision);
        let before = read(meter(memory.clone(), precision), &[]).entries;
        memory.pop();
        memory.insert(0, stored(&new, precision));
        let after = read(meter(memory, precision), &[]).entries;
        prop_assert!(after[1..] == before[..before.len() - 1]);
    }

    #[test]
    fn any_damage_to_any_byte_gives_the_same_readout_or_an_error(
        raws in vec(raw(), 1..6), precision: bool, byte in 1_u32..500,
    ) {
        let memory = memory(&raws, precision);
        let good = read(meter(memory.clone(), precision), &[]);
        let knob = [("damage-byte", &*byte.to_string())];
        let outcome = read(meter(memory, precision), &knob);
        prop_assert!(outcome.result.is_err() || outcome.entries == good.entries);
    }

    #[test]
    fn no_bytes_make_the_driver_panic_or_give_a_result(bytes in vec(any::<u8>(), 0..300)) {
        let outcome = read_stranger(bytes);
        prop_assert!(outcome.result.is_err() && outcome.entries.is_empty());
    }

    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in vec(any::<u8>(), 0..200), text in ".{0,80}") {
        let _ = Dump::parse(&bytes);
        for text in [text.clone(), format!("104  Mar  10 2026 {text}"), format!("Mar  {text}")] {
            let _ = Record::parse(text.as_bytes());
            let _ = record::clock(text.as_bytes());
        }
        let head = b"\r\nCXMR042-P5512\r\n0.31-P\r\nMar  10 2026 08:02:11\r\n";
        let _ = Dump::parse(&[&head[..], &bytes].concat());
        let _ = Record::parse(&bytes);
    }
}
