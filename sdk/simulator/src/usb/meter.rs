//! What the carrier knows of a meter besides what it says.

use crate::cp2110::Cp2110;
use crate::{Noisy, Simulator};

/// A meter on a cable that is not perfect.
pub trait Meter: Simulator {
    /// True once the cable has been pulled.
    fn unplugged(&self) -> bool;

    /// True once the meter says nothing more.
    fn silent(&self) -> bool;

    /// Counts an IN transfer on a raw USB interface; true where it stalls.
    fn stall_due(&mut self) -> bool;

    /// Bits per second, where they are limited.
    fn pace(&self) -> Option<u32>;
}

impl<S: Simulator> Meter for Noisy<S> {
    fn unplugged(&self) -> bool {
        Noisy::unplugged(self)
    }
    fn silent(&self) -> bool {
        Noisy::silent(self)
    }
    fn stall_due(&mut self) -> bool {
        Noisy::stall_due(self)
    }
    fn pace(&self) -> Option<u32> {
        Noisy::pace(self)
    }
}

/// The line is behind the chip, and the chip goes on when the meter has fallen silent.
impl<S: Simulator> Meter for Cp2110<Noisy<S>> {
    fn unplugged(&self) -> bool {
        self.inner().unplugged()
    }
    fn silent(&self) -> bool {
        false
    }
    fn stall_due(&mut self) -> bool {
        false
    }
    fn pace(&self) -> Option<u32> {
        self.inner().pace()
    }
}
