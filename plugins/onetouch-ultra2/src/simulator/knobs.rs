//! The knobs of the simulated meter.

use meterport_simulator::{Knob, KnobError, flag, number};

#[derive(Default)]
pub(super) struct Knobs {
    pub mmol: bool,
    pub absent: bool,
    pub echo: bool,
    pub ignore_first: u32,
    pub nul: usize,
    pub answer_ms: u32,
    pub gap_ms: u32,
    pub bad_line: Option<usize>,
    pub bad_line_always: Option<usize>,
    pub silent_after_line: Option<usize>,
    pub count: Option<usize>,
    pub hi: Option<usize>,
    pub lo: Option<usize>,
    pub control: Option<usize>,
    pub suspect: Option<usize>,
}

impl Knobs {
    pub(super) fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        match name {
            "mmol" => self.mmol = flag(name, value)?,
            "absent" => self.absent = flag(name, value)?,
            "echo" => self.echo = flag(name, value)?,
            "ignore-first" => self.ignore_first = number(name, value)?,
            "nul" => self.nul = number(name, value)?,
            "answer-ms" => self.answer_ms = number(name, value)?,
            "gap-ms" => self.gap_ms = number(name, value)?,
            "bad-line" => self.bad_line = Some(number(name, value)?),
            "bad-line-always" => self.bad_line_always = Some(number(name, value)?),
            "silent-after-line" => self.silent_after_line = Some(number(name, value)?),
            "count" => self.count = Some(number(name, value)?),
            "hi" => self.hi = Some(number(name, value)?),
            "lo" => self.lo = Some(number(name, value)?),
            "control" => self.control = Some(number(name, value)?),
            "suspect" => self.suspect = Some(number(name, value)?),
            _ => return Err(KnobError::Unknown { name: name.to_owned() }),
        }
        Ok(())
    }
}

pub(super) const ALL: [Knob; 15] = [
    Knob { name: "mmol", help: "the meter shows mmol/L (it stores mg/dL all the same)" },
    Knob { name: "absent", help: "no meter on the cable: one NUL byte, then nothing" },
    Knob { name: "echo", help: "the cable sends back what the computer sends" },
    Knob { name: "ignore-first", help: "this many clock questions get no answer" },
    Knob { name: "nul", help: "this many NUL bytes come before the first line" },
    Knob { name: "answer-ms", help: "pause before every answer" },
    Knob { name: "gap-ms", help: "pause between the lines of a dump" },
    Knob {
        name: "bad-line",
        help: "wrong checksum on this line of the first dump, 0 is the header",
    },
    Knob { name: "bad-line-always", help: "wrong checksum on this line of every dump" },
    Knob { name: "silent-after-line", help: "every dump ends after this line, 0 is the header" },
    Knob { name: "count", help: "how many records the header promises" },
    Knob { name: "hi", help: "this record is HI, 1 is the newest" },
    Knob { name: "lo", help: "this record is LO" },
    Knob { name: "control", help: "this record is a control test" },
    Knob { name: "suspect", help: "the value of this record failed its parity check" },
];
