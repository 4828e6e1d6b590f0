//! What is withdrawn or refused, wherever it lies.

use meterport_appcast::Kind;

use super::support::{computer, decided, item, names, now, ours, reason, refusing, ruled, version};
use crate::decide::{DisabledWhy, Question, Reason};
use crate::entry::Origin;
use crate::rules::Rules;
use crate::trust::Standing;

#[test]
fn every_copy_of_a_recalled_version_is_disabled_however_old_the_feed() {
    let mut feed = ours(&[item("ultra", "1.0.0").withdrawn("recall")]);
    feed.standing = Standing::Stale { since: now() };
    let by_hand = computer("1.0.0").driver_from("ultra", "1.0.0", Origin::Unsigned);
    for (computer, is_shipped) in [
        (computer("1.0.0").driver("ultra", "1.0.0", "ours"), false),
        (computer("1.0.0").shipping("ultra", "1.0.0"), true),
        (by_hand, false),
    ] {
        let decision = decided(&[feed.clone()], &computer);
        assert_eq!(decision.disabled.len(), 1);
        assert_eq!(decision.disabled[0].why, DisabledWhy::Recall);
        assert_eq!(decision.disabled[0].reason, "because");
        assert_eq!(decision.disabled[0].is_shipped, is_shipped);
        assert_eq!(decision.defective, []);
    }
}

#[test]
fn what_is_withdrawn_or_refused_is_never_offered() {
    let feed = [refusing(
        &[
            item("ultra", "3.0.0").withdrawn("recall"),
            item("ultra", "2.0.0").withdrawn("defect"),
            item("ultra", "1.5.0"),
            item("ultra", "1.1.0"),
        ],
        &["ultra 1.5.0"],
    )];
    for computer in [computer("1.0.0"), computer("1.0.0").driver("ultra", "1.0.0", "ours")] {
        let decision = decided(&feed, &computer);
        let offers = [decision.updates.as_slice(), &decision.available].concat();
        assert_eq!(names(&offers), ["ultra 1.1.0"]);
        assert_eq!(reason(&decision, "ultra", "3.0.0"), Reason::Withdrawn);
        assert_eq!(reason(&decision, "ultra", "2.0.0"), Reason::Withdrawn);
        assert_eq!(reason(&decision, "ultra", "1.5.0"), Reason::Refused);
    }
}

#[test]
fn a_refused_package_is_disabled() {
    let feed = [refusing(&[], &["ultra 1.0.0"])];
    let decision = decided(&feed, &computer("1.0.0").driver("ultra", "1.0.0", "ours"));

    assert_eq!(decision.disabled[0].why, DisabledWhy::Refused);
}

#[test]
fn a_recalled_version_goes_back_without_a_question() {
    let feed = [ours(&[item("ultra", "1.4.0").withdrawn("recall"), item("ultra", "1.3.0")])];
    let decision = decided(&feed, &computer("1.0.0").driver("ultra", "1.4.0", "ours"));

    assert_eq!(names(&decision.updates), ["ultra 1.3.0"]);
    assert_eq!(decision.updates[0].needs_person, []);
    assert_eq!(decision.updates[0].from, Some(version("1.4.0")));
}

#[test]
fn from_a_defect_a_step_back_is_offered_and_asked() {
    let feed = [ours(&[item("ultra", "1.4.0").withdrawn("defect"), item("ultra", "1.3.0")])];
    let decision = decided(&feed, &computer("1.0.0").driver("ultra", "1.4.0", "ours"));

    assert_eq!(decision.disabled, []);
    assert_eq!(decision.defective[0].why, DisabledWhy::Defect);
    assert_eq!(names(&decision.updates), ["ultra 1.3.0"]);
    let older = Question::OlderThanInstalled { installed: version("1.4.0") };
    assert_eq!(decision.updates[0].needs_person, [older]);
}

#[test]
fn from_a_withdrawn_version_a_newer_one_is_better_than_an_older_one() {
    for kind in ["recall", "defect"] {
        let feed = [ours(&[
            item("app", "999.0.0").withdrawn(kind),
            item("app", "1000.0.0"),
            item("app", "1.2.0"),
        ])];
        let decision = decided(&feed, &computer("999.0.0"));
        assert_eq!(names(&decision.updates), ["app 1000.0.0"]);
        assert_eq!(decision.updates[0].needs_person, []);
        assert_eq!(decision.app_withdrawn.map(|it| it.kind.as_str()), Some(kind));
    }
}

#[test]
fn version_999_is_cured_by_its_withdrawal() {
    let feed = [ours(&[item("app", "999.0.0").withdrawn("recall"), item("app", "1.2.0")])];
    let decision = decided(&feed, &computer("999.0.0"));

    assert_eq!(names(&decision.updates), ["app 1.2.0"]);
    assert_eq!(decision.app_withdrawn.map(|withdrawal| withdrawal.kind), Some(Kind::Recall));
    assert!(!decision.app_refused);
}

#[test]
fn a_refused_program_is_told() {
    let feed = [refusing(&[item("app", "0.9.0")], &["app 1.0.0 sparkle:os=\"linux-x64\""])];
    let decision = decided(&feed, &computer("1.0.0"));

    assert!(decision.app_refused);
    assert_eq!(names(&decision.updates), ["app 0.9.0"]);
}

#[test]
fn what_replaces_a_withdrawn_version_waits_for_no_phase_and_for_nobody_who_skipped_it() {
    let feed =
        [ours(&[item("ultra", "1.4.0").withdrawn("recall"), item("ultra", "1.5.0").phased()])];
    let rules =
        Rules { skipped: vec![("ultra".parse().unwrap(), version("1.5.0"))], ..Rules::default() };
    let decision = ruled(&feed, &computer("1.0.0").driver("ultra", "1.4.0", "ours"), &rules);

    assert_eq!(names(&decision.updates), ["ultra 1.5.0"]);
}

#[test]
fn beside_a_recalled_copy_the_one_that_is_used_is_compared() {
    let feed = [ours(&[item("ultra", "1.4.0").withdrawn("recall"), item("ultra", "1.3.0")])];
    let computer = computer("1.0.0").driver("ultra", "1.4.0", "ours").shipping("ultra", "1.3.0");
    let decision = decided(&feed, &computer);

    assert_eq!(decision.disabled.len(), 1);
    assert_eq!(names(&decision.updates), [""; 0]);
    let used = Reason::NotNewer { installed: version("1.3.0") };
    assert_eq!(reason(&decision, "ultra", "1.3.0"), used);
}
