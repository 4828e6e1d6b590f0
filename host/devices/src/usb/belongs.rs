//! Which interfaces the operating system keeps: what must not be taken from it to read a meter.

// Interface classes, from "USB Class Codes" of the USB-IF.
pub(crate) const COMMUNICATIONS: u8 = 0x02;
pub(crate) const HID: u8 = 0x03;
pub(crate) const STORAGE: u8 = 0x08;
pub(crate) const HUB: u8 = 0x09;
pub(crate) const CDC_DATA: u8 = 0x0A;
pub(crate) const VIDEO: u8 = 0x0E;

/// Linux drivers of serial adapters that do not show a port beneath each of their interfaces. A
/// chip of the class "vendor" that has a serial driver is known by its port.
const SERIAL_DRIVERS: &[&str] = &["cdc_acm"];
const OTHER_DRIVERS: &[&str] = &["usbhid", "usb-storage", "uas", "hub", "uvcvideo"];

/// What is known of an interface before it is claimed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Owner<'a> {
    /// `bInterfaceClass`.
    pub(crate) class: u8,
    /// The kernel's driver, where one is bound.
    pub(crate) driver: Option<&'a str>,
    /// Whether a serial port hangs beneath it.
    pub(crate) has_port: bool,
}

impl Owner<'_> {
    /// Whether the interface is read in another way than as raw USB, or not at all.
    pub(crate) fn keeps_it(&self) -> bool {
        self.has_port
            || self.driver.is_some_and(|driver| {
                SERIAL_DRIVERS.contains(&driver) || OTHER_DRIVERS.contains(&driver)
            })
            || (self.driver.is_some() && self.never_detached())
            || matches!(self.class, HUB | VIDEO)
    }

    /// Classes a kernel driver is never detached from.
    pub(crate) fn never_detached(&self) -> bool {
        matches!(self.class, COMMUNICATIONS | HID | STORAGE | CDC_DATA)
    }

    /// Whether another program claimed it.
    #[cfg(any(target_os = "linux", test))]
    pub(crate) fn is_claimed(&self) -> bool {
        self.driver == Some("usbfs")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(class: u8, driver: &str, has_port: bool) -> Owner<'_> {
        Owner { class, driver: Some(driver).filter(|name| !name.is_empty()), has_port }
    }

    #[test]
    fn serial_storage_and_hid_interfaces_stay_with_the_system() {
        for kept in [
            owner(0xFF, "ftdi_sio", true),
            owner(0x0A, "cdc_acm", false),
            owner(0x02, "cdc_acm", true),
            owner(0x03, "usbhid", false),
            owner(0x03, "some_other", false),
            owner(0x08, "uas", false),
            owner(0x09, "", false),
            owner(0x0E, "", false),
        ] {
            assert!(kept.keeps_it(), "{kept:?}");
        }
    }

    #[test]
    fn a_meters_own_interface_may_be_taken() {
        for free in [owner(0x0F, "", false), owner(0xFF, "", false), owner(0xFF, "usbtest", false)]
        {
            assert!(!free.keeps_it(), "{free:?}");
        }
        assert!(owner(0x0F, "usbfs", false).is_claimed());
    }
}
