//! HID, USB and block devices: line by line, each call one whole packet.

use super::{Place, Replay, ReplayError, common};
use crate::Transport;
use crate::item::Item;

impl Replay {
    /// Sends one HID output report, id first.
    pub fn write_report(&mut self, report: &[u8]) -> Result<(), ReplayError> {
        self.sent(report, |item| match item {
            Item::Out(data) => Some(data.clone()),
            _ => None,
        })
    }

    /// Takes one HID input report, id first.
    pub fn read_report(&mut self, timeout_ms: u64) -> Result<Vec<u8>, ReplayError> {
        self.take_packet(0, timeout_ms)
    }

    /// Sets a HID feature report, id first.
    pub fn set_feature(&mut self, report: &[u8]) -> Result<(), ReplayError> {
        self.sent(report, |item| match item {
            Item::FeatureSet(data) => Some(data.clone()),
            _ => None,
        })
    }

    /// Gets a HID feature report, its id first.
    pub fn feature(&mut self, id: u8) -> Result<Vec<u8>, ReplayError> {
        self.got(&[id], 0, |item| match item {
            Item::FeatureGot(data) => Some((data.iter().take(1).copied().collect(), data.clone())),
            _ => None,
        })
    }

    /// Makes a USB control transfer with data out.
    pub fn control_out(
        &mut self,
        setup: [u8; 8],
        data: &[u8],
        timeout_ms: u64,
    ) -> Result<(), ReplayError> {
        let sent: Vec<u8> = setup.iter().chain(data).copied().collect();
        self.got(&sent, timeout_ms, |item| match item {
            Item::ControlOut { setup, data } => {
                Some((setup.iter().chain(data).copied().collect(), Vec::new()))
            }
            _ => None,
        })
        .map(drop)
    }

    /// Makes a USB control transfer with data in.
    pub fn control_in(&mut self, setup: [u8; 8], timeout_ms: u64) -> Result<Vec<u8>, ReplayError> {
        self.got(&setup, timeout_ms, |item| match item {
            Item::ControlIn { setup, data } => Some((setup.to_vec(), data.clone())),
            _ => None,
        })
    }

    /// Clears a halted endpoint. A line for it may stand in the recording, as the control transfer
    /// that it is on the wire (USB 2.0, 9.4.1); a recording without one agrees too.
    pub fn clear_halt(&mut self, endpoint: u8, timeout_ms: u64) -> Result<(), ReplayError> {
        self.if_recorded([0x02, 0x01, 0, 0, endpoint, 0, 0, 0], timeout_ms)
    }

    /// Chooses an alternate setting, with or without a line for it (USB 2.0, 9.4.10).
    pub fn set_alt(&mut self, alt: u8, timeout_ms: u64) -> Result<(), ReplayError> {
        let Transport::Usb { interface, .. } = self.header().transport else {
            return Err(self.ended());
        };
        self.if_recorded([0x01, 0x0B, alt, 0, interface, 0, 0, 0], timeout_ms)
    }

    /// Makes one USB transfer to an OUT endpoint.
    pub fn transfer_out(
        &mut self,
        endpoint: u8,
        data: &[u8],
        timeout_ms: u64,
    ) -> Result<(), ReplayError> {
        self.got(data, timeout_ms, |item| match item {
            Item::TransferOut { endpoint: recorded, data } if *recorded == endpoint => {
                Some((data.clone(), Vec::new()))
            }
            _ => None,
        })
        .map(drop)
    }

    /// Takes one USB transfer from an IN endpoint, whole: it may be empty, or more than the caller
    /// has room for.
    pub fn transfer_in(&mut self, endpoint: u8, timeout_ms: u64) -> Result<Vec<u8>, ReplayError> {
        self.take_packet(endpoint, timeout_ms)
    }

    /// Writes one block. Zeros at its end need not stand in the recording.
    pub fn write_block(
        &mut self,
        address: u64,
        data: &[u8],
        timeout_ms: u64,
    ) -> Result<(), ReplayError> {
        self.got(without_padding(data), timeout_ms, |item| match item {
            Item::BlockWrite { address: recorded, data } if *recorded == address => {
                Some((without_padding(data).to_vec(), Vec::new()))
            }
            _ => None,
        })
        .map(drop)
    }

    /// Reads blocks of 512 bytes from an address: all that the recording read there, and the zeros
    /// at the end of the last block that do not stand in it.
    pub fn read_block(&mut self, address: u64, timeout_ms: u64) -> Result<Vec<u8>, ReplayError> {
        self.got(&[], timeout_ms, |item| match item {
            Item::BlockRead { address: recorded, data } if *recorded == address => {
                let mut blocks = data.clone();
                blocks.resize(data.len().next_multiple_of(BLOCK_BYTES), 0);
                Some((Vec::new(), blocks))
            }
            _ => None,
        })
    }

    /// The next of the meter's lines on this channel, if it can be read now.
    pub(super) fn meter_ready(
        &mut self,
        channel: u8,
        timeout_ms: u64,
    ) -> Result<Option<usize>, ReplayError> {
        let meter = self.next_of_meter(channel);
        let host = self.next_of_host();
        let first = [meter, host].into_iter().flatten().min();
        self.fault_before(first, timeout_ms)?;
        match meter {
            Some(index) if host.is_none_or(|host| index < host) => Ok(Some(index)),
            // The host must act first, or the meter never says anything again.
            _ => {
                self.sleep(timeout_ms);
                Err(ReplayError::Timeout)
            }
        }
    }

    /// The same without meeting a fault: nothing is ready behind one.
    pub(super) fn meter_ready_quietly(&mut self, channel: u8) -> Option<usize> {
        let meter = self.next_of_meter(channel)?;
        let first = [self.next_of_host(), self.next_fault()].into_iter().flatten().min();
        Some(meter).filter(|index| !self.unplugged && first.is_none_or(|first| *index < first))
    }

    fn take_packet(&mut self, channel: u8, timeout_ms: u64) -> Result<Vec<u8>, ReplayError> {
        let Some(index) = self.meter_ready(channel, timeout_ms)? else {
            return Err(ReplayError::Timeout);
        };
        self.reach(index);
        self.meter.insert(channel, Place { line: index.saturating_add(1), taken: 0 });
        let bytes = self.line(index).and_then(|line| line.item.bytes());
        Ok(bytes.unwrap_or_default().to_vec())
    }

    /// A request that changes nothing on the meter: it uses up its line where there is one.
    fn if_recorded(&mut self, request: [u8; 8], timeout_ms: u64) -> Result<(), ReplayError> {
        let next = self.next_of_host();
        let recorded = next.and_then(|index| self.line(index)).is_some_and(
            |line| matches!(&line.item, Item::ControlOut { setup, .. } if *setup == request),
        );
        if recorded {
            return self.control_out(request, &[], timeout_ms);
        }
        if self.unplugged { Err(ReplayError::Unplug) } else { Ok(()) }
    }

    fn sent(
        &mut self,
        data: &[u8],
        recorded: impl Fn(&Item) -> Option<Vec<u8>>,
    ) -> Result<(), ReplayError> {
        self.got(data, 0, |item| recorded(item).map(|data| (data, Vec::new()))).map(drop)
    }

    /// Matches the host's next line whole. `recorded` gives what the host must have sent, and what
    /// it gets; nothing where the line is of another kind.
    fn got(
        &mut self,
        sent: &[u8],
        timeout_ms: u64,
        recorded: impl Fn(&Item) -> Option<(Vec<u8>, Vec<u8>)>,
    ) -> Result<Vec<u8>, ReplayError> {
        let next = self.next_of_host();
        self.fault_before(next, timeout_ms)?;
        let Some(index) = next else { return Err(self.ended()) };
        self.reach(index);
        let Some((due, reply)) = self.line(index).and_then(|line| recorded(&line.item)) else {
            return Err(self.mismatch(index, 0));
        };
        if due != sent {
            return Err(self.mismatch(index, common(&due, sent)));
        }
        self.host = index.saturating_add(1);
        Ok(reply)
    }
}

/// Bytes in one block of every disk whose blocks are registers.
const BLOCK_BYTES: usize = 512;

fn without_padding(block: &[u8]) -> &[u8] {
    let used = block.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    block.get(..used).unwrap_or_default()
}
