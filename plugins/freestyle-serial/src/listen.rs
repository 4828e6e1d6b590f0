//! One command, and what comes after it: an answer, an echo, a refusal, noise or silence.
//!
//! An answer has begun when the clock of its header comes, and ends with `END`. What came before it
//! is kept, so that an answer that comes late is heard whichever command was sent last.
//!
//! Spec: `README.md`, "Sources".

use meterport_sdk::text::LineReader;
use meterport_sdk::wit::ConcentrationUnit;
use meterport_sdk::{Clock, DriverError, IoError, ProtocolError, Serial, Sink, step};

use crate::frame::{Dump, is_clock, is_end, number};
use crate::record::{Group, Record};

#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Command {
    Mem,
    Colq,
    Xmem,
}

impl Command {
    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Mem => b"$mem\r\n",
            Self::Colq => b"$colq\r\n",
            Self::Xmem => b"$xmem\r\n",
        }
    }

    pub(crate) fn group(self) -> Group {
        match self {
            Self::Mem => Group::Lite,
            Self::Colq | Self::Xmem => Group::Precision,
        }
    }
}

/// A whole, undamaged answer to `$mem` or `$xmem`.
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    /// When the meter's clock was read.
    pub(crate) clock_at_ms: u64,
}

impl Answer {
    /// What the form of its records says; `None` for an empty memory.
    pub(crate) fn group(&self) -> Result<Option<Group>, DriverError> {
        let dump = Dump::parse(&self.bytes).map_err(|error| error.about(&self.bytes))?;
        let first = dump.lines.first().map(|line| Record::parse(line)).transpose()?;
        Ok(first.map(|record| record.group()))
    }
}

/// How listening after one command ended.
pub(crate) enum Heard {
    /// A whole answer.
    Answer(Answer),
    /// `CMD OK`, without an answer to `$mem` or `$xmem`.
    Done,
    /// Nothing, or nothing but an echo.
    Silence,
    /// `CMD Fail!`, or lines that are no answer.
    Other(DriverError),
    /// An answer that is damaged or broke off.
    Broken(DriverError),
}

/// The port, and what has been heard on it.
pub(crate) struct Listener {
    port: Box<dyn Serial>,
    lines: LineReader,
    clock: Clock,
    /// Everything that came since the line was last known to be silent, without STX and ETX.
    heard: Vec<u8>,
    /// When the header's clock of the running answer came.
    clock_at_ms: Option<u64>,
    /// What each whole answer to `$colq` said.
    units: Vec<ConcentrationUnit>,
    results: bool,
    progress: u32,
    /// Something came that is no echo and nothing that these meters say.
    strange: bool,
}

impl Listener {
    /// Throws away what was sent to somebody else.
    pub(crate) fn open(port: Box<dyn Serial>, clock: Clock) -> Result<Self, DriverError> {
        let mut listener = Self {
            port,
            lines: LineReader::new(clock.clone(), LONGEST_LINE),
            clock,
            heard: Vec::new(),
            clock_at_ms: None,
            units: Vec::new(),
            results: false,
            progress: 0,
            strange: false,
        };
        match listener.lines.purge(listener.port.as_mut()) {
            Err(DriverError::Io(IoError::Timeout)) => {}
            other => other?,
        }
        Ok(listener)
    }

    /// What each whole answer to `$colq` said.
    pub(crate) fn units(&self) -> &[ConcentrationUnit] {
        &self.units
    }

    /// What an error means where no answer has ever begun: silence, or somebody else. What these
    /// meters say themselves, that they refuse the command or do not find their log, stays.
    pub(crate) fn who_is_it(&self, error: DriverError) -> DriverError {
        match error {
            _ if self.results => error,
            DriverError::Protocol(said) if [REJECTED, NOT_FOUND].contains(&said.code.as_str()) => {
                said.into()
            }
            DriverError::Protocol(other) => not_this_meter(&other.bytes),
            DriverError::Io(IoError::Timeout) if self.strange => not_this_meter(&[]),
            other => other,
        }
    }

    /// Waits until nothing comes any more; what came is nobody's answer.
    pub(crate) fn silence(&mut self) -> Result<(), DriverError> {
        self.lines.drain(self.port.as_mut(), DRAIN_QUIET_MS, TOTAL_MS)?;
        self.heard.clear();
        self.clock_at_ms = None;
        Ok(())
    }

    /// Sends one command and listens until something is certain.
    pub(crate) fn ask(
        &mut self,
        command: Command,
        patience_ms: u32,
        sink: &mut Sink,
    ) -> Result<Heard, DriverError> {
        match self.port.write(command.bytes(), WRITE_MS) {
            // Perhaps half of it went out; the next command is not taken for its rest.
            Err(IoError::Timeout) => {
                self.lines.drain(self.port.as_mut(), WRITE_QUIET_MS, TOTAL_MS)?;
                return Ok(Heard::Silence);
            }
            other => other?,
        }
        match self.listen(command, patience_ms, sink) {
            Err(error @ DriverError::Protocol(_)) => Ok(Heard::Broken(error)),
            other => other,
        }
    }

    fn listen(
        &mut self,
        command: Command,
        patience_ms: u32,
        sink: &mut Sink,
    ) -> Result<Heard, DriverError> {
        let started = self.clock.now_ms();
        let end = started.saturating_add(u64::from(TOTAL_MS));
        let mut deadline = started.saturating_add(u64::from(patience_ms));
        let mut lines_after_clock = 0_u32;
        let mut promised = None;
        let mut strange = None;
        loop {
            let now = self.clock.now_ms();
            let begun = self.clock_at_ms.is_some();
            let patience = if begun { u64::from(IDLE_MS) } else { deadline.saturating_sub(now) };
            let whole = end.saturating_sub(now);
            let line = self.lines.line_within(
                self.port.as_mut(),
                u32::try_from(patience.min(whole)).unwrap_or(IDLE_MS),
                u32::try_from(if begun { whole } else { patience.min(whole) }).unwrap_or(TOTAL_MS),
            );
            let line = match line {
                Ok(line) => line,
                Err(DriverError::Io(IoError::Timeout)) => {
                    if begun {
                        return Ok(Heard::Broken(IoError::Timeout.into()));
                    }
                    let now = self.clock.now_ms();
                    let rest = self.lines.unfinished();
                    self.strange |= is_blank(rest) && rest.iter().any(|byte| *byte != 0);
                    let nobody = is_blank(rest) || is_echo(without_nul(rest));
                    if !nobody && deadline < end && strange.is_none() {
                        // A line is on its way.
                        strange = Some(unexpected(self.lines.unfinished()));
                        deadline = now.saturating_add(u64::from(BEGUN_MS));
                        continue;
                    }
                    return Ok(strange.map_or(Heard::Silence, Heard::Other));
                }
                Err(error) => return Err(error),
            };
            let line: Vec<u8> =
                line.into_iter().filter(|byte| !matches!(byte, &STX | &ETX)).collect();
            self.heard.extend_from_slice(&line);
            if self.heard.len() > LONGEST_ANSWER {
                return Err(DriverError::protocol("too-long", "an answer has no end"));
            }
            let text = without_nul(&line);
            // A blank line is no sign of an answer, and yet somebody sent it.
            self.strange |= text.is_empty() && line.iter().any(|byte| *byte != 0);
            if is_end(text) {
                return Ok(self.ended());
            }
            if is_clock(text) {
                self.clock_at_ms = Some(self.clock.now_ms());
                lines_after_clock = 0;
                if !std::mem::replace(&mut self.results, true) {
                    sink.step(step::RESULTS);
                }
            } else if text.is_empty() || is_echo(text) {
                // No sign of an answer.
            } else if self.clock_at_ms.is_some() {
                match lines_after_clock {
                    0 => promised = number(text).and_then(|count| u32::try_from(count).ok()),
                    done if done > self.progress => {
                        self.progress = done;
                        sink.progress(done, promised);
                    }
                    _ => {}
                }
                lines_after_clock += 1;
            } else if text.ends_with(b"CMD OK") {
                self.take_unit();
                if command == Command::Colq {
                    return Ok(Heard::Done);
                }
            } else if text.ends_with(b"CMD Fail!") {
                return Ok(Heard::Other(DriverError::protocol(
                    REJECTED,
                    "the meter rejected the command",
                )));
            } else if text.ends_with(b"Log Not Found") {
                return Ok(Heard::Broken(DriverError::protocol(
                    NOT_FOUND,
                    "the meter did not find its log",
                )));
            } else {
                strange = Some(unexpected(text));
                let longer = self.clock.now_ms().saturating_add(u64::from(BEGUN_MS));
                deadline = deadline.max(longer);
            }
        }
    }

    /// The last line of an answer has come: is it whole and undamaged?
    fn ended(&mut self) -> Heard {
        let answer = std::mem::take(&mut self.heard);
        match (Dump::parse(&answer), self.clock_at_ms.take()) {
            (Ok(_), Some(clock_at_ms)) => Heard::Answer(Answer { bytes: answer, clock_at_ms }),
            (Ok(_), None) => Heard::Broken(unexpected(&answer)),
            (Err(error), _) => Heard::Broken(error.about(&answer)),
        }
    }

    /// `$colq` was answered: only `MMOL` is documented, anything else is the other unit.
    fn take_unit(&mut self) {
        // Without a serial number it is not what these meters say.
        self.strange |= !self.heard.windows(SERIAL.len()).any(|bytes| bytes == SERIAL);
        let mmol = self.heard.windows(MMOL.len()).any(|bytes| bytes == MMOL);
        self.units.push(match mmol {
            true => ConcentrationUnit::MmolPerL,
            false => ConcentrationUnit::MgPerDl,
        });
        self.heard.clear();
    }
}

fn unexpected(bytes: &[u8]) -> DriverError {
    ProtocolError::new("unexpected-answer", "what came is no answer").with_bytes(bytes).into()
}

fn not_this_meter(bytes: &[u8]) -> DriverError {
    let detail = "something answers, and not as this meter does; is it the right driver?";
    ProtocolError::new("not-this-meter", detail).with_bytes(bytes).into()
}

fn is_blank(bytes: &[u8]) -> bool {
    without_nul(bytes).is_empty()
}

fn is_echo(text: &[u8]) -> bool {
    let command = text.strip_prefix(b"$").unwrap_or(text);
    [&b"mem"[..], b"colq", b"xmem"].contains(&command)
}

/// Without blanks, line end and NUL bytes around it.
fn without_nul(line: &[u8]) -> &[u8] {
    let mut text = line.trim_ascii();
    while let [0, rest @ ..] | [rest @ .., 0] = text {
        text = rest.trim_ascii();
    }
    text
}

const MMOL: &[u8] = b"MMOL";
const SERIAL: &[u8] = b"S/N";
const REJECTED: &str = "command-rejected";
const NOT_FOUND: &str = "transfer-error";
const STX: u8 = 0x02;
const ETX: u8 = 0x03;

/// How long the line must be silent after a command that did not go out.
const WRITE_QUIET_MS: u32 = 200;
/// How long to wait for more once something has come that is no answer yet.
const BEGUN_MS: u32 = 1_000;
/// Silence inside an answer.
pub const IDLE_MS: u32 = 5_000;
/// The longest an answer may take; 1000 records take 16 s on the line.
pub const TOTAL_MS: u32 = 30_000;
const DRAIN_QUIET_MS: u32 = 500;
const WRITE_MS: u32 = 1_000;
const LONGEST_LINE: usize = 512;
/// A thousand records of 33 bytes, twice.
const LONGEST_ANSWER: usize = 65_536;
