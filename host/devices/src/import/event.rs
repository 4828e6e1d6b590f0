//! What happened on the bus, in one shape for every way of capturing.

use crate::UsbAddress;

/// One packet of a capture.
pub(super) struct Event {
    /// Which packet; the first is 1.
    pub(super) packet: usize,
    /// Microseconds since 1970.
    pub(super) time_us: u64,
    pub(super) device: UsbAddress,
    /// The same for all packets of one transfer, and used again afterwards.
    pub(super) id: u64,
    /// Address, with the direction bit; for control transfers the bit means nothing.
    pub(super) endpoint: u8,
    pub(super) kind: Kind,
    pub(super) phase: Phase,
    pub(super) data: Vec<u8>,
    /// Whether some of the data are not in the capture.
    pub(super) cut: bool,
}

/// How an endpoint transfers. Isochronous transfers are not taken in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Control,
    Bulk,
    Interrupt,
}

/// Which part of a transfer a packet is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Phase {
    /// The host asks; a control transfer with its setup packet.
    Submit(Option<[u8; 8]>),
    /// More data of a control transfer that has begun.
    Data,
    /// It is over.
    Complete(Outcome),
}

/// How a transfer ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// As it should.
    Done,
    /// The device refused.
    Stalled,
    /// The host took it back: nothing came in time, or nobody waited any more.
    Cancelled,
    /// The device was unplugged.
    Gone,
    /// Any other way.
    Failed,
}
