//! What a person is asked once a package is here.

use meterport_manifest::{Manifest, Pattern};

use super::support::{computer, manifest, vid_of};
use crate::decide::{Question, compare};
use crate::entry::Origin;

const TEXT_FILES: &str =
    "[[match]]\ntransport = \"volume\"\nkind = \"device\"\nlabel = \"METER\"\nfiles = [\"a.txt\"]";

fn texts(questions: &[Question]) -> Vec<String> {
    questions.iter().map(ToString::to_string).collect()
}

#[test]
fn a_driver_that_overlaps_an_installed_or_shipped_one_asks_and_names_it_once() {
    let computer = computer("1.0.0")
        .driver("verio", "1.0.0", "ours")
        .driver_from("ultra", "1.0.0", Origin::Unsigned)
        .shipping("ultra", "1.1.0");
    let new = manifest("acme.meter", "1.0.0", vid_of("ultra"), "");

    assert_eq!(
        texts(&compare(&new, &computer)),
        ["it reads devices that the installed driver `ultra` reads too"]
    );
}

#[test]
fn an_update_that_widens_asks() {
    let computer = computer("1.0.0").driver("ultra", "1.0.0", "ours");
    let new = manifest("ultra", "1.1.0", vid_of("ultra"), TEXT_FILES);

    assert_eq!(
        texts(&compare(&new, &computer)),
        ["the version before was not allowed to: read these volume devices"]
    );
}

#[test]
fn an_update_to_what_was_known_already_asks_nothing() {
    let same = vid_of("ultra");
    let mut computer =
        computer("1.0.0").driver("ultra", "1.0.0", "ours").shipping("verio", "1.0.0");
    // Both read the same device, and somebody was asked when the second came.
    computer.shipped[0].manifest = manifest("verio", "1.0.0", same, "");

    assert_eq!(compare(&manifest("ultra", "1.1.0", same, ""), &computer), []);
}

#[test]
fn an_update_over_a_damaged_package_asks() {
    let mut computer = computer("1.0.0").driver("ultra", "1.0.0", "ours");
    computer.drivers[0].manifest = None;

    assert_eq!(
        texts(&compare(&manifest("ultra", "1.1.0", vid_of("ultra"), TEXT_FILES), &computer)),
        ["what the version before was allowed to do cannot be read any more"]
    );
}

#[test]
fn an_update_that_would_now_be_chosen_before_another_driver_asks() {
    let same = vid_of("ultra");
    let narrow = |text: &Manifest| {
        let mut manifest = text.clone();
        manifest.matches[0].product = Some(Pattern::new("Meter"));
        manifest
    };
    let wide = manifest("acme.meter", "1.0.0", same, "");
    let mut computer =
        computer("1.0.0").driver("acme.meter", "1.0.0", "ours").shipping("ultra", "1.0.0");
    computer.drivers[0].manifest = Some(wide.clone());
    let next = narrow(&manifest("acme.meter", "1.1.0", same, ""));

    assert_eq!(
        texts(&compare(&next, &computer)),
        ["it reads devices that the installed driver `ultra` reads too"]
    );
    // What went first already goes on doing so.
    computer.drivers[0].manifest = Some(narrow(&wide));
    assert_eq!(compare(&next, &computer), []);
}

#[test]
fn what_is_not_here_and_overlaps_nothing_asks_nothing() {
    let computer = computer("1.0.0").driver("ultra", "1.0.0", "ours");

    assert_eq!(compare(&manifest("acme.meter", "1.0.0", 7, TEXT_FILES), &computer), []);
}

#[test]
fn the_version_that_is_in_use_is_the_one_before() {
    let mut computer =
        computer("1.0.0").driver("ultra", "1.0.0", "ours").shipping("ultra", "1.1.0");
    computer.shipped[0].manifest = manifest("ultra", "1.1.0", vid_of("ultra"), TEXT_FILES);
    let new = manifest("ultra", "1.2.0", vid_of("ultra"), TEXT_FILES);

    assert_eq!(compare(&new, &computer), []);
}
