//! The knobs.

use meterport_simulator::{Knob, KnobError, flag, number};

use super::Meter;
use super::layout::Revision;
use super::memory::{Stored, What};

pub(super) const KNOBS: [Knob; 26] = [
    Knob { name: "revision", help: "of the sensor's records: 2 (G4), 4 (G5), 5 (touchscreen)" },
    Knob { name: "unit", help: "what it displays: mg/dL (the default), mmol/L or any number" },
    Knob { name: "software", help: "its software number" },
    Knob { name: "no-unit", help: "it does not know the command for the unit" },
    Knob { name: "no-serial", help: "its manufacturing page has no serial number" },
    Knob { name: "empty", help: "it has no page of this type" },
    Knob {
        name: "status",
        help: "the newest value of the sensor is this number, a state below 20",
    },
    Knob { name: "display-only", help: "the newest value of the sensor is a copy only shown" },
    Knob { name: "offset-history", help: "the clock was put forward an hour so many times" },
    Knob { name: "unseen-change", help: "the clock was put back an hour, and no setting shows it" },
    Knob { name: "backfill", help: "so many values were filled in after the newest one" },
    Knob { name: "forget-pages", help: "so many of the oldest sensor pages are gone" },
    Knob { name: "lost-clock", help: "its clock is not set" },
    Knob { name: "damage-page", help: "the header of this sensor page is damaged, once" },
    Knob { name: "damage-record", help: "the first record of this sensor page is damaged, once" },
    Knob { name: "damage-always", help: "that page is damaged every time" },
    Knob { name: "gap", help: "this sensor page does not begin where the one before it ended" },
    Knob { name: "revision-shown", help: "sensor pages say they have this revision" },
    Knob { name: "reply-code", help: "pages are refused with this code, or CODExTIMES" },
    Knob { name: "ignore-first", help: "how many packets it misses at the beginning" },
    Knob { name: "pieces", help: "answers come in pieces of so many bytes" },
    Knob { name: "late-at", help: "the answer to the Nth packet comes late" },
    Knob { name: "late-ms", help: "so late; 5100 (the default) is later than anybody waits" },
    Knob { name: "slow-ms", help: "every other answer takes so long" },
    Knob { name: "grow-at", help: "a value is stored when the Nth packet comes" },
    Knob { name: "forget-at", help: "the oldest sensor page goes when the Nth packet comes" },
];

pub(super) fn turn(meter: &mut Meter, name: &str, value: &str) -> Result<(), KnobError> {
    let newest = meter.memory.stored(4).last().map(|stored| stored.system);
    let faults = &mut meter.faults;
    match name {
        "revision" => {
            meter.revision = match value {
                "2" => Revision::Two,
                "4" => Revision::Four,
                "5" => Revision::Five,
                _ => return Err(refused(name, value, "it is 2, 4 or 5")),
            };
        }
        "unit" => {
            meter.unit = match value {
                "mg/dL" => 1,
                "mmol/L" => 2,
                _ => number(name, value)?,
            };
        }
        "software" => meter.software = value.to_owned(),
        "no-unit" => faults.no_unit = flag(name, value)?,
        "no-serial" => faults.no_serial = flag(name, value)?,
        "empty" => meter.memory.clear(number(name, value)?),
        "status" => {
            let state = number(name, value)?;
            change_newest(meter, |stored| *stored = state);
        }
        "display-only" => {
            let flag = if flag(name, value)? { 0x8000 } else { 0 };
            change_newest(meter, |stored| *stored = *stored & 0x7FFF | flag);
        }
        "offset-history" => offset_history(meter, number(name, value)?),
        "unseen-change" => {
            let middle = middle(meter);
            let offset = meter.memory.offset_at(meter.system) - 3_600;
            if flag(name, value)? {
                meter.memory.set_clock_unseen(middle, offset);
            }
        }
        "backfill" => backfill(meter, number(name, value)?, newest),
        "forget-pages" => {
            for _ in 0..number::<u32>(name, value)? {
                meter.memory.forget_page(4, meter.revision);
            }
        }
        "lost-clock" => faults.lost_clock = flag(name, value)?,
        "damage-page" => faults.damage = Some((4, number(name, value)?, 20)),
        "damage-record" => faults.damage = Some((4, number(name, value)?, 36)),
        "damage-always" => faults.damage_always = flag(name, value)?,
        "gap" => faults.gap = Some(number(name, value)?),
        "revision-shown" => faults.revision_shown = Some(number(name, value)?),
        "reply-code" => {
            let (code, times) = value.split_once('x').unwrap_or((value, "4294967295"));
            faults.reply = Some((number(name, code)?, number(name, times)?));
        }
        "ignore-first" => faults.ignore_first = number(name, value)?,
        "pieces" => faults.piece_bytes = number(name, value)?,
        "late-at" => faults.late_at = Some(number(name, value)?),
        "late-ms" => faults.late_ms = Some(number(name, value)?),
        "slow-ms" => faults.slow_ms = number(name, value)?,
        "grow-at" => faults.grow_at = Some(number(name, value)?),
        "forget-at" => faults.forget_at = Some(number(name, value)?),
        _ => return Err(KnobError::Unknown { name: name.to_owned() }),
    }
    Ok(())
}

/// Changes value and flags of the newest value of the sensor.
fn change_newest(meter: &mut Meter, change: impl FnOnce(&mut u16)) {
    if let Some(Stored { what: What::Glucose { stored, .. }, .. }) =
        meter.memory.stored_mut(4).last_mut()
    {
        change(stored);
    }
}

/// The clock was set so many times, evenly over what is remembered; the first setting record shows
/// how it stood before.
fn offset_history(meter: &mut Meter, times: u32) {
    let Some(begin) = meter.memory.stored(4).first().map(|stored| stored.system) else { return };
    if meter.memory.stored(12).is_empty() {
        let what = What::Setting { flags: 0x132, high: 200, low: 70 };
        meter.memory.add(Stored { system: begin, what });
    }
    let step = (meter.system - begin) / (times + 1);
    for place in 1..=times {
        let system = begin + place * step + 11;
        let offset = meter.memory.offset_at(system) + 3_600;
        meter.memory.set_clock(system, offset);
    }
}

fn middle(meter: &Meter) -> u32 {
    let begin = meter.memory.stored(4).first().map_or(meter.system, |stored| stored.system);
    begin + (meter.system - begin) / 2
}

/// So many values before the newest one were missing, and are filled in behind it.
fn backfill(meter: &mut Meter, count: usize, newest: Option<u32>) {
    let touchscreen = meter.revision == Revision::Five;
    let Some(newest) = newest else { return };
    let values = meter.memory.stored_mut(4);
    let end = values.len().saturating_sub(1);
    let missing: Vec<_> = values.drain(end.saturating_sub(count)..end).collect();
    for stored in missing {
        if let What::Glucose { stored: value, trend, measured } = stored.what {
            let value = value | 0x2000;
            let what = if touchscreen {
                What::Backfill { stored: value, trend, measured }
            } else {
                What::Glucose { stored: value, trend, measured }
            };
            meter.memory.add(Stored { system: newest + 4, what });
        }
    }
}

fn refused(name: &str, value: &str, wanted: &'static str) -> KnobError {
    KnobError::Value { name: name.to_owned(), value: value.to_owned(), wanted }
}
