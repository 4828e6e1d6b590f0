//! What the driver makes of simulated meters that are whole, if not always plain.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use freestyle_hid::simulator::{Kind, Meter, Place};
use meterport_sdk::Device;
use meterport_sdk::testing::{VirtualTime, run};
use meterport_sdk::time::{checked, to_seconds};
use meterport_sdk::wit::{CgmSource, ConcentrationUnit, Order, Payload};
use meterport_simulator::memory;
use support::fake::report;
use support::{OnRule, filled, knob, now, read, words};

const NEO: Kind = Kind::PrecisionNeo;
const ALL: [Kind; 3] = [Kind::PrecisionNeo, Kind::Libre, Kind::InsuLinx];

#[test]
fn a_date_that_turns_over_while_it_is_read_is_read_again() {
    let meter = filled(NEO, 1);
    knob(&meter, "midnight", "1");
    let clock = read(&meter).info.unwrap().clock.unwrap();
    assert!(clock.local == Some(now()));
    let meter = filled(NEO, 1);
    knob(&meter, "midnight", "2");
    let clock = read(&meter).info.unwrap().clock.unwrap();
    assert_eq!(clock.local.map(|at| at.day), Some(9));
}

#[test]
fn a_lost_clock_is_no_time_and_leaves_the_results() {
    let meter = filled(NEO, 5);
    knob(&meter, "lost-clock", "on");
    let outcome = read(&meter);
    assert!(outcome.is_complete() && outcome.entries.len() == 5);
    assert!(outcome.info.unwrap().clock.unwrap().local.is_none());
}

#[test]
fn what_an_interrupted_session_left_behind_is_thrown_away() {
    let good = read(&filled(NEO, 30));
    let (meter, time) = (filled(NEO, 30), VirtualTime::default());
    let Device::Hid(mut link) = memory::hid(&meter, &time) else { panic!("not HID") };
    link.write(&report(0x60, b"$result?")).unwrap();
    link.read(0).unwrap();
    let outcome = run(&OnRule(0), Device::Hid(link), &time);
    assert!(outcome.is_complete() && outcome.entries == good.entries);
}

#[test]
fn keep_alives_stale_padding_and_a_slow_meter_change_nothing() {
    for kind in ALL {
        let good = read(&filled(kind, 40));
        for knobs in [
            &[("keep-alive", "on")][..],
            &[("stale-padding", "on")],
            &[("keep-alive", "on"), ("stale-padding", "on"), ("slow", "90")],
            &[("slow", "4900")],
        ] {
            let meter = filled(kind, 40);
            knobs.iter().for_each(|(name, value)| knob(&meter, name, value));
            let outcome = read(&meter);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{knobs:?}");
        }
    }
}

#[test]
fn a_reply_may_end_anywhere_in_a_report_and_exactly_at_its_end() {
    for length in 1..130 {
        let line = format!("11,7,{}", "1".repeat(length));
        let meter = Meter::new(now()).with(Place::Results, line.clone());
        let outcome = read(&memory::share(meter));
        assert!(outcome.is_complete(), "{length}: {outcome:?}");
        assert_eq!(outcome.entries[0].raw, line.as_bytes());
    }
}

#[test]
fn records_are_reported_by_id_wherever_the_meter_begins() {
    let line = |id: u32| format!("7,{id},3,10,26,7,15,1,{id},0,1,0,0,0,0,0,0,0,0");
    let meter = [23, 24, 21, 22]
        .into_iter()
        .fold(Meter::new(now()), |meter, id| meter.with(Place::Results, line(id)));
    let outcome = read(&memory::share(meter));
    let ids: Vec<Option<u64>> = outcome.entries.iter().map(|it| it.origin.sequence).collect();
    assert_eq!(ids, [Some(21), Some(22), Some(23), Some(24)]);
    let orders = outcome.result.unwrap().orders;
    assert_eq!(orders, [("results".to_owned(), Order::OldestFirst)]);
}

#[test]
fn the_times_of_an_insulinx_tell_its_order() {
    let line = |day: u32| format!("0,{day},3,{day},26,7,15,0,0,0,0,0,0,104,0,0");
    for (days, order) in [([1, 2, 3], Order::OldestFirst), ([3, 2, 1], Order::NewestFirst)] {
        let meter = days.into_iter().fold(Meter::of_kind(Kind::InsuLinx, now()), |meter, day| {
            meter.with(Place::Results, line(day))
        });
        let orders = read(&memory::share(meter)).result.unwrap().orders;
        assert_eq!(orders, [("results".to_owned(), order)]);
    }
}

#[test]
fn an_empty_memory_is_a_readout_without_results() {
    for kind in ALL {
        let outcome = read(&filled(kind, 0));
        assert!(outcome.is_complete() && outcome.entries.is_empty() && outcome.info.is_some());
    }
}

#[test]
fn a_thousand_results_are_read_whole() {
    for kind in [Kind::PrecisionNeo, Kind::InsuLinx] {
        let outcome = read(&filled(kind, 1_000));
        assert!(outcome.is_complete());
        assert_eq!(outcome.entries.len(), 1_000);
        assert_eq!(outcome.elapsed_ms, 100, "it waits for nothing but the first silence");
    }
}

#[test]
fn ninety_days_of_sensor_values_are_read_whole() {
    // A value every quarter of an hour, and a scan instead of every sixteenth.
    let outcome = read(&filled(Kind::Libre, 90 * 96 * 16 / 15));
    assert!(outcome.is_complete());
    let of = |source: CgmSource| {
        let is = |payload: &Payload| matches!(payload, Payload::Cgm(cgm) if cgm.source == source);
        outcome.entries.iter().filter(|entry| is(&entry.payload)).count()
    };
    assert_eq!((of(CgmSource::Automatic), of(CgmSource::Scan)), (90 * 96, 576));
    let orders = &outcome.result.as_ref().unwrap().orders;
    let names: Vec<&str> = orders.iter().map(|(log, _)| log.as_str()).collect();
    assert_eq!(names, ["history", "results"]);
    let first = outcome.entries.first().and_then(|entry| entry.at.local).unwrap();
    assert!(to_seconds(&now()) - to_seconds(&first) >= 90 * 86_400);
}

#[test]
fn a_scan_of_29_fields_and_one_of_44_are_the_same_reading() {
    let long = read(&filled(Kind::Libre, 40));
    for fields in ["29", "35", "43"] {
        let meter = filled(Kind::Libre, 40);
        knob(&meter, "scan-fields", fields);
        let short = read(&meter);
        assert!(short.is_complete());
        assert!(short.entries.iter().map(words).eq(long.entries.iter().map(words)), "{fields}");
    }
}

#[test]
fn hi_lo_control_tests_and_errors_are_no_numbers_of_a_person() {
    let meter = filled(NEO, 3);
    knob(&meter, "hi", "0");
    knob(&meter, "lo", "1");
    let all: Vec<String> = read(&meter).entries.iter().map(words).collect();
    assert_eq!(all[1..], ["smbg LO", "smbg HI"]);
    let meter = filled(Kind::Libre, 4);
    knob(&meter, "hi", "0");
    knob(&meter, "lo", "1");
    knob(&meter, "error", "2");
    let all: Vec<String> = read(&meter).entries.iter().map(words).collect();
    assert_eq!(all[1..], ["cgm sensor-error", "cgm LO", "cgm HI"]);
}

#[test]
fn the_displayed_unit_is_said_where_it_is_known_and_kept_where_it_is_not() {
    let unit = |kind: Kind, text: &str| {
        let meter = filled(kind, 1);
        knob(&meter, "unit", text);
        let info = read(&meter).info.unwrap();
        (info.display_unit, info.extra)
    };
    assert_eq!(unit(Kind::Libre, "0"), (Some(ConcentrationUnit::MmolPerL), Vec::new()));
    assert_eq!(unit(NEO, "1"), (Some(ConcentrationUnit::MgPerDl), Vec::new()));
    let kept = vec![("vendor-marker".to_owned(), "display-unit 0".to_owned())];
    assert_eq!(unit(NEO, "0"), (None, kept));
}

#[test]
fn what_a_meter_need_not_have_may_be_refused() {
    let good = read(&filled(NEO, 5));
    for (knob_name, command) in [("refuse", "$swver?"), ("unknown-request", "$gunits?")] {
        let meter = filled(NEO, 5);
        knob(&meter, knob_name, command);
        let outcome = read(&meter);
        assert!(outcome.is_complete() && outcome.entries == good.entries);
    }
}

#[test]
fn each_model_says_who_it_is() {
    let info = |kind: Kind| read(&filled(kind, 1)).info.unwrap();
    let neo = info(NEO);
    assert_eq!(neo.serial_number.as_deref(), Some("LAGV123-K4567"));
    assert_eq!((neo.firmware.as_deref(), neo.time_resolution_seconds), (Some("2.1.2"), 60));
    let libre = info(Kind::Libre);
    assert_eq!(libre.serial_number.as_deref(), Some("JCMV234-T5678"));
    assert_eq!((libre.model.as_str(), libre.time_resolution_seconds), ("FreeStyle Libre", 1));
    let clock = libre.clock.unwrap();
    assert!(clock.local == checked(2026, 3, 10, 7, 16, 0) && clock.read_at_ms == Some(100));
}
