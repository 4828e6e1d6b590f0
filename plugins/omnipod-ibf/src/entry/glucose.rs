//! A fingerstick.
//!
//! LO and HI have no limit here: the PDM sends none. The Eros has a meter built in, so what nobody
//! entered was measured; the DASH has none, and gets its values from a meter or a person.

use meterport_sdk::wit::{
    Bound, Capture, ConcentrationUnit, Entry, Level, Meal, Payload, Sample, Smbg, Validity,
};

use super::{marker, of_history};
use crate::bytes::text;
use crate::record::History;
use crate::record::detail::Glucose;
use crate::version::Pdm;

pub(super) fn smbg(record: &History<'_>, from: &Glucose, pdm: Pdm) -> Entry {
    let is = |flag: u8| from.flags & flag != 0;
    let capture = match pdm {
        _ if is(Glucose::MANUAL) => Capture::EnteredByHand,
        Pdm::Eros => Capture::Measured,
        Pdm::Dash => Capture::Unknown,
    };
    let smbg = Smbg {
        level: level(from),
        unit: ConcentrationUnit::MgPerDl,
        sample: Sample::Unknown,
        meal: Meal::Unknown,
        minutes_after_meal: None,
        capture,
        reference_method: None,
    };
    let mut entry = of_history(record, Payload::Smbg(smbg), pdm);
    let contradicts = is(Glucose::LO) && is(Glucose::HI);
    if from.error != 0 || is(Glucose::TEMPERATURE | Glucose::OTHER_ERROR) || contradicts {
        if entry.validity != Validity::Superseded {
            entry.validity = Validity::Invalid;
        }
        mark(&mut entry, if is(Glucose::TEMPERATURE) { "temperature" } else { "record-error" });
        if from.error != 0 {
            entry.extra.push(marker(format!("glucose-error-{}", from.error)));
        }
    } else if is_suspect(&entry, from.value) {
        entry.validity = Validity::Questionable;
        mark(&mut entry, "suspect-value");
    }
    for (flag, name) in [(Glucose::BELOW_GOAL, "below-goal"), (Glucose::ABOVE_GOAL, "above-goal")] {
        entry.extra.extend(is(flag).then(|| marker(name.to_owned())));
    }
    let rest = from.flags & !DESCRIBED;
    entry.extra.extend((rest != 0).then(|| marker(format!("glucose-flags-{rest:02x}"))));
    let tags = from.tags.iter().map(|tag| text(tag)).filter(|tag| !tag.is_empty());
    entry.extra.extend(tags.map(|tag| ("tag".to_owned(), tag)));
    entry
}

fn level(from: &Glucose) -> Level {
    let stored = u32::from(from.value) * 1000;
    let bound = || Bound { threshold: None, stored: Some(stored).filter(|stored| *stored != 0) };
    match (from.flags & Glucose::LO != 0, from.flags & Glucose::HI != 0) {
        (true, true) => Level::NoValue("not-available".to_owned()),
        (true, false) => Level::BelowRange(bound()),
        (false, true) => Level::AboveRange(bound()),
        (false, false) if stored == 0 => Level::NoValue("not-available".to_owned()),
        (false, false) => Level::Value(stored),
    }
}

/// No number where one belongs, or one that no meter measures.
fn is_suspect(entry: &Entry, value: u16) -> bool {
    let Payload::Smbg(smbg) = &entry.payload else { return false };
    let suspect = match &smbg.level {
        Level::Value(_) => value > MOST,
        level => matches!(level, Level::NoValue(_)),
    };
    suspect && matches!(entry.validity, Validity::Valid)
}

fn mark(entry: &mut Entry, mark: &str) {
    if !entry.marks.iter().any(|known| known == mark) {
        entry.marks.push(mark.to_owned());
    }
}

const DESCRIBED: u8 = Glucose::MANUAL
    | Glucose::TEMPERATURE
    | Glucose::BELOW_GOAL
    | Glucose::ABOVE_GOAL
    | Glucose::LO
    | Glucose::HI
    | Glucose::OTHER_ERROR;
/// The largest number of mg/dL that is believed. A larger one is kept, and not believed.
const MOST: u16 = 1_000;
