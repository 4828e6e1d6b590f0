//! What a memory becomes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use meterport_sdk::time::checked;
use meterport_sdk::wit::{Bound, ConcentrationUnit, Level, Meal, Order, Payload, Sample, Validity};
use meterport_simulator::Simulator;
use taidoc::simulator::Type;

use support::{WIRES, holding, now, read, read_with, smbg, stored};

fn bound(stored: u32) -> Bound {
    Bound { threshold: None, stored: Some(stored) }
}

#[test]
fn a_control_test_is_never_blood_whatever_it_tested() {
    for wire in WIRES {
        let outcome = read(
            &holding(vec![
                stored(10, 118, Type::GLUCOSE, 0xC0),
                stored(9, 450, Type::KETONE, 0xC0),
                stored(8, 42, Type::HAEMATOCRIT, 0xC0),
            ]),
            wire,
        );
        assert!(outcome.is_complete());
        assert_eq!(smbg(&outcome.entries[0]).sample, Sample::ControlSolution);
        let Payload::Ketone(ketone) = &outcome.entries[1].payload else { panic!("no ketone") };
        assert_eq!(ketone.sample, Sample::ControlSolution);
        assert_eq!(outcome.entries[2].validity, Validity::Invalid);
        assert_eq!(outcome.entries[2].marks, ["test-data"]);
    }
}

#[test]
fn hi_and_lo_are_no_numbers_and_keep_what_was_stored() {
    for wire in WIRES {
        let outcome = read_with(wire, 3, &[("hi", "0"), ("lo", "2")]);
        assert!(smbg(&outcome.entries[0]).level == Level::AboveRange(bound(601_000)));
        assert!(matches!(smbg(&outcome.entries[1]).level, Level::Value(_)));
        assert!(smbg(&outcome.entries[2]).level == Level::BelowRange(bound(19_000)));
        assert!(outcome.info.unwrap().limits.is_empty());
    }
}

#[test]
fn ketone_is_hi_only_above_what_the_meter_shows_as_8_0() {
    let outcome = read(
        &holding([2430, 2429, 270, 0].map(|raw| stored(10, raw, Type::KETONE, 0)).to_vec()),
        WIRES[0],
    );
    let of = |entry: &meterport_sdk::wit::Entry| match &entry.payload {
        Payload::Ketone(ketone) => (ketone.level.clone(), ketone.unit),
        _ => panic!("no ketone"),
    };
    let levels: Vec<_> = outcome.entries.iter().map(of).collect();
    let unit = ConcentrationUnit::ThreeHundredthMmolPerL;
    let value = |raw: u32| (Level::Value(raw * 1000), unit);
    assert!(
        levels == [(Level::AboveRange(bound(2_430_000)), unit), value(2429), value(270), value(0)]
    );
}

#[test]
fn a_type_that_nobody_described_is_kept_with_its_bytes() {
    for wire in WIRES {
        for kind in ["1", "5", "10", "15"] {
            let outcome = read_with(wire, 3, &[("type", &format!("1:{kind}"))]);
            assert!(outcome.is_complete());
            let entry = &outcome.entries[1];
            let Payload::Other(other) = &entry.payload else { panic!("a result") };
            assert!(other.code == "vendor-record" && other.level.is_none());
            assert_eq!(entry.raw.len(), 8);
            assert_eq!(entry.extra, [("vendor-marker".to_owned(), format!("type-{kind}"))]);
        }
    }
}

#[test]
fn every_quantity_the_protocol_names_has_its_code_and_no_unit() {
    let named = [
        (0x6, "haematocrit"),
        (0x8, "uric-acid"),
        (0x9, "cholesterol"),
        (0xB, "haemoglobin"),
        (0xC, "lactate"),
        (0xD, "triglycerides"),
    ];
    for (number, code) in named {
        let outcome = read(&holding(vec![stored(10, 42, Type(number), 0)]), WIRES[0]);
        let Payload::Other(other) = &outcome.entries[0].payload else { panic!("a result") };
        assert_eq!(other.code, code);
        assert!(other.unit.is_none() && other.level == Some(Level::Value(42_000)));
    }
}

#[test]
fn a_lost_clock_and_a_lost_time_are_said_and_nothing_is_left_out() {
    for wire in WIRES {
        let outcome = read_with(wire, 3, &[("lost-clock", "on"), ("lost-time", "1")]);
        assert!(outcome.is_complete());
        let clock = outcome.info.as_ref().unwrap().clock.unwrap();
        assert!(clock.local.is_none() && clock.read_at_ms.is_some());
        assert_eq!(outcome.entries.len(), 3);
        let entry = &outcome.entries[1];
        assert!(!entry.at.reliable && entry.at.local.is_none());
        assert_eq!(entry.marks, ["lost-time"]);
    }
}

#[test]
fn junk_in_the_upper_bits_of_a_time_changes_no_time() {
    for wire in WIRES {
        let (good, junk) =
            (read_with(wire, 9, &[]), read_with(wire, 9, &[("junk-time-bits", "on")]));
        assert!(junk.is_complete());
        let times = |entries: &[meterport_sdk::wit::Entry]| -> Vec<_> {
            entries.iter().map(|entry| entry.at.local).collect()
        };
        assert!(times(&junk.entries) == times(&good.entries));
        let local = |outcome: &meterport_sdk::testing::Outcome| {
            outcome.info.as_ref().unwrap().clock.unwrap().local
        };
        assert!(local(&junk) == Some(now()) && local(&good) == Some(now()));
    }
}

#[test]
fn an_empty_memory_is_a_readout_without_results() {
    for wire in WIRES {
        let outcome = read_with(wire, 0, &[]);
        assert!(outcome.is_complete() && outcome.entries.is_empty());
        assert!(outcome.info.is_some());
    }
}

#[test]
fn both_wires_give_the_same_readout() {
    let knobs = [("model", "4279"), ("ketone", "3"), ("control", "5"), ("haematocrit", "7")];
    let [hid, serial] = WIRES.map(|wire| read_with(wire, 20, &knobs));
    assert!(hid.entries == serial.entries);
    assert!(hid.info == serial.info);
    let orders = hid.result.unwrap().orders;
    assert!(orders == [("results".to_owned(), Order::NewestFirst)]);
}

#[test]
fn every_model_of_the_manifest_is_read_and_says_its_code() {
    let manifest = include_str!("../driver.toml");
    for model in ["4277", "4235", "4279", "4141", "4283"] {
        assert!(manifest.contains(&format!("\"{model}\"")), "{model}");
        let outcome = read_with(WIRES[0], 5, &[("model", model)]);
        assert!(outcome.is_complete() && outcome.info.unwrap().model == model);
    }
}

#[test]
fn a_model_that_the_manifest_does_not_know_is_read_all_the_same() {
    let outcome = read_with(WIRES[1], 5, &[("model", "4257")]);
    assert!(outcome.is_complete() && outcome.entries.len() == 5);
}

#[test]
fn the_worked_example_is_what_it_says() {
    for wire in WIRES {
        let outcome = read(
            &holding(vec![
                stored(10, 104, Type::GLUCOSE, 0x40),
                stored(9, 450, Type::KETONE, 0x00),
                stored(8, 118, Type::GLUCOSE, 0xC0),
            ]),
            wire,
        );
        let info = outcome.info.as_ref().unwrap();
        assert_eq!(info.model, "4277");
        assert_eq!(info.serial_number.as_deref(), Some("0102030412345678"));
        assert!(info.clock.is_some_and(|clock| clock.local == Some(now())));
        assert_eq!(info.time_resolution_seconds, 60);
        let first = &outcome.entries[0];
        assert!(smbg(first).level == Level::Value(104_000) && smbg(first).meal == Meal::Before);
        assert_eq!(smbg(first).unit, ConcentrationUnit::MgPerDl);
        assert_eq!(first.at.local, checked(2026, 3, 10, 7, 15, 0));
        assert_eq!(first.origin.sequence, None);
        assert_eq!(first.raw, [0x6A, 0x34, 0x0F, 0x07, 0x68, 0x00, 0x00, 0x40]);
        let Payload::Ketone(ketone) = &outcome.entries[1].payload else { panic!("no ketone") };
        assert!(ketone.level == Level::Value(450_000));
        assert_eq!(smbg(&outcome.entries[2]).sample, Sample::ControlSolution);
    }
}

#[test]
fn the_simulator_says_who_would_set_its_clock_or_clear_its_memory() {
    for (request, what) in [
        ([0x51, 0x33, 0x6A, 0x34, 0x05, 0x08, 0xA3, 0xD2], "set the clock"),
        ([0x51, 0x52, 0, 0, 0, 0, 0xA3, 0x46], "clear the memory"),
    ] {
        let meter = holding(vec![stored(10, 104, Type::GLUCOSE, 0)]);
        assert_eq!(meter.borrow_mut().receive(&request), []);
        assert_eq!(meter.borrow().violation(), Some(what));
        assert_eq!(read_quietly(&meter), 1, "nothing was done");
    }
}

/// How many results it still has, although it was violated.
fn read_quietly(meter: &meterport_simulator::memory::Shared<taidoc::simulator::Meter>) -> usize {
    let time = meterport_sdk::testing::VirtualTime::default();
    let device = support::device(meter, WIRES[1], &time);
    meterport_sdk::testing::run(&taidoc::TaiDoc, device, &time).entries.len()
}
