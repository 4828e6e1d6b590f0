//! What one line of `$result?` becomes.

use meterport_sdk::time::checked;
use meterport_sdk::wit::Validity;

use super::*;
use crate::record::precision::decode;

fn of(line: &str) -> Entry {
    let model = Model::PrecisionNeo;
    from_record(model, &decode(model, line.as_bytes()).ok().unwrap())
}

fn insulinx(value: &str) -> Entry {
    let line = format!("0,7,3,10,26,7,15,0,0,0,0,0,0,{value},0,0");
    let model = Model::InsuLinx;
    from_record(model, &decode(model, line.as_bytes()).ok().unwrap())
}

fn glucose(entry: &Entry) -> (&Level, Sample) {
    let Payload::Smbg(smbg) = &entry.payload else { panic!("not a fingerstick result") };
    (&smbg.level, smbg.sample)
}

#[test]
fn hi_and_lo_are_no_numbers() {
    let of = |value: &str| of(&format!("7,17,3,11,26,6,58,1,{value},0,1,0,0,0,0,0,0,0,0"));
    assert!(*glucose(&of("HI")).0 == Level::AboveRange(NOT_SENT));
    assert!(*glucose(&of("LO")).0 == Level::BelowRange(NOT_SENT));
}

#[test]
fn a_control_test_is_kept_and_marked() {
    let control = of("7,15,3,10,26,7,15,1,104,0,0,0,0,0,0,0,0,0,0");
    assert!(glucose(&control) == (&Level::Value(104_000), Sample::ControlSolution));
    let Payload::Ketone(ketone) = of("9,16,3,10,26,7,20,1,11,0,0").payload else {
        panic!("not a ketone result")
    };
    assert_eq!(ketone.sample, Sample::ControlSolution);
}

#[test]
fn a_time_from_a_clock_that_was_not_set_is_not_reliable() {
    let not_valid = of("7,15,1,1,10,0,3,0,104,0,1");
    assert!(not_valid.at.local == checked(2010, 1, 1, 0, 3, 0) && !not_valid.at.reliable);
    assert_eq!(not_valid.marks, ["lost-time"]);
    let lost = of("7,15,255,255,255,255,255,1,104,0,1");
    assert!(lost.at.local.is_none() && !lost.at.reliable);
    assert_eq!(lost.marks, ["lost-time"]);
}

#[test]
fn a_date_no_calendar_has_is_no_time_and_is_kept_as_it_was_sent() {
    let entry = of("7,15,2,30,26,7,15,1,104,0,1");
    assert!(entry.at.local.is_none() && entry.at.reliable);
    assert_eq!(entry.extra, [("display-time".to_owned(), "2,30,26,7,15".to_owned())]);
}

#[test]
fn a_number_that_no_meter_measures_is_kept_and_not_believed() {
    let entry = of("7,15,3,10,26,7,15,1,1001,0,1");
    assert!(*glucose(&entry).0 == Level::Value(1_001_000));
    assert_eq!(entry.validity, Validity::Questionable);
    assert_eq!(entry.marks, ["suspect-value"]);
    assert_eq!(of("7,15,3,10,26,7,15,1,1000,0,1").validity, Validity::Valid);
}

#[test]
fn an_insulinx_value_that_nobody_described_is_no_value() {
    let entry = insulinx(">500");
    assert!(*glucose(&entry).0 == Level::NoValue("not-a-number".to_owned()));
    assert_eq!(entry.validity, Validity::Questionable);
    assert!(glucose(&insulinx("104")) == (&Level::Value(104_000), Sample::Unknown));
    assert_eq!(insulinx("104").origin.sequence, None);
}

#[test]
fn a_dose_of_an_occasion_that_nobody_described_keeps_its_number() {
    let entry = of("10,18,3,11,26,8,0,1,9,6,0,0,0");
    assert_eq!(entry.extra, [marker("occasion 9".to_owned())]);
    let dose = |occasion: u32| {
        let line = format!("10,18,3,11,26,8,0,1,{occasion},6,0,0,0");
        let Payload::InsulinDose(dose) = of(&line).payload else { panic!("not a dose") };
        (dose.action, dose.occasion)
    };
    assert!(dose(0) == (InsulinAction::Long, Some("morning".to_owned())));
    assert!(dose(3) == (InsulinAction::Long, Some("evening".to_owned())));
    assert!(dose(4) == (InsulinAction::Unknown, Some("dinner".to_owned())));
    assert!(dose(9) == (InsulinAction::Unknown, None));
}

#[test]
fn a_change_of_the_clock_says_what_it_showed_before_if_that_is_known() {
    let change = |line: &str| {
        let entry = of(line);
        let Payload::TimeChange(change) = entry.payload else { panic!("not a change") };
        (entry.at.local, change.before, change.after)
    };
    let new = checked(2026, 3, 12, 9, 0, 0);
    let old = checked(2026, 3, 12, 8, 3, 0);
    assert!(change("6,19,3,12,26,9,0,1,3,12,26,8,3,0,0,0") == (new, old, new));
    let lost = change("6,19,3,12,26,9,0,1,255,255,255,255,255,0,0,0");
    assert!(lost == (new, None, new));
}

#[test]
fn a_type_that_nobody_described_is_kept_with_its_bytes() {
    let entry = of("11,20,3,12,26,9,5,1,4,0");
    let Payload::Other(other) = &entry.payload else { panic!("not another record") };
    assert_eq!(other.code, "vendor-record");
    assert_eq!(entry.extra, [marker("type 11".to_owned())]);
    assert_eq!((entry.origin.sequence, entry.at.local), (Some(20), None));
    assert_eq!(entry.raw, b"11,20,3,12,26,9,5,1,4,0");
}

#[test]
fn the_worked_records_agree() {
    let entry = of("7,15,3,10,26,7,15,1,104,0,1,0,0,0,0,0,0,0,0");
    assert!(glucose(&entry) == (&Level::Value(104_000), Sample::Blood));
    assert!(entry.at.local == checked(2026, 3, 10, 7, 15, 0) && entry.at.reliable);
    assert_eq!(entry.origin.sequence, Some(15));
    let Payload::Ketone(ketone) = of("9,16,3,10,26,7,20,1,11,1,0").payload else {
        panic!("not a ketone result")
    };
    assert!(ketone.level == Level::Value(11_000) && ketone.sample == Sample::Blood);
    assert_eq!(ketone.unit, ConcentrationUnit::EighteenthMmolPerL);
    let Payload::InsulinDose(dose) = of("10,18,3,11,26,8,0,1,1,6,0,0,0").payload else {
        panic!("not a dose")
    };
    assert_eq!((dose.amount, dose.occasion.as_deref()), (Some(6_000), Some("breakfast")));
}
