//! The driver on simulated meters, and on things that are none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use freestyle_hid::simulator::{Kind, Meter, Place};
use meterport_sdk::testing::{Outcome, VirtualTime, run, run_until_cancelled};
use meterport_sdk::time::{checked, from_seconds, to_seconds};
use meterport_sdk::wit::{CgmSource, ConcentrationUnit, Order, Payload};
use meterport_sdk::{Device, DriverError, IoError};
use meterport_simulator::{Knob, KnobError, Reply, Simulator, memory};
use support::{OnRule, code, error, filled, knob, now, read, words};

const NEO: Kind = Kind::PrecisionNeo;
const ALL: [Kind; 3] = [Kind::PrecisionNeo, Kind::Libre, Kind::InsuLinx];

#[test]
fn a_reader_that_encrypts_and_a_binary_one_are_not_supported_and_nothing_is_sent_to_them() {
    for (kind, word) in [(Kind::Libre2, "encrypts"), (Kind::LibrePro, "binary database")] {
        let meter = filled(kind, 5);
        let outcome = read(&meter);
        let DriverError::UnsupportedDevice(text) = error(&outcome) else {
            panic!("{kind:?}: {outcome:?}")
        };
        assert!(text.contains(word), "{text}");
        assert_eq!(meter.borrow().inner().received(), 0);
        assert_eq!(outcome.last_step(), "connect");
        assert!(outcome.info.is_none());
    }
}

#[test]
fn a_reader_that_asks_for_a_handshake_under_another_id_is_not_supported() {
    let outcome = read_from(Constant(vec![report(0x33, &[0x16])]));
    assert!(
        matches!(error(&outcome), DriverError::UnsupportedDevice(text) if text.contains("encrypts"))
    );
}

#[test]
fn a_device_that_does_not_know_the_first_request_is_not_supported() {
    let outcome = read_from(Constant(vec![report(0x30, &[0x85])]));
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
}

#[test]
fn a_list_that_is_damaged_every_time_is_an_error_and_never_a_result() {
    for kind in ALL {
        for sum in ["wrong-sum", "wrong-inner-sum"] {
            let meter = filled(kind, 20);
            knob(&meter, sum, "3");
            let outcome = read(&meter);
            assert_eq!(code(&outcome), "bad-checksum");
            assert_eq!(outcome.last_step(), "results");
            assert!(outcome.entries.is_empty());
        }
    }
}

#[test]
fn a_list_that_is_damaged_once_or_twice_is_asked_for_again() {
    for kind in ALL {
        let good = read(&filled(kind, 20));
        for (sum, times) in [("wrong-sum", "1"), ("wrong-inner-sum", "2")] {
            let meter = filled(kind, 20);
            knob(&meter, sum, times);
            let outcome = read(&meter);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{outcome:?}");
        }
    }
}

#[test]
fn another_number_of_records_than_the_meter_says_is_an_error() {
    for (kind, offset) in [(NEO, "1"), (NEO, "-1"), (Kind::Libre, "3"), (Kind::InsuLinx, "-20")] {
        let meter = filled(kind, 20);
        knob(&meter, "count-offset", offset);
        assert_eq!(code(&read(&meter)), "count-mismatch");
    }
    let meter = filled(NEO, 0);
    knob(&meter, "count-offset", "1");
    assert_eq!(code(&read(&meter)), "count-mismatch");
}

#[test]
fn two_records_with_one_id_are_an_error() {
    let line = "7,15,3,10,26,7,15,1,104,0,1,0,0,0,0,0,0,0,0";
    let other = "7,15,3,10,26,7,16,1,105,0,1,0,0,0,0,0,0,0,0";
    let meter = Meter::new(now()).with(Place::Results, line).with(Place::Results, other);
    let outcome = read(&memory::share(meter));
    assert_eq!(code(&outcome), "duplicate-id");
    assert!(outcome.entries.is_empty());
    // The lists of a Libre share one numbering.
    let meter = Meter::of_kind(Kind::Libre, now())
        .with(Place::History, "41207,12,3,10,26,7,15,30,1,0,0,0,0,104,1425,0")
        .with(Place::Results, "41207,5,3,10,26,9,0,0,1,3,10,26,8,3,0,1");
    assert_eq!(code(&read(&memory::share(meter))), "duplicate-id");
}

#[test]
fn a_record_that_is_not_what_its_type_says_is_an_error_and_never_a_result() {
    let good = "7,14,3,10,26,7,15,1,104,0,1,0,0,0,0,0,0,0,0";
    for (line, expected) in [
        ("7,15,3,10,26,7,15,1", "bad-record"),
        ("7,15,3,10,26,7,15,1,ERR,0,1", "bad-record"),
        ("7,x,3,10,26,7,15,1,104,0,1", "bad-record"),
        ("", "bad-record"),
        ("7,15,3,10,26,7,15,1,4294968,0,1", "value-too-large"),
    ] {
        let meter = Meter::new(now()).with(Place::Results, good).with(Place::Results, line);
        let outcome = read(&memory::share(meter));
        assert_eq!(code(&outcome), expected, "{line}");
        assert!(outcome.entries.is_empty());
    }
    let long = format!("11,16,{}", "1".repeat(4096));
    let meter = Meter::new(now()).with(Place::Results, long);
    assert_eq!(code(&read(&memory::share(meter))), "record-too-long");
}

#[test]
fn a_silent_meter_ends_within_three_times_the_patience_and_names_the_step() {
    let meter = filled(NEO, 5);
    knob(&meter, "silent-after", "0");
    let outcome = read(&meter);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    assert_eq!(outcome.last_step(), "connect");
    assert_eq!(outcome.elapsed_ms, 100 + 5_000 + 2 * (1_000 + 5_000));
    for (command, step) in [
        ("$serlnum?", "identify"),
        ("$gunits?", "settings"),
        ("$time?", "clock"),
        ("$result?", "results"),
    ] {
        let meter = filled(NEO, 5);
        knob(&meter, "silent-at", command);
        let outcome = read(&meter);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!(outcome.last_step(), step);
    }
}

#[test]
fn a_conversation_cut_anywhere_is_never_complete_before_its_last_report() {
    let good = read(&filled(NEO, 4));
    for report in 0..20 {
        let meter = filled(NEO, 4);
        knob(&meter, "silent-after", &(report * 65).to_string());
        let outcome = read(&meter);
        if outcome.is_complete() {
            assert!(outcome.entries == good.entries);
        } else {
            assert!(outcome.entries.is_empty(), "{report}");
            assert!(outcome.elapsed_ms < 20_000, "{outcome:?}");
        }
    }
}

#[test]
fn a_reply_that_breaks_off_is_truncated() {
    assert_eq!(code(&read_from(Cut)), "truncated");
}

#[test]
fn keep_alives_alone_are_no_answer() {
    let outcome = read_from(OnlyAlive);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    assert!(outcome.elapsed_ms < 200_000, "{outcome:?}");
}

#[test]
fn a_reply_that_never_ends_is_an_error() {
    let outcome = read_from(Endless);
    assert_eq!(code(&outcome), "reply-too-long");
}

#[test]
fn a_meter_that_does_not_begin_is_asked_again_and_then_an_error() {
    let meter = filled(NEO, 5);
    knob(&meter, "not-begun", "2");
    assert!(read(&meter).is_complete());
    let meter = filled(NEO, 5);
    knob(&meter, "not-begun", "3");
    assert_eq!(code(&read(&meter)), "not-begun");
}

#[test]
fn a_list_or_serial_number_that_is_refused_is_an_error() {
    for knob_name in ["refuse", "unknown-request"] {
        for (kind, command) in [
            (NEO, "$serlnum?"),
            (NEO, "$result?"),
            (NEO, "$date?"),
            (Kind::Libre, "$sn?"),
            (Kind::Libre, "$history?"),
            (Kind::Libre, "$arresult?"),
        ] {
            let meter = filled(kind, 20);
            knob(&meter, knob_name, command);
            let outcome = read(&meter);
            assert_eq!(code(&outcome), "refused", "{command}");
            assert!(!outcome.is_complete());
        }
    }
}

#[test]
fn something_else_on_the_same_id_gives_an_error_and_no_result() {
    let other: [Vec<Vec<u8>>; 4] = [
        vec![vec![1, 2, 3]],
        vec![report(0x60, b"CKSM:00000000\r\nCMD OK\r\n")],
        vec![vec![0; 65]],
        vec![Vec::new()],
    ];
    for answer in other {
        let outcome = read_from(Constant(answer));
        assert!(outcome.result.is_err() && outcome.info.is_none());
    }
}

#[test]
fn a_serial_port_is_not_supported() {
    let time = VirtualTime::default();
    let meter = filled(NEO, 1);
    let outcome = run(&OnRule(0), memory::serial(&meter, &time), &time);
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
}

#[test]
fn a_pulled_cable_is_said_at_once() {
    for reports in [0, 1, 5, 9, 12] {
        let meter = filled(NEO, 40);
        knob(&meter, "unplug-after", &(reports * 65).to_string());
        let outcome = read(&meter);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Disconnected));
        assert!(outcome.elapsed_ms < 1_000 && outcome.entries.is_empty());
    }
}

#[test]
fn a_cancelled_reading_says_so() {
    let time = VirtualTime::default();
    let cancelled = std::rc::Rc::new(std::cell::Cell::new(true));
    let device = memory::hid(&filled(NEO, 5), &time);
    let outcome = run_until_cancelled(&OnRule(0), device, &time, &cancelled);
    assert_eq!(*error(&outcome), DriverError::Io(IoError::Cancelled));
}

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
    assert!(from_seconds(to_seconds(&now())) == Some(now()));
}

#[test]
fn the_simulated_meter_notices_what_a_reading_never_sends() {
    let forbidden: [(u8, &[u8]); 6] = [
        (0x60, b"$date,3,10,26"),
        (0x21, b"$time,7,15"),
        (0x60, b"$ptname,X"),
        (0x21, b"$resetpatient"),
        (0x60, b"$swreset"),
        (0x0A, &[3, 5, 0x91, 0xF9, 0xAC, 0x4B, 0x88, 0x42, 0x1E, 0x0F, 7, 0x0A, 3, 0xEA, 7, 1]),
    ];
    for (kind, data) in forbidden {
        let mut meter = Meter::new(now());
        let _ = meter.receive(&report(kind, data));
        assert!(meter.violation().is_some());
    }
    let mut meter = Meter::new(now());
    let _ = meter.receive(&report(0x60, b"$result?"));
    assert_eq!(meter.violation(), None);
}

/// A report as it stands on the link.
fn report(kind: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, kind, u8::try_from(data.len()).unwrap()];
    bytes.extend_from_slice(data);
    bytes.resize(65, 0);
    bytes
}

fn read_from(other: impl Simulator + 'static) -> Outcome {
    let time = VirtualTime::default();
    run(&OnRule(0), memory::hid(&memory::share(other), &time), &time)
}

/// Something that answers every report with the same ones.
struct Constant(Vec<Vec<u8>>);

/// Something that says every second that it is still there, and nothing else.
struct OnlyAlive;

/// Something that begins, and breaks off in every reply.
struct Cut;

/// Something that begins, and sends text without an end.
struct Endless;

macro_rules! answers {
    ($name:ident, |$this:ident, $bytes:ident| $answer:expr) => {
        impl Simulator for $name {
            fn receive(&mut self, $bytes: &[u8]) -> Vec<Reply> {
                let $this = self;
                $answer
            }
            fn knobs(&self) -> Vec<Knob> {
                Vec::new()
            }
            fn turn(&mut self, _: &str, _: &str) -> Result<(), KnobError> {
                Ok(())
            }
            fn fill(&mut self, _: u32) {}
            fn violation(&self) -> Option<&str> {
                None
            }
        }
    };
}

answers!(Constant, |this, _bytes| this.0.iter().map(|bytes| Reply::now(bytes.clone())).collect());
answers!(OnlyAlive, |_this, _bytes| {
    let alive = Reply { pause_ms: 1_000, bytes: report(0x22, &[5]) };
    vec![alive; 100]
});
answers!(Cut, |_this, bytes| match bytes {
    [0, 0x01, ..] => vec![Reply::now(report(0x71, &[1]))],
    _ => vec![Reply::now(report(0x60, b"LAGV123"))],
});
answers!(Endless, |_this, bytes| match bytes {
    [0, 0x01, ..] => vec![Reply::now(report(0x71, &[1]))],
    _ => vec![Reply::now(report(0x60, &[b'1'; 62])); 70_000],
});
