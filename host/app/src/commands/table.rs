//! Readouts and lists as people read them on a terminal.

mod sentence;

use comfy_table::{ContentArrangement, Table, presets};
use meterport_model::concentration::{Capture, CgmSource, Meal, Trend};
use meterport_model::document::{Body, CgmBody, Concentration, Reading, ReadoutDocument, SmbgBody};
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

/// The width of a readout that goes to no terminal: a file, a pager, a mail.
const WIDTH_ELSEWHERE: u16 = 120;

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
        if table.width().is_none() {
            table.set_width(WIDTH_ELSEWHERE);
        }
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
    let (level, remarks) = match &reading.body {
        Body::Smbg(smbg) => (&smbg.concentration, of_smbg(smbg)),
        Body::Ketone(ketone) => {
            let remarks: Vec<String> = control(ketone.control).into_iter().collect();
            match ketone.mmol_l {
                // Eighteenths say nothing to a person.
                Some(number) if ketone.concentration.value.is_some() => {
                    return (format!("{:.2}", number.as_f64()), "mmol/L".to_owned(), remarks);
                }
                _ => (&ketone.concentration, remarks),
            }
        }
        Body::Cgm(cgm) => (&cgm.concentration, of_cgm(cgm)),
        Body::Calibration(given) => (&given.concentration, by_hand(given.capture)),
        other => return (sentence::sentence(other), String::new(), Vec::new()),
    };
    let (value, unit) = concentration(level);
    (value, unit, remarks)
}

fn of_smbg(smbg: &SmbgBody) -> Vec<String> {
    let meal = match smbg.meal {
        Meal::Unknown | Meal::None => None,
        Meal::Before => Some("before a meal"),
        Meal::After => Some("after a meal"),
        Meal::Fasting => Some("fasting"),
        Meal::Casual => Some("casual"),
        Meal::Bedtime => Some("bedtime"),
    };
    let meal = meal.map(str::to_owned);
    control(smbg.control).into_iter().chain(meal).chain(by_hand(smbg.capture)).collect()
}

/// The arrow, then how the value came to be stored.
fn of_cgm(cgm: &CgmBody) -> Vec<String> {
    let trend = match cgm.trend {
        Trend::Unknown => None,
        Trend::RisingVeryFast => Some("rising very fast"),
        Trend::RisingFast => Some("rising fast"),
        Trend::Rising => Some("rising"),
        Trend::Steady => Some("steady"),
        Trend::Falling => Some("falling"),
        Trend::FallingFast => Some("falling fast"),
        Trend::FallingVeryFast => Some("falling very fast"),
        Trend::NotComputable => Some("no trend"),
        Trend::RateOutOfRange => Some("rate out of range"),
    };
    let source = match cgm.source {
        CgmSource::Unknown | CgmSource::Automatic => None,
        CgmSource::Scan => Some("scan"),
        CgmSource::Backfilled => Some("filled in later"),
    };
    let noise = cgm.noise.as_deref().map(|noise| format!("noise {}", sentence::words(noise)));
    let said = [trend, source].into_iter().flatten().map(str::to_owned);
    said.chain(noise).collect()
}

fn by_hand(capture: Capture) -> Vec<String> {
    match capture {
        Capture::Unknown | Capture::Measured => Vec::new(),
        Capture::EnteredByHand => vec!["entered by hand".to_owned()],
    }
}

fn control(control: Option<bool>) -> Option<String> {
    (control == Some(true)).then(|| "control solution, not the patient's".to_owned())
}

fn concentration(level: &Concentration) -> (String, String) {
    let value = match (level.value, level.range, &level.state) {
        (Some(value), _, _) => value.text(),
        (None, Some(end), _) => sentence::of_range(end).to_owned(),
        (None, None, Some(state)) => sentence::words(state),
        (None, None, None) => String::new(),
    };
    (value, level.unit.as_str().to_owned())
}

#[cfg(test)]
mod tests;
