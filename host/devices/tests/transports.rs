//! Recordings of every transport in place of a device, and recordings taken of those.

// Clippy knows test functions, not the helpers between them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use meterport_devices::{
    BlockLink, HidLink, Link, LinkError, ReplayEnd, SerialLink, Setup, Unwatched, UsbLink,
    VolumeLink, record, replay,
};
use meterport_recording::Recording;

const SECOND: Duration = Duration::from_secs(1);

fn parse(transport: &str, body: &str) -> Recording {
    let head = "# meterport-recording 1\n# source: written from the spec\n# transport: ";
    Recording::parse(&format!("{head}{transport}\n{body}")).unwrap()
}

/// A replay that is recorded once more, its end, and what the copy's body says afterwards.
fn copied(transport: &str, body: &str, talk: impl FnOnce(&mut Link)) -> (ReplayEnd, Vec<String>) {
    let recording = parse(transport, body);
    let header = recording.header().clone();
    let (link, end) = replay(recording).unwrap();
    let (mut link, copy) = record(link, header);
    talk(&mut link);
    let text = copy.finish().unwrap().unwrap().to_text();
    Recording::parse(&text).unwrap();
    let body = text.lines().skip(3).map(|line| {
        let timed = line.strip_prefix('@').and_then(|rest| rest.split_once(' '));
        timed.map_or(line, |(_, rest)| rest).to_owned()
    });
    (end, body.collect())
}

fn hid(link: &mut Link) -> &mut dyn HidLink {
    let Link::Hid(link) = link else { panic!("{link:?}") };
    link.as_mut()
}

fn usb(link: &mut Link) -> &mut dyn UsbLink {
    let Link::Usb(link) = link else { panic!("{link:?}") };
    link.as_mut()
}

fn disk(link: &mut Link) -> &mut dyn BlockLink {
    let Link::Block(link) = link else { panic!("{link:?}") };
    link.as_mut()
}

fn volume(link: &mut Link) -> &mut dyn VolumeLink {
    let Link::Volume(link) = link else { panic!("{link:?}") };
    link.as_mut()
}

#[test]
fn what_the_driver_left_is_named_by_its_line() {
    let (mut link, end) = replay(parse("hid 1A79:7410", "> 00 01\n< 00 02\n")).unwrap();
    assert_eq!(end.check(), Err(LinkError::ReplaySurplus { line: 4 }));
    hid(&mut link).write(&[0, 1]).unwrap();
    assert_eq!(end.check(), Err(LinkError::ReplaySurplus { line: 5 }));
    assert!(!end.at_end());
    hid(&mut link).read(SECOND, &Unwatched).unwrap();
    drop(link);
    assert!(end.at_end());
}

#[test]
fn serial_bytes_that_were_taken_and_not_read_are_left_over() {
    let (link, end) = replay(parse("serial 9600 8N1", "> 01\n< 02 03\n")).unwrap();
    let Link::Serial(mut link) = link else { panic!("{link:?}") };
    link.write(&[1], SECOND, &Unwatched).unwrap();
    assert_eq!(link.read_exact(3, SECOND, &Unwatched), Err(LinkError::Timeout));
    assert_eq!(end.check(), Err(LinkError::ReplaySurplus { line: 5 }));
    assert_eq!(SerialLink::read(&mut link, 9, SECOND, &Unwatched).unwrap(), [2, 3]);
    assert_eq!(end.check(), Ok(()));
}

#[test]
fn more_than_there_is_room_for_is_an_overflow() {
    let (mut link, _) = replay(parse("hid 1A79:7410", "F< 05 01 02\n")).unwrap();
    assert_eq!(hid(&mut link).get_feature(5, 2), Err(LinkError::Overflow));
    let (mut link, _) = replay(parse("usb 173A:21D5 0", "81< 01 02 03\n")).unwrap();
    assert_eq!(usb(&mut link).transfer_in(0x81, 2, SECOND), Err(LinkError::Overflow));
}

#[test]
fn what_no_recording_holds_is_not_made_up() {
    let (mut link, _) = replay(parse("hid 1A79:7410", "")).unwrap();
    assert_eq!(hid(&mut link).report_descriptor().unwrap_err().code(), "device.io");
    let (mut link, _) = replay(parse("block", "")).unwrap();
    assert_eq!(disk(&mut link).identity().vendor, "");
    let (mut link, _) = replay(parse("usb 173A:21D5 2", "1> 01\n83< 02\n")).unwrap();
    let addresses: Vec<u8> =
        usb(&mut link).endpoints().iter().map(|endpoint| endpoint.address).collect();
    assert_eq!((addresses, usb(&mut link).interface()), (vec![0x01, 0x83], 2));
}

#[test]
fn a_hid_conversation_with_its_faults_is_copied_line_by_line() {
    let body = "> 00 01 02\n< 00 03\n! timeout\n< 00 04\nF> 05 01\nF< 05 02\n! stall\n! unplug\n";
    let (end, copy) = copied("hid 1A79:7410", body, |link| {
        let link = hid(link);
        link.write(&[0, 1, 2]).unwrap();
        assert_eq!(link.read(SECOND, &Unwatched).unwrap(), [0, 3]);
        assert_eq!(link.read(SECOND, &Unwatched), Err(LinkError::Timeout));
        assert_eq!(link.read(SECOND, &Unwatched).unwrap(), [0, 4]);
        link.set_feature(&[5, 1]).unwrap();
        assert_eq!(link.get_feature(5, 9).unwrap(), [5, 2]);
        assert_eq!(link.get_feature(5, 9), Err(LinkError::Stall));
        assert_eq!(link.write(&[0, 1]), Err(LinkError::Disconnected));
    });
    assert_eq!(copy, body.lines().collect::<Vec<_>>());
    assert!(end.at_end());
}

#[test]
fn a_usb_conversation_with_its_faults_is_copied_line_by_line() {
    let body = "C> 41 01 00 00 00 00 01 00 07\nC< C1 02 00 00 00 00 02 00 08 09\n1> 0A\n\
                81< 0B\n! timeout\n81< 0C\n! stall\nC> 02 01 00 00 81 00 00 00\n\
                C> 01 0B 01 00 00 00 00 00\n81<\n! unplug\n";
    let (end, copy) = copied("usb 173A:21D5 0", body, |link| {
        let link = usb(link);
        let out = Setup { request_type: 0x41, request: 1, value: 0, index: 0 };
        let back = Setup { request_type: 0xC1, request: 2, value: 0, index: 0 };
        assert_eq!(link.control_out(out, &[7], SECOND).unwrap(), 1);
        assert_eq!(link.control_in(back, 2, SECOND).unwrap(), [8, 9]);
        assert_eq!(link.transfer_out(1, &[10], SECOND).unwrap(), 1);
        assert_eq!(link.transfer_in(0x81, 64, SECOND).unwrap(), [11]);
        assert_eq!(link.transfer_in(0x81, 64, SECOND), Err(LinkError::Timeout));
        assert_eq!(link.transfer_in(0x81, 64, SECOND).unwrap(), [12]);
        assert_eq!(link.transfer_in(0x81, 64, SECOND), Err(LinkError::Stall));
        link.clear_halt(0x81).unwrap();
        link.set_alt(1).unwrap();
        assert_eq!(link.transfer_in(0x81, 64, SECOND).unwrap(), []);
        assert_eq!(link.transfer_in(0x81, 64, SECOND), Err(LinkError::Disconnected));
    });
    assert_eq!(copy, body.lines().map(str::trim).collect::<Vec<_>>());
    assert!(end.at_end());
}

#[test]
fn a_stale_block_in_a_recording_is_read_again_and_not_copied() {
    let body = "B> 3 02 0C\nB< 3 02 0C\nB< 3 07\n";
    let (end, copy) = copied("block", body, |link| {
        let mut request = vec![0; 512];
        request[..2].copy_from_slice(&[2, 12]);
        disk(link).write(3, &request, SECOND, &Unwatched).unwrap();
        let reply = disk(link).read(3, 1, SECOND, &Unwatched).unwrap();
        assert_eq!((reply.len(), reply[0]), (512, 7));
        assert!(matches!(disk(link).write(3, &[1], SECOND, &Unwatched), Err(LinkError::Denied(_))));
    });
    assert_eq!(copy.len(), 2);
    assert!(copy[0].starts_with("B> 3 02 0C 00") && copy[1].starts_with("B< 3 07 00"));
    assert!(end.at_end());
}

#[test]
fn a_file_is_copied_whole_and_once_and_an_unplug_stands_where_it_happened() {
    let body = "V b.ibf\n< 01 02 03\nV a.ibf\n< 04\n! unplug\n< 05\n";
    let (end, copy) = copied("volume", body, |link| {
        let link = volume(link);
        let names: Vec<String> = link.list().unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["a.ibf", "b.ibf"]);
        for _ in 0..2 {
            let mut file = link.open("b.ibf", &Unwatched).unwrap();
            assert_eq!((file.size(), file.read_at(1, 1).unwrap()), (3, vec![2]));
            assert_eq!(file.read_at(2, 9).unwrap(), [3]);
        }
        let denied = |name| matches!(link.open(name, &Unwatched), Err(LinkError::Denied(_)));
        assert!(["c.ibf", "../b.ibf", ""].into_iter().all(denied));
    });
    assert_eq!(copy, ["V b.ibf", "< 01 02 03"]);
    assert!(!end.at_end(), "nobody met the unplug");
    let (_, copy) = copied("volume", body, |link| {
        assert_eq!(volume(link).open("a.ibf", &Unwatched).err(), Some(LinkError::Disconnected));
    });
    assert_eq!(copy, ["V a.ibf", "! unplug"]);
}
