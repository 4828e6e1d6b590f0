//! Changes of the clock.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use meterport_sdk::testing::Outcome;
use meterport_sdk::time::{checked, to_seconds};
use meterport_sdk::wit::{Entry, Payload, Validity};
use meterport_simulator::memory;
use omnipod_ibf::simulator::{Meter, Stored};
use proptest::collection::vec;
use proptest::prelude::*;
use support::*;

fn changes(outcome: &Outcome) -> Vec<&Entry> {
    let is_change = |entry: &&Entry| matches!(entry.payload, Payload::TimeChange(_));
    outcome.entries.iter().filter(is_change).collect()
}

#[test]
fn a_time_that_no_clock_shows_makes_a_change_of_unknown_size() {
    let entries = entries(&[(2, &[0, 0, 24]), (0x10, &[]), (0x20, &[31, 2, 0xEA, 7])]);
    for entry in [&entries[0], &entries[2]] {
        assert!(time_change(entry).after.is_none() && time_change(entry).before.is_some());
    }
}

#[test]
fn a_deleted_change_is_no_valid_one() {
    let mut meter = history(&[(2, &[0, 0, 9])]);
    meter.memory.stored_mut()[0].deleted = true;
    let entries = of_history(whole(&memory::share(meter)));
    assert_eq!(entries[0].validity, Validity::Superseded);
}

#[test]
fn a_reset_ends_what_can_be_converted_and_times_before_it_is_set_are_not_reliable() {
    for pdm in ["eros", "dash"] {
        let outcome = whole(&with(60, &[("pdm", pdm), ("clock-reset", "on")]));
        let found = changes(&outcome);
        assert_eq!(found.len(), 2, "{pdm}");
        // Set right again, from the date of the reset: two records, one change.
        let set = time_change(found[0]);
        assert!(set.cause == "reset" && set.after.unwrap().year == 2026);
        assert_eq!(found[0].validity, Validity::Valid);
        // The reset itself, from nobody knows when.
        assert!(
            time_change(found[1])
                == &meterport_sdk::wit::TimeChange {
                    before: None,
                    after: None,
                    cause: "reset".to_owned()
                }
        );
        assert_eq!(found[1].origin.part, 1);
        let unreliable = of_history(outcome).into_iter().filter(|entry| !entry.at.reliable);
        assert_eq!(unreliable.count(), 4, "{pdm}"); // hazard, reset, food, set right
    }
}

#[test]
fn a_change_is_numbered_in_the_history_and_has_the_old_time() {
    let outcome = whole(&with(60, &[("clock-set", "3")]));
    let found = changes(&outcome);
    assert_eq!(found.len(), 3);
    for entry in found {
        let change = time_change(entry);
        let size = to_seconds(&change.after.unwrap()) - to_seconds(&change.before.unwrap());
        assert_eq!((size, change.cause.as_str()), (3_600, "person"));
        assert_eq!(entry.at.local, change.before);
        assert!(entry.origin.sequence.is_some() && entry.origin.log == "history");
    }
}

#[test]
fn time_and_date_side_by_side_are_one_change_whichever_was_first_and_however_long_it_took() {
    let at = checked(2026, 3, 10, 23, 50, 0).unwrap();
    // Set to 00:20:00 on the day after; the second record shows what the first one set, or not yet.
    let date = |at, tick| Stored::history(at, tick, 0x20, vec![11, 3, 0xEA, 7]);
    let time = |at, tick| Stored::history(at, tick, 0x2, vec![0, 20, 0]);
    let day_later = checked(2026, 3, 11, 23, 50, 0).unwrap();
    let time_set = checked(2026, 3, 10, 0, 20, 0).unwrap();
    for records in [
        [time(at, 5_000), date(at, 5_001)],
        [time(at, 5_000), date(time_set, 5_001)],
        [date(at, 5_000), time(at, 5_001)],
        [date(at, 5_000), time(day_later, 5_001)],
    ] {
        let mut meter = Meter::new(now());
        records.into_iter().for_each(|record| meter.memory.add(record));
        let entries = of_history(whole(&memory::share(meter)));
        assert_eq!(sequences(&entries), [Some(1)]);
        let change = time_change(&entries[0]);
        assert_eq!(change.before, Some(at));
        assert_eq!(change.after, checked(2026, 3, 11, 0, 20, 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// As a host makes UTC of it: from the newest segment back over every change behind a record.
    #[test]
    fn however_the_clock_was_set_every_record_gives_its_moment(
        gaps in vec((60_i64..40_000, prop::option::of(-40_000_i64..40_000)), 1..60),
    ) {
        let mut meter = Meter::new(now());
        let (mut moment, mut offset) = (1_770_000_000_i64, 0_i64);
        let mut truth = Vec::new();
        for (gap, set) in gaps {
            moment += gap;
            let tick = u32::try_from(moment - 1_760_000_000).unwrap();
            let old = meterport_sdk::time::from_seconds(moment + offset).unwrap();
            match set {
                None => {
                    meter.memory.add(Stored::history(old, tick, 0x10, Vec::new()));
                    truth.push(moment);
                }
                Some(by) => {
                    offset += by;
                    let new = meterport_sdk::time::from_seconds(moment + offset).unwrap();
                    let time = vec![new.second, new.minute, new.hour];
                    meter.memory.add(Stored::history(old, tick, 0x2, time));
                    if new.day != old.day {
                        let [low, high] = new.year.to_le_bytes();
                        let date = vec![new.day, new.month, low, high];
                        meter.memory.add(Stored::history(old, tick, 0x20, date));
                    }
                }
            }
        }
        let outcome = whole(&memory::share(meter));
        let mut difference = offset;
        let mut found = Vec::new();
        for entry in of_history(outcome) {
            match &entry.payload {
                Payload::TimeChange(change) => {
                    difference -= to_seconds(&change.after.unwrap()) - to_seconds(&change.before.unwrap());
                }
                _ => found.push(to_seconds(&entry.at.local.unwrap()) - difference),
            }
        }
        found.reverse();
        prop_assert_eq!(found, truth);
    }
}
