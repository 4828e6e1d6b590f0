//! Files that are missing, half written, damaged or of others; then the ordinary ones.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests, functions beside them too

mod support;

use meterport_sdk::testing::{VirtualTime, run};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{ConcentrationUnit, Order, Validity};
use meterport_sdk::{DriverError, IoError};
use meterport_simulator::{Simulator, memory};
use omnipod_ibf::OmnipodIbf;
use omnipod_ibf::simulator::{Meter, Stored, What};
use support::*;

#[test]
fn without_a_file_the_person_is_asked_to_export_and_nothing_is_waited_for() {
    for knobs in [&[("files", "0")][..], &[("files", "0"), ("beside", "readme.txt")]] {
        let outcome = read(&with(5, knobs));
        assert_eq!(error(&outcome), &DriverError::UserAction("export-on-device".to_owned()));
        assert_eq!(outcome.elapsed_ms, 0);
    }
}

#[test]
fn of_several_files_none_is_guessed() {
    let outcome = read(&with(5, &[("files", "2")]));
    assert!(matches!(error(&outcome), DriverError::UserAction(code) if code == "leave-one-file"));
    assert!(outcome.entries.is_empty());
}

#[test]
fn what_macos_leaves_beside_a_copy_is_no_second_file() {
    for name in ["._190100042.ibf", ".DS_Store", "notes.ibf.txt"] {
        whole(&with(5, &[("beside", name)]));
    }
}

#[test]
fn a_damaged_byte_anywhere_is_an_error_and_no_result_leaves() {
    let size = filled(6).borrow().inner().file().len();
    for place in (0..size).step_by(13) {
        let outcome = read(&with(6, &[("damage", &place.to_string())]));
        let expected = ["bad-size", "truncated", "bad-checksum"];
        assert!(expected.contains(&code(&outcome)), "byte {place}: {outcome:?}");
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
    }
}

#[test]
fn a_damaged_byte_that_was_read_wrong_once_is_read_again() {
    let good = whole(&filled(6));
    for place in (1..300).step_by(7) {
        let outcome = whole(&with(6, &[("damage-byte", &place.to_string())]));
        assert!(outcome.entries == good.entries);
        assert_eq!(outcome.elapsed_ms, 2_000);
    }
}

#[test]
fn a_file_that_misses_any_of_its_last_bytes_is_never_complete() {
    let size = filled(6).borrow().inner().file().len();
    for cut in (1..=size).step_by(13) {
        let outcome = read(&with(6, &[("cut", &cut.to_string())]));
        let expected = ["truncated", "count-mismatch"];
        assert!(expected.contains(&code(&outcome)), "{cut}: {outcome:?}");
        assert!(outcome.entries.is_empty());
    }
}

#[test]
fn records_that_are_fewer_than_the_file_says_are_a_wrong_count() {
    for missing in 1..=6 {
        let outcome = read(&with(6, &[("cut-records", &missing.to_string())]));
        assert_eq!(code(&outcome), "count-mismatch");
        assert_eq!(outcome.elapsed_ms, 6_000);
    }
}

#[test]
fn zeros_behind_the_last_record_are_no_end() {
    assert_eq!(code(&read(&with(6, &[("zeros", "1")]))), "truncated");
    assert_eq!(code(&read(&with(6, &[("zeros", "600")]))), "bad-size");
}

#[test]
fn a_file_larger_than_any_export_is_refused_unread() {
    let outcome = read(&with(1, &[("zeros", "8400000"), ("unplug-after", "1")]));
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
}

#[test]
fn two_records_of_one_number_are_an_error() {
    assert_eq!(code(&read(&with(4, &[("same-index", "on")]))), "repeated-index");
}

#[test]
fn another_pdm_and_another_format_are_refused_at_once() {
    for change in [
        |meter: &mut Meter| meter.settings.version = [2, 2, 0],
        |meter: &mut Meter| meter.settings.version = [3, 1, 0],
        |meter: &mut Meter| meter.settings.format = [1, 1, 0],
        |meter: &mut Meter| meter.settings.format = [0, 0, 9],
    ] {
        let mut meter = Meter::new(now());
        change(&mut meter);
        let outcome = read(&memory::share(meter));
        assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
        assert_eq!(outcome.elapsed_ms, 0);
    }
}

#[test]
fn a_file_that_is_always_half_written_is_given_up_after_some_seconds() {
    let outcome = read(&with(6, &[("growing", "1000")]));
    assert_eq!(code(&outcome), "truncated");
    assert_eq!(outcome.elapsed_ms, 6_000);
}

#[test]
fn a_drive_that_is_silent_or_unplugged_in_the_middle_is_said_to_be() {
    for after in ["1", "65536", "70000"] {
        let outcome = read(&with(2_500, &[("unplug-after", after)]));
        assert_eq!(error(&outcome), &DriverError::Io(IoError::Disconnected));
        let outcome = read(&with(2_500, &[("silent-after", after)]));
        assert_eq!(error(&outcome), &DriverError::Io(IoError::Timeout));
        assert!(outcome.entries.is_empty());
    }
}

#[test]
fn another_transport_is_refused() {
    let time = VirtualTime::default();
    let outcome = run(&OmnipodIbf, memory::serial(&filled(1), &time), &time);
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
}

#[test]
fn a_file_found_half_written_is_read_again_until_it_is_whole() {
    let good = whole(&filled(30));
    let outcome = whole(&with(30, &[("growing", "5")]));
    assert!(outcome.entries == good.entries);
    assert_eq!(outcome.elapsed_ms, 4_000);
}

#[test]
fn an_empty_memory_gives_what_is_set_and_nothing_else() {
    let outcome = whole(&filled(0));
    assert_eq!(outcome.entries.len(), 1);
    assert_eq!(outcome.entries[0].origin.log, "settings");
}

#[test]
fn a_full_memory_keeps_every_record_by_its_number() {
    for pdm in ["eros", "dash"] {
        let meter = with(20_000, &[("pdm", pdm)]);
        let outcome = whole(&meter);
        let elapsed_ms = outcome.elapsed_ms;
        let mut found: Vec<_> = sequences(&outcome.entries).into_iter().flatten().collect();
        let history = sequences(&of_history(outcome));
        assert!(history.is_sorted_by(|newer, older| newer >= older));
        found.sort_unstable();
        found.dedup();
        // Two records of every dual bolus are one.
        let meter = meter.borrow();
        let is_extended =
            |stored: &&Stored| matches!(&stored.what, What::History(4, detail) if detail[4] != 0);
        let duals = meter.inner().memory.stored().iter().filter(is_extended).count();
        assert!(duals > 1_000);
        assert_eq!(found.len() + duals, 20_000);
        assert_eq!(elapsed_ms, 0);
    }
}

#[test]
fn the_eros_says_what_it_is_and_its_clock_was_stored() {
    let outcome = whole(&with(3, &[("unit", "mmol/L")]));
    let info = outcome.info.unwrap();
    assert_eq!(info.model, "OmniPod 2 FreeStyle");
    assert_eq!(info.serial_number.as_deref(), Some("190100042"));
    assert_eq!(info.firmware.as_deref(), Some("2.3.0"));
    assert!(info.display_unit == Some(ConcentrationUnit::MmolPerL) && info.limits.is_empty());
    let clock = info.clock.unwrap();
    assert_eq!(clock.local, Some(now()));
    assert!(clock.read_at_ms.is_none() && clock.tick.is_none());
    let orders = outcome.result.unwrap().orders;
    assert!(orders.iter().all(|(_, order)| *order == Order::NewestFirst));
    assert_eq!(orders.len(), 2);
}

#[test]
fn the_meter_that_is_built_in_decides_the_model() {
    for (board, model) in [
        ("0", "OmniPod 2 FreeStyle"),
        ("2", "OmniPod 2 Verio"),
        ("3", "OmniPod 2"),
        ("9", "OmniPod 2"),
    ] {
        assert_eq!(whole(&with(1, &[("board", board)])).info.unwrap().model, model);
    }
    let info = whole(&with(1, &[("pdm", "dash"), ("unit", "7")])).info.unwrap();
    assert_eq!(info.model, "OmniPod 3");
    assert_eq!(info.serial_number.as_deref(), Some("010502-04321"));
    assert!(info.display_unit.is_none());
}

#[test]
fn a_clock_that_was_never_set_again_is_lost() {
    let mut meter = Meter::new(checked(2007, 1, 1, 4, 0, 0).unwrap());
    meter.fill(3);
    let outcome = whole(&memory::share(meter));
    assert!(outcome.info.unwrap().clock.unwrap().local.is_none());
    assert!(outcome.entries.iter().all(|entry| !entry.at.reliable));
}

#[test]
fn records_of_logs_and_types_that_nobody_described_are_kept_with_their_bytes() {
    let outcome = whole(&with(3, &[("unknown-type", "64000"), ("other-log", "9")]));
    let found = |log: &str| outcome.entries.iter().find(|entry| entry.origin.log == log).unwrap();
    assert_eq!(other(found("log-9")).code, "vendor-record");
    assert_eq!(found("log-9").raw.len(), 25);
    assert!(found("log-9").origin.sequence.is_none());
    let unknown = found("history");
    assert_eq!(other(unknown).code, "vendor-record");
    assert!(unknown.extra.iter().any(|(_, text)| text == "type-0000fa00"));
    assert_eq!(unknown.raw.len(), 33);
    assert!(unknown.origin.sequence.is_some());
}

#[test]
fn a_deleted_record_and_one_the_pdm_finds_wrong_are_kept_and_count_for_nothing() {
    let newest = |knob| of_history(whole(&with(4, &[knob]))).remove(0);
    let deleted = newest(("delete", "on"));
    assert_eq!(
        (deleted.validity, deleted.marks.as_slice()),
        (Validity::Superseded, &["deleted".to_owned()][..])
    );
    for (error, validity) in
        [("3", Validity::Invalid), ("8", Validity::Invalid), ("5", Validity::Questionable)]
    {
        let wrong = newest(("record-error", error));
        assert_eq!(
            (wrong.validity, wrong.marks.as_slice()),
            (validity, &["record-error".to_owned()][..])
        );
        assert!(wrong.extra.contains(&("vendor-marker".to_owned(), format!("error-{error}"))));
    }
    assert_eq!(newest(("no-index", "on")).origin.sequence, None);
}
