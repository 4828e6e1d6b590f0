//! Which systems and contracts a package is for.

use super::support::{computer, decided, item, names, ours, reason};
use crate::decide::Reason;

#[test]
fn the_package_that_names_the_system_most_closely_is_taken_wherever_it_stands() {
    for systems in [
        ["windows", "windows-arm64", "windows-x64", "linux-x64"],
        ["windows-x64", "linux-x64", "windows-arm64", "windows"],
    ] {
        let feed = [ours(&[item("app", "2.0.0").on(&systems)])];
        let mut computer = computer("1.0.0");
        computer.os = "windows-x64".parse().unwrap();
        let decision = decided(&feed, &computer);

        let os = decision.updates[0].item.os.clone();
        assert_eq!(os.map(|os| os.to_string()).as_deref(), Some("windows-x64"));

        computer.os = "windows-x86".parse().unwrap();
        let os = decided(&feed, &computer).updates[0].item.os.clone();
        assert_eq!(os.map(|os| os.to_string()).as_deref(), Some("windows"));
    }
}

#[test]
fn what_is_for_another_system_is_not_taken() {
    let feed = [ours(&[
        item("app", "2.0.0").on(&["windows-x64"]),
        item("ultra", "1.0.0").on(&["macos"]),
        item("verio", "1.0.0").on(&["linux"]),
    ])];
    let decision = decided(&feed, &computer("1.0.0"));

    assert_eq!(names(&decision.available), ["verio 1.0.0"]);
    assert_eq!(reason(&decision, "app", "2.0.0"), Reason::System);
    assert_eq!(reason(&decision, "ultra", "1.0.0"), Reason::System);
}

#[test]
fn a_system_that_is_too_old_or_unknown_does_not_do() {
    let least = "<sparkle:minimumSystemVersion>13.1</sparkle:minimumSystemVersion>";
    let feed = [ours(&[item("app", "2.0.0").with(least)])];
    let mut computer = computer("1.0.0");
    for system in [None, "13.0.9".parse().ok()] {
        computer.system = system;
        let decision = decided(&feed, &computer);
        assert_eq!(reason(&decision, "app", "2.0.0"), Reason::SystemVersion, "{system:?}");
    }
    computer.system = "13.1".parse().ok();
    assert_eq!(names(&decided(&feed, &computer).updates), ["app 2.0.0"]);
}

#[test]
fn a_driver_of_another_contract_is_not_taken_and_the_newest_that_fits_is() {
    let feed = [ours(&[
        item("ultra", "3.0.0").api("0.2"),
        item("ultra", "2.0.0").api("0.1 0.1.5"),
        item("ultra", "1.0.0").api("0.1 0.1.4"),
    ])];
    let decision = decided(&feed, &computer("1.0.0"));

    assert_eq!(names(&decision.available), ["ultra 1.0.0"]);
    assert_eq!(reason(&decision, "ultra", "3.0.0"), Reason::Contract);
    assert_eq!(reason(&decision, "ultra", "2.0.0"), Reason::Contract);
}
