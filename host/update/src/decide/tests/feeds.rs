//! Several feeds, each inside its scope.

use meterport_appcast::Sha256Hex;

use super::support::{computer, decided, item, names, now, ours, reason, theirs};
use crate::decide::Reason;
use crate::entry::Origin;
use crate::trust::{NotNow, Standing};

#[test]
fn what_an_administrator_gave_to_a_feed_is_hidden_in_ours() {
    let feeds =
        [ours(&[item("acme.meter", "9.0.0")]), theirs("acme.", &[item("acme.meter", "1.0.0")])];
    let decision = decided(&feeds, &computer("1.0.0"));

    assert_eq!(names(&decision.available), ["acme.meter 1.0.0"]);
    assert_eq!(decision.available[0].source, feeds[1].source);
    assert_eq!(
        reason(&decision, "acme.meter", "9.0.0"),
        Reason::OtherFeed { name: "feed of acme.".to_owned() }
    );
}

#[test]
fn an_installed_driver_stays_with_its_origin() {
    let feeds = [ours(&[]), theirs("acme.", &[item("acme.meter", "2.0.0")])];
    let unsigned = computer("1.0.0").driver_from("acme.meter", "1.0.0", Origin::Unsigned);
    for computer in [computer("1.0.0").driver("acme.meter", "1.0.0", "ours"), unsigned] {
        let decision = decided(&feeds, &computer);
        assert_eq!(names(&decision.updates), [""; 0]);
        assert_eq!(reason(&decision, "acme.meter", "2.0.0"), Reason::OtherOrigin);
    }
    let computer = computer("1.0.0").driver("acme.meter", "1.0.0", "feed of acme.");
    assert_eq!(names(&decided(&feeds, &computer).updates), ["acme.meter 2.0.0"]);
}

#[test]
fn a_feed_withdraws_nothing_of_another() {
    let installed = computer("1.0.0").driver("acme.meter", "1.0.0", "feed of acme.");
    let feeds = [
        ours(&[item("acme.meter", "1.0.0").withdrawn("recall")]),
        theirs("acme.", &[item("acme.meter", "1.0.0"), item("acme.meter", "1.1.0")]),
    ];
    let decision = decided(&feeds, &installed);

    assert_eq!(decision.disabled, []);
    assert_eq!(names(&decision.updates), ["acme.meter 1.1.0"]);
}

#[test]
fn a_feed_that_is_too_old_hides_only_its_own_items() {
    let mut other = theirs("acme.", &[item("acme.meter", "2.0.0")]);
    let since = now();
    other.standing = Standing::KeyringExpired { since };
    let feeds = [ours(&[item("ultra", "2.0.0")]), other];
    let computer = computer("1.0.0")
        .driver("acme.meter", "1.0.0", "feed of acme.")
        .driver("ultra", "1.0.0", "ours");
    let decision = decided(&feeds, &computer);

    assert_eq!(names(&decision.updates), ["ultra 2.0.0"]);
    let expired = Reason::Feed(NotNow::KeyringExpired { since });
    assert_eq!(reason(&decision, "acme.meter", "2.0.0"), expired);
}

#[test]
fn every_offer_names_the_feed_it_comes_from() {
    let feeds = [ours(&[item("ultra", "2.0.0")]), theirs("acme.", &[item("acme.meter", "2.0.0")])];
    let decision = decided(&feeds, &computer("1.0.0"));
    let sources: Vec<Sha256Hex> = decision.available.iter().map(|offer| offer.source).collect();

    assert_eq!(names(&decision.available), ["acme.meter 2.0.0", "ultra 2.0.0"]);
    assert_eq!(sources, [feeds[1].source, feeds[0].source]);
}
