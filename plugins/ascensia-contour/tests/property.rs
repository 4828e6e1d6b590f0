//! For any bytes and any memory.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use ascensia_contour::frame::Frame;
use ascensia_contour::header::Header;
use ascensia_contour::record::{Fields, Layout, Record};
use ascensia_contour::report;
use ascensia_contour::scanner::Scanner;
use ascensia_contour::simulator::{Sample, Stored};
use ascensia_contour::text::{Delimiters, milli, time};
use ascensia_contour::transfer::Transfer;
use meterport_sdk::time::from_seconds;
use meterport_sdk::wit::{Level, Payload, Sample as Reported};
use meterport_simulator::Simulator;
use proptest::collection::vec;
use proptest::prelude::*;

use support::{KINDS, holding, read, read_stranger, results, smbg};

const USUAL: Delimiters = Delimiters { field: '|', repeat: '\\', component: '^', escape: '&' };

/// Minute, value, side, control, mark.
type Raw = (i64, u16, Option<char>, bool, &'static str);

/// Any result of the years 2000 to 2099. The meter keeps no seconds.
fn raw() -> impl Strategy<Value = Raw> {
    let side = prop_oneof![4 => Just(None), 1 => Just(Some('<')), 1 => Just(Some('>'))];
    let mark = prop_oneof![Just(""), Just("B"), Just("A"), Just("D")];
    let minute = 946_684_800_i64 / 60..4_102_444_800 / 60;
    (minute, 20_u16..=600, side, any::<bool>(), mark)
}

fn stored(raw: &Raw) -> Stored {
    let &(minute, mg_per_dl, side, control, mark) = raw;
    Stored {
        at: from_seconds(minute * 60).unwrap(),
        mg_per_dl,
        side,
        sample: if control { Sample::Control } else { Sample::Blood },
        marks: mark.to_owned(),
    }
}

fn all(raws: &[Raw]) -> Vec<Stored> {
    raws.iter().map(stored).collect()
}

proptest! {
    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in vec(any::<u8>(), 0..300), text in "[ -~]{0,80}") {
        let _ = Frame::parse(&bytes);
        let _ = report::payload(&bytes);
        let mut scanner = Scanner::default();
        scanner.push(&bytes);
        while scanner.item().is_some() {}
        let _ = scanner.interrupt();
        let _ = Header::parse(&bytes);
        let _ = (milli(&text), time(&text));
        let header = Header::parse(format!(r"H|\^&|||{text}").as_bytes());
        if let Ok(header) = header {
            let _ = header.short_serial_number();
            for layout in [Layout::Hid, Layout::Serial] {
                let mut transfer = Transfer::new(header.clone(), layout);
                let _ = transfer.add(&bytes);
                let _ = transfer.add(text.as_bytes());
                let _ = transfer.complete();
            }
        }
    }

    #[test]
    fn any_result_is_decoded_or_refused(
        fields in vec("[0-9<>/BACDEZFT.^\\\\a-z]{0,14}", 0..14),
        layout in prop_oneof![Just(Layout::Hid), Just(Layout::Serial)],
    ) {
        let text = format!("R|1|^^^Glucose|112|mg/dL^P|{}", fields.join("|"));
        let fields = Fields::of(text.as_bytes(), USUAL).unwrap();
        let _ = Record::decode(&fields, layout);
    }

    #[test]
    fn bytes_cut_anywhere_are_the_same_frames(
        texts in vec("[ -~]{0,40}", 1..5), cuts in vec(1_usize..70, 1..40),
    ) {
        let stream: Vec<u8> = texts.iter().zip(1_u8..).flat_map(|(text, number)| {
            let body = format!("{}{text}\r\x17", number % 8);
            let sum = body.bytes().fold(0_u8, u8::wrapping_add);
            format!("\x02{body}{sum:02X}\r\n").into_bytes()
        }).collect();
        let frames = |pieces: Vec<&[u8]>| {
            let mut scanner = Scanner::default();
            let mut items = Vec::new();
            for piece in pieces {
                scanner.push(piece);
                items.extend(std::iter::from_fn(|| scanner.item()));
            }
            items.extend(scanner.interrupt());
            items
        };
        let mut rest = stream.as_slice();
        let mut pieces = Vec::new();
        for cut in cuts {
            let (piece, behind) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        let whole = frames(vec![&stream]);
        prop_assert_eq!(whole.len(), texts.len());
        prop_assert!(frames(pieces) == whole);
    }

    #[test]
    fn no_stranger_makes_the_driver_panic_or_give_a_result(bytes in vec(any::<u8>(), 0..300)) {
        let outcome = read_stranger(&bytes);
        prop_assert!(outcome.result.is_err() && outcome.entries.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_memory_comes_back_as_it_is(raws in vec(raw(), 0..40), kind in 0_usize..2) {

        let memory = all(&raws);
        let outcome = read(&holding(KINDS[kind], memory.clone()));
        prop_assert!(outcome.is_complete());
        let entries = results(&outcome);
        prop_assert_eq!(entries.len(), memory.len());
        for (entry, stored) in entries.into_iter().zip(&memory) {
            let number = Some(u32::from(stored.mg_per_dl) * 1000);
            let same = match (&smbg(entry).level, stored.side) {
                (Level::BelowRange(bound), Some('<')) | (Level::AboveRange(bound), Some('>')) => {
                    bound.stored == number
                }
                (Level::Value(milli), None) => Some(*milli) == number,
                _ => false,
            };
            prop_assert!(same && entry.at.local == Some(stored.at));
            let is_control = smbg(entry).sample == Reported::ControlSolution;
            prop_assert_eq!(is_control, stored.sample == Sample::Control);
        }
    }

    #[test]
    fn a_new_record_and_the_oldest_gone_keep_all_others(
        raws in vec(raw(), 1..30), new in raw(), kind in 0_usize..2, oldest_first in any::<bool>(),
    ) {
        let lasting = |memory: Vec<Stored>| {
            let meter = holding(KINDS[kind], memory);
            meter.borrow_mut().turn("oldest-first", if oldest_first { "on" } else { "off" }).unwrap();
            let mut entries = read(&meter).entries;
            // The average is another one after each result.
            entries.retain(|entry| matches!(entry.payload, Payload::Smbg(_)));
            if oldest_first {
                entries.reverse();
            }
            entries
        };
        let memory = all(&raws);
        let mut later = memory.clone();
        later.pop();
        later.insert(0, stored(&new));
        let (before, after) = (lasting(memory), lasting(later));
        prop_assert!(after[1..] == before[..before.len() - 1]);
    }

    #[test]
    fn any_damaged_byte_gives_the_same_readout_or_an_error(
        raws in vec(raw(), 1..6), byte in 1_u64..1200, kind in 0_usize..2,
    ) {
        let memory = all(&raws);
        let good = read(&holding(KINDS[kind], memory.clone()));
        let meter = holding(KINDS[kind], memory);
        meter.borrow_mut().turn("damage-byte", &byte.to_string()).unwrap();
        let outcome = read(&meter);
        prop_assert!(outcome.result.is_err() || outcome.entries == good.entries);
    }
}
