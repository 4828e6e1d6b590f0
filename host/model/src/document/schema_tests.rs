//! What is written against `docs/readout.schema.json`, and what is read back against what is
//! written: for every kind, every key and every neighbour of a value.

use std::collections::HashSet;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{Reading, ReadoutDocument};
use crate::codes::Code;
use crate::kind::Kind;
use crate::normalise::tests::document;
use crate::testing::every_kind;

const SCHEMA: &str = include_str!("../../../../docs/readout.schema.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn written() -> Value {
    serde_json::to_value(document(every_kind())).unwrap()
}

/// The document with one result only.
fn with(result: Value) -> Value {
    let mut document = written();
    document["results"] = json!([result]);
    document
}

fn results() -> Vec<Value> {
    written()["results"].as_array().unwrap().clone()
}

/// Every document that differs in one place: a key gone, a key added, another type of value.
fn mutations(value: &Value) -> Vec<Value> {
    let mut mutated = Vec::new();
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let mut without = fields.clone();
                without.remove(key);
                mutated.push(Value::Object(without));
                for inner in mutations(inner) {
                    let mut changed = fields.clone();
                    changed.insert(key.clone(), inner);
                    mutated.push(Value::Object(changed));
                }
            }
            let mut more = fields.clone();
            more.insert("surname".into(), Value::Null);
            mutated.push(Value::Object(more));
        }
        Value::Array(items) => {
            mutated.push(json!({}));
            for (place, item) in items.iter().enumerate() {
                for item in mutations(item) {
                    let mut changed = items.clone();
                    changed[place] = item;
                    mutated.push(Value::Array(changed));
                }
            }
        }
        Value::String(_) => mutated.extend([json!(5), json!(["x"])]),
        Value::Number(_) => mutated.extend([json!("5"), json!(-70_000.5)]),
        Value::Bool(_) => mutated.push(json!("true")),
        Value::Null => mutated.push(json!(["x"])),
    }
    mutated
}

#[test]
fn a_document_changed_in_one_place_is_refused_by_the_schema_and_by_reading() {
    let validator = validator();
    let mut tried = 0;
    for result in results() {
        for changed in mutations(&result) {
            assert!(!validator.is_valid(&with(changed.clone())), "schema: {changed}");
            assert!(
                serde_json::from_value::<Reading>(changed.clone()).is_err(),
                "reading: {changed}"
            );
            tried += 1;
        }
    }
    assert!(tried > 500, "only {tried}");
    let mut frame = with(results().swap_remove(0));
    frame["results"] = json!([]);
    for changed in mutations(&frame) {
        assert!(!validator.is_valid(&changed), "{changed}");
    }
}

#[test]
fn another_form_of_the_same_number_or_another_word_is_refused() {
    let validator = validator();
    let smbg = results().swap_remove(0);
    for (key, value) in [
        ("value", json!("97.0")),
        ("value", json!("097")),
        ("value", json!("-97")),
        ("value", json!("")),
        ("unit", json!("mg/dl")),
        ("meal", json!("Before")),
        ("kind", json!("blood")),
        ("validity", json!("ok")),
        ("time", json!("2026-10-01T07:48:00+00:00")),
        ("device_time", json!("2026-10-01T09:48")),
        ("range", json!("high")), // beside a value
        ("state", json!("strip-error")),
        ("value", Value::Null), // no number and no reason
        ("range_limit", json!("600")),
        ("part", json!(65536)),
    ] {
        let mut changed = smbg.clone();
        changed[key] = value;
        assert!(!validator.is_valid(&with(changed.clone())), "schema: {changed}");
        assert!(serde_json::from_value::<Reading>(changed.clone()).is_err(), "reading: {changed}");
    }
}

#[test]
fn a_derived_number_that_does_not_follow_from_the_value_is_refused() {
    let mut changed = results().swap_remove(0);
    for (mg_dl, mmol_l) in
        [(json!(97.0), json!(5.5)), (json!(98.0), json!(5.4)), (json!(97), json!(5.4))]
    {
        changed["mg_dl"] = mg_dl;
        changed["mmol_l"] = mmol_l;
        assert!(serde_json::from_value::<Reading>(changed.clone()).is_err(), "{changed}");
    }
}

#[test]
fn every_kind_keeps_to_the_schema_and_reads_back_as_it_was_written() {
    let validator = validator();
    let document = document(every_kind());
    let text = serde_json::to_string(&document).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");

    let back: ReadoutDocument = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    let mut expected = document;
    expected.results.iter_mut().for_each(|result| result.id = None);
    assert!(back == expected);
    let kinds: HashSet<_> = back.results.iter().map(|result| result.body.kind().as_str()).collect();
    assert_eq!(kinds.len(), Kind::ALL.len());
}

#[test]
fn the_schema_knows_the_same_warnings() {
    let schema = schema();
    let words = schema["$defs"]["warning"]["properties"]["code"]["enum"].as_array().unwrap();
    let codes: Vec<_> =
        Code::ALL.iter().filter(|code| code.is_warning()).map(|code| json!(code)).collect();
    assert_eq!(*words, codes);
}
