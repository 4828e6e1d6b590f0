//! Ticks and changes of the clock: together they give every record its moment.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use dexcom_receiver::simulator::{Meter, Stored, What};
use meterport_sdk::testing::Outcome;
use meterport_sdk::time::to_seconds;
use meterport_sdk::wit::{DeviceTime, Payload};
use meterport_simulator::memory;
use proptest::collection::vec;
use proptest::prelude::*;
use support::*;

/// Every change of the clock: its tick, and by how much.
fn changes(outcome: &Outcome) -> Vec<(u64, i64)> {
    let change = |entry: &meterport_sdk::wit::Entry| {
        let Payload::TimeChange(change) = &entry.payload else { return None };
        let (before, after) = (change.before.unwrap(), change.after.unwrap());
        assert_eq!(entry.at.local, Some(after));
        Some((entry.at.tick.unwrap(), to_seconds(&after) - to_seconds(&before)))
    };
    outcome.entries.iter().filter_map(change).collect()
}

/// System seconds of an entry by its device time, as a host makes UTC of it: from the offset of
/// today back over every change behind it.
fn moment(outcome: &Outcome, local: DeviceTime, tick: u64) -> i64 {
    let clock = outcome.info.as_ref().unwrap().clock.unwrap();
    let shown = to_seconds(&clock.local.unwrap()) - 1_230_768_000;
    let today = shown - i64::try_from(clock.tick.unwrap()).unwrap();
    let later: i64 =
        changes(outcome).iter().filter(|(at, _)| *at > tick).map(|(_, size)| size).sum();
    to_seconds(&local) - 1_230_768_000 - (today - later)
}

#[test]
fn a_change_that_no_setting_shows_takes_the_ticks_of_what_lies_behind_it() {
    let meter = filled(300);
    knob(&meter, "unseen-change", "on");
    let outcome = read(&meter);
    assert!(outcome.is_complete() && changes(&outcome).is_empty());
    // The settings do not lead to the offset of today, so nothing can be told from them.
    assert!(outcome.entries.iter().all(|entry| entry.at.tick.is_none()));
    assert!(outcome.info.unwrap().clock.unwrap().tick.is_none());
    assert!(outcome.entries.iter().all(|entry| entry.at.local.is_some()));
}

#[test]
fn a_change_before_the_oldest_setting_takes_the_ticks_of_what_is_older() {
    let meter = filled(300);
    knob(&meter, "empty", "12");
    let system = meter.borrow().inner().system;
    // Put back an hour, which nobody noted; then something else was set.
    let mut receiver = Meter::new(now());
    for place in 0..20 {
        let at = system - 6_000 + place * 300;
        let what = What::Glucose { stored: 100, trend: 0x14, measured: at };
        receiver.memory.add(Stored { system: at, what });
    }
    receiver.memory.set_clock_unseen(system - 3_000, -14_400);
    receiver.memory.set_clock_unseen(system - 2_000, -18_000);
    let what = What::Setting { flags: 0, high: 200, low: 70 };
    receiver.memory.add(Stored { system: system - 1_000, what });
    let outcome = read(&memory::share(receiver));
    assert!(outcome.is_complete() && changes(&outcome).is_empty());
    let without = outcome.entries.iter().filter(|entry| entry.at.tick.is_none()).count();
    // Those between the two changes: their offset is none that the settings know.
    assert_eq!(without, 4);
}

#[test]
fn without_any_setting_every_record_keeps_its_tick() {
    let meter = filled(100);
    knob(&meter, "empty", "12");
    let outcome = read(&meter);
    assert!(outcome.entries.iter().all(|entry| entry.at.tick.is_some()));
    assert!(changes(&outcome).is_empty());
}

#[test]
fn a_change_of_the_clock_says_from_when_to_when() {
    let meter = filled(300);
    knob(&meter, "offset-history", "2");
    let outcome = read(&meter);
    let changes: Vec<_> = changes(&outcome).into_iter().map(|(_, size)| size).collect();
    assert_eq!(changes, [3_600, 3_600]);
    // Each is numbered like the setting record that shows it, in a log of its own.
    let of = |log: &str| -> Vec<_> {
        let in_log = outcome.entries.iter().filter(|entry| entry.origin.log == log);
        in_log.map(|entry| (entry.origin.sequence, entry.at.tick)).collect()
    };
    assert_eq!(of("time-changes"), of("settings")[..2]);
}

#[test]
fn a_gap_filled_in_across_a_change_keeps_the_moments_of_its_values() {
    for revision in ["4", "5"] {
        let meter = filled(100);
        knob(&meter, "revision", revision);
        let truth: Vec<i64> =
            meter.borrow().inner().memory.stored(4).iter().map(measured).collect();
        let system = meter.borrow().inner().system;
        let mut receiver = Meter::new(now());
        receiver.revision = meter.borrow().inner().revision;
        receiver.memory = meter.borrow().inner().memory.clone();
        receiver.memory.set_clock(system - 1_500, -14_400);
        let meter = memory::share(receiver);
        knob(&meter, "backfill", "12");
        let outcome = read(&meter);
        let found = outcome.entries.iter().filter(|entry| {
            is_cgm(entry) && cgm(entry).source == meterport_sdk::wit::CgmSource::Backfilled
        });
        let moments: Vec<_> = found
            .map(|entry| moment(&outcome, entry.at.local.unwrap(), entry.at.tick.unwrap()))
            .collect();
        assert_eq!(moments.len(), 12);
        assert!(moments.iter().all(|moment| truth.contains(moment)));
    }
}

fn measured(stored: &Stored) -> i64 {
    let What::Glucose { measured, .. } = stored.what else { panic!("not a value of the sensor") };
    i64::from(measured)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn however_the_clock_was_set_every_record_gives_its_system_second(
        sets in vec((1_u32..90_000, -14_i32..14), 0..12),
        gaps in vec(1_u32..900, 1..150),
    ) {
        let mut receiver = Meter::new(now());
        let begin = receiver.system - 140_000;
        let what = What::Setting { flags: 0, high: 200, low: 70 };
        receiver.memory.add(Stored { system: begin, what });
        let mut sets = sets;
        sets.sort();
        for (after, hours) in sets {
            receiver.memory.set_clock(begin + after, hours * 3_600);
        }
        let mut system = begin;
        for gap in gaps {
            system += gap;
            let what = What::Glucose { stored: 100, trend: 0x14, measured: system - 2 };
            receiver.memory.add(Stored { system, what });
        }
        let outcome = read(&memory::share(receiver));
        prop_assert!(outcome.is_complete());
        for entry in &outcome.entries {
            let tick = entry.at.tick.unwrap();
            let moment = moment(&outcome, entry.at.local.unwrap(), tick);
            prop_assert_eq!(moment, i64::try_from(tick).unwrap());
        }
        // A host compares ticks over all logs: none may step back, nor lie behind the clock's.
        for log in ["sensor", "settings", "time-changes"] {
            let mut ticks: Vec<_> = outcome
                .entries
                .iter()
                .filter(|entry| entry.origin.log == log)
                .map(|entry| entry.at.tick)
                .collect();
            ticks.insert(0, outcome.info.as_ref().unwrap().clock.unwrap().tick);
            ticks.reverse();
            prop_assert!(ticks.is_sorted());
        }
    }
}
