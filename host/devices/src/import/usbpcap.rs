//! Packets of USBPcap on Windows (link type 249), little-endian, as its documentation lays them
//! out ("USBPcap Capture format specification").
//!
//! | at | size | what |
//! |---|---|---|
//! | 0 | 2 | length of the header |
//! | 2 | 8 | id of the transfer |
//! | 10 | 4 | status: a USBD status, 0 for success |
//! | 16 | 1 | bit 0: from the device's driver up, so the transfer is over |
//! | 17, 19 | 2, 2 | bus, device |
//! | 21 | 1 | endpoint, with the direction bit |
//! | 22 | 1 | 0 isochronous, 1 interrupt, 2 control, 3 bulk |
//! | 23 | 4 | length of the data after the header |
//! | 27 | 1 | of a control transfer: 0 setup, 1 data, 2 status, 3 complete |

use super::bytes::Fields;
use super::capture::Packet;
use super::event::{Event, Kind, Outcome, Phase};
use crate::UsbAddress;

/// An event; nothing for what is not taken in. `Err`: damaged.
pub(super) fn event(packet: &Packet<'_>) -> Result<Option<Event>, ()> {
    read(packet).ok_or(())
}

fn read(packet: &Packet<'_>) -> Option<Option<Event>> {
    let fields = Fields { bytes: packet.data, big_endian: false };
    let header = usize::from(fields.u16(0)?);
    if header < 27 {
        return None;
    }
    let kind = match fields.u8(22)? {
        1 => Kind::Interrupt,
        2 => Kind::Control,
        3 => Kind::Bulk,
        // Isochronous, and what USBPcap tells about itself.
        0 | 0xFE | 0xFF => return Some(None),
        _ => return None,
    };
    let body = packet.data.get(header..)?;
    let wanted = usize::try_from(fields.u32(23)?).ok()?;
    let cut = packet.cut || body.len() < wanted;
    let mut data = body.get(..wanted).unwrap_or(body);
    let over = fields.u8(16)? & 1 == 1;
    let status = fields.u32(10)?;
    let phase = match (kind, over) {
        (Kind::Control, _) if header < 28 => return None,
        (Kind::Control, _) => match fields.u8(27)? {
            0 => {
                let (setup, rest) = data.split_first_chunk::<8>()?;
                data = rest;
                Phase::Submit(Some(*setup))
            }
            1 => Phase::Data,
            2 | 3 => Phase::Complete(outcome(status)),
            _ => return None,
        },
        (_, false) => Phase::Submit(None),
        (_, true) => Phase::Complete(outcome(status)),
    };
    Some(Some(Event {
        packet: packet.number,
        time_us: packet.time_us,
        device: UsbAddress {
            bus: u8::try_from(fields.u16(17)?).ok()?,
            address: u8::try_from(fields.u16(19)?).ok()?,
        },
        id: fields.u64(2)?,
        endpoint: fields.u8(21)?,
        kind,
        phase,
        data: data.to_vec(),
        cut,
    }))
}

/// USBD status codes of the Windows driver kit (`usb.h`).
fn outcome(status: u32) -> Outcome {
    match status {
        // USBD_STATUS_SUCCESS, and the short transfer that was asked for.
        0 => Outcome::Done,
        // USBD_STATUS_STALL_PID, USBD_STATUS_ENDPOINT_HALTED
        0xC000_0004 | 0xC000_0030 => Outcome::Stalled,
        // USBD_STATUS_CANCELED
        0xC001_0000 => Outcome::Cancelled,
        // USBD_STATUS_DEVICE_GONE
        0xC000_7000 => Outcome::Gone,
        _ => Outcome::Failed,
    }
}
