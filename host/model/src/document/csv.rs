//! A readout as CSV: RFC 4180, UTF-8, decimal point, one header line.
//!
//! Lists are joined with `;`. Kinds that are no concentration leave the columns from `value` on
//! empty and carry their own fields as JSON in `detail`; a calibration whose entry time is stored
//! apart has that there. A predicted value is its number, else `low`, `high` or its state.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@`. In columns of text such a cell
//! gets a leading `'`; numbers and times are written by this program and need none.

use std::io::{self, Write};

use serde_json::json;

use super::{Body, LevelBody, LimitFrom, RangeEnd, Reading, ReadoutDocument};
use crate::entry::Validity;

/// The columns, in order.
pub const COLUMNS: [&str; 31] = [
    "index",
    "log",
    "sequence",
    "part",
    "kind",
    "device_time",
    "time",
    "time_rule",
    "validity",
    "marks",
    "notes",
    "value",
    "unit",
    "range",
    "range_limit",
    "range_limit_from",
    "stored",
    "state",
    "mg_dl",
    "mmol_l",
    "control",
    "meal",
    "minutes_after_meal",
    "capture",
    "reference_method",
    "source",
    "trend",
    "predicted",
    "noise",
    "sensor_age_seconds",
    "detail",
];

/// Writes one readout.
pub fn write_readout(document: &ReadoutDocument, out: impl Write) -> io::Result<()> {
    let mut writer = writer(out);
    writer.write_record(COLUMNS)?;
    for reading in &document.results {
        writer.write_record(row(reading)?)?;
    }
    writer.flush()
}

/// Writes several readouts in one table, whose first column is the device's id.
pub fn write_readouts<'a>(
    sections: impl IntoIterator<Item = (&'a str, &'a ReadoutDocument)>,
    out: impl Write,
) -> io::Result<()> {
    let mut writer = writer(out);
    writer.write_record(["device"].iter().chain(&COLUMNS))?;
    for (device, document) in sections {
        for reading in &document.results {
            let mut cells = row(reading)?;
            cells.insert(0, guarded(device));
            writer.write_record(cells)?;
        }
    }
    writer.flush()
}

fn writer<W: Write>(out: W) -> ::csv::Writer<W> {
    ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out)
}

/// One result, a cell for each of [`COLUMNS`].
fn row(reading: &Reading) -> io::Result<Vec<String>> {
    let mut cells = vec![
        reading.index.to_string(),
        guarded(&reading.log),
        number(reading.sequence),
        reading.part.to_string(),
        reading.body.kind().as_str().to_owned(),
        reading.device_time.map(|time| time.text()).unwrap_or_default(),
        reading.time.map(|time| time.text()).unwrap_or_default(),
        reading.time_rule.as_str().to_owned(),
        validity(reading.validity).to_owned(),
        guarded(&reading.marks.join(";")),
        guarded(&reading.notes.join(";")),
    ];
    cells.extend(concentration(&reading.body));
    cells.extend(own_columns(&reading.body)?);
    cells.push(guarded(&detail(&reading.body)?));
    Ok(cells)
}

/// `value` to `control`.
fn concentration(body: &Body) -> [String; 10] {
    let Some(it) = body.concentration() else { return Default::default() };
    let (mg_dl, mmol_l) = body.derived();
    [
        it.value.map(|value| value.text()).unwrap_or_default(),
        it.unit.as_str().to_owned(),
        it.range.map(RangeEnd::as_str).unwrap_or_default().to_owned(),
        it.range_limit.map(|limit| limit.text()).unwrap_or_default(),
        it.range_limit_from.map(LimitFrom::as_str).unwrap_or_default().to_owned(),
        it.stored.map(|stored| stored.text()).unwrap_or_default(),
        guarded(it.state.as_deref().unwrap_or_default()),
        mg_dl.map(|number| number.text()).unwrap_or_default(),
        mmol_l.map(|number| number.text()).unwrap_or_default(),
        number(body.control()),
    ]
}

/// `meal` to `sensor_age_seconds`.
fn own_columns(body: &Body) -> io::Result<[String; 9]> {
    let mut cells: [String; 9] = Default::default();
    let [meal, minutes, capture, method, source, trend, predicted, noise, age] = &mut cells;
    match body {
        Body::Smbg(smbg) => {
            *meal = word(smbg.meal)?;
            *minutes = number(smbg.minutes_after_meal);
            *capture = word(smbg.capture)?;
            *method = guarded(smbg.reference_method.as_deref().unwrap_or_default());
        }
        Body::Cgm(cgm) => {
            *source = word(cgm.source)?;
            *trend = word(cgm.trend)?;
            *predicted = cgm.predicted.as_ref().map(short).unwrap_or_default();
            *noise = guarded(cgm.noise.as_deref().unwrap_or_default());
            *age = number(cgm.sensor_age_seconds);
        }
        Body::Calibration(calibration) => *capture = word(calibration.capture)?,
        _ => {}
    }
    Ok(cells)
}

fn detail(body: &Body) -> io::Result<String> {
    match body {
        Body::Calibration(calibration) => match calibration.entered_at {
            Some(entered_at) => Ok(json!({ "entered_at": entered_at }).to_string()),
            None => Ok(String::new()),
        },
        Body::Smbg(_) | Body::Ketone(_) | Body::Cgm(_) => Ok(String::new()),
        other => Ok(serde_json::to_string(other)?),
    }
}

fn short(level: &LevelBody) -> String {
    match (level.value, level.range) {
        (Some(value), _) => value.text(),
        (None, Some(range)) => range.as_str().to_owned(),
        (None, None) => guarded(level.state.as_deref().unwrap_or_default()),
    }
}

fn validity(validity: Validity) -> &'static str {
    match validity {
        Validity::Valid => "valid",
        Validity::Questionable => "questionable",
        Validity::Invalid => "invalid",
        Validity::Superseded => "superseded",
    }
}

/// A case name, as JSON has it.
fn word(case: impl serde::Serialize) -> io::Result<String> {
    match serde_json::to_value(case)? {
        serde_json::Value::String(word) => Ok(word),
        other => Ok(other.to_string()),
    }
}

fn number(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Keeps a spreadsheet from running text as a formula.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concentration::{Bound, Level};
    use crate::diary::Note;
    use crate::entry::Payload;
    use crate::normalise::tests::document;
    use crate::quantity::Milli;
    use crate::testing::{at, entry, glucose, smbg};

    fn lines(entries: Vec<crate::entry::Entry>) -> Vec<String> {
        let mut out = Vec::new();
        write_readout(&document(entries), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("\r\n"));
        text.trim_end_matches("\r\n").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe() {
        let time = at("2026-10-01T09:48:00");
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("a=1", "a=1"),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
        ] {
            let mut result = smbg(time, 97);
            result.origin.part = 0;
            let mut note = entry(time, Payload::Note(Note { text: text.into() }));
            note.origin.part = 1;
            let row = lines(vec![result, note]).swap_remove(1);
            assert!(row.contains(&format!("valid,,{cell},97,mg/dL")), "{text:?}");
        }
    }

    #[test]
    fn a_result_beyond_the_range_has_no_number() {
        let bound = Bound { threshold: None, stored: Some(Milli(601_000)) };
        let high = Payload::Smbg(glucose(Level::AboveRange(bound)));
        let rows = lines(vec![entry(at("2026-10-01T09:48:00"), high)]);
        assert_eq!(
            rows[1],
            "0,results,,0,smbg,2026-10-01T09:48:00,2026-10-01T07:48:00Z,zone,valid,,,,mg/dL,high,\
             600,manual,601,,,,false,none,,measured,,,,,,,"
        );
    }

    #[test]
    fn the_header_is_the_contracts_and_every_row_has_as_many_cells() {
        let rows = lines(vec![smbg(at("2026-10-01T09:48:00"), 316)]);
        assert_eq!(
            rows[0],
            "index,log,sequence,part,kind,device_time,time,time_rule,validity,marks,notes,value,\
             unit,range,range_limit,range_limit_from,stored,state,mg_dl,mmol_l,control,meal,\
             minutes_after_meal,capture,reference_method,source,trend,predicted,noise,\
             sensor_age_seconds,detail"
        );
        assert_eq!(
            rows[1],
            "0,results,,0,smbg,2026-10-01T09:48:00,2026-10-01T07:48:00Z,zone,valid,,,316,mg/dL,,,,\
             ,,316.0,17.5,false,none,,measured,,,,,,,"
        );
    }

    #[test]
    fn another_kind_carries_its_json() {
        let note = Payload::Note(Note { text: "after \"sport\"".into() });
        let rows = lines(vec![entry(at("2026-10-01T09:48:00"), note)]);
        assert!(rows[1].ends_with(r#","{""text"":""after \""sport\""""}""#), "{}", rows[1]);
        assert!(rows[1].contains(",valid,,,,,,,,,,,,,"));
    }

    #[test]
    fn several_readouts_have_the_device_in_front() {
        let one = document(vec![smbg(at("2026-10-01T09:48:00"), 316)]);
        let mut out = Vec::new();
        write_readouts([("tty-1", &one), ("usb-1-2", &one)], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("device,index,log,"));
        assert!(text.contains("\r\ntty-1,0,results,") && text.contains("\r\nusb-1-2,0,results,"));
    }
}
