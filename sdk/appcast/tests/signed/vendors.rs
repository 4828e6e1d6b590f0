//! What a vendor may sign, and which devices it may match.

use meterport_appcast::{ItemId, MatchFault, UsbScope, may_match};
use meterport_manifest::{Manifest, MatchKind};

use super::support::{Draft, pair};

fn manifest(rules: &[&str]) -> Manifest {
    let rules: String = rules.iter().map(|rule| format!("[[match]]\n{rule}\n")).collect();
    let text = format!(
        "manifest = 1\nid = \"acme.x\"\nversion = \"1.0.0\"\ncontract = \"0.1\"\ntitle = \"X\"\n\
         family = \"x\"\n[[model]]\nname = \"X\"\ntested = false\n{rules}[permissions]\n\
         set-clock = false\nusb-vendor-requests = []\nblock-write = []\n"
    );
    Manifest::parse(text.as_bytes()).unwrap()
}

fn scopes(text: &str) -> Vec<UsbScope> {
    text.split(',').filter_map(UsbScope::read).collect()
}

const HID: &str = "transport = \"hid\"\nkind = \"device\"\nvid = 0x1A79\npid = 0x7410";
const SERIAL: &str =
    "transport = \"serial\"\nkind = \"device\"\nline = \"9600 8N1\"\nvid = 0x0403\npid = 0xF9D0";
const USB: &str =
    "transport = \"usb\"\nkind = \"device\"\nclass = 0x0F\nvid = 0x173A\npid = 0x21D5";
const BLOCK: &str = "transport = \"block\"\nkind = \"device\"\nvid = 0x2766\npid = 0x0004\n\
                     vendor = \"LifeScan\"\nmodel = \"*\"\nread = [3]";
const CABLE: &str =
    "transport = \"serial\"\nkind = \"cable\"\nline = \"9600 8N1\"\nvid = 0x0403\npid = 0x6001";
const OWN_CABLE: &str =
    "transport = \"serial\"\nkind = \"cable\"\nline = \"9600 8N1\"\nvid = 0x1A61\npid = 0x3410";
const VOLUME: &str =
    "transport = \"volume\"\nkind = \"device\"\nlabel = \"OmniPod\"\nfiles = [\"*.ibf\"]";
const VOLUME_VID: &str = "transport = \"volume\"\nkind = \"device\"\nlabel = \"OmniPod\"\n\
                          files = [\"*.ibf\"]\nvid = 0x1F2A";
const VOLUME_PID: &str = "transport = \"volume\"\nkind = \"device\"\nlabel = \"OmniPod\"\n\
                          files = [\"*.ibf\"]\nvid = 0x1F2A\npid = 0x0001";

#[test]
fn a_vendor_matches_only_its_own_devices() {
    for (rule, device, wrong, right) in [
        (HID, "1a79:7410", "1a78,1a79:7411,7410:1a79", "1a79"),
        (HID, "1a79:7410", "", "1a79:7410"),
        (SERIAL, "0403:f9d0", "0403:f9d1,2766", "0403:f9d0"),
        (USB, "173a:21d5", "1a79", "173a"),
        (BLOCK, "2766:0004", "2766:0005", "2766:0004"),
        (OWN_CABLE, "1a61:3410", "1a79", "1a61"),
        (VOLUME_VID, "1f2a", "1a79", "1f2a"),
        (VOLUME_VID, "1f2a", "1f2a:0001", "1a79,1f2a"),
        (VOLUME_PID, "1f2a:0001", "1f2a:0002", "1f2a:0001"),
    ] {
        let device = UsbScope::read(device).unwrap();
        let refused = |rule| Err(MatchFault::Device { rule, device });
        assert_eq!(may_match(&scopes(wrong), &manifest(&[rule])), refused(1), "{rule}");
        assert_eq!(may_match(&[], &manifest(&[CABLE, rule])), refused(2), "without the word none");
        assert_eq!(may_match(&scopes(right), &manifest(&[rule])), Ok(()), "{rule}");
    }
}

/// No text gives such a manifest; it would be refused here, too.
#[test]
fn a_bridge_chip_is_no_vendors_device() {
    let mut manifest = manifest(&[CABLE]);
    manifest.matches[0].kind = MatchKind::Device;
    let device = UsbScope::read("0403:6001").unwrap();
    assert_eq!(may_match(&[], &manifest), Err(MatchFault::Device { rule: 1, device }));
}

#[test]
fn anybodys_cable_and_a_volume_by_its_look_identify_nobody() {
    assert_eq!(may_match(&[], &manifest(&[CABLE])), Ok(()));
    assert_eq!(may_match(&[], &manifest(&[VOLUME])), Ok(()));
}

#[test]
fn id_finds_its_key_by_prefix() {
    let mut draft = Draft::usual();
    draft.more = vec![
        format!("vendor Acme {} acme. usb=1a79", pair(30).public),
        format!("vendor Other {} other.meters.", pair(31).public),
    ];
    let keyring = draft.keyring();
    let vendor = |id: &str| {
        let id: ItemId = id.parse().unwrap();
        keyring.vendor_for(&id).map(|vendor| vendor.name.as_str())
    };
    for id in ["app", "acme", "acme-x", "acmes.x", "x.acme.y", "other.x", "other.meters"] {
        assert_eq!(vendor(id), None, "{id}");
    }
    assert_eq!(vendor("acme.x"), Some("Acme"));
    assert_eq!(vendor("acme.x.y"), Some("Acme"));
    assert_eq!(vendor("other.meters.x"), Some("Other"));
}
