use meterport_model::concentration::ConcentrationUnit;
use meterport_model::diary::Note;
use meterport_model::document::{RangeEnd, TimeRule};

use super::*;

fn reading(body: Body) -> Reading {
    Reading {
        id: None,
        index: 0,
        log: "results".to_owned(),
        sequence: None,
        part: 0,
        device_time: None,
        time: None,
        time_rule: TimeRule::Unknown,
        validity: Validity::Valid,
        marks: Vec::new(),
        notes: Vec::new(),
        extra: Vec::new(),
        body,
    }
}

fn cgm(range: Option<RangeEnd>, state: Option<&str>) -> CgmBody {
    let concentration = Concentration {
        value: None,
        unit: ConcentrationUnit::MgPerDl,
        range,
        range_limit: None,
        range_limit_from: None,
        stored: None,
        state: state.map(str::to_owned),
    };
    CgmBody {
        concentration,
        mg_dl: None,
        mmol_l: None,
        source: CgmSource::Backfilled,
        trend: Trend::FallingFast,
        predicted: None,
        noise: Some("light".to_owned()),
        sensor_age_seconds: None,
    }
}

#[test]
fn a_note_cannot_steer_the_terminal() {
    let note = reading(Body::Note(Note { text: "a\u{1b}[2Jb\nc".into() }));
    assert_eq!(row(&note), ["unknown", "note", "a[2Jb c", "", ""]);
}

#[test]
fn a_sensors_value_beyond_the_range_is_a_word_and_its_trend_is_said() {
    let low = reading(Body::Cgm(cgm(Some(RangeEnd::Low), None)));
    let remarks = "falling fast, filled in later, noise light";
    assert_eq!(row(&low), ["unknown", "cgm", "LO", "mg/dL", remarks]);
    let high = reading(Body::Cgm(cgm(Some(RangeEnd::High), None)));
    assert_eq!(row(&high).get(2).map(String::as_str), Some("HI"));
    let state = reading(Body::Cgm(cgm(None, Some("sensor-not-calibrated"))));
    assert_eq!(row(&state).get(2).map(String::as_str), Some("sensor not calibrated"));
}

#[test]
fn a_clock_is_said_to_be_slow_or_fast_in_the_unit_that_fits() {
    assert_eq!(clock(-59), "the meter's clock is right");
    assert_eq!(clock(-421), "the meter's clock is 7 minutes slow");
    assert_eq!(clock(7_300), "the meter's clock is 2 hours fast");
    assert_eq!(clock(-400_000), "the meter's clock is 4 days slow");
}
