//! Devices that list their clock changes: what a person does to a clock in a year, and what follows.

use super::tests::{clock, of, resolved};
use super::*;
use crate::diary::TimeChange;
use crate::entry::{Entry, Order, Payload, Validity};
use crate::testing::{at, entry, readout, smbg};

fn change(before: &str, after: &str, cause: &str) -> Entry {
    let change =
        TimeChange { before: Some(at(before)), after: Some(at(after)), cause: cause.into() };
    entry(at(after), Payload::TimeChange(change))
}

/// Winter time set one day late.
fn late_winter_time() -> Entry {
    change("2026-10-26T09:00:00", "2026-10-26T08:00:00", "person")
}

#[test]
fn a_clock_that_is_wrong_now_gives_no_time_whatever_its_list_says() {
    let mut readout = readout([smbg(at("2026-07-01T09:00:00"), 100), late_winter_time()]);
    readout.clock = clock("2026-11-24T09:22:31");
    let (times, codes) = resolved(&readout);
    assert!(times.iter().all(|(time, rule)| time == "null" && *rule == TimeRule::Unknown));
    assert_eq!(codes, [Code::ClockWrong]);
}

#[test]
fn before_a_reset_times_are_unchecked_and_read_in_the_zone() {
    let mut unknown = late_winter_time();
    if let Payload::TimeChange(change) = &mut unknown.payload {
        change.before = None;
    }
    for change in [unknown, change("2026-10-26T09:00:00", "2026-10-26T08:00:00", "reset")] {
        let mut readout = readout([
            smbg(at("2026-10-26T08:30:00"), 100),
            change,
            smbg(at("2026-10-26T08:15:00"), 100),
        ]);
        readout.clock = clock("2026-11-20T09:22:31");
        let (times, codes) = resolved(&readout);
        assert_eq!(
            times,
            of(&[
                ("2026-10-26T07:30:00Z", TimeRule::Zone),
                ("2026-10-26T07:00:00Z", TimeRule::Segment),
                ("2026-10-26T07:15:00Z", TimeRule::Segment),
            ])
        );
        assert_eq!(codes, [Code::ClockUnchecked]);
    }
}

#[test]
fn an_invalid_change_does_not_count() {
    let mut invalid = late_winter_time();
    invalid.validity = Validity::Superseded;
    let mut readout = readout([smbg(at("2026-10-26T08:30:00"), 100), invalid]);
    readout.clock = clock("2026-11-20T09:22:31");
    assert_eq!(resolved(&readout).0[0], of(&[("2026-10-26T07:30:00Z", TimeRule::Zone)])[0]);
}

#[test]
fn between_changes_the_clock_runs_evenly() {
    let mut readout = readout([
        smbg(at("2026-07-01T09:00:00"), 100),
        smbg(at("2026-10-26T08:30:00"), 100), // still summer time on the meter
        late_winter_time(),
        smbg(at("2026-10-26T08:15:00"), 100), // earlier on the clock, later in truth
        smbg(at("2026-11-01T09:00:00"), 100),
    ]);
    readout.clock = clock("2026-11-20T09:22:31");
    let (times, codes) = resolved(&readout);
    assert_eq!(
        times,
        of(&[
            ("2026-07-01T07:00:00Z", TimeRule::Segment),
            ("2026-10-26T06:30:00Z", TimeRule::Segment),
            ("2026-10-26T07:00:00Z", TimeRule::Segment),
            ("2026-10-26T07:15:00Z", TimeRule::Segment),
            ("2026-11-01T08:00:00Z", TimeRule::Segment),
        ])
    );
    assert!(codes.is_empty());
}

#[test]
fn a_change_that_carries_the_time_before_it_belongs_to_the_segment_before_it() {
    let mut change = late_winter_time();
    change.at.local = Some(at("2026-10-26T09:00:00"));
    let mut readout = readout([change]);
    readout.clock = clock("2026-11-20T09:22:31");
    assert_eq!(resolved(&readout).0, of(&[("2026-10-26T07:00:00Z", TimeRule::Segment)]));
}

#[test]
fn a_clock_set_right_from_the_year_2000_gives_its_old_records_their_true_time() {
    let mut readout = readout([
        smbg(at("2000-01-01T00:05:00"), 100),
        change("2000-01-01T00:10:00", "2026-11-01T09:00:00", "person"),
    ]);
    readout.clock = clock("2026-11-20T09:22:31");
    assert_eq!(resolved(&readout).0[0], of(&[("2026-11-01T07:55:00Z", TimeRule::Segment)])[0]);
}

#[test]
fn a_clock_that_is_off_now_was_right_when_it_was_last_set() {
    // Set to summer time in March and never to winter time: one hour ahead in November.
    let mut readout = readout([
        change("2026-03-29T09:00:00", "2026-03-29T10:00:00", "person"),
        smbg(at("2026-07-01T09:00:00"), 100),
        smbg(at("2026-11-10T09:00:00"), 100),
    ]);
    readout.clock = clock("2026-11-20T10:22:31");
    let (times, codes) = resolved(&readout);
    assert_eq!(
        times,
        of(&[
            ("2026-03-29T08:00:00Z", TimeRule::Segment),
            ("2026-07-01T07:00:00Z", TimeRule::Segment),
            ("2026-11-10T07:00:00Z", TimeRule::Segment),
        ])
    );
    assert_eq!(codes, [Code::ClockOffset]);
}

#[test]
fn a_clock_turned_back_into_the_hour_that_occurs_twice_shows_its_second_half() {
    let mut readout = readout([change("2026-10-25T03:00:00", "2026-10-25T02:00:00", "person")]);
    readout.clock = None; // not compared, so the change itself is the anchor
    let (times, codes) = resolved(&readout);
    assert_eq!(times, of(&[("2026-10-25T01:00:00Z", TimeRule::Segment)]));
    assert_eq!(codes, [Code::ClockUnchecked]);
}

/// The change in the log `settings`, a result in the log `results`, each with a tick.
fn two_logs(change_tick: u64, result_tick: Option<u64>) -> Readout {
    let mut change = late_winter_time();
    change.origin.log = "settings".into();
    change.origin.numbers = "settings".into();
    change.at.tick = Some(change_tick);
    let mut result = smbg(at("2026-10-26T08:30:00"), 100);
    result.at.tick = result_tick;
    let mut readout = readout([change, result]);
    readout.orders.push(("settings".into(), Order::OldestFirst));
    readout.clock =
        Some(ClockObservation { tick: Some(9_000), ..clock("2026-11-20T09:22:31").unwrap() });
    readout
}

#[test]
fn a_result_of_another_log_without_a_tick_is_read_in_the_zone() {
    let (times, _) = resolved(&two_logs(1_000, None));
    assert_eq!(times[1], of(&[("2026-10-26T07:30:00Z", TimeRule::Zone)])[0]);
}

#[test]
fn ticks_that_step_back_place_nothing_in_another_log() {
    let mut readout = two_logs(1_000, Some(999));
    readout.clock.as_mut().unwrap().tick = Some(10); // the counter started again
    assert_eq!(resolved(&readout).0[1], of(&[("2026-10-26T07:30:00Z", TimeRule::Zone)])[0]);
}

#[test]
fn a_tick_places_a_result_of_another_log() {
    let (before, _) = resolved(&two_logs(1_000, Some(999)));
    assert_eq!(before[1], of(&[("2026-10-26T06:30:00Z", TimeRule::Segment)])[0]);
    let (after, _) = resolved(&two_logs(1_000, Some(1_000)));
    assert_eq!(after[1], of(&[("2026-10-26T07:30:00Z", TimeRule::Segment)])[0]);
}

#[test]
fn changes_in_two_logs_are_put_in_order_by_tick_or_not_used() {
    let mut readout = two_logs(1_000, Some(500));
    let mut second = change("2026-11-02T09:00:00", "2026-11-02T09:30:00", "person");
    second.at.tick = Some(2_000);
    readout.entries.push(second);
    // 30 minutes and one hour back from the zone's offset at the reading.
    assert_eq!(resolved(&readout).0[1], of(&[("2026-10-26T07:00:00Z", TimeRule::Segment)])[0]);

    readout.entries[2].at.tick = None;
    assert_eq!(resolved(&readout).0[1], of(&[("2026-10-26T07:30:00Z", TimeRule::Zone)])[0]);
}

#[test]
fn summer_time_set_on_the_day_and_winter_time_set_late_are_both_undone() {
    let mut readout = readout([
        smbg(at("2026-03-28T12:00:00"), 100), // winter time
        change("2026-03-29T08:00:00", "2026-03-29T09:00:00", "person"),
        smbg(at("2026-03-29T12:00:00"), 100),
        smbg(at("2026-10-25T12:00:00"), 100), // an hour ahead for a day
        late_winter_time(),
        smbg(at("2026-10-26T12:00:00"), 100),
    ]);
    readout.clock = clock("2026-11-20T09:22:31");
    let (times, codes) = resolved(&readout);
    let segment = |time| (time, TimeRule::Segment);
    assert_eq!(
        times,
        of(&[
            segment("2026-03-28T11:00:00Z"),
            segment("2026-03-29T07:00:00Z"),
            segment("2026-03-29T10:00:00Z"),
            segment("2026-10-25T10:00:00Z"),
            segment("2026-10-26T07:00:00Z"),
            segment("2026-10-26T11:00:00Z"),
        ])
    );
    assert!(codes.is_empty());
}

#[test]
fn a_journey_across_the_date_line_and_back_leaves_no_day_twice_and_none_out() {
    // Berlin, then Auckland (11 hours ahead in July), then Honolulu (12 behind), then home.
    let mut readout = readout([
        smbg(at("2026-07-01T08:00:00"), 100),
        change("2026-07-02T08:00:00", "2026-07-02T18:00:00", "person"),
        smbg(at("2026-07-03T00:30:00"), 100),
        change("2026-07-05T10:00:00", "2026-07-04T12:00:00", "person"),
        smbg(at("2026-07-04T12:30:00"), 100),
        change("2026-07-06T20:00:00", "2026-07-07T08:00:00", "person"),
        smbg(at("2026-07-07T09:00:00"), 100),
        late_winter_time(),
    ]);
    readout.clock = clock("2026-11-20T09:22:31");
    let (times, _) = resolved(&readout);
    let only: Vec<_> = times.iter().map(|(time, _)| time.as_str()).collect();
    assert_eq!(
        only,
        [
            "2026-07-01T06:00:00Z",
            "2026-07-02T06:00:00Z",
            "2026-07-02T12:30:00Z",
            "2026-07-04T22:00:00Z",
            "2026-07-04T22:30:00Z",
            "2026-07-07T06:00:00Z",
            "2026-07-07T07:00:00Z",
            "2026-10-26T07:00:00Z",
        ]
    );
    assert!(only.is_sorted());
}

#[test]
fn a_drift_set_right_twice_is_as_large_as_it_was_and_no_larger() {
    // Four minutes slow, then three more. A segment counts as even: what was found at its end holds
    // for all of it.
    let mut readout = readout([
        smbg(at("2026-11-01T08:00:00"), 100),
        change("2026-11-05T07:56:00", "2026-11-05T08:00:00", "person"),
        smbg(at("2026-11-06T08:00:00"), 100),
        change("2026-11-10T07:57:00", "2026-11-10T08:00:00", "person"),
        smbg(at("2026-11-11T08:00:00"), 100),
    ]);
    readout.clock = clock("2026-11-20T09:22:31");
    let (times, _) = resolved(&readout);
    let only: Vec<_> = times.iter().map(|(time, _)| time.as_str()).collect();
    assert_eq!(
        only,
        [
            "2026-11-01T07:07:00Z",
            "2026-11-05T07:03:00Z",
            "2026-11-06T07:03:00Z",
            "2026-11-10T07:00:00Z",
            "2026-11-11T07:00:00Z",
        ]
    );
}

#[test]
fn a_month_or_a_year_set_wrong_and_set_right_later_is_undone() {
    for (wrong, result) in [
        ("2026-10-05T08:00:00", "2026-10-06T08:00:00"),
        ("2025-11-05T08:00:00", "2025-11-06T08:00:00"),
    ] {
        let back = result.replace("06T08", "07T08");
        let mut readout = readout([
            change("2026-11-05T08:00:00", wrong, "person"),
            smbg(at(result), 100),
            change(&back, "2026-11-07T08:00:00", "person"),
        ]);
        readout.clock = clock("2026-11-20T09:22:31");
        let (times, _) = resolved(&readout);
        let right = of(&[("2026-11-06T07:00:00Z", TimeRule::Segment)]);
        assert_eq!(times.get(1), right.first(), "{wrong}");
    }
}

#[test]
fn logs_that_share_one_numbering_are_placed_by_it_without_a_tick() {
    let numbered = |mut entry: Entry, log: &str, sequence: u64| {
        entry.origin.log = log.into();
        entry.origin.numbers = "records".into();
        entry.origin.sequence = Some(sequence);
        entry
    };
    let mut readout = readout([
        numbered(smbg(at("2026-10-26T08:30:00"), 100), "results", 11),
        numbered(smbg(at("2026-10-26T08:30:00"), 100), "results", 13),
        numbered(late_winter_time(), "history", 12),
    ]);
    readout.orders =
        vec![("results".into(), Order::OldestFirst), ("history".into(), Order::OldestFirst)];
    readout.clock = clock("2026-11-20T09:22:31");
    let (times, _) = resolved(&readout);
    assert_eq!(
        times,
        of(&[
            ("2026-10-26T06:30:00Z", TimeRule::Segment),
            ("2026-10-26T07:30:00Z", TimeRule::Segment),
            ("2026-10-26T07:00:00Z", TimeRule::Segment),
        ])
    );
}
