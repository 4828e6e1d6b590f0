//! Which version of many.

use super::support::{computer, decided, item, names, ours, package, reason, ruled, version};
use crate::decide::Reason;
use crate::rules::Rules;

#[test]
fn an_older_or_equal_version_is_not_offered() {
    let feed = [ours(&[
        item("app", "1.0.0"),
        item("app", "1.1.0"),
        item("app", "1.1.0+other-build").on(&["windows-x64"]),
        item("ultra", "1.3.0"),
        item("ultra", "1.4.0-rc.1"),
    ])];
    let computer = computer("1.1.0").driver("ultra", "1.4.0", "ours");
    let decision = decided(&feed, &computer);

    assert_eq!(names(&decision.updates), [""; 0]);
    let not_newer = |installed: &str| Reason::NotNewer { installed: version(installed) };
    assert_eq!(reason(&decision, "app", "1.0.0"), not_newer("1.1.0"));
    assert_eq!(reason(&decision, "app", "1.1.0"), not_newer("1.1.0"));
    assert_eq!(reason(&decision, "ultra", "1.3.0"), not_newer("1.4.0"));
    assert_eq!(reason(&decision, "ultra", "1.4.0-rc.1"), not_newer("1.4.0"));
}

#[test]
fn the_newest_by_number_and_not_by_place_or_letters_is_offered() {
    let feed = [ours(&[
        item("ultra", "1.10.0"),
        item("ultra", "1.9.0"),
        item("ultra", "1.10.0-rc.2"),
        item("app", "2.0.0"),
        item("app", "1.9.9"),
    ])];
    let decision = decided(&feed, &computer("1.0.0").driver("ultra", "1.8.0", "ours"));

    assert_eq!(names(&decision.updates), ["app 2.0.0", "ultra 1.10.0"]);
    assert_eq!(names(&decision.without_app), ["ultra 1.10.0"]);
    assert_eq!(decision.updates[1].from, Some(version("1.8.0")));
    let superseded = Reason::Superseded { by: version("1.10.0") };
    assert_eq!(reason(&decision, "ultra", "1.9.0"), superseded);
}

#[test]
fn without_a_program_none_is_offered() {
    let feed = [ours(&[item("app", "2.0.0"), item("ultra", "1.0.0")])];
    let mut computer = computer("1.0.0");
    computer.app = None;
    let decision = decided(&feed, &computer);

    assert_eq!(names(&decision.updates), [""; 0]);
    assert_eq!(names(&decision.available), ["ultra 1.0.0"]);
}

#[test]
fn a_driver_that_is_not_here_is_available_and_no_update() {
    let feed = [ours(&[item("ultra", "1.4.0"), item("ultra", "1.3.0")])];
    let decision = decided(&feed, &computer("1.0.0"));

    assert_eq!(names(&decision.available), ["ultra 1.4.0"]);
    assert_eq!(decision.available[0].from, None);
    assert!(decision.updates.is_empty() && decision.without_app.is_empty());
}

#[test]
fn a_driver_beside_the_program_is_updated_where_the_feed_is_newer() {
    let feed = [ours(&[item("ultra", "1.4.0"), item("verio", "1.0.0")])];
    let computer = computer("1.0.0").shipping("ultra", "1.3.0").shipping("verio", "1.1.0");
    let decision = decided(&feed, &computer);

    assert_eq!(names(&decision.updates), ["ultra 1.4.0"]);
    assert!(decision.available.is_empty());
}

#[test]
fn of_one_id_the_higher_copy_is_compared() {
    let feed = [ours(&[item("ultra", "1.4.0")])];
    let computer = computer("1.0.0").driver("ultra", "1.3.0", "ours").shipping("ultra", "1.5.0");

    assert_eq!(
        reason(&decided(&feed, &computer), "ultra", "1.4.0"),
        Reason::NotNewer { installed: version("1.5.0") }
    );
}

#[test]
fn what_is_installed_can_be_too_old_for_an_update() {
    let least = "<sparkle:minimumUpdateVersion>1.2.0</sparkle:minimumUpdateVersion>";
    let feed = [ours(&[item("app", "2.0.0").with(least), item("app", "1.2.0")])];

    let decision = decided(&feed, &computer("1.1.0"));
    assert_eq!(names(&decision.updates), ["app 1.2.0"]);
    assert_eq!(
        reason(&decision, "app", "2.0.0"),
        Reason::MinimumUpdate { least: version("1.2.0") }
    );
    assert_eq!(names(&decided(&feed, &computer("1.2.0")).updates), ["app 2.0.0"]);
}

#[test]
fn what_failed_here_is_never_offered_again() {
    let feed = [ours(&[item("app", "2.0.0").critical(), item("app", "1.5.0")])];
    let mut computer = computer("1.0.0");
    computer.bad.push(package("app 2.0.0 sparkle:os=\"linux-x64\""));
    let decision = decided(&feed, &computer);

    assert_eq!(names(&decision.updates), ["app 1.5.0"]);
    assert_eq!(reason(&decision, "app", "2.0.0"), Reason::Bad);
}

#[test]
fn the_policy_pins_the_program_also_against_critical_versions_and_no_driver() {
    let feed =
        [ours(&[item("app", "1.5.0").critical(), item("app", "1.4.9"), item("ultra", "9.0.0")])];
    let rules = Rules { pin: "<=1.4".parse().ok(), ..Rules::default() };
    let decision = ruled(&feed, &computer("1.0.0").driver("ultra", "1.0.0", "ours"), &rules);

    assert_eq!(names(&decision.updates), ["app 1.4.9", "ultra 9.0.0"]);
    assert_eq!(reason(&decision, "app", "1.5.0"), Reason::Pinned);
}

#[test]
fn a_channel_is_seen_by_those_who_follow_it_and_leaving_it_never_goes_back() {
    let beta = "<sparkle:channel>beta</sparkle:channel>";
    let feed =
        |stable: &str| [ours(&[item("app", "2.0.0-beta.2").with(beta), item("app", stable)])];
    let follows = |channel: &str| Rules { channel: Some(channel.to_owned()), ..Rules::default() };

    for rules in [Rules::default(), follows("Beta"), follows("nightly")] {
        let decision = ruled(&feed("1.5.0"), &computer("1.0.0"), &rules);
        assert_eq!(names(&decision.updates), ["app 1.5.0"]);
        let channel = Reason::Channel { channel: "beta".to_owned() };
        assert_eq!(reason(&decision, "app", "2.0.0-beta.2"), channel);
    }
    let decision = ruled(&feed("1.5.0"), &computer("1.0.0"), &follows("beta"));
    assert_eq!(names(&decision.updates), ["app 2.0.0-beta.2"]);

    // Somebody who has the beta and no longer follows it waits for the next newer stable one.
    let left = decided(&feed("1.5.0"), &computer("2.0.0-beta.1"));
    assert_eq!(names(&left.updates), [""; 0]);
    let left = decided(&feed("2.0.0"), &computer("2.0.0-beta.1"));
    assert_eq!(names(&left.updates), ["app 2.0.0"]);
}
