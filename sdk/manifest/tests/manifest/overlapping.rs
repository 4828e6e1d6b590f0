//! When two drivers could claim the same device.

use meterport_manifest::{Manifest, outranks, overlap};

use crate::support::accepted;

/// A manifest that has these rules and nothing else to match.
fn driver(rules: &str) -> Manifest {
    accepted(&format!(
        "manifest = 1\nid = \"a\"\nversion = \"0.1.0\"\ncontract = \"0.1\"\ntitle = \"A\"\n\
         family = \"a\"\n[[model]]\nname = \"A\"\ntested = false\n{rules}\n[permissions]\n\
         set-clock = false\nusb-vendor-requests = []\nblock-write = []\n"
    ))
}

fn rule(transport: &str, kind: &str, keys: &str) -> String {
    format!("[[match]]\ntransport = \"{transport}\"\nkind = \"{kind}\"\n{keys}\n")
}

fn overlaps(a: &str, b: &str) -> bool {
    let (a, b) = (driver(a), driver(b));
    assert_eq!(overlap(&a, &b), overlap(&b, &a));
    overlap(&a, &b)
}

#[test]
fn in_doubt_two_rules_overlap() {
    let serial = rule("serial", "device", "vid = 1\npid = 2\nline = \"9600 8N1\"");
    let hid = |keys: &str| rule("hid", "device", &format!("vid = 1\npid = 2\n{keys}"));
    let usb = |keys: &str| rule("usb", "device", &format!("vid = 1\npid = 2\n{keys}"));
    let block = |model: &str| {
        let keys = format!("vid = 1\npid = 2\nvendor = \"A\"\nmodel = \"{model}\"\nread = [1]");
        rule("block", "device", &keys)
    };
    let volume = |label: &str, files: &str, more: &str| {
        rule("volume", "device", &format!("label = \"{label}\"\nfiles = [\"{files}\"]\n{more}"))
    };
    let other = rule("serial", "device", "vid = 7\npid = 2\nline = \"9600 8N1\"");
    for (a, b) in [
        (serial.clone(), serial.replace("9600", "19200")),
        (serial.clone(), serial.replace("device", "cable")),
        (format!("{other}{serial}"), serial.clone()),
        // Two transports to one device.
        (serial.clone(), hid("")),
        (serial.clone(), usb("class = 0xFF")),
        // A device may have both collections.
        (hid("usage-page = 1"), hid("usage-page = 2")),
        (hid("interface = 1"), hid("")),
        (usb("class = 0xFF\ninterface = 1"), usb("class = 0xFF")),
        (hid("product = \"A*\""), hid("product = \"*B\"")),
        (hid("product = \"A*\""), hid("")),
        (block("A*"), block("AB")),
        (volume("ABC*", "*.abc", ""), volume("*CDE", "*.cde", "")),
        (volume("ABC*", "*.abc", "vid = 1"), volume("ABCD", "*.cde", "vid = 1\npid = 2")),
        (volume("ABC*", "*.abc", ""), volume("ABCD", "*.cde", "vid = 1\npid = 2")),
        (volume("ABCD", "*.cde", "vid = 1\npid = 2"), block("A*")),
    ] {
        assert!(overlaps(&a, &b), "{a}\n{b}");
    }
}

#[test]
fn rules_that_tell_their_devices_apart_do_not_overlap() {
    let serial = rule("serial", "device", "vid = 1\npid = 2\nline = \"9600 8N1\"");
    let hid = |keys: &str| rule("hid", "device", &format!("vid = 1\npid = 2\n{keys}"));
    let usb = |keys: &str| rule("usb", "device", &format!("vid = 1\npid = 2\n{keys}"));
    let block =
        |keys: &str| rule("block", "device", &format!("vid = 1\npid = 2\n{keys}\nread = [1]"));
    let volume = |label: &str, more: &str| {
        rule("volume", "device", &format!("label = \"{label}\"\nfiles = [\"*.abc\"]\n{more}"))
    };
    for (a, b) in [
        (serial.clone(), serial.replace("pid = 2", "pid = 3")),
        (serial.clone(), serial.replace("vid = 1", "vid = 3")),
        (hid("interface = 1"), hid("interface = 2")),
        (hid("product = \"A*\""), hid("product = \"B*\"")),
        (usb("class = 0xFF"), usb("class = 0x0F")),
        (usb("class = 0xFF\ninterface = 1"), usb("class = 0xFF\ninterface = 2")),
        (block("vendor = \"A\"\nmodel = \"A\""), block("vendor = \"B\"\nmodel = \"A\"")),
        (block("vendor = \"A\"\nmodel = \"A*\""), block("vendor = \"A\"\nmodel = \"B*\"")),
        (volume("ABC", ""), volume("ABD", "")),
        (volume("ABC", "vid = 1"), volume("ABC", "vid = 2")),
        (volume("ABC", ""), serial),
    ] {
        assert!(!overlaps(&a, &b), "{a}\n{b}");
    }
}

#[test]
fn two_drivers_for_anyones_cable_do_not_claim_it() {
    let cable = rule("serial", "cable", "vid = 0x0403\npid = 0x6001\nline = \"9600 8N1\"");

    assert!(!overlaps(&cable, &cable));
}

#[test]
fn who_says_more_of_a_device_than_the_version_before_may_be_chosen_first() {
    let hid = |kind: &str, keys: &str| rule("hid", kind, &format!("vid = 1\npid = 2\n{keys}"));
    let (wide, narrow) = (hid("device", ""), hid("device", "interface = 1"));
    let both = [wide.as_str(), &narrow].concat();
    let turned = [narrow.as_str(), &wide].concat();
    let other = driver(&wide);
    let elsewhere = driver(&wide.replace("vid = 1", "vid = 7"));
    let ranks = |old: &str, new: &str| outranks(&driver(new), &driver(old), &other);

    assert!(ranks(&wide, &narrow));
    assert!(ranks(&wide, &hid("device", "product = \"Meter\"")));
    // The first rule that fits counts, so another order can win.
    assert!(ranks(&both, &turned));
    assert!(!outranks(&driver(&narrow), &driver(&wide), &elsewhere), "for no device of both");
    for (old, new) in [(&wide, &wide), (&narrow, &narrow), (&narrow, &wide), (&both, &both)] {
        assert!(!ranks(old, new), "{old} and {new}");
    }
}
