//! One sentence for each kind; what the meter did not store first.

use meterport_model::concentration::ConcentrationUnit;
use meterport_model::diary::Note;
use meterport_model::document::{SettingBody, SettingValueBody};

use super::*;

fn milli(text: &str) -> Option<Milli> {
    Some(Milli::parse(text).unwrap())
}

fn time(text: &str) -> Option<DeviceTime> {
    Some(DeviceTime::parse(text).unwrap())
}

fn word(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn given(units: &str, seconds: Option<u32>) -> Delivery {
    Delivery { delivered: milli(units), delivered_seconds: seconds, ..Delivery::default() }
}

fn bolus(immediate: Option<Delivery>, extended: Option<Delivery>, end: BolusEnd) -> String {
    sentence(&Body::Bolus(BolusBody { immediate, extended, end, wizard: None }))
}

#[test]
fn what_the_meter_did_not_store_is_never_a_number() {
    let none = Some(Delivery::default());
    assert_eq!(bolus(None, None, BolusEnd::Unknown), "bolus, amount unknown");
    assert_eq!(bolus(none, None, BolusEnd::Unknown), "bolus of an unknown amount");
    assert_eq!(
        bolus(None, none, BolusEnd::Unknown),
        "extended bolus of an unknown amount over time"
    );
    let carbs = Carbs { amount: None, category: None };
    assert_eq!(sentence(&Body::Carbs(carbs)), "food, amount not noted");
    let dose = InsulinDose { amount: None, action: InsulinAction::Unknown, occasion: None };
    assert_eq!(sentence(&Body::InsulinDose(dose)), "insulin amount not noted");
    let sport = Exercise { intensity: None, seconds: None };
    assert_eq!(sentence(&Body::Exercise(sport)), "exercise");
    let change =
        TimeChange { before: None, after: time("2026-03-10T09:30:00"), cause: "reset".into() };
    assert_eq!(sentence(&Body::TimeChange(change)), "clock unknown -> 2026-03-10 09:30 (reset)");
}

#[test]
fn a_bolus_says_what_was_given_and_over_which_time() {
    let done = BolusEnd::Completed;
    assert_eq!(bolus(Some(given("2.35", None)), None, done), "bolus 2.35 U");
    assert_eq!(
        bolus(None, Some(given("2", Some(7_200))), BolusEnd::InProgress),
        "extended bolus 2 U over 2 h, still running"
    );
    assert_eq!(
        bolus(Some(given("1", None)), Some(given("2", Some(5_400))), done),
        "dual bolus 1 U at once, 2 U over 1 h 30 min"
    );
    let part = Delivery { programmed: milli("2.35"), ..given("1.2", None) };
    assert_eq!(bolus(Some(part), None, BolusEnd::EndedEarly), "bolus 1.2 of 2.35 U, ended early");
    let wanted = Delivery { programmed: milli("3"), ..Delivery::default() };
    assert_eq!(bolus(Some(wanted), None, done), "bolus 3 U programmed");
}

#[test]
fn basal_delivery_is_a_rate_and_why_it_is_so() {
    let basal = |mode, rate, percent| Basal {
        mode,
        rate,
        percent,
        programmed_seconds: None,
        delivered_seconds: None,
        program: None,
        reason: None,
    };
    let said = |basal| sentence(&Body::Basal(basal));
    assert_eq!(said(basal(BasalMode::Scheduled, milli("0.85"), None)), "0.85 U/h scheduled");
    assert_eq!(said(basal(BasalMode::Suspended, None, None)), "suspended");
    assert_eq!(said(basal(BasalMode::Temporary, None, Some(-50))), "temporary -50 %");
    assert_eq!(said(basal(BasalMode::Temporary, None, Some(20))), "temporary +20 %");
    let named = Basal {
        programmed_seconds: Some(1_800),
        program: word("weekend"),
        reason: word("pod-deactivated"),
        ..basal(BasalMode::Scheduled, milli("1"), None)
    };
    assert_eq!(said(named), "1 U/h scheduled for 30 min, program weekend, pod deactivated");
}

#[test]
fn a_calculation_says_what_was_suggested_and_for_what() {
    let mut calculation = WizardBody {
        unit: ConcentrationUnit::MgPerDl,
        glucose: None,
        carbs: milli("30"),
        carb_ratio: None,
        correction_factor: None,
        target_low: None,
        target_high: None,
        correction_threshold: None,
        on_board_correction: None,
        on_board_meal: None,
        suggested_correction: Some(MilliSigned(-650)),
        suggested_meal: Some(MilliSigned(3_000)),
        programmed_correction: None,
        programmed_meal: None,
        delivered_correction: None,
        delivered_meal: None,
    };
    let said = |calculation: &WizardBody| sentence(&Body::Wizard(calculation.clone()));
    assert_eq!(said(&calculation), "calculated 2.35 U for 30 g");
    calculation.suggested_correction = Some(MilliSigned(i64::MAX));
    assert!(said(&calculation).starts_with("calculated 3 and 9223372036854775.807 U"));
    (calculation.suggested_correction, calculation.suggested_meal) = (None, None);
    assert_eq!(said(&calculation), "calculation without a suggestion for 30 g");
}

#[test]
fn food_sport_and_noted_insulin_are_named_with_their_amounts() {
    let carbs = Carbs { amount: milli("30"), category: word("breakfast") };
    assert_eq!(sentence(&Body::Carbs(carbs)), "30 g, breakfast");
    let sport = Exercise { intensity: word("light"), seconds: Some(2_700) };
    assert_eq!(sentence(&Body::Exercise(sport)), "exercise, light, 45 min");
    let dose =
        InsulinDose { amount: milli("12"), action: InsulinAction::Long, occasion: word("bedtime") };
    assert_eq!(sentence(&Body::InsulinDose(dose)), "long-acting insulin 12 U, bedtime");
}

#[test]
fn alarms_events_and_notes_are_words() {
    let alarm = |code: &str, stored_code, stops_delivery| {
        sentence(&Body::Alarm(Alarm { code: code.to_owned(), stored_code, stops_delivery }))
    };
    assert_eq!(alarm("vendor", Some(18), Some(true)), "the maker's alarm 18, delivery stops");
    assert_eq!(alarm("pod-expired", Some(3), None), "alarm pod expired (3)");
    assert_eq!(alarm("low-reservoir", None, Some(false)), "alarm low reservoir");
    let event = |text| Event { code: "sensor-inserted".to_owned(), text };
    assert_eq!(sentence(&Body::Event(event(None))), "sensor inserted");
    assert_eq!(sentence(&Body::Event(event(word("left arm")))), "sensor inserted: left arm");
    assert_eq!(sentence(&Body::Note(Note { text: "after sport".into() })), "after sport");
}

#[test]
fn settings_are_counted() {
    let value = SettingValueBody { number: None, text: None, flag: Some(true) };
    let one = SettingBody { key: "low-alert".to_owned(), value, unit: None };
    let said = |values| sentence(&Body::Settings(SettingsBody { values, schedules: Vec::new() }));
    assert_eq!(said(vec![one.clone()]), "settings: 1 value, 0 schedules");
    assert_eq!(said(vec![one; 12]), "settings: 12 values, 0 schedules");
}

#[test]
fn a_change_of_the_clock_shows_days_only_where_they_differ() {
    let said = |before, after| {
        sentence(&Body::TimeChange(TimeChange { before, after, cause: "person".to_owned() }))
    };
    let before = time("2026-03-10T08:30:00");
    assert_eq!(said(before, time("2026-03-10T09:30:00")), "clock 08:30 -> 09:30 (person)");
    assert_eq!(
        said(before, time("2026-03-11T08:30:05")),
        "clock 2026-03-10 08:30 -> 2026-03-11 08:30:05 (person)"
    );
}

#[test]
fn another_quantity_is_its_code_its_number_and_its_unit() {
    let none = OtherBody {
        code: "haematocrit".to_owned(),
        value: None,
        unit: None,
        range: None,
        range_limit: None,
        range_limit_from: None,
        stored: None,
        state: None,
        text: None,
    };
    let said = |other: OtherBody| sentence(&Body::Other(other));
    assert_eq!(said(none.clone()), "haematocrit");
    assert_eq!(
        said(OtherBody { range: Some(RangeEnd::High), stored: milli("99"), ..none.clone() }),
        "haematocrit HI"
    );
    assert_eq!(
        said(OtherBody { value: milli("42"), unit: word("%"), ..none.clone() }),
        "haematocrit 42 %"
    );
    assert_eq!(said(OtherBody { text: word("old strip"), ..none }), "haematocrit: old strip");
}
