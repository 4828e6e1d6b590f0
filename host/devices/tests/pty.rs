//! A live serial port against real pseudo-terminals.
//!
//! What a pseudo-terminal cannot show: data bits and parity are accepted and ignored, and there are
//! no modem lines.
#![cfg(unix)]
// Clippy knows test functions, not the helpers between them.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use meterport_devices::{
    LineSettings, LinkError, OpenError, Purge, Recorded, ReplayLink, SerialLink, SerialPort,
    Unwatched,
};
use meterport_recording::{Header, Transport};
use serialport::{SerialPort as _, TTYPort};

/// The meter's end, the path for the host, and the slave end that keeps the terminal alive.
fn line() -> (TTYPort, PathBuf, TTYPort) {
    let (mut meter, slave) = TTYPort::pair().unwrap();
    meter.set_timeout(Duration::from_secs(5)).unwrap();
    let path = PathBuf::from(slave.name().unwrap());
    (meter, path, slave)
}

fn settings(text: &str) -> LineSettings {
    LineSettings::from(text.parse::<meterport_recording::LineSettings>().unwrap())
}

fn open(path: &Path) -> SerialPort {
    SerialPort::open(path, settings("9600 8N1")).unwrap()
}

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(20);

#[test]
fn a_second_open_is_busy_and_the_first_goes_on() {
    let (mut meter, path, _slave) = line();
    let mut first = open(&path);
    let second = SerialPort::open(&path, settings("9600 8N1")).unwrap_err();
    assert!(matches!(second, OpenError::Busy { .. }), "{second:?}");
    assert_eq!(second.code(), "device.busy");
    meter.write_all(b"still here").unwrap();
    assert_eq!(first.read_exact(10, LONG, &Unwatched).unwrap(), b"still here");
}

#[test]
fn a_port_is_free_again_once_its_link_is_dropped() {
    let (_meter, path, _slave) = line();
    drop(open(&path));
    open(&path);
}

#[test]
fn a_device_that_is_no_terminal_is_not_a_port() {
    let error = SerialPort::open(Path::new("/dev/null"), settings("9600 8N1")).unwrap_err();
    assert!(matches!(error, OpenError::NotAPort { .. }), "{error:?}");
}

#[test]
fn a_port_that_the_user_may_not_open_is_a_matter_of_permission() {
    use std::os::unix::fs::PermissionsExt;
    if rustix::process::geteuid().is_root() {
        println!("skipped: root may open every port, so no permission can be missing");
        return;
    }
    let (_meter, path, _slave) = line();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    let error = SerialPort::open(&path, settings("9600 8N1")).unwrap_err();
    assert!(matches!(error, OpenError::Permission { .. }), "{error:?}");
    assert_eq!(error.code(), "device.permission");
}

#[test]
fn an_idle_read_times_out_on_time() {
    let (_meter, path, _slave) = line();
    let mut port = open(&path);
    let began = Instant::now();
    let read = port.read(64, Duration::from_millis(300), &Unwatched);
    let took = began.elapsed();
    assert_eq!(read, Err(LinkError::Timeout));
    assert!(took >= Duration::from_millis(300), "{took:?}");
    assert!(took < Duration::from_millis(900), "{took:?}");
}

#[test]
fn an_unplug_ends_a_waiting_read_at_once() {
    let (meter, path, _slave) = line();
    let mut port = open(&path);
    let pull = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        drop(meter);
        Instant::now()
    });
    let read = port.read(64, LONG, &Unwatched);
    let ended = Instant::now();
    assert_eq!(read, Err(LinkError::Disconnected));
    assert!(ended.saturating_duration_since(pull.join().unwrap()) < Duration::from_millis(500));
}

#[test]
fn after_an_unplug_every_call_says_so() {
    let (meter, path, _slave) = line();
    let mut port = open(&path);
    drop(meter);
    let gone = Err(LinkError::Disconnected);
    assert_eq!(port.read(1, SHORT, &Unwatched).map(drop), gone);
    assert_eq!(port.read_exact(1, SHORT, &Unwatched).map(drop), gone);
    assert_eq!(port.write(b"x", SHORT, &Unwatched), gone);
    assert_eq!(port.flush(SHORT, &Unwatched), gone);
    assert_eq!(port.purge(Purge::Both), gone);
    assert_eq!(port.set_line(settings("19200 8N1")), gone);
}

#[test]
fn a_cancel_ends_a_waiting_read_within_a_slice() {
    let (_meter, path, _slave) = line();
    let mut port = open(&path);
    let mut cancelled_after = || {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let cancel = scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(120));
                stop.store(true, Ordering::Relaxed);
                Instant::now()
            });
            assert_eq!(port.read(64, LONG, &stop), Err(LinkError::Cancelled));
            Instant::now().saturating_duration_since(cancel.join().unwrap())
        })
    };
    // The best of a few, since another program may take the processor meanwhile.
    let late = (0..4).map(|_| cancelled_after()).min().unwrap();
    assert!(late < Duration::from_millis(100), "{late:?}");
}

#[test]
fn a_line_that_takes_nothing_lets_a_write_time_out_and_be_cancelled() {
    let (_meter, path, _slave) = line();
    let mut port = open(&path);
    let much = vec![0x55; 1 << 20];
    let began = Instant::now();
    assert_eq!(port.write(&much, SHORT, &Unwatched), Err(LinkError::Timeout));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!(port.write(&much, LONG, &AtomicBool::new(true)), Err(LinkError::Cancelled));
}

#[test]
fn bytes_of_a_read_that_timed_out_are_kept_for_the_next() {
    let (mut meter, path, _slave) = line();
    let mut port = open(&path);
    meter.write_all(b"abc").unwrap();
    assert_eq!(port.read_exact(5, SHORT, &Unwatched), Err(LinkError::Timeout));
    meter.write_all(b"defg").unwrap();
    assert_eq!(port.read_exact(5, LONG, &Unwatched).unwrap(), b"abcde");
    assert_eq!(port.read_exact(2, LONG, &Unwatched).unwrap(), b"fg");
    meter.write_all(b"hi").unwrap();
    assert_eq!(port.read_exact(3, SHORT, &Unwatched), Err(LinkError::Timeout));
    assert_eq!(port.read(1, LONG, &Unwatched).unwrap(), b"h");
    assert_eq!(port.read(64, LONG, &Unwatched).unwrap(), b"i");
}

#[test]
fn a_purge_throws_away_what_was_received() {
    let (mut meter, path, _slave) = line();
    let mut port = open(&path);
    meter.write_all(b"noise").unwrap();
    assert_eq!(port.read_exact(6, SHORT, &Unwatched), Err(LinkError::Timeout));
    meter.write_all(b"more").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    port.purge(Purge::Input).unwrap();
    assert_eq!(port.read(64, SHORT, &Unwatched), Err(LinkError::Timeout));
}

#[test]
fn every_byte_passes_unchanged_both_ways() {
    let (mut meter, path, _slave) = line();
    let mut port = open(&path);
    let all: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let echo = std::thread::spawn(move || {
        let mut bytes = vec![0; 4096];
        meter.read_exact(&mut bytes).unwrap();
        meter.write_all(&bytes).unwrap();
        (meter, bytes)
    });
    port.write(&all, LONG, &Unwatched).unwrap();
    port.flush(LONG, &Unwatched).unwrap();
    let back = port.read_exact(4096, LONG, &Unwatched).unwrap();
    assert!(echo.join().unwrap().1 == all, "to the meter");
    assert!(back == all, "from the meter");
}

#[test]
fn the_rate_is_set_when_opening_and_later() {
    let (meter, path, _slave) = line();
    let mut port = SerialPort::open(&path, settings("38400 8N1")).unwrap();
    assert_eq!(meter.baud_rate().unwrap(), 38400);
    port.set_line(settings("300 7E2")).unwrap();
    assert_eq!(meter.baud_rate().unwrap(), 300);
    let mut wrong = settings("9600 8N1");
    wrong.baud = 3_000_001;
    assert!(matches!(port.set_line(wrong), Err(LinkError::Denied(_))));
    assert_eq!(meter.baud_rate().unwrap(), 300);
}

#[test]
fn missing_modem_lines_are_an_error_of_their_own_and_the_link_goes_on() {
    let (mut meter, path, _slave) = line();
    let mut port = open(&path);
    let error = port.set_control(true, false).unwrap_err();
    assert!(matches!(error, LinkError::Other { code: "modem-lines", .. }), "{error:?}");
    meter.write_all(b"ok").unwrap();
    assert_eq!(port.read_exact(2, LONG, &Unwatched).unwrap(), b"ok");
}

#[test]
fn a_recorded_conversation_replays_as_it_was() {
    let (mut meter, path, _slave) = line();
    let transport = Transport::Serial(settings("9600 8N1").recorded());
    let header = Header::new("captured, pseudo-terminal", transport);
    let (mut port, recording) = Recorded::new(open(&path), header);
    let answers = std::thread::spawn(move || {
        let mut ask = [0; 3];
        meter.read_exact(&mut ask).unwrap();
        meter.write_all(&[0x06; 40]).unwrap();
        meter.read_exact(&mut ask).unwrap();
        // The meter is pulled before it answers a second time.
    });
    // What the host's side sees, live and replayed.
    let talk = |link: &mut dyn SerialLink| {
        link.write(b"DM?", LONG, &Unwatched)?;
        let first = link.read_exact(40, LONG, &Unwatched)?;
        link.write(b"DMP", LONG, &Unwatched)?;
        Ok::<_, LinkError>((first, link.read(64, LONG, &Unwatched)))
    };
    let live = talk(&mut port).unwrap();
    answers.join().unwrap();
    assert_eq!(live, (vec![0x06; 40], Err(LinkError::Disconnected)));

    let recording = recording.finish().unwrap().unwrap();
    let read_back = meterport_recording::Recording::parse(&recording.to_text()).unwrap();
    assert_eq!(read_back, recording);
    let mut replay = ReplayLink::new(read_back).unwrap();
    assert_eq!(talk(&mut replay).unwrap(), live);
    assert!(replay.at_end());
}
