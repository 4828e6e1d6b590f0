//! What a person is asked once a package is here.

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
