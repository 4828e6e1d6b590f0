//! One conversation over the link: send, wait, acknowledge, repeat, begin anew.
//!
//! Each end numbers its frames with one bit. A request is acknowledged, its answer comes as a frame
//! of its own, and that one is acknowledged by us:
//!
//! ```text
//! computer  S=b  E=b     request          frame b, and the meter's frame b is expected
//! meter     S=b  E=!b A  acknowledgement  frame b arrived, the next one is expected
//! meter     S=b  E=!b    answer
//! computer  S=!b E=!b A  acknowledgement  the answer arrived: b turns over
//! ```
//!
//! A step that takes longer than [`STEP_MS`] is repeated with the same bit, [`REPEATS`] times; then
//! the link is reset with a disconnect. After a damaged frame it is reset without repeats. What
//! the messages mean is not known here; that is `record.rs`.

use meterport_sdk::wit::Purge;
use meterport_sdk::{Clock, DriverError, IoError, ProtocolError, Serial, log};

use crate::frame::{Control, DISCONNECT_REQUEST, Frame, encode};
use crate::scanner::{Damage, Scanner};

/// How long one step may take.
pub const STEP_MS: u32 = 1000;
/// How often a frame is repeated that nobody answered.
pub const REPEATS: u32 = 3;
/// The pause that the protocol prescribes between two requests for records.
pub const PAUSE_BETWEEN_RECORDS_MS: u32 = 20;

/// How often the link is reset for one request, and in the whole conversation.
const RESETS_PER_REQUEST: u32 = 3;
const RESETS_IN_ALL: u32 = 20;
const READ: u32 = 512;

/// An open conversation.
pub struct Session {
    port: Box<dyn Serial>,
    clock: Clock,
    scanner: Scanner,
    /// Bit of our next frame, and of the one that we expect next: each exchange turns both over.
    bit: bool,
    resets: u32,
    /// What came since something was last sent, and whether any of it, while the link was being
    /// opened, was more than a cable alone sends.
    heard: Vec<u8>,
    strange: bool,
}

/// Why there is no answer.
enum Silence {
    /// Nothing that began like a frame arrived.
    Nothing,
    /// Something did.
    Damaged,
}

impl Session {
    /// Resets the link, whatever state the meter was left in.
    ///
    /// # Errors
    ///
    /// `Timeout` where no meter is there, `not-this-meter` where something else is.
    pub fn open(port: Box<dyn Serial>, clock: Clock) -> Result<Self, DriverError> {
        let scanner = Scanner::default();
        let heard = Vec::new();
        let mut session =
            Self { port, clock, scanner, bit: false, resets: 0, heard, strange: false };
        session.purge()?;
        match session.reset() {
            Err(DriverError::Protocol(error)) if session.strange => {
                Err(not_this_meter(&error.bytes))
            }
            Err(DriverError::Io(IoError::Timeout)) if session.strange => Err(not_this_meter(&[])),
            // Damaged it may be, and nothing but an echo.
            Err(DriverError::Protocol(_)) => Err(IoError::Timeout.into()),
            Err(error) => Err(error),
            Ok(()) => Ok(session),
        }
    }

    /// The answer to one request, acknowledged.
    ///
    /// # Errors
    ///
    /// No whole answer after every repeat and reset.
    pub fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, DriverError> {
        let mut resets = 0;
        loop {
            self.scanner.forget();
            if let Ok(answer) = self.exchange(request)? {
                return Ok(answer);
            }
            let damage = self.scanner.take_damage();
            if resets == RESETS_PER_REQUEST || self.resets == RESETS_IN_ALL {
                return Err(nothing_came(damage));
            }
            log::warn("no whole answer, the link is reset");
            resets += 1;
            self.resets += 1;
            self.reset()?;
        }
    }

    /// How often the link had to be reset.
    #[must_use]
    pub fn resets(&self) -> u32 {
        self.resets
    }

    /// Says good-bye. A meter that does not answer any more has told everything before.
    ///
    /// # Errors
    ///
    /// Only what is no matter of the line: a cancelled session.
    pub fn close(mut self) -> Result<(), DriverError> {
        self.scanner.forget();
        match self.disconnect() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(IoError::Disconnected | IoError::Timeout) => {
                log::warn("the meter did not answer the last disconnect");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Disconnects, which sets the bits of both ends to 0.
    fn reset(&mut self) -> Result<(), DriverError> {
        self.scanner.forget();
        for _ in 0..=REPEATS {
            if self.disconnect()?.is_ok() {
                self.bit = false;
                self.scanner.forget();
                return Ok(());
            }
            self.strange |= !is_only_cable(&self.heard);
        }
        Err(nothing_came(self.scanner.take_damage()))
    }

    fn disconnect(&mut self) -> Result<Result<(), Silence>, IoError> {
        self.send(DISCONNECT_REQUEST, &[])?;
        self.wait(|_, frame| {
            let control = frame.control;
            Ok((control.disconnects() && control.acknowledges()).then_some(()))
        })
    }

    /// One request with its repeats; `Err` inside where only a reset can help.
    fn exchange(&mut self, request: &[u8]) -> Result<Result<Vec<u8>, Silence>, IoError> {
        for _ in 0..=REPEATS {
            self.send(Control::data(self.bit, self.bit), request)?;
            // The acknowledgement and the answer are a step each.
            let mut outcome = self.wait(Self::acknowledged)?;
            if let Ok(None) = outcome {
                outcome = self.wait(|session, frame| Ok(session.answer(frame)?.map(Some)))?;
            }
            match outcome {
                Ok(Some(answer)) => return Ok(Ok(answer)),
                Err(Silence::Damaged) => return Ok(Err(Silence::Damaged)),
                Ok(None) | Err(Silence::Nothing) => {}
            }
        }
        Ok(Err(Silence::Nothing))
    }

    /// `Some(None)` for the acknowledgement of our request. An answer proves as much, where the
    /// acknowledgement before it was lost: it says that the meter expects our next frame.
    fn acknowledged(&mut self, frame: Frame) -> Result<Option<Option<Vec<u8>>>, IoError> {
        let control = frame.control;
        if frame.message.is_empty() {
            let ours = control.acknowledges() && control.expects() != self.bit;
            return Ok(ours.then_some(None));
        }
        Ok(self.answer(frame)?.map(Some))
    }

    /// The message of the answer that is due. One that was taken before is acknowledged again and
    /// nothing more; our own request, which some cables echo, is neither.
    fn answer(&mut self, frame: Frame) -> Result<Option<Vec<u8>>, IoError> {
        let Frame { control, message } = frame;
        if message.is_empty() || control.disconnects() {
            return Ok(None);
        }
        if control.sequence() != self.bit {
            self.acknowledge()?;
            return Ok(None);
        }
        if control.expects() == self.bit {
            return Ok(None); // The meter never expects what it has just acknowledged: an echo.
        }
        self.bit = !self.bit;
        self.acknowledge()?;
        Ok(Some(message))
    }

    fn acknowledge(&mut self) -> Result<(), IoError> {
        self.send(Control::acknowledgement(self.bit, self.bit), &[])
    }

    /// Sends one frame. Where the line did not take it in time the peer's silence will show it.
    fn send(&mut self, control: Control, message: &[u8]) -> Result<(), IoError> {
        let bytes = encode(control, message).map_err(|error| IoError::Denied(error.to_string()))?;
        self.heard.clear();
        match self.port.write(&bytes, STEP_MS) {
            Err(IoError::Timeout) => Ok(()),
            other => other,
        }
    }

    /// Takes frames until `wanted` finds what it looks for or the step is over.
    fn wait<T>(
        &mut self,
        mut wanted: impl FnMut(&mut Self, Frame) -> Result<Option<T>, IoError>,
    ) -> Result<Result<T, Silence>, IoError> {
        let deadline = self.clock.now_ms().saturating_add(u64::from(STEP_MS));
        loop {
            while let Some(frame) = self.scanner.frame() {
                if let Some(found) = wanted(self, frame)? {
                    return Ok(Ok(found));
                }
            }
            let left = deadline.saturating_sub(self.clock.now_ms());
            let arrived = match u32::try_from(left) {
                Ok(0) | Err(_) => Err(IoError::Timeout),
                Ok(left) => self.port.read(READ, left),
            };
            match arrived {
                Ok(bytes) => {
                    self.heard.extend_from_slice(&bytes);
                    self.scanner.push(&bytes);
                }
                Err(IoError::Timeout) => break,
                Err(error) => return Err(error),
            }
        }
        while let Some(frame) = self.scanner.frame_behind() {
            if let Some(found) = wanted(self, frame)? {
                return Ok(Ok(found));
            }
        }
        Ok(Err(if self.scanner.is_damaged() { Silence::Damaged } else { Silence::Nothing }))
    }

    /// Best effort: what is left in the line is skipped as noise.
    fn purge(&mut self) -> Result<(), IoError> {
        match self.port.purge(Purge::Input) {
            Err(error @ (IoError::Disconnected | IoError::Cancelled)) => Err(error),
            _ => Ok(()),
        }
    }
}

/// What came after a disconnect, where no meter is on the cable: nothing, NUL bytes, or the
/// disconnect itself, perhaps cut short.
fn is_only_cable(heard: &[u8]) -> bool {
    let Ok(sent) = encode(DISCONNECT_REQUEST, &[]) else { return false };
    let rest: Vec<u8> = heard.iter().copied().filter(|byte| *byte != 0).collect();
    rest.chunks(sent.len()).all(|piece| sent.starts_with(piece))
}

fn not_this_meter(bytes: &[u8]) -> DriverError {
    let detail = "something answers, and not as this meter does; is it the right driver?";
    ProtocolError::new("not-this-meter", detail).with_bytes(bytes).into()
}

/// Silence, or what arrived instead of an answer.
fn nothing_came(damage: Option<Damage>) -> DriverError {
    match damage {
        Some(Damage { error, bytes }) => {
            ProtocolError::new(error.code(), error.to_string()).with_bytes(&bytes).into()
        }
        None => IoError::Timeout.into(),
    }
}
