//! Packets of Linux usbmon: 48 bytes of header (link type 189) or 64 (link type 220), in the byte
//! order of the computer, as Documentation/usb/usbmon.rst of the kernel lays them out.
//!
//! | at | size | what |
//! |---|---|---|
//! | 0 | 8 | id of the transfer |
//! | 8 | 1 | `S` submitted, `C` complete, `E` submission failed |
//! | 9 | 1 | 0 isochronous, 1 interrupt, 2 control, 3 bulk |
//! | 10 | 1 | endpoint, with the direction bit |
//! | 11, 12 | 1, 2 | device, bus |
//! | 14 | 1 | 0 if the setup packet is there |
//! | 28 | 4 | status: a negative error number |
//! | 32, 36 | 4, 4 | length of the data; how many are captured |
//! | 40 | 8 | setup packet |

use super::bytes::Fields;
use super::capture::Packet;
use super::event::{Event, Kind, Outcome, Phase};
use crate::UsbAddress;

/// An event; nothing for what is not taken in. `Err`: damaged.
pub(super) fn event(packet: &Packet<'_>, header: usize) -> Result<Option<Event>, ()> {
    read(packet, header).ok_or(())
}

fn read(packet: &Packet<'_>, header: usize) -> Option<Option<Event>> {
    let fields = Fields { bytes: packet.data.get(..header)?, big_endian: packet.big_endian };
    let kind = match fields.u8(9)? {
        0 => return Some(None),
        1 => Kind::Interrupt,
        2 => Kind::Control,
        3 => Kind::Bulk,
        _ => return None,
    };
    let status = fields.u32(28)?.cast_signed();
    let phase = match fields.u8(8)? {
        b'S' if kind == Kind::Control => {
            Phase::Submit(if fields.u8(14)? == 0 { Some(fields.array(40)?) } else { None })
        }
        b'S' => Phase::Submit(None),
        b'C' => Phase::Complete(outcome(status)),
        // What was never submitted took no data along.
        b'E' => Phase::Complete(match outcome(status) {
            Outcome::Done => Outcome::Failed,
            other => other,
        }),
        _ => return None,
    };
    let (length, captured) = (fields.u32(32)?, fields.u32(36)?);
    let data = packet.data.get(header..)?;
    let wanted = usize::try_from(captured).ok()?;
    let endpoint = fields.u8(10)?;
    // Data go out with what is submitted and come in with what is complete.
    let has_data = match phase {
        Phase::Submit(_) => endpoint & 0x80 == 0,
        Phase::Data | Phase::Complete(_) => endpoint & 0x80 != 0,
    };
    Some(Some(Event {
        packet: packet.number,
        time_us: packet.time_us,
        device: UsbAddress { bus: u8::try_from(fields.u16(12)?).ok()?, address: fields.u8(11)? },
        id: fields.u64(0)?,
        endpoint,
        kind,
        phase,
        data: data.get(..wanted).unwrap_or(data).to_vec(),
        cut: data.len() < wanted || (has_data && captured < length),
    }))
}

/// Error numbers of Linux as Documentation/driver-api/usb/error-codes.rst uses them.
fn outcome(status: i32) -> Outcome {
    match status {
        // 121, EREMOTEIO: a short packet where a full one was asked for.
        0 | -121 => Outcome::Done,
        // EPIPE
        -32 => Outcome::Stalled,
        // ENOENT, ECONNRESET: unlinked
        -2 | -104 => Outcome::Cancelled,
        // ENODEV, ESHUTDOWN
        -19 | -108 => Outcome::Gone,
        _ => Outcome::Failed,
    }
}
