use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::concentration::{Bound, ConcentrationUnit, Ketone, Level};
use crate::device_time::DeviceTime;
use crate::diary::{Carbs, Note, Other, TimeChange};
use crate::entry::Order;
use crate::insulin::{Basal, BasalMode, Bolus, BolusEnd, Delivery};
use crate::normalise::normalise;
use crate::normalise::tests::{circumstances, manifest};
use crate::quantity::Milli;
use crate::testing::{at, entry, glucose, readout, smbg};

const VECTORS: &str = include_str!("../../vectors/identity.json");

#[test]
fn every_id_is_the_one_of_the_vectors() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 7);
    for case in cases {
        let mut nonce = [0; 32];
        let device = match case["serial"].as_str() {
            Some(serial) => DeviceIdentity::of(Some(serial), &nonce),
            None => {
                hex::decode_to_slice(case["nonce"].as_str().unwrap(), &mut nonce).unwrap();
                DeviceIdentity::of(None, &nonce)
            }
        };
        let mut identifier = Identifier::new(case["family"].as_str().unwrap(), device);
        let records = case["records"].as_array().unwrap();
        for (record, id) in records.iter().zip(case["ids"].as_array().unwrap()) {
            let made = identifier.next(&from_vector(record));
            assert_eq!(hex::encode(made.as_bytes()), id.as_str().unwrap(), "{}", case["name"]);
        }
    }
}

#[test]
fn a_blind_id_is_the_one_of_the_vectors_and_reads_back() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let mut key = [0; 32];
    hex::decode_to_slice(vectors["blind"]["key"].as_str().unwrap(), &mut key).unwrap();
    let mut id = [0; 32];
    hex::decode_to_slice(vectors["cases"][0]["ids"][0].as_str().unwrap(), &mut id).unwrap();

    let blind = RecordId(id).blind(&IdentityKey::from_bytes(key));

    assert_eq!(blind.to_string(), vectors["blind"]["blind"].as_str().unwrap());
    assert_eq!(BlindId::parse(&blind.to_string()), Ok(blind));
    assert_eq!(BlindId::parse(&blind.to_string().to_uppercase()), Err(BlindIdError));
    assert_eq!(BlindId::parse("00"), Err(BlindIdError));
}

#[test]
fn a_limit_a_mark_and_the_delivered_part_of_a_bolus_do_not_change_an_id() {
    let time = at("2026-10-01T09:48:00");
    let id = |entry: &Entry| Identifier::new("f", DeviceIdentity::Serial("1")).next(entry);
    let high = |threshold| {
        let bound = Bound { threshold, stored: Some(Milli(601_000)) };
        entry(time, Payload::Smbg(glucose(Level::AboveRange(bound))))
    };
    assert!(id(&high(None)) == id(&high(Some(Milli(600_000)))));

    let mut marked = smbg(time, 97);
    marked.marks = vec!["sport".into()];
    marked.raw = vec![1, 2, 3].into();
    marked.at.tick = Some(7);
    assert!(id(&smbg(time, 97)) == id(&marked));

    let bolus = |delivered, end| {
        let programmed = Some(Milli(4_500));
        let immediate = Some(Delivery { programmed, delivered, ..Delivery::default() });
        entry(time, Payload::Bolus(Bolus { immediate, extended: None, end, wizard: None }))
    };
    let running = bolus(Some(Milli(1_000)), BolusEnd::InProgress);
    assert!(id(&running) == id(&bolus(Some(Milli(4_500)), BolusEnd::Completed)));
}

#[test]
fn debug_prints_no_id() {
    let id = Identifier::new("f", DeviceIdentity::Serial("1"))
        .next(&smbg(at("2026-10-01T09:48:00"), 97));
    assert_eq!(format!("{id:?}"), "RecordId(..)");
}

/// A result in one of two logs: minute of the day, mg/dL, log.
type Stored = (u16, u32, bool);

fn ids(memory: &[Stored]) -> Vec<RecordId> {
    let entries: Vec<Entry> = memory
        .iter()
        .rev()
        .map(|&(minute, mg_per_dl, second)| {
            let (hour, minute) = ((minute / 60) as u8, (minute % 60) as u8);
            let mut entry = smbg(DeviceTime::new(2026, 10, 1, hour, minute, 0).unwrap(), mg_per_dl);
            let log = if second { "second" } else { "results" };
            entry.origin.log = log.into();
            entry.origin.numbers = log.into();
            entry
        })
        .collect();
    let mut readout = readout(entries);
    readout.orders = ["results", "second"].map(|log| (log.to_owned(), Order::NewestFirst)).to_vec();
    let document = normalise(&readout, &circumstances(&manifest()));
    document.results.iter().map(|result| result.id.unwrap()).collect()
}

/// Few minutes and values, so that equal records are common; oldest first.
fn memory() -> impl Strategy<Value = Vec<Stored>> {
    proptest::collection::vec((0_u16..6, 97_u32..100, any::<bool>()), 1..20)
}

proptest! {
    #[test]
    fn a_new_record_leaves_every_other_id_even_where_it_equals_one(
        mut memory in memory(), new in (0_u16..6, 97_u32..100, any::<bool>()),
    ) {
        let before: HashSet<_> = ids(&memory).into_iter().collect();
        memory.push(new);
        let after: HashSet<_> = ids(&memory).into_iter().collect();
        prop_assert!(before.is_subset(&after));
        prop_assert_eq!(after.len(), before.len() + 1);
    }

    #[test]
    fn the_oldest_dropped_and_one_new_gives_one_new_id_and_keeps_the_others(
        mut memory in memory(), mg_per_dl in 97_u32..100,
    ) {
        let before: HashSet<_> = ids(&memory).into_iter().collect();
        memory.remove(0);
        memory.push((1439, mg_per_dl, false)); // a minute that no stored record has
        let after: HashSet<_> = ids(&memory).into_iter().collect();
        prop_assert_eq!(after.len(), before.len());
        prop_assert_eq!(after.difference(&before).count(), 1);
    }

    #[test]
    fn records_of_different_minutes_keep_their_own_ids(
        values in proptest::collection::vec(20_u32..600, 2..30),
    ) {
        let memory: Vec<Stored> =
            values.iter().enumerate().map(|(minute, &value)| (minute as u16, value, false)).collect();
        let before = ids(&memory[..memory.len() - 1]);
        let after = ids(&memory[1..]);
        prop_assert!(before[1..] == after[..after.len() - 1]);
    }
}

fn from_vector(record: &Value) -> Entry {
    let milli = |value: &Value| value.as_u64().map(|number| Milli(number as u32));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let delivery = |value: &Value| {
        value.is_object().then(|| Delivery {
            programmed: milli(&value["programmed"]),
            delivered: milli(&value["delivered"]),
            ..Delivery::default()
        })
    };
    let level = || {
        let (case, value) = record["level"].as_object().unwrap().iter().next().unwrap();
        let bound = Bound { threshold: None, stored: milli(&value["stored"]) };
        match case.as_str() {
            "value" => Level::Value(milli(value).unwrap()),
            "below-range" => Level::BelowRange(bound),
            "above-range" => Level::AboveRange(bound),
            _ => Level::NoValue(text(value).unwrap()),
        }
    };
    let unit = || serde_json::from_value::<ConcentrationUnit>(record["unit"].clone()).unwrap();
    let sample = match record["control"].as_bool() {
        Some(true) => Sample::ControlSolution,
        _ => Sample::Unknown,
    };
    let payload = match record["kind"].as_str().unwrap() {
        "smbg" => {
            Payload::Smbg(crate::concentration::Smbg { unit: unit(), sample, ..glucose(level()) })
        }
        "ketone" => Payload::Ketone(Ketone { level: level(), unit: unit(), sample }),
        "bolus" => Payload::Bolus(Bolus {
            immediate: delivery(&record["immediate"]),
            extended: delivery(&record["extended"]),
            end: BolusEnd::Unknown,
            wizard: None,
        }),
        "basal" => Payload::Basal(Basal {
            mode: BasalMode::Temporary,
            rate: milli(&record["rate"]),
            percent: record["percent"].as_i64().map(|percent| percent as i16),
            programmed_seconds: Some(1800),
            delivered_seconds: None,
            program: None,
            reason: None,
        }),
        "carbs" => Payload::Carbs(Carbs {
            amount: milli(&record["amount"]),
            category: text(&record["category"]),
        }),
        "note" => Payload::Note(Note { text: text(&record["text"]).unwrap() }),
        "time-change" => Payload::TimeChange(TimeChange {
            before: record["before"].as_str().map(at),
            after: record["after"].as_str().map(at),
            cause: "person".into(),
        }),
        "other" => Payload::Other(Other {
            code: text(&record["code"]).unwrap(),
            level: None,
            unit: None,
            text: None,
        }),
        kind => panic!("a vector of kind {kind}"),
    };
    let mut entry = entry(at("2026-10-01T09:48:00"), payload);
    entry.at.local = record["device_time"].as_str().map(at);
    entry.origin.sequence = record["sequence"].as_u64();
    entry.raw = hex::decode(record["raw"].as_str().unwrap_or_default()).unwrap().into();
    entry
}
