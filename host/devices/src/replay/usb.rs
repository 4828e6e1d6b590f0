//! A claimed USB interface that answers from a recording.

use std::collections::BTreeSet;
use std::time::Duration;

use meterport_recording::{Item, Recording};

use super::{Replayed, ms};
use crate::{Endpoint, LinkError, Setup, Timeline, Transfer, USB_TIMEOUT, UsbLink};

/// A recorded interface.
pub(super) struct ReplayedUsb {
    talk: Replayed,
    interface: u8,
    endpoints: Vec<Endpoint>,
}

impl ReplayedUsb {
    pub(super) fn new(talk: Replayed, interface: u8, endpoints: Vec<Endpoint>) -> Self {
        Self { talk, interface, endpoints }
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

/// As long as a live call would wait.
fn wait(timeout: Duration) -> u64 {
    ms(timeout.min(USB_TIMEOUT))
}

fn setup_bytes(setup: Setup, len: usize) -> Result<[u8; 8], LinkError> {
    let length = u16::try_from(len);
    let length =
        length.map_err(|_| LinkError::Denied(format!("a control transfer of {len} bytes")))?;
    Ok(setup.bytes(length))
}

impl UsbLink for ReplayedUsb {
    fn endpoints(&self) -> Vec<Endpoint> {
        self.endpoints.clone()
    }

    fn control_in(
        &mut self,
        setup: Setup,
        len: usize,
        timeout: Duration,
    ) -> Result<Vec<u8>, LinkError> {
        let setup = setup_bytes(setup, len)?;
        let data = self.talk.call(|replay| replay.control_in(setup, wait(timeout)))?;
        if data.len() > len { Err(LinkError::Overflow) } else { Ok(data) }
    }

    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        timeout: Duration,
    ) -> Result<usize, LinkError> {
        let setup = setup_bytes(setup, data.len())?;
        self.talk.call(|replay| replay.control_out(setup, data, wait(timeout)))?;
        Ok(data.len())
    }

    fn transfer_in(
        &mut self,
        endpoint: u8,
        len: usize,
        timeout: Duration,
    ) -> Result<Vec<u8>, LinkError> {
        let data = self.talk.call(|replay| replay.transfer_in(endpoint, wait(timeout)))?;
        if data.len() > len { Err(LinkError::Overflow) } else { Ok(data) }
    }

    fn transfer_out(
        &mut self,
        endpoint: u8,
        data: &[u8],
        timeout: Duration,
    ) -> Result<usize, LinkError> {
        self.talk.call(|replay| replay.transfer_out(endpoint, data, wait(timeout)))?;
        Ok(data.len())
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), LinkError> {
        self.talk.call(|replay| replay.clear_halt(endpoint, wait(USB_TIMEOUT)))
    }

    fn set_alt(&mut self, alt: u8) -> Result<(), LinkError> {
        self.talk.call(|replay| replay.set_alt(alt, wait(USB_TIMEOUT)))
    }

    fn interface(&self) -> u8 {
        self.interface
    }

    fn timeline(&self) -> Timeline {
        self.talk.timeline.clone()
    }
}
