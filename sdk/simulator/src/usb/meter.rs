//! What the carrier knows of a meter besides what it says.

use crate::{Noisy, Simulator};

/// A meter on a cable that can be pulled.
pub trait Meter: Simulator {
    /// True once the cable has been pulled.
    fn unplugged(&self) -> bool;
}

impl<S: Simulator> Meter for Noisy<S> {
    fn unplugged(&self) -> bool {
        Noisy::unplugged(self)
    }
}
