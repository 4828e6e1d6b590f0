use super::*;
use crate::concentration::{Bound, ConcentrationUnit, Ketone, Level, Sample};
use crate::device::{ClockObservation, Limits};
use crate::diary::Note;
use crate::entry::{Order, Payload, Validity};
use crate::quantity::Milli;
use crate::testing::{at, entry, glucose, readout, smbg};

const MANIFEST: &str = r#"manifest = 1
id = "glucolink"
version = "1.2.0"
contract = "0.1"
title = "GlucoLink"
family = "glucolink"

[[model]]
name = "GlucoLink One"
codes = ["GL1"]
tested = true
ranges = [
  { quantity = "glucose", unit = "mg/dL", low = "20", high = "600" },
  { quantity = "ketone", unit = "mmol/L", high = "8.0" },
]

[[model]]
name = "GlucoLink Mini"
codes = ["GLM"]
tested = false

[[match]]
transport = "serial"
kind = "device"
vid = 0x1209
pid = 0x0001
line = "9600 8N1"

[permissions]
set-clock = false
usb-vendor-requests = []
block-write = []
"#;

pub(crate) fn manifest() -> Manifest {
    Manifest::parse(MANIFEST.as_bytes()).unwrap()
}

pub(crate) fn circumstances(manifest: &Manifest) -> Circumstances<'_> {
    Circumstances {
        driver: DriverRef { id: "glucolink".into(), version: "1.2.0".into(), sha256: None },
        manifest,
        zone: Some(Zone::named("Europe/Berlin").unwrap()),
        now: Some("2026-11-20T08:22:31Z".parse().unwrap()),
        nonce: [7; 32],
    }
}

/// A readout whose clock is right, normalised in Berlin.
pub(crate) fn document(entries: Vec<Entry>) -> ReadoutDocument {
    let mut readout = readout(entries);
    readout.clock = Some(ClockObservation {
        local: Some(at("2026-11-20T09:22:31")),
        tick: None,
        host_at: Some("2026-11-20T08:22:31Z".parse().unwrap()),
    });
    normalise(&readout, &circumstances(&manifest()))
}

fn codes(document: &ReadoutDocument) -> Vec<Code> {
    document.warnings.iter().map(|warning| warning.code).collect()
}

fn json(document: &ReadoutDocument) -> serde_json::Value {
    serde_json::to_value(document).unwrap()
}

#[test]
fn a_meter_without_a_serial_number_is_warned_about_and_keeps_its_ids_to_itself() {
    let manifest = manifest();
    let mut readout = readout([smbg(at("2026-10-01T09:48:00"), 97)]);
    for serial in [None, Some("".to_owned()), Some("  ".to_owned())] {
        readout.info.serial_number = serial.map(Into::into);
        let one = normalise(&readout, &circumstances(&manifest));
        let other =
            normalise(&readout, &Circumstances { nonce: [8; 32], ..circumstances(&manifest) });
        assert!(codes(&one).contains(&Code::MeterNoSerial));
        assert!(one.meter.serial.is_none());
        assert!(one.results[0].id != other.results[0].id);
    }
}

#[test]
fn an_untested_or_unknown_model_and_skipped_records_are_warned_about() {
    let manifest = manifest();
    let mut readout = readout([]);
    readout.skipped = 2;
    for (model, name) in [("GLM", "GlucoLink Mini"), ("XYZ", "XYZ")] {
        readout.info.model = model.into();
        let document = normalise(&readout, &circumstances(&manifest));
        assert_eq!(document.meter.model, name);
        assert_eq!(
            codes(&document),
            [Code::ClockUnchecked, Code::MeterUntested, Code::RecordsSkipped]
        );
    }
    assert_eq!(codes(&super::tests::document(Vec::new())), []);
}

#[test]
fn a_result_beyond_the_range_names_where_its_limit_is_from() {
    let time = at("2026-10-01T09:48:00");
    let high = |threshold: Option<u32>, unit| {
        let bound = Bound { threshold: threshold.map(Milli), stored: None };
        let mut smbg = glucose(Level::AboveRange(bound));
        smbg.unit = unit;
        entry(time, Payload::Smbg(smbg))
    };
    let limit = |readout: &Readout, unit, threshold| {
        let mut readout = readout.clone();
        readout.entries = vec![high(threshold, unit)];
        let document = json(&normalise(&readout, &circumstances(&manifest())));
        let result = &document["results"][0];
        assert!(result["value"].is_null() && result["mg_dl"].is_null());
        (result["range_limit"].clone(), result["range_limit_from"].clone())
    };
    let (mg, mmol) = (ConcentrationUnit::MgPerDl, ConcentrationUnit::MmolPerL);
    let mut meter = readout([]);

    // The manual's limit in another unit would have to be rounded, so there is none.
    assert_eq!(limit(&meter, mmol, None), (serde_json::Value::Null, serde_json::Value::Null));
    assert_eq!(limit(&meter, mg, None), ("600".into(), "manual".into()));
    meter.info.limits = vec![Limits {
        quantity: "glucose".into(),
        unit: mg,
        low: Some(Milli(10_000)),
        high: Some(Milli(550_000)),
    }];
    assert_eq!(limit(&meter, mg, None), ("550".into(), "device".into()));
    assert_eq!(limit(&meter, mg, Some(500_000)), ("500".into(), "device".into()));
}

#[test]
fn a_ketone_in_eighteenths_keeps_its_value_and_gets_the_documented_limit() {
    let time = at("2026-10-01T09:48:00");
    let ketone = |level| {
        let unit = ConcentrationUnit::EighteenthMmolPerL;
        entry(time, Payload::Ketone(Ketone { level, unit, sample: Sample::Unknown }))
    };
    let document = json(&document(vec![
        ketone(Level::Value(Milli(11_000))),
        ketone(Level::AboveRange(Bound::default())),
        ketone(Level::NoValue("strip-error".into())),
    ]));
    let results = &document["results"];
    assert_eq!(results[0]["value"], "11");
    assert_eq!(results[0]["unit"], "mmol/L/18");
    assert_eq!(results[0]["mmol_l"], 0.61);
    assert!(results[0]["control"].is_null());
    assert_eq!(results[1]["range_limit"], "144");
    assert_eq!(results[2]["state"], "strip-error");
}

#[test]
fn notes_of_the_same_record_stand_beside_its_results_and_nowhere_else() {
    let time = at("2026-10-01T09:48:00");
    let note = |text: &str| {
        let mut note = entry(time, Payload::Note(Note { text: text.into() }));
        note.origin.part = 1;
        note
    };
    let document = document(vec![smbg(time, 97), note("felt low"), smbg(time, 98)]);
    let notes: Vec<_> = document.results.iter().map(|result| result.notes.clone()).collect();
    assert_eq!(notes, [vec!["felt low".to_owned()], vec![], vec![]]);
    assert_eq!(json(&document)["results"][1]["kind"], "note");
}

#[test]
fn only_a_valid_blood_result_with_a_number_counts_as_the_patients() {
    let time = at("2026-10-01T09:48:00");
    let mut control = glucose(Level::Value(Milli(97_000)));
    control.sample = Sample::ControlSolution;
    let mut invalid = smbg(time, 97);
    invalid.validity = Validity::Questionable;
    let low = Payload::Smbg(glucose(Level::BelowRange(Bound::default())));
    let document = document(vec![
        smbg(time, 97),
        entry(time, Payload::Smbg(control)),
        entry(time, low),
        invalid,
    ]);
    let counts: Vec<_> =
        document.results.iter().map(|result| result.counts_as_the_patients()).collect();
    assert_eq!(counts, [true, false, false, false]);
}

#[test]
fn a_document_is_the_contracts_byte_for_byte() {
    let manifest = manifest();
    let mut readout =
        readout([smbg(at("2026-10-02T09:48:00"), 97), smbg(at("2026-10-01T09:48:00"), 316)]);
    readout.orders = vec![("results".into(), Order::NewestFirst)];
    readout.skipped = 1;
    readout.clock = Some(ClockObservation {
        local: Some(at("2026-11-20T09:15:30")),
        tick: None,
        host_at: Some("2026-11-20T08:22:31.7Z".parse().unwrap()),
    });
    let document = normalise(&readout, &circumstances(&manifest));
    let expected = concat!(
        r#"{"schema":"meterport.readout/1","#,
        r#""meter":{"model":"GlucoLink One","serial":"ABC1234","firmware":"P02.00.00","#,
        r#""display_unit":"mg/dL","time_resolution_seconds":1,"limits":[]},"#,
        r#""driver":{"id":"glucolink","version":"1.2.0","sha256":null},"#,
        r#""clock":{"device":"2026-11-20T09:15:30","host":"2026-11-20T08:22:31Z","#,
        r#""offset_seconds":-421,"zone":"Europe/Berlin"},"complete":true,"results":["#,
        r#"{"index":0,"log":"results","sequence":null,"part":0,"kind":"smbg","#,
        r#""device_time":"2026-10-01T09:48:00","time":"2026-10-01T07:48:00Z","time_rule":"zone","#,
        r#""validity":"valid","marks":[],"notes":[],"extra":[],"#,
        r#""value":"316","unit":"mg/dL","range":null,"range_limit":null,"range_limit_from":null,"#,
        r#""stored":null,"state":null,"mg_dl":316.0,"mmol_l":17.5,"#,
        r#""control":false,"meal":"none","minutes_after_meal":null,"capture":"measured","#,
        r#""reference_method":null},"#,
        r#"{"index":1,"log":"results","sequence":null,"part":0,"kind":"smbg","#,
        r#""device_time":"2026-10-02T09:48:00","time":"2026-10-02T07:48:00Z","time_rule":"zone","#,
        r#""validity":"valid","marks":[],"notes":[],"extra":[],"#,
        r#""value":"97","unit":"mg/dL","range":null,"range_limit":null,"range_limit_from":null,"#,
        r#""stored":null,"state":null,"mg_dl":97.0,"mmol_l":5.4,"#,
        r#""control":false,"meal":"none","minutes_after_meal":null,"capture":"measured","#,
        r#""reference_method":null}],"#,
        r#""warnings":[{"code":"records.skipped","#,
        r#""message":"1 record holds no result and was skipped"}]}"#,
    );
    assert_eq!(serde_json::to_string(&document).unwrap(), expected);
}

#[test]
fn debug_prints_no_result() {
    let document = document(vec![smbg(at("2026-10-01T09:48:00"), 316)]);
    assert_eq!(
        format!("{document:?} {:?}", document.results[0]),
        "ReadoutDocument(..) Reading(..)"
    );
}
