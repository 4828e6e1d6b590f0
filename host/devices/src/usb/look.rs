//! What can be known of a device and its interfaces before and after it is opened.

#[cfg(target_os = "linux")]
use std::path::Path;

use rusb::{Context, Device, DeviceHandle, TransferType, UsbContext};

use super::UsbAddress;
use super::belongs::Owner;
use crate::{Endpoint, Transfer};

/// The device at an address, if there is one.
pub(super) fn find(address: UsbAddress) -> rusb::Result<Option<Device<Context>>> {
    let devices = Context::new()?.devices()?;
    let here = |device: &Device<Context>| {
        (device.bus_number(), device.address()) == (address.bus, address.address)
    };
    Ok(devices.iter().find(here))
}

/// The class of an interface in the active configuration; nothing if there is none.
pub(super) fn class_of(device: &Device<Context>, number: u8) -> rusb::Result<Option<u8>> {
    let config = device.active_config_descriptor()?;
    let interface = config.interfaces().find(|interface| interface.number() == number);
    Ok(interface.and_then(|found| found.descriptors().next()).map(|alt| alt.class_code()))
}

/// The system's driver, if the interface is to stay with it. What cannot be looked up is an error:
/// a driver would be detached otherwise.
pub(super) fn kept_by(
    device: &Device<Context>,
    number: u8,
    class: u8,
) -> rusb::Result<Option<String>> {
    #[cfg(target_os = "linux")]
    {
        let ports: Vec<String> = device.port_numbers()?.iter().map(ToString::to_string).collect();
        let configuration = device.active_config_descriptor()?.number();
        let (bus, ports) = (device.bus_number(), ports.join("."));
        let name = format!("{bus}-{ports}:{configuration}.{number}");
        let folder = Path::new("/sys/bus/usb/devices").join(name);
        if !folder.exists() {
            return Err(rusb::Error::NotFound);
        }
        let driver = crate::enumerate::linux::driver_of(&folder);
        let has_port = crate::enumerate::linux::has_port(&folder);
        let owner = Owner { class, driver: driver.as_deref(), has_port };
        let kept = owner.keeps_it();
        Ok(kept.then(|| driver.unwrap_or_else(|| format!("class 0x{class:02X}"))))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (device, number);
        let owner = Owner { class, driver: None, has_port: false };
        let kept = owner.never_detached() || owner.keeps_it();
        Ok(kept.then(|| format!("class 0x{class:02X}")))
    }
}

/// Bulk and interrupt endpoints of one setting of an interface.
pub(super) fn endpoints(
    handle: &DeviceHandle<Context>,
    number: u8,
    alt: u8,
) -> rusb::Result<Vec<Endpoint>> {
    let config = handle.device().active_config_descriptor()?;
    let settings = config.interfaces().filter(|interface| interface.number() == number);
    let mut descriptors = settings.flat_map(|interface| interface.descriptors());
    let setting = descriptors.find(|descriptor| descriptor.setting_number() == alt);
    let setting = setting.ok_or(rusb::Error::NotFound)?;
    let endpoint = |found: rusb::EndpointDescriptor<'_>| {
        let transfer = match found.transfer_type() {
            TransferType::Bulk => Transfer::Bulk,
            TransferType::Interrupt => Transfer::Interrupt,
            TransferType::Control | TransferType::Isochronous => return None,
        };
        // Bits 11 and 12 count further packets a microframe, not bytes (USB 2.0, table 9-13).
        let max_packet = found.max_packet_size() & 0x07FF;
        Some(Endpoint { address: found.address(), transfer, max_packet })
    };
    Ok(setting.endpoint_descriptors().filter_map(endpoint).collect())
}
