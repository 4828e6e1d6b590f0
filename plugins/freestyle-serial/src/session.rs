//! Which commands are sent, how often, and when an answer has ended.
//!
//! A meter answers only to the command of its own group, and the first command after power-up may
//! be ignored or echoed. So the commands are sent in turn, first with little patience and then with
//! more; all of them only read. Whatever whole answer comes first is the meter's, also where it
//! comes late. Once an answer has begun, nothing is sent until it has ended.
//!
//! Spec: `README.md`, "Sources".

use meterport_sdk::wit::ConcentrationUnit;
use meterport_sdk::{Clock, DriverError, IoError, Serial, Sink};

use crate::frame::Dump;
use crate::listen::{Answer, Command, Heard, Listener};
use crate::record::Group;

/// An open conversation with one meter.
pub struct Session {
    listener: Listener,
    /// How often `$colq` was not answered.
    colq_misses: usize,
    /// Sent since the line was last silent.
    mem_sent: bool,
    xmem_sent: bool,
}

/// The meter's memory: a whole answer, and what is known beside it.
pub struct Memory {
    answer: Vec<u8>,
    /// Which meters it comes from.
    pub group: Group,
    /// What the meter shows, where it says so.
    pub display_unit: Option<ConcentrationUnit>,
    /// When the meter's clock was read.
    pub clock_at_ms: u64,
}

impl Memory {
    fn of(answer: Answer, group: Group, display_unit: Option<ConcentrationUnit>) -> Self {
        let Answer { bytes, clock_at_ms } = answer;
        Self { answer: bytes, group, display_unit, clock_at_ms }
    }

    /// The answer, undamaged.
    ///
    /// # Errors
    ///
    /// None that [`Session::memory`] has not seen.
    pub fn dump(&self) -> Result<Dump<'_>, DriverError> {
        Dump::parse(&self.answer).map_err(|error| error.about(&self.answer))
    }
}

impl Session {
    /// Begins a conversation; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// The port's own.
    pub fn open(port: Box<dyn Serial>, clock: Clock) -> Result<Self, DriverError> {
        Ok(Self {
            listener: Listener::open(port, clock)?,
            colq_misses: 0,
            mem_sent: false,
            xmem_sent: false,
        })
    }

    /// The whole memory, from whichever group's command is answered.
    ///
    /// # Errors
    ///
    /// `Timeout` where nobody answers, `not-this-meter` where somebody else does; another protocol
    /// error where the answer stays damaged.
    pub fn memory(&mut self, first: Group, sink: &mut Sink) -> Result<Memory, DriverError> {
        self.any_memory(first, sink).map_err(|error| self.listener.who_is_it(error))
    }

    fn any_memory(&mut self, first: Group, sink: &mut Sink) -> Result<Memory, DriverError> {
        let plan: &[(Command, u32)] = match first {
            Group::Lite => &LITE_FIRST,
            Group::Precision => &PRECISION_FIRST,
        };
        let answer = self.first_answer(plan, sink)?;
        let group = match answer.group()? {
            Some(group) => group,
            None if self.is_precision() => Group::Precision,
            None => match (self.mem_sent, self.xmem_sent) {
                (true, false) => Group::Lite,
                (false, _) => Group::Precision,
                (true, true) => return self.confirm_empty(sink),
            },
        };
        if group == Group::Precision {
            self.ask_unit(sink)?;
        }
        Ok(Memory::of(answer, group, self.unit()))
    }

    fn first_answer(
        &mut self,
        plan: &[(Command, u32)],
        sink: &mut Sink,
    ) -> Result<Answer, DriverError> {
        let mut why = DriverError::Io(IoError::Timeout);
        for (command, patience_ms) in plan {
            match self.ask(*command, *patience_ms, sink)? {
                Heard::Answer(answer) => return Ok(answer),
                Heard::Broken(error) => return self.again(error, sink),
                // `$colq` was answered: this is the Precision group, there is nothing to try.
                Heard::Done if *command == Command::Colq => {
                    if let Some(answer) = self.ask_unit(sink)? {
                        return Ok(answer);
                    }
                    return self.first_answer(&PRECISION_ONLY, sink);
                }
                Heard::Other(error) => why = error,
                Heard::Done | Heard::Silence => {}
            }
        }
        Err(why)
    }

    /// `$colq` has no checksum, so what it says about the unit is believed when said twice. A meter
    /// that does not answer is not asked for long: nothing but the unit is missing then.
    fn ask_unit(&mut self, sink: &mut Sink) -> Result<Option<Answer>, DriverError> {
        while self.unit().is_none()
            && self.colq_misses < MOST_COLQ_MISSES
            && self.listener.units().len() < MOST_COLQ_ANSWERS
        {
            if let Heard::Answer(answer) = self.ask(Command::Colq, PROBE_MS, sink)? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    /// Only this group answers `$colq`.
    fn is_precision(&self) -> bool {
        !self.listener.units().is_empty()
    }

    fn unit(&self) -> Option<ConcentrationUnit> {
        let count = |unit| self.listener.units().iter().filter(|said| **said == unit).count();
        [ConcentrationUnit::MgPerDl, ConcentrationUnit::MmolPerL]
            .into_iter()
            .find(|unit| count(*unit) >= 2)
    }

    /// An empty memory has no record that tells the group, and both commands were on the way.
    fn confirm_empty(&mut self, sink: &mut Sink) -> Result<Memory, DriverError> {
        for command in [Command::Mem, Command::Xmem] {
            self.silence()?;
            let answer = match self.ask(command, PATIENT_MS, sink)? {
                Heard::Answer(answer) => answer,
                Heard::Broken(error) => self.again(error, sink)?,
                Heard::Done | Heard::Silence | Heard::Other(_) => continue,
            };
            let group = answer.group()?.unwrap_or(command.group());
            return Ok(Memory::of(answer, group, self.unit()));
        }
        Err(IoError::Timeout.into())
    }

    /// Waits until nothing comes any more; what came is nobody's answer.
    fn silence(&mut self) -> Result<(), DriverError> {
        self.listener.silence()?;
        (self.mem_sent, self.xmem_sent) = (false, false);
        Ok(())
    }

    /// An answer broke: the command it belongs to again, on a silent line.
    fn again(&mut self, error: DriverError, sink: &mut Sink) -> Result<Answer, DriverError> {
        // Where both were on the way, nobody knows whose answer it was.
        let commands: &[Command] = match (self.mem_sent && !self.is_precision(), self.xmem_sent) {
            (true, false) => &[Command::Mem],
            (true, true) => &[Command::Xmem, Command::Mem],
            (false, _) => &[Command::Xmem],
        };
        let most_silences = commands.len() + 1;
        let mut silences = usize::from(error == IoError::Timeout.into());
        let mut why = error;
        for command in commands.iter().cycle().take(commands.len() * (ATTEMPTS - 1)) {
            self.silence()?;
            let silent = match self.ask(*command, AGAIN_MS, sink)? {
                Heard::Answer(answer) => return Ok(answer),
                Heard::Broken(error) | Heard::Other(error) => {
                    why = error;
                    why == IoError::Timeout.into()
                }
                Heard::Done | Heard::Silence => {
                    // Of two commands one is the other group's: its silence says nothing.
                    if commands.len() == 1 {
                        why = IoError::Timeout.into();
                    }
                    true
                }
            };
            silences += usize::from(silent);
            if silences >= most_silences {
                break;
            }
        }
        Err(why)
    }

    fn ask(
        &mut self,
        command: Command,
        patience_ms: u32,
        sink: &mut Sink,
    ) -> Result<Heard, DriverError> {
        self.mem_sent |= command == Command::Mem;
        self.xmem_sent |= command == Command::Xmem;
        let heard = self.listener.ask(command, patience_ms, sink)?;
        if command == Command::Colq && !matches!(heard, Heard::Done) {
            self.colq_misses += 1;
        }
        Ok(heard)
    }
}

const LITE_FIRST: [(Command, u32); 8] = [
    (Command::Mem, PROBE_MS),
    (Command::Colq, PROBE_MS),
    (Command::Xmem, PROBE_MS),
    (Command::Mem, PATIENT_MS),
    (Command::Colq, PROBE_MS),
    (Command::Xmem, PATIENT_MS),
    (Command::Mem, MOST_PATIENT_MS),
    (Command::Xmem, MOST_PATIENT_MS),
];
const PRECISION_FIRST: [(Command, u32); 7] = [
    (Command::Colq, PROBE_MS),
    (Command::Colq, PROBE_MS),
    (Command::Xmem, PATIENT_MS),
    (Command::Mem, PROBE_MS),
    (Command::Xmem, PATIENT_MS),
    (Command::Mem, PATIENT_MS),
    (Command::Xmem, MOST_PATIENT_MS),
];

const PRECISION_ONLY: [(Command, u32); 3] = [
    (Command::Xmem, PATIENT_MS),
    (Command::Xmem, MOST_PATIENT_MS),
    (Command::Xmem, MOST_PATIENT_MS),
];
const MOST_COLQ_MISSES: usize = 2;
const MOST_COLQ_ANSWERS: usize = 3;

/// Little patience: the first time round, when nobody knows what is on the cable.
pub const PROBE_MS: u32 = 200;
/// More, the second time.
pub const PATIENT_MS: u32 = 1_500;
/// And the last time.
pub const MOST_PATIENT_MS: u32 = 3_000;
/// How long to wait for the same answer again.
const AGAIN_MS: u32 = 3_000;
const ATTEMPTS: usize = 3;
