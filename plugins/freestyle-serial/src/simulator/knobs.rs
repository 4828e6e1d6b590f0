//! The knobs of the simulated meters.

use meterport_simulator::{Knob, KnobError, flag, number};

use super::Family;

pub(super) struct Knobs {
    pub family: Family,
    pub mmol: bool,
    pub colq: bool,
    pub ignore_first: u32,
    pub echo_first: u32,
    pub echo: bool,
    pub fail: bool,
    pub reject_unknown: bool,
    pub log_not_found: u32,
    pub wrong_sum: u32,
    pub wrong_sum_always: bool,
    pub count: Option<usize>,
    pub stx: bool,
    pub stray: bool,
    pub lone_lf: bool,
    pub bare_end: bool,
    pub answer_ms: u32,
    pub gap_ms: u32,
    pub silent_after_line: Option<usize>,
    pub hi: Option<usize>,
    pub lo: Option<usize>,
    pub control: Option<usize>,
    pub lost_time: Option<usize>,
    pub ketone_hi: Option<usize>,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            family: Family::Lite,
            mmol: false,
            colq: true,
            ignore_first: 0,
            echo_first: 0,
            echo: false,
            fail: false,
            reject_unknown: false,
            log_not_found: 0,
            wrong_sum: 0,
            wrong_sum_always: false,
            count: None,
            stx: false,
            stray: false,
            lone_lf: false,
            bare_end: false,
            answer_ms: 0,
            gap_ms: 0,
            silent_after_line: None,
            hi: None,
            lo: None,
            control: None,
            lost_time: None,
            ketone_hi: None,
        }
    }
}

impl Knobs {
    pub(super) fn turn(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        match name {
            "group" => {
                self.family = match value {
                    "lite" => Family::Lite,
                    "precision" => Family::Precision,
                    _ => {
                        return Err(KnobError::Value {
                            name: name.to_owned(),
                            value: value.to_owned(),
                            wanted: "it is `lite` or `precision`",
                        });
                    }
                }
            }
            "mmol" => self.mmol = flag(name, value)?,
            "colq" => self.colq = flag(name, value)?,
            "ignore-first" => self.ignore_first = number(name, value)?,
            "echo-first" => self.echo_first = number(name, value)?,
            "echo" => self.echo = flag(name, value)?,
            "fail" => self.fail = flag(name, value)?,
            "reject-unknown" => self.reject_unknown = flag(name, value)?,
            "log-not-found" => self.log_not_found = number(name, value)?,
            "wrong-sum" => self.wrong_sum = number(name, value)?,
            "wrong-sum-always" => self.wrong_sum_always = flag(name, value)?,
            "count" => self.count = Some(number(name, value)?),
            "stx" => self.stx = flag(name, value)?,
            "stray" => self.stray = flag(name, value)?,
            "lone-lf" => self.lone_lf = flag(name, value)?,
            "bare-end" => self.bare_end = flag(name, value)?,
            "answer-ms" => self.answer_ms = number(name, value)?,
            "gap-ms" => self.gap_ms = number(name, value)?,
            "silent-after-line" => self.silent_after_line = Some(number(name, value)?),
            "hi" => self.hi = Some(number(name, value)?),
            "lo" => self.lo = Some(number(name, value)?),
            "control" => self.control = Some(number(name, value)?),
            "lost-time" => self.lost_time = Some(number(name, value)?),
            "ketone-hi" => self.ketone_hi = Some(number(name, value)?),
            _ => return Err(KnobError::Unknown { name: name.to_owned() }),
        }
        Ok(())
    }
}

pub(super) const ALL: [Knob; 24] = [
    Knob { name: "group", help: "`lite` (the default) or `precision`" },
    Knob { name: "mmol", help: "a Precision meter says in `$colq` that it shows mmol/L" },
    Knob { name: "colq", help: "off: a Precision meter does not answer `$colq`" },
    Knob { name: "ignore-first", help: "this many commands get no answer" },
    Knob { name: "echo-first", help: "this many commands get only their echo" },
    Knob { name: "echo", help: "every answer begins with an echo of the command" },
    Knob { name: "fail", help: "every command gets `CMD Fail!`" },
    Knob { name: "reject-unknown", help: "another group's command gets `CMD Fail!`, not silence" },
    Knob { name: "log-not-found", help: "this many dumps are only `Log Not Found`" },
    Knob { name: "wrong-sum", help: "this many dumps have a wrong checksum" },
    Knob { name: "wrong-sum-always", help: "every dump has a wrong checksum" },
    Knob { name: "count", help: "how many records the header promises" },
    Knob { name: "stx", help: "STX and ETX stand around the dump" },
    Knob { name: "stray", help: "a stray character stands before every record" },
    Knob { name: "lone-lf", help: "the empty line of the Lite group is a lone LF" },
    Knob { name: "bare-end", help: "an empty memory ends without a checksum" },
    Knob { name: "answer-ms", help: "pause before every answer" },
    Knob { name: "gap-ms", help: "pause between the lines of a dump" },
    Knob { name: "silent-after-line", help: "every dump ends after this many lines" },
    Knob { name: "hi", help: "this record is HI, 1 is the newest" },
    Knob { name: "lo", help: "this record is LO" },
    Knob { name: "control", help: "this record is a control test" },
    Knob { name: "lost-time", help: "the clock was not set when this record was made" },
    Knob { name: "ketone-hi", help: "this record is a ketone HI" },
];
