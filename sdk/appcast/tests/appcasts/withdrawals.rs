//! What is withdrawn counts, however much else is wrong with its item.

use meterport_appcast::{ItemId, Kind, Oddity, Withdrawal};
use meterport_manifest::parse_version;

use crate::support::{SHA256, item, read};

fn withdrawal(name: &str) -> Withdrawal {
    let accepted = read(name).accept(&|_| true);
    assert_eq!(accepted.withdrawals.len(), 1, "{name}");
    accepted.withdrawals[0].clone()
}

fn covers(withdrawal: &Withdrawal, version: &str, sha256: Option<&str>) -> bool {
    let id: ItemId = "onetouch-ultra2".parse().unwrap();
    let sha256 = sha256.map(|text| text.parse().unwrap());
    withdrawal.covers(&id, &parse_version(version).unwrap(), sha256.as_ref())
}

#[test]
fn a_withdrawal_in_an_item_that_is_dropped_still_counts() {
    let accepted = read("withdrawn-and-dropped").accept(&|_| true);
    assert_eq!((accepted.items.len(), accepted.dropped.len()), (0, 1));

    let withdrawal = withdrawal("withdrawn-and-dropped");
    assert_eq!(
        (withdrawal.kind, withdrawal.reason.as_str()),
        (Kind::Defect, "reads the wrong year")
    );
    assert!(covers(&withdrawal, "1.4.0", None));
    assert!(covers(&withdrawal, "1.4.0+other-build", None));
    assert!(!covers(&withdrawal, "1.4.1", None));
    assert!(covers(&withdrawal, "1.4.1", Some(SHA256)));
}

#[test]
fn out_of_scope_nothing_is_withdrawn() {
    assert_eq!(read("withdrawn-and-dropped").accept(&|_| false).withdrawals, []);
}

#[test]
fn what_is_malformed_counts_as_a_recall() {
    for name in ["withdrawn-malformed-kind", "withdrawn-twice"] {
        assert_eq!(withdrawal(name).kind, Kind::Recall, "{name}");
        assert!(read(name).items[0].oddities.contains(&Oddity::WithdrawnKind), "{name}");
    }
}

#[test]
fn without_a_version_the_packages_are_meant_and_without_those_every_version() {
    let packages = withdrawal("withdrawn-without-version");
    assert!(covers(&packages, "9.9.9", Some(SHA256)));
    assert!(!covers(&packages, "9.9.9", Some(&SHA256.replace('9', "8"))));
    assert!(!covers(&packages, "9.9.9", None));

    let all = withdrawal("withdrawn-whatever");
    assert!(covers(&all, "9.9.9", None));
    assert!(covers(&all, "0.0.1", Some(SHA256)));
}

#[test]
fn another_id_is_never_withdrawn() {
    let withdrawal = withdrawal("withdrawn-whatever");
    let version = parse_version("1.4.0").unwrap();
    for id in ["app", "onetouch-ultra", "acme.onetouch-ultra2"] {
        assert!(!withdrawal.covers(&id.parse().unwrap(), &version, None), "{id}");
    }
}

#[test]
fn a_withdrawn_item_says_so_itself() {
    assert!(item("withdrawn-malformed-kind").withdrawn.is_some());
}

#[test]
fn refused_packages_are_read_and_what_refuses_nothing_is_odd() {
    let read = read("refused-packages");
    let reversed: String = SHA256.chars().rev().collect();

    assert_eq!(read.refused.iter().map(ToString::to_string).collect::<Vec<_>>(), [reversed]);
    assert_eq!(read.faults, [Oddity::Refuse, Oddity::Refuse]);
    assert_eq!(read.accept(&|_| true).refused, read.refused);
}
