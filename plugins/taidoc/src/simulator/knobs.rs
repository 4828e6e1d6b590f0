//! The knobs of this family, and what they make of the meter's answers.

use meterport_simulator::{Knob, KnobError, Reply, flag, number};

use super::memory::Type;
use super::{Meter, packet};

/// What the knobs are set to.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) on_serial_line: bool,
    pub(super) echo: bool,
    pub(super) lost_clock: bool,
    pub(super) count_offset: i32,
    /// What stands in a place that holds no result.
    pub(super) empty_place: Option<u8>,
    byte_per_report: bool,
    junk: bool,
    notify: Notify,
    ignore_first: u32,
    /// At which result, by its place.
    silent_at: Option<u16>,
    is_silent: bool,
    bad_sum: Option<u16>,
    bad_sum_always: bool,
    late_at: Option<u16>,
    late: Option<[u8; 8]>,
    twice_at: Option<u16>,
    twice_always: bool,
    again_at: Option<u16>,
    again: Vec<[u8; 8]>,
    new_result_at: Option<u16>,
}

/// When the notification `54` comes.
#[derive(Default, PartialEq)]
enum Notify {
    #[default]
    Never,
    /// Before each answer.
    Before,
    /// Once, in place of the answer to this request, counted from 1.
    Instead(u32),
}

impl Faults {
    pub(super) fn listens(&mut self) -> bool {
        let listens = self.ignore_first == 0;
        self.ignore_first = self.ignore_first.saturating_sub(1);
        listens && !self.is_silent
    }

    pub(super) fn adds_result_at(&mut self, index: u16) -> bool {
        self.new_result_at.take_if(|at| *at == index).is_some()
    }

    /// The bits of minute and hour that mean nothing.
    pub(super) fn with_junk(&self, [d0, d1, minute, hour]: [u8; 4]) -> [u8; 4] {
        if self.junk { [d0, d1, minute | 0xC0, hour | 0xE0] } else { [d0, d1, minute, hour] }
    }

    /// One answer, as it leaves the meter.
    pub(super) fn spoil(&mut self, command: u8, index: u16, mut answer: [u8; 8]) -> Vec<[u8; 8]> {
        let is_record = |at: Option<u16>| command == 0x25 && at == Some(index);
        let is_value = |at: Option<u16>| command == 0x26 && at == Some(index);
        if is_record(self.silent_at) {
            self.is_silent = true;
            return Vec::new();
        }
        if is_value(self.bad_sum) {
            if !self.bad_sum_always {
                self.bad_sum = None;
            }
            answer[7] = answer[7].wrapping_add(1);
        }
        let notification = packet(0x54, [0; 4]);
        match &mut self.notify {
            Notify::Never => {}
            Notify::Before => return vec![notification, answer],
            Notify::Instead(left) => {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    self.notify = Notify::Never;
                    return vec![notification];
                }
            }
        }
        if is_record(self.late_at) || is_value(self.late_at) {
            // It comes with the answer to the next request, before that.
            if is_value(self.late_at) {
                self.late_at = None;
            }
            if self.late.is_none() {
                self.late = Some(answer);
                return Vec::new();
            }
        }
        let again: Vec<_> = self.again.extract_if(.., |packet| packet[1] == command).collect();
        if is_record(self.again_at) || is_value(self.again_at) {
            self.again.push(answer);
            if is_value(self.again_at) {
                self.again_at = None;
            }
        }
        let twice = self.twice_always || is_record(self.twice_at) || is_value(self.twice_at);
        let answers = std::iter::repeat_n(answer, 1 + usize::from(twice));
        self.late.take().into_iter().chain(again).chain(answers).collect()
    }

    /// Packets as they are delivered: each by itself, or each byte by itself.
    pub(super) fn deliver(&self, packets: &[[u8; 8]]) -> Vec<Reply> {
        let pieces = if self.byte_per_report { 1 } else { 8 };
        packets.iter().flat_map(|packet| packet.chunks(pieces)).map(Reply::now).collect()
    }
}

pub(super) fn turn(meter: &mut Meter, name: &str, value: &str) -> Result<(), KnobError> {
    let faults = &mut meter.faults;
    match name {
        "link" => {
            faults.on_serial_line = match value {
                "cp2110" => false,
                "serial" => true,
                _ => return Err(refused(name, value, "it is cp2110 or serial")),
            };
        }
        "model" => {
            let wanted = "four decimal digits";
            let is_decimal = value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_digit());
            let digits = u16::from_str_radix(value, 16).ok().filter(|_| is_decimal);
            meter.model = digits.ok_or_else(|| refused(name, value, wanted))?.to_le_bytes();
        }
        "byte-per-report" => faults.byte_per_report = flag(name, value)?,
        "echo" => faults.echo = flag(name, value)?,
        "notify" => {
            faults.notify = match value {
                "never" => Notify::Never,
                "before" => Notify::Before,
                _ => Notify::Instead(number(name, value)?),
            };
        }
        "ignore-first" => faults.ignore_first = number(name, value)?,
        "silent-at" => faults.silent_at = Some(number(name, value)?),
        "bad-sum" => faults.bad_sum = Some(number(name, value)?),
        "bad-sum-always" => faults.bad_sum_always = flag(name, value)?,
        "late-at" => faults.late_at = Some(number(name, value)?),
        "twice-at" => faults.twice_at = Some(number(name, value)?),
        "twice-always" => faults.twice_always = flag(name, value)?,
        "again-at" => faults.again_at = Some(number(name, value)?),
        "new-result-at" => faults.new_result_at = Some(number(name, value)?),
        "count-offset" => faults.count_offset = number(name, value)?,
        "empty-place" => {
            faults.empty_place = match value {
                "silent" => None,
                "zeros" => Some(0x00),
                "ones" => Some(0xFF),
                _ => return Err(refused(name, value, "it is silent, zeros or ones")),
            };
        }
        "lost-clock" => faults.lost_clock = flag(name, value)?,
        "junk-time-bits" => faults.junk = flag(name, value)?,
        "lost-time" | "hi" | "lo" | "control" | "ketone" | "haematocrit" | "type" => {
            return put(meter, name, value);
        }
        _ => return Err(KnobError::Unknown { name: name.to_owned() }),
    }
    Ok(())
}

/// `hi=PLACE` and so on, and `type=PLACE:NUMBER`; 0 is the newest.
fn put(meter: &mut Meter, name: &str, value: &str) -> Result<(), KnobError> {
    let (place, kind) = value.split_once(':').unwrap_or((value, "0"));
    let place: usize = number(name, place)?;
    let Some(stored) = meter.memory.get_mut(place) else {
        return Err(refused(name, value, "no result has this place"));
    };
    match name {
        "lost-time" => stored.at = None,
        "hi" => stored.value = 601,
        "lo" => stored.value = 19,
        "control" => stored.mark = 0xC0,
        "ketone" => (stored.what, stored.value) = (Type::KETONE, 450),
        "haematocrit" => (stored.what, stored.value) = (Type::HAEMATOCRIT, 42),
        _ => {
            let kind: u8 = number(name, kind)?;
            if kind > 0x0F {
                return Err(refused(name, value, "a type has four bits"));
            }
            stored.what = Type(kind);
        }
    }
    Ok(())
}

fn refused(name: &str, value: &str, wanted: &'static str) -> KnobError {
    KnobError::Value { name: name.to_owned(), value: value.to_owned(), wanted }
}

pub(super) const KNOBS: [Knob; 25] = [
    Knob { name: "link", help: "cp2110 (the default) or serial" },
    Knob { name: "model", help: "four digits: 4277 (the default) 4279 4141 4283, or any other" },
    Knob { name: "hi", help: "the result at this place reads HI; 0 is the newest" },
    Knob { name: "lo", help: "the result at this place reads LO" },
    Knob { name: "control", help: "the result at this place is a control test" },
    Knob { name: "ketone", help: "the result at this place is a ketone test" },
    Knob { name: "haematocrit", help: "the result at this place is a haematocrit" },
    Knob { name: "type", help: "PLACE:NUMBER, any type from 0 to 15" },
    Knob { name: "lost-time", help: "the result at this place has no time" },
    Knob { name: "lost-clock", help: "its clock is not set" },
    Knob { name: "junk-time-bits", help: "the unused bits of minute and hour are set" },
    Knob { name: "byte-per-report", help: "each byte comes by itself" },
    Knob {
        name: "notify",
        help: "the notification of PC mode: never, before each answer (before), or once in place of the Nth",
    },
    Knob { name: "echo", help: "the cable sends back what the computer sends" },
    Knob { name: "ignore-first", help: "how many requests it misses at the beginning" },
    Knob { name: "silent-at", help: "it falls silent when asked for this result" },
    Knob { name: "bad-sum", help: "the value of this result has a wrong sum, once" },
    Knob { name: "bad-sum-always", help: "it has every time" },
    Knob { name: "late-at", help: "the answers to this result come behind the next request" },
    Knob { name: "twice-at", help: "the answers to this result come twice" },
    Knob { name: "twice-always", help: "every answer comes twice" },
    Knob {
        name: "again-at",
        help: "the answers to this result come once more, each before the next one of its kind",
    },
    Knob { name: "new-result-at", help: "a result is added when this one is asked for" },
    Knob { name: "count-offset", help: "it says it holds this many results more than it does" },
    Knob {
        name: "empty-place",
        help: "behind the last result: silent (the default), zeros or ones",
    },
];
