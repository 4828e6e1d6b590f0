//! What one line of `$history?` and `$arresult?` becomes.

use meterport_sdk::time::checked;

use super::*;
use crate::record::libre::decode;

fn history(line: &str) -> Entry {
    let record = decode(List::History, line.as_bytes()).ok().unwrap();
    let mut entries = from_record(List::History, &record);
    assert_eq!(entries.len(), 1);
    entries.remove(0)
}

fn results(line: &str) -> Vec<Entry> {
    from_record(List::Results, &decode(List::Results, line.as_bytes()).ok().unwrap())
}

/// A record of `$arresult?` with 44 fields, some of them another way.
fn reading(changes: &[(usize, &str)]) -> Vec<Entry> {
    let line = "41211,2,3,10,26,7,41,5,1,2,0,0,118,1,4,0,0,0,0,0,0,0,0,0,0,0,0,0,0,\
                \"c1\",\"c2\",\"c3\",\"c4\",\"c5\",\"c6\",7,3,10,26,7,41,5,1,0";
    let mut fields: Vec<&str> = line.split(',').collect();
    for (index, value) in changes {
        fields[*index] = value;
    }
    results(&fields.join(","))
}

fn level(entry: &Entry) -> &Level {
    match &entry.payload {
        Payload::Smbg(smbg) => &smbg.level,
        Payload::Ketone(ketone) => &ketone.level,
        Payload::Cgm(cgm) => &cgm.level,
        _ => panic!("not a concentration"),
    }
}

#[test]
fn a_value_with_error_bits_is_kept_and_invalid_and_a_zero_is_no_value() {
    let entry = history("41208,12,3,10,26,7,30,30,1,0,0,0,0,0,1440,32768");
    assert_eq!(entry.validity, Validity::Invalid);
    assert_eq!(entry.marks, ["record-error"]);
    assert_eq!(entry.extra, [("error-bits".to_owned(), "0x8000".to_owned())]);
    assert!(*level(&entry) == Level::NoValue("sensor-error".to_owned()));
    let entry = history("41208,12,3,10,26,7,30,30,1,0,0,0,0,104,1440,1");
    assert!(entry.validity == Validity::Invalid && *level(&entry) == Level::Value(104_000));
    let strip = reading(&[(9, "0"), (11, "1"), (12, "0"), (28, "4")]).remove(0);
    assert_eq!(strip.validity, Validity::Invalid);
    assert!(*level(&strip) == Level::NoValue("not-available".to_owned()));
    assert_eq!(strip.marks, ["record-error"]);
}

#[test]
fn numbers_at_the_limits_and_beyond_are_hi_and_lo_and_stand_beside_them() {
    let of = |value: u32| history(&format!("41207,12,3,10,26,7,15,30,1,0,0,0,0,{value},1425,0"));
    let bound = |milli: u32| Bound { threshold: None, stored: Some(milli) };
    for value in [0, 39, 40] {
        assert!(*level(&of(value)) == Level::BelowRange(bound(value * 1000)), "{value}");
    }
    for value in [500, 501, 1023] {
        assert!(*level(&of(value)) == Level::AboveRange(bound(value * 1000)), "{value}");
    }
    for value in [41, 499] {
        assert!(*level(&of(value)) == Level::Value(value * 1000), "{value}");
    }
}

#[test]
fn the_limits_of_glucose_are_none_of_ketone() {
    let ketone = reading(&[(9, "1"), (12, "11"), (13, "0"), (14, "0")]).remove(0);
    assert!(matches!(&ketone.payload, Payload::Ketone(it) if it.sample == Sample::Unknown));
    assert!(*level(&ketone) == Level::Value(11_000));
    assert_eq!(ketone.validity, Validity::Valid);
}

#[test]
fn a_number_that_is_said_to_be_lo_or_an_error_and_is_neither_is_not_believed() {
    let strange = reading(&[(11, "1")]).remove(0);
    assert_eq!(
        (strange.validity, strange.marks),
        (Validity::Questionable, vec!["suspect-value".to_owned()])
    );
    let low = reading(&[(11, "1"), (12, "40")]).remove(0);
    assert!(low.validity == Validity::Valid && matches!(level(&low), Level::BelowRange(_)));
}

#[test]
fn an_arrow_or_a_kind_that_nobody_described_keeps_its_number() {
    let strange = reading(&[(14, "6")]).remove(0);
    assert_eq!(strange.extra, [marker("trend 6".to_owned())]);
    let strange = reading(&[(9, "3"), (17, "1")]);
    assert!(matches!(&strange[0].payload, Payload::Other(other) if other.code == "vendor-record"));
    assert_eq!(strange[0].extra, [marker("kind 3".to_owned())]);
    assert!(matches!(strange[1].payload, Payload::InsulinDose(_)));
}

#[test]
fn every_arrow_has_its_direction() {
    let trend = |stored: &str| match reading(&[(14, stored)]).remove(0).payload {
        Payload::Cgm(cgm) => cgm.trend,
        _ => panic!("not a sensor value"),
    };
    let all = ["0", "1", "2", "3", "4", "5"].map(trend);
    use Trend::{Falling, FallingFast, Rising, RisingFast, Steady, Unknown};
    assert_eq!(all, [Unknown, FallingFast, Falling, Steady, Rising, RisingFast]);
}

#[test]
fn amounts_without_a_note_stay_beside_the_reading_and_are_no_dose() {
    let entries = reading(&[(23, "9"), (26, "45"), (43, "3")]);
    assert_eq!(entries.len(), 1);
    let texts: Vec<&str> = entries[0].extra.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "rapid not noted, 1500 thousandths",
            "long not noted, 4500 thousandths",
            "food not noted, 45000 thousandths"
        ]
    );
}

#[test]
fn a_note_without_an_amount_has_none() {
    let entries = reading(&[(17, "1"), (18, "1"), (25, "1")]);
    let amounts = entries[1..].iter().map(|entry| match &entry.payload {
        Payload::InsulinDose(dose) => dose.amount,
        Payload::Carbs(carbs) => carbs.amount,
        _ => panic!("neither insulin nor food"),
    });
    assert!(amounts.eq([None, None, None]));
}

#[test]
fn what_the_person_noted_are_parts_of_one_record_and_only_the_first_has_its_bytes() {
    let changes = [
        (15, "1"),
        (16, "1"),
        (17, "1"),
        (18, "1"),
        (19, "33"),
        (23, "24"),
        (25, "1"),
        (26, "45"),
        (43, "9"),
    ];
    let entries = reading(&changes);
    let parts: Vec<u16> = entries.iter().map(|entry| entry.origin.part).collect();
    assert_eq!(parts, [0, 1, 2, 3, 4, 5]);
    assert!(entries.iter().all(|entry| entry.origin.sequence == Some(41_211)));
    assert!(entries.iter().all(|entry| entry.at.local == checked(2026, 3, 10, 7, 41, 5)));
    assert!(!entries[0].raw.is_empty() && entries[1..].iter().all(|entry| entry.raw.is_empty()));
    assert_eq!(entries[0].marks, ["sport", "medication"]);
    let dose = |place: usize| match &entries[place].payload {
        Payload::InsulinDose(dose) => (dose.amount, dose.action),
        _ => panic!("not a dose"),
    };
    assert_eq!(dose(1), (Some(4_500), InsulinAction::Rapid));
    assert_eq!(dose(2), (Some(12_000), InsulinAction::Long));
    assert!(matches!(&entries[3].payload, Payload::Carbs(carbs) if carbs.amount == Some(45_000)));
    assert!(matches!(&entries[4].payload, Payload::Note(note) if note.text == "c1"));
    assert!(matches!(&entries[5].payload, Payload::Note(note) if note.text == "c6"));
}

#[test]
fn a_comment_without_a_text_keeps_its_bits() {
    for (bits, text) in [("64", "\"c1\""), ("1", "\"\"")] {
        let entries = reading(&[(19, bits), (29, text)]);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].extra, [marker(format!("comment-bits {bits}"))]);
    }
}

#[test]
fn a_change_of_the_clock_has_both_times() {
    let entry = results("41212,5,3,10,26,9,0,0,1,3,10,26,8,3,0,1,0,0").remove(0);
    let Payload::TimeChange(change) = &entry.payload else { panic!("not a change") };
    assert_eq!(change.before, checked(2026, 3, 10, 8, 3, 0));
    assert_eq!(change.after, checked(2026, 3, 10, 9, 0, 0));
    assert_eq!(entry.at.local, change.after);
    assert_eq!(entry.origin.numbers, NUMBERS);
}

#[test]
fn the_first_value_of_a_sensor_is_marked() {
    let entry = history("41207,12,3,10,26,7,15,30,1,0,0,0,1,104,15,0");
    assert_eq!(entry.marks, ["first-of-sensor"]);
}

#[test]
fn the_worked_history_agrees() {
    let entry = history("41207,12,3,10,26,7,15,30,1,0,0,0,0,104,1425,0");
    let Payload::Cgm(cgm) = &entry.payload else { panic!("not a sensor value") };
    assert!(cgm.level == Level::Value(104_000) && cgm.source == CgmSource::Automatic);
    assert_eq!(cgm.sensor_age_seconds, Some(1425 * 60));
    assert_eq!(entry.at.local, checked(2026, 3, 10, 7, 15, 30));
    assert_eq!((entry.origin.log.as_str(), entry.origin.sequence), (HISTORY, Some(41_207)));
}
