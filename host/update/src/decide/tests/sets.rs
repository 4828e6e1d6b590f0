//! Program and drivers as one set.

use super::support::{computer, decided, item, names, ours, reason};
use crate::decide::{Question, Reason};

#[test]
fn a_program_that_would_drop_a_driver_asks_and_names_it() {
    let feed = [ours(&[item("app", "2.0.0").api("0.2.0"), item("ultra", "1.1.0")])];
    let computer =
        computer("1.0.0").driver("ultra", "1.0.0", "ours").driver("verio", "1.0.0", "ours");
    let decision = decided(&feed, &computer);

    assert_eq!(names(&decision.updates), ["app 2.0.0"]);
    let drops = |id: &str| Question::DropsDriver { id: id.parse().unwrap() };
    assert_eq!(decision.updates[0].needs_person, [drops("ultra"), drops("verio")]);
    assert_eq!(
        decision.updates[0].needs_person[0].to_string(),
        "the installed driver `ultra` does not work with it"
    );
    // As long as nobody answers, the drivers go on.
    assert_eq!(names(&decision.without_app), ["ultra 1.1.0"]);
}

#[test]
fn a_critical_program_does_not_wait_for_a_driver() {
    let feed = [ours(&[item("app", "2.0.0").api("0.2.0").critical()])];
    let decision = decided(&feed, &computer("1.0.0").driver("ultra", "1.0.0", "ours"));
    let offer = &decision.updates[0];

    assert!(offer.critical && offer.needs_person.is_empty());
    assert_eq!(offer.drops.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["ultra"]);
}

#[test]
fn drivers_that_fit_the_new_program_go_with_it() {
    let feed = [ours(&[
        item("app", "2.0.0").api("0.2.0"),
        item("ultra", "2.0.0").api("0.2"),
        item("ultra", "1.5.0"),
    ])];
    let decision = decided(&feed, &computer("1.0.0").driver("ultra", "1.0.0", "ours"));

    assert_eq!(names(&decision.updates), ["app 2.0.0", "ultra 2.0.0"]);
    assert_eq!(decision.updates[0].needs_person, []);
    assert_eq!(names(&decision.without_app), ["ultra 1.5.0"]);
    assert_eq!(decision.hidden, []);
}

#[test]
fn a_program_that_still_loads_the_old_contract_drops_nothing() {
    let feed =
        [ours(&[item("app", "2.0.0").api("0.1.4 0.2.0"), item("ultra", "2.0.0").api("0.2")])];
    let decision = decided(
        &feed,
        &computer("1.0.0").driver("ultra", "1.0.0", "ours").driver("verio", "1.0.0", "ours"),
    );

    assert_eq!(names(&decision.updates), ["app 2.0.0", "ultra 2.0.0"]);
    assert_eq!(decision.updates[0].drops, []);
    assert_eq!(names(&decision.without_app), [""; 0]);
}

#[test]
fn what_does_not_work_now_is_not_dropped() {
    let feed =
        [ours(&[item("app", "2.0.0").api("0.2.0"), item("ultra", "1.0.0").withdrawn("recall")])];
    let mut computer =
        computer("1.0.0").driver("ultra", "1.0.0", "ours").driver("verio", "1.0.0", "ours");
    computer.drivers[1].manifest = None;
    let computer = computer.shipping("freestyle", "1.0.0");

    // Recalled; damaged; and one that comes with the program.
    assert_eq!(decided(&feed, &computer).updates[0].needs_person, []);
}

#[test]
fn the_newest_program_is_taken_even_if_only_an_older_one_loads_a_driver() {
    let feed = [ours(&[item("app", "3.0.0").api("0.2.0"), item("app", "2.0.0")])];
    let decision = decided(&feed, &computer("1.0.0").driver("ultra", "1.0.0", "ours"));

    assert_eq!(names(&decision.updates), ["app 3.0.0"]);
    assert_eq!(decision.updates[0].needs_person.len(), 1);
    assert!(matches!(reason(&decision, "app", "2.0.0"), Reason::Superseded { .. }));
}
