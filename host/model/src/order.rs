//! The device's own order, which is the only reliable one across clock changes, and the order of
//! a document, oldest first.
//!
//! A *strand* is a row of entries whose order the device itself vouches for:
//!
//! | entries | strand |
//! |---|---|
//! | all of one numbering have a sequence | one strand for the numbering, by sequence, then part; logs may share it |
//! | else, all of one log have a sequence | one strand for the log, by sequence, then part |
//! | else | one strand for the log, in emitted order, turned round where it was newest first |
//!
//! A log whose order nobody told (a session that ended early) counts as newest first where its
//! device times fall more often than they rise.
//!
//! A document merges the strands by time and never changes the order within one. The next result
//! is the one with the smallest time among the strands' next ones; between equal times the strand
//! that was emitted first comes first. Time is UTC where the readout has any, else device time; a
//! result without one goes right behind the one before it in its strand.

use crate::device::Readout;
use crate::entry::{Entry, Order};

/// Places in [`Readout::entries`], oldest first.
pub(crate) type Strand = Vec<usize>;

/// The strands of a readout, in the order in which their logs were first emitted.
pub(crate) fn strands(readout: &Readout) -> Vec<Strand> {
    let entries = &readout.entries;
    let mut strands = Vec::new();
    for numbering in group(entries, 0..entries.len(), |entry| entry.origin.numbers.as_str()) {
        if all_numbered(entries, &numbering) {
            strands.push(by_sequence(entries, numbering));
            continue;
        }
        for log in group(entries, numbering, |entry| entry.origin.log.as_str()) {
            strands.push(one_log(readout, log));
        }
    }
    strands
}

/// Splits the entries of one log, in emitted order, into stored records: part 0 begins one, and
/// so does any part that does not rise or another sequence.
pub(crate) fn records(entries: &[Entry], log: &[usize]) -> Vec<Vec<usize>> {
    let mut records: Vec<Vec<usize>> = Vec::new();
    let mut previous: Option<&Entry> = None;
    for &place in log {
        let Some(entry) = entries.get(place) else { continue };
        let continues = previous.is_some_and(|before| {
            entry.origin.part > before.origin.part
                && entry.origin.sequence == before.origin.sequence
        });
        match records.last_mut() {
            Some(record) if continues => record.push(place),
            _ => records.push(vec![place]),
        }
        previous = Some(entry);
    }
    records
}

/// Places grouped by a name, groups in the order in which their names first came.
pub(crate) fn group<'a>(
    entries: &'a [Entry],
    places: impl IntoIterator<Item = usize>,
    name: impl Fn(&'a Entry) -> &'a str,
) -> Vec<Vec<usize>> {
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    for place in places {
        let Some(entry) = entries.get(place) else { continue };
        let name = name(entry);
        // A device has a handful of logs, so a search along the row is the quick one.
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(place),
            None => groups.push((name, vec![place])),
        }
    }
    groups.into_iter().map(|(_, places)| places).collect()
}

/// One row of all strands: the order of the document.
pub(crate) fn merge<K: Copy + Ord>(
    strands: &[Strand],
    key: impl Fn(usize) -> Option<K>,
) -> Vec<usize> {
    let mut rows: Vec<_> = strands
        .iter()
        .map(|strand| {
            let mut last = None;
            let keyed = strand.iter().map(|&place| {
                last = key(place).or(last);
                (last, place)
            });
            keyed.collect::<Vec<_>>().into_iter().peekable()
        })
        .collect();
    let mut merged = Vec::with_capacity(strands.iter().map(Vec::len).sum());
    while let Some(row) = rows
        .iter_mut()
        .filter_map(|row| row.peek().map(|(key, _)| *key).map(|key| (key, row)))
        .min_by_key(|(key, _)| *key)
        .map(|(_, row)| row)
    {
        merged.extend(row.next().map(|(_, place)| place));
    }
    merged
}

fn one_log(readout: &Readout, log: Vec<usize>) -> Strand {
    let entries = &readout.entries;
    if all_numbered(entries, &log) {
        return by_sequence(entries, log);
    }
    let name = log.first().and_then(|&place| entries.get(place)).map(|entry| &entry.origin.log);
    let told = readout.orders.iter().find(|(log, _)| Some(log) == name).map(|(_, order)| *order);
    match told.unwrap_or_else(|| likely_order(entries, &log)) {
        Order::OldestFirst => log,
        // The parts of one record stay in their order.
        Order::NewestFirst => records(entries, &log).into_iter().rev().flatten().collect(),
    }
}

fn likely_order(entries: &[Entry], log: &[usize]) -> Order {
    let times: Vec<_> =
        log.iter().filter_map(|&place| entries.get(place)).filter_map(|it| it.at.local).collect();
    let steps = || times.iter().zip(times.iter().skip(1));
    let falling = steps().filter(|(this, next)| this > next).count();
    let rising = steps().filter(|(this, next)| this < next).count();
    if falling > rising { Order::NewestFirst } else { Order::OldestFirst }
}

fn all_numbered(entries: &[Entry], places: &[usize]) -> bool {
    places
        .iter()
        .all(|&place| entries.get(place).is_some_and(|entry| entry.origin.sequence.is_some()))
}

fn by_sequence(entries: &[Entry], mut places: Vec<usize>) -> Strand {
    places.sort_by_key(|&place| {
        entries.get(place).map(|entry| (entry.origin.sequence, entry.origin.part))
    });
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, readout, smbg};

    fn numbered(log: &str, numbers: &str, sequence: u64) -> Entry {
        let mut entry = smbg(at("2026-01-01T00:00:00"), 100);
        entry.origin.log = log.into();
        entry.origin.numbers = numbers.into();
        entry.origin.sequence = Some(sequence);
        entry
    }

    #[test]
    fn a_log_of_unknown_order_is_turned_round_where_its_times_fall() {
        let times = ["2026-01-03T00:00:00", "2026-01-02T00:00:00", "2026-01-01T00:00:00"];
        let mut falling = readout(times.map(|time| smbg(at(time), 100)));
        falling.orders.clear();
        assert_eq!(strands(&falling), [[2, 1, 0]]);

        falling.entries.reverse();
        assert_eq!(strands(&falling), [[0, 1, 2]]);
    }

    #[test]
    fn the_parts_of_a_record_keep_their_order_when_a_log_is_turned_round() {
        let mut entries: Vec<_> = (0..4).map(|_| smbg(at("2026-01-01T00:00:00"), 100)).collect();
        entries[1].origin.part = 1;
        entries[3].origin.part = 1;
        let mut newest_first = readout(entries);
        newest_first.orders = vec![("results".into(), Order::NewestFirst)];
        assert_eq!(strands(&newest_first), [[2, 3, 0, 1]]);
    }

    #[test]
    fn logs_that_share_a_numbering_are_one_strand() {
        let entries =
            [("history", 5), ("history", 3), ("scans", 4)].map(|(log, n)| numbered(log, "ids", n));
        assert_eq!(strands(&readout(entries)), [[1, 2, 0]]);
    }

    #[test]
    fn one_entry_without_a_number_splits_a_numbering_into_its_logs() {
        let mut entries =
            [("history", 5), ("history", 3), ("scans", 4)].map(|(log, n)| numbered(log, "ids", n));
        entries[2].origin.sequence = None;
        assert_eq!(strands(&readout(entries)), [vec![1, 0], vec![2]]);
    }

    #[test]
    fn merging_follows_time_and_never_turns_a_strand() {
        let keys = [Some(10), Some(5), None, Some(40), Some(7), Some(10)];
        let merged = merge(&[vec![0, 1, 2, 3], vec![4, 5]], |place| keys[place]);
        // 4 (7) before 0 (10); 1 is behind 0 although its clock says 5, and 2 keeps to 1.
        assert_eq!(merged, [4, 0, 1, 2, 5, 3]);
    }

    #[test]
    fn between_equal_times_the_log_that_was_emitted_first_comes_first() {
        assert_eq!(merge(&[vec![1], vec![0]], |_| Some(1)), [1, 0]);
    }
}
