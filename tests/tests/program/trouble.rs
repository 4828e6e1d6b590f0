//! Meters that do not work: silent, damaged, pulled out, of another make; and a person who cancels.

use std::io::Read;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Meter, Run, meterport, run_command};

const FAMILIES: [&str; 3] = ["onetouch-ultra2", "onetouch-ultraeasy", "freestyle-serial"];

fn read_as(meter: &Meter, driver: &str, more: &[&str]) -> Run {
    let mut arguments = vec!["read".to_owned(), "--format".to_owned(), "json".to_owned()];
    arguments.extend(meter.arguments_for(driver));
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    meterport(arguments)
}

#[test]
fn a_meter_that_falls_silent_ends_the_read_and_names_the_step() {
    for (family, sent) in
        [("onetouch-ultra2", "400"), ("onetouch-ultraeasy", "400"), ("freestyle-serial", "300")]
    {
        let meter = Meter::start(family, 50, &[&format!("silent-after={sent}")]);
        let run = read_as(&meter, family, &[]);
        assert_eq!(run.failed_with(5), "device.timeout", "{family}");
        assert!(run.stdout.is_empty(), "{family}");
        assert_eq!(run.error()["driver"], family);
        assert_eq!(run.error()["step"], "results", "{family}");
    }
}

#[test]
fn a_meter_that_never_speaks_ends_the_read_at_the_first_step() {
    for family in FAMILIES {
        let meter = Meter::start(family, 50, &["silent-after=0"]);
        let run = read_as(&meter, family, &[]);
        assert_eq!(run.failed_with(5), "device.timeout", "{family}");
        assert!(run.error()["hint"].is_string());
    }
}

#[test]
fn a_pulled_cable_is_seen_at_once() {
    for family in FAMILIES {
        let meter = Meter::start(family, 200, &["unplug-after=900"]);
        let started = Instant::now();
        let run = read_as(&meter, family, &[]);
        assert_eq!(run.failed_with(5), "device.disconnected", "{family}");
        assert!(run.stdout.is_empty(), "{family}");
        assert!(started.elapsed() < Duration::from_secs(8), "{family}");
    }
}

#[test]
fn what_came_before_the_end_is_given_only_to_those_who_ask() {
    let meter = Meter::start("onetouch-ultra2", 200, &["pace=57600", "unplug-after=6000"]);
    let run = read_as(&meter, "onetouch-ultra2", &["--keep-partial"]);
    assert_eq!(run.failed_with(5), "device.disconnected");
    let document = run.document();
    assert_eq!(document["complete"], false);
    let kept = document["results"].as_array().unwrap().len();
    assert!(kept > 0 && kept < 200, "{kept}");
}

#[test]
fn one_damaged_byte_is_mended_or_ends_the_read_and_is_never_a_result() {
    for family in FAMILIES {
        let good = values(&read_as(&Meter::start(family, 20, &[]), family, &[]));
        for byte in ["7", "120", "333", "700"] {
            let meter = Meter::start(family, 20, &[&format!("damage-byte={byte}")]);
            let run = read_as(&meter, family, &[]);
            match run.exit {
                0 => assert_eq!(values(&run), good, "{family}, byte {byte}"),
                5 | 6 => assert!(run.stdout.is_empty(), "{family}, byte {byte}"),
                exit => panic!("{family}, byte {byte}: exit {exit}: {}", run.stderr),
            }
        }
    }
}

/// The invented memory is the same every time, but for the day it ends on.
fn values(run: &Run) -> Vec<String> {
    let document = run.document();
    let results = document["results"].as_array().unwrap();
    results.iter().map(|result| result["value"].to_string()).collect()
}

#[test]
fn the_wrong_driver_never_gives_results() {
    for family in FAMILIES {
        for driver in FAMILIES.into_iter().filter(|driver| *driver != family) {
            let meter = Meter::start(family, 20, &[]);
            let run = read_as(&meter, driver, &[]);
            assert!(matches!(run.exit, 4..=6), "{driver} on {family}: exit {}", run.exit);
            assert!(run.stdout.is_empty(), "{driver} on {family}");
        }
    }
}

#[test]
fn a_bare_port_without_a_driver_gets_not_one_byte() {
    let (master, path) = pseudo_terminal();
    let run = meterport(["read", "--format", "json", "--port", &path]);
    assert_eq!(run.failed_with(4), "driver.choose");
    let candidates = run.error()["candidates"].clone();
    for family in FAMILIES {
        assert!(candidates.as_array().unwrap().iter().any(|id| id == family), "{candidates}");
    }
    let mut waiting = [rustix::event::PollFd::new(&master, rustix::event::PollFlags::IN)];
    let now = rustix::time::Timespec { tv_sec: 0, tv_nsec: 0 };
    assert_eq!(rustix::event::poll(&mut waiting, Some(&now)).unwrap(), 0, "something was sent");
}

#[test]
fn ctrl_c_ends_within_two_seconds_and_gives_the_port_back() {
    let meter = Meter::start("onetouch-ultra2", 500, &["pace=9600"]);
    let mut arguments = vec!["read".to_owned(), "--format".to_owned(), "json".to_owned()];
    arguments.extend(meter.arguments());
    let folder = tempfile::tempdir().unwrap();
    let mut child = run_command(folder.path())
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    assert!(child.try_wait().unwrap().is_none(), "the reading was over too soon");
    let asked = Instant::now();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let status = child.wait().unwrap();
    let took = asked.elapsed();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(status.code(), Some(9), "{stderr}");
    assert!(stderr.contains("\"cancelled\""), "{stderr}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    // The next program can open the port.
    let port = rustix::fs::open(
        &meter.port,
        rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY,
        rustix::fs::Mode::empty(),
    )
    .unwrap();
    rustix::fs::flock(port.as_fd(), rustix::fs::FlockOperation::NonBlockingLockExclusive).unwrap();
}

/// The far end of a port that nobody answers on, and the port's path.
fn pseudo_terminal() -> (std::os::fd::OwnedFd, String) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let path = ptsname(&master, Vec::new()).unwrap().to_string_lossy().into_owned();
    (master, path)
}
