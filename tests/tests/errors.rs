//! `docs/errors.md` and the codes of the program say the same: words, exit numbers and meanings.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;
use std::path::Path;

use meterport_model::codes::Code;

#[test]
fn every_code_is_documented_and_nothing_else_is() {
    let documented = documented();
    let coded: BTreeMap<String, (Option<u8>, String)> = Code::ALL
        .iter()
        .map(|code| (code.as_str().to_owned(), (code.exit(), code.meaning().to_owned())))
        .collect();
    for (word, fact) in &coded {
        assert_eq!(documented.get(word), Some(fact), "`{word}` in docs/errors.md");
    }
    for word in documented.keys() {
        assert!(coded.contains_key(word), "`{word}` is documented, and no program says it");
    }
}

#[test]
fn every_code_says_what_to_do() {
    for row in rows(&text()) {
        assert!(row.last().is_some_and(|advice| !advice.is_empty()), "{row:?}");
    }
}

/// Exit number and meaning by word.
fn documented() -> BTreeMap<String, (Option<u8>, String)> {
    let mut codes = BTreeMap::new();
    for row in rows(&text()) {
        let [word, exit, meaning, _] = row.as_slice() else {
            panic!("a row of four cells, not {row:?}");
        };
        let exit = match exit.as_str() {
            "warning" => None,
            number => Some(number.parse().expect("an exit number")),
        };
        let before = codes.insert(word.clone(), (exit, meaning.clone()));
        assert!(before.is_none(), "`{word}` stands twice");
    }
    codes
}

/// The cells of each row whose first cell is a code.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for line in text.lines() {
        let Some(inner) = line.trim().strip_prefix("| `").and_then(|rest| rest.strip_suffix('|'))
        else {
            continue;
        };
        let mut cells = inner.split(" | ").map(|cell| cell.trim().to_owned());
        let word = cells.next().unwrap_or_default();
        let word = word.strip_suffix('`').expect("a word between backticks").to_owned();
        rows.push(std::iter::once(word).chain(cells).collect());
    }
    rows
}

fn text() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/errors.md");
    std::fs::read_to_string(path).expect("docs/errors.md")
}
