//! The notes that stand in the same stored record as another result.

use std::collections::{BTreeMap, HashMap};

use crate::entry::{Entry, Payload};
use crate::order::{group, records};

/// For each place that has any: the texts of the `note` entries of its stored record. A note is a
/// result of its own too and does not list itself or its neighbours.
pub(super) fn by_place(entries: &[Entry]) -> HashMap<usize, Vec<String>> {
    let mut notes = HashMap::new();
    for log in group(entries, 0..entries.len(), |entry| entry.origin.log.as_str()) {
        for record in stored_records(entries, &log) {
            let of_record =
                || record.iter().filter_map(|&place| Some((place, entries.get(place)?)));
            let texts: Vec<String> = of_record()
                .filter_map(|(_, entry)| match &entry.payload {
                    Payload::Note(note) => Some(note.text.clone()),
                    _ => None,
                })
                .collect();
            if texts.is_empty() {
                continue;
            }
            for (place, entry) in of_record() {
                if !matches!(entry.payload, Payload::Note(_)) {
                    notes.insert(place, texts.clone());
                }
            }
        }
    }
    notes
}

/// By sequence where there is one; else neighbours in emitted order whose part rises.
fn stored_records(entries: &[Entry], log: &[usize]) -> Vec<Vec<usize>> {
    let sequence = |place: usize| entries.get(place).and_then(|entry| entry.origin.sequence);
    let (numbered, others): (Vec<usize>, Vec<usize>) =
        log.iter().partition(|&&place| sequence(place).is_some());
    let mut by_number: BTreeMap<Option<u64>, Vec<usize>> = BTreeMap::new();
    for place in numbered {
        by_number.entry(sequence(place)).or_default().push(place);
    }
    let mut all = records(entries, &others);
    all.extend(by_number.into_values());
    all
}
