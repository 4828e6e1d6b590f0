//! A meter behind a serial chip. What the chips share: bytes one way, bytes and status the other.

mod cdc;
mod cp210x;
mod ftdi;
mod line;
mod pl2303;

use std::time::Duration;

use crate::{Simulator, Stalled, UsbShape};

use super::UsbError;
use super::descriptors::{Descriptors, Interface, Release};
use super::function::Function;
use super::queues::Queues;
use super::setup::Setup;

pub use cdc::Cdc;
pub use cp210x::Cp210x;
pub use ftdi::Ftdi;
pub use line::Line;
pub use pl2303::Pl2303;

/// What differs from chip to chip.
pub trait Chip: Send {
    /// The endpoint on which bytes leave the meter.
    const INPUT: u8;
    /// What stands at the head of every packet from the meter.
    const STATUS: &'static [u8] = &[];
    /// Class of the whole device.
    const CLASS: u8 = 0;
    /// The versions by which drivers know the chip.
    const RELEASE: Release;

    /// The chip's interfaces.
    fn interfaces() -> Vec<Interface>;

    /// A request that reads.
    fn read(&mut self, setup: Setup) -> Result<Vec<u8>, Stalled>;

    /// A request that writes.
    fn write(&mut self, setup: Setup, data: &[u8]) -> Result<(), Stalled>;

    /// How the host has set the line; `None` before it did.
    fn line(&self) -> Option<Line>;
}

/// The device side of a meter behind a chip.
///
/// A meter hears nothing, and says nothing, on a line that is set otherwise than it speaks.
pub struct Port<C> {
    chip: C,
    descriptors: Descriptors,
    spoken: Option<Line>,
    pace: Option<u32>,
}

impl<C: Chip> Port<C> {
    /// A port with this chip; `line` is what the meter speaks, empty for anything, and `pace` the
    /// bits per second that are kept to.
    ///
    /// # Errors
    ///
    /// A line that cannot be understood.
    pub fn new(chip: C, shape: &UsbShape, line: &str, pace: Option<u32>) -> Result<Self, UsbError> {
        let spoken = match line {
            "" => None,
            text => {
                Some(Line::parse(text).ok_or_else(|| UsbError::Line { text: text.to_owned() })?)
            }
        };
        let descriptors = Descriptors::new(shape, C::CLASS, C::RELEASE, &C::interfaces());
        Ok(Self { chip, descriptors, spoken, pace })
    }

    fn is_understood(&self) -> bool {
        match (&self.spoken, self.chip.line()) {
            (Some(spoken), Some(set)) => spoken.is_met_by(&set),
            (Some(_), None) => false,
            (None, _) => true,
        }
    }

    /// Queues bytes in packets that end with a short one, as the chips' buffers do when they are
    /// empty. At a pace, few bytes are in each.
    fn say(&self, mut pause: Duration, bytes: &[u8], queues: &mut Queues) {
        let room = MAX_PACKET - C::STATUS.len();
        let piece = if self.pace.is_some() { PIECE } else { room };
        let mut queue = |pause, bytes: &[u8]| {
            queues.packet(C::INPUT, pause, [C::STATUS, bytes].concat());
        };
        for bytes in bytes.chunks(piece) {
            queue(pause + Queues::sending(self.pace, bytes.len()), bytes);
            pause = Duration::ZERO;
        }
        if bytes.len().is_multiple_of(room) && piece == room {
            queue(pause, &[]);
        }
    }
}

impl<C: Chip> Function for Port<C> {
    fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    fn control_in(&mut self, setup: Setup, _: &mut dyn Simulator) -> Result<Vec<u8>, Stalled> {
        self.chip.read(setup)
    }

    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        _: &mut dyn Simulator,
        _: &mut Queues,
    ) -> Result<(), Stalled> {
        self.chip.write(setup, data)
    }

    fn output(
        &mut self,
        _: u8,
        data: &[u8],
        meter: &mut dyn Simulator,
        queues: &mut Queues,
    ) -> Result<(), Stalled> {
        if !self.is_understood() {
            return Ok(());
        }
        for reply in meter.receive(data) {
            let pause = Duration::from_millis(u64::from(reply.pause_ms));
            self.say(pause, &reply.bytes, queues);
        }
        Ok(())
    }
}

/// Bytes in one packet of a full-speed chip.
const MAX_PACKET: usize = 64;
const PIECE: usize = 8;

#[cfg(test)]
mod tests;
