//! Entries of the Libre. Both lists share one numbering.
//!
//! | stored                      | entry                                                        |
//! |-----------------------------|--------------------------------------------------------------|
//! | `$history?`                 | sensor value, automatic, with the age of the sensor          |
//! | scan                        | sensor value, scan, with the arrow                           |
//! | strip                       | fingerstick result, ketone                                   |
//! | 500 mg/dL and more, 40 and less | above, below the range; the number stands beside it      |
//! | error bits                  | `invalid`, mark `record-error`, the bits in `error-bits`; a 0 is no value then |
//! | "LO or error" and neither   | questionable, mark `suspect-value`                           |
//! | insulin, food, comments     | entries of their own: the next parts of the same record      |
//! | sport, medication           | marks                                                        |
//! | type not described          | `vendor-record` with its bytes                               |
//!
//! Pure.

use meterport_sdk::wit::{
    Bound, Carbs, Cgm, CgmSource, ConcentrationUnit, Entry, InsulinAction, InsulinDose, Ketone,
    Level, Note, Origin, Other, Payload, Sample, Trend, Validity,
};

use super::{NOT_SENT, entry, marker, smbg, suspect, time_change, unknown};
use crate::record::Value;
use crate::record::libre::{self, Content, List, Reading, Record};

/// The log of the list `$history?`.
pub const HISTORY: &str = "history";
/// The log of the list `$arresult?`.
pub const RESULTS: &str = "results";
/// The numbering of both.
pub const NUMBERS: &str = "records";

/// What the driver reports for one record: one entry, or several parts.
#[must_use]
pub fn from_record(list: List, record: &Record<'_>) -> Vec<Entry> {
    let origin = Origin {
        log: match list {
            List::History => HISTORY.to_owned(),
            List::Results => RESULTS.to_owned(),
        },
        numbers: NUMBERS.to_owned(),
        sequence: Some(u64::from(record.id)),
        part: 0,
    };
    let line = record.line;
    match &record.content {
        Content::History { stamp, value, first, sensor_minutes, errors } => {
            let payload = Payload::Cgm(Cgm {
                level: glucose(*value, *errors, "sensor-error"),
                unit: ConcentrationUnit::MgPerDl,
                source: CgmSource::Automatic,
                trend: Trend::Unknown,
                predicted: None,
                noise: None,
                sensor_age_seconds: sensor_minutes.checked_mul(60),
            });
            let mut entry = entry(origin, stamp, payload, line);
            if *first {
                entry.marks.push("first-of-sensor".to_owned());
            }
            if sensor_minutes.checked_mul(60).is_none() {
                entry.extra.push(marker(format!("sensor-minutes {sensor_minutes}")));
            }
            errors_of(&mut entry, *errors);
            vec![entry]
        }
        Content::Reading(reading) => {
            let mut entries = vec![measured(origin.clone(), reading, line)];
            for (part, payload) in (1..).zip(noted(reading)) {
                let origin = Origin { part, ..origin.clone() };
                entries.push(entry(origin, &reading.stamp, payload, &[]));
            }
            entries
        }
        Content::TimeChange { stamp, before } => vec![time_change(origin, stamp, before, line)],
        Content::Unknown { kind } => vec![unknown(origin, *kind, line)],
    }
}

/// Part 0: what was measured.
fn measured(origin: Origin, reading: &Reading, line: &[u8]) -> Entry {
    let errors = reading.errors;
    let (trend, known_trend) = trend(reading.trend);
    let payload = match reading.kind {
        // Whether it was a test with control solution is not known to be stored.
        STRIP => smbg(glucose(reading.value, errors, "not-available"), Sample::Unknown),
        KETONE_STRIP => Payload::Ketone(Ketone {
            level: plain(reading.value, errors, "not-available"),
            unit: ConcentrationUnit::EighteenthMmolPerL,
            sample: Sample::Unknown,
        }),
        SCAN => Payload::Cgm(Cgm {
            level: glucose(reading.value, errors, "sensor-error"),
            unit: ConcentrationUnit::MgPerDl,
            source: CgmSource::Scan,
            trend,
            predicted: None,
            noise: None,
            sensor_age_seconds: None,
        }),
        _ => Payload::Other(Other {
            code: "vendor-record".to_owned(),
            level: None,
            unit: None,
            text: None,
        }),
    };
    let low = is_low(&payload);
    let known_kind = reading.kind <= SCAN;
    let mut entry = entry(origin, &reading.stamp, payload, line);
    let flags = [(reading.sport, "sport"), (reading.medication, "medication")];
    entry.marks.extend(flags.iter().filter(|(set, _)| *set).map(|(_, mark)| (*mark).to_owned()));
    errors_of(&mut entry, errors);
    if reading.low_or_error && errors == 0 && !low && known_kind {
        suspect(&mut entry);
    }
    if !known_kind {
        entry.extra.push(marker(format!("kind {}", reading.kind)));
    }
    if !known_trend {
        entry.extra.push(marker(format!("trend {}", reading.trend)));
    }
    entry.extra.extend(leftovers(reading).into_iter().map(marker));
    entry
}

/// The parts behind it: what the person noted.
fn noted(reading: &Reading) -> Vec<Payload> {
    let mut parts = Vec::new();
    for (note, action) in
        [(reading.rapid, InsulinAction::Rapid), (reading.long, InsulinAction::Long)]
    {
        if note.noted {
            let amount = amount(note);
            parts.push(Payload::InsulinDose(InsulinDose { amount, action, occasion: None }));
        }
    }
    if reading.food.noted {
        parts.push(Payload::Carbs(Carbs { amount: amount(reading.food), category: None }));
    }
    for (number, text) in reading.comments.iter().enumerate() {
        if is_chosen(reading, number) && !text.is_empty() {
            parts.push(Payload::Note(Note { text: text.clone() }));
        }
    }
    parts
}

/// What is neither measured nor noted in a way that is described, and stays beside part 0.
fn leftovers(reading: &Reading) -> Vec<String> {
    let mut left = Vec::new();
    let amounts = [("rapid", reading.rapid), ("long", reading.long), ("food", reading.food)];
    for (name, note) in amounts {
        if !note.noted && note.milli != 0 {
            left.push(format!("{name} not noted, {} thousandths", note.milli));
        }
    }
    let with_text = |number: &usize| reading.comments.get(*number).is_some_and(|it| !it.is_empty());
    if (0..BITS).any(|number| is_chosen(reading, number) && !with_text(&number)) {
        left.push(format!("comment-bits {}", reading.comment_bits));
    }
    left
}

fn is_chosen(reading: &Reading, number: usize) -> bool {
    u32::try_from(number)
        .ok()
        .and_then(|number| reading.comment_bits.checked_shr(number))
        .is_some_and(|bits| bits & 1 == 1)
}

/// Absent where the person only noted that there was one.
fn amount(note: libre::Note) -> Option<u32> {
    Some(note.milli).filter(|milli| *milli != 0)
}

fn errors_of(entry: &mut Entry, errors: u32) {
    if errors != 0 {
        entry.validity = Validity::Invalid;
        entry.marks.push("record-error".to_owned());
        entry.extra.push(("error-bits".to_owned(), format!("0x{errors:04X}")));
    }
}

/// The meter stores a number for HI and LO too: the limit, or what lies beyond it.
fn glucose(value: Value, errors: u32, state: &str) -> Level {
    match plain(value, errors, state) {
        Level::Value(milli) if milli >= HIGH_MILLI => {
            Level::AboveRange(Bound { threshold: None, stored: Some(milli) })
        }
        Level::Value(milli) if milli <= LOW_MILLI => {
            Level::BelowRange(Bound { threshold: None, stored: Some(milli) })
        }
        level => level,
    }
}

fn plain(value: Value, errors: u32, state: &str) -> Level {
    match value {
        Value::Milli(0) if errors != 0 => Level::NoValue(state.to_owned()),
        Value::Milli(milli) => Level::Value(milli),
        Value::High => Level::AboveRange(NOT_SENT),
        Value::Low => Level::BelowRange(NOT_SENT),
        Value::Unknown => Level::NoValue("not-a-number".to_owned()),
    }
}

fn is_low(payload: &Payload) -> bool {
    let level = match payload {
        Payload::Smbg(smbg) => &smbg.level,
        Payload::Ketone(ketone) => &ketone.level,
        Payload::Cgm(cgm) => &cgm.level,
        _ => return false,
    };
    matches!(level, Level::BelowRange(_))
}

/// The arrow, and whether it is described.
fn trend(stored: u32) -> (Trend, bool) {
    match stored {
        0 => (Trend::Unknown, true),
        1 => (Trend::FallingFast, true),
        2 => (Trend::Falling, true),
        3 => (Trend::Steady, true),
        4 => (Trend::Rising, true),
        5 => (Trend::RisingFast, true),
        _ => (Trend::Unknown, false),
    }
}

const STRIP: u32 = 0;
const KETONE_STRIP: u32 = 1;
const SCAN: u32 = 2;
/// Bits that may choose a comment; six are described.
const BITS: usize = 32;
/// The manual's limits, in thousandths of mg/dL.
const LOW_MILLI: u32 = 40_000;
const HIGH_MILLI: u32 = 500_000;

#[cfg(test)]
mod tests;
