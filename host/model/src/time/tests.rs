//! The table of the module, row by row.

use super::*;
use crate::entry::Order;
use crate::order;
use crate::testing::{at, readout, smbg};

const HOST: &str = "2026-11-20T08:22:31Z";

pub(super) fn clock(local: &str) -> Option<ClockObservation> {
    Some(ClockObservation {
        local: Some(at(local)),
        tick: None,
        host_at: Some(HOST.parse().unwrap()),
    })
}

/// Times and rules in emitted order, and the codes of the warnings.
pub(super) fn resolved(readout: &Readout) -> (Vec<(String, TimeRule)>, Vec<Code>) {
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let now = Some(HOST.parse().unwrap());
    outcome(resolve(readout, &order::strands(readout), Some(&berlin), now))
}

fn outcome(times: Times) -> (Vec<(String, TimeRule)>, Vec<Code>) {
    let moments = times.moments.iter().map(|moment| {
        (moment.time.map(|time| time.text()).unwrap_or_else(|| "null".to_owned()), moment.rule)
    });
    (moments.collect(), times.warnings.iter().map(|warning| warning.code).collect())
}

pub(super) fn of(times: &[(&str, TimeRule)]) -> Vec<(String, TimeRule)> {
    times.iter().map(|(time, rule)| ((*time).to_owned(), *rule)).collect()
}

fn one(local: &str, clock: Option<ClockObservation>) -> Readout {
    Readout { clock, ..readout([smbg(at(local), 100)]) }
}

#[test]
fn a_clock_more_than_26_hours_off_gives_no_time() {
    for local in ["2026-11-21T11:22:32", "2026-11-19T07:22:30", "2000-01-01T00:00:00"] {
        let (times, codes) = resolved(&one("2026-11-01T08:00:00", clock(local)));
        assert_eq!(times, of(&[("null", TimeRule::Unknown)]), "{local}");
        assert_eq!(codes, [Code::ClockWrong]);
    }
}

#[test]
fn a_lost_clock_gives_no_time() {
    let lost = ClockObservation { local: None, tick: None, host_at: Some(HOST.parse().unwrap()) };
    let (times, codes) = resolved(&one("2026-11-01T08:00:00", Some(lost)));
    assert_eq!((times, codes), (of(&[("null", TimeRule::Unknown)]), vec![Code::ClockLost]));
}

#[test]
fn a_time_that_the_meter_marks_as_lost_is_null_and_the_others_stay() {
    let mut readout = readout([
        smbg(at("2026-11-01T08:00:00"), 100),
        smbg(at("2026-11-01T09:00:00"), 100),
        smbg(at("2026-11-01T10:00:00"), 100),
    ]);
    readout.clock = clock("2026-11-20T09:22:31");
    readout.entries[1].at.reliable = false;
    readout.entries[2].at.local = None;
    let (times, codes) = resolved(&readout);
    assert_eq!(
        times,
        of(&[
            ("2026-11-01T07:00:00Z", TimeRule::Zone),
            ("null", TimeRule::Unknown),
            ("null", TimeRule::Unknown),
        ])
    );
    assert_eq!(codes, [Code::ClockLost]);
}

#[test]
fn without_the_hosts_time_or_a_zone_every_time_is_null() {
    let mut readout = one("2026-11-01T08:00:00", clock("2026-11-20T09:22:31"));
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let strands = order::strands(&readout);
    let without_zone = resolve(&readout, &strands, None, None);
    assert!(without_zone.clock.host.is_some() && without_zone.clock.zone.is_none());
    assert!(without_zone.clock.offset_seconds.is_none());

    readout.clock.as_mut().unwrap().host_at = None;
    let without_host = resolve(&readout, &strands, Some(&berlin), None);
    assert!(without_host.clock.host.is_none());
    for times in [without_zone, without_host] {
        assert!(times.clock.device.is_some());
        let expected = (of(&[("null", TimeRule::Unknown)]), vec![Code::ClockUnchecked]);
        assert_eq!(outcome(times), expected);
    }
}

#[test]
fn a_clock_15_minutes_to_26_hours_off_is_reported_and_the_offset_is_not_added() {
    for (local, offset) in [
        ("2026-11-20T09:37:32", 901),
        ("2026-11-20T09:07:30", -901),
        ("2026-11-21T11:22:31", 93_600),
        ("2026-11-19T07:22:31", -93_600),
    ] {
        let readout = one("2026-11-01T08:00:00", clock(local));
        let (times, codes) = resolved(&readout);
        assert_eq!(times, of(&[("2026-11-01T07:00:00Z", TimeRule::ZoneClockOff)]), "{local}");
        assert_eq!(codes, [Code::ClockOffset]);
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let times = resolve(&readout, &order::strands(&readout), Some(&berlin), None);
        assert_eq!(times.clock.offset_seconds, Some(offset));
    }
}

#[test]
fn a_clock_within_15_minutes_is_right() {
    for local in ["2026-11-20T09:37:31", "2026-11-20T09:07:31"] {
        let (times, codes) = resolved(&one("2026-11-01T08:00:00", clock(local)));
        assert_eq!(times, of(&[("2026-11-01T07:00:00Z", TimeRule::Zone)]), "{local}");
        assert!(codes.is_empty());
    }
}

#[test]
fn without_a_clock_or_with_a_stored_one_times_are_unchecked() {
    let stored = ClockObservation { host_at: None, ..clock("2020-01-01T00:00:00").unwrap() };
    for clock in [None, Some(stored)] {
        let (times, codes) = resolved(&one("2026-11-01T08:00:00", clock));
        assert_eq!(times, of(&[("2026-11-01T07:00:00Z", TimeRule::Zone)]));
        assert_eq!(codes, [Code::ClockUnchecked]);
    }
}

#[test]
fn in_the_hour_that_occurs_twice_device_order_decides_else_the_earlier() {
    // On 2026-10-25 Berlin goes from 03:00 +02 back to 02:00 +01.
    let mut readout = readout(
        ["02:10:00", "02:50:00", "02:20:00", "02:20:00", "03:10:00"]
            .map(|time| smbg(at(&format!("2026-10-25T{time}")), 100)),
    );
    readout.clock = clock("2026-11-20T09:22:31");
    let expected = [
        ("2026-10-25T00:10:00Z", TimeRule::ZoneFold),
        ("2026-10-25T00:50:00Z", TimeRule::ZoneFold),
        ("2026-10-25T01:20:00Z", TimeRule::ZoneFold), // steps back on the clock: the second time
        ("2026-10-25T01:20:00Z", TimeRule::ZoneFold),
        ("2026-10-25T02:10:00Z", TimeRule::Zone),
    ];
    assert_eq!(resolved(&readout).0, of(&expected));

    // The same memory, emitted the other way round.
    readout.entries.reverse();
    readout.orders = vec![("results".into(), Order::NewestFirst)];
    let mut reversed = expected;
    reversed.reverse();
    assert_eq!(resolved(&readout).0, of(&reversed));
}

#[test]
fn where_no_choice_keeps_the_order_the_earlier_is_taken() {
    let mut readout = readout([
        smbg(at("2026-12-24T08:00:00"), 100), // the clock was wrong then
        smbg(at("2026-10-25T02:30:00"), 100),
    ]);
    readout.clock = clock("2026-11-20T09:22:31");
    assert_eq!(resolved(&readout).0[1], of(&[("2026-10-25T00:30:00Z", TimeRule::ZoneFold)])[0]);
}

#[test]
fn an_hour_that_does_not_exist_is_moved_forward_by_the_gap() {
    let readout = one("2026-03-29T02:30:00", clock("2026-11-20T09:22:31"));
    assert_eq!(resolved(&readout).0, of(&[("2026-03-29T01:30:00Z", TimeRule::ZoneGap)]));
}

#[test]
fn an_unknown_zone_name_is_refused_with_a_hint() {
    let error = Zone::named("Mars/Olympus").unwrap_err();
    assert_eq!(error.to_string(), "`Mars/Olympus` is not the name of a time zone");
    assert!(error.hint().contains("Europe/Berlin"));
    assert_eq!(Zone::named("europe/berlin").unwrap().name(), "Europe/Berlin");
}
