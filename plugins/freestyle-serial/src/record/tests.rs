//! Lines of every kind, and lines of none.

use super::*;

const LITE: &str = "104  Mar  10 2026 07:15 09 0x00";

fn record(line: &str) -> Record {
    Record::parse(line.as_bytes()).unwrap()
}

#[test]
fn a_line_of_another_shape_is_an_error_that_names_the_field() {
    for (from, to, field) in [
        ("104", "1040", "value"),
        ("104", "10", "value"),
        ("104", "1x4", "value"),
        ("104", "HI0", "value"),
        ("Mar ", "Mrz ", "date"),
        ("2026", "26", "date"),
        ("07:15", "0715", "time"),
        ("07:15", "07:1", "time"),
        ("09 0x00", "0 0x00", "type"),
        ("09 0x00", "X 0x00", "type"),
        ("0x00", "0000", "flags"),
        ("0x00", "0x+1", "flags"),
        ("0x00", "", "shape"),
    ] {
        let error = Record::parse(LITE.replacen(from, to, 1).as_bytes()).err();
        let named = error.map(|error| error.field);
        assert!(named == Some(field) || (to == "HI0" && named == Some("shape")), "{from} -> {to}");
    }
    assert!(Record::parse(b"").is_err());
}

#[test]
fn records_of_both_groups_in_one_memory_are_an_error() {
    let (lite, precision) = (record(LITE), record(&LITE.replace(" 09 ", " G ")));
    assert_eq!(group_of(&[lite.clone(), precision]), Err(RecordError { field: "type" }));
    assert_eq!(group_of(&[lite]), Ok(Some(Group::Lite)));
    assert_eq!(group_of(&[]), Ok(None));
}

#[test]
fn a_date_no_calendar_has_leaves_a_record_without_a_time() {
    assert!(record(&LITE.replace("Mar  10", "Feb  30")).at.is_none());
}

#[test]
fn stray_characters_before_a_record_are_passed_over() {
    for stray in ["*", "\u{1}", "x ", "H", "--"] {
        assert!(record(&format!("{stray}{LITE}")) == record(LITE), "{stray}");
    }
    assert!(Record::parse(&[b"\xFF\x80", LITE.as_bytes()].concat()).unwrap() == record(LITE));
    let high = record(&format!("?{}", LITE.replace("104", "HI ")));
    assert!(high.value == Value::High);
}

#[test]
fn every_month_is_read_and_june_and_july_have_four_letters() {
    let months = "Jan  Feb  Mar  Apr  May  June July Aug  Sep  Oct  Nov  Dec  ";
    for month in 1..=12_u8 {
        let name = &months[usize::from(month - 1) * 5..usize::from(month) * 5];
        let record = record(&format!("104  {name}10 2026 07:15 09 0x00"));
        assert_eq!(record.at, time::checked(2026, month, 10, 7, 15, 0), "{name}");
    }
}

#[test]
fn the_worked_records_are_read() {
    let ketone = record("011  Mar  10 2026 07:20 K 0x00");
    assert!(ketone.value == Value::Number(11) && ketone.kind == Kind::Ketone);
    assert_eq!(ketone.at, time::checked(2026, 3, 10, 7, 20, 0));
    let high = record("HI   Mar  09 2026 21:40 G 0x00");
    assert!(high.value == Value::High && high.kind == Kind::Glucose);
    let control = record("118  June 08 2025 12:00 09 0x01");
    assert!(control.value == Value::Number(118) && control.kind == Kind::LiteGlucose(9));
    assert_eq!(control.flags, 1);
}

#[test]
fn the_clock_has_seconds_and_a_record_none() {
    assert_eq!(clock(b"Mar  10 2026 08:02:11"), Some(time::checked(2026, 3, 10, 8, 2, 11)));
    assert_eq!(clock(b"July 32 2026 08:02:11"), Some(None));
    for other in [&b"Mar  10 2026 08:02"[..], b"Mar  10 2026 08:02:11:11", b"0.31-P", b""] {
        assert_eq!(clock(other), None);
    }
}
