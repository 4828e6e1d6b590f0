//! A new version of the program: now, later, never, and back.

use crate::support::{Computer, Desk, Release, Site};

#[test]
fn update_now_at_the_desk_restarts_it_in_the_new_version() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    site.add(&Release::good("2.0.0"));
    let mut desk = Desk::open(&computer);
    desk.hears("the desk is open");

    desk.say("update now");
    desk.hears("installed the program 2.0.0");
    // The same launcher starts the newest again.
    desk.hears("the desk is open");
    desk.quit();

    assert_eq!(computer.version(), "2.0.0");
    assert!(computer.check().iter().all(|(id, _, verdict)| id != "app" || verdict != "update"));
}

#[test]
fn update_later_is_done_when_the_desk_is_closed() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    site.add(&Release::good("2.0.0"));
    let mut desk = Desk::open(&computer);
    desk.hears("the desk is open");
    desk.say("check");
    desk.hears("2.0.0");

    desk.say("update later");
    desk.hears("when the window is closed");
    assert_eq!(computer.version(), "1.0.0", "not while it is open");
    let said = desk.quit();

    assert!(said.contains("installed the program 2.0.0"), "{said}");
    assert_eq!(computer.version(), "2.0.0");
}

#[test]
fn update_apply_from_the_command_line_tests_the_new_version_and_rollback_goes_back() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    // The first version has shown that it works here.
    let mut desk = Desk::open(&computer);
    desk.hears("the desk is open");
    desk.quit();
    site.add(&Release::good("2.0.0"));

    let run = computer.run(&["update", "apply", "--yes"]).ok();
    assert!(run.stderr.contains("its self-test passed"), "{run:?}");
    assert_eq!(computer.version(), "2.0.0");

    computer.run(&["update", "rollback", "--yes"]).ok();
    assert_eq!(computer.version(), "1.0.0");
}

#[test]
fn where_no_window_is_ever_opened_there_is_a_way_back_too() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    site.add(&Release::good("2.0.0"));
    computer.run(&["update", "apply", "--yes"]).ok();
    assert_eq!(computer.version(), "2.0.0");

    computer.run(&["update", "rollback", "--yes"]).ok();

    assert_eq!(computer.version(), "1.0.0");
}

#[test]
fn no_way_back_leads_to_a_version_that_the_feed_refuses() {
    let (mut site, first) = (Site::new(), Release::good("1.0.0"));
    let computer = Computer::with(&site, &first);
    let mut desk = Desk::open(&computer);
    desk.hears("the desk is open");
    desk.quit();
    site.add(&Release::good("2.0.0"));
    computer.run(&["update", "apply", "--yes"]).ok();

    site.refuse(&first);
    computer.check();

    assert_ne!(computer.run(&["update", "rollback", "--yes"]).exit, 0);
    assert_eq!(computer.version(), "2.0.0");
}

#[test]
fn program_and_driver_are_installed_as_one_generation() {
    let mut site = Site::new();
    site.add_meter_x("1.0.0");
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    computer.run(&["plugin", "install", "acme.meter-x", "--yes"]).ok();
    site.add_meter_x("1.1.0");
    site.add(&Release::good("2.0.0"));
    let before = computer.generations();

    computer.run(&["update", "apply", "--yes"]).ok();

    assert_eq!(computer.generations(), before + 1);
    assert_eq!(computer.version(), "2.0.0");
    let list = computer.run(&["plugin", "list", "--json"]).ok().document();
    let plugins = list["plugins"].as_array().unwrap();
    let of = |id: &str| plugins.iter().find(|plugin| plugin["id"] == id).unwrap();
    assert_eq!(of("acme.meter-x")["version"], "1.1.0");
}

#[test]
fn a_skipped_version_is_not_offered_again() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    site.add(&Release::good("2.0.0"));
    assert!(computer.check().iter().any(|item| item.0 == "app" && item.2 == "update"));

    computer.run(&["update", "apply", "--skip", "app@2.0.0"]).ok();

    assert!(computer.check().iter().all(|item| item.0 != "app" || item.2 != "update"));
    computer.run(&["update", "apply", "--yes"]).ok();
    assert_eq!(computer.version(), "1.0.0");
}
