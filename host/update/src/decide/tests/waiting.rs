//! Skipped versions, phases, stale feeds.

use jiff::SignedDuration;

use super::support::{computer, decided, item, names, now, ours, reason, ruled, version};
use crate::decide::Reason;
use crate::rules::Rules;
use crate::trust::{NotNow, Standing};

fn skipping(id: &str, of: &str) -> Rules {
    Rules { skipped: vec![(id.parse().unwrap(), version(of))], ..Rules::default() }
}

#[test]
fn a_skipped_version_is_not_offered_again_and_another_is() {
    let feed = [ours(&[item("app", "2.0.0"), item("app", "1.9.0"), item("ultra", "2.0.0")])];
    let computer = computer("1.0.0").driver("ultra", "1.0.0", "ours");
    let decision = ruled(&feed, &computer, &skipping("app", "2.0.0"));

    assert_eq!(names(&decision.updates), ["app 1.9.0", "ultra 2.0.0"]);
    assert_eq!(reason(&decision, "app", "2.0.0"), Reason::Skipped);
}

#[test]
fn a_critical_version_cannot_be_skipped() {
    let feed = [ours(&[item("app", "2.0.0").critical()])];
    let decision = ruled(&feed, &computer("1.0.0"), &skipping("app", "2.0.0"));

    assert_eq!(names(&decision.updates), ["app 2.0.0"]);
    assert!(decision.updates[0].critical);
}

#[test]
fn what_is_critical_only_for_older_versions_can_be_skipped_by_newer_ones() {
    let below = "<sparkle:criticalUpdate sparkle:version=\"1.5.0\"/>";
    let feed = [ours(&[item("app", "2.0.0").with(below)])];
    let rules = skipping("app", "2.0.0");

    assert_eq!(names(&ruled(&feed, &computer("1.4.9"), &rules).updates), ["app 2.0.0"]);
    assert_eq!(names(&ruled(&feed, &computer("1.5.0"), &rules).updates), [""; 0]);
}

/// Published on day 0; the site `Praxis Nord` is of some group, a computer without a site of the
/// last.
#[test]
fn a_phased_version_waits_for_the_turn_of_the_site() {
    let feed = [ours(&[item("app", "2.0.0").phased()])];
    let decision = decided(&feed, &computer("1.0.0"));
    let turn = "2026-11-27T09:00:00Z".parse().ok();

    assert_eq!(names(&decision.updates), [""; 0]);
    assert_eq!(reason(&decision, "app", "2.0.0"), Reason::Phased { from: turn });

    let at = |day: i64| {
        let now = now() + SignedDuration::from_hours(24 * day);
        super::super::decide(&feed, &computer("1.0.0"), &Rules::default(), now)
    };
    assert_eq!(names(&at(4).updates), [""; 0]);
    assert_eq!(names(&at(5).updates), ["app 2.0.0"]);
}

#[test]
fn all_desks_of_a_site_get_a_phased_version_on_the_same_day() {
    let feed = [ours(&[item("app", "2.0.0").phased()])];
    let turn = |site: &str, os: &str| {
        let rules = Rules { site: Some(site.to_owned()), ..Rules::default() };
        let mut desk = computer("1.0.0");
        desk.system = os.parse().ok();
        let decision = ruled(&feed, &desk, &rules);
        decision.hidden.first().map(|hidden| hidden.reason.clone())
    };
    let sites: Vec<_> = (0..20).map(|number| turn(&format!("site {number}"), "1")).collect();

    assert_eq!(sites, (0..20).map(|n| turn(&format!("site {n}"), "2")).collect::<Vec<_>>());
    assert!(sites.contains(&None) && sites.iter().any(Option::is_some), "{sites:?}");
}

#[test]
fn whoever_asks_and_what_is_critical_does_not_wait_for_a_phase() {
    let feed = [ours(&[item("app", "2.0.0").phased()])];
    let manual = Rules { manual: true, ..Rules::default() };
    assert_eq!(names(&ruled(&feed, &computer("1.0.0"), &manual).updates), ["app 2.0.0"]);

    let feed = [ours(&[item("app", "2.0.0").phased().critical()])];
    assert_eq!(names(&decided(&feed, &computer("1.0.0")).updates), ["app 2.0.0"]);

    let feed = [ours(&[item("ultra", "2.0.0").phased()])];
    assert_eq!(names(&decided(&feed, &computer("1.0.0")).available), ["ultra 2.0.0"]);
}

#[test]
fn nothing_is_taken_of_a_feed_that_is_too_old() {
    let mut feed = ours(&[item("app", "2.0.0"), item("ultra", "1.0.0")]);
    let since = now() - SignedDuration::from_hours(24 * 10);
    feed.standing = Standing::Stale { since };
    let feeds = [feed];
    let stale = |max_stale_days| Rules { max_stale_days, ..Rules::default() };

    for rules in [stale(0), stale(9)] {
        let decision = ruled(&feeds, &computer("1.0.0"), &rules);
        assert!(decision.updates.is_empty() && decision.available.is_empty());
        assert_eq!(reason(&decision, "app", "2.0.0"), Reason::Feed(NotNow::Stale { since }));
    }
    assert_eq!(names(&ruled(&feeds, &computer("1.0.0"), &stale(10)).updates), ["app 2.0.0"]);
}
