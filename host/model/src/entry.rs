//! What a driver emits: one result, as the device stores it.
//!
//! Truth: `wit/records.wit`, which these types mirror name for name. Nothing here converts,
//! sorts or leaves out; that is [`mod@crate::normalise`].

use zeroize::Zeroizing;

use crate::concentration::{Calibration, Cgm, Ketone, Smbg};
use crate::device_time::DeviceTime;
use crate::diary::{Alarm, Carbs, Event, Exercise, Note, Other, Settings, TimeChange};
use crate::insulin::{Basal, Bolus, InsulinDose, Wizard};
use crate::redact::redacted_debug;
use serde::{Deserialize, Serialize};

/// One result with its place, its time and what the device says about it.
#[derive(Clone, Eq, PartialEq)]
pub struct Entry {
    /// The place of the result in the device's memory.
    pub origin: Origin,
    /// When, by the device's clocks.
    pub at: Stamp,
    /// What the device itself says about the record.
    pub validity: Validity,
    /// What kind of result, and its fields.
    pub payload: Payload,
    /// Registered codes. A mark never changes what the value means.
    pub marks: Vec<String>,
    /// Registered key and value. A key may come more than once.
    pub extra: Vec<(String, String)>,
    /// The record's bytes as read, with part 0 only. At most 4096.
    pub raw: Zeroizing<Vec<u8>>,
}

impl Entry {
    /// What its texts, lists and raw bytes take in memory, roughly: the host bounds the sum.
    pub fn held_bytes(&self) -> usize {
        let texts = |list: &[String]| list.iter().map(|text| text.len() + 24).sum::<usize>();
        let pairs: usize = self.extra.iter().map(|(key, value)| key.len() + value.len() + 48).sum();
        let payload = match &self.payload {
            Payload::Note(note) => note.text.len(),
            Payload::Event(event) => event.text.as_ref().map_or(0, String::len),
            Payload::Other(other) => other.text.as_ref().map_or(0, String::len),
            Payload::Settings(settings) => settings.held_bytes(),
            _ => 0,
        };
        self.raw.len() + texts(&self.marks) + pairs + payload + self.origin.log.len() * 2
    }
}

/// The place of a result in the device's own memory.
#[derive(Clone, Eq, PartialEq)]
pub struct Origin {
    /// Which of the device's memories: a short name, fixed for the driver.
    pub log: String,
    /// Which numbering `sequence` belongs to. Logs may share one.
    pub numbers: String,
    /// The number the device itself gave the record for good. A position in a dump is none.
    pub sequence: Option<u64>,
    /// 0, 1, 2 … where one stored record holds several results; else 0.
    pub part: u16,
}

/// When, by the device's clocks.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Stamp {
    /// The device's wall clock; absent where the record has no readable time.
    pub local: Option<DeviceTime>,
    /// False where the device itself marks the time as lost or not set.
    pub reliable: bool,
    /// Seconds on a counter that the person cannot set. Only differences mean something.
    pub tick: Option<u64>,
}

/// What the device itself says about a record. Anything but `Valid` is kept and shown, and never
/// counts as the person's.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Validity {
    /// An ordinary record.
    Valid,
    /// The device doubts it.
    Questionable,
    /// The device marks it as wrong.
    Invalid,
    /// Replaced by another record or deleted by the person.
    Superseded,
}

/// In which order the entries of a log were emitted: always the device's own order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Order {
    /// The first entry emitted is the oldest.
    OldestFirst,
    /// The first entry emitted is the newest.
    NewestFirst,
}

/// What kind of result, and its fields.
#[derive(Clone, Eq, PartialEq)]
pub enum Payload {
    /// A fingerstick glucose result.
    Smbg(Smbg),
    /// A ketone result.
    Ketone(Ketone),
    /// A continuous sensor's result.
    Cgm(Cgm),
    /// A fingerstick value given to a continuous sensor.
    Calibration(Calibration),
    /// A bolus delivered by a pump.
    Bolus(Bolus),
    /// A dose the person noted.
    InsulinDose(InsulinDose),
    /// One stretch of basal delivery.
    Basal(Basal),
    /// A bolus calculation.
    Wizard(Wizard),
    /// Food.
    Carbs(Carbs),
    /// Sport.
    Exercise(Exercise),
    /// Something that happened to the person or the device.
    Event(Event),
    /// What the person wrote.
    Note(Note),
    /// An alarm of the device.
    Alarm(Alarm),
    /// What was set on the device.
    Settings(Settings),
    /// A change of the device's clock.
    TimeChange(TimeChange),
    /// Anything this version has no case for.
    Other(Other),
}

redacted_debug!(Entry, Origin, Stamp, Payload);
