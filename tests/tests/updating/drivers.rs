//! A driver that the first version has never heard of.

use crate::support::{Computer, Desk, Release, Site, meter_x};

#[test]
fn a_driver_is_not_installed_from_a_feed_that_does_not_verify() {
    let mut site = Site::new();
    site.add_meter_x("1.0.0");
    let mut feed = site.feed_file();
    let place = feed.len() / 2;
    feed[place] ^= 1;
    site.put_file("appcast.xml", &feed);
    let computer = Computer::with(&site, &Release::good("1.0.0"));

    let run = computer.run(&["plugin", "install", "acme.meter-x", "--yes"]);

    assert_eq!(run.exit, 7, "{run:?}");
    assert!(run.stderr.contains("no feed was verified yet"), "{run:?}");
    assert!(!computer.run(&["plugin", "list"]).ok().stdout.contains("acme.meter-x"));
}

#[test]
fn another_file_in_the_place_of_a_driver_is_not_installed() {
    let mut site = Site::new();
    site.add_meter_x("1.0.0");
    let path = Site::path_of(&meter_x("1.0.0"));
    site.put_file(&path[1..], &meter_x("9.0.0"));
    let computer = Computer::with(&site, &Release::good("1.0.0"));

    let run = computer.run(&["plugin", "install", "acme.meter-x", "--yes"]);

    assert_eq!(run.exit, 7, "{run:?}");
    assert!(run.stderr.contains("package.signature") || run.stderr.contains("another file"));
    assert!(!computer.run(&["plugin", "list"]).ok().stdout.contains("acme.meter-x"));
}

#[test]
fn a_driver_of_the_feed_is_installed_by_its_id_and_reads_a_meter() {
    let mut site = Site::new();
    let mut computer = Computer::with(&site, &Release::good("1.0.0"));
    computer.plug_in(7);
    let read = ["read", "--format", "json"];
    assert_eq!(computer.run(&read).exit, 4, "no driver yet");
    site.add_meter_x("1.0.0");
    site.add(&Release::good("2.0.0"));

    let items = computer.check();
    let verdict = |id: &str| items.iter().find(|item| item.0 == id).map(|item| item.2.as_str());
    assert_eq!((verdict("app"), verdict("acme.meter-x")), (Some("update"), Some("available")));
    computer.run(&["plugin", "install", "acme.meter-x", "--yes"]).ok();

    let document = computer.run(&read).ok().document();
    assert_eq!(document["driver"]["id"], "acme.meter-x");
    assert_eq!(document["results"].as_array().unwrap().len(), 7);
    assert_eq!(computer.version(), "1.0.0", "the program waits to be asked");
}

#[test]
fn the_desk_offers_the_driver_of_an_unknown_meter_and_reads_it_without_a_restart() {
    let mut site = Site::new();
    site.add_meter_x("1.0.0");
    let mut computer = Computer::with(&site, &Release::good("1.0.0"));
    let mut desk = Desk::open(&computer);
    desk.hears("the desk is open");
    desk.say("check");
    desk.hears("nothing new");

    computer.plug_in(5);
    desk.hears("usb-1-2:1.0");
    desk.hears("acme.meter-x");
    desk.hears("install it? [y/N]");
    desk.say("y");
    desk.hears("acme.meter-x");
    desk.hears("5 results");

    desk.quit();
}
