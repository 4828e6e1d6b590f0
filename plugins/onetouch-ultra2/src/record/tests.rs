//! Lines of every kind, and lines of none.

use super::*;

const LINE: &str = r#"P "TUE","03/10/26","07:15:00   ","  104 ","B","00", 00"#;

fn record(text: &str) -> Record {
    Record::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_line_of_another_shape_is_an_error_that_names_the_field() {
    for (from, to, field) in [
        ("TUE", "XYZ", "time"),
        ("03/10/26", "03-10-26", "time"),
        ("03/10/26", "3/10/26", "time"),
        ("07:15:00   ", "07:15", "time"),
        ("  104 ", "  1x4 ", "value"),
        ("  104 ", "  +04 ", "value"),
        ("  104 ", "  104", "value"),
        ("  104 ", "X 104 ", "value"),
        ("  104 ", "  104!", "value"),
        ("  104 ", "      ", "value"),
        ("\"B\"", "\"BB\"", "meal"),
        ("\"B\"", "\"\"", "meal"),
        ("\"00\"", "\"x0\"", "comment"),
        ("\"00\"", "00", "comment"),
        (", 00", "", "record"),
    ] {
        let error = Record::parse(&LINE.replace(from, to)).err();
        assert_eq!(error.map(|error| error.field), Some(field), "{from} -> {to}");
    }
}

#[test]
fn an_error_prints_no_result() {
    let error = Record::parse(&LINE.replace("\"B\"", "\"\"")).err();
    let printed = format!("{error:?}");
    assert!(!printed.contains("104"), "{printed}");
}

#[test]
fn a_date_no_calendar_has_leaves_a_record_without_a_time() {
    let record = record(&LINE.replace("03/10/26", "00/00/00"));
    assert!(record.at.is_none());
    assert_eq!(record.mg_per_dl, 104);
}

#[test]
fn a_control_test_and_a_failed_parity_check_are_seen() {
    let control = record(&LINE.replace("  104 ", "C 104 "));
    assert!(control.control && !control.suspect);
    let suspect = record(&LINE.replace("  104 ", "  104?"));
    assert!(suspect.suspect && !suspect.control);
}

#[test]
fn the_worked_record_is_104_before_a_meal_at_a_quarter_past_seven() {
    let record = record(LINE);
    assert_eq!(record.at, time::checked(2026, 3, 10, 7, 15, 0));
    assert_eq!((record.mg_per_dl, record.meal, record.comment), (104, 'B', 0));
}

#[test]
fn a_header_is_no_record_and_a_record_no_header() {
    let header = r#"P 003,"KLM2Q7XYY","MG/DL ""#;
    assert!(Record::parse(header).is_err());
    let parsed = Header::parse(header).ok().flatten();
    assert!(parsed.is_some_and(|header| header.count == 3 && header.serial == "KLM2Q7XYY"));
    assert!(Header::parse(LINE).is_ok_and(|header| header.is_none()));
    assert!(Header::parse("P 3,\"KLM2Q7XYY\",\"MG/DL \"").is_err());
}

#[test]
fn either_unit_is_read_in_any_case() {
    assert_eq!(unit("SU?,\"MG/DL \""), Ok(Some(ConcentrationUnit::MgPerDl)));
    assert_eq!(unit("SU?,\"mmol/L\""), Ok(Some(ConcentrationUnit::MmolPerL)));
    assert_eq!(unit("SU?,\"\""), Ok(None));
    assert!(unit("SU?").is_err());
}

#[test]
fn the_firmware_is_the_version_without_its_date() {
    assert_eq!(firmware("?P02.00.00 30/08/06").as_deref(), Ok("P02.00.00"));
    assert!(firmware("?").is_err());
}

#[test]
fn the_worked_clock_is_half_a_minute_past_a_minute_past_eight() {
    assert_eq!(
        clock(r#"F "TUE","03/10/26","08:01:30   ""#),
        Ok(time::checked(2026, 3, 10, 8, 1, 30))
    );
}
