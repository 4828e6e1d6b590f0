//! Lines and clocks, the impossible ones first.

use super::*;

fn time(line: &str, seconds: Seconds) -> Time {
    Fields::cut(line.as_bytes()).unwrap().time(0, seconds).ok().unwrap()
}

#[test]
fn a_text_without_an_end_is_refused() {
    for line in ["1,\"abc", "1,\"abc\"x", "\""] {
        assert_eq!(Fields::cut(line.as_bytes()).err(), Some(FieldError::Quote), "{line}");
    }
    assert_eq!(Fields::cut(&[b'1'; 4097]).err(), Some(FieldError::TooLong));
}

#[test]
fn what_is_no_number_is_refused_and_never_another_one() {
    let fields = Fields::cut(b"-1,+1, 1,1.5,,4294967296,4294967295").unwrap();
    for index in 0..6 {
        assert_eq!(fields.number(index), Err(FieldError::NotANumber { index }));
    }
    assert_eq!(fields.milli(6), Err(FieldError::TooLarge { index: 6 }));
    assert_eq!(fields.number(7), Err(FieldError::Missing { index: 7 }));
}

#[test]
fn a_clock_that_was_lost_is_no_time() {
    assert!(time("255,255,255,255,255", Seconds::Absent) == Time::Lost);
    assert!(time("255,255,255,255,255,255", Seconds::Stored) == Time::Lost);
    assert_eq!(clock("255,255,255", "255,255"), Ok(None));
    assert_eq!(clock("255,255,255", "7,15"), Ok(None));
}

#[test]
fn a_time_no_calendar_has_is_kept_as_it_was_sent() {
    assert!(time("2,30,26,7,15", Seconds::Absent) == Time::Impossible("2,30,26,7,15".into()));
    assert!(time("3,10,26,7,15,60", Seconds::Stored).local().is_none());
    assert!(time("3,10,4294967295,7,15", Seconds::Absent).local().is_none());
}

#[test]
fn another_form_of_date_or_time_is_refused() {
    for (date, hours) in [("3,10", "7,15"), ("3,10,26", "7"), ("3,10,26", "7,15,0"), ("", "")] {
        assert!(clock(date, hours).is_err(), "{date} {hours}");
    }
}

#[test]
fn commas_and_quotes_inside_a_text_are_part_of_it() {
    let fields = Fields::cut(b"1,\"a,b\",\"c\"d\",\"\",9").unwrap();
    assert_eq!(fields.count(), 5);
    assert_eq!(fields.text(1).as_deref(), Ok("a,b"));
    assert_eq!(fields.text(2).as_deref(), Ok("c\"d"));
    assert_eq!(fields.text(3).as_deref(), Ok(""));
    assert_eq!(fields.number(4), Ok(9));
    assert_eq!(fields.text(4), Err(FieldError::NotText { index: 4 }));
}

#[test]
fn a_text_that_was_cut_within_a_character_is_read_as_far_as_it_goes() {
    let fields = Fields::cut(b"\"caf\xC3\",1").unwrap();
    assert_eq!(fields.text(0).as_deref(), Ok("caf\u{FFFD}"));
}

#[test]
fn the_worked_times_agree() {
    let known = checked(2026, 3, 10, 7, 15, 30);
    assert_eq!(time("3,10,26,7,15,30", Seconds::Stored).local(), known);
    assert_eq!(clock("3,10,26", "7,15"), Ok(checked(2026, 3, 10, 7, 15, 0)));
}
