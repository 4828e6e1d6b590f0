//! Readouts and lists as people read them on a terminal.

use comfy_table::{ContentArrangement, Table, presets};
use meterport_model::document::{Body, Concentration, RangeEnd, Reading, ReadoutDocument};
use meterport_model::entry::Validity;
use meterport_model::text::printable;

/// A table that fits the terminal.
pub(crate) fn new(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}

/// One readout: the meter, its clock, its results.
pub(crate) fn readout(document: &ReadoutDocument) -> String {
    let meter = &document.meter;
    let mut text = format!("{}", printable(&meter.model));
    if let Some(serial) = &meter.serial {
        text.push_str(&format!(", serial number {}", printable(serial)));
    }
    text.push_str(&format!("\n{}\n", summary(document)));
    if !document.results.is_empty() {
        let mut table = new(&["time", "kind", "result", "unit", "remarks"]);
        for reading in &document.results {
            table.add_row(row(reading));
        }
        text.push_str(&format!("{table}\n"));
    }
    text
}

/// "214 results, 3 Jun 2026 to 21 Nov 2026; the meter's clock is 7 minutes slow".
pub(crate) fn summary(document: &ReadoutDocument) -> String {
    let count = document.results.len();
    let mut text = match count {
        0 => "no results".to_owned(),
        1 => "1 result".to_owned(),
        _ => format!("{count} results"),
    };
    let days = || document.results.iter().filter_map(|reading| reading.device_time);
    if let (Some(first), Some(last)) = (days().min(), days().max()) {
        let day = |time: meterport_model::device_time::DeviceTime| {
            time.civil().date().strftime("%-d %b %Y").to_string()
        };
        text.push_str(&format!(", {} to {}", day(first), day(last)));
    }
    if let Some(offset) = document.clock.offset_seconds {
        text.push_str(&format!("; {}", clock(offset)));
    }
    if !document.complete {
        text.push_str("; INCOMPLETE: the reading did not finish");
    }
    text
}

fn clock(offset_seconds: i64) -> String {
    let minutes = offset_seconds.unsigned_abs() / 60;
    let amount = match minutes {
        0 => return "the meter's clock is right".to_owned(),
        1 => "1 minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        120..2_880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    };
    let direction = if offset_seconds < 0 { "slow" } else { "fast" };
    format!("the meter's clock is {amount} {direction}")
}

pub(crate) fn row(reading: &Reading) -> Vec<String> {
    let time = reading
        .device_time
        .map_or_else(|| "unknown".to_owned(), |time| time.text().replace('T', " "));
    let (value, unit, mut remarks) = value(reading);
    // HI and LO are the patient's, though never a number.
    if reading.validity != Validity::Valid {
        remarks.push("does not count".to_owned());
    }
    remarks.extend(reading.marks.iter().cloned());
    let kind = reading.body.kind().as_str().to_owned();
    [time, kind, value, unit, remarks.join(", ")].map(|cell| printable(&cell).into_owned()).to_vec()
}

fn value(reading: &Reading) -> (String, String, Vec<String>) {
    match &reading.body {
        Body::Smbg(smbg) => {
            let meal = serde_json::to_value(smbg.meal).ok();
            let meal = meal.as_ref().and_then(serde_json::Value::as_str);
            let meal = match meal {
                Some("before") => Some("before a meal".to_owned()),
                Some("after") => Some("after a meal".to_owned()),
                Some("none" | "unknown") | None => None,
                Some(other) => Some(other.to_owned()),
            };
            let control = control(smbg.control);
            let (value, unit) = concentration(&smbg.concentration);
            (value, unit, control.into_iter().chain(meal).collect())
        }
        Body::Ketone(ketone) => {
            let control = control(ketone.control);
            // Eighteenths say nothing to a person.
            let (value, unit) = match ketone.mmol_l {
                Some(number) if ketone.concentration.value.is_some() => {
                    (format!("{:.2}", number.as_f64()), "mmol/L".to_owned())
                }
                _ => concentration(&ketone.concentration),
            };
            (value, unit, control.into_iter().collect())
        }
        Body::Cgm(cgm) => {
            let (value, unit) = concentration(&cgm.concentration);
            (value, unit, Vec::new())
        }
        Body::Calibration(given) => {
            let (value, unit) = concentration(&given.concentration);
            (value, unit, Vec::new())
        }
        other => {
            let mut fields = serde_json::to_value(other).unwrap_or_default();
            if let Some(fields) = fields.as_object_mut() {
                fields.remove("kind");
                fields.retain(|_, value| !value.is_null());
            }
            (fields.to_string(), String::new(), Vec::new())
        }
    }
}

fn control(control: Option<bool>) -> Option<String> {
    (control == Some(true)).then(|| "control solution, not the patient's".to_owned())
}

fn concentration(level: &Concentration) -> (String, String) {
    let value = match (level.value, level.range, &level.state) {
        (Some(value), _, _) => value.text(),
        (None, Some(RangeEnd::Low), _) => "LO".to_owned(),
        (None, Some(RangeEnd::High), _) => "HI".to_owned(),
        (None, None, Some(state)) => state.clone(),
        (None, None, None) => String::new(),
    };
    (value, level.unit.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn a_clock_is_said_to_be_slow_or_fast_in_the_unit_that_fits() {
        assert_eq!(clock(-59), "the meter's clock is right");
        assert_eq!(clock(-421), "the meter's clock is 7 minutes slow");
        assert_eq!(clock(7_300), "the meter's clock is 2 hours fast");
        assert_eq!(clock(-400_000), "the meter's clock is 4 days slow");
    }
}
