//! Rules of the grammar about `[[match]]`.

use crate::support::{accepted, edited, refused, refuses};
use meterport_manifest::{BRIDGE_IDS, MatchKind};

#[test]
fn an_unknown_transport_or_kind_is_refused() {
    refuses(
        "transport = \"usb\"",
        &[(
            "transport = \"ble\"",
            "`match[3].transport` is `ble`, known are `serial`, `hid`, `usb`, `block` or `volume`",
        )],
    );
    refuses(
        "kind = \"cable\"",
        &[("kind = \"probe\"", "`match[1].kind` is `probe`, known are `device` or `cable`")],
    );
}

#[test]
fn a_key_of_another_transport_is_refused() {
    let keys = [
        ("vid = 1", "vid"),
        ("pid = 1", "pid"),
        ("line = \"9600 8N1\"", "line"),
        ("interface = 1", "interface"),
        ("usage-page = 1", "usage-page"),
        ("usage = 1", "usage"),
        ("class = 0x0F", "class"),
        ("vendor = \"V\"", "vendor"),
        ("model = \"M\"", "model"),
        ("read = [1]", "read"),
        ("label = \"L\"", "label"),
        ("files = [\"F\"]", "files"),
    ];
    for (transport, index, own) in [
        ("serial", 0, &["vid", "pid", "line"][..]),
        ("hid", 2, &["vid", "pid", "interface", "usage-page", "usage"]),
        ("usb", 3, &["vid", "pid", "class", "interface"]),
        ("block", 4, &["vid", "pid", "vendor", "model", "read"]),
        ("volume", 5, &["vid", "pid", "label", "files"]),
    ] {
        for (line, key) in keys.iter().filter(|(_, key)| !own.contains(key)) {
            let from = format!("transport = \"{transport}\"\n");
            let message = refused(&edited(&from, &format!("{from}{line}\n"))).to_string();
            assert_eq!(
                message,
                format!("`match[{index}].{key}` does not belong to transport `{transport}`")
            );
        }
    }
}

#[test]
fn a_bridge_id_as_device_is_refused_and_as_cable_accepted() {
    assert_eq!(BRIDGE_IDS.len(), 6);
    for id in BRIDGE_IDS {
        let ids = format!("vid = 0x{:04X}\npid = 0x{:04X}\n", id.vid, id.pid);
        for (from, index) in [
            ("vid = 0x1209\npid = 0x0001\n", 0),
            ("vid = 0x1209\npid = 0x0002\n", 2),
            ("vid = 0x1209\npid = 0x0003\n", 3),
            ("vid = 0x1209\npid = 0x0004\n", 4),
        ] {
            let error = refused(&edited(from, &ids));
            let message = format!(
                "`match[{index}]`: {:04X}:{:04X} is in anyone's cable, so it is allowed with \
                 `kind = \"cable\"` only",
                id.vid, id.pid
            );
            assert_eq!(error.to_string(), message);
            assert!(error.hint().is_some());
        }
        let text = edited("label = \"GLUCOLINK*\"\n", &format!("label = \"GLUCOLINK*\"\n{ids}"));
        assert!(refused(&text).to_string().starts_with("`match[5]`: "));
        let cable = accepted(&edited("vid = 0x0403\npid = 0x6001\n", &ids));
        assert_eq!(cable.matches[1].kind, MatchKind::Cable);
        assert_eq!(cable.matches[1].transport.usb_id(), Some(*id));
    }
}

#[test]
fn a_line_setting_outside_the_grammar_is_refused() {
    refuses(
        "line = \"9600 8N1\"",
        &[(
            "line = \"9600,8,N,1\"",
            "`match[1].line` `9600,8,N,1` is no line setting such as `9600 8N1` (300 to 3000000 \
             baud, 7 or 8, N, O or E, 1 or 2)",
        )],
    );
}

#[test]
fn a_usb_class_that_no_driver_may_have_is_refused() {
    for class in ["0x00", "0x01", "0x03", "0x08", "0x09", "0x0A", "0x0B", "0x0E", "0xE0"] {
        let message = refused(&edited("class = 0x0F", &format!("class = {class}"))).to_string();
        assert_eq!(message, format!("`match[3].class` is {class}, known are 0x0F and 0xFF"));
    }
    accepted(&edited("class = 0x0F", "class = 0xFF"));
}

#[test]
fn an_inquiry_text_with_blanks_at_its_end_is_refused() {
    refuses("\"ACME\"", &[("\"ACME \"", "`match[4].vendor` ends with a blank")]);
    refuses("\"GLUCOLINK\"", &[("\"GLUCOLINK  \"", "`match[4].model` ends with a blank")]);
}

#[test]
fn an_empty_list_of_addresses_or_files_is_refused() {
    refuses("read = [3, 4]", &[("read = []", "`match[4].read` is an empty list")]);
    refuses("files = [\"*.glk\"]", &[("files = []", "`match[5].files` is an empty list")]);
}

#[test]
fn a_file_pattern_that_is_a_path_is_refused() {
    for file in ["../*", "a/*.glk", "/etc/passwd", "a\\\\b", "..", "."] {
        let message = refused(&edited("\"*.glk\"", &format!("\"{file}\""))).to_string();
        assert_eq!(
            message,
            "`match[5].files[0]` is a path, allowed are names of files in the root"
        );
    }
}

#[test]
fn a_pattern_that_fits_every_file_or_every_memory_stick_is_refused() {
    let too_wide = "fits nearly everything, it needs three characters that are no `*`";
    for pattern in ["*", "*.*", "**", "*a*"] {
        let files = refused(&edited("\"*.glk\"", &format!("\"{pattern}\""))).to_string();
        assert_eq!(files, format!("`match[5].files[0]` {too_wide}"));
        let label = edited("\"GLUCOLINK*\"", &format!("\"{pattern}\""));
        assert_eq!(refused(&label).to_string(), format!("`match[5].label` {too_wide}"));
    }
    accepted(&edited("label = \"GLUCOLINK*\"", "label = \"*\"\nvid = 1\npid = 2"));
}

#[test]
fn a_volume_with_a_product_id_and_no_vendor_id_is_refused() {
    refuses(
        "label = \"GLUCOLINK*\"",
        &[("label = \"GLUCOLINK*\"\npid = 1", "`match[5].vid` is missing")],
    );
    accepted(&edited("label = \"GLUCOLINK*\"", "label = \"GLUCOLINK*\"\nvid = 1"));
}
