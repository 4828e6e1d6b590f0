//! HID and raw USB interfaces where there is no sysfs, as `hidapi` and libusb list them.
//!
//! No device is opened. A bus path is known for USB only; HID interfaces are told apart by ids,
//! interface and order.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use hidapi::HidApi;
use meterport_manifest::HidUsage;
use rusb::{Context, UsbContext};

use super::EnumerateError;
use crate::usb::belongs::{Owner, VIDEO};
use crate::{AdapterSerial, Attached, DeviceId, UsbAddress};

/// What can be listed; the rest is in [`missing`].
pub(super) fn attached() -> Vec<Attached> {
    let mut all = hid().unwrap_or_default();
    all.extend(usb().unwrap_or_default());
    all
}

/// Why some are missing.
pub(super) fn missing() -> Vec<EnumerateError> {
    let errors = [hid().err(), usb().err()];
    errors.into_iter().flatten().collect()
}

fn hid() -> Result<Vec<Attached>, EnumerateError> {
    let failed = |error: hidapi::HidError| EnumerateError::Hid {
        source: std::io::Error::other(error.to_string()),
    };
    let api = HidApi::new().map_err(failed)?;
    // One line for each collection of the same path.
    let mut nodes: BTreeMap<PathBuf, Attached> = BTreeMap::new();
    for found in api.device_list() {
        let Ok(path) = found.path().to_str() else { continue };
        let path = Path::new(OsStr::new(path)).to_owned();
        let usage = HidUsage { page: found.usage_page(), usage: found.usage() };
        if let Some(known) = nodes.get_mut(&path) {
            if let meterport_manifest::Seen::Hid { collections, .. } = &mut known.seen {
                collections.push(usage);
            }
            continue;
        }
        let (vid, pid) = (found.vendor_id(), found.product_id());
        let interface = u8::try_from(found.interface_number()).ok();
        let id = DeviceId::hid(&format!("{vid:04x}:{pid:04x}.{}", interface.unwrap_or(0)));
        let product = found.product_string().map(str::to_owned);
        let serial = found.serial_number().and_then(AdapterSerial::new);
        let attached = Attached::hid(id, path.clone(), interface, vec![usage])
            .with_usb(vid, pid, product)
            .with_adapter_serial(serial);
        nodes.insert(path, attached);
    }
    Ok(nodes.into_values().collect())
}

fn usb() -> Result<Vec<Attached>, EnumerateError> {
    let failed = |error: rusb::Error| EnumerateError::Usb { source: std::io::Error::other(error) };
    let context = Context::new().map_err(failed)?;
    let mut all = Vec::new();
    for device in context.devices().map_err(failed)?.iter() {
        let (Ok(about), Ok(config), Ok(ports)) =
            (device.device_descriptor(), device.active_config_descriptor(), device.port_numbers())
        else {
            continue;
        };
        let address = UsbAddress { bus: device.bus_number(), address: device.address() };
        let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
        let place = format!("{}-{}:{}", address.bus, ports.join("."), config.number());
        let classes: Vec<(u8, u8)> = config
            .interfaces()
            .filter_map(|interface| interface.descriptors().next())
            .map(|setting| (setting.interface_number(), setting.class_code()))
            .collect();
        if classes.iter().any(|(_, class)| *class == VIDEO) {
            continue;
        }
        for (number, class) in classes {
            let owner = Owner { class, driver: None, has_port: false };
            if owner.keeps_it() || owner.never_detached() {
                continue;
            }
            let id = DeviceId::usb(&format!("{place}.{number}"), 0);
            let usb = Attached::usb(id, address, number, class);
            all.push(usb.with_usb(about.vendor_id(), about.product_id(), None));
        }
    }
    Ok(all)
}
