//! The knobs.

use meterport_sdk::time::{from_seconds, to_seconds};
use meterport_simulator::{Knob, KnobError, Simulator, flag, number};

use super::Meter;
use super::memory::{Memory, Stored, What};

pub(super) const KNOBS: [Knob; 22] = [
    Knob { name: "pdm", help: "eros (the default) or dash" },
    Knob { name: "version", help: "second number of the PDM's version" },
    Knob { name: "unit", help: "what it displays: mg/dL (the default), mmol/L or any number" },
    Knob { name: "board", help: "its meter: 0 FreeStyle (the default), 2 Verio, 3 none" },
    Knob { name: "value", help: "the newest fingerstick is this number" },
    Knob { name: "glucose-flags", help: "the newest fingerstick has these flags, 16 LO, 32 HI" },
    Knob { name: "delete", help: "the person deleted the newest record" },
    Knob { name: "record-error", help: "the newest record has this error" },
    Knob { name: "no-index", help: "the newest record has no valid number" },
    Knob { name: "same-index", help: "the two newest records have the same number" },
    Knob { name: "unknown-type", help: "a record of this type is the newest" },
    Knob { name: "other-log", help: "a record of this log is the newest" },
    Knob { name: "clock-set", help: "the clock was put forward an hour so many times" },
    Knob { name: "clock-reset", help: "the clock was reset in the middle, and set right again" },
    Knob { name: "bad-profile", help: "the PDM does not believe this profile, 11 to 21" },
    Knob { name: "growing", help: "so many looks find half of the file" },
    Knob { name: "cut", help: "so many bytes at the end of the file are missing" },
    Knob { name: "cut-records", help: "so many records at the end of the file are missing" },
    Knob { name: "damage", help: "a bit of this byte of the file is turned over, always" },
    Knob { name: "zeros", help: "so many zeros stand behind the last record" },
    Knob { name: "files", help: "how many copies of the file there are" },
    Knob { name: "beside", help: "a file of this name stands beside it" },
];

pub(super) fn turn(meter: &mut Meter, name: &str, value: &str) -> Result<(), KnobError> {
    match name {
        "pdm" => {
            let dash = match value {
                "eros" => false,
                "dash" => true,
                _ => return Err(refused(name, value, "it is eros or dash")),
            };
            let settings = &mut meter.settings;
            settings.dash = dash;
            settings.version = if dash { [3, 0, 0] } else { [2, 3, 0] };
            settings.remote_id = if dash { 0x02A4_4384 } else { 190_100_042 };
            settings.board = if dash { 3 } else { 0 };
            let records = meter.memory.stored().len();
            meter.fill(u32::try_from(records).unwrap_or_default());
        }
        "version" => meter.settings.version[1] = number(name, value)?,
        "unit" => {
            meter.settings.display_unit = match value {
                "mg/dL" => 0,
                "mmol/L" => 1,
                _ => number(name, value)?,
            };
        }
        "board" => meter.settings.board = number(name, value)?,
        "value" => {
            let number: u16 = number(name, value)?;
            change_glucose(meter, 4, &number.to_le_bytes());
        }
        "glucose-flags" => change_glucose(meter, 54, &[number(name, value)?]),
        "delete" => {
            let deleted = flag(name, value)?;
            change_newest(meter, |stored| stored.deleted = deleted);
        }
        "record-error" => {
            let error = number(name, value)?;
            change_newest(meter, |stored| stored.error = error);
        }
        "no-index" => {
            if flag(name, value)? {
                change_newest(meter, |stored| stored.index = -1);
            }
        }
        "same-index" => {
            if flag(name, value)? {
                change_newest(meter, |stored| stored.index -= 1);
            }
        }
        "unknown-type" => {
            let what = What::History(number(name, value)?, vec![1, 2, 3, 4]);
            add(meter, what);
        }
        "other-log" => {
            let what = What::Other(number(name, value)?, vec![1, 2, 3, 4]);
            add(meter, what);
        }
        "clock-set" => clock_set(meter, number(name, value)?),
        "clock-reset" => {
            if flag(name, value)? {
                clock_reset(meter);
            }
        }
        "bad-profile" => meter.settings.bad_profile = Some((number(name, value)?, 4)),
        "growing" => {
            meter.faults.growing = number(name, value)?;
            meter.looks.set(0);
        }
        "cut" => meter.faults.cut = number(name, value)?,
        "cut-records" => meter.faults.cut_records = number(name, value)?,
        "damage" => meter.faults.damage = Some(number(name, value)?),
        "zeros" => meter.faults.zeros = number(name, value)?,
        "files" => meter.faults.files = Some(number(name, value)?),
        "beside" => meter.faults.beside = Some(value.to_owned()),
        _ => return Err(KnobError::Unknown { name: name.to_owned() }),
    }
    Ok(())
}

fn change_newest(meter: &mut Meter, change: impl FnOnce(&mut Stored)) {
    if let Some(stored) = meter.memory.stored_mut().last_mut() {
        change(stored);
    }
}

/// Other bytes in the detail of the newest fingerstick.
fn change_glucose(meter: &mut Meter, place: usize, bytes: &[u8]) {
    let glucose =
        meter.memory.stored_mut().iter_mut().rev().find_map(|stored| match &mut stored.what {
            What::History(0x800, detail) => Some(detail),
            _ => None,
        });
    let detail = glucose.into_iter().flatten().skip(place);
    detail.zip(bytes).for_each(|(to, from)| *to = *from);
}

fn add(meter: &mut Meter, what: What) {
    let tick = meter.memory.stored().last().map_or(600_000, |stored| stored.tick + 30);
    meter.memory.add(Stored::new(meter.now, tick, what));
}

/// The clock was put forward an hour so many times, evenly over what is remembered. What is newer
/// shows the new time, and so does the clock.
fn clock_set(meter: &mut Meter, times: u32) {
    let all = std::mem::take(meter.memory.stored_mut());
    let step = all.len() / usize::try_from(times + 1).unwrap_or(1);
    let mut memory = Memory::of(meter.memory.most + 100);
    let mut hours = 0;
    for (place, stored) in all.into_iter().enumerate() {
        if hours < i64::from(times) && step > 0 && place > 0 && place % step == 0 {
            let at = later(stored.at, hours * 3_600 - 10);
            let new = later(at, 3_600);
            hours += 1;
            let tick = stored.tick.saturating_sub(10);
            let detail = vec![new.second, new.minute, new.hour];
            memory.add(Stored::history(at, tick, 0x2, detail));
            if new.day != at.day {
                let [low, high] = new.year.to_le_bytes();
                let detail = vec![new.day, new.month, low, high];
                memory.add(Stored::history(at, tick, 0x20, detail));
            }
        }
        let at = later(stored.at, hours * 3_600);
        memory.add(Stored { at, ..stored });
    }
    meter.memory = memory;
    meter.now = later(meter.now, hours * 3_600);
}

/// The clock stood still and began again, a record was stored, and the clock was set right.
fn clock_reset(meter: &mut Meter) {
    let begin = if meter.settings.dash { 1_451_520_000 } else { 1_167_609_600 };
    let all = std::mem::take(meter.memory.stored_mut());
    let mut memory = Memory::of(meter.memory.most + 100);
    let middle = all.len() / 2;
    let Some(fresh) = from_seconds(begin) else { return };
    for (place, stored) in all.into_iter().enumerate() {
        if place == middle {
            let mut detail = super::layout::moment(fresh);
            detail.extend([13, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0]);
            memory.add(Stored::history(fresh, 5, 0x80, detail));
            let meal = vec![30, 0, 0, 0];
            memory.add(Stored::history(later(fresh, 60), 65, 0x1000, meal));
            let (at, new) = (later(fresh, 120), stored.at);
            let detail = vec![new.second, new.minute, new.hour];
            memory.add(Stored::history(at, 125, 0x2, detail));
            let [low, high] = new.year.to_le_bytes();
            let at = later(at, to_seconds(&new).rem_euclid(86_400) - 120);
            let detail = vec![new.day, new.month, low, high];
            memory.add(Stored::history(at, 126, 0x20, detail));
        }
        memory.add(stored);
    }
    meter.memory = memory;
}

fn later(at: meterport_sdk::wit::DeviceTime, seconds: i64) -> meterport_sdk::wit::DeviceTime {
    from_seconds(to_seconds(&at) + seconds).unwrap_or(at)
}

fn refused(name: &str, value: &str, wanted: &'static str) -> KnobError {
    KnobError::Value { name: name.to_owned(), value: value.to_owned(), wanted }
}
