//! What a person reads when a reading fails.

use super::*;
use crate::bindings::types;
use crate::from_wit::driver_error;

fn failure(error: ReadError, transport: &'static str) -> ReadFailure {
    ReadFailure { error, transport, step: "read".to_owned(), partial: None, log: Box::default() }
}

fn damaged() -> ReadError {
    ReadError::Protocol { code: "bad-crc".to_owned(), detail: "the file is cut short".to_owned() }
}

#[test]
fn nobody_is_told_to_unplug_a_file() {
    for error in [damaged(), ReadError::Count { announced: 2, emitted: 1 }] {
        let hint = |transport| failure(error.clone(), transport).hint().unwrap();
        assert!(hint("volume").starts_with("copy the file again"), "{}", hint("volume"));
        assert!(hint("serial").starts_with("unplug the meter"), "{}", hint("serial"));
    }
    let late = failure(ReadError::Link(LinkError::Timeout), "volume");
    assert!(late.hint().unwrap().contains("written to its end"));
}

#[test]
fn an_old_copy_stays_one_when_the_driver_says_timeout_and_no_other_error_becomes_one() {
    let timeout = || types::DriverError::Io(types::IoError::Timeout);
    let stale = driver_error(timeout(), Some(&LinkError::Stale));
    assert_eq!(stale.to_string(), "the meter's disk gives an old copy of the request");
    assert_eq!(stale.code(), "device.timeout");
    assert!(stale.hint().unwrap().contains("drive"));
    for last in [None, Some(&LinkError::Timeout), Some(&LinkError::Stall)] {
        let plain = driver_error(timeout(), last);
        assert!(matches!(plain, ReadError::Link(LinkError::Timeout)), "{plain}");
    }
    let unplugged = types::DriverError::Io(types::IoError::Disconnected);
    let unplugged = driver_error(unplugged, Some(&LinkError::Stale));
    assert!(matches!(unplugged, ReadError::Link(LinkError::Disconnected)), "{unplugged}");
}

#[test]
fn what_the_person_has_to_do_is_said_in_words_for_every_registered_code() {
    // The line of `wit/README.md` where they are registered.
    let registered = include_str!("../../../../wit/README.md");
    let codes = registered.lines().find_map(|line| line.strip_prefix("| `user-action` | "));
    let codes = codes.unwrap().trim_end_matches('|').split(',').map(str::trim);
    let mut count = 0;
    for code in codes {
        let error = ReadError::UserAction { action: code.to_owned() };
        assert!(!error.to_string().contains(code), "{error}");
        assert!(error.hint().is_some(), "{code}");
        count += 1;
    }
    assert!(count >= 8, "{count}");
    let other = ReadError::UserAction { action: "press-the-button".to_owned() };
    assert_eq!(other.to_string(), "the meter waits: press-the-button");
}

#[test]
fn another_driver_is_not_advised_by_a_session_that_knows_only_this_one() {
    let unsupported = ReadError::Unsupported { what: "it encrypts".to_owned() };
    assert_eq!(failure(unsupported, "hid").hint(), None);
}
