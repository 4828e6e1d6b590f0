//! Before anything is opened: which attached devices a driver may get at all.

use meterport_manifest::{Found, HidUsage, Seen, Transport, UsbClass};

use super::{Disks, Refused};

/// Whether `rule` may get what was found. Whether it *matches* is another question, and asked before;
/// but a disk is never given to the rule of another disk, even where a person names the driver.
pub(super) fn allowed(rule: &Transport, found: &Found, disks: &Disks) -> Result<(), Refused> {
    match (rule, &found.seen) {
        (Transport::Serial { .. }, Seen::Serial)
        | (Transport::Volume { .. }, Seen::Volume { .. }) => Ok(()),
        (Transport::Hid { .. }, Seen::Hid { collections, .. }) => hid(collections),
        (Transport::Usb { .. }, Seen::Usb { class, .. }) => usb(*class),
        (
            Transport::Block { vid, pid, vendor, model, read: _ },
            Seen::Block { vendor: found_vendor, model: found_model },
        ) => {
            let ids = (found.vid, found.pid);
            let (Some(found_vid), Some(found_pid)) = ids else { return Err(Refused::Disk) };
            let is_the_rules = ids == (Some(*vid), Some(*pid))
                && vendor == found_vendor.trim_end_matches(' ')
                && model.matches(found_model.trim_end_matches(' '));
            if !disks.is_meter(found_vid, found_pid, found_vendor, found_model) {
                Err(Refused::Disk)
            } else if is_the_rules {
                Ok(())
            } else {
                Err(Refused::OtherDisk)
            }
        }
        (rule, seen) => Err(Refused::Transport { wanted: rule.as_str(), given: seen.as_str() }),
    }
}

/// One collection of a kind that people type, point or sign in with spoils the whole node.
fn hid(collections: &[HidUsage]) -> Result<(), Refused> {
    // A node whose collections nobody could read might be anything.
    if collections.is_empty() {
        return Err(Refused::Hid { what: "of a kind it does not tell" });
    }
    // Usages: HID Usage Tables 1.5, pages 01 and 0D, and the FIDO Alliance's page F1D0.
    let forbidden = |collection: &HidUsage| match (collection.page, collection.usage) {
        (0x01, 0x01 | 0x02) => Some("a mouse"),
        (0x01, 0x06) => Some("a keyboard"),
        (0x01, 0x07) | (0x07, _) => Some("a keypad"),
        (0x0D, _) => Some("a touch screen or tablet"),
        (0xF1D0, _) => Some("a security key"),
        _ => None,
    };
    match collections.iter().find_map(forbidden) {
        Some(what) => Err(Refused::Hid { what }),
        None => Ok(()),
    }
}

/// Personal healthcare and vendor-specific; never audio, HID, imaging, printers, mass storage, hubs,
/// CDC data, smart cards, video or wireless.
fn usb(class: u8) -> Result<(), Refused> {
    match UsbClass::from_code(class) {
        Some(_) => Ok(()),
        None => Err(Refused::UsbClass { class }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Grant;
    use super::super::tests::manifest;
    use super::*;

    fn granted(rule: usize, seen: Seen) -> Result<(), Refused> {
        with_ids(rule, seen, 0x1209, 1)
    }

    fn with_ids(rule: usize, seen: Seen, vid: u16, pid: u16) -> Result<(), Refused> {
        with_disks(rule, seen, vid, pid, &Disks::default())
    }

    fn with_disks(
        rule: usize,
        seen: Seen,
        vid: u16,
        pid: u16,
        disks: &Disks,
    ) -> Result<(), Refused> {
        let found = Found { vid: Some(vid), pid: Some(pid), product: None, seen };
        Grant::device(&manifest(), rule, &found, disks).map(drop)
    }

    fn hid_node(usages: &[(u16, u16)]) -> Seen {
        let collections = usages.iter().map(|&(page, usage)| HidUsage { page, usage }).collect();
        Seen::Hid { interface: Some(0), collections }
    }

    #[test]
    fn a_hid_node_with_a_keyboard_mouse_keypad_or_fido_collection_anywhere_is_never_granted() {
        for bad in [(0x01, 0x06), (0x01, 0x02), (0x01, 0x01), (0x01, 0x07), (0x07, 0), (0xF1D0, 1)]
        {
            for usages in [vec![bad], vec![(0xFF00, 1), bad]] {
                let answer = granted(1, hid_node(&usages));
                assert!(matches!(answer, Err(Refused::Hid { .. })), "{usages:04X?}");
            }
        }
    }

    #[test]
    fn a_hid_node_whose_collections_cannot_be_read_is_not_granted() {
        assert!(matches!(granted(1, hid_node(&[])), Err(Refused::Hid { .. })));
    }

    #[test]
    fn a_hid_node_of_its_makers_own_kind_is_granted() {
        assert_eq!(granted(1, hid_node(&[(0xFF00, 1)])), Ok(()));
        assert_eq!(granted(1, hid_node(&[(0x08, 1), (0xFFA0, 0xA5)])), Ok(()));
    }

    #[test]
    fn a_usb_interface_of_any_class_but_healthcare_and_vendor_is_never_granted() {
        for class in (0..=u8::MAX).filter(|class| !matches!(class, 0x0F | 0xFF)) {
            let answer = granted(2, Seen::Usb { interface: 0, class });
            assert_eq!(answer, Err(Refused::UsbClass { class }));
        }
        for class in [0x0F, 0xFF] {
            assert_eq!(granted(2, Seen::Usb { interface: 0, class }), Ok(()));
        }
    }

    #[test]
    fn a_memory_stick_is_never_granted_whatever_the_manifest_says() {
        let stick = Seen::Block { vendor: "ACME".to_owned(), model: "Stick".to_owned() };
        assert_eq!(with_ids(3, stick, 0x0781, 0x5567), Err(Refused::Disk));
        // Neither the ids alone nor the name alone make a disk a meter.
        let named = Seen::Block { vendor: "LifeScan".to_owned(), model: "Stick".to_owned() };
        assert_eq!(with_ids(3, named.clone(), 0x0781, 0x5567), Err(Refused::Disk));
        let stick = Seen::Block { vendor: "ACME".to_owned(), model: "Stick".to_owned() };
        assert_eq!(with_ids(3, stick, 0x2766, 0x0000), Err(Refused::Disk));
        assert_eq!(with_ids(3, named.clone(), 0x2766, 0x0000), Ok(()));
        assert_eq!(with_ids(3, named, 0x2766, 0x0004), Err(Refused::OtherDisk), "another meter");
    }

    #[test]
    fn a_disk_that_the_caller_vouches_for_is_a_meter_and_no_other_becomes_one() {
        let disk = |vendor: &str, model: &str| Seen::Block {
            vendor: vendor.to_owned(),
            model: model.to_owned(),
        };
        // As a line of the keyring has it: `1209:0001 Acme Meter*`.
        let disks = Disks::default().and(0x1209, 0x0001, "Acme", "Meter*");
        for (vendor, model, pid) in
            [("Other", "Meter X", 1), ("Acme", "Stick", 1), ("Acme", "Meter X", 2)]
        {
            let answer = with_disks(3, disk(vendor, model), 0x1209, pid, &disks);
            assert_eq!(answer, Err(Refused::Disk), "{vendor} {model} {pid}");
        }
        let meter = || disk("Acme    ", "Meter X         ");
        assert_eq!(with_disks(3, meter(), 0x1209, 1, &Disks::default()), Err(Refused::Disk));
        // Known as a meter; the rule is of another one.
        assert_eq!(with_disks(3, meter(), 0x1209, 1, &disks), Err(Refused::OtherDisk));
        let lifescan = disk("LifeScan", "Stick");
        assert_eq!(with_disks(3, lifescan, 0x2766, 0, &disks), Ok(()), "the build's list stays");
    }

    #[test]
    fn a_device_is_never_granted_by_a_rule_of_another_transport() {
        let volume = Seen::Volume { label: "PDM".to_owned(), files: vec!["a.ibf".to_owned()] };
        for rule in 0..4 {
            let answer = granted(rule, volume.clone());
            assert!(matches!(answer, Err(Refused::Transport { given: "volume", .. })), "{rule}");
        }
        assert_eq!(granted(4, volume), Ok(()));
        assert!(matches!(granted(1, Seen::Serial), Err(Refused::Transport { .. })));
        assert_eq!(granted(0, Seen::Serial), Ok(()));
    }
}
