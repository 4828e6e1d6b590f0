//! A made-up sysfs. The kernel's own is listed in the QEMU guest.

use std::os::unix::fs::symlink;

use meterport_manifest::HidUsage;

use super::*;

struct Machine {
    root: tempfile::TempDir,
    next: u8,
}

const KEYBOARD: &[u8] = &[0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0xC0];

impl Machine {
    fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), next: 2 }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn link(&self, to: &str, from: &str) {
        let from = self.path(from);
        std::fs::create_dir_all(from.parent().unwrap()).unwrap();
        symlink(self.path(to), from).unwrap();
    }

    /// A device at a port, with interfaces of these classes and their drivers.
    fn plug(&mut self, port: &str, ids: (u16, u16), interfaces: &[(u8, &str)]) {
        let device = format!("sys/devices/pci0/usb1/{port}");
        let write = |name: &str, text: String| self.write(&format!("{device}/{name}"), text);
        write("idVendor", format!("{:04x}\n", ids.0));
        write("idProduct", format!("{:04x}\n", ids.1));
        write("product", "Meter\n".to_owned());
        write("serial", "SN123456\n".to_owned());
        write("busnum", "1\n".to_owned());
        write("devnum", format!("{}\n", self.next));
        self.link(&device, &format!("sys/bus/usb/devices/{port}"));
        for (number, (class, driver)) in interfaces.iter().enumerate() {
            let name = format!("{port}:1.{number}");
            let folder = format!("{device}/{name}");
            self.write(&format!("{folder}/bInterfaceClass"), format!("{class:02x}\n"));
            self.write(&format!("{folder}/bInterfaceNumber"), format!("{number:02x}\n"));
            if !driver.is_empty() {
                self.link(&format!("drivers/{driver}"), &format!("{folder}/driver"));
            }
            self.link(&folder, &format!("sys/bus/usb/devices/{name}"));
        }
        self.next += 1;
    }

    fn hidraw(&self, on: &str, node: &str, descriptor: &[u8]) {
        let hid = format!("sys/devices/pci0/usb1/{on}/0003:1A79:7410.0001");
        self.write(&format!("{hid}/report_descriptor"), descriptor);
        self.link(&hid, &format!("sys/class/hidraw/{node}/device"));
    }

    fn disk(&self, on: &str, name: &str, sectors: u64) {
        let disk = format!("sys/devices/pci0/usb1/{on}/host6/target6/6:0:0:0/block/{name}");
        self.write(&format!("{disk}/size"), format!("{sectors}\n"));
        self.write(&format!("{disk}/device/vendor"), "LifeScan\n");
        self.write(&format!("{disk}/device/model"), "Verio           \n");
        self.write(&format!("{disk}/device/rev"), "1.0 \n");
        self.link(&disk, &format!("sys/block/{name}"));
        std::fs::create_dir_all(self.path(&format!("{disk}/{name}1"))).unwrap();
        self.link(&format!("{disk}/{name}1"), "sys/dev/block/8:17");
    }

    fn tree(&self, mountinfo: &str) -> Tree {
        Tree { sys: self.path("sys"), dev: self.path("dev"), mounts: mounts::parse(mountinfo) }
    }
}

fn ids(attached: &[Attached]) -> Vec<(&str, &'static str)> {
    attached.iter().map(|device| (device.id.as_str(), device.transport)).collect()
}

#[test]
fn a_machine_without_sysfs_has_nothing_attached() {
    assert_eq!(Machine::new().tree("").attached(), []);
}

#[test]
fn an_interface_that_the_system_keeps_is_not_listed_as_raw_usb() {
    let mut machine = Machine::new();
    machine.plug("1-1", (0x0403, 0x6001), &[(0xFF, "ftdi_sio")]);
    std::fs::create_dir_all(machine.path("sys/devices/pci0/usb1/1-1/1-1:1.0/ttyUSB0")).unwrap();
    machine.plug("1-2", (0x1A79, 0x7410), &[(0x03, "usbhid")]);
    machine.plug("1-3", (0x2766, 0x0000), &[(0x08, "usb-storage")]);
    machine.plug("1-4", (0x22A3, 0x0047), &[(0x02, "cdc_acm"), (0x0A, "cdc_acm")]);
    machine.plug("1-5", (0x1D6B, 0x0002), &[(0x09, "hub")]);
    machine.plug("1-6", (0x046D, 0x0825), &[(0x0E, "uvcvideo"), (0x01, ""), (0xFF, "")]);
    assert_eq!(machine.tree("").usb(), []);
}

#[test]
fn a_device_that_is_half_gone_is_passed_over() {
    let mut machine = Machine::new();
    machine.plug("1-1", (0x173A, 0x21D5), &[(0x0F, "")]);
    std::fs::remove_file(machine.path("sys/devices/pci0/usb1/1-1/devnum")).unwrap();
    machine.plug("1-2", (0x173A, 0x21D5), &[(0x0F, "")]);
    std::fs::write(machine.path("sys/devices/pci0/usb1/1-2/idVendor"), "wxyz").unwrap();
    assert_eq!(machine.tree("").usb(), []);
}

#[test]
fn a_raw_interface_is_listed_with_what_it_says_and_without_its_serial_number() {
    let mut machine = Machine::new();
    machine.plug("1-2.3", (0x173A, 0x21D5), &[(0x0F, ""), (0xFF, "usbfs")]);
    let found = machine.tree("").attached();
    assert_eq!(ids(&found), [("usb-1-2.3:1.0", "usb"), ("usb-1-2.3:1.1", "usb")]);
    assert_eq!(found[0].seen, Seen::Usb { interface: 0, class: 0x0F });
    assert_eq!(found[0].ids(), Some((0x173A, 0x21D5)));
    assert_eq!(found[0].product.as_deref(), Some("Meter"));
    assert_eq!(found[0].address(), Some(UsbAddress { bus: 1, address: 2 }));
    assert_eq!(found[0].adapter_serial().map(AdapterSerial::expose), Some("SN123456"));
    assert!(!format!("{found:?}").contains("SN123456"));
    assert_eq!((found[0].access, found[1].access), (Access::Ready, Access::Busy));
}

#[test]
fn a_keyboard_is_listed_with_its_collections() {
    let mut machine = Machine::new();
    machine.plug("1-2", (0x046D, 0xC31C), &[(0x03, "usbhid"), (0x03, "usbhid")]);
    machine.hidraw("1-2/1-2:1.1", "hidraw3", KEYBOARD);
    let found = machine.tree("").attached();
    assert_eq!(ids(&found), [("usb-1-2:1.1", "hid")]);
    let collections = vec![HidUsage { page: 1, usage: 6 }];
    assert_eq!(found[0].seen, Seen::Hid { interface: Some(1), collections });
    assert_eq!(found[0].path, machine.path("dev/hidraw3"));
}

#[test]
fn a_disk_and_its_volume_are_two_and_a_reader_without_a_card_is_none() {
    let mut machine = Machine::new();
    machine.plug("1-2", (0x2766, 0x0000), &[(0x08, "usb-storage")]);
    machine.plug("1-3", (0x058F, 0x6366), &[(0x08, "usb-storage")]);
    machine.disk("1-3/1-3:1.0", "sdc", 0);
    std::fs::remove_file(machine.path("sys/dev/block/8:17")).unwrap();
    machine.disk("1-2/1-2:1.0", "sdb", 2048);
    machine.write("media/OMNIPOD/DATA.IBF", b"x");
    let point = machine.path("media/OMNIPOD");
    let mount = format!("36 35 8:17 / {} rw - vfat /dev/sdb1 rw\n", point.display());
    let elsewhere = "37 35 8:1 / / rw - ext4 /dev/sda1 rw\n";
    let found = machine.tree(&format!("{elsewhere}{mount}{mount}")).attached();
    assert_eq!(ids(&found), [("usb-1-2:1.0-disk", "block"), ("usb-1-2:1.0-volume", "volume")]);
    let (vendor, model) = ("LifeScan".to_owned(), "Verio".to_owned());
    assert_eq!(found[0].seen, Seen::Block { vendor, model });
    let files = vec!["DATA.IBF".to_owned()];
    assert_eq!(found[1].seen, Seen::Volume { label: "OMNIPOD".to_owned(), files });
    assert_eq!((found[1].ids(), &found[1].path), (Some((0x2766, 0)), &point));
}

#[test]
fn a_name_that_another_device_has_by_now_is_not_what_was_listed() {
    let mut machine = Machine::new();
    machine.plug("1-1", (0x0403, 0x6001), &[(0xFF, "ftdi_sio")]);
    let port = "sys/devices/pci0/usb1/1-1/1-1:1.0/ttyUSB0";
    std::fs::create_dir_all(machine.path(port)).unwrap();
    machine.link(port, "sys/class/tty/ttyUSB0/device");
    let cable = |id: &str, serial: &str| {
        Attached::serial(DeviceId::parse(id).unwrap(), "/dev/ttyUSB0")
            .with_usb(0x0403, 0x6001, None)
            .with_adapter_serial(AdapterSerial::new(serial))
    };
    let tree = machine.tree("");
    assert!(!tree.has(&cable("usb-1-1:1.0", "SN999999")), "another cable");
    assert!(!tree.has(&cable("usb-1-2:1.0", "SN123456")), "from another port");
    assert!(!tree.has(&cable("usb-1-1:1.0", "SN123456").with_usb(0x067B, 0x2303, None)));
    assert!(tree.has(&cable("usb-1-1:1.0", "SN123456")));
}

#[test]
fn a_volume_that_is_not_mounted_any_more_is_not_the_folder_it_was_mounted_on() {
    let mut machine = Machine::new();
    machine.plug("1-2", (0x2766, 0x0000), &[(0x08, "usb-storage")]);
    machine.disk("1-2/1-2:1.0", "sdb", 2048);
    machine.write("media/OMNIPOD/DATA.IBF", b"x");
    let point = machine.path("media/OMNIPOD");
    let mounted = format!("36 35 8:17 / {} rw - vfat /dev/sdb1 rw\n", point.display());
    let [disk, volume] = <[Attached; 2]>::try_from(machine.tree(&mounted).attached()).unwrap();
    assert!(machine.tree(&mounted).has(&volume));
    assert!(machine.tree(&mounted).has(&disk));
    assert!(!machine.tree("").has(&volume));
    let named = Attached::volume(volume.id, &point, "OMNIPOD", Vec::new());
    assert!(machine.tree("").has(&named), "a folder that a person named");
}
