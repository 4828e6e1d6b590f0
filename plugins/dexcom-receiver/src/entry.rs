//! From a record to what the contract calls an entry.
//!
//! The receiver counts the records of each kind for good, so every entry has a sequence. Its tick is
//! the system clock, see `offsets.rs`. Numbers are mg/dL whatever is displayed.
//!
//! Pure. Units and times are not converted here; the host does that.

mod diary;
mod glucose;
mod setting;

use meterport_sdk::wit::{
    Calibration, Capture, ConcentrationUnit, Entry, Level, Origin, Other, Payload, Stamp, Validity,
};

use crate::offsets::Offsets;
use crate::record::meter::Meter;
use crate::record::{self, Kind, Record};
use crate::time::{Times, set, shown};

pub use setting::time_change;

/// What is known about the whole receiver.
pub struct Circumstances {
    /// The history of its clock.
    pub offsets: Offsets,
    /// False for the software whose predictions mean nothing.
    pub predicts: bool,
}

/// What the driver reports for one record.
#[must_use]
pub fn from_record(
    kind: Kind,
    revision: u8,
    sequence: u64,
    bytes: &[u8],
    with: &Circumstances,
) -> Entry {
    let parts = match record::decode(kind, revision, bytes) {
        Record::Glucose(glucose) => glucose::parts(&glucose, kind, with),
        Record::Meter(meter) => calibration(&meter, with),
        Record::Insertion(insertion) => diary::insertion(&insertion, with),
        Record::Event(event) => diary::event(&event, with),
        Record::Setting(setting) => setting::parts(&setting, with),
        Record::Unknown => Parts {
            // Nobody knows where its times are.
            at: Stamp { local: None, reliable: true, tick: None },
            extra: vec![marker(format!("revision-{revision}"))],
            ..Parts::new(vendor_record())
        },
    };
    let log = kind.log().to_owned();
    Entry {
        origin: Origin { numbers: log.clone(), log, sequence: Some(sequence), part: 0 },
        at: parts.at,
        validity: parts.validity,
        payload: parts.payload,
        marks: parts.marks,
        extra: parts.extra,
        raw: bytes.to_vec(),
    }
}

/// What a record decides about its entry.
struct Parts {
    at: Stamp,
    validity: Validity,
    payload: Payload,
    marks: Vec<String>,
    extra: Vec<(String, String)>,
}

impl Parts {
    fn new(payload: Payload) -> Self {
        Self {
            at: Stamp { local: None, reliable: false, tick: None },
            validity: Validity::Valid,
            payload,
            marks: Vec::new(),
            extra: Vec::new(),
        }
    }
}

fn calibration(meter: &Meter, with: &Circumstances) -> Parts {
    let suspect = meter.mg_per_dl > MOST;
    let mut extra = Vec::new();
    if let Some((kind, transmitter)) = meter.details {
        extra.push(marker(format!("entry-type-{kind}")));
        extra.extend(transmitter_time(transmitter));
    }
    Parts {
        at: stamp(meter.times, with),
        validity: if suspect { Validity::Questionable } else { Validity::Valid },
        marks: if suspect { vec!["suspect-value".to_owned()] } else { Vec::new() },
        extra,
        ..Parts::new(Payload::Calibration(Calibration {
            level: Level::Value(u32::from(meter.mg_per_dl) * 1000),
            unit: ConcentrationUnit::MgPerDl,
            capture: Capture::Unknown,
            entered_at: shown(meter.entered),
        }))
    }
}

/// The time of a record, as the screen showed it.
fn stamp(times: Times, with: &Circumstances) -> Stamp {
    let local = shown(times.display);
    Stamp { local, reliable: local.is_some(), tick: with.offsets.tick(times) }
}

/// What nobody has described: the bytes stand beside it.
fn vendor_record() -> Payload {
    Payload::Other(Other { code: "vendor-record".to_owned(), level: None, unit: None, text: None })
}

fn marker(text: String) -> (String, String) {
    ("vendor-marker".to_owned(), text)
}

fn transmitter_time(seconds: u32) -> Option<(String, String)> {
    set(seconds).map(|seconds| ("transmitter-time".to_owned(), seconds.to_string()))
}

/// The largest number of mg/dL that is believed: the record has room for far more than any meter
/// measures. A larger one is kept, and not believed.
const MOST: u16 = 1_000;
