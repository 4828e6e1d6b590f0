//! From records to what the contract calls an entry.
//!
//! The PDM numbers the records of its history, and those of the pump's alarms, for good. Glucose is
//! mg/dL whatever is displayed. What one record says about two things is two parts of it.
//!
//! Pure. Units and times are not converted here; the host does that.

mod alarm;
mod bolus;
mod clock;
mod glucose;
mod history;
mod pump;
mod settings;
mod wizard;

use meterport_sdk::DriverError;
use meterport_sdk::wit::{DeviceTime, Entry, Origin, Other, Payload, Stamp, Validity};

use crate::record::History;
use crate::version::Pdm;

pub use alarm::pump_alarm;
pub use history::entries;
pub use settings::entries as settings;

/// Log and numbering of the history.
pub const HISTORY: &str = "history";
/// Log and numbering of the pump's alarms.
pub const PUMP_ALARMS: &str = "pump-alarms";
/// Log of what is set. It has no numbers.
pub const SETTINGS: &str = "settings";

/// A record of a log that nobody described.
#[must_use]
pub fn other(other: &crate::record::Other<'_>, pdm: Pdm) -> Entry {
    let log = match other.log {
        crate::record::HISTORY => HISTORY.to_owned(),
        crate::record::PUMP_ALARMS => PUMP_ALARMS.to_owned(),
        log => format!("log-{log}"),
    };
    // Whether the numbers of these logs are lasting, nobody knows.
    let origin = Origin { numbers: log.clone(), log, sequence: None, part: 0 };
    let header = other.header.as_ref();
    let local = header.and_then(|header| header.local);
    let error = header.map_or(0, |header| header.error);
    let mut entry = Entry {
        origin,
        at: stamp(local, None, pdm),
        validity: validity(error),
        payload: vendor_record(),
        marks: Vec::new(),
        extra: Vec::new(),
        raw: Vec::new(),
    };
    keep(&mut entry, other.raw);
    mark_error(error, &mut entry);
    entry
}

/// When the clock showed `local`. Before the year in which it starts after a reset ended, it was
/// not set.
fn stamp(local: Option<DeviceTime>, tick: Option<u32>, pdm: Pdm) -> Stamp {
    let reliable = local.is_some_and(|local| is_set(&local, pdm));
    Stamp { local, reliable, tick: tick.map(u64::from) }
}

/// Whether the clock was set: after a reset it starts at 2007-01-01 (Eros), or around the first day
/// of 2016 (DASH). A time up to the end of that year is taken for one that nobody set.
#[must_use]
pub fn is_set(local: &DeviceTime, pdm: Pdm) -> bool {
    let last_unset = match pdm {
        Pdm::Eros => 2007,
        Pdm::Dash => 2016,
    };
    local.year > last_unset
}

fn validity(error: u16) -> Validity {
    match error {
        0 => Validity::Valid,
        3 | 4 | 6 | 8 => Validity::Invalid,
        _ => Validity::Questionable,
    }
}

fn mark_error(error: u16, entry: &mut Entry) {
    if error != 0 {
        entry.marks.push("record-error".to_owned());
        entry.extra.push(marker(format!("error-{error}")));
    }
}

/// The entry of a record of the history, with everything that any record has.
fn of_history(record: &History<'_>, payload: Payload, pdm: Pdm) -> Entry {
    let origin = in_history(record.header.index, 0);
    let mut validity = validity(record.header.error);
    if record.deleted {
        validity = Validity::Superseded;
    }
    let mut entry = Entry {
        origin,
        at: stamp(record.header.local, Some(record.header.tick), pdm),
        validity,
        payload,
        marks: Vec::new(),
        extra: Vec::new(),
        raw: Vec::new(),
    };
    keep(&mut entry, record.raw);
    if record.deleted {
        entry.marks.push("deleted".to_owned());
    }
    mark_error(record.header.error, &mut entry);
    flags(record.flags, &mut entry);
    entry
}

fn in_history(index: Option<u32>, part: u16) -> Origin {
    let (log, numbers) = (HISTORY.to_owned(), HISTORY.to_owned());
    Origin { log, numbers, sequence: index.map(u64::from), part }
}

/// Marks, and a marker for what has none.
fn flags(flags: u16, entry: &mut Entry) {
    let mut rest = flags;
    for (bit, mark) in pump::MARKS {
        if flags & bit != 0 {
            rest &= !bit;
            if !entry.marks.iter().any(|known| known == mark) {
                entry.marks.push(mark.to_owned());
            }
        }
    }
    if rest != 0 {
        entry.extra.push(marker(format!("flags-{rest:04x}")));
    }
}

/// Adds a record that belongs to the same entry.
fn add_record(entry: &mut Entry, record: &History<'_>) {
    flags(record.flags, entry);
    keep(entry, record.raw);
}

/// Adds the bytes of a record, as many as one entry may have, and says so where it had more.
fn keep(entry: &mut Entry, raw: &[u8]) {
    let left = MOST_RAW.saturating_sub(entry.raw.len());
    if raw.len() > left {
        entry.extra.push(marker(format!("record-of-{}-bytes", raw.len())));
    }
    entry.raw.extend(raw.iter().take(left));
}

/// What nobody has described: the bytes stand beside it.
fn vendor_record() -> Payload {
    Payload::Other(Other { code: "vendor-record".to_owned(), level: None, unit: None, text: None })
}

fn marker(text: String) -> (String, String) {
    ("vendor-marker".to_owned(), text)
}

/// Thousandths of a unit, from hundredths.
fn insulin(hundredths: u32) -> Result<u32, DriverError> {
    hundredths.checked_mul(10).ok_or_else(too_large)
}

fn too_large() -> DriverError {
    DriverError::protocol("too-large", "an amount is larger than any pump's")
}

const MOST_RAW: usize = 4096;
