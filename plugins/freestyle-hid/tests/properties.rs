//! What holds for every memory and for any bytes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use freestyle_hid::model::Model;
use freestyle_hid::record::libre::List;
use freestyle_hid::record::{libre, precision};
use freestyle_hid::report::Report;
use freestyle_hid::simulator::{Kind, Meter, Place};
use freestyle_hid::{entry, fields, text};
use meterport_sdk::check::sum32;
use meterport_sdk::wit::Entry;
use meterport_simulator::memory;
use proptest::collection::vec;
use proptest::prelude::*;
use support::{knob, now, read, words};

fn decode_everything(line: &[u8]) {
    for model in [Model::PrecisionNeo, Model::InsuLinx] {
        if let Ok(record) = precision::decode(model, line) {
            let _ = entry::precision::from_record(model, &record);
        }
    }
    for list in [List::History, List::Results] {
        if let Ok(record) = libre::decode(list, line) {
            let _ = entry::libre::from_record(list, &record);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused_without_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = Report::parse(&bytes);
        let _ = text::message(&bytes);
        let _ = text::line(&bytes);
        let _ = text::list(&bytes);
        let shown = String::from_utf8_lossy(&bytes);
        let _ = fields::clock(&shown, &shown);
        decode_everything(&bytes);
    }

    #[test]
    fn any_numbers_between_commas_are_decoded_or_refused(
        numbers in vec(prop_oneof![0_u32..60, any::<u32>()], 0..46),
        kind in prop_oneof![Just(0_u32), Just(2), Just(5), Just(6), 7_u32..13],
        at in 0_usize..2,
    ) {
        let mut texts: Vec<String> = numbers.iter().map(u32::to_string).collect();
        if let Some(slot) = texts.get_mut(at) {
            *slot = kind.to_string();
        }
        decode_everything(texts.join(",").as_bytes());
    }

    #[test]
    fn every_list_comes_back_from_its_reply(
        lines in vec("[0-9A-Za-z,]{1,40}", 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let body: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        let message = format!("{body}{},{:08X}\r\n", lines.len(), sum32(body.as_bytes()));
        let sum = sum32(message.as_bytes());
        let reply = format!("{message}CKSM:{sum:08X}\r\nCMD OK\r\n");
        let found = text::message(reply.as_bytes()).and_then(text::list).unwrap();
        prop_assert!(found.iter().eq(lines.iter().map(|line| line.as_bytes())));
        let shorter = &reply.as_bytes()[..cut.index(reply.len())];
        prop_assert!(!text::is_whole(shorter));
    }
}

/// A record of a Precision Neo without its id: day, value (0 is HI), kind.
fn stored() -> impl Strategy<Value = (u32, u32, u32)> {
    (1_u32..29, 0_u32..600, prop_oneof![Just(7_u32), Just(9), Just(10), Just(6), Just(11)])
}

fn neo_line(id: usize, (day, value, kind): &(u32, u32, u32)) -> String {
    let shown = if *value == 0 { "HI".to_owned() } else { value.to_string() };
    match kind {
        7 => format!("7,{id},3,{day},26,7,15,1,{shown},0,1,0,0,0,0,0,0,0,0"),
        9 => format!("9,{id},3,{day},26,7,15,1,{shown},1,0"),
        10 => format!("10,{id},3,{day},26,7,15,1,{},{value},0,0,0", value % 5),
        6 => format!("6,{id},3,{day},26,7,15,1,3,{day},26,8,15,0,0,0"),
        _ => format!("11,{id},{value}"),
    }
}

fn libre_line(id: usize, (day, value, kind): &(u32, u32, u32)) -> (Place, String) {
    match kind {
        7 | 9 => {
            let line = format!("{id},12,3,{day},26,7,15,30,1,0,0,0,0,{value},15,0");
            (Place::History, line)
        }
        10 => {
            let zeros = "0,0,0,1,9,0,0";
            let line =
                format!("{id},2,3,{day},26,7,15,30,1,2,0,0,{value},1,3,0,0,1,1,0,0,0,{zeros}");
            (Place::Results, line)
        }
        6 => (Place::Results, format!("{id},5,3,{day},26,7,15,30,1,3,{day},26,8,15,0,1")),
        _ => (Place::Results, format!("{id},9,{value}")),
    }
}

/// What a server knows a result by, and what it holds.
fn identity(entry: &Entry) -> (String, String, Option<u64>, u16, String) {
    let origin = &entry.origin;
    (origin.log.clone(), origin.numbers.clone(), origin.sequence, origin.part, words(entry))
}

fn neo(stored: &[(u32, u32, u32)], first: usize) -> Vec<Entry> {
    let meter = (first..)
        .zip(stored)
        .fold(Meter::new(now()), |meter, (id, it)| meter.with(Place::Results, neo_line(id, it)));
    let outcome = read(&memory::share(meter));
    assert!(outcome.is_complete(), "{outcome:?}");
    outcome.entries
}

fn libre(stored: &[(u32, u32, u32)], first: usize) -> Vec<Entry> {
    let meter =
        (first..).zip(stored).fold(Meter::of_kind(Kind::Libre, now()), |meter, (id, it)| {
            let (place, line) = libre_line(id, it);
            meter.with(place, line)
        });
    let outcome = read(&memory::share(meter));
    assert!(outcome.is_complete(), "{outcome:?}");
    outcome.entries
}

/// All but those of one record.
fn without(entries: &[Entry], id: usize) -> Vec<(String, String, Option<u64>, u16, String)> {
    let id = u64::try_from(id).ok();
    let mut left: Vec<_> =
        entries.iter().filter(|it| it.origin.sequence != id).map(identity).collect();
    left.sort();
    left
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_new_record_that_pushes_the_oldest_out_leaves_all_others_as_they_were(
        before in vec(stored(), 1..30),
        new in stored(),
    ) {
        let after: Vec<_> = before.iter().skip(1).copied().chain([new]).collect();
        let added = 100 + before.len();
        prop_assert_eq!(
            without(&neo(&before, 100), 100),
            without(&neo(&after, 101), added)
        );
        prop_assert_eq!(
            without(&libre(&before, 100), 100),
            without(&libre(&after, 101), added)
        );
    }

    #[test]
    fn every_memory_is_read_as_it_is(stored in vec(stored(), 0..40)) {
        let entries = neo(&stored, 100);
        prop_assert_eq!(entries.len(), stored.len());
        for (entry, (id, it)) in entries.iter().zip((100..).zip(&stored)) {
            let line = neo_line(id, it);
            prop_assert_eq!(entry.raw.as_slice(), line.as_bytes());
            prop_assert_eq!(entry.origin.sequence, u64::try_from(id).ok());
        }
    }

    #[test]
    fn a_line_that_damages_any_byte_never_gives_another_readout(
        stored in vec(stored(), 0..6),
        byte in 1_u32..1_000,
    ) {
        let good = neo(&stored, 100);
        let meter = (100..)
            .zip(&stored)
            .fold(Meter::new(now()), |meter, (id, it)| meter.with(Place::Results, neo_line(id, it)));
        let meter = memory::share(meter);
        knob(&meter, "damage-byte", &byte.to_string());
        let outcome = read(&meter);
        prop_assert!(outcome.is_complete() && outcome.entries == good);
    }
}
