use super::*;
use meterport_sdk::wit::{Level, Payload, Sample};

const HEADER: &str = r"H|\^&|||Bayer7390^1^7390-1234567|U=0^V=20600|";

fn transfer(count: &str, layout: Layout, records: &[&str]) -> Result<Complete, DriverError> {
    let header = format!("{HEADER}{count}|||||||202603141605");
    let header = Header::parse(header.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let mut transfer = Transfer::new(header, layout);
    for record in records {
        assert!(transfer.add(record.as_bytes())? == Part::More);
    }
    assert!(transfer.add(b"L|1||N")? == Part::Last);
    transfer.complete()
}

fn result(place: u32, value: u32, day: u32) -> String {
    format!("R|{place}|^^^Glucose|{value}|mg/dL^P||||202603{day:02}0712")
}

fn code(outcome: Result<Complete, DriverError>) -> String {
    match outcome.err() {
        Some(DriverError::Protocol(error)) => error.code,
        Some(other) => other.to_string(),
        None => "complete".to_owned(),
    }
}

fn samples(complete: &Complete) -> Vec<Option<Sample>> {
    let sample = |entry: &Entry| match &entry.payload {
        Payload::Smbg(smbg) => Some(smbg.sample),
        _ => None,
    };
    complete.entries.iter().map(sample).collect()
}

#[test]
fn fewer_or_more_results_than_announced_are_an_error() {
    let one = result(1, 100, 14);
    for count in ["0", "2"] {
        assert_eq!(code(transfer(count, Layout::Hid, &[&one])), "count-mismatch");
    }
    assert_eq!(code(transfer("1", Layout::Hid, &[])), "count-mismatch");
}

#[test]
fn results_that_are_not_numbered_one_after_the_other_are_an_error() {
    let (one, two, three) = (result(1, 100, 14), result(2, 100, 13), result(3, 100, 12));
    for records in [[&one, &three], [&one, &one], [&two, &three]] {
        let records = records.map(String::as_str);
        assert_eq!(code(transfer("2", Layout::Hid, &records)), "bad-sequence");
    }
}

#[test]
fn a_control_test_without_its_result_is_an_error() {
    let one = result(1, 100, 14);
    let records = ["O|7|||||||||||Q".replace("|||||||||||", "||||||||||"), one];
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    assert_eq!(code(transfer("1", Layout::Hid, &records)), "bad-sequence");
}

#[test]
fn an_end_that_is_not_a_normal_one_is_an_error() {
    let header = Header::parse(format!("{HEADER}0").as_bytes());
    let mut transfer = Transfer::new(header.unwrap_or_else(|error| panic!("{error}")), Layout::Hid);
    assert!(transfer.add(b"L|1||E").is_err());
}

#[test]
fn a_transfer_that_never_ends_is_given_up() {
    let header = Header::parse(HEADER.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let mut transfer = Transfer::new(header, Layout::Hid);
    let mut records = (1..).map(|place| transfer.add(result(place, 100, 14).as_bytes()));
    let failed = records.by_ref().take(20_000).find_map(Result::err);
    let Some(DriverError::Protocol(error)) = failed else { panic!("20 000 records are taken") };
    assert_eq!(error.code, "too-many-records");
}

#[test]
fn limits_of_another_unit_are_no_limits_of_a_result() {
    let low = "R|1|^^^Glucose|1.1|mmol/L^P||<||202603140712";
    let plain = "R|2|^^^Glucose|6.2|mmol/L^P||||202603140711";
    let complete = transfer("2", Layout::Hid, &[low, plain]).ok().unwrap();
    let Payload::Smbg(smbg) = &complete.entries[0].payload else { panic!("no result") };
    let bound = meterport_sdk::wit::Bound { threshold: None, stored: Some(1_100) };
    assert!(smbg.level == Level::BelowRange(bound));
    assert!(complete.entries[1].marks.is_empty());
}

#[test]
fn results_say_whether_times_have_seconds_not_the_header() {
    let one = result(1, 100, 14);
    assert!(transfer("1", Layout::Hid, &[&one]).is_ok_and(|complete| !complete.has_seconds));
    let precise = "R|1|^^^Glucose|100|mg/dL^P||||20260314071209";
    assert!(transfer("1", Layout::Hid, &[precise]).is_ok_and(|complete| complete.has_seconds));
}

#[test]
fn an_order_before_or_behind_its_result_makes_it_a_control_test() {
    let (one, two) = (result(1, 100, 14), result(2, 101, 13));
    let order = "O|2||||||||||Q";
    for records in [[&one, order, &two], [order, &one, &two], [&one, &two, order]] {
        let complete = transfer("2", Layout::Hid, &records).ok().unwrap();
        assert_eq!(samples(&complete), [Some(Sample::Blood), Some(Sample::ControlSolution)]);
        assert_eq!(complete.skipped, 1);
    }
}

#[test]
fn an_order_that_says_more_is_kept_as_well() {
    let one = result(1, 100, 14);
    let complete = transfer("1", Layout::Hid, &["O|1|A7|||||||||Q", &one]).ok().unwrap();
    assert_eq!(samples(&complete), [None, Some(Sample::ControlSolution)]);
    assert_eq!(complete.entries[0].raw, b"O||A7|||||||||Q");
    assert!(complete.entries[0].origin.log == RECORDS && complete.skipped == 0);
}

#[test]
fn other_tests_and_other_records_are_kept_with_their_bytes() {
    let one = result(1, 100, 14);
    for carbs in ["R|1|^^^Carb|30|g|||||", "R|2|^^^Carb|30|g|||||", "R||^^^Carb|30|g|||||"] {
        let count = if carbs.starts_with("R|2") { "2" } else { "1" };
        let complete =
            transfer(count, Layout::Hid, &["P|1", &one, carbs, "C|1|note"]).ok().unwrap();
        let kept: Vec<&[u8]> = complete.entries.iter().map(|entry| entry.raw.as_slice()).collect();
        assert_eq!(kept[1..], [&b"R||^^^Carb|30|g|||||"[..], b"C||note"]);
        assert_eq!(complete.skipped, 1);
    }
}

#[test]
fn the_first_record_of_a_serial_model_is_its_average_and_no_result() {
    let serial = |place: u32| format!("R|{place}|^^^Glucose|99|mg/dL^P|||||||202603140712");
    for (count, places) in [("2", [1, 1, 2]), ("3", [1, 2, 3]), ("2", [0, 1, 2]), ("3", [3, 2, 1])]
    {
        let records = places.map(serial);
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let complete = transfer(count, Layout::Serial, &records).ok().unwrap();
        let Payload::Other(average) = &complete.entries[0].payload else { panic!("a result") };
        assert!(average.code == "average" && average.level == Some(Level::Value(99_000)));
        assert_eq!(average.unit.as_deref(), Some("mg/dL"));
        assert_eq!(samples(&complete), [None, Some(Sample::Blood), Some(Sample::Blood)]);
    }
}

#[test]
fn a_serial_model_without_results_is_empty_with_an_average_or_without() {
    let average = "R|1|^^^Glucose|0|mg/dL^P|||||||000000000000";
    for count in ["0", "1", ""] {
        let complete = transfer(count, Layout::Serial, &["P|1", average]).ok().unwrap();
        assert_eq!(samples(&complete), [None]);
    }
    assert_eq!(code(transfer("2", Layout::Serial, &[average])), "count-mismatch");
    assert_eq!(code(transfer("1", Layout::Serial, &["P|1"])), "count-mismatch");
    assert!(transfer("0", Layout::Serial, &["P|1"]).is_ok_and(|it| it.entries.is_empty()));
}

#[test]
fn an_average_that_cannot_be_read_is_kept_with_its_bytes() {
    let complete = transfer("", Layout::Serial, &["R||^^^Glucose|-|x|"]).ok().unwrap();
    let Payload::Other(average) = &complete.entries[0].payload else { panic!("a result") };
    assert!(average.level.is_none() && average.unit.is_none());
    assert_eq!(complete.entries[0].raw, b"R||^^^Glucose|-|x|");
}

#[test]
fn the_greater_part_of_the_neighbours_says_which_end_comes_first() {
    let order = |days: &[u32]| {
        let records: Vec<String> =
            (1..).zip(days).map(|(place, day)| result(place, 100, *day)).collect();
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        transfer("", Layout::Hid, &records).ok().unwrap().order
    };
    assert!(order(&[1, 2, 3]) == Order::OldestFirst);
    assert!(order(&[3, 2, 1]) == Order::NewestFirst);
    assert!(order(&[1, 2, 1, 2]) == Order::OldestFirst, "the clock was set back once");
    assert!(order(&[5, 4, 9, 8, 7]) == Order::NewestFirst);
    assert!(order(&[1, 4, 3]) == Order::OldestFirst, "as many up as down: the ends decide");
    assert!(order(&[]) == Order::NewestFirst && order(&[7]) == Order::NewestFirst);
}
