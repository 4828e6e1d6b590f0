//! The network as it is: a real HTTP client against a server that lies.

use crate::support::{Computer, Release, Reply, Site, meter_x};

/// A check that comes to nothing, and says so of the base.
fn trouble(computer: &Computer) {
    let run = computer.run(&["update", "check", "--json"]);
    let asked = run.document()["feeds"][0]["asked"][0].clone();
    assert!(!asked["code"].is_null(), "{run:?}");
}

#[test]
fn what_lies_is_no_feed_and_the_earlier_one_stands() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    site.add_meter_x("1.0.0");
    computer.check();
    let status = || computer.run(&["update", "status", "--json"]).ok().document();
    let seq = status()["feeds"][0]["seq"].clone();
    site.add_meter_x("1.1.0");

    let elsewhere = Site::new();
    for (name, reply) in [
        ("a sign-in page", Reply::Page),
        ("compressed", Reply::Encoded),
        ("cut", Reply::Cut(100)),
        ("endless", Reply::Endless),
        ("elsewhere", Reply::Redirect(format!("{}appcast.xml", elsewhere.server.base()))),
        ("a circle", Reply::Redirect("appcast.xml".into())),
    ] {
        site.server.reply("/appcast.xml", vec![reply; 8]);
        trouble(&computer);
        assert_eq!(status()["feeds"][0]["seq"], seq, "{name}");
        assert_eq!(elsewhere.server.asked(), [""; 0], "{name}");
    }
    site.server.reply("/appcast.xml", []);
    computer.check();
    assert_ne!(status()["feeds"][0]["seq"], seq);
}

#[test]
fn a_check_asks_for_keyring_and_feed_only_and_an_unchanged_feed_is_not_sent_again() {
    let site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    for _ in 0..2 {
        computer.check();
        let mut asked = site.server.asked();
        asked.sort();
        assert_eq!(asked, ["/2.keyring", "/appcast.xml"]);
    }
}

#[test]
fn a_package_that_was_cut_is_resumed_where_it_ended() {
    let mut site = Site::new();
    site.add_meter_x("1.0.0");
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    let path = Site::path_of(&meter_x("1.0.0"));
    site.server.reply(&path, [Reply::Cut(20_000)]);
    site.server.asked();

    computer.run(&["plugin", "install", "acme.meter-x", "--yes"]).ok();

    let asked: Vec<_> = site.server.asked().into_iter().filter(|a| a.starts_with(&path)).collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[1].contains(" from "), "{asked:?}");
}

#[test]
fn the_administrators_mode_off_asks_nobody() {
    let mut site = Site::new();
    let computer = Computer::with(&site, &Release::good("1.0.0"));
    site.add(&Release::good("2.0.0"));
    computer.policy("[update]\nmode = \"off\"\n");

    computer.run(&["update", "check"]);
    computer.run(&["update", "apply", "--yes"]);

    assert_eq!(site.server.asked(), [""; 0]);
    assert_eq!(computer.version(), "1.0.0");
}
