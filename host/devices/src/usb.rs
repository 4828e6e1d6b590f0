//! A live claimed USB interface over libusb (`rusb`).
//!
//! One call is one transfer, submitted once with its whole deadline: libusb says `Ok(n)` for a
//! timeout after `n` bytes, so a slice that ends in the middle would look like a short packet. A
//! write is never submitted again.
//!
//! A kernel driver is detached while the interface is claimed and given back with it, but never
//! from a serial, storage or HID interface. libusb is built in and finds devices without udev.

pub(crate) mod belongs;
mod look;
mod os;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusb::{Context, DeviceHandle};

use crate::{Endpoint, LinkError, OpenError, Setup, Timeline, Transfer, USB_TIMEOUT, UsbLink};
use look::{class_of, endpoints, find, kept_by};

/// The longest single transfer; a driver may ask for far less.
const LONGEST_TRANSFER: usize = 1 << 20;
/// How long the system may take to notice an unplug that broke a transfer.
const NOTICE: Duration = Duration::from_millis(250);

/// Where a USB device is at the moment. A replugged one has another address.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UsbAddress {
    /// Number of the bus.
    pub bus: u8,
    /// Address on it.
    pub address: u8,
}

impl UsbAddress {
    /// As `lsusb` and a person write it, in decimal: `1:4` or `001:004`.
    pub fn parse(text: &str) -> Option<Self> {
        let (bus, address) = text.split_once(':')?;
        let number = |text: &str| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        };
        Some(Self { bus: number(bus)?, address: number(address)? })
    }

    /// The device node, where the system has one; elsewhere only a name for messages.
    pub fn path(self) -> PathBuf {
        PathBuf::from(format!("/dev/bus/usb/{:03}/{:03}", self.bus, self.address))
    }
}

impl std::fmt::Display for UsbAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.bus, self.address)
    }
}

/// A claimed interface, given back when dropped.
pub struct UsbPort {
    handle: DeviceHandle<Context>,
    interface: u8,
    alt: u8,
    endpoints: Vec<Endpoint>,
    path: PathBuf,
    timeline: Timeline,
}

impl UsbPort {
    /// Opens a device and claims one interface. No transfer is made. `ids` are vendor and product,
    /// `class` that of the interface, as they were found: an address is given to the next device
    /// once it is free.
    pub fn open(
        address: UsbAddress,
        ids: Option<(u16, u16)>,
        interface: u8,
        class: Option<u8>,
    ) -> Result<Self, OpenError> {
        let path = address.path();
        let failed = |error| os::open_error(&path, error);
        let device =
            find(address).map_err(failed)?.ok_or(OpenError::Gone { path: path.clone() })?;
        let found = device.device_descriptor().map_err(failed)?;
        if ids.is_some_and(|ids| ids != (found.vendor_id(), found.product_id())) {
            return Err(OpenError::Gone { path });
        }
        let found = class_of(&device, interface).map_err(failed)?;
        let found = found.filter(|found| class.is_none_or(|class| class == *found));
        let class = found.ok_or_else(|| OpenError::Gone { path: path.clone() })?;
        if let Some(driver) = kept_by(&device, interface, class).map_err(failed)? {
            return Err(OpenError::KernelDriver { path, driver });
        }
        let handle = device.open().map_err(failed)?;
        match handle.set_auto_detach_kernel_driver(true) {
            // Other systems have nothing to detach.
            Ok(()) | Err(rusb::Error::NotSupported) => {}
            Err(error) => return Err(failed(error)),
        }
        handle.claim_interface(interface).map_err(failed)?;
        let endpoints = endpoints(&handle, interface, 0).map_err(failed)?;
        let timeline = Timeline::live();
        Ok(Self { handle, interface, alt: 0, endpoints, path, timeline })
    }

    fn error(&self, error: rusb::Error) -> LinkError {
        os::link_error(error, || self.is_gone())
    }

    /// Asked only after a broken transfer.
    fn is_gone(&self) -> bool {
        if !cfg!(target_os = "linux") {
            return self.handle.active_configuration() == Err(rusb::Error::NoDevice);
        }
        let began = Instant::now();
        while self.path.exists() {
            if began.elapsed() >= NOTICE {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    fn kind(&self, endpoint: u8) -> Result<Transfer, LinkError> {
        let found = self.endpoints.iter().find(|known| known.address == endpoint);
        found
            .map(|known| known.transfer)
            .ok_or_else(|| LinkError::Denied(format!("no endpoint 0x{endpoint:02X}")))
    }
}

/// One millisecond at least: to libusb, none means for ever.
fn deadline(timeout: Duration) -> Duration {
    timeout.clamp(Duration::from_millis(1), USB_TIMEOUT)
}

fn buffer(len: usize) -> Result<Vec<u8>, LinkError> {
    if len > LONGEST_TRANSFER {
        return Err(LinkError::Denied(format!("a transfer of {len} bytes")));
    }
    Ok(vec![0; len])
}

impl UsbLink for UsbPort {
    fn endpoints(&self) -> Vec<Endpoint> {
        self.endpoints.clone()
    }

    fn control_in(
        &mut self,
        setup: Setup,
        len: usize,
        timeout: Duration,
    ) -> Result<Vec<u8>, LinkError> {
        let Setup { request_type, request, value, index } = setup;
        let mut data = buffer(control_length(len)?)?;
        let time = deadline(timeout);
        let read = self.handle.read_control(request_type, request, value, index, &mut data, time);
        data.truncate(read.map_err(|error| self.error(error))?);
        Ok(data)
    }

    fn control_out(
        &mut self,
        setup: Setup,
        data: &[u8],
        timeout: Duration,
    ) -> Result<usize, LinkError> {
        let Setup { request_type, request, value, index } = setup;
        control_length(data.len())?;
        let time = deadline(timeout);
        let sent = self.handle.write_control(request_type, request, value, index, data, time);
        sent.map_err(|error| self.error(error))
    }

    fn transfer_in(
        &mut self,
        endpoint: u8,
        len: usize,
        timeout: Duration,
    ) -> Result<Vec<u8>, LinkError> {
        let mut data = buffer(len)?;
        let time = deadline(timeout);
        let read = match self.kind(endpoint)? {
            Transfer::Interrupt if cfg!(target_os = "macos") => {
                self.handle.read_interrupt(endpoint, &mut data, time)
            }
            // An interrupt endpoint too: Linux and WinUSB go by the endpoint's own type, and this
            // call gives what came before the deadline, which `read_interrupt` throws away.
            _ => self.handle.read_bulk(endpoint, &mut data, time),
        };
        data.truncate(read.map_err(|error| self.error(error))?);
        Ok(data)
    }

    fn transfer_out(
        &mut self,
        endpoint: u8,
        data: &[u8],
        timeout: Duration,
    ) -> Result<usize, LinkError> {
        if data.len() > LONGEST_TRANSFER {
            return Err(LinkError::Denied(format!("a transfer of {} bytes", data.len())));
        }
        let time = deadline(timeout);
        let sent = match self.kind(endpoint)? {
            Transfer::Interrupt if cfg!(target_os = "macos") => {
                self.handle.write_interrupt(endpoint, data, time)
            }
            _ => self.handle.write_bulk(endpoint, data, time),
        };
        sent.map_err(|error| self.error(error))
    }

    /// This and `set_alt` have no deadline of ours: the kernel gives up after five seconds.
    fn clear_halt(&mut self, endpoint: u8) -> Result<(), LinkError> {
        self.kind(endpoint)?;
        self.handle.clear_halt(endpoint).map_err(|error| self.error(error))
    }

    fn set_alt(&mut self, alt: u8) -> Result<(), LinkError> {
        let set = self.handle.set_alternate_setting(self.interface, alt);
        set.map_err(|error| self.error(error))?;
        self.alt = alt;
        let found = endpoints(&self.handle, self.interface, alt);
        self.endpoints = found.map_err(|error| self.error(error))?;
        Ok(())
    }

    fn interface(&self) -> u8 {
        self.interface
    }

    fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }
}

impl std::fmt::Debug for UsbPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { interface, alt, .. } = self;
        f.debug_struct("UsbPort").field("interface", interface).field("alt", alt).finish()
    }
}

/// A setup packet has sixteen bits for it.
fn control_length(len: usize) -> Result<usize, LinkError> {
    let fits = u16::try_from(len).is_ok();
    fits.then_some(len)
        .ok_or_else(|| LinkError::Denied(format!("a control transfer of {len} bytes")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_time_of_nothing_is_not_for_ever() {
        assert_eq!(deadline(Duration::ZERO), Duration::from_millis(1));
        assert_eq!(deadline(Duration::from_micros(10)), Duration::from_millis(1));
        assert_eq!(deadline(Duration::from_secs(60)), USB_TIMEOUT);
    }

    #[test]
    fn lengths_that_no_transfer_has_are_denied() {
        assert!(matches!(control_length(65_536), Err(LinkError::Denied(_))));
        assert_eq!(control_length(65_535), Ok(65_535));
        assert!(matches!(buffer(LONGEST_TRANSFER + 1), Err(LinkError::Denied(_))));
    }

    #[test]
    fn an_address_that_is_not_two_numbers_is_none() {
        for text in ["", "1", "1:", ":4", "1:+4", "1:256", "a:b", "1:2:3"] {
            assert_eq!(UsbAddress::parse(text), None, "{text}");
        }
        let address = UsbAddress { bus: 1, address: 4 };
        assert_eq!(UsbAddress::parse("001:004"), Some(address));
        assert_eq!(address.path(), Path::new("/dev/bus/usb/001/004"));
    }

    #[test]
    fn a_device_that_is_not_there_is_gone() {
        // Bus 0 does not exist; a machine without USB has no list at all.
        let error = UsbPort::open(UsbAddress { bus: 0, address: 200 }, None, 0, None).unwrap_err();
        assert!(["device.none", "device.io"].contains(&error.code()), "{error}");
    }
}
