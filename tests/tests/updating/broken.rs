//! A genuine version that does not start.

use crate::support::{Computer, Desk, Release, Site};

#[test]
fn a_broken_version_is_left_by_itself_after_two_starts_and_never_offered_again() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    let mut desk = Desk::open(&computer);
    desk.hears("the desk is open");
    desk.quit();
    site.add(&Release::broken("3.0.0"));

    let run = computer.run(&["update", "apply", "--yes"]).ok();
    assert!(run.stderr.contains("its self-test did not pass"), "{run:?}");
    assert_eq!(computer.version(), "3.0.0");

    for start in 1..=2 {
        let (exit, said) = Desk::open(&computer).end();
        assert_eq!(exit, 1, "start {start}: {said}");
        assert!(said.contains("this version is broken"), "start {start}: {said}");
    }
    let mut desk = Desk::open(&computer);
    desk.hears("the desk is open");
    desk.quit();

    assert_eq!(computer.version(), "1.0.0");
    for _ in 0..2 {
        assert!(computer.check().iter().all(|item| item.0 != "app" || item.2 != "update"));
        computer.run(&["update", "apply", "--yes"]).ok();
        assert_eq!(computer.version(), "1.0.0");
    }

    // Its repair is another version, and is.
    site.add(&Release::good("3.0.1"));
    computer.run(&["update", "apply", "--yes"]).ok();
    assert_eq!(computer.version(), "3.0.1");
}

#[test]
fn commands_alone_never_condemn_a_version() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    site.add(&Release::broken("3.0.0"));
    computer.run(&["update", "apply", "--yes"]).ok();

    for _ in 0..4 {
        assert_eq!(computer.version(), "3.0.0");
        assert_eq!(computer.run(&["selftest"]).exit, 1);
    }

    // Nothing was counted: there are still two starts to come.
    assert_eq!(Desk::open(&computer).end().0, 1);
    assert_eq!(computer.version(), "3.0.0");
}
