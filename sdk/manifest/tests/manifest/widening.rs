//! What a version of a driver matches or may touch beyond the version before.

use meterport_manifest::widens;

use crate::support::{COMPLETE, accepted, cut, edited};

/// What is new if the example is followed by itself with one text replaced.
fn widened(from: &str, to: &str) -> Vec<String> {
    said(COMPLETE, &edited(from, to))
}

/// What is new if the example with one text replaced is followed by the example.
fn narrowed(from: &str, to: &str) -> Vec<String> {
    said(&edited(from, to), COMPLETE)
}

fn said(old: &str, new: &str) -> Vec<String> {
    widens(&accepted(old), &accepted(new)).iter().map(ToString::to_string).collect()
}

#[test]
fn everything_that_is_more_is_said() {
    let hid = "read hid devices 1209:0002";
    let block = "read block devices 1209:0004";
    let volume = "read these volume devices";
    for (from, to, what) in [
        ("pid = 0x0001", "pid = 0x0009", "read serial devices 1209:0009"),
        ("pid = 0x6001", "pid = 0x6015", "read serial devices 0403:6015 behind anyone's cable"),
        ("interface = 0\nusage-page", "usage-page", hid),
        ("usage = 0x0001\n", "", hid),
        ("usage-page = 0xFF00", "usage-page = 0xFF01", hid),
        ("product = \"GlucoLink*\"\n", "", "read usb devices 1209:0003"),
        ("product = \"GlucoLink*\"", "product = \"Gluco*\"", "read usb devices 1209:0003"),
        ("class = 0x0F", "class = 0xFF", "read usb devices 1209:0003"),
        ("model = \"GLUCOLINK\"", "model = \"GLUCO*\"", block),
        ("vendor = \"ACME\"", "vendor = \"ACMF\"", block),
        ("read = [3, 4]", "read = [3, 4, 5]", block),
        ("label = \"GLUCOLINK*\"", "label = \"GLUCO*\"", volume),
        ("files = [\"*.glk\"]", "files = [\"*.glk\", \"*.txt\"]", volume),
        ("set-clock = false", "set-clock = true", "set the clock of the meter"),
        (
            "usb-vendor-requests = [0x21]",
            "usb-vendor-requests = [0x21, 0x22]",
            "send the vendor request 0x22 to the device",
        ),
        ("block-write = [3, 4]", "block-write = [3, 4, 9]", "write block 9"),
    ] {
        assert_eq!(widened(from, to), [what], "{to}");
    }
}

#[test]
fn a_cable_that_becomes_the_meter_itself_is_more() {
    let cable = edited("pid = 0x6001", "pid = 0x6002");
    let device = cable.replacen("kind = \"cable\"", "kind = \"device\"", 1);

    assert_eq!(said(&cable, &device), ["read serial devices 0403:6002"]);
    assert_eq!(said(&device, &cable), [""; 0]);
}

#[test]
fn what_is_less_or_the_same_is_not_said() {
    assert_eq!(said(COMPLETE, COMPLETE), [""; 0]);
    for (from, to) in [
        ("usage = 0x0001\n", ""),
        ("product = \"GlucoLink*\"\n", ""),
        ("model = \"GLUCOLINK\"", "model = \"GLUCO*\""),
        ("read = [3, 4]", "read = [3, 4, 5]"),
        ("set-clock = false", "set-clock = true"),
        ("block-write = [3, 4]", "block-write = [3, 4, 9]"),
        // Neither budgets nor how a line is opened are anything that is touched.
        ("38400 8N1", "9600 8N1"),
        ("cpu-s = 2", "cpu-s = 1"),
    ] {
        assert_eq!(narrowed(from, to), [""; 0], "{to}");
    }
    let fewer =
        cut("[[match]]                      # rule 1", "[[match]]\ntransport = \"hid\"", "");
    assert_eq!(said(COMPLETE, &fewer), [""; 0]);
    assert_eq!(said(&fewer, COMPLETE).len(), 1);
}
