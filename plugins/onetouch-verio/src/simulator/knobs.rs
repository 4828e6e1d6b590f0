//! What goes wrong with a simulated meter, and which it is.

use meterport_simulator::{Knob, KnobError, flag, number};

use super::{Model, Stored};

/// What the knobs are set to.
#[derive(Default)]
pub(super) struct Knobs {
    pub(super) model: Model,
    pub(super) unit: u32,
    pub(super) refuse: Option<Refused>,
    pub(super) ignore_first: u32,
    pub(super) count_offset: i32,
    pub(super) silent_at: Option<u16>,
    pub(super) answer_ms: u32,
    pub(super) late_at: Option<u16>,
    pub(super) late_ms: u32,
    pub(super) damage_record: Option<u16>,
    pub(super) damage_always: bool,
    pub(super) new_at: Option<u16>,
    pub(super) full: bool,
    pub(super) stale: u32,
    pub(super) not_ready: u32,
    pub(super) blank: bool,
    pub(super) stick: bool,
}

/// What a meter may refuse to tell.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Refused {
    Model,
    Software,
    Serial,
    Unit,
}

pub(super) const ALL: [Knob; 21] = [
    Knob {
        name: "model",
        help: "verio-iq, verio, verio-flex (the default), verio-reflect, select-plus, select-plus-flex or ultra-plus-flex",
    },
    Knob { name: "unit", help: "what it displays: mg/dL (the default), mmol/L or any number" },
    Knob { name: "hi", help: "the result at this place is 601 mg/dL; 0 is the newest" },
    Knob { name: "lo", help: "the result at this place is 19 mg/dL" },
    Knob { name: "control", help: "the result at this place was control solution" },
    Knob {
        name: "comment",
        help: "the result at this place has comment flags, which nobody has described",
    },
    Knob { name: "refuse", help: "what it does not tell: model, software, serial or unit" },
    Knob { name: "ignore-first", help: "how many requests it misses at the beginning" },
    Knob { name: "count-offset", help: "it says it holds this many results more than it does" },
    Knob { name: "silent-at", help: "it does not answer when asked for this result" },
    Knob { name: "answer-ms", help: "how long it thinks before each answer; verio-iq only" },
    Knob { name: "late-at", help: "it thinks longer, once, when asked for this result" },
    Knob { name: "late-ms", help: "how long it thinks then" },
    Knob { name: "damage-record", help: "the packet with this result is damaged, once" },
    Knob { name: "damage-always", help: "that packet is damaged every time" },
    Knob { name: "new-result-at", help: "a result is added when it is asked for this one" },
    Knob { name: "full", help: "the memory is full: a new result pushes the oldest out" },
    Knob { name: "stale", help: "how many reads after a request give the request back" },
    Knob { name: "not-ready", help: "how many reads after a request give an empty block" },
    Knob { name: "blank", help: "the volume has not the label of a meter" },
    Knob { name: "stick", help: "it is an ordinary memory stick with the ids of a meter" },
];

impl Knobs {
    pub(super) fn turn(
        &mut self,
        memory: &mut [Stored],
        name: &str,
        value: &str,
    ) -> Result<(), KnobError> {
        match name {
            "model" => {
                let known = Model::ALL.iter().find(|(word, ..)| *word == value);
                let wanted = "it is a model of the family";
                self.model = known
                    .map(|(_, model, _)| *model)
                    .ok_or_else(|| refused(name, value, wanted))?;
            }
            "unit" => {
                self.unit = match value {
                    "mg/dL" => 0,
                    "mmol/L" => 1,
                    _ => number(name, value)?,
                };
            }
            "hi" => result(memory, name, value)?.mg_per_dl = 601,
            "lo" => result(memory, name, value)?.mg_per_dl = 19,
            "control" => result(memory, name, value)?.control = 1,
            "comment" => result(memory, name, value)?.comment = 0x10,
            "refuse" => {
                self.refuse = Some(match value {
                    "model" => Refused::Model,
                    "software" => Refused::Software,
                    "serial" => Refused::Serial,
                    "unit" => Refused::Unit,
                    _ => return Err(refused(name, value, "model, software, serial or unit")),
                });
            }
            "ignore-first" => self.ignore_first = number(name, value)?,
            "count-offset" => self.count_offset = number(name, value)?,
            "silent-at" => self.silent_at = Some(number(name, value)?),
            "answer-ms" => self.answer_ms = number(name, value)?,
            "late-ms" => self.late_ms = number(name, value)?,
            "late-at" => self.late_at = Some(number(name, value)?),
            "damage-record" => self.damage_record = Some(number(name, value)?),
            "damage-always" => self.damage_always = flag(name, value)?,
            "new-result-at" => self.new_at = Some(number(name, value)?),
            "full" => self.full = flag(name, value)?,
            "stale" => self.stale = number(name, value)?,
            "not-ready" => self.not_ready = number(name, value)?,
            "blank" => self.blank = flag(name, value)?,
            "stick" => self.stick = flag(name, value)?,
            _ => return Err(KnobError::Unknown { name: name.to_owned() }),
        }
        Ok(())
    }
}

fn result<'memory>(
    memory: &'memory mut [Stored],
    name: &str,
    value: &str,
) -> Result<&'memory mut Stored, KnobError> {
    let place: usize = number(name, value)?;
    memory.get_mut(place).ok_or_else(|| refused(name, value, "no result has this place"))
}

fn refused(name: &str, value: &str, wanted: &'static str) -> KnobError {
    KnobError::Value { name: name.to_owned(), value: value.to_owned(), wanted }
}
