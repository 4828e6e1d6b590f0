//! The desk: what a person sees who leaves it open, plugs meters in and types lines.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::{Meter, Package, Publisher};

/// A desk that is open.
struct Desk {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<String>,
}

/// Longer than anything takes, so that only a desk that hangs gets there.
const LONG: Duration = Duration::from_secs(120);

impl Desk {
    fn open(publisher: &Publisher, folder: &Path) -> Self {
        let mut command = publisher.command(folder, "");
        command.arg("desk").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let input = child.stdin.take();
        Self { child, input, lines, seen: Vec::new() }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits for a line that holds this.
    fn shows(&mut self, what: &str) -> String {
        loop {
            match self.lines.recv_timeout(LONG) {
                Ok(line) if line.contains(what) => return line,
                Ok(line) => self.seen.push(line),
                Err(_) => panic!("no `{what}` among {:#?}", self.seen),
            }
        }
    }

    /// Waits for its end.
    fn ends(mut self) -> (i32, Vec<String>) {
        let exit = self.child.wait().unwrap().code().unwrap_or(-1);
        self.seen.extend(self.lines.iter());
        (exit, std::mem::take(&mut self.seen))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn plug(folder: &Path, ports: &str) {
    // Never half a file.
    let new = folder.join("devices.new");
    fs::write(&new, ports).unwrap();
    fs::rename(&new, folder.join("devices")).unwrap();
}

fn meter_x(meter: &Meter) -> String {
    format!("usb-1-1:1.0 1209:000a {} Meter X\n", meter.port.display())
}

#[test]
fn what_is_not_understood_and_a_meter_that_is_not_there_close_nothing() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    fs::create_dir_all(folder.path().join("data")).unwrap();
    publisher.run(folder.path(), &["plugin", "install", "acme.meter-x", "--yes"]);
    let mut desk = Desk::open(&publisher, folder.path());
    desk.shows("the desk is open");
    desk.say("reed");
    desk.shows("error");
    desk.say("read --device usb-9-9:1.0");
    desk.shows("no device `usb-9-9:1.0` is attached");
    desk.say("install acme.other");
    desk.shows("has no `acme.other`");
    desk.say("quit");
    assert_eq!(desk.ends().0, 0);
}

#[test]
fn an_unknown_meter_is_read_a_moment_after_its_driver_was_installed_and_nothing_is_restarted() {
    let meter = Meter::start("onetouch-ultra2", 5, &[]);
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::of_ultra2("acme.other", "1.0.0", "device", (0x1209, 0x000C)));
    publisher.run(folder.path(), &["plugin", "install", "acme.other", "--yes"]);
    publisher.add(&Package::meter_x("1.0.0"));
    publisher.run(folder.path(), &["update", "check"]);

    let mut desk = Desk::open(&publisher, folder.path());
    desk.shows("the desk is open");
    plug(folder.path(), &meter_x(&meter));
    desk.shows("arrived usb-1-1:1.0: 1209:000A Meter X, no driver");
    let offer = desk.shows("available:");
    assert!(offer.contains("acme.meter-x 1.0.0") && offer.contains("signed by acme"), "{offer}");
    desk.shows("may touch");
    desk.shows("install it? [y/N]");
    desk.say("y");
    desk.shows("installed `acme.meter-x` 1.0.0");
    desk.shows("5 results");
    plug(folder.path(), "");
    desk.shows("removed usb-1-1:1.0");
    desk.say("quit");
    assert_eq!(desk.ends().0, 0);
}

#[test]
fn a_driver_is_installed_and_another_replaced_while_a_meter_is_read_with_the_old_one() {
    // At 1200 bits per second 50 results take half a minute.
    let slow = Meter::start("onetouch-ultra2", 50, &["pace=1200"]);
    let meter = Meter::start("onetouch-ultra2", 5, &[]);
    let other = |version| Package::of_ultra2("acme.other", version, "device", (0x1209, 0x000C));
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&other("1.0.0"));
    publisher.run(folder.path(), &["plugin", "install", "acme.other", "--yes"]);
    let mut desk = Desk::open(&publisher, folder.path());
    desk.shows("the desk is open");
    let both = format!("usb-1-2:1.0 1209:000c {} Other\n", slow.port.display()) + &meter_x(&meter);
    plug(folder.path(), &both);
    desk.shows("arrived usb-1-1:1.0");
    desk.say("read --device usb-1-2:1.0");

    publisher.add(&other("1.1.0"));
    desk.say("check");
    desk.shows("acme.other 1.1.0");
    desk.say("update now");
    desk.shows("installed driver `acme.other` 1.1.0");
    publisher.add(&Package::meter_x("1.0.0"));
    desk.say("check");
    desk.shows("install it? [y/N]");
    desk.say("y");
    desk.shows("5 results");
    assert!(!desk.seen.iter().any(|line| line.contains("50 results")), "{:#?}", desk.seen);

    desk.shows("50 results");
    desk.say("quit");
    assert_eq!(desk.ends().0, 0);
}

#[test]
fn no_is_no() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    publisher.run(folder.path(), &["plugin", "install", "acme.meter-x", "--yes"]);
    publisher.add(&Package::of_ultra2("acme.other", "1.0.0", "device", (0x1209, 0x000C)));
    let mut desk = Desk::open(&publisher, folder.path());
    desk.say("install acme.other");
    desk.shows("install it? [y/N]");
    desk.say("");
    desk.shows("nothing was installed");
    desk.say("quit");
    assert_eq!(desk.ends().0, 0);
    let info = publisher.run(folder.path(), &["plugin", "info", "acme.other", "--json"]);
    assert_eq!(info.failed_with(4), "driver.none");
}

#[test]
fn a_driver_that_is_recalled_is_not_used_from_the_next_check_on() {
    let meter = Meter::start("onetouch-ultra2", 5, &[]);
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    publisher.run(folder.path(), &["plugin", "install", "acme.meter-x", "--yes"]);
    let mut desk = Desk::open(&publisher, folder.path());
    plug(folder.path(), &meter_x(&meter));
    desk.shows("ready");
    publisher.withdraw_last("recall");
    desk.say("check");
    desk.shows("no driver");
    desk.say("read --device usb-1-1:1.0");
    desk.shows("no driver fits");
    desk.say("quit");
    assert_eq!(desk.ends().0, 0);
}

#[test]
fn a_new_version_of_a_driver_waits_until_the_desk_is_closed_if_somebody_says_so() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    publisher.run(folder.path(), &["plugin", "install", "acme.meter-x", "--yes"]);
    publisher.add(&Package::meter_x("1.1.0"));
    let version = || {
        let info = publisher.run(folder.path(), &["plugin", "info", "acme.meter-x", "--json"]);
        info.document()["version"].as_str().unwrap().to_owned()
    };
    let mut desk = Desk::open(&publisher, folder.path());
    desk.say("check");
    desk.shows("1.1.0");
    desk.say("update later");
    desk.say("update");
    desk.shows("waiting: acme.meter-x 1.1.0");
    assert_eq!(version(), "1.0.0");
    desk.say("quit");
    let (exit, lines) = desk.ends();
    assert_eq!(exit, 0, "{lines:#?}");
    assert_eq!(version(), "1.1.0", "{lines:#?}");
}

#[test]
fn a_desk_that_the_system_ends_installs_nothing_and_ends_at_once() {
    let (folder, mut publisher) = (tempfile::tempdir().unwrap(), Publisher::new());
    publisher.add(&Package::meter_x("1.0.0"));
    publisher.run(folder.path(), &["plugin", "install", "acme.meter-x", "--yes"]);
    let mut desk = Desk::open(&publisher, folder.path());
    desk.shows("the desk is open");
    // Nobody will type any more; the desk stays open until somebody ends it.
    desk.input = None;
    let process = rustix::process::Pid::from_child(&desk.child);
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    assert_eq!(desk.ends().0, 0);
}
