//! What a meter is behind its plug: the part of a device that differs from one to another.

use crate::{Simulator, Stalled};

use super::descriptors::Descriptors;
use super::queues::Queues;
use super::setup::Setup;

/// The device side of one kind of device. The engine answers standard requests by itself.
pub trait Function: Send {
    /// What the device says about itself.
    fn descriptors(&self) -> &Descriptors;

    /// A control request that reads and is no standard one of the device.
    fn control_in(&mut self, setup: Setup, meter: &mut dyn Simulator) -> Result<Vec<u8>, Stalled>;

    /// A control request that writes and is no standard one.
    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        meter: &mut dyn Simulator,
        queues: &mut Queues,
    ) -> Result<(), Stalled>;

    /// GET_STATUS was asked of the whole device: it wakes some meters.
    fn woken(&mut self, meter: &mut dyn Simulator, queues: &mut Queues) {
        let _ = (meter, queues);
    }

    /// Whether each IN transfer is one of the meter's own, and may stall for itself.
    fn is_raw(&self) -> bool {
        false
    }

    /// One OUT transfer.
    fn output(
        &mut self,
        endpoint: u8,
        data: &[u8],
        meter: &mut dyn Simulator,
        queues: &mut Queues,
    ) -> Result<(), Stalled>;
}
