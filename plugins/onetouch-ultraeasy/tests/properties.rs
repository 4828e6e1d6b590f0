//! What holds for every memory and for any bytes.
#![allow(clippy::unwrap_used, clippy::panic)] // in tests, functions beside them too

use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::{DeviceTime, Level, Payload};
use meterport_simulator::{Simulator, memory};
use onetouch_ultraeasy::frame::{Control, Frame, encode};
use onetouch_ultraeasy::scanner::Scanner;
use onetouch_ultraeasy::simulator::{Meter, Reading, Stored};
use onetouch_ultraeasy::{UltraEasy, record};
use proptest::collection::vec;
use proptest::prelude::*;

fn now() -> DeviceTime {
    from_seconds(1_773_126_960).unwrap()
}

/// Seconds and value as they are stored; the value may be HI or LO.
fn memory_of(stored: &[(u32, u32)]) -> Vec<Stored> {
    let one = |(seconds, value): &(u32, u32)| Stored {
        at: from_seconds(i64::from(*seconds)).unwrap(),
        reading: match value {
            0xFFFE => Reading::Low,
            0xFFFF => Reading::High,
            value => Reading::MgPerDl(*value),
        },
    };
    stored.iter().map(one).collect()
}

fn read(stored: &[(u32, u32)]) -> Outcome {
    let time = VirtualTime::default();
    let meter = memory::share(Meter::with_memory(now(), memory_of(stored)));
    let outcome = run(&UltraEasy, memory::device(&meter, &time), &time);
    assert_eq!(meter.borrow().violation(), None);
    outcome
}

fn stored() -> impl Strategy<Value = (u32, u32)> {
    (any::<u32>(), prop_oneof![0_u32..700, Just(0xFFFE), Just(0xFFFF), 0_u32..=4_294_967])
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused_without_a_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = Frame::parse(&bytes);
        let _ = record::decode(&bytes);
        let _ = record::firmware(&bytes);
        let _ = record::serial_number(&bytes);
        let _ = record::count(&bytes);
        let _ = record::unit(&bytes);
        let _ = record::clock(&bytes);
        let mut scanner = Scanner::default();
        scanner.push(&bytes);
        while scanner.frame().is_some() {}
        while scanner.frame_behind().is_some() {}
        let _ = scanner.take_damage();
    }

    #[test]
    fn any_answer_that_begins_well_is_decoded_or_refused(rest in vec(any::<u8>(), 0..30)) {
        for status in [0x06, 0x0F, 0x07] {
            let reply = [&[0x05, status], rest.as_slice()].concat();
            let _ = record::decode(&reply);
            let _ = record::firmware(&reply);
            let _ = record::serial_number(&reply);
            let _ = record::count(&reply);
        }
    }

    #[test]
    fn every_message_comes_back_from_its_frame(
        control in any::<u8>(),
        message in vec(any::<u8>(), 0..249),
    ) {
        let bytes = encode(Control(control), &message).unwrap();
        let frame = Frame::parse(&bytes).unwrap();
        prop_assert_eq!(frame.control, Control(control));
        prop_assert_eq!(frame.message, message);
    }

    #[test]
    fn a_frame_behind_any_noise_is_found(
        noise in vec(any::<u8>(), 0..40),
        message in vec(any::<u8>(), 0..20),
    ) {
        let mut scanner = Scanner::default();
        scanner.push(&noise);
        scanner.push(&encode(Control(0x02), &message).unwrap());
        let mut found = Vec::new();
        while let Some(frame) = scanner.frame().or_else(|| scanner.frame_behind()) {
            found.push(frame.message);
        }
        prop_assert!(found.contains(&message));
    }

    #[test]
    fn every_bit_of_what_was_damaged_is_noticed(bit in 0_usize..128) {
        let mut bytes = encode(Control(0x02), &[5, 6, 1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
        if let Some(byte) = bytes.get_mut(bit / 8) {
            *byte ^= 1 << (bit % 8);
        }
        prop_assert!(Frame::parse(&bytes).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_memory_is_read_as_it_is(stored in vec(stored(), 0..40)) {
        let outcome = read(&stored);
        prop_assert!(outcome.is_complete());
        prop_assert_eq!(outcome.entries.len(), stored.len());
        for (entry, (seconds, value)) in outcome.entries.iter().zip(&stored) {
            prop_assert!(entry.at.local == from_seconds(i64::from(*seconds)));
            let Payload::Smbg(smbg) = &entry.payload else { panic!("not a fingerstick result") };
            let same = match (&smbg.level, value) {
                (Level::BelowRange(_), 0xFFFE) | (Level::AboveRange(_), 0xFFFF) => true,
                (Level::Value(milli), value) => *milli == value * 1000,
                _ => false,
            };
            prop_assert!(same);
        }
    }

    #[test]
    fn a_new_result_that_pushes_the_oldest_out_leaves_all_others_as_they_were(
        before in vec(stored(), 1..30),
        new in stored(),
    ) {
        let mut after = before.clone();
        after.insert(0, new);
        after.pop();
        let (before, after) = (read(&before).entries, read(&after).entries);
        prop_assert!(after.iter().skip(1).eq(before.iter().take(before.len() - 1)));
    }

    #[test]
    fn a_line_that_damages_any_byte_never_gives_another_readout(
        stored in vec(stored(), 0..6),
        byte in 1_u64..300,
    ) {
        let good = read(&stored);
        let time = VirtualTime::default();
        let meter = memory::share(Meter::with_memory(now(), memory_of(&stored)));
        meter.borrow_mut().turn("damage-byte", &byte.to_string()).unwrap();
        let outcome = run(&UltraEasy, memory::device(&meter, &time), &time);
        prop_assert!(outcome.is_complete() && outcome.entries == good.entries);
    }
}
