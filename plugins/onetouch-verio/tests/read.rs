//! What holds on either link: the driver on simulated meters.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // in tests

mod support;

use std::cell::Cell;
use std::rc::Rc;

use meterport_sdk::testing::{VirtualTime, run_until_cancelled};
use meterport_sdk::time::checked;
use meterport_sdk::wit::{Bound, ConcentrationUnit, Level, Meal, Order, Sample};
use meterport_sdk::{DriverError, IoError};
use meterport_simulator::memory;
use onetouch_verio::Verio;
use onetouch_verio::line::ANSWER_MS;
use onetouch_verio::session::REPEATS;
use onetouch_verio::simulator::{Meter, Model, Stored};
use support::{BOTH, code, device, error, filled, now, read, smbg, with};

/// The longest that one request without an answer takes: each attempt, and the silence after it.
const LADDER_MS: u64 = (REPEATS as u64 + 1) * (ANSWER_MS as u64 + 300);

#[test]
fn a_packet_that_is_damaged_every_time_is_an_error_and_never_a_result() {
    for model in BOTH {
        let outcome = read(&with(model, 5, &[("damage-record", "2"), ("damage-always", "on")]));
        assert_eq!(code(&outcome), "bad-checksum");
        assert_eq!((outcome.last_step(), outcome.entries.len()), ("results", 2));
    }
}

#[test]
fn a_packet_that_is_damaged_once_is_asked_for_again() {
    for model in BOTH {
        let good = read(&filled(model, 5));
        let outcome = read(&with(model, 5, &[("damage-record", "2")]));
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{outcome:?}");
    }
}

#[test]
fn a_single_damaged_byte_anywhere_leaves_the_same_readout() {
    // What stands behind a packet in its block is zeros that nobody reads.
    let used = |byte: &u32| (byte - 1) % 512 < 64;
    for (model, most) in [(Model::VerioIq, 150), (Model::VerioFlex, 5700)] {
        let good = read(&filled(model, 2));
        for byte in (1..=most).filter(|byte| model == Model::VerioIq || used(byte)) {
            let outcome = read(&with(model, 2, &[("damage-byte", &byte.to_string())]));
            let same = outcome.is_complete() && outcome.entries == good.entries;
            assert!(same && outcome.info.is_some(), "{byte}: {outcome:?}");
        }
    }
}

#[test]
fn a_conversation_cut_anywhere_is_never_complete_before_its_last_answer() {
    for (model, step, most) in [(Model::VerioIq, 1, 180), (Model::VerioFlex, 97, 6200)] {
        let good = read(&filled(model, 2));
        for byte in (0..=most).step_by(step) {
            let outcome = read(&with(model, 2, &[("silent-after", &byte.to_string())]));
            if outcome.is_complete() {
                assert!(outcome.entries == good.entries, "{byte}");
            } else {
                assert!(outcome.last_step() != "finish" && outcome.elapsed_ms <= 2 * LADDER_MS);
                assert!(good.entries.starts_with(&outcome.entries));
            }
        }
    }
}

#[test]
fn a_meter_that_falls_silent_half_way_is_a_timeout_in_its_step() {
    for model in BOTH {
        let outcome = read(&with(model, 5, &[("silent-at", "3")]));
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!((outcome.last_step(), outcome.entries.len()), ("results", 3));
        assert!(outcome.elapsed_ms <= LADDER_MS + 1000, "{outcome:?}");
    }
}

#[test]
fn a_meter_that_is_silent_from_the_start_is_a_timeout_of_the_first_step() {
    for model in BOTH {
        let outcome = read(&with(model, 5, &[("ignore-first", "1000")]));
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!(outcome.last_step(), "connect");
        assert!(outcome.elapsed_ms <= LADDER_MS, "{outcome:?}");
    }
}

#[test]
fn a_count_larger_than_the_memory_is_an_error() {
    for model in BOTH {
        let outcome = read(&with(model, 5, &[("count-offset", "1")]));
        assert_eq!(code(&outcome), "count-mismatch");
        assert_eq!(outcome.entries.len(), 5);
        let outcome = read(&with(model, 0, &[("count-offset", "1")]));
        assert_eq!(code(&outcome), "count-mismatch");
    }
}

#[test]
fn a_pulled_cable_is_said_at_once() {
    for model in BOTH {
        for byte in ["0", "30", "100"] {
            let outcome = read(&with(model, 5, &[("unplug-after", byte)]));
            assert_eq!(*error(&outcome), DriverError::Io(IoError::Disconnected));
            assert!(outcome.elapsed_ms < u64::from(ANSWER_MS));
        }
    }
}

#[test]
fn a_cancelled_reading_says_so() {
    for model in BOTH {
        let time = VirtualTime::default();
        let cancelled = Rc::new(Cell::new(true));
        let device = device(&filled(model, 5), &time);
        let outcome = run_until_cancelled(&Verio, device, &time, &cancelled);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Cancelled));
    }
}

#[test]
fn a_result_that_is_added_while_it_is_read_makes_the_reading_an_error() {
    for model in BOTH {
        // In a full memory the count stays what it was.
        for (at, full) in [("0", "off"), ("3", "off"), ("4", "off"), ("1", "on"), ("4", "on")] {
            let outcome = read(&with(model, 5, &[("new-result-at", at), ("full", full)]));
            assert!(matches!(code(&outcome), "changed-while-read" | "repeated-record"));
        }
    }
}

#[test]
fn a_meter_that_refuses_to_tell_its_serial_number_is_not_supported() {
    for model in BOTH {
        let outcome = read(&with(model, 5, &[("refuse", "serial")]));
        assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
        assert!(outcome.entries.is_empty() && outcome.info.is_none());
    }
}

#[test]
fn a_meter_that_misses_the_first_requests_is_asked_again() {
    for model in BOTH {
        for missed in 1..=REPEATS {
            let outcome = read(&with(model, 5, &[("ignore-first", &missed.to_string())]));
            assert!(outcome.is_complete(), "{outcome:?}");
        }
    }
}

#[test]
fn a_meter_that_does_not_tell_its_displayed_unit_is_read_all_the_same() {
    for model in BOTH {
        let outcome = read(&with(model, 5, &[("refuse", "unit")]));
        assert!(outcome.is_complete() && outcome.info.unwrap().display_unit.is_none());
    }
}

#[test]
fn an_empty_memory_is_a_readout_without_results() {
    for model in BOTH {
        let outcome = read(&filled(model, 0));
        assert!(outcome.is_complete() && outcome.entries.is_empty() && outcome.info.is_some());
    }
}

#[test]
fn a_thousand_results_are_read_in_the_prescribed_pauses_and_nothing_more() {
    let outcome = read(&filled(Model::VerioIq, 1000));
    assert!(outcome.is_complete());
    assert_eq!(outcome.entries.len(), 1000);
    // Six questions before the results, two after them, and a pause between each two.
    assert_eq!(outcome.elapsed_ms, 1007 * 20);
    let outcome = read(&filled(Model::VerioFlex, 1000));
    assert!(outcome.is_complete());
    assert_eq!((outcome.entries.len(), outcome.elapsed_ms), (1000, 0));
    let orders = outcome.result.unwrap().orders;
    assert_eq!(orders, [("results".to_owned(), Order::NewestFirst)]);
}

#[test]
fn hi_and_lo_are_no_numbers_and_what_was_stored_is_kept() {
    for model in BOTH {
        let outcome = read(&with(model, 3, &[("hi", "0"), ("lo", "2")]));
        let stored = |stored| Bound { threshold: None, stored: Some(stored) };
        assert!(smbg(&outcome.entries[0]).level == Level::AboveRange(stored(601_000)));
        assert!(matches!(smbg(&outcome.entries[1]).level, Level::Value(_)));
        assert!(smbg(&outcome.entries[2]).level == Level::BelowRange(stored(19_000)));
    }
}

#[test]
fn control_solution_and_meals_are_said() {
    for model in BOTH {
        let at = now();
        let memory = vec![
            Stored { control: 1, ..Stored::new(at, 118, 1045) },
            Stored { meal: 2, ..Stored::new(at, 187, 1044) },
            Stored { meal: 1, ..Stored::new(at, 104, 1043) },
        ];
        let outcome = read(&memory::share(Meter::with_memory(now(), memory).of(model)));
        let [control, after, before] = &outcome.entries[..] else { panic!("not three results") };
        assert!(smbg(control).sample == Sample::ControlSolution);
        assert!(smbg(control).meal == Meal::None);
        assert!(smbg(after).sample == Sample::Blood && smbg(after).meal == Meal::After);
        assert!(smbg(before).meal == Meal::Before);
    }
}

#[test]
fn what_is_stored_is_mg_per_dl_whatever_is_displayed() {
    for model in BOTH {
        let outcome = read(&with(model, 3, &[("unit", "mmol/L")]));
        let unit = Some(ConcentrationUnit::MmolPerL);
        assert!(outcome.info.is_some_and(|info| info.display_unit == unit));
        assert!(outcome.entries == read(&filled(model, 3)).entries);
    }
}

#[test]
fn a_displayed_unit_that_nobody_described_is_kept_as_it_is() {
    for model in BOTH {
        let info = read(&with(model, 1, &[("unit", "7")])).info.unwrap();
        assert!(info.display_unit.is_none());
        assert_eq!(info.extra, [("vendor-marker".to_owned(), "display-unit-7".to_owned())]);
    }
}

#[test]
fn every_model_says_who_it_is() {
    for (_, model, name) in Model::ALL {
        let info = read(&filled(model, 1)).info.unwrap();
        assert_eq!(info.model, name);
        assert_eq!(info.serial_number.as_deref(), Some("ZXQ12345"));
        assert_eq!(info.firmware.as_deref(), Some("01.05.00"));
        assert!(info.clock.is_some_and(|clock| clock.local == checked(2026, 3, 10, 7, 16, 0)));
        assert_eq!(info.time_resolution_seconds, 1);
    }
}
