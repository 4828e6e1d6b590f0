//! The complete example of `README.md`, byte for byte, and what it says.

use crate::support::{COMPLETE, accepted};
use meterport_manifest::{
    ContractVersion, DEFAULT_LIMITS, DataBits, DriverOption, Line, Match, MatchKind, Milli, Model,
    OptionInput, Parity, Pattern, Permissions, Quantity, Range, StopBits, Transport, Unit,
    UsbClass,
};

fn line(baud: u32) -> Line {
    Line { baud, data_bits: DataBits::Eight, parity: Parity::None, stop_bits: StopBits::One }
}

fn rule(kind: MatchKind, transport: Transport) -> Match {
    Match { kind, product: None, transport }
}

#[test]
fn the_complete_example_says_who_it_is_and_what_it_reads() {
    let manifest = accepted(COMPLETE);

    assert_eq!(manifest.id.as_ref(), "acme.glucolink");
    assert_eq!(manifest.version, semver::Version::new(1, 2, 0));
    assert_eq!(manifest.contract, ContractVersion { major: 0, minor: 1 });
    assert_eq!(manifest.contract.to_string(), "0.1");
    assert_eq!(manifest.contract_min, Some(semver::Version::new(0, 1, 2)));
    assert_eq!(manifest.title, "Acme GlucoLink");
    assert_eq!(manifest.family, "acme-glucolink");
    let glucose = Range {
        quantity: Quantity::Glucose,
        unit: Unit::MgPerDl,
        low: Some(Milli(20_000)),
        high: Some(Milli(600_000)),
    };
    let ketone = Range {
        quantity: Quantity::Ketone,
        unit: Unit::MmolPerL,
        low: None,
        high: Some(Milli(8000)),
    };
    let one = Model {
        name: "GlucoLink One".to_owned(),
        codes: Some(vec!["GL1".to_owned(), "GL1-MMOL".to_owned()]),
        tested: true,
        ranges: vec![glucose, ketone],
    };
    let mini = Model {
        name: "GlucoLink Mini".to_owned(),
        codes: Some(vec!["GLM".to_owned()]),
        tested: false,
        ranges: Vec::new(),
    };
    assert_eq!(manifest.models, [one, mini]);
}

#[test]
fn the_complete_example_has_a_rule_for_every_transport() {
    let (device, cable) = (MatchKind::Device, MatchKind::Cable);
    let block = Transport::Block {
        vid: 0x1209,
        pid: 4,
        vendor: "ACME".to_owned(),
        model: Pattern::new("GLUCOLINK"),
        read: vec![3, 4],
    };
    let volume = Transport::Volume {
        label: Pattern::new("GLUCOLINK*"),
        files: vec![Pattern::new("*.glk")],
        vid: None,
        pid: None,
    };
    let hid = Transport::Hid {
        vid: 0x1209,
        pid: 2,
        interface: Some(0),
        usage_page: Some(0xFF00),
        usage: Some(1),
    };
    let usb = Transport::Usb {
        vid: 0x1209,
        pid: 3,
        class: UsbClass::PersonalHealthcare,
        interface: Some(0),
    };
    assert_eq!(
        accepted(COMPLETE).matches,
        [
            rule(device, Transport::Serial { vid: 0x1209, pid: 1, line: line(38_400) }),
            rule(cable, Transport::Serial { vid: 0x0403, pid: 0x6001, line: line(9600) }),
            rule(device, hid),
            Match { product: Some(Pattern::new("GlucoLink*")), ..rule(device, usb) },
            rule(device, block),
            rule(device, volume),
        ]
    );
}

#[test]
fn the_complete_example_says_what_it_may_touch_and_asks() {
    let manifest = accepted(COMPLETE);

    let permissions =
        Permissions { set_clock: false, usb_vendor_requests: vec![0x21], block_write: vec![3, 4] };
    assert_eq!(manifest.permissions, permissions);
    let limits = manifest.limits.effective();
    assert_eq!((limits.memory_mib, limits.cpu_s), (16, 2));
    assert_eq!((limits.idle_s, limits.wall_s), (DEFAULT_LIMITS.idle_s, DEFAULT_LIMITS.wall_s));
    let pin = DriverOption {
        key: "pin".to_owned(),
        title: "PIN shown on the meter".to_owned(),
        input: OptionInput::Pin,
        required: false,
        max: 8,
    };
    assert_eq!(manifest.options, [pin]);
}
