//! The knobs of this family.

use meterport_simulator::{Knob, KnobError, flag, number};

use super::Meter;
use super::faults::Greeting;
use super::memory::{AverageNumber, Model, Sample, Unit};

pub(super) fn turn(meter: &mut Meter, name: &str, value: &str) -> Result<(), KnobError> {
    let settings = &mut meter.settings;
    let faults = &mut meter.faults;
    match name {
        "model" => {
            let known = Model::ALL.into_iter().find(|model| model.code == value);
            meter.model = known.ok_or_else(|| refused(name, value, "no model has this code"))?;
            // The only one whose times have seconds.
            settings.long_time = value == "6210";
            if value == "6300" {
                settings.unit = Unit::MmolPerL;
            }
            if matches!(value, "7150" | "7220" | "7160" | "7600") {
                faults.greeting = Greeting::All;
                settings.sends_limits = false;
            }
        }
        "maker" => {
            settings.maker = match value {
                "Bayer" => "Bayer",
                "Contour" => "Contour",
                "other" => "Analyser",
                _ => return Err(refused(name, value, "it is Bayer, Contour or other")),
            };
        }
        "unit" => {
            settings.unit = match value {
                "mg/dL" => Unit::MgPerDl,
                "mmol/L" => Unit::MmolPerL,
                _ => return Err(refused(name, value, "it is mg/dL or mmol/L")),
            };
        }
        "greeting" => {
            faults.greeting = match value {
                "enq" => Greeting::Offer,
                "header" => Greeting::Header,
                "all" => Greeting::All,
                "all-once" => Greeting::AllOnce,
                _ => return Err(refused(name, value, "it is enq, header, all or all-once")),
            };
        }
        "average" => {
            settings.average = match value {
                "shared" => AverageNumber::Shared,
                "own" => AverageNumber::Own,
                _ => return Err(refused(name, value, "it is shared or own")),
            };
        }
        "limits" => settings.sends_limits = flag(name, value)?,
        "exact-60" => settings.exact_sixty = flag(name, value)?,
        "count-offset" => settings.count_offset = number(name, value)?,
        "gap-at" => settings.gap_at = Some(number(name, value)?),
        "terminator" => settings.ends = flag(name, value)?,
        "lost-clock" => settings.lost_clock = flag(name, value)?,
        "lost-time" => settings.lost_time_at = Some(number(name, value)?),
        "clock-seconds" => settings.clock_seconds = flag(name, value)?,
        "long-time" => settings.long_time = flag(name, value)?,
        "oldest-first" => settings.oldest_first = flag(name, value)?,
        "falling-numbers" => settings.falling_numbers = flag(name, value)?,
        "order-behind" => settings.order_behind = flag(name, value)?,
        "diary" => settings.diary = flag(name, value)?,
        "damage-frame" => faults.damage_frame = Some(number(name, value)?),
        "damage-always" => faults.damage_always = flag(name, value)?,
        "repeat-frame" => faults.repeat_frame = Some(number(name, value)?),
        "wrong-number" => faults.wrong_number = Some(number(name, value)?),
        "silent-at" => faults.silent_at = Some(number(name, value)?),
        "cut-at" => faults.cut_at = Some(number(name, value)?),
        "cut-always" => faults.cut_always = flag(name, value)?,
        "stale-frame" => faults.stale_frame = flag(name, value)?,
        "stale-padding" => faults.stale_padding = flag(name, value)?,
        "keep-alives" => faults.keep_alives = flag(name, value)?,
        "echo" => faults.echo = flag(name, value)?,
        "hi" | "lo" | "control" | "marks" => return put(meter, name, value),
        _ => return Err(KnobError::Unknown { name: name.to_owned() }),
    }
    Ok(())
}

/// `hi=PLACE`, `lo=PLACE`, `control=PLACE`, `marks=PLACE:MARKS`; 0 is the newest.
fn put(meter: &mut Meter, name: &str, value: &str) -> Result<(), KnobError> {
    let (place, marks) = value.split_once(':').unwrap_or((value, ""));
    let place: usize = number(name, place)?;
    let Some(stored) = meter.memory.get_mut(place) else {
        return Err(refused(name, value, "no result has this place"));
    };
    match name {
        "hi" => (stored.side, stored.mg_per_dl) = (Some('>'), 600),
        "lo" => (stored.side, stored.mg_per_dl) = (Some('<'), 20),
        "control" => stored.sample = Sample::Control,
        _ => stored.marks = marks.to_owned(),
    }
    Ok(())
}

fn refused(name: &str, value: &str, wanted: &'static str) -> KnobError {
    KnobError::Value { name: name.to_owned(), value: value.to_owned(), wanted }
}

pub(super) const KNOBS: [Knob; 33] = [
    Knob {
        name: "model",
        help: "four digits: 7390 7410 7350 6200 6300 6210 7800 (the default) 7900 7950 7999, or 7150 7220 7160 7600, which are serial",
    },
    Knob { name: "maker", help: "how its code begins: Contour (the default), Bayer or other" },
    Knob { name: "unit", help: "mg/dL (the default) or mmol/L" },
    Knob { name: "limits", help: "whether it sends the limits of what it can show" },
    Knob { name: "greeting", help: "enq, header, all (EOT, header, ENQ) or all-once" },
    Knob {
        name: "average",
        help: "a serial model's average has the first number as well (shared) or its own (own)",
    },
    Knob { name: "hi", help: "the result at this place reads HI; 0 is the newest" },
    Knob { name: "lo", help: "the result at this place reads LO" },
    Knob { name: "control", help: "the result at this place is a control test" },
    Knob { name: "marks", help: "PLACE:MARKS, such as 3:A/Z2/S" },
    Knob {
        name: "order-behind",
        help: "model 7390 sends the order of a control test behind the result",
    },
    Knob { name: "diary", help: "a diary entry stands among the results" },
    Knob { name: "exact-60", help: "the header ends where a report ends" },
    Knob { name: "count-offset", help: "it says it holds this many results more than it does" },
    Knob { name: "gap-at", help: "a number is left out before this result" },
    Knob { name: "terminator", help: "off: the last record is missing" },
    Knob { name: "lost-clock", help: "its clock is not set" },
    Knob { name: "lost-time", help: "the result at this place has no time" },
    Knob { name: "long-time", help: "times have seconds" },
    Knob { name: "clock-seconds", help: "the clock in the header has seconds" },
    Knob { name: "oldest-first", help: "the oldest result comes first" },
    Knob { name: "falling-numbers", help: "results are numbered downwards" },
    Knob {
        name: "damage-frame",
        help: "the frame at this place is damaged, once; 0 is the header",
    },
    Knob { name: "damage-always", help: "that frame is damaged every time" },
    Knob { name: "repeat-frame", help: "the frame at this place comes twice" },
    Knob { name: "wrong-number", help: "the frame at this place always has a wrong number" },
    Knob { name: "silent-at", help: "it falls silent when this frame is due" },
    Knob { name: "cut-at", help: "the first transfer ends before this frame" },
    Knob { name: "cut-always", help: "every transfer does" },
    Knob { name: "stale-frame", help: "a frame of an older transfer comes first" },
    Knob { name: "stale-padding", help: "reports are padded with what looks like frames" },
    Knob { name: "keep-alives", help: "empty reports stand in the middle of a message" },
    Knob { name: "echo", help: "the cable of a serial model sends back what it gets" },
];
