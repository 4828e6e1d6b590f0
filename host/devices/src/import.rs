//! A capture of USB traffic becomes a recording: what usbmon (Linux) or USBPcap (Windows) saw while
//! a meter was read by another program.
//!
//! Pure: bytes in, a recording out. What the driver of a meter could not have said is left out, and
//! the recording says how much of that there was: requests of the operating system (descriptors,
//! addresses, configurations), and everything to other devices and interfaces. A capture holds
//! health data, as the recording does.

mod bytes;
mod capture;
mod devices;
mod error;
mod event;
mod shape;
mod transfers;
mod usbmon;
mod usbpcap;

use std::collections::BTreeSet;

use jiff::Timestamp;
use meterport_recording::{Fault, Header, Item, LineSettings, Recorder, Recording, Transport};

use crate::UsbAddress;
use crate::hid::descriptor::ReportDescriptor;
use crate::usb::belongs::HID;
use devices::About;
pub use error::{CapturedDevice, ImportError};
use event::{Kind, Outcome};
use shape::{Becomes, Shape};
use transfers::{Transfer, Transfers};

/// FTDI's vendor id; its chips put a status before each packet.
const FTDI: u16 = 0x0403;
// Link types, as tcpdump.org numbers them.
const USB_LINUX: i32 = 189;
const USB_LINUX_MMAPPED: i32 = 220;
const USBPCAP: i32 = 249;

/// Makes a recording of the conversation with one device of a pcapng capture.
///
/// `device` is needed if several devices are in it. With `serial`, the bulk transfers of a serial
/// adapter become bytes of a line with these settings; otherwise the device is seen as HID or as a
/// raw USB interface, whichever its descriptors say.
pub fn import(
    bytes: &[u8],
    device: Option<UsbAddress>,
    serial: Option<LineSettings>,
) -> Result<Recording, ImportError> {
    let mut transfers = Transfers::default();
    let mut began_us = None;
    let mut source = "usbmon";
    capture::packets(bytes, |packet| {
        let event = match packet.link {
            USB_LINUX => usbmon::event(&packet, 48),
            USB_LINUX_MMAPPED => usbmon::event(&packet, 64),
            USBPCAP => {
                source = "USBPcap";
                usbpcap::event(&packet)
            }
            link => return Err(ImportError::LinkType { packet: packet.number, link }),
        };
        began_us.get_or_insert(packet.time_us);
        match event {
            Ok(Some(event)) => transfers.take(event),
            Ok(None) => Ok(()),
            Err(()) if packet.cut => Err(ImportError::Truncated { packet: packet.number }),
            Err(()) => Err(ImportError::Packet { packet: packet.number }),
        }
    })?;
    let (transfers, unfinished) = transfers.finish();
    let devices = devices::devices(&transfers);
    let address = choose(&devices, device)?;
    let about = devices.get(&address).ok_or(ImportError::NoTalk)?;
    let talk: Vec<&Transfer> = transfers.iter().filter(|one| one.device == address).collect();
    let (transport, shape) = shape_of(address, about, &talk, serial)?;
    let mut header = Header::new(format!("captured with {source}"), transport);
    let began_us = began_us.unwrap_or(0);
    header.at = i64::try_from(began_us).ok().and_then(|us| Timestamp::from_microsecond(us).ok());
    let cut_short = unfinished.contains(&address);
    write(header, began_us, &talk, &shape, about, cut_short)
}

/// The device that was named, or the only one that somebody talked to.
fn choose(
    devices: &std::collections::BTreeMap<UsbAddress, About>,
    wanted: Option<UsbAddress>,
) -> Result<UsbAddress, ImportError> {
    if devices.is_empty() {
        return Err(ImportError::NoTalk);
    }
    if let Some(address) = wanted {
        if devices.contains_key(&address) {
            return Ok(address);
        }
        let devices = devices::listed(devices.iter());
        return Err(ImportError::NoSuchDevice { address, devices });
    }
    let candidates = devices.iter().filter(|(_, about)| about.is_candidate());
    let candidates = devices::listed(candidates);
    match candidates.as_slice() {
        [] => Err(ImportError::NoTalk),
        [only] => Ok(only.address),
        _ => Err(ImportError::Several { devices: candidates }),
    }
}

fn shape_of(
    address: UsbAddress,
    about: &About,
    talk: &[&Transfer],
    serial: Option<LineSettings>,
) -> Result<(Transport, Shape), ImportError> {
    let missing = |what| ImportError::NoDescriptor { address, what };
    let (vid, pid) = about.ids.ok_or(missing("device descriptor"))?;
    if about.endpoints.is_empty() {
        return Err(missing("configuration descriptor"));
    }
    if let Some(line) = serial {
        let bulk = |one: &&&Transfer| one.kind == Kind::Bulk && one.is_in();
        let packet = talk.iter().find(bulk).and_then(|one| about.endpoints.get(&one.endpoint));
        let packet = packet.map_or(64, |endpoint| usize::from(endpoint.max_packet));
        let ftdi_packet = (vid == FTDI).then_some(packet);
        return Ok((Transport::Serial(line), Shape::Serial { ftdi_packet }));
    }
    let interface = interface_of(about, talk)?;
    match about.interfaces.get(&interface).copied() {
        Some(HID) => {
            let report = about.reports.get(&interface).ok_or(missing("report descriptor"))?;
            let numbered = ReportDescriptor::parse(report).numbered;
            Ok((Transport::Hid { vid, pid }, Shape::Hid { interface, numbered }))
        }
        // Personal healthcare and vendor: what a driver may have as raw USB.
        Some(0x0F | 0xFF) => Ok((Transport::Usb { vid, pid, interface }, Shape::Usb { interface })),
        class => Err(ImportError::Class { number: interface, class: class.unwrap_or(0) }),
    }
}

/// The one interface whose endpoints carried data; without any, the only one there is.
fn interface_of(about: &About, talk: &[&Transfer]) -> Result<u8, ImportError> {
    let with_data = talk.iter().filter(|one| one.kind != Kind::Control && !one.data.is_empty());
    let owners = with_data.filter_map(|one| about.endpoints.get(&one.endpoint));
    let mut used: BTreeSet<u8> = owners.map(|endpoint| endpoint.interface).collect();
    if used.is_empty() {
        used = about.interfaces.keys().copied().collect();
    }
    match used.iter().copied().collect::<Vec<u8>>().as_slice() {
        [only] => Ok(*only),
        numbers => Err(ImportError::Interfaces { numbers: numbers.to_vec() }),
    }
}

fn write(
    header: Header,
    began_us: u64,
    talk: &[&Transfer],
    shape: &Shape,
    about: &About,
    cut_short: bool,
) -> Result<Recording, ImportError> {
    let mut recorder = Recorder::new(header);
    let mut left_out = 0_usize;
    let mut lines = 0_usize;
    let last_done = talk.iter().rposition(|one| one.outcome == Outcome::Done);
    for (index, transfer) in talk.iter().enumerate() {
        let at_ms = transfer.time_us.saturating_sub(began_us).checked_div(1000).unwrap_or(0);
        let item = match (shape.line(transfer, about), transfer.outcome) {
            // Linux says so, too, when a driver gives an interface back: then others follow.
            (_, Outcome::Gone) if last_done.is_none_or(|last| last < index) => {
                recorder.fault(at_ms, Fault::Unplug);
                break;
            }
            (Becomes::Request, _) => {
                left_out = left_out.saturating_add(1);
                continue;
            }
            (Becomes::Line(item), Outcome::Done) => item,
            (Becomes::Line(_) | Becomes::Silence, Outcome::Stalled) => {
                recorder.fault(at_ms, Fault::Stall);
                continue;
            }
            // What came before the host took a read back did come.
            (Becomes::Line(item), Outcome::Cancelled)
                if transfer.is_in() && !transfer.data.is_empty() =>
            {
                item
            }
            (Becomes::Line(_), Outcome::Cancelled) if !transfer.is_in() => {
                recorder.fault(at_ms, Fault::Timeout);
                continue;
            }
            (Becomes::Line(_), Outcome::Failed) => {
                recorder.comment("a transfer failed here and is left out");
                continue;
            }
            (Becomes::Line(_) | Becomes::Silence | Becomes::Elsewhere, _) => continue,
        };
        if let Some(packet) = transfer.cut {
            return Err(ImportError::Truncated { packet });
        }
        lines = lines.saturating_add(1);
        match item {
            Item::In(data) => recorder.received(at_ms, &data),
            Item::Out(data) => recorder.sent(at_ms, &data),
            item => recorder.push(at_ms, item),
        }
    }
    if lines == 0 {
        return Err(ImportError::NoTalk);
    }
    if left_out > 0 {
        recorder.comment(&format!("left out: {left_out} requests of the operating system"));
    }
    if cut_short {
        recorder.comment("the capture ends within a transfer, which is left out");
    }
    Ok(recorder.finish()?)
}

#[cfg(test)]
mod tests;
