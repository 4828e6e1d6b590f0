//! The conversation with simulated meters, and with things that are none.
#![allow(clippy::unwrap_used)] // in tests, functions beside them too

mod support;

use std::cell::Cell;
use std::rc::Rc;

use meterport_sdk::testing::{VirtualTime, run, run_until_cancelled};
use meterport_sdk::{DriverError, IoError};
use meterport_simulator::Simulator;
use meterport_simulator::memory;
use taidoc::TaiDoc;
use taidoc::session::{ANSWER_MS, QUIET_MS, REPEATS};

use support::{WIRES, code, device, error, meter, read_stranger, read_strangers, read_with};

const LADDER_MS: u64 = ANSWER_MS as u64 * (REPEATS as u64 + 1);

#[test]
fn an_answer_whose_sum_is_wrong_every_time_is_an_error_and_never_a_result() {
    for wire in WIRES {
        let outcome = read_with(wire, 5, &[("bad-sum", "2"), ("bad-sum-always", "on")]);
        assert_eq!(code(&outcome), "bad-checksum");
        assert_eq!(outcome.entries.len(), 1, "the one before is not proven yet");
        assert!(outcome.elapsed_ms < LADDER_MS);
    }
}

#[test]
fn an_answer_whose_sum_is_wrong_once_is_asked_for_again() {
    for wire in WIRES {
        let good = read_with(wire, 5, &[]);
        let outcome = read_with(wire, 5, &[("bad-sum", "2")]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{outcome:?}");
    }
}

#[test]
fn a_single_damaged_byte_anywhere_leaves_the_same_readout() {
    for wire in WIRES {
        let good = read_with(wire, 3, &[]);
        for byte in 1..=8 * 16 {
            let outcome = read_with(wire, 3, &[("damage-byte", &byte.to_string())]);
            let same = outcome.entries == good.entries;
            assert!(outcome.is_complete() && same, "{wire:?}, {byte}: {outcome:?}");
        }
    }
}

#[test]
fn a_conversation_cut_anywhere_is_never_complete() {
    for wire in WIRES {
        let good = read_with(wire, 3, &[]);
        // Model, halves of the serial number, clock, count, 3 records; then what proves them.
        for byte in 0..8 * 16 {
            for knob in ["silent-after", "unplug-after"] {
                let outcome = read_with(wire, 3, &[(knob, &byte.to_string())]);
                assert!(outcome.result.is_err(), "{wire:?}, {knob} {byte}");
                assert!(good.entries.starts_with(&outcome.entries));
                assert!(outcome.elapsed_ms <= LADDER_MS + u64::from(QUIET_MS), "{outcome:?}");
            }
        }
    }
}

#[test]
fn a_count_larger_than_the_memory_is_an_error_whatever_stands_behind_the_last_result() {
    for wire in WIRES {
        for place in ["zeros", "ones"] {
            let knobs = [("count-offset", "1"), ("empty-place", place)];
            let outcome = read_with(wire, 5, &knobs);
            assert_eq!(code(&outcome), "count-mismatch");
            assert_eq!(outcome.entries.len(), 4, "the last one is not proven");
        }
        let outcome = read_with(wire, 5, &[("count-offset", "1")]);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    }
}

#[test]
fn a_count_that_was_never_written_is_an_error() {
    for wire in WIRES {
        let outcome = read_with(wire, 0, &[("count-offset", "65535")]);
        assert_eq!(code(&outcome), "bad-count");
        assert_eq!(outcome.last_step(), "count");
    }
}

#[test]
fn a_result_that_is_added_while_the_memory_is_read_makes_the_reading_an_error() {
    for wire in WIRES {
        for records in [5, 1000] {
            let outcome = read_with(wire, records, &[("new-result-at", "2")]);
            assert_eq!(code(&outcome), "changed-while-read", "{records}");
        }
    }
}

#[test]
fn a_silent_meter_ends_within_the_protocols_time_and_names_the_step() {
    for wire in WIRES {
        let outcome = read_with(wire, 5, &[("silent-after", "0")]);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!(outcome.last_step(), "connect");
        assert_eq!(outcome.elapsed_ms, LADDER_MS + u64::from(QUIET_MS));
    }
}

#[test]
fn a_meter_that_falls_silent_half_way_is_a_timeout_in_its_step() {
    for wire in WIRES {
        let outcome = read_with(wire, 5, &[("silent-at", "3")]);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
        assert_eq!((outcome.last_step(), outcome.entries.len()), ("results", 2));
    }
}

#[test]
fn a_pulled_cable_is_said_at_once() {
    for wire in WIRES {
        for byte in ["0", "5", "8", "60", "100"] {
            let outcome = read_with(wire, 5, &[("unplug-after", byte)]);
            assert_eq!(*error(&outcome), DriverError::Io(IoError::Disconnected));
            assert!(outcome.elapsed_ms < u64::from(ANSWER_MS));
        }
    }
}

#[test]
fn a_cancelled_reading_says_so() {
    for wire in WIRES {
        let time = VirtualTime::default();
        let device = device(&meter(5, &[]), wire, &time);
        let outcome = run_until_cancelled(&TaiDoc, device, &time, &Rc::new(Cell::new(true)));
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Cancelled));
    }
}

#[test]
fn anything_that_answers_and_is_no_such_meter_is_a_protocol_error_that_says_so() {
    let other: [&[u8]; 6] = [
        b"CMD Fail!\r\n",
        &[0x06],
        &[0xFF; 40],
        &[0x02, 0x06, 0x0C, 0x03, 0x06, 0xAF],
        // Whole packets, to another question.
        &[0x51, 0x26, 0x68, 0x00, 0x00, 0x40, 0xA5, 0xC4],
        &[0x51; 300],
    ];
    for wire in WIRES {
        for answer in other {
            let outcome = read_stranger(wire, answer);
            assert_eq!(code(&outcome), "not-this-meter", "{answer:?}");
            assert!(outcome.entries.is_empty() && outcome.info.is_none());
            assert_eq!(outcome.elapsed_ms, LADDER_MS + u64::from(QUIET_MS));
        }
    }
}

#[test]
fn a_cable_that_echoes_and_has_no_meter_is_a_timeout() {
    let request = [0x51, 0x24, 0, 0, 0, 0, 0xA3, 0x18];
    for wire in WIRES {
        let with_nul = [&[0], request.as_slice()].concat();
        for echo in [&request[..], &with_nul, &request[..3], &[0x00]] {
            let outcome = read_stranger(wire, echo);
            assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout), "{echo:?}");
        }
    }
}

#[test]
fn a_meter_that_only_says_that_it_is_in_pc_mode_is_a_timeout() {
    for wire in WIRES {
        let outcome = read_stranger(wire, &[0x51, 0x54, 0, 0, 0, 0, 0xA5, 0x4A]);
        assert_eq!(*error(&outcome), DriverError::Io(IoError::Timeout));
    }
}

#[test]
fn half_an_answer_is_never_completed_by_what_comes_on_the_next_request() {
    let answer = [0x51, 0x24, 0x77, 0x42, 0x00, 0x00, 0xA5, 0xD3];
    for wire in WIRES {
        let outcome = read_strangers(wire, &[&answer[..6], &answer[6..]]);
        assert_eq!(code(&outcome), "not-this-meter");
        assert_eq!(outcome.last_step(), "connect");
    }
}

#[test]
fn a_model_that_is_no_number_is_an_error() {
    for wire in WIRES {
        let outcome = read_stranger(wire, &[0x51, 0x24, 0xFF, 0xFF, 0, 0, 0xA5, 0x18]);
        assert_eq!(code(&outcome), "bad-model");
    }
}

#[test]
fn the_makers_other_devices_are_not_read_although_they_speak_the_same() {
    for wire in WIRES {
        for model in ["3128", "1261", "8255", "2551"] {
            let outcome = read_with(wire, 5, &[("model", model)]);
            assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)), "{model}");
            assert!(outcome.entries.is_empty() && outcome.info.is_none());
        }
    }
}

#[test]
fn a_device_of_another_transport_is_refused() {
    let time = VirtualTime::default();
    let outcome = run(&TaiDoc, memory::usb(&meter(1, &[]), &time), &time);
    assert!(matches!(error(&outcome), DriverError::UnsupportedDevice(_)));
}

#[test]
fn a_meter_that_misses_the_first_requests_is_asked_again() {
    for wire in WIRES {
        for missed in 1..=REPEATS {
            let outcome = read_with(wire, 5, &[("ignore-first", &missed.to_string())]);
            assert!(outcome.is_complete(), "{missed}");
        }
    }
}

#[test]
fn a_notification_before_or_in_place_of_any_answer_changes_nothing() {
    for wire in WIRES {
        let good = read_with(wire, 3, &[]);
        let requests = (1..=16).map(|request| request.to_string());
        for when in requests.chain(["before".to_owned()]) {
            for bytes in ["off", "on"] {
                let knobs = [("notify", when.as_str()), ("byte-per-report", bytes)];
                let outcome = read_with(wire, 3, &knobs);
                assert!(outcome.is_complete() && outcome.entries == good.entries, "{when}");
            }
        }
    }
}

#[test]
fn answers_that_come_late_or_twice_are_never_those_of_another_result() {
    for wire in WIRES {
        let good = read_with(wire, 6, &[]);
        for knob in ["late-at", "twice-at", "again-at"] {
            for place in ["0", "1", "2", "3", "4", "5"] {
                for bytes in ["off", "on"] {
                    let knobs = [(knob, place), ("byte-per-report", bytes)];
                    let outcome = read_with(wire, 6, &knobs);
                    assert!(outcome.is_complete(), "{wire:?}, {knob} {place}: {outcome:?}");
                    assert!(outcome.entries == good.entries && outcome.info.is_some());
                }
            }
        }
        let outcome = read_with(wire, 6, &[("twice-always", "on")]);
        assert!(outcome.is_complete() && outcome.entries == good.entries, "{outcome:?}");
    }
}

#[test]
fn bytes_that_arrive_one_by_one_slowly_or_behind_noise_make_no_difference() {
    for wire in WIRES {
        let good = read_with(wire, 5, &[]);
        for knob in [
            ("byte-per-report", "on"),
            ("pace", "300"),
            ("pace", "19200"),
            ("echo", "on"),
            ("noise", "00"),
            ("noise", "51"),
            ("noise", "515151"),
            ("noise", "512400"),
        ] {
            let outcome = read_with(wire, 5, &[knob]);
            assert!(outcome.is_complete() && outcome.entries == good.entries, "{knob:?}");
        }
    }
}

#[test]
fn what_an_earlier_program_left_in_the_bridge_is_no_answer() {
    for wire in WIRES {
        // The model of another meter, asked for before this reading began.
        let meter = meter(3, &[("model", "4279")]);
        let time = VirtualTime::default();
        let mut device = device(&meter, wire, &time);
        let request = [0x51, 0x24, 0, 0, 0, 0, 0xA3, 0x18];
        match &mut device {
            meterport_sdk::Device::Hid(link) => {
                link.set_feature(&[0x50, 0x00, 0x00, 0x4B, 0x00, 0, 0, 3, 0]).unwrap();
                link.set_feature(&[0x41, 1]).unwrap();
                link.write(&[&[8], request.as_slice()].concat()).unwrap();
            }
            meterport_sdk::Device::Serial(port) => port.write(&request, 100).unwrap(),
            _ => {}
        }
        meter.borrow_mut().turn("model", "4277").unwrap();
        let outcome = run(&TaiDoc, device, &time);
        assert!(outcome.is_complete());
        assert_eq!(outcome.info.unwrap().model, "4277");
    }
}

#[test]
fn a_full_memory_is_read_in_two_questions_for_each_result() {
    for wire in WIRES {
        let outcome = read_with(wire, 1000, &[]);
        assert!(outcome.is_complete());
        assert_eq!(outcome.entries.len(), 1000);
        assert_eq!(outcome.elapsed_ms, u64::from(QUIET_MS));
    }
}
