use super::*;
use meterport_sdk::time::checked;

const USUAL: Delimiters = Delimiters { field: '|', repeat: '\\', component: '^', escape: '&' };

fn decode(text: &str, layout: Layout) -> Result<Record, RecordError> {
    Record::decode(&Fields::of(text.as_bytes(), USUAL)?, layout)
}

fn hid(marks: &str) -> Result<Record, RecordError> {
    decode(&format!("R|1|^^^Glucose|112|mg/dL^P||{marks}||202603140712"), Layout::Hid)
}

fn serial(flags: &str, mark: &str, status: &str) -> Result<Record, RecordError> {
    let text = format!("R|1|^^^Glucose|112|mg/dL^P||{flags}|{mark}|{status}|||202603140712");
    decode(&text, Layout::Serial)
}

#[test]
fn a_record_of_the_other_table_is_refused() {
    let of_serial = "R|1|^^^Glucose|112|mg/dL^P|||B|E|||202603140712";
    assert!(decode(of_serial, Layout::Hid).is_err());
    let without_status = "R|1|^^^Glucose|112|mg/dL^P|||B||||202603140712";
    let time = Err(RecordError::Field { name: "time" });
    assert!(decode(without_status, Layout::Hid).map(drop) == time);
    let of_hid = "R|1|^^^Glucose|112|mg/dL^P||C||202603140712";
    assert!(decode(of_hid, Layout::Serial).map(drop) == time);
}

#[test]
fn too_low_and_too_high_at_once_is_refused() {
    assert!(hid("</>").is_err_and(|error| error == RecordError::Contradiction));
    assert!(serial(r"<\>", "", "").is_err_and(|error| error == RecordError::Contradiction));
}

#[test]
fn a_field_that_is_absent_or_not_understood_is_refused() {
    for text in [
        "R||^^^Glucose|112|mg/dL^P||||202603140712",
        "R|x|^^^Glucose|112|mg/dL^P||||202603140712",
        "R|1|^^^Glucose||mg/dL^P||||202603140712",
        "R|1|^^^Glucose|HI|mg/dL^P||||202603140712",
        "R|1|^^^Glucose|112|||||202603140712",
        "R|1|^^^Glucose|112|g/L^P||||202603140712",
        "R|1|^^^Glucose|112|mg/dL^P||||20260314071",
        "R|1|^^^Glucose|5000000|mg/dL^P||||202603140712",
    ] {
        assert!(decode(text, Layout::Hid).is_err(), "{text}");
    }
}

#[test]
fn of_two_meals_neither_is_believed_and_both_are_kept() {
    let record = hid("B/A").ok().unwrap();
    assert!(record.meal == Meal::Unknown);
    assert_eq!(record.unknown, ["B", "A"]);
    let three = hid("F/A/B").ok().unwrap();
    assert!(three.meal == Meal::Unknown);
    assert_eq!(three.unknown, ["F", "A", "B"]);
}

#[test]
fn marks_that_nobody_described_are_kept_as_they_are() {
    let record = hid("Q/M0/T1/ZD/Z0/Z12/Z1/Z2").ok().unwrap();
    assert_eq!(record.unknown, ["Q", "M0", "T1", "ZD", "Z0", "Z12", "Z2"]);
    let other = serial("Q", "Z", r"E\D").ok().unwrap();
    assert_eq!(other.unknown, ["Q", "Z", "status D"]);
    assert!(other.control);
}

#[test]
fn a_method_that_nobody_described_is_kept_as_it_is() {
    let record = decode("R|1|^^^Glucose|6.2|mmol/L^V||||", Layout::Hid).ok().unwrap();
    assert_eq!((record.method, record.unknown.as_slice()), (None, &["method V".to_owned()][..]));
    assert!(record.at == Time::Lost && record.value == Some(6_200));
}

#[test]
fn a_result_out_of_range_needs_no_number() {
    let record = decode("R|1|^^^Glucose||mg/dL^P||>||202603140712", Layout::Hid).ok().unwrap();
    assert!(record.side == Side::Above && record.value.is_none());
}

#[test]
fn every_mark_of_a_hid_model_has_its_meaning() {
    assert!(hid("").is_ok_and(|record| record.meal == Meal::None && !record.control));
    assert!(hid("C").is_ok_and(|record| record.control && record.meal == Meal::None));
    assert!(hid("B").is_ok_and(|record| record.meal == Meal::Before));
    assert!(hid("F").is_ok_and(|record| record.meal == Meal::Fasting));
    assert!(hid("<").is_ok_and(|record| record.side == Side::Below));
    assert!(
        hid("D/I/S/X").is_ok_and(|record| {
            record.marks == ["dont-feel-right", "illness", "stress", "sport"]
        })
    );
    for (mark, minutes) in [("Z1", 15), ("Z9", 135), ("ZA", 150), ("ZC", 180)] {
        let record = hid(mark).ok().unwrap();
        assert!(record.minutes_after_meal == Some(minutes) && record.meal == Meal::After);
    }
    assert!(hid("A/Z4").is_ok_and(|record| record.meal == Meal::After));
}

#[test]
fn every_mark_of_a_serial_model_has_its_meaning() {
    let record = serial(r">\T", "A", "E").ok().unwrap();
    assert!(record.side == Side::Above && record.temperature && record.control);
    assert!(record.meal == Meal::After && record.unknown.is_empty());
    assert!(serial("", "D", "").is_ok_and(|record| record.marks == ["dont-feel-right"]));
    assert!(serial("", "", "").is_ok_and(|record| record.meal == Meal::None));
}

#[test]
fn the_place_in_the_transfer_is_no_part_of_what_is_kept() {
    let text = b"R|17|^^^Insulin|5|||||202603140712";
    let fields = Fields::of(text, USUAL).ok().unwrap();
    assert_eq!(fields.without_place(), b"R||^^^Insulin|5|||||202603140712");
    assert!(!fields.is_glucose() && fields.place() == Ok(Some(17)));
}

#[test]
fn the_worked_records_are_what_they_say() {
    let record = hid("B/T1").ok().unwrap();
    assert_eq!((record.place, record.value, record.method), (1, Some(112_000), Some("plasma")));
    assert!(record.unit == ConcentrationUnit::MgPerDl && record.meal == Meal::Before);
    assert_eq!(record.unknown, ["T1"]);
    let local = checked(2026, 3, 14, 7, 12, 0).unwrap();
    assert!(record.at == Time::At { local, has_seconds: false });
    let low = decode("R|2|^^^Glucose|20|mg/dL^P||</A||202603131930", Layout::Hid).ok().unwrap();
    assert!(low.side == Side::Below && low.value == Some(20_000) && low.meal == Meal::After);
}
