//! For any bytes and any memory.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::{Level, Payload, Sample};
use meterport_simulator::Simulator;
use proptest::collection::vec;
use proptest::prelude::*;
use taidoc::frame::Packet;
use taidoc::message;
use taidoc::record;
use taidoc::scanner::Scanner;
use taidoc::simulator::{Stored, Type};
use taidoc::time::{Time, decode_time};

use support::{WIRES, holding, read, read_stranger};

/// Minute since 1970 if there is one, value, type, mark.
type Raw = (Option<i64>, u16, u8, u8);

/// Any result of the years 2001 to 2099, to the minute, or one without a time. Its value is not 0:
/// with no time, no type and no mark that would be an empty place.
fn raw() -> impl Strategy<Value = Raw> {
    let minute = 978_307_200_i64 / 60..4_102_444_800 / 60;
    let at = prop_oneof![9 => minute.prop_map(Some), 1 => Just(None)];
    let mark = prop_oneof![Just(0x00_u8), Just(0x40), Just(0x80), Just(0xC0)];
    let what = prop_oneof![3 => Just(0_u8), 1 => Just(7), 1 => 0_u8..16];
    (at, 1_u16..3000, what, mark)
}

fn stored(raw: &Raw) -> Stored {
    let &(minute, value, what, mark) = raw;
    let at = minute.map(|minute| from_seconds(minute * 60).unwrap());
    Stored { at, value, what: Type(what), mark }
}

fn all(raws: &[Raw]) -> Vec<Stored> {
    raws.iter().map(stored).collect()
}

fn number(level: &Level) -> u32 {
    match level {
        Level::Value(milli) => *milli,
        Level::BelowRange(bound) | Level::AboveRange(bound) => bound.stored.unwrap(),
        Level::NoValue(_) => panic!("no number"),
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in vec(any::<u8>(), 0..300), eight in any::<[u8; 8]>()) {
        let mut scanner = Scanner::default();
        scanner.push(&bytes);
        while scanner.packet().is_some() {}
        let _ = Packet::parse(eight);
        let [a, b, c, d, e, f, g, h] = eight;
        let (time, value) = ([a, b, c, d], [e, f, g, h]);
        let _ = message::MODEL.decode(time).map(message::Model::name);
        let _ = message::COUNT.decode(time);
        let _ = message::serial_number(time, value);
        let at = decode_time(time).unwrap_or(Time::Lost);
        if let Ok(record) = record::decode(at, time, value) {
            let entry = taidoc::entry::from_record(&record);
            prop_assert_eq!(entry.raw, eight);
        }
    }

    #[test]
    fn packets_behind_any_noise_and_cut_anywhere_are_found(
        noise in vec(any::<u8>(), 0..30), data in vec(any::<[u8; 4]>(), 1..5), piece in 1_usize..12,
    ) {
        let mut stream = noise;
        for [d0, d1, d2, d3] in &data {
            let mut packet = vec![0x51, 0x25, *d0, *d1, *d2, *d3, 0xA5];
            packet.push(packet.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)));
            stream.extend(packet);
        }
        let mut whole = Scanner::default();
        whole.push(&stream);
        let expected: Vec<_> = std::iter::from_fn(|| whole.packet()).map(|packet| packet.data).collect();
        let mut cut = Scanner::default();
        let mut found = Vec::new();
        for piece in stream.chunks(piece) {
            cut.push(piece);
            found.extend(std::iter::from_fn(|| cut.packet()).map(|packet| packet.data));
        }
        prop_assert_eq!(&found, &expected);
        // Noise may look like the begin of a packet that swallows the first one, never a later one.
        if data.len() > 1 {
            prop_assert_eq!(found.last(), data.last());
        }
    }

    #[test]
    fn no_stranger_makes_the_driver_panic_or_give_a_result(bytes in vec(any::<u8>(), 0..100)) {
        for wire in WIRES {
            let outcome = read_stranger(wire, &bytes);
            prop_assert!(outcome.result.is_err() && outcome.entries.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_memory_comes_back_as_it_is(raws in vec(raw(), 0..40), wire in 0_usize..2) {
        let memory = all(&raws);
        let outcome = read(&holding(memory.clone()), WIRES[wire]);
        prop_assert!(outcome.is_complete(), "{outcome:?}");
        prop_assert_eq!(outcome.entries.len(), memory.len());
        for (entry, stored) in outcome.entries.iter().zip(&memory) {
            prop_assert!(entry.at.local == stored.at);
            let milli = u32::from(stored.value) * 1000;
            let is_control = stored.mark == 0xC0;
            let (found, control) = match &entry.payload {
                Payload::Smbg(smbg) => {
                    (number(&smbg.level), smbg.sample == Sample::ControlSolution)
                }
                Payload::Ketone(ketone) => {
                    (number(&ketone.level), ketone.sample == Sample::ControlSolution)
                }
                Payload::Other(other) => {
                    let control = entry.marks.contains(&"test-data".to_owned());
                    (other.level.as_ref().map_or(milli, number), control)
                }
                _ => panic!("no such kind"),
            };
            prop_assert_eq!((found, control), (milli, is_control));
        }
    }

    #[test]
    fn a_new_record_and_the_oldest_gone_keep_all_others(
        raws in vec(raw(), 1..30), new in raw(), wire in 0_usize..2,
    ) {
        let memory = all(&raws);
        let mut later = memory.clone();
        later.pop();
        later.insert(0, stored(&new));
        let before = read(&holding(memory), WIRES[wire]).entries;
        let after = read(&holding(later), WIRES[wire]).entries;
        prop_assert!(after[1..] == before[..before.len() - 1]);
        prop_assert!(after.iter().all(|entry| entry.origin.sequence.is_none()));
    }

    #[test]
    fn any_damaged_byte_gives_the_same_readout(
        raws in vec(raw(), 1..6), byte in 1_u64..200, wire in 0_usize..2,
    ) {
        let memory = all(&raws);
        let good = read(&holding(memory.clone()), WIRES[wire]);
        let meter = holding(memory);
        meter.borrow_mut().turn("damage-byte", &byte.to_string()).unwrap();
        let outcome = read(&meter, WIRES[wire]);
        prop_assert!(outcome.is_complete() && outcome.entries == good.entries);
    }
}
