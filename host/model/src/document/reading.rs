//! One result as documents show it and as the server stores it.
//!
//! Writing is the definition. Reading back accepts exactly what writing gives: the text is read,
//! written again and compared, so an unknown key, a missing one or another form of a number is
//! refused. A server can rely on it as its list of allowed fields.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::body::Body;
use crate::device_time::DeviceTime;
use crate::entry::Validity;
use crate::identity::RecordId;
use crate::kind::Kind;
use crate::redact::redacted_debug;
use crate::utc_time::UtcTime;

/// One result.
#[derive(Clone, Eq, PartialEq)]
pub struct Reading {
    /// Its identity, kept beside and never written. None once a reading was read back from text.
    pub id: Option<RecordId>,
    /// Its place in the document, oldest first.
    pub index: u64,
    /// Which of the device's memories.
    pub log: String,
    /// The device's own lasting number.
    pub sequence: Option<u64>,
    /// Which result of one stored record.
    pub part: u16,
    /// What the meter's clock showed; no zone.
    pub device_time: Option<DeviceTime>,
    /// UTC, by `time_rule`.
    pub time: Option<UtcTime>,
    /// The rule that made `time`, or that forbade it.
    pub time_rule: TimeRule,
    /// What the device itself says about the record.
    pub validity: Validity,
    /// Registered codes.
    pub marks: Vec<String>,
    /// What the person wrote in the same stored record.
    pub notes: Vec<String>,
    /// Registered key and value.
    pub extra: Vec<(String, String)>,
    /// The fields of its kind.
    pub body: Body,
}

/// How a time in UTC was made. The table is at [`crate::time`].
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeRule {
    /// The device time, read in the zone.
    Zone,
    /// The same, while the device's clock is 15 minutes to 26 hours off.
    ZoneClockOff,
    /// There is none.
    Unknown,
    /// The device time is in the hour that occurs twice.
    ZoneFold,
    /// The device time is in the hour that does not exist.
    ZoneGap,
    /// By the device's own list of clock changes.
    Segment,
}

impl TimeRule {
    /// As documents write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zone => "zone",
            Self::ZoneClockOff => "zone-clock-off",
            Self::Unknown => "unknown",
            Self::ZoneFold => "zone-fold",
            Self::ZoneGap => "zone-gap",
            Self::Segment => "segment",
        }
    }
}

impl Reading {
    /// Whether it may count as the patient's: valid, not control solution, and a number where its
    /// kind is a concentration. Anything else is kept and shown only.
    pub fn counts_as_the_patients(&self) -> bool {
        self.validity == Validity::Valid
            && self.body.control() != Some(true)
            && self.body.concentration().is_none_or(|concentration| concentration.value.is_some())
    }
}

redacted_debug!(Reading);

#[derive(Serialize)]
struct Written<'a> {
    index: u64,
    log: &'a str,
    sequence: Option<u64>,
    part: u16,
    kind: Kind,
    device_time: Option<DeviceTime>,
    time: Option<UtcTime>,
    time_rule: TimeRule,
    validity: Validity,
    marks: &'a [String],
    notes: &'a [String],
    extra: &'a [(String, String)],
    #[serde(flatten)]
    body: &'a Body,
}

impl Serialize for Reading {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            index: self.index,
            log: &self.log,
            sequence: self.sequence,
            part: self.part,
            kind: self.body.kind(),
            device_time: self.device_time,
            time: self.time,
            time_rule: self.time_rule,
            validity: self.validity,
            marks: &self.marks,
            notes: &self.notes,
            extra: &self.extra,
            body: &self.body,
        }
        .serialize(serializer)
    }
}

#[derive(Deserialize)]
struct Common {
    index: u64,
    log: String,
    sequence: Option<u64>,
    part: u16,
    kind: Kind,
    device_time: Option<DeviceTime>,
    time: Option<UtcTime>,
    time_rule: TimeRule,
    validity: Validity,
    marks: Vec<String>,
    notes: Vec<String>,
    extra: Vec<(String, String)>,
}

impl<'de> Deserialize<'de> for Reading {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let reading = parse(&value).ok_or_else(|| de::Error::custom(REFUSED))?;
        // What was read is written again: nothing unknown, missing or differently formed passes.
        let written = serde_json::to_value(&reading).map_err(|_| de::Error::custom(REFUSED))?;
        if written == value && reading.body.is_consistent() {
            Ok(reading)
        } else {
            Err(de::Error::custom(REFUSED))
        }
    }
}

/// The one text for every refusal, since a closer one could quote a result.
const REFUSED: &str = "not a result of `meterport.readout/1`";

fn parse(value: &Value) -> Option<Reading> {
    let common = Common::deserialize(value).ok()?;
    let body = body(common.kind, value)?;
    Some(Reading {
        id: None,
        index: common.index,
        log: common.log,
        sequence: common.sequence,
        part: common.part,
        device_time: common.device_time,
        time: common.time,
        time_rule: common.time_rule,
        validity: common.validity,
        marks: common.marks,
        notes: common.notes,
        extra: common.extra,
        body,
    })
}

fn body(kind: Kind, value: &Value) -> Option<Body> {
    fn of<'de, T: Deserialize<'de>>(value: &'de Value, make: fn(T) -> Body) -> Option<Body> {
        T::deserialize(value).ok().map(make)
    }
    match kind {
        Kind::Smbg => of(value, Body::Smbg),
        Kind::Ketone => of(value, Body::Ketone),
        Kind::Cgm => of(value, Body::Cgm),
        Kind::Calibration => of(value, Body::Calibration),
        Kind::Bolus => of(value, Body::Bolus),
        Kind::InsulinDose => of(value, Body::InsulinDose),
        Kind::Basal => of(value, Body::Basal),
        Kind::Wizard => of(value, Body::Wizard),
        Kind::Carbs => of(value, Body::Carbs),
        Kind::Exercise => of(value, Body::Exercise),
        Kind::Event => of(value, Body::Event),
        Kind::Note => of(value, Body::Note),
        Kind::Alarm => of(value, Body::Alarm),
        Kind::Settings => of(value, Body::Settings),
        Kind::TimeChange => of(value, Body::TimeChange),
        Kind::Other => of(value, Body::Other),
    }
}
