//! A USB interface that answers from a recording.

use std::collections::BTreeSet;

use meterport_recording::{Item, Recording};

use super::{Replayed, size};
use crate::testing::usb::{USB_MS, setup_bytes};
use crate::wit::{Endpoint, Setup, Transfer};
use crate::{IoError, Usb};

/// A recorded interface and the endpoints that occur in the recording.
pub(super) struct Interface {
    line: Replayed,
    endpoints: Vec<Endpoint>,
}

impl Interface {
    pub(super) fn new(line: Replayed, endpoints: Vec<Endpoint>) -> Self {
        Self { line, endpoints }
    }
}

/// In the order of their addresses. Neither type nor packet size stands in a recording.
pub(super) fn endpoints(recording: &Recording) -> Vec<Endpoint> {
    let address = |item: &Item| match item {
        Item::TransferOut { endpoint, .. } | Item::TransferIn { endpoint, .. } => Some(*endpoint),
        _ => None,
    };
    let addresses = recording.lines().iter().filter_map(|line| address(&line.item));
    let addresses: BTreeSet<u8> = addresses.collect();
    let endpoint = |address| Endpoint { address, transfer: Transfer::Bulk, max_packet: 64 };
    addresses.into_iter().map(endpoint).collect()
}

impl Usb for Interface {
    fn endpoints(&mut self) -> Vec<Endpoint> {
        self.endpoints.clone()
    }

    fn control_in(
        &mut self,
        setup: Setup,
        length: u16,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError> {
        let setup = setup_bytes(setup, true, length);
        let data = self.line.call(|replay| replay.control_in(setup, whole(timeout_ms)))?;
        if data.len() > usize::from(length) { Err(IoError::Overflow) } else { Ok(data) }
    }

    fn control_out(&mut self, setup: Setup, data: &[u8], timeout_ms: u32) -> Result<u32, IoError> {
        let length = u16::try_from(data.len());
        let length =
            length.map_err(|_| IoError::Denied("more than 65535 bytes of control".to_owned()))?;
        let setup = setup_bytes(setup, false, length);
        self.line.call(|replay| replay.control_out(setup, data, whole(timeout_ms)))?;
        Ok(u32::from(length))
    }

    fn transfer_in(
        &mut self,
        endpoint: u8,
        length: u32,
        timeout_ms: u32,
    ) -> Result<Vec<u8>, IoError> {
        let data = self.line.call(|replay| replay.transfer_in(endpoint, whole(timeout_ms)))?;
        if data.len() > size(length) { Err(IoError::Overflow) } else { Ok(data) }
    }

    fn transfer_out(&mut self, endpoint: u8, data: &[u8], timeout_ms: u32) -> Result<u32, IoError> {
        let length = u32::try_from(data.len())
            .map_err(|_| IoError::Denied("a transfer of more than 4 GiB".to_owned()))?;
        self.line.call(|replay| replay.transfer_out(endpoint, data, whole(timeout_ms)))?;
        Ok(length)
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), IoError> {
        self.line.call(|replay| replay.clear_halt(endpoint, u64::from(USB_MS)))
    }

    fn set_alt(&mut self, alt: u8) -> Result<(), IoError> {
        self.line.call(|replay| replay.set_alt(alt, u64::from(USB_MS)))
    }
}

fn whole(timeout_ms: u32) -> u64 {
    u64::from(timeout_ms.min(USB_MS))
}
