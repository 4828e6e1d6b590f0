//! Which rule matches what enumeration saw, and which of several drivers is chosen.

use crate::support::{COMPLETE, accepted, edited};
use meterport_manifest::{
    Candidate, Choice, DriverId, Found, HidUsage, MatchHit, MatchKind, Seen, Specificity, choose,
    matches,
};

fn usb(vid: u16, pid: u16, seen: Seen) -> Found {
    Found { vid: Some(vid), pid: Some(pid), product: None, seen }
}

fn rule(found: &Found) -> Option<usize> {
    matches(&accepted(COMPLETE), found).map(|hit| hit.rule)
}

fn hid(interface: Option<u8>, page: u16, usage: u16) -> Found {
    let other = HidUsage { page: 1, usage: 2 };
    let collections = vec![other, HidUsage { page, usage }];
    usb(0x1209, 2, Seen::Hid { interface, collections })
}

fn volume(label: &str, files: &[&str]) -> Found {
    let files = files.iter().map(|name| (*name).to_owned()).collect();
    Found { vid: None, pid: None, product: None, seen: Seen::Volume { label: label.into(), files } }
}

#[test]
fn what_differs_in_one_thing_a_rule_states_does_not_match() {
    let no_id = Found { vid: None, pid: None, product: None, seen: Seen::Serial };
    let product = |text: Option<&str>, seen| Found {
        product: text.map(str::to_owned),
        ..usb(0x1209, 3, seen)
    };
    let class_0f = Seen::Usb { interface: 0, class: 0x0F };
    let block = |vendor: &str, model: &str| {
        usb(0x1209, 4, Seen::Block { vendor: vendor.into(), model: model.into() })
    };
    for found in [
        no_id,
        usb(0x1209, 9, Seen::Serial),
        usb(0x1208, 1, Seen::Serial),
        usb(0x1209, 1, Seen::Usb { interface: 0, class: 0x0F }),
        hid(Some(1), 0xFF00, 1),
        hid(None, 0xFF00, 1),
        hid(Some(0), 0xFF00, 2),
        hid(Some(0), 0xFF01, 1),
        usb(0x1209, 2, Seen::Hid { interface: Some(0), collections: Vec::new() }),
        product(None, class_0f.clone()),
        product(Some("My GlucoLink"), class_0f),
        product(Some("GlucoLink"), Seen::Usb { interface: 0, class: 0xFF }),
        product(Some("GlucoLink"), Seen::Usb { interface: 1, class: 0x0F }),
        block("ACME", "OTHER"),
        block(" ACME", "GLUCOLINK"),
        block("acme", "GLUCOLINK"),
        volume("OTHER", &["a.glk"]),
        volume("GLUCOLINK", &[]),
        volume("GLUCOLINK", &["a.txt"]),
    ] {
        assert_eq!(rule(&found), None, "{found:?}");
    }
}

#[test]
fn page_and_usage_must_stand_in_the_same_collection() {
    let collections =
        vec![HidUsage { page: 0xFF00, usage: 7 }, HidUsage { page: 0xFF01, usage: 1 }];
    assert_eq!(rule(&usb(0x1209, 2, Seen::Hid { interface: Some(0), collections })), None);
}

#[test]
fn every_transport_is_matched_by_its_rule() {
    let glucolink = Found {
        product: Some("GlucoLink One".to_owned()),
        ..usb(0x1209, 3, Seen::Usb { interface: 0, class: 0x0F })
    };
    let disk = Seen::Block { vendor: "ACME    ".into(), model: "GLUCOLINK  ".into() };
    assert_eq!(rule(&usb(0x1209, 1, Seen::Serial)), Some(0));
    assert_eq!(rule(&usb(0x0403, 0x6001, Seen::Serial)), Some(1));
    assert_eq!(rule(&hid(Some(0), 0xFF00, 1)), Some(2));
    assert_eq!(rule(&glucolink), Some(3));
    assert_eq!(rule(&usb(0x1209, 4, disk)), Some(4));
    assert_eq!(rule(&volume("GLUCOLINK 2", &["readme.txt", "a.glk"])), Some(5));
}

#[test]
fn a_volume_rule_with_an_id_matches_no_other_id() {
    let manifest =
        accepted(&edited("files = [\"*.glk\"]", "files = [\"*.glk\"]\nvid = 1\npid = 2"));
    let found = volume("GLUCOLINK", &["a.glk"]);
    let with = |vid, pid| Found { vid: Some(vid), pid: Some(pid), ..found.clone() };
    assert_eq!(matches(&manifest, &found), None);
    assert_eq!(matches(&manifest, &with(1, 3)), None);
    assert_eq!(matches(&manifest, &with(1, 2)).map(|hit| hit.rule), Some(5));
}

#[test]
fn of_several_rules_the_first_counts() {
    let ids = "vid = 0x1209\npid = 0x0001\n";
    let manifest = accepted(&edited("vid = 0x0403\npid = 0x6001\n", ids));
    let hit = matches(&manifest, &usb(0x1209, 1, Seen::Serial));
    let specificity = Specificity { interface: false, product: false };
    assert_eq!(hit, Some(MatchHit { rule: 0, kind: MatchKind::Device, specificity }));
}

#[test]
fn a_hit_says_whether_interface_and_product_were_stated() {
    let hit = matches(&accepted(COMPLETE), &hid(Some(0), 0xFF00, 1)).map(|hit| hit.specificity);
    assert_eq!(hit, Some(Specificity { interface: true, product: false }));
}

const PLAIN: Specificity = Specificity { interface: false, product: false };
const PRODUCT: Specificity = Specificity { interface: false, product: true };
const INTERFACE: Specificity = Specificity { interface: true, product: false };

fn device(id: &str, installed: Option<u64>, specificity: Specificity) -> Candidate {
    let id = DriverId::parse(id).expect("an id");
    Candidate { id, installed, hit: MatchHit { rule: 0, kind: MatchKind::Device, specificity } }
}

fn cable(id: &str) -> Candidate {
    let mut candidate = device(id, Some(1), PLAIN);
    candidate.hit.kind = MatchKind::Cable;
    candidate
}

/// The ids of an answer behind the word for it.
fn answer(hits: Vec<Candidate>) -> String {
    let ids = |hits: Vec<Candidate>| {
        hits.iter().map(|hit| hit.id.as_str().to_owned()).collect::<Vec<_>>().join(" ")
    };
    match choose(hits) {
        Choice::Use(one) => format!("use {}", one.id),
        Choice::AskDevices(several) => format!("devices {}", ids(several)),
        Choice::AskCable(some) => format!("cable {}", ids(some)),
        Choice::NoDriver => "none".to_owned(),
    }
}

#[test]
fn a_cable_is_never_chosen_however_few_drivers_know_it() {
    assert_eq!(answer(vec![cable("one")]), "cable one");
    assert_eq!(answer(vec![cable("b.x"), cable("two"), cable("one")]), "cable one two b.x");
}

#[test]
fn no_match_is_no_driver() {
    assert_eq!(answer(Vec::new()), "none");
}

#[test]
fn several_devices_that_nothing_tells_apart_are_a_question() {
    let unknown = |id| device(id, None, PLAIN);
    assert_eq!(answer(vec![unknown("b"), unknown("a")]), "devices a b");
    assert_eq!(
        answer(vec![device("b", Some(3), PLAIN), device("a", Some(3), PLAIN)]),
        "devices a b"
    );
    assert_eq!(answer(vec![device("b", Some(3), PLAIN), unknown("a")]), "devices a b");
    assert_eq!(answer(vec![unknown("v.b"), unknown("v.a")]), "devices v.a v.b");
}

#[test]
fn one_device_is_used_whatever_cables_there_are() {
    assert_eq!(answer(vec![cable("a"), device("v.b", None, PLAIN)]), "use v.b");
}

#[test]
fn of_several_devices_the_narrower_rule_is_used_then_ours_then_the_first_installed() {
    let first = || device("ours", Some(1), PLAIN);
    assert_eq!(answer(vec![first(), device("v.x", Some(9), PRODUCT)]), "use v.x");
    assert_eq!(
        answer(vec![device("v.x", Some(1), PRODUCT), device("v.y", Some(2), INTERFACE)]),
        "use v.y"
    );
    assert_eq!(answer(vec![device("v.x", Some(0), PLAIN), first()]), "use ours");
    assert_eq!(
        answer(vec![device("v.new", Some(9), PLAIN), device("v.old", Some(2), PLAIN)]),
        "use v.old"
    );
}
