//! A recording in place of a serial port.

// Clippy knows test functions, not the helpers between them.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use meterport_devices::{
    LinkError, Purge, Recorded, ReplayLink, SerialLink, Start, Timeline, Unwatched,
};
use meterport_recording::{Header, IntoRecording, Recording};

const TEXT: &str = "\
# meterport-recording 1
# source: written from the spec
# transport: serial 9600 8N1
# at: 2026-03-10T07:16:00Z
# zone: Europe/Berlin
> 11 0D 44 4D 3F       # DM?
@120 < 3F 50 30 32
> 44 4D 50
! timeout
< 01 02 03
! unplug
";
const SECOND: Duration = Duration::from_secs(1);

fn replay(text: &str) -> ReplayLink {
    ReplayLink::new(Recording::parse(text).unwrap()).unwrap()
}

fn read(link: &mut ReplayLink, len: usize) -> Result<Vec<u8>, LinkError> {
    link.read_exact(len, SECOND, &Unwatched)
}

#[test]
fn a_driver_that_does_something_else_is_told_where_and_not_what() {
    let mut link = replay(TEXT);
    let error = link.write(b"\x11\x0DDX?", SECOND, &Unwatched).unwrap_err();
    assert_eq!(error, LinkError::ReplayMismatch { line: 6, offset: 3 });
    assert_eq!(error.code(), "replay.mismatch");
    assert!(error.to_string().contains("line 6"), "{error}");
}

#[test]
fn a_replay_takes_no_time_and_counts_its_own() {
    let began = Instant::now();
    let mut link = replay(TEXT);
    let time = link.timeline();
    link.write(b"\x11\x0DDM?", SECOND, &Unwatched).unwrap();
    assert_eq!(time.now_ms(), 0);
    assert_eq!(read(&mut link, 4).unwrap(), [0x3F, 0x50, 0x30, 0x32]);
    assert_eq!(time.now_ms(), 120);
    time.sleep(400, &Unwatched).unwrap();
    link.write(b"DMP", SECOND, &Unwatched).unwrap();
    assert_eq!(read(&mut link, 3), Err(LinkError::Timeout));
    assert_eq!(time.now_ms(), 1520);
    assert_eq!(read(&mut link, 3).unwrap(), [1, 2, 3]);
    assert_eq!(read(&mut link, 1), Err(LinkError::Disconnected));
    assert_eq!(link.write(b"DMP", SECOND, &Unwatched), Err(LinkError::Disconnected));
    assert!(link.at_end());
    assert!(began.elapsed() < SECOND);
}

#[test]
fn a_session_starts_when_the_recording_did_or_nobody_knows_when() {
    let at = "2026-03-10T07:16:00Z".parse().ok();
    let zone = Some("Europe/Berlin".to_owned());
    assert_eq!(replay(TEXT).timeline().start(), Start::Recorded { at, zone });
    let undated: String = TEXT
        .lines()
        .filter(|line| !line.contains("at:") && !line.contains("zone:"))
        .fold(String::new(), |text, line| text + line + "\n");
    let start = replay(&undated).timeline().start();
    assert_eq!(start, Start::Recorded { at: None, zone: None });
    assert_eq!(Timeline::live().start(), Start::Live);
}

#[test]
fn a_session_that_is_to_end_gets_nothing_more() {
    let mut link = replay(TEXT);
    let stop = AtomicBool::new(true);
    assert_eq!(link.write(b"\x11", SECOND, &stop), Err(LinkError::Cancelled));
    assert_eq!(link.read(1, SECOND, &stop), Err(LinkError::Cancelled));
}

#[test]
fn bytes_of_a_read_that_timed_out_are_kept_and_a_purge_drops_them() {
    let text = TEXT.replace("! timeout\n< 01 02 03", "< 01 02 03\n! timeout\n< 04");
    let start = |link: &mut ReplayLink| {
        link.write(b"\x11\x0DDM?DMP", SECOND, &Unwatched).unwrap();
        read(link, 4).unwrap();
        assert_eq!(read(link, 4), Err(LinkError::Timeout));
    };
    let mut link = replay(&text);
    start(&mut link);
    assert_eq!(read(&mut link, 4).unwrap(), [1, 2, 3, 4]);
    let mut link = replay(&text);
    start(&mut link);
    link.purge(Purge::Input).unwrap();
    assert_eq!(link.read(64, SECOND, &Unwatched), Err(LinkError::Disconnected));
}

#[test]
fn a_serial_line_is_not_made_of_a_recording_over_another_transport() {
    let text = "# meterport-recording 1\n# source: x\n# transport: volume\nV a\n< 01\n";
    let refused = ReplayLink::new(Recording::parse(text).unwrap()).err();
    assert_eq!(refused, Some(LinkError::ReplayTransport { transport: "volume" }));
}

#[test]
fn a_recording_of_a_replay_is_the_same_conversation() {
    let recording = Recording::parse(TEXT).unwrap();
    let header: Header = recording.header().clone();
    let (mut link, copy) = Recorded::new(ReplayLink::new(recording).unwrap(), header);
    link.write(b"\x11\x0DDM?", SECOND, &Unwatched).unwrap();
    link.read_exact(4, SECOND, &Unwatched).unwrap();
    link.write(b"DMP", SECOND, &Unwatched).unwrap();
    assert_eq!(link.read(64, SECOND, &Unwatched), Err(LinkError::Timeout));
    assert_eq!(link.read(64, SECOND, &Unwatched).unwrap(), [1, 2, 3]);
    assert_eq!(link.read(64, SECOND, &Unwatched), Err(LinkError::Disconnected));
    let copy = copy.finish().unwrap().unwrap();
    // The silence before the last answer is no line: on replay nothing waits for it anyway.
    let lines: Vec<&str> = TEXT.lines().skip(5).filter(|line| *line != "! timeout").collect();
    let copied = copy.to_text();
    let body: Vec<&str> = copied.lines().skip(5).collect();
    assert_eq!(body.len(), lines.len(), "{copied}");
    assert!(body.iter().any(|line| line.ends_with("< 01 02 03")));
    assert!(copied.ends_with("! unplug\n"));
}

#[test]
fn one_flipped_bit_reaches_the_driver() {
    let damaged = Recording::parse(TEXT).flip_bit(1, 0).unwrap();
    let mut link = ReplayLink::new(damaged).unwrap();
    link.write(b"\x11\x0DDM?", SECOND, &Unwatched).unwrap();
    assert_eq!(read(&mut link, 1).unwrap(), [0x3E]);
}
