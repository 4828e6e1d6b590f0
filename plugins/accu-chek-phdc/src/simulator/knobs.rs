//! What can be made to go wrong.

use meterport_simulator::{Knob, KnobError, flag, number};

use super::{Meter, Stored};

/// What the knobs are set to.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) silent: bool,
    pub(super) babble: bool,
    pub(super) no_store: u32,
    pub(super) serial_last: bool,
    pub(super) clock_lost: bool,
    pub(super) no_info: bool,
    pub(super) other_map: bool,
    pub(super) count_offset: i32,
    pub(super) second_segment: bool,
    pub(super) refuse_second: bool,
    pub(super) error_second: bool,
    pub(super) later: u32,
    pub(super) trigger_fails: bool,
    pub(super) per_transfer: usize,
    pub(super) abort_at: Option<u32>,
    pub(super) break_off_at: Option<u32>,
    pub(super) silent_at: Option<u32>,
    pub(super) skip_at: Option<u32>,
    pub(super) split: usize,
    pub(super) pause_ms: u32,
    pub(super) empty_transfers: u32,
}

impl Faults {
    /// Entries in one transfer: as many as 1024 bytes hold, unless a knob says otherwise.
    pub(super) fn per_transfer(&self) -> usize {
        if self.per_transfer == 0 { 82 } else { self.per_transfer }
    }
}

pub(super) const KNOBS: [Knob; 26] = [
    Knob { name: "model", help: "the model number; 923 is the default" },
    Knob { name: "hi", help: "the result at this place reads HI; 0 is the first that is sent" },
    Knob { name: "lo", help: "the result at this place reads LO" },
    Knob { name: "value", help: "PLACE:HEX, the number of a result as it is written" },
    Knob { name: "status", help: "PLACE:HEX, the status of a result" },
    Knob { name: "lost-time", help: "the result at this place has no date" },
    Knob { name: "clock-lost", help: "the meter's clock shows no date" },
    Knob { name: "oldest-first", help: "turns the memory round" },
    Knob { name: "serial-last", help: "the serial number is the last of the production data" },
    Knob { name: "silent", help: "it was plugged in too long and says nothing" },
    Knob { name: "babble", help: "it was plugged in too long and says too much at once" },
    Knob { name: "no-store", help: "how many configurations have no store at first" },
    Knob { name: "no-info", help: "it lists no segments" },
    Knob { name: "other-map", help: "it says that its entries are no results" },
    Knob { name: "count-offset", help: "it says it holds this many results more than it does" },
    Knob { name: "second-segment", help: "it has a segment that nobody has described" },
    Knob { name: "refuse-second", help: "and does not give it" },
    Knob { name: "error-second", help: "and answers a request for it with an error" },
    Knob { name: "later", help: "how often it puts a request for results off" },
    Knob { name: "trigger-fails", help: "it does not give its results" },
    Knob { name: "per-transfer", help: "how many results it sends at once; 82 is the default" },
    Knob { name: "abort-at", help: "it aborts instead of the Nth transfer of results" },
    Knob { name: "break-off-at", help: "the Nth transfer of results says that it is broken off" },
    Knob { name: "silent-at", help: "it falls silent instead of the Nth transfer of results" },
    Knob { name: "skip-at", help: "the Nth transfer of results begins one too late" },
    Knob {
        name: "split",
        help: "BYTES:MS:EMPTY, cuts each message into pieces so many ms apart, after empty transfers",
    },
];

impl Meter {
    pub(super) fn turn_knob(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        let faults = &mut self.faults;
        match name {
            "model" => self.model = value.to_owned(),
            "hi" => self.at(name, value)?.glucose = 0x07FE,
            "lo" => self.at(name, value)?.glucose = 0x0802,
            "value" => {
                let (place, code) = place_and_code(name, value)?;
                self.at(name, place)?.glucose = code;
            }
            "status" => {
                let (place, code) = place_and_code(name, value)?;
                self.at(name, place)?.status = code;
            }
            "lost-time" => self.at(name, value)?.at = None,
            "clock-lost" => faults.clock_lost = flag(name, value)?,
            "oldest-first" => {
                if flag(name, value)? {
                    self.memory.reverse();
                }
            }
            "serial-last" => faults.serial_last = flag(name, value)?,
            "silent" => faults.silent = flag(name, value)?,
            "babble" => faults.babble = flag(name, value)?,
            "no-store" => faults.no_store = number(name, value)?,
            "no-info" => faults.no_info = flag(name, value)?,
            "other-map" => faults.other_map = flag(name, value)?,
            "count-offset" => faults.count_offset = number(name, value)?,
            "second-segment" => faults.second_segment = flag(name, value)?,
            "refuse-second" => faults.refuse_second = flag(name, value)?,
            "error-second" => faults.error_second = flag(name, value)?,
            "later" => faults.later = number(name, value)?,
            "trigger-fails" => faults.trigger_fails = flag(name, value)?,
            "per-transfer" => faults.per_transfer = number(name, value)?,
            "abort-at" => faults.abort_at = Some(number(name, value)?),
            "break-off-at" => faults.break_off_at = Some(number(name, value)?),
            "silent-at" => faults.silent_at = Some(number(name, value)?),
            "skip-at" => faults.skip_at = Some(number(name, value)?),
            "split" => {
                let mut parts = value.split(':');
                faults.split = number(name, parts.next().unwrap_or_default())?;
                faults.pause_ms = number(name, parts.next().unwrap_or("0"))?;
                faults.empty_transfers = number(name, parts.next().unwrap_or("0"))?;
            }
            _ => return Err(KnobError::Unknown { name: name.to_owned() }),
        }
        Ok(())
    }

    fn at(&mut self, name: &str, place: &str) -> Result<&mut Stored, KnobError> {
        let index: usize = number(name, place)?;
        self.memory.get_mut(index).ok_or_else(|| KnobError::Value {
            name: name.to_owned(),
            value: place.to_owned(),
            wanted: "no result has this place",
        })
    }
}

fn place_and_code<'a>(name: &str, value: &'a str) -> Result<(&'a str, u16), KnobError> {
    let wanted = "it takes a place and four hex digits, such as 0:07FE";
    let refused = || KnobError::Value { name: name.to_owned(), value: value.to_owned(), wanted };
    let (place, code) = value.split_once(':').ok_or_else(refused)?;
    Ok((place, u16::from_str_radix(code, 16).map_err(|_| refused())?))
}
