//! What holds for every memory and for any bytes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use accu_chek_phdc::apdu::{Apdu, Message};
use accu_chek_phdc::configuration::Configuration;
use accu_chek_phdc::mder::Reader;
use accu_chek_phdc::meter::Meter as Described;
use accu_chek_phdc::simulator::{Meter, Stored};
use accu_chek_phdc::{association, object, record, store};
use meterport_sdk::testing::Outcome;
use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::{Level, Validity};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{level, now, read};

/// Seconds, the number as it is written, and the status.
type Kept = (Option<i64>, u16, u16);

fn read_memory(kept: &[Kept], per_transfer: &str) -> Outcome {
    let one = |&(seconds, glucose, status): &Kept| Stored {
        at: seconds.and_then(from_seconds),
        glucose,
        status,
    };
    let memory = kept.iter().map(one).collect();
    read(Meter::with_memory(now(), memory), &[("per-transfer", per_transfer)])
}

/// What a meter may hold: any time of a century or none, any number that is one, HI, LO, any status.
fn kept() -> impl Strategy<Value = Kept> {
    let glucose = prop_oneof![10_u16..=600, Just(0x07FE), Just(0x0802), 0xF064_u16..0xF7FE];
    let status = prop_oneof![8 => Just(0_u16), 1 => any::<u16>()];
    let time = proptest::option::weighted(0.9, 946_684_800_i64..4_102_444_800);
    (time, glucose, status)
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused_without_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = Apdu::parse(&bytes);
        let _ = association::offers_20601(&bytes);
        let _ = Configuration::parse(&bytes);
        let _ = object::Event::parse(&bytes);
        let _ = object::meter_attributes(&bytes).map(|all| Described::from_attributes(&all));
        let _ = store::segments(&bytes);
        let _ = store::triggered(&bytes, 0);
        let _ = store::Data::parse(&bytes).map(|data| data.split().map(Iterator::count));
        let _ = record::decode(&bytes);
    }

    #[test]
    fn any_attributes_are_decoded_or_refused(
        id in prop_oneof![Just(0x0928_u16), Just(0x092D), Just(0x0984), Just(0x0987)],
        value in vec(any::<u8>(), 0..60),
    ) {
        let model = b"\0\0\0\x02Ab";
        let _ = Described::from_attributes(&vec![(0x0928, model), (id, &value)]);
        let _ = Described::from_attributes(&vec![(id, &value)]);
    }

    #[test]
    fn every_message_comes_back_from_its_apdu(
        invoke_id in any::<u16>(),
        choice in any::<u16>(),
        body in vec(any::<u8>(), 0..300),
    ) {
        let message = Message { invoke_id, choice, body };
        let bytes = message.encode().unwrap();
        prop_assert!(Apdu::parse(&bytes) == Ok(Apdu::Presentation(message)));
    }

    #[test]
    fn a_list_is_never_read_past_its_end(bytes in vec(any::<u8>(), 0..40), behind in any::<u8>()) {
        let longer = [bytes.as_slice(), &[behind]].concat();
        let alone = Reader::new("list", &bytes).attributes();
        let with_more = Reader::new("list", &longer).attributes();
        if let Ok(alone) = alone {
            prop_assert!(with_more == Ok(alone));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_memory_is_read_as_it_is(memory in vec(kept(), 0..60), size in 1_u8..90) {
        let outcome = read_memory(&memory, &size.to_string());
        prop_assert!(outcome.is_complete());
        prop_assert_eq!(outcome.entries.len(), memory.len());
        for (entry, &(seconds, glucose, status)) in outcome.entries.iter().zip(&memory) {
            prop_assert!(entry.at.local == seconds.and_then(from_seconds));
            prop_assert!(status == 0 || entry.validity != Validity::Valid);
            let milli = match glucose {
                code @ 0..=600 => u32::from(code) * 1000,
                code => u32::from(code & 0x0FFF) * 100,
            };
            let same = match (level(entry), glucose) {
                (Level::NoValue(_), _) => status & 0x2000 != 0,
                (Level::BelowRange(_), code) => code == 0x0802,
                (Level::AboveRange(_), code) => code == 0x07FE,
                (Level::Value(value), _) => *value == milli,
            };
            prop_assert!(same);
        }
    }

    #[test]
    fn a_new_result_that_pushes_the_oldest_out_leaves_all_others_as_they_were(
        before in vec(kept(), 1..40),
        new in kept(),
        size in 1_u8..20,
    ) {
        let mut after = before.clone();
        after.insert(0, new);
        after.pop();
        let size = size.to_string();
        let (before, after) = (read_memory(&before, &size), read_memory(&after, &size));
        let kept = before.entries.len() - 1;
        prop_assert!(after.entries.iter().skip(1).eq(before.entries.iter().take(kept)));
    }
}
