use super::*;
use crate::record::Header;
use crate::record::detail::{Basal, Calculator};
use meterport_sdk::time::from_seconds;

/// A record every minute from 2026-03-10 on, numbered from 100.
fn records(details: &[Detail]) -> Vec<History<'static>> {
    let record = |(place, detail): (u32, &Detail)| History {
        header: Header {
            index: Some(100 + place),
            error: 0,
            local: from_seconds(1_773_100_800 + i64::from(place) * 60),
            tick: 5_000 + place * 60,
        },
        kind: 0,
        deleted: false,
        flags: 0,
        detail: *detail,
        raw: &[],
    };
    (0..).zip(details).map(record).collect()
}

fn bolus(extended_minutes: u16, calculator: i16) -> Detail {
    Detail::Bolus(Bolus { volume: 100, extended_minutes, calculator, seconds: 40 })
}

fn calculator() -> Detail {
    Detail::Calculator(Calculator {
        delivered: [0; 2],
        programmed: [0; 2],
        suggested_correction: 0,
        suggested_meal: 0,
        on_board: [0; 2],
        factor: 50,
        glucose: 120,
        target: 110,
        threshold: 110,
        carbs: 40,
        ratio: 10,
    })
}

/// Each entry as the numbers of its records.
fn numbers(records: &[History<'_>]) -> Vec<Vec<u32>> {
    let number = |record: &History<'_>| record.header.index.unwrap();
    let of = |joined: &Joined<'_>| match joined {
        Joined::One(record) => vec![number(record)],
        Joined::Bolus(bolus) => {
            let parts = bolus.parts.iter().map(|(record, _)| number(record));
            parts.chain(bolus.ended.iter().map(|(record, ..)| number(record))).collect()
        }
        Joined::Basal(record, ended, _) => vec![number(record), number(ended)],
        Joined::Clock(first, second) => vec![number(first), number(second)],
    };
    join(records).iter().map(of).collect()
}

#[test]
fn a_deleted_record_and_a_wrong_one_are_joined_with_nothing() {
    let mut all = records(&[
        Detail::TimeSet([8, 0, 0]),
        Detail::DateSet(2026, 3, 10),
        calculator(),
        bolus(0, 1),
        bolus(60, 2),
    ]);
    all[0].deleted = true;
    all[3].header.error = 4;
    assert_eq!(numbers(&all), [[100], [101], [102], [103], [104]]);
}

#[test]
fn an_offset_that_leads_to_no_calculation_joins_nothing() {
    for offset in [1, 2, 9, -9, i16::MIN, i16::MAX] {
        // The two lead to different places.
        let all = records(&[Detail::Resumed, bolus(0, offset), bolus(60, offset)]);
        assert_eq!(numbers(&all), [[100], [101], [102]], "{offset}");
        assert!(
            join(&all)
                .iter()
                .all(|it| !matches!(it, Joined::Bolus(it) if it.calculation.is_some()))
        );
    }
}

#[test]
fn an_end_that_comes_too_late_for_the_bolus_before_it_stands_alone() {
    let end = Detail::BolusEnded { left: 50, minutes_left: 10 };
    let mut all = records(&[bolus(60, 0), end]);
    all[1].header.tick = 5_000 + 71 * 60 + SLACK as u32;
    assert_eq!(numbers(&all).len(), 2);
    all[1].header.tick -= 60;
    assert_eq!(numbers(&all), [[100, 101]]);
    all[1].header.tick = 4_000; // the counter started again
    assert_eq!(numbers(&all).len(), 2);
}

#[test]
fn of_two_ends_the_first_belongs_to_the_bolus() {
    let end = Detail::BolusEnded { left: 50, minutes_left: 10 };
    assert_eq!(
        numbers(&records(&[end, bolus(60, 0), end, end])),
        [vec![100], vec![101, 102], vec![103]]
    );
}

#[test]
fn two_boluses_at_once_after_one_calculation_are_two() {
    let all = records(&[calculator(), bolus(0, 1), bolus(30, 2), bolus(0, 3), bolus(60, 4)]);
    assert_eq!(numbers(&all), [vec![100], vec![101, 102], vec![103, 104]]);
}

#[test]
fn a_dual_bolus_stays_one_when_its_calculation_has_gone() {
    let all = records(&[bolus(0, 3), bolus(30, 4), bolus(0, 4)]);
    assert_eq!(numbers(&all), [vec![100, 101], vec![102]]);
    assert!(
        join(&all).iter().all(|it| !matches!(it, Joined::Bolus(it) if it.calculation.is_some()))
    );
}

#[test]
fn a_dual_bolus_split_at_midnight_and_ended_early_is_one() {
    let end = Detail::BolusEnded { left: 50, minutes_left: 10 };
    let all =
        records(&[calculator(), bolus(0, 1), bolus(30, 2), Detail::Exported, bolus(60, 4), end]);
    assert_eq!(numbers(&all), [vec![100], vec![101, 102, 104, 105], vec![103]]);
    let joined = join(&all);
    assert!(joined.iter().any(|it| matches!(it, Joined::Bolus(it) if it.calculation == Some(100))));
}

#[test]
fn an_end_belongs_to_the_bolus_of_the_newest_part_before_it() {
    let end = Detail::BolusEnded { left: 50, minutes_left: 10 };
    let all = records(&[calculator(), bolus(0, 1), bolus(0, 0), bolus(60, 3), end]);
    assert_eq!(numbers(&all), [vec![100], vec![101, 103, 104], vec![102]]);
}

#[test]
fn without_a_calculation_midnight_is_told_by_the_flag_and_the_day() {
    let mut all = records(&[bolus(30, 0), Detail::Exported, bolus(60, 0)]);
    assert_eq!(numbers(&all).len(), 3);
    all[2].flags = flag::CARRY_OVER;
    assert_eq!(numbers(&all).len(), 3);
    all[2].header.local = from_seconds(1_773_100_800 + 86_400);
    assert_eq!(numbers(&all), [vec![100, 102], vec![101]]);
}

#[test]
fn an_ended_basal_rate_is_the_newest_temporary_one() {
    let rate = |minutes| Detail::Basal(Basal { rate: 100, minutes, percent: 0 });
    let end = Detail::BasalEnded { minutes_left: 20 };
    assert_eq!(numbers(&records(&[rate(30), end, end])), [vec![100, 101], vec![102]]);
    assert_eq!(numbers(&records(&[rate(30), rate(0), end])), [[100], [101], [102]]);
}

#[test]
fn two_settings_of_one_kind_are_two_changes() {
    let time = Detail::TimeSet([8, 0, 0]);
    let date = Detail::DateSet(2026, 3, 10);
    assert_eq!(
        numbers(&records(&[time, time, date, date])),
        [vec![100], vec![101, 102], vec![103]]
    );
    assert_eq!(numbers(&records(&[date, Detail::Exported, time])), [[100], [101], [102]]);
}
